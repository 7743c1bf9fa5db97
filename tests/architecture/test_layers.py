"""The import contracts hold, and they cover every package."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_import_contracts_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Contracts: 4 kept, 0 broken." in done.stdout


def test_every_area_has_only_the_parts_that_a_newcomer_expects() -> None:
    parts = {
        "apps", "models", "events", "queries", "access", "actions", "jobs", "admin", "providers", "migrations",
        "__init__", "__pycache__",
    }  # fmt: skip
    # What an area has beside these parts, each for a reason of its own.
    own = {
        "documents": {"print"},  # forms drawn by a typesetter
        # The project's own format, addresses in it and differences of two; readers of foreign ones; search.
        "catalogue": {
            *("format", "format_records", "format_values", "fields", "differences", "library"),
            *("sources", "finding"),
        },
        # Words for kinds of days and for faults; how a notice is read from a file.
        "calendars": {"words", "notice_file"},
        # Words for refusals; those for faults of a plan are many.
        "organisation": {"words", "plan_words"},
        # Processes as BPMN, and from the texts of others; words for faults.
        "workflow": {"bpmn", "library", "sources", "words"},
        # Words for codes; the secret in an address; what a procedure asks and costs, said the same on every page
        # and on every sheet; how a due time was reckoned; what the staff is told.
        # The key of an agency outside the system, as text.
        "dossiers": {
            "partner_keys",
            "refusals",
            "words",
            "tracking",
            "procedure_words",
            "procedure_facts",
            "sheets",
            "explaining",
            "step_words",
            "telling",
            # A process in use, and the time left, for the desk and the office alike.
            "process_view",
            "timekeeping",
        },
    }
    areas = (
        "journal", "accounts", "organisation", "calendars", "documents", "notifications", "catalogue",
        "workflow", "dossiers",
    )  # fmt: skip
    found = {
        area: {path.stem for path in (ROOT / "src/motcua" / area).iterdir()} - parts - own.get(area, set())
        for area in areas
    }
    assert {area: names for area, names in found.items() if names} == {}


def test_no_signal_receiver_and_no_save_hides_a_rule() -> None:
    faults = []
    for path in (ROOT / "src/motcua").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "django.db.models.signals" in text or "@receiver(" in text or "def save(self" in text:
            faults.append(str(path.relative_to(ROOT)))
    assert faults == []
