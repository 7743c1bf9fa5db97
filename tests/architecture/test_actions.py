"""Every public action that writes records what happened, and every refusal has words."""

import ast
import re

import pytest

from motcua.dossiers import words
from tests.architecture.code_map import SOURCE, actions_files, areas_with_actions, read_area

_WRITES = {
    "create", "update", "delete", "save", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "execute", "run", "row", "insert", "save_move", "open_task", "complete_task", "call_off_tasks", "move_due",
    "keep_file", "sweep", "_write",
}  # fmt: skip
# What writes without an event of its own, and why that is right.
_SILENT = {
    "journal": {
        "record": "it is the recording itself",
        "record_many": "it is the recording itself",
        "run_reaction": "the outbox keeps each try of a reaction",
        "seal_settled": "a seal is over the journal, not in it",
    },
    "organisation": {"open_desk": "where a counter stands; no right and no duty hangs on it"},
    "catalogue": {"set_uses": "a count that is taken anew each night from what is recorded"},
    "documents": {
        "keep_file": "part of its caller's move, which records it",
        "share_files": "part of its caller's move, which records it",
        "issue_slip": "part of its caller's move, whose event names the slip",
        "forget_files": "part of throwing away what was never filed",
        "sweep_orphans": "removes bytes that no row names",
    },
    "notifications": {
        "queue_message": "the message is the record, and its cause is the event",
        "send_waiting": "the message keeps each try",
    },
    "workflow": {
        "begin_run": "part of its caller's move, which records it",
        "begin_anew": "part of its caller's move, which records it",
        "carry_over": "part of its caller's move, which records it",
        "keep_back": "the row is the record: what stays where it is has not moved",
        "look_next": "how far a run came; what it does with each is recorded",
        "not_put_back": "the row is the record: what stays where it is has not moved",
        "put_back": "part of its caller's move, which records it",
        "go_on": "part of its caller's move, which records it",
        "reopen_tasks": "part of its caller's move, which records it",
        "run_ended": "part of its caller's move, which records it",
        "call_off_tasks": "part of its caller's move, which records it",
        "move_due": "part of its caller's move, which records it",
    },
    "dossiers": {
        "queue_partner_messages": "the message is the record, and its cause is the event",
        "overtake_ended": "a proposal falls with the end of its dossier, which is recorded",
        "save_people": "a draft belongs to its owner alone; what is filed is recorded at filing",
        "save_office": "a draft belongs to its owner alone; what is filed is recorded at filing",
        "follow_newest": "a draft belongs to its owner alone; acceptance records the version",
        "attach_file": "each paper keeps who gave it and when, and none is ever removed after filing",
        "attach_paper": "each paper keeps who gave it and when, and none is ever removed after filing",
        "remove_paper": "the paper stays with the moment it was taken back",
        "discard_draft": "what was never filed leaves nothing of the person, only that it was begun",
    },
}


@pytest.mark.parametrize("area", areas_with_actions())
def test_every_public_action_that_writes_records_it(area: str) -> None:
    found = read_area(area)
    recording = {"journal.record", "record", "record_many"}
    silent = {
        name for name in found.public if found.reached(name) & _WRITES and not found.reached(name) & recording
    }
    # Exactly: an exception that is none any more must go.
    assert silent == set(_SILENT.get(area, {}))


def test_the_reading_of_the_source_sees_through_helpers_and_modules() -> None:
    found = read_area("dossiers")
    assert "journal.record" in found.reached("file_dossier")  # through a private function
    assert "issue_slip" in found.reached("accept_dossier")  # through the module of slips
    assert {"accept_dossier", "withdraw_dossier", "stop_dossier", "take_task"} <= found.public
    assert len(found.public) >= 20


def test_actions_read_no_clock() -> None:
    faults = []
    for area in areas_with_actions():
        for path in actions_files(area):
            text = path.read_text(encoding="utf-8")
            if "motcua.kit.clock" in text or re.search(r"from motcua\.kit import .*\bclock\b", text):
                faults.append(str(path))
    assert faults == []


def _raised(names: set[str], *folders: str) -> set[str]:
    """Return the codes that are raised under these names: `UnableToMove("…")`, in an expression or not."""
    found = set()
    for folder in folders:
        place = SOURCE / folder
        for path in place.rglob("*.py") if place.is_dir() else [place]:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] in names:
                    found |= {
                        arg.value
                        for arg in node.args[:1]
                        if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                    }
    return found


# Clock refusals that the table of moves makes impossible before the clock is asked; if one comes all the same
# it is a fault of the program, and the general sentence is right.
_NEVER_REACHED = {
    "not_started", "already_started", "already_paused", "not_paused", "paused", "stopped", "policy_missing",
    "until_missing", "naive_time",
}  # fmt: skip


def test_every_refusal_has_words() -> None:
    own = _raised({"UnableToMove"}, "dossiers")
    clock = _raised({"ClockRefusal"}, "rules/clock.py")
    supplement = _raised({"SupplementRefused"}, "rules/supplement.py") | {
        "no_fault",
        "not_listed",
        "no_remedy",
    }
    assert len(own) >= 20
    assert clock >= _NEVER_REACHED
    assert (
        own | supplement | {"outside_calendar"} | clock
    ) - _NEVER_REACHED - words.known_refusals() == set()


def test_words_are_kept_only_for_refusals_that_exist() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("dossiers/actions", "rules", "portal", "desk")
        for path in (SOURCE / folder).rglob("*.py")
    )
    assert {code for code in words.known_refusals() if f'"{code}"' not in text} == set()


def test_each_refusal_says_something_of_its_own_in_both_languages() -> None:
    from django.utils.translation import override

    with override("vi"):
        general = words.refusal("no-such-code")
        said = {
            code: words.refusal(code, {"papers": "Tờ khai", "where": "Thẩm định", "most": 9})
            for code in words.known_refusals()
        }
    assert general not in said.values()
    assert len(set(said.values())) == len(said)
    assert not [text for text in said.values() if "%(" in text]
