"""Two officers and one dossier: one moves it, the other is told, nothing is written over."""

from typing import Any

from motcua.accounts.queries import actor
from motcua.dossiers import actions
from motcua.dossiers.actions import UnableToMove
from motcua.dossiers.models import ClockRow
from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.organisation.actions import Establishment, establish_agency
from motcua.organisation.queries import holders
from motcua.rules.localday import local_day
from motcua.workflow.models import Task
from motcua.workflow.queries import open_task_of
from tests.dossiers.asking import at_once, refused
from tests.world import START, World


def _codes(answers: list[Any]) -> list[str]:
    assert all(isinstance(answer, UnableToMove) for answer in answers), answers
    return [answer.code for answer in answers]


def _kinds(dossier: Any, kind: str) -> int:
    return [entry.kind for entry in history_of(dossier.id)].count(kind)


def test_two_hand_over_the_same_revision_and_one_wins(committed_world: World) -> None:
    world = committed_world
    story = world.a_dossier().accepted()
    dossier, by = story.dossier, story.staff("specialist")
    seen = dossier.revision

    answers = at_once(
        *[lambda: actions.hand_over(dossier, by=by, at=world.at, expected=seen) for _ in range(2)]
    )

    lost = [answer for answer in answers if isinstance(answer, Exception)]
    assert _codes(lost) == ["changed_meanwhile"]
    assert _kinds(dossier, "dossier.handed_over") == 1
    steps = (
        Task.objects.filter(subject_id=dossier.id).order_by("opened_at", "id").values_list("step", "outcome")
    )
    assert list(steps) == [("specialist", "done"), ("head", "")]
    assert story.reload().dossier.revision == seen + 1


def test_three_accept_and_one_wins(committed_world: World) -> None:
    world = committed_world
    story = world.a_dossier().filed()
    dossier, by = story.dossier, story.staff("receiver")

    accepted = at_once(*[lambda: actions.accept_dossier(dossier, by=by, at=world.at) for _ in range(3)])

    lost = [answer for answer in accepted if isinstance(answer, Exception)]
    assert _codes(lost) == ["move_not_allowed"] * 2
    assert _kinds(dossier, "dossier.accepted") == 1
    assert ClockRow.objects.filter(dossier=dossier).count() == 1


def test_two_take_a_task_of_the_common_queue_and_one_has_it(committed_world: World) -> None:
    world = committed_world
    plan = Establishment(
        key="moi", name_vi="Ủy ban nhân dân xã Mới", kind="commune", level="commune", valid_from=START,
        code_qd20="X1.03",
    )  # fmt: skip
    agency = establish_agency(plan, by=SYSTEM, at=world.at)
    world.staff("moi.receiver", agency, "receiver", "receive")
    story = world.a_dossier(agency=agency).accepted()
    waiting = open_task_of(story.dossier.id)
    assert waiting is not None
    assert (waiting.step, waiting.holder_id) == ("specialist", None)
    people = [world.staff(f"moi.{place}", agency, "specialist", "solve") for place in range(2)]
    posts = [holder.post_id for holder in holders(agency.id, "specialist", on=local_day(world.at))]

    def take(place: int) -> None:
        user = people[place]
        actions.take_task(story.dossier, user_id=user.id, post_id=posts[place], by=actor(user), at=world.at)

    answers = at_once(lambda: take(0), lambda: take(1))

    assert _codes([answer for answer in answers if answer is not None]) == ["changed_meanwhile"]
    winner = people[answers.index(None)]
    taken = open_task_of(story.dossier.id)
    assert taken is not None
    assert taken.holder_id == winner.id
    told = [entry for entry in history_of(story.dossier.id) if entry.kind == "dossier.handed_over"]
    assert [entry.data["holder"] for entry in told] == [str(winner.id)]


def test_a_move_on_a_state_that_nobody_looked_at_is_refused(world: World) -> None:
    story = world.a_dossier().accepted()
    seen = story.dossier.revision
    story.handed_over()

    for move in (
        lambda: actions.hand_over(story.dossier, by=story.staff("head"), at=world.at, expected=seen),
        lambda: actions.withdraw_dossier(
            story.dossier, reason="", by=world.as_actor("dan"), at=world.at, expected=seen
        ),
    ):
        with refused("changed_meanwhile"):
            move()
    assert story.reload().dossier.state == "in_progress"
