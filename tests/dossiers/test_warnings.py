"""Warnings of limits that come near: once for each stage of each due time, to who holds the dossier and to the head."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.accounts.models import User
from motcua.calendars.queries import NoCalendar, working_calendar
from motcua.dossiers.actions import warn_of_deadlines
from motcua.dossiers.actions import warning as at_work
from motcua.dossiers.models import DeadlineWarning
from motcua.dossiers.queries import clock_entries, clock_rows
from motcua.dossiers.queries.warning import began, limits_began
from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.kit import clock
from motcua.notifications.models import Message
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.lateness import warning_due
from motcua.rules.localday import at_local
from motcua.rules.process import DEFAULT_PROCESS, line
from motcua.rules.working_time import OutsideCalendar
from motcua.workflow.actions import publish_process
from motcua.workflow.queries import open_task_of
from tests.dossiers.asking import at_once
from tests.rules.samples import CALENDAR
from tests.world import World, a_procedure

# Three days from Friday 6/11 09:00, due Wednesday 11/11 17:00: 1 800 minutes, a fifth are 360, of which 150 lie before
# the break at 11:30 and 210 after it.
SOON = at_local(date(2026, 11, 11), time(9))
DAY = at_local(date(2026, 11, 11), time(7))
MINUTE = timedelta(minutes=1)


def _stages(dossier_id: Any) -> list[tuple[str, datetime]]:
    rows = DeadlineWarning.objects.filter(dossier_id=dossier_id).order_by("at", "id")
    return list(rows.values_list("stage", "at"))


def _limited(
    world: World, amount: int, code: str = "9.000008", unit: str = "working_day", policy: str = "shift"
) -> Any:
    content = a_procedure(code, supplement_policy=policy)
    for row in content["channels"]:
        row["limit"] = {"unit": unit, "amount": amount, "cutoff": None}
    return world.publish(content)


def test_each_stage_comes_at_its_time_and_once(world: World) -> None:
    story = world.a_dossier().accepted()
    assert warn_of_deadlines(at=DAY - MINUTE) == 0
    assert warn_of_deadlines(at=DAY) == 1
    assert warn_of_deadlines(at=DAY) == 0, "twice at the same moment"
    assert warn_of_deadlines(at=SOON - MINUTE) == 0
    assert warn_of_deadlines(at=SOON) == 1
    for at in (
        SOON,
        SOON + MINUTE,
        at_local(date(2026, 11, 11), time(17)),
        at_local(date(2026, 11, 12), time(9)),
    ):
        assert warn_of_deadlines(at=at) == 0
    assert _stages(story.dossier.id) == [("day", DAY), ("soon", SOON)]
    kinds = [entry.kind for entry in history_of(story.dossier.id)]
    assert kinds.count("dossier.deadline_warned") == 2


def test_a_long_limit_is_warned_of_days_before(world: World) -> None:
    story = world.a_dossier(procedure=_limited(world, 40)).accepted()
    calendar = working_calendar(world.commune.id, on=date(2026, 11, 6))
    due = story.dossier.due_at
    found = warning_due(world.at, due, calendar)
    assert calendar.working_days_between(date(2026, 11, 6), found.soon.date()) < 34
    assert warn_of_deadlines(at=found.soon - MINUTE) == 0
    assert warn_of_deadlines(at=found.soon) == 1
    assert warn_of_deadlines(at=found.day) == 1
    assert [stage for stage, _ in _stages(story.dossier.id)] == ["soon", "day"]


def test_what_cannot_be_reckoned_silences_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = world.a_dossier().accepted(), world.a_dossier().accepted()
    elsewhere = world.a_dossier(agency=world.neighbour).accepted()

    def read(ids: Any) -> Any:
        return {key: rows for key, rows in limits_began(ids).items() if key != broken.dossier.id}

    monkeypatch.setattr(at_work, "limits_began", read)
    assert warn_of_deadlines(at=DAY) == 2
    assert _stages(broken.dossier.id) == []
    assert f"the limit of dossier {broken.dossier.id} cannot be warned of" in caplog.text

    def calendar(agency: Any, *, on: date) -> Any:
        if agency == world.commune.id:
            raise NoCalendar
        return working_calendar(agency, on=on)

    monkeypatch.setattr(at_work, "working_calendar", calendar)
    assert warn_of_deadlines(at=SOON) == 1
    assert [stage for stage, _ in _stages(elsewhere.dossier.id)] == ["day", "soon"]
    assert [stage for stage, _ in _stages(whole.dossier.id)] == ["day"]
    assert f"limits of agency {world.commune.id} cannot be warned of" in caplog.text


def test_a_far_day_is_looked_at_in_its_turn_and_within_the_hour(world: World) -> None:
    story = world.a_dossier(procedure=_limited(world, 40)).accepted()
    calendar = working_calendar(world.commune.id, on=date(2026, 11, 6))
    soon = warning_due(world.at, story.dossier.due_at, calendar).soon
    warned = [warn_of_deadlines(at=soon + turn * 5 * MINUTE, turn=turn) for turn in range(1, 13)]
    assert sum(warned) == 1


def test_who_slept_through_the_first_warning_gets_the_second_alone(world: World) -> None:
    story = world.a_dossier(procedure=_limited(world, 10)).accepted()
    due = story.dossier.due_at
    calendar = working_calendar(world.commune.id, on=date(2026, 11, 6))
    found = warning_due(world.at, due, calendar)
    assert found.soon < found.day
    assert warn_of_deadlines(at=found.day + MINUTE) == 1
    assert warn_of_deadlines(at=found.day + 2 * MINUTE) == 0
    assert _stages(story.dossier.id) == [("day", found.day + MINUTE)]
    # Past it all nobody needs a warning.
    other = world.a_dossier(procedure=_limited(world, 10)).accepted()
    assert warn_of_deadlines(at=due + MINUTE) == 0
    assert _stages(other.dossier.id) == []


def test_the_opening_of_its_own_first_day_is_no_warning(world: World) -> None:
    story = world.a_dossier(procedure=_limited(world, 6, unit="working_hour")).accepted()
    due = story.dossier.due_at
    assert due == at_local(date(2026, 11, 6), time(17))
    assert warn_of_deadlines(at=world.at) == 0
    assert warn_of_deadlines(at=due - timedelta(minutes=72)) == 1
    assert [stage for stage, _ in _stages(story.dossier.id)] == ["soon"]


def test_both_holder_and_head_are_told_by_what_reaches_them(world: World, outbox: Any) -> None:
    User.objects.filter(username="xa-mot.specialist").update(email="cv@example.vn", phone="0911111111")
    User.objects.filter(username="xa-mot.head").update(phone="0922222222")
    story = world.a_dossier().accepted()
    outbox()
    Message.objects.all().delete()
    warn_of_deadlines(at=DAY)
    with clock.freeze(DAY):
        outbox()
        outbox()
    found = set(Message.objects.values_list("channel", "recipient"))
    assert found == {("email", "cv@example.vn"), ("sms", "0922222222")}
    message = Message.objects.get(channel="email")
    assert message.title == f"Hồ sơ {story.dossier.number} đến hạn hôm nay"
    assert "17 giờ thứ Tư 11/11/2026" in message.text
    assert "Cán bộ xa-mot specialist" in message.text


def test_whom_nothing_reaches_finds_it_in_the_inbox(world: World, outbox: Any) -> None:
    world.a_dossier().accepted()
    outbox()
    Message.objects.all().delete()
    warn_of_deadlines(at=DAY)
    with clock.freeze(DAY):
        outbox()
        from motcua.notifications.actions import send_waiting

        assert send_waiting(at=DAY) == 2, "the provider of this deployment takes it"
    found = set(Message.objects.values_list("channel", "recipient", "state"))
    assert found == {("inbox", "xa-mot.specialist", "sent"), ("inbox", "xa-mot.head", "sent")}


def test_a_pause_is_left_in_peace_and_the_new_due_time_warns_anew(world: World) -> None:
    story = world.a_dossier(procedure=_limited(world, 3)).accepted()
    assert warn_of_deadlines(at=DAY) == 1
    world.at = DAY + timedelta(hours=1)
    story.supplement_requested()
    assert warn_of_deadlines(at=SOON) == 0
    assert warn_of_deadlines(at=at_local(date(2026, 11, 11), time(16))) == 0
    world.at = at_local(date(2026, 11, 25), time(8))
    story.resubmitted()
    due = story.dossier.due_at
    assert due == at_local(date(2026, 11, 25), time(17))
    # The long wait is no part of the limit: a fifth of three days is left at 9:00 as before, not at once.
    assert [stage for stage, at in _stages(story.dossier.id)] == ["day"]
    assert warn_of_deadlines(at=world.at) == 1  # the day itself
    assert warn_of_deadlines(at=at_local(date(2026, 11, 25), time(8, 59))) == 0
    assert warn_of_deadlines(at=at_local(date(2026, 11, 25), time(9))) == 1
    assert [stage for stage, at in _stages(story.dossier.id)] == ["day", "day", "soon"]


def test_an_extension_warns_of_the_new_due_time(world: World) -> None:
    story = world.a_dossier().accepted()
    assert warn_of_deadlines(at=DAY) == 1
    world.at = DAY + timedelta(hours=1)
    story.extended(at_local(date(2026, 11, 13), time(17)))
    assert warn_of_deadlines(at=SOON) == 0
    assert warn_of_deadlines(at=at_local(date(2026, 11, 13), time(7))) == 1
    assert {row.due_at for row in DeadlineWarning.objects.all()} == {
        at_local(date(2026, 11, 11), time(17)),
        at_local(date(2026, 11, 13), time(17)),
    }


def test_two_workers_at_once_warn_once(committed_world: World) -> None:
    world = committed_world
    stories = [world.a_dossier().accepted() for _ in range(6)]
    answers = at_once(*[lambda: warn_of_deadlines(at=DAY) for _ in range(3)])
    assert all(isinstance(answer, int) for answer in answers), answers
    # One may have looked past what another held; the next run finds whatever was left.
    assert sum(answers) + warn_of_deadlines(at=DAY) == len(stories)
    assert DeadlineWarning.objects.count() == len(stories)
    for story in stories:
        kinds = [entry.kind for entry in history_of(story.dossier.id)]
        assert kinds.count("dossier.deadline_warned") == 1


@contextmanager
def _small_batches(size: int) -> Iterator[None]:
    usual, at_work._BATCH = at_work._BATCH, size
    try:
        yield
    finally:
        at_work._BATCH = usual


def test_more_than_a_batch_is_gone_through_to_the_end(world: World) -> None:
    stories = [world.a_dossier().accepted() for _ in range(7)]
    with _small_batches(2):
        assert warn_of_deadlines(at=DAY) == len(stories)
        assert warn_of_deadlines(at=DAY) == 0
        assert warn_of_deadlines(at=SOON) == len(stories)


def test_a_run_costs_no_more_queries_with_twenty_dossiers_that_are_not_due(world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            warn_of_deadlines(at=DAY - timedelta(hours=16))
        return len(asked)

    world.a_dossier().accepted()
    one = cost()
    for _ in range(19):
        world.a_dossier().accepted()
    assert cost() == one


# --- steps with a limit of their own ----------------------------------------------------------------------


def _with_step_limit(world: World, days: int) -> None:
    first, *others = DEFAULT_PROCESS.steps
    limited = replace(first, limit=Limit(Unit.WORKING_DAY, days))
    publish_process(line("default", (limited, *others)), legal_basis="", by=SYSTEM, at=world.at)


MONDAY_9 = at_local(date(2026, 11, 9), time(17))
WEDNESDAY_11 = at_local(date(2026, 11, 11), time(17))
TUESDAY_17 = at_local(date(2026, 11, 17), time(17))


def _task_due(story: Any) -> Any:
    task = open_task_of(story.dossier.id)
    return task.due_at if task else None


def test_a_step_is_due_by_its_own_limit_and_never_later_than_the_dossier(world: World) -> None:
    _with_step_limit(world, 1)
    story = world.a_dossier().accepted()
    assert (_task_due(story), story.dossier.due_at) == (MONDAY_9, WEDNESDAY_11)
    story.extended(TUESDAY_17)
    assert (_task_due(story), story.dossier.due_at) == (MONDAY_9, TUESDAY_17), "its own limit stays"
    story.handed_over()
    assert _task_due(story) == TUESDAY_17, "a step without one has the dossier's"


def test_a_step_that_was_cut_off_by_the_dossier_gets_its_own_end_when_that_moves(world: World) -> None:
    _with_step_limit(world, 5)
    story = world.a_dossier().accepted()
    assert _task_due(story) == WEDNESDAY_11
    story.extended(TUESDAY_17)
    assert _task_due(story) == at_local(date(2026, 11, 13), time(17))


def test_after_a_pause_the_step_is_opened_anew(world: World) -> None:
    _with_step_limit(world, 1)
    story = world.a_dossier().accepted()
    world.later(hours=1)
    story.supplement_requested()
    world.at = at_local(date(2026, 11, 12), time(9))
    story.resubmitted()
    assert _task_due(story) == at_local(date(2026, 11, 13), time(17))
    assert story.dossier.due_at == TUESDAY_17


def test_a_step_of_its_own_limit_is_warned_of_beside_the_dossier(world: World, outbox: Any) -> None:
    _with_step_limit(world, 1)
    story = world.a_dossier().accepted()
    outbox()
    Message.objects.all().delete()
    opening = at_local(date(2026, 11, 9), time(7))
    assert warn_of_deadlines(at=opening) == 1
    assert warn_of_deadlines(at=opening) == 0
    [row] = DeadlineWarning.objects.all()
    assert (row.task_id is None, row.stage, row.due_at) == (False, "day", MONDAY_9)
    with clock.freeze(opening):
        outbox()
    assert Message.objects.filter(title__startswith="Bước “Chuyên viên thẩm định”").count() == 2
    # 360 minutes on Friday and 480 on Monday, a fifth are 168.
    assert warn_of_deadlines(at=at_local(date(2026, 11, 9), time(14, 11))) == 0
    assert warn_of_deadlines(at=at_local(date(2026, 11, 9), time(14, 12))) == 1
    story.handed_over()
    assert warn_of_deadlines(at=DAY) == 1
    assert DeadlineWarning.objects.filter(task=None).count() == 1


# --- where the limit began, against the rules -------------------------------------------------------------


@pytest.mark.parametrize("policy", ["restart", "shift", "resume", "none"])
def test_the_limit_began_so_that_only_its_own_time_counts(world: World, policy: str) -> None:
    story = world.a_dossier(procedure=_limited(world, 5, policy=policy)).accepted()
    calendar = working_calendar(world.commune.id, on=date(2026, 11, 6))
    whole = calendar.minutes_between(world.at, story.dossier.due_at)
    world.later(hours=3)
    story.supplement_requested()
    world.later(days=6)
    story.resubmitted()
    entries = limits_began([story.dossier.id])[story.dossier.id]
    assert len(entries) == len(clock_entries(clock_rows(story.dossier.id)))
    length = calendar.minutes_between(began(entries, calendar), story.dossier.due_at)
    if policy == "restart":
        assert began(entries, calendar) == world.at
    else:
        assert length == whole


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 60 * 24 * 400), st.integers(1, 60 * 24 * 90), st.integers(0, 60 * 24 * 400))
def test_no_warning_is_passed_over_by_when_its_limit_must_have_begun(
    start: int, length: int, passed: int
) -> None:
    """What the look into the index asks is never narrower than the rule."""
    first = at_local(date(2026, 1, 5), time(8))
    try:
        received = first + timedelta(minutes=start)  # also in a break, at night, on a day of rest
        due = CALENDAR.add_minutes(received, length)
        at = received + timedelta(minutes=passed % max(1, int((due - received) / MINUTE)))
        soon = warning_due(received, due, CALENDAR).soon
    except OutsideCalendar:
        return
    if not soon <= at < due:
        return
    looked = [
        one
        for one in at_work._stretches(CALENDAR, at, 0)
        if one.stage == "soon" and one.first <= due < one.last
    ]
    assert len(looked) == 1
    assert received <= looked[0].began_by
