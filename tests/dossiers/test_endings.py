"""Ends: decided, refused on the merits, withdrawn, stopped, refused at the door."""

from collections.abc import Callable
from typing import Any

import pytest

from motcua.documents.queries import slips_of
from motcua.dossiers import actions
from motcua.dossiers.models import Result
from motcua.dossiers.queries import clock_rows, open_request
from motcua.journal.queries import history_of
from motcua.workflow.queries import open_task_of, tasks_of
from tests.dossiers.asking import refused
from tests.world import DossierStory, World


def _decide(story: DossierStory, by: str = "leader", **changes: Any) -> None:
    given = {"outcome": "granted", "title": "Giấy xác nhận"} | changes
    actions.decide_dossier(story.dossier, by=story.staff(by), at=story.world.at, **given)
    story.reload()


def test_a_refusal_on_the_merits_is_a_decision_with_its_reason(world: World) -> None:
    story = world.a_dossier().at_leader()

    with refused("reason_needed"):
        _decide(story, outcome="refused", summary=" ")
    assert not Result.objects.exists()
    _decide(story, outcome="refused", summary="Không đủ điều kiện theo Điều 5")

    assert (story.dossier.state, story.dossier.outcome) == ("decided", "refused")
    event = history_of(story.dossier.id)[-1]
    assert (event.data["outcome"], event.data["reason"]) == ("refused", "Không đủ điều kiện theo Điều 5")
    assert [row.kind for row in clock_rows(story.dossier.id)] == ["start", "stop"]
    assert story.dossier.finished_at == world.at


def test_a_decision_needs_its_document_and_its_step(world: World) -> None:
    story = world.a_dossier().accepted()
    with refused("move_not_allowed"):  # the specialist still has it
        _decide(story)
    story.at_leader()
    with refused("result_needed"):
        _decide(story, title="  ")
    assert story.reload().dossier.state == "in_progress"


def test_who_prepared_a_dossier_does_not_sign_it(world: World) -> None:
    story = world.a_dossier().at_leader()

    with refused("sign_not_prepare"):
        _decide(story, by="specialist")

    assert (story.reload().dossier.state, Result.objects.count()) == ("in_progress", 0)


def test_the_result_waits_at_the_desk_and_is_returned_once(world: World) -> None:
    story = world.a_dossier().decided()
    task = open_task_of(story.dossier.id)
    assert task is not None
    assert (task.function, task.agency_id, task.due_at) == ("receiver", world.commune.id, None)

    world.later(days=200)  # overdue never blocks the return
    actions.return_result(story.dossier, to="representative", by=story.staff("receiver"), at=world.at)
    assert (story.reload().dossier.state, story.dossier.returned_at) == ("returned", world.at)
    with refused("move_not_allowed"):
        actions.return_result(story.dossier, to="applicant", by=story.staff("receiver"), at=world.at)


@pytest.mark.parametrize(
    "bring",
    [
        lambda story: story.filed(),
        lambda story: story.filed().supplement_requested(),
        lambda story: story.accepted(),
        lambda story: story.accepted().supplement_requested(),
    ],
    ids=["filed", "awaiting", "in progress", "paused"],
)
def test_an_applicant_withdraws_from_wherever_it_is_open(
    world: World, bring: Callable[[DossierStory], DossierStory]
) -> None:
    story = bring(world.a_dossier())
    ran = bool(story.dossier.accepted_at)
    world.later(hours=1)

    actions.withdraw_dossier(story.dossier, reason="", by=world.as_actor("dan"), at=world.at)

    story.reload()
    assert (story.dossier.state, story.dossier.finished_at) == ("withdrawn", world.at)
    assert (open_task_of(story.dossier.id), open_request(story.dossier.id)) == (None, None)
    assert (clock_rows(story.dossier.id)[-1].kind if ran else None) == ("stop" if ran else None)
    with refused("move_not_allowed"):
        actions.withdraw_dossier(story.dossier, reason="", by=world.as_actor("dan"), at=world.at)


def test_a_decided_dossier_is_not_withdrawn(world: World) -> None:
    story = world.a_dossier().decided()
    with refused("move_not_allowed"):
        actions.withdraw_dossier(story.dossier, reason="", by=world.as_actor("dan"), at=world.at)


@pytest.mark.parametrize("paused", [False, True])
def test_a_lawful_stop_names_reason_and_ground_and_ends_the_work(world: World, paused: bool) -> None:
    story = world.a_dossier().accepted()
    if paused:
        story.supplement_requested()
    world.later(hours=1)
    for reason, basis in (("", "Điều 20"), ("Có tranh chấp", "")):
        with refused("reason_needed"):
            actions.stop_dossier(
                story.dossier, reason=reason, legal_basis=basis, by=story.staff("leader"), at=world.at
            )

    actions.stop_dossier(
        story.dossier, reason="Có tranh chấp", legal_basis="Điều 20", by=story.staff("leader"), at=world.at
    )

    story.reload()
    assert (story.dossier.state, story.dossier.finished_at) == ("stopped", world.at)
    assert (story.dossier.paused_at, open_request(story.dossier.id)) == (None, None)
    assert tasks_of(story.dossier.id)[-1].completed_at is not None
    assert slips_of(story.dossier.id)[0].kind.key == "stop_notice"
    assert clock_rows(story.dossier.id)[-1].kind == "stop"


@pytest.mark.parametrize("asked", [False, True])
def test_a_refusal_at_the_door_needs_a_reason_and_closes_what_was_asked(world: World, asked: bool) -> None:
    story = world.a_dossier().filed()
    if asked:
        story.supplement_requested()
    with refused("reason_needed"):
        actions.refuse_dossier(
            story.dossier, reason=" ", legal_basis="Điều 17", by=story.staff("receiver"), at=world.at
        )

    actions.refuse_dossier(
        story.dossier, reason="Không thuộc", legal_basis="Điều 17", by=story.staff("receiver"), at=world.at
    )

    story.reload()
    assert (story.dossier.state, story.dossier.finished_at) == ("refused", world.at)
    assert open_request(story.dossier.id) is None
    assert slips_of(story.dossier.id)[0].kind.key == "refusal"
    with refused("move_not_allowed"):
        actions.accept_dossier(story.dossier, by=story.staff("receiver"), at=world.at)
