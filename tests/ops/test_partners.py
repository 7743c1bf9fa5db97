"""Agencies outside the system from the command line: keys, what waits, and the stand-in that answers."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from motcua.dossiers.actions import send_partner_messages, withdraw_dossier
from motcua.dossiers.models import Dossier, PartnerKey, PartnerReply
from motcua.dossiers.partner_keys import read_key
from motcua.journal.models import Event
from motcua.kit import clock
from motcua.ops import partners as command
from tests.dossiers.outside import a_key, asked, lay_down, part_of
from tests.world import World


class _Here:
    """The database of the tests instead of one that a command starts."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


@pytest.fixture
def here(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Run commands in this process, on the small province with an insurance outside."""
    monkeypatch.setattr(command, "product", lambda **_: _Here())
    lay_down(world)
    return world


def motcua(*arguments: str) -> Result:
    return CliRunner().invoke(command.partners, list(arguments))


def _told(done: Result) -> Any:
    assert done.exit_code in (0, 1), done.output
    return json.loads(done.stdout)


def _asked_and_sent(world: World, outbox: Any) -> Any:
    story = asked(world)
    outbox()
    send_partner_messages(at=world.at)
    return story


def test_a_key_is_printed_once_and_only_its_hash_is_kept(here: World) -> None:
    made = _told(motcua("key", "bhxh", "--json"))["key"]
    assert PartnerKey.objects.get().mark == read_key(made)[0]
    assert read_key(made)[1] not in json.dumps(list(Event.objects.values("data", "canonical")), default=str)
    second = motcua("key", "bhxh").stdout.splitlines()[0]
    third = _told(motcua("key", "bhxh", "--beside", "--json"))["key"]
    living = PartnerKey.objects.filter(ended_at__isnull=True).values_list("mark", flat=True)
    assert set(living) == {read_key(second)[0], read_key(third)[0]}
    events = Event.objects.filter(kind="agency.partner_key_made").order_by("id")
    assert [row.data["ended"] for row in events] == [0, 1, 0]


@pytest.mark.parametrize("agency", ["xa-mot", "khong-co", "a\0b"])
def test_a_key_for_nobody_or_for_an_agency_inside_is_one_clear_line(here: World, agency: str) -> None:
    done = motcua("key", agency)
    assert (done.exit_code, len(done.stderr.strip().splitlines())) == (2, 1)
    assert PartnerKey.objects.count() == 0


def test_what_waits_is_listed_and_a_failed_message_is_exit_1(here: World, outbox: Any) -> None:
    assert (motcua("waiting").stdout, motcua("waiting").exit_code) == ("Không có.\n", 0)
    _asked_and_sent(here, outbox)
    done = motcua("waiting", "--json")
    assert done.exit_code == 1
    [message] = _told(done)["messages"]
    assert (message["agency"], message["attempts"]) == ("bhxh", 1)
    assert message["last_error"].startswith("NoKey")
    assert motcua("waiting").stdout.splitlines() == [
        "Thư asked về X1.8-261106-0001 gửi bhxh: đã thử 1 lần: NoKey: motcua partners key",
        "Phần việc X1.8-261106-0001 tại bhxh: hạn 09/11/2026 17:00; chưa phản hồi",
    ]
    a_key(here, Dossier.objects.get(number="X1.8-261106-0001").competent_agency)
    send_partner_messages(at=here.later(days=4))
    with clock.freeze(here.at):
        done = motcua("waiting")
    assert (done.exit_code, done.stdout) == (
        0, "Phần việc X1.8-261106-0001 tại bhxh: hạn 09/11/2026 17:00, TRỄ HẠN; chưa phản hồi\n",
    )  # fmt: skip


def test_the_stand_in_answers_what_it_was_asked_and_nothing_twice(here: World, outbox: Any) -> None:
    motcua("key", "bhxh")
    assert _told(motcua("stub", "--agency", "bhxh", "--json"))["granted"] == []
    story = _asked_and_sent(here, outbox)
    number = part_of(story).number
    assert _told(motcua("stub", "--agency", "bhxh", "--json"))["granted"] == [number]
    part = part_of(story)
    assert (part.state, part.result.number, part.result.title) == (
        "returned", f"KQ-{number}", "Cấp thẻ BHYT (bản thử)",
    )  # fmt: skip
    assert part.result.file_id is not None
    again = _told(motcua("stub", "--agency", "bhxh", "--json"))
    assert (again["granted"], again["passed"]) == ([], [number])
    assert PartnerReply.objects.count() == 1
    outbox()
    assert story.reload().dossier.state == "decided"


def test_a_late_stand_in_only_accepts_until_the_part_is_late(here: World, outbox: Any) -> None:
    motcua("key", "bhxh")
    story = _asked_and_sent(here, outbox)
    number = part_of(story).number
    for _ in range(2):
        assert _told(motcua("stub", "--agency", "bhxh", "--late", "--json"))["accepted"] == [number]
    assert (part_of(story).state, PartnerReply.objects.count()) == ("in_progress", 1)
    with clock.freeze(here.later(days=5)):
        assert _told(motcua("stub", "--agency", "bhxh", "--late", "--json"))["granted"] == [number]
    part = part_of(story)
    assert part.finished_at > part.due_at


def test_the_stand_in_leaves_what_was_called_off(here: World, outbox: Any) -> None:
    motcua("key", "bhxh")
    story = _asked_and_sent(here, outbox)
    withdraw_dossier(story.dossier, reason="", by=here.as_actor("dan"), at=here.at)
    outbox()
    send_partner_messages(at=here.at)
    done = _told(motcua("stub", "--agency", "bhxh", "--json"))
    assert (done["called_off"], done["granted"]) == ([part_of(story).number], [])
    assert PartnerReply.objects.count() == 0


def test_the_stand_in_is_for_demonstrations_only(here: World, outbox: Any, settings: Any) -> None:
    motcua("key", "bhxh")
    _asked_and_sent(here, outbox)
    settings.MOTCUA_DEMONSTRATION = False
    done = motcua("stub", "--agency", "bhxh")
    assert (done.exit_code, PartnerReply.objects.count()) == (2, 0)
    assert motcua("stub", "--agency", "khong-co").exit_code == 2


def test_a_message_of_another_database_in_the_folder_is_passed_by(
    here: World, outbox: Any, settings: Any
) -> None:
    folder = Path(settings.MOTCUA_MESSAGES) / "partners" / "bhxh"
    folder.mkdir(parents=True)
    (folder / "x.json").write_text(
        json.dumps({"id": "x", "kind": "asked", "asked": "Thẻ", "part": {"number": "X9-1"}}), "utf-8"
    )
    told = _told(motcua("stub", "--agency", "bhxh", "--json"))
    assert list(told.values()) == [[], [], [], []]
    assert PartnerReply.objects.count() == 0
