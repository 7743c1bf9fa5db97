"""The life of a dossier, through its actions."""

from datetime import date, time

import pytest

from motcua.calendars.actions import DayChange, NoticeData, record_notice
from motcua.dossiers import actions
from motcua.dossiers.queries import clock_rows
from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.rules.localday import at_local
from tests.world import World


def test_a_dossier_goes_from_draft_to_returned(world: World) -> None:
    story = world.a_dossier().returned()

    kinds = [entry.kind for entry in history_of(story.dossier.id)]
    assert kinds == [
        "dossier.draft_started",
        "dossier.filed",
        "dossier.accepted",
        "dossier.handed_over",
        "dossier.handed_over",
        "dossier.decided",
        "dossier.result_returned",
    ]
    assert story.dossier.state == "returned"
    assert story.dossier.number == "X1.01-261106-0001"


def test_acceptance_promises_the_end_of_the_third_working_day(world: World) -> None:
    story = world.a_dossier().accepted()

    # Friday 6/11 excluded; Mon, Tue, Wed.
    assert story.dossier.promised_at == at_local(date(2026, 11, 11), time(17))
    assert story.dossier.due_at == story.dossier.promised_at


def test_a_supplement_stops_the_clock_and_the_limit_starts_again(world: World) -> None:
    story = world.a_dossier().accepted()
    world.later(days=3)  # Monday 9/11
    story.supplement_requested()
    assert (story.dossier.state, story.dossier.paused_at) == ("paused", world.at)
    world.later(days=8)  # Tuesday 17/11
    story.resubmitted()

    assert story.dossier.state == "in_progress"
    assert story.dossier.promised_at == at_local(date(2026, 11, 11), time(17))
    assert story.dossier.due_at == at_local(date(2026, 11, 20), time(17))
    entries = [(row.kind, row.policy) for row in clock_rows(story.dossier.id)]
    assert entries == [("start", ""), ("pause", "restart"), ("resume", "restart")]


def test_a_holiday_announced_later_moves_no_promise_by_itself(world: World) -> None:
    story = world.a_dossier().accepted()
    promised = story.dossier.due_at
    days = (DayChange(date(2026, 11, 10), "holiday", "Nghỉ đột xuất", "thử nghiệm"),)
    record_notice(world.calendar, NoticeData("Thông báo", days=days), by=SYSTEM, at=world.at)
    story.decided()

    assert story.dossier.due_at == promised
    assert [row.due_after for row in clock_rows(story.dossier.id)] == [promised, promised]


def test_a_resubmission_before_acceptance_is_owed_a_new_answer(world: World) -> None:
    story = world.a_dossier().filed()
    first = story.dossier.acknowledge_by
    story.supplement_requested()
    world.later(days=10)
    story.resubmitted()

    assert story.dossier.state == "filed"
    assert first < world.at < story.dossier.acknowledge_by


def test_a_filed_dossier_changes_only_in_what_was_asked_for(world: World) -> None:
    story = world.a_dossier().accepted().supplement_requested("to-khai")
    with pytest.raises(actions.UnableToMove) as refused:
        story.attach("giay-chung")
    assert refused.value.code == "not_asked"
    story.attach("to-khai")
