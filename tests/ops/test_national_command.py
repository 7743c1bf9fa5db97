"""`motcua world reorganise-2025` from the file to the proof, on a database of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from motcua.rules.reorganisation import read_plan
from tests.ops.small_country import written

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bench")]


def _motcua(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_DATABASE")
    }
    return subprocess.run(
        [sys.executable, "-m", "motcua.ops.cli", "world", "reorganise-2025", *arguments],
        env=environment | {"MOTCUA_DATA": str(folder), "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that the server of the database can reach as well."""
    tmp_path.chmod(0o711)
    return tmp_path


def test_the_night_is_proved_and_nothing_is_left_behind(folder: Path) -> None:
    file, plan = written(folder), folder / "plan.jsonl"

    done = _motcua(folder, "--file", str(file), "--dossiers", "200", "--plan-out", str(plan), "--json")

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["good"] is True
    assert {line["code"] for line in said["proof"] if line["good"]} == {
        line["code"] for line in said["proof"]
    }
    assert said["measured"]["moved"] > 200
    assert read_plan(plan.read_text(encoding="utf-8")).operations
    assert {path.name for path in folder.iterdir()} <= {"legacy.json", "plan.jsonl"}


def test_a_kept_database_is_not_replaced_unless_it_is_said(folder: Path) -> None:
    (folder / "world-2025").mkdir()

    done = _motcua(folder, "--file", str(written(folder)), "--dossiers", "1")

    assert done.returncode == 2
    assert "--replace" in done.stderr


def test_a_damaged_file_is_bad_input(folder: Path) -> None:
    file = folder / "cut.json"
    file.write_text('{"DICT_PROVINCE": {', encoding="utf-8")

    done = _motcua(folder, "--file", str(file))

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
