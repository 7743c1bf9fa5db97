"""The life of a dossier, through its actions."""

from datetime import date, time

from motcua.dossiers.queries import clock_rows
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
    assert [row.kind for row in clock_rows(story.dossier.id)] == ["start", "pause", "restart"]
