"""Work on an accepted dossier: handed over and back, taken, extended."""

from datetime import date, datetime, time
from typing import Any

import pytest

from motcua.dossiers import actions
from motcua.dossiers.models import ClockRow
from motcua.dossiers.queries import clock_rows
from motcua.journal.queries import history_of
from motcua.rules.localday import at_local
from motcua.workflow.queries import open_task_of, tasks_of
from tests.dossiers.asking import refused
from tests.world import DossierStory, World, a_procedure

FRIDAY_13 = at_local(date(2026, 11, 13), time(17))


def _extend(story: DossierStory, until: datetime = FRIDAY_13, **changes: Any) -> None:
    given = {"reason": "Chờ xác minh", "legal_basis": "Điều 19"} | changes
    actions.extend_deadline(story.dossier, until=until, by=story.staff("head"), at=story.world.at, **given)
    story.reload()


def test_an_extension_moves_the_due_time_and_keeps_the_promise_to_be_seen(world: World) -> None:
    story = world.a_dossier().accepted()
    _extend(story)

    task = open_task_of(story.dossier.id)
    assert task is not None
    assert (story.dossier.due_at, task.due_at) == (FRIDAY_13, FRIDAY_13)
    assert story.dossier.promised_at == at_local(date(2026, 11, 11), time(17))
    event = history_of(story.dossier.id)[-1]
    assert event.kind == "dossier.deadline_extended"
    assert datetime.fromisoformat(event.data["due_after"]) == FRIDAY_13
    assert datetime.fromisoformat(event.data["due_before"]) == story.dossier.promised_at

    with refused("extended_too_often"):
        _extend(story, at_local(date(2026, 11, 16), time(17)))
    assert story.reload().dossier.due_at == FRIDAY_13


@pytest.mark.parametrize(
    ("until", "changes", "code"),
    [
        (at_local(date(2026, 11, 14), time(17)), {}, "not_a_working_day"),  # Saturday
        (at_local(date(2026, 11, 24), time(17)), {}, "not_a_working_day"),  # a holiday of this world
        (at_local(date(2026, 11, 11), time(17)), {}, "extend_not_later"),
        (at_local(date(2026, 11, 9), time(17)), {}, "extend_not_later"),
        (at_local(date(2126, 11, 13), time(17)), {}, "outside_calendar"),
        (at_local(date(1926, 11, 12), time(17)), {}, "outside_calendar"),
        (FRIDAY_13, {"reason": "  "}, "reason_needed"),
    ],
)
def test_an_unsound_extension_is_refused_and_the_due_time_stays(
    world: World, until: datetime, changes: dict[str, str], code: str
) -> None:
    story = world.a_dossier().accepted()
    due = story.dossier.due_at

    with refused(code):
        _extend(story, until, **changes)

    assert story.reload().dossier.due_at == due
    assert ClockRow.objects.count() == 1


def test_once_the_due_time_has_passed_there_is_nothing_to_extend(world: World) -> None:
    story = world.a_dossier().accepted()
    world.at = story.dossier.due_at  # at the very minute

    with refused("extend_after_due"):
        _extend(story)


def test_without_a_limit_or_while_it_waits_nothing_is_extended(world: World) -> None:
    content = a_procedure("9.000006")
    for channel in content["channels"]:
        channel["limit"] = None
    unlimited = world.a_dossier(procedure=world.publish(content)).accepted()
    with refused("no_limit"):
        _extend(unlimited)

    paused = world.a_dossier().accepted().supplement_requested()
    with refused("move_not_allowed"):
        _extend(paused)


def test_work_goes_down_the_line_and_back_with_a_reason(world: World) -> None:
    story = world.a_dossier().accepted().handed_over()

    with refused("reason_needed"):
        actions.hand_over(story.dossier, back=True, note=" ", by=story.staff("head"), at=world.at)
    world.later(minutes=5)
    actions.hand_over(story.dossier, back=True, note="Xem lại", by=story.staff("head"), at=world.at)

    found = [(task.step, task.outcome) for task in tasks_of(story.dossier.id)]
    assert found == [("specialist", "done"), ("head", "sent_back"), ("specialist", "")]
    with refused("move_not_allowed"):  # there is nobody before the first
        actions.hand_over(story.dossier, back=True, note="Xem", by=story.staff("specialist"), at=world.at)


def test_a_decision_is_signed_and_not_handed_over(world: World) -> None:
    story = world.a_dossier().at_leader()

    with refused("move_not_allowed"):
        actions.hand_over(story.dossier, by=story.staff("leader"), at=world.at)
    assert [row.kind for row in clock_rows(story.dossier.id)] == ["start"]


def test_only_a_task_without_a_holder_is_taken(world: World) -> None:
    story = world.a_dossier().accepted()
    task = open_task_of(story.dossier.id)
    assert task is not None
    assert task.holder_name == "Cán bộ xa-mot specialist"

    with refused("changed_meanwhile"):
        actions.take_task(
            story.dossier,
            user_id=world.people["xa-mot.head"].id,
            post_id=story.agency.posts.get(key="head").id,  # type: ignore[union-attr]
            by=story.staff("head"),
            at=world.at,
        )
