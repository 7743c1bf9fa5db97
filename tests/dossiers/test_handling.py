"""Work on an accepted dossier: handed over and back, taken."""

from datetime import date, timedelta

from motcua.calendars.actions import DayChange, NoticeData, begin_calendar, record_notice
from motcua.dossiers import actions
from motcua.dossiers.queries import clock_rows
from motcua.journal.events import SYSTEM
from motcua.rules.lateness import Cause
from motcua.workflow.queries import open_task_of, tasks_of
from tests.dossiers.asking import refused
from tests.world import World


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


def test_a_clock_that_was_set_back_makes_nothing_early(world: World) -> None:
    story = world.a_dossier().accepted()
    world.later(days=6)  # Thursday: late
    actions.note_late_cause(story.dossier, cause=Cause.WORKLOAD, by=story.staff("head"), at=world.at)
    world.at -= timedelta(days=1, hours=2)
    with refused("out_of_order"):
        story.supplement_requested()
    assert len(clock_rows(story.dossier.id)) == 1


def test_an_office_that_is_closed_for_years_refuses_in_words(world: World) -> None:
    days = tuple(
        DayChange(day, "closure", "Đóng", "QĐ 1")
        for n in range((date(2030, 12, 31) - world.at.date()).days + 1)
        if (day := world.at.date() + timedelta(days=n)).weekday() < 5 and day != date(2026, 11, 24)
    )
    own = begin_calendar(world.commune.id, by=SYSTEM, at=world.at)
    story = world.a_dossier().filed()
    record_notice(own, NoticeData("Đóng", legal_basis="QĐ 1", days=days), by=SYSTEM, at=world.at)
    with refused("outside_calendar"):
        story.accepted()
    with refused("outside_calendar"):
        world.a_dossier().filed()
