"""The daily list of what is late: why, what is owed, and to whom it is sent in the morning."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.accounts.models import User
from motcua.calendars.queries import working_calendar
from motcua.dossiers import actions, jobs, telling
from motcua.dossiers.jobs import tell_late
from motcua.dossiers.models import Apology, LateNote
from motcua.dossiers.queries import NO_CAUSE, late_by_agency, late_cause_of, late_lines
from motcua.journal.queries import history_of
from motcua.notifications.models import Message
from motcua.rules.lateness import Cause, Letter, Owed, apology_owed
from motcua.rules.localday import at_local
from motcua.rules.working_time import OutsideCalendar
from tests.dossiers.asking import refused
from tests.world import DossierStory, World

WEDNESDAY_11 = at_local(date(2026, 11, 11), time(17))
FRIDAY_13 = at_local(date(2026, 11, 13), time(17))
MORNING = at_local(date(2026, 11, 12), time(7, 15))


def _late(world: World, **choices: Any) -> DossierStory:
    """Return a dossier of Friday that is late on Thursday morning."""
    world.at = at_local(date(2026, 11, 6), time(9))
    story = world.a_dossier(**choices).accepted()
    world.at = MORNING
    return story


def _approve(story: DossierStory, letter: Any, at: datetime | None = None) -> None:
    actions.approve_apology(story.dossier, letter=letter, by=story.staff("head"), at=at or story.world.at)


def test_the_newest_cause_holds_and_is_recorded_without_what_was_written_beside(world: World) -> None:
    story = _late(world)
    for cause, note in ((Cause.WORKLOAD, ""), (Cause.COMPLEX, "Chờ ông Nguyễn Văn Kín trả lời")):
        world.later(minutes=1)
        actions.note_late_cause(
            story.dossier, cause=cause, note=note, by=story.staff("specialist"), at=world.at
        )
    assert late_cause_of(story.dossier.id) == (Cause.COMPLEX, "Chờ ông Nguyễn Văn Kín trả lời")
    [line] = late_lines({world.commune.id}, at=world.at)
    assert (line.cause, line.holder_name, line.owed) == (
        "complex",
        "Cán bộ xa-mot specialist",
        Owed.OWED,
    )
    event = history_of(story.dossier.id)[-1]
    assert (event.kind, event.data["cause"]) == ("dossier.late_cause_noted", "complex")
    assert "Kín" not in str(event.data)
    assert story.reload().dossier.due_at == WEDNESDAY_11


def test_what_is_not_late_has_no_cause(world: World) -> None:
    story = world.a_dossier().accepted()
    for at in (world.at, WEDNESDAY_11):
        with refused("not_late"):
            actions.note_late_cause(story.dossier, cause=Cause.OTHER, by=story.staff("head"), at=at)
    story.decided()
    with refused("not_late"):
        actions.note_late_cause(
            story.dossier, cause=Cause.OTHER, by=story.staff("head"), at=WEDNESDAY_11 + timedelta(days=1)
        )
    assert not LateNote.objects.exists()


def test_what_is_owed_in_the_list_is_what_the_rule_says(world: World) -> None:
    stories = {name: _late(world) for name in ("owed", "drafted", "sent", "again", "rejected")}
    world.at = at_local(date(2026, 11, 6), time(9))
    stale = world.a_dossier().accepted()
    stale.drafted(FRIDAY_13)  # to extend, and never approved
    world.at = at_local(date(2026, 11, 6), time(10))
    extended = world.a_dossier().accepted().extended(at_local(date(2026, 11, 12), time(17)))
    stories |= {"stale": stale, "extended": extended}
    world.at = MORNING
    stories["drafted"].drafted(FRIDAY_13)
    _approve(stories["sent"], stories["sent"].drafted(at_local(date(2026, 11, 30), time(17))))
    _approve(stories["again"], stories["again"].drafted(FRIDAY_13))
    turned_down = stories["rejected"].drafted(FRIDAY_13)
    actions.reject_apology(
        stories["rejected"].dossier, letter=turned_down, note="Sửa lý do", by=stories["rejected"].staff("head"),
        at=world.at,
    )  # fmt: skip

    moments = [
        WEDNESDAY_11, WEDNESDAY_11 + timedelta(minutes=1), MORNING, FRIDAY_13, FRIDAY_13 + timedelta(minutes=1),
        at_local(date(2026, 11, 30), time(17)), at_local(date(2026, 12, 1), time(9)),
    ]  # fmt: skip
    for at in moments:
        listed = {line.id: line.owed for line in late_lines(None, at=at)}
        by_filter = {owed: {line.id for line in late_lines(None, at=at, owed=owed.value)} for owed in Owed}
        for name, story in stories.items():
            dossier = story.reload().dossier
            letters = [
                Letter(letter.until, letter.state in ("approved", "sent"))
                for letter in Apology.objects.filter(
                    dossier=dossier, due_before=dossier.due_at, extends=False
                ).exclude(state="rejected")
            ]
            expected = apology_owed(due=dossier.due_at, letters=letters, at=at)
            assert listed.get(dossier.id, Owed.NONE) is expected, (name, at)
            assert (dossier.id in by_filter[expected]) is (expected is not Owed.NONE), (name, at)
    last = {line.id: line.owed for line in late_lines(None, at=moments[-1])}
    assert last == {
        stories["owed"].dossier.id: Owed.OWED,
        stories["drafted"].dossier.id: Owed.DRAFTED,
        stories["sent"].dossier.id: Owed.AGAIN_LATE,
        stories["again"].dossier.id: Owed.AGAIN_LATE,
        stories["rejected"].dossier.id: Owed.OWED,
        stories["stale"].dossier.id: Owed.OWED,
        stories["extended"].dossier.id: Owed.OWED,
    }


def test_the_list_is_narrowed_by_cause_and_keeps_to_its_agencies(world: World) -> None:
    noted, silent = _late(world), _late(world)
    elsewhere = _late(world, agency=world.neighbour)
    actions.note_late_cause(noted.dossier, cause=Cause.SYSTEM, by=noted.staff("head"), at=world.at)

    def found(agencies: Any, cause: str = "") -> set[Any]:
        return {line.id for line in late_lines(agencies, at=world.at, cause=cause)}

    here = {world.commune.id}
    assert found(here) == {noted.dossier.id, silent.dossier.id}
    assert found(None) == found(here) | {elsewhere.dossier.id}
    assert found(here, "system") == {noted.dossier.id}
    assert found(here, NO_CAUSE) == {silent.dossier.id}
    assert found(here, "disaster") == set()
    assert found(set()) == set()
    assert late_by_agency(at=world.at) == {world.commune.id: 2, world.neighbour.id: 1}


def test_the_list_is_one_statement_however_long(world: World) -> None:
    for _ in range(3):
        _late(world)
    with CaptureQueriesContext(connection) as asked:
        assert len(late_lines({world.commune.id}, at=world.at)) == 3
    assert len(asked) == 1


# --- in the morning ---------------------------------------------------------------------------------------


def test_each_head_gets_one_list_a_day(world: World) -> None:
    User.objects.filter(username="xa-mot.head").update(email="truong@example.vn")
    first, second = _late(world), _late(world)
    _late(world, agency=world.neighbour)
    actions.note_late_cause(first.dossier, cause=Cause.WORKLOAD, by=first.staff("head"), at=world.at)
    second.drafted(FRIDAY_13)
    Message.objects.all().delete()

    assert tell_late(at=MORNING) == 2
    assert tell_late(at=MORNING) == 0, "a job that runs twice"
    assert tell_late(at=MORNING + timedelta(hours=3)) == 0, "and later on the day"
    own = Message.objects.get(recipient="truong@example.vn")
    assert own.title == "2 hồ sơ quá hạn, Ủy ban nhân dân xã Một"
    [one, other] = sorted(line for line in own.text.splitlines() if " · " in line)
    assert str(first.dossier.number) in one
    assert (
        "Xác nhận thử nghiệm · Cán bộ xa-mot specialist · trễ 15 phút · Quá nhiều hồ sơ · Chưa xin lỗi" in one
    )
    assert str(second.dossier.number) in other
    assert "chưa ghi lý do · Thư chờ duyệt" in other
    assert "Nguyễn Thị Ánh" not in own.text, "who applied is nobody's business on the way"
    assert "/quay/tre-han/" in own.text
    assert Message.objects.get(channel="inbox").recipient == "xa-hai.head"
    assert tell_late(at=MORNING + timedelta(days=1)) == 2, "the next day anew"


def test_what_cannot_be_reckoned_silences_no_other_list(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = _late(world), _late(world)
    _late(world, agency=world.neighbour)
    Message.objects.all().delete()
    late_line = telling._late_line

    def line(row: Any, calendar: Any, at: datetime) -> str:
        if row.id == first.dossier.id:
            raise LookupError
        return late_line(row, calendar, at)

    monkeypatch.setattr(telling, "_late_line", line)
    assert tell_late(at=MORNING) == 2
    own = Message.objects.get(recipient="xa-mot.head")
    assert sum(str(story.dossier.number) in own.text for story in (first, second)) == 2
    assert str(first.dossier.id) in caplog.text

    def calendar(agency: Any, *, on: date) -> Any:
        if agency == world.commune.id:
            raise OutsideCalendar
        return working_calendar(agency, on=on)

    monkeypatch.setattr(jobs, "working_calendar", calendar)
    assert tell_late(at=MORNING + timedelta(days=1)) == 1, "the other agency's"
    assert f"no list of late dossiers for agency {world.commune.id}" in caplog.text


def test_by_telephone_only_the_number_of_them_goes_out(world: World) -> None:
    User.objects.filter(username="xa-mot.head").update(phone="0922222222")
    story = _late(world)
    Message.objects.all().delete()
    tell_late(at=MORNING)
    message = Message.objects.get()
    assert message.channel == "sms"
    assert message.text.startswith("1 hồ sơ quá hạn")
    assert str(story.dossier.number) not in message.text


@pytest.mark.parametrize(
    "at",
    [at_local(date(2026, 11, 14), time(7, 15)), at_local(date(2026, 11, 24), time(7, 15))],
    ids=["saturday", "holiday"],
)
def test_on_a_day_of_rest_nobody_is_written_to(world: World, at: datetime) -> None:
    _late(world)
    Message.objects.all().delete()
    assert tell_late(at=at) == 0


def test_where_nothing_is_late_nobody_is_written_to(world: World) -> None:
    world.a_dossier().accepted()
    assert tell_late(at=world.at) == 0


def test_the_morning_costs_the_same_for_one_and_twenty_late_dossiers(world: World) -> None:
    def cost(day: int) -> int:
        at = at_local(date(2026, 11, day), time(7, 15))
        with CaptureQueriesContext(connection) as asked:
            assert tell_late(at=at) == 1
        return len(asked)

    _late(world)
    cost(12)
    one = cost(13)
    for _ in range(19):
        _late(world)
    assert cost(16) == one
