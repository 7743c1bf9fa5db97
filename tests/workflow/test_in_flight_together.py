"""In flight from one version to the next while others move, joins become steps, timers are renamed, one cannot be read."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from motcua.dossiers import actions as dossiers
from motcua.dossiers.actions import apply_in_flight, processes, put_back_in_flight
from motcua.dossiers.models import Dossier
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import Flow, Node, NodeKind, Process
from motcua.workflow import actions
from motcua.workflow.actions import Opening, undo_in_flight
from motcua.workflow.models import InFlight, InFlightMove, ProcessVersion, Task, Token
from motcua.workflow.queries import in_flight_of, kept_of, marking_of, open_tasks_of, tokens_of
from tests.workflow.drafting import (
    CHECK,
    HEAD,
    LEADER,
    RETURN,
    SPECIALIST,
    facts,
    proposed,
    published,
    refused,
    steps,
    tabled,
)
from tests.world import DossierStory, World

NEW = steps(SPECIALIST, CHECK, LEADER, RETURN)
MOVE = {"kind": "move", "mapping": {"head": "check"}}
DAY = Limit(Unit.WORKING_DAY, 1)


def _publish(world: World, process: Process, policy: dict[str, Any]) -> UUID:
    return published(world, tabled(world, process, key="default", policy=policy))


def _all(version: UUID, world: World, most: int = 200) -> None:
    while apply_in_flight(version, at=world.at, most=most):
        pass


def _back(version: UUID, world: World) -> None:
    undo_in_flight(version, reason="Nhầm", by=world.as_actor("xa-mot.leader"), at=world.at)
    while put_back_in_flight(version, at=world.at):
        pass


def _graph(nodes: tuple[Node, ...], *ways: str) -> Process:
    arrows = [tuple(way.split(">")) for way in ways]
    ends = (Node("start", NodeKind.START), Node("end", NodeKind.END))
    return Process(
        "default",
        (ends[0], *nodes, ends[1]),
        tuple(Flow(f"{a}-{b}", a, b) for a, b in arrows),
        title_vi="Quy trình thử",
    )


def _beside(more: bool) -> Process:
    """The head checks beside the specialist; the other version has one more step of the head before both meet."""
    nodes = (
        Node("fork", NodeKind.PARALLEL),
        SPECIALIST,
        HEAD,
        Node("join", NodeKind.PARALLEL),
        LEADER,
        RETURN,
    )
    ways = ["start>fork", "fork>specialist", "fork>head", "specialist>join", "join>leader", "leader>return",
            "return>end"]  # fmt: skip
    ways += ["head>check", "check>join"] if more else ["head>join"]
    return _graph((*nodes, CHECK) if more else nodes, *ways)


def _task(story: DossierStory, step: str) -> UUID:
    return Task.objects.get(subject_id=story.dossier.id, step=step, completed_at__isnull=True).id


def _before_the_join(world: World) -> DossierStory:
    actions.publish_process(_beside(False), legal_basis="", by=world.as_actor("xa-mot.leader"), at=world.at)
    story = world.a_dossier().accepted()
    dossiers.hand_over(story.dossier, task=_task(story, "head"), by=story.staff("head"), at=world.at)
    assert marking_of(story.dossier.id) == ("head-join", "specialist")
    return story


JOIN_TO_STEP = {"kind": "move", "mapping": {"head-join": "check"}}


def test_what_waited_before_a_join_and_comes_to_a_step_has_somebody_who_does_it(world: World) -> None:
    story = _before_the_join(world)
    version = _publish(world, _beside(True), JOIN_TO_STEP)
    _all(version, world)
    assert marking_of(story.dossier.id) == ("check", "specialist")
    assert {task.step for task in open_tasks_of(story.dossier.id)} == {"check", "specialist"}
    dossiers.hand_over(
        story.reload().dossier, task=_task(story, "check"), by=story.staff("head"), at=world.at
    )
    assert marking_of(story.dossier.id) == ("check-join", "specialist")


def test_in_a_pause_such_a_step_waits_until_the_dossier_goes_on(world: World) -> None:
    story = _before_the_join(world)
    story.reload().supplement_requested()
    version = _publish(world, _beside(True), JOIN_TO_STEP)
    _all(version, world)
    assert (marking_of(story.dossier.id), open_tasks_of(story.dossier.id)) == (("check", "specialist"), [])
    story.reload().resubmitted()
    assert {task.step for task in open_tasks_of(story.dossier.id)} == {"check", "specialist"}


# --- two publications ---------------------------------------------------------------------------------------


def test_no_version_takes_along_who_is_still_on_the_way_to_the_one_before(world: World) -> None:
    story = world.a_dossier().accepted().handed_over()
    second = _publish(world, NEW, MOVE)
    longer = steps(SPECIALIST, replace(CHECK, title_vi="Kiểm tra kỹ"), LEADER, RETURN)
    draft = proposed(world, tabled(world, longer, key="default", policy={"kind": "move"}))
    saying: dict[str, Any] = {"expected": facts(draft).revision, "by": world.as_actor("xa-mot.leader")}
    with refused("in_flight_running"):
        actions.publish_draft(draft, at=world.at, **saying)
    undo_in_flight(second, reason="Nhầm", by=world.as_actor("xa-mot.head"), at=world.at)
    with refused("in_flight_running"):
        actions.publish_draft(draft, at=world.at, **saying)
    while put_back_in_flight(second, at=world.at):
        pass
    third = actions.publish_draft(draft, at=world.at, **saying)
    _all(third, world)
    # It was not taken to the second version: the third's policy is not about it.
    assert story.reload().dossier.process_id == world.process


def test_a_version_that_leaves_everything_where_it_is_waits_for_nobody(world: World) -> None:
    world.a_dossier().accepted()
    _publish(world, NEW, MOVE)
    published(world, tabled(world, steps(SPECIALIST, LEADER, RETURN), key="default"))


def test_jobs_in_the_wrong_order_leave_nobody_behind(world: World) -> None:
    story = world.a_dossier().accepted()
    second = _publish(world, NEW, MOVE)
    # As two publications before there was a refusal would have left it.
    third = ProcessVersion.objects.create(
        key="default", number=3, definition=steps(SPECIALIST, LEADER, RETURN).to_json(),
        in_flight={"kind": "move"}, published_at=world.at,
    )  # fmt: skip
    InFlight.objects.create(version=third, source_id=second, policy="move", began_at=world.at)
    _all(third.id, world)
    assert story.reload().dossier.process_id == third.id
    assert set(InFlight.objects.values_list("state", flat=True)) == {"done"}


# --- undone -------------------------------------------------------------------------------------------------


def _waiting(key: str) -> Process:
    timer = Node(key, NodeKind.TIMER, "Chờ", limit=DAY)
    ways = f"start>{key}", f"{key}>specialist", "specialist>leader", "leader>return", "return>end"
    return _graph((timer, SPECIALIST, LEADER, RETURN), *ways)


def test_undo_keeps_what_a_pause_gave_a_timer_that_was_renamed(world: World) -> None:
    actions.publish_process(
        _waiting("first"), legal_basis="", by=world.as_actor("xa-mot.leader"), at=world.at
    )
    story = world.a_dossier().accepted()
    [token] = tokens_of(story.dossier.id)
    assert token.due_at is not None
    version = _publish(world, _waiting("then"), {"kind": "move", "mapping": {"first": "then"}})
    _all(version, world)
    later = token.due_at + timedelta(days=7)
    # As a pause and its end leave it.
    Token.objects.filter(subject_id=story.dossier.id).update(due_at=later)
    _back(version, world)
    assert [(one.place, one.due_at) for one in tokens_of(story.dossier.id)] == [("first", later)]


def test_one_that_cannot_be_put_back_stops_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = world.a_dossier().accepted(), world.a_dossier().accepted()
    version = _publish(world, NEW, MOVE)
    _all(version, world)
    real = processes.opening_of

    def opening(dossier: Dossier, node: Node, *, at: Any) -> Opening:
        if dossier.id == bad.dossier.id:
            raise LookupError("no calendar")
        return real(dossier, node, at=at)

    monkeypatch.setattr(processes, "opening_of", opening)
    _back(version, world)
    assert good.reload().dossier.process_id == world.process
    assert bad.reload().dossier.process_id == version
    assert marking_of(bad.dossier.id) == ("specialist",)
    assert [task.step for task in open_tasks_of(bad.dossier.id)] == ["specialist"]
    done = in_flight_of(version)
    assert done is not None
    assert (done.state, done.put_back, done.gone_on) == ("undone", 1, 1)
    [(_, line)] = kept_of(version)
    assert (line.subject_id, line.state, line.reason) == (bad.dossier.id, "gone_on", "not_reckoned")


# --- batches ------------------------------------------------------------------------------------------------


def test_a_batch_does_not_pass_again_who_was_kept(world: World) -> None:
    for _ in range(4):
        world.a_dossier().accepted().handed_over()
    version = _publish(world, NEW, {"kind": "move", "mapping": {"head": ""}})
    assert apply_in_flight(version, at=world.at, most=3) == 3
    kept = InFlightMove.objects.filter(version_id=version)
    assert kept.count() == 3
    # Were they looked for again, they would be found again.
    kept.delete()
    assert apply_in_flight(version, at=world.at, most=3) == 1
    assert kept.get().subject_id == max(Token.objects.values_list("subject_id", flat=True))


def test_who_came_behind_the_cursor_is_looked_at_in_the_end(world: World) -> None:
    stories = [world.a_dossier().accepted() for _ in range(3)]
    version = _publish(world, NEW, MOVE)
    last = max(story.dossier.id for story in stories)
    InFlight.objects.filter(version_id=version).update(reached=last)
    _all(version, world, most=2)
    assert {story.reload().dossier.process_id for story in stories} == {version}
    assert InFlight.objects.get(version_id=version).state == "done"
