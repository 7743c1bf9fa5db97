"""A new version and those in flight: stay, move, restart; previewed, in batches, undone."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.dossiers import actions as dossiers
from motcua.dossiers.actions import UnableToMove, apply_in_flight, put_back_in_flight
from motcua.dossiers.jobs import follow_process, unfollow_process
from motcua.dossiers.models import Dossier
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.kit.ids import uuid7
from motcua.organisation.models import Holding
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.localday import local_day
from motcua.rules.process import Condition, Datum, DatumKind, Flow, Node, NodeKind, Process
from motcua.rules.process.moving import Policy
from motcua.workflow import actions
from motcua.workflow.actions import Opening, begin_run, publish_process, undo_in_flight
from motcua.workflow.models import InFlight, InFlightMove, Task, Token
from motcua.workflow.queries import (
    in_flight_of,
    kept_of,
    marking_of,
    open_task_of,
    preview_in_flight,
    tokens_of,
)
from tests.dossiers.asking import at_once
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
from tests.world import DossierStory, World, a_procedure

# The default process with another step in the place of the head's review.
NEW = steps(SPECIALIST, CHECK, LEADER, RETURN)
MOVE = {"kind": "move", "mapping": {"head": "check"}}


def _moved(world: World, process: Process = NEW, policy: dict[str, Any] = MOVE) -> UUID:
    return published(world, tabled(world, process, key="default", policy=policy))


def _all(version: UUID, world: World, most: int = 200) -> None:
    while apply_in_flight(version, at=world.at, most=most):
        pass


def _back(version: UUID, world: World, most: int = 200) -> None:
    undo_in_flight(version, reason="Nhầm", by=world.as_actor("xa-mot.leader"), at=world.at)
    while put_back_in_flight(version, at=world.at, most=most):
        pass


def _kept(version: UUID) -> dict[UUID, tuple[str, str]]:
    return {row.subject_id: (row.reason, row.place) for _, row in kept_of(version)}


def _told(story: DossierStory) -> list[dict[str, Any]]:
    return [dict(e.data) for e in history_of(story.dossier.id) if e.kind == "dossier.process_moved"]


def test_what_declares_nothing_lets_everything_stay(world: World) -> None:
    story = world.a_dossier().accepted()
    version = published(world, tabled(world, NEW, key="default"))

    assert in_flight_of(version) is None
    assert apply_in_flight(version, at=world.at) == 0
    assert story.reload().dossier.process_id == world.process
    assert world.a_dossier().accepted().dossier.process_id == version


def test_the_preview_tells_what_the_job_then_does(world: World) -> None:
    first, second = world.a_dossier().accepted(), world.a_dossier().accepted().handed_over()
    world.a_dossier().accepted().handed_over()
    decided = world.a_dossier().decided()
    draft = tabled(world, NEW, key="default", policy={"kind": "move", "mapping": {"return": ""}})

    seen = preview_in_flight(draft)
    assert seen is not None
    assert (seen.running, seen.going, dict(seen.staying)) == (4, 1, {"unmapped_place": 3})
    by_place = {row.place: (row.target, row.standing, row.going, dict(row.staying)) for row in seen.places}
    assert by_place == {
        "specialist": ("specialist", 1, 1, {}),
        "head": ("", 2, 0, {"unmapped_place": 2}),
        "leader": ("leader", 0, 0, {}),
        "return": ("", 1, 0, {"unmapped_place": 1}),
    }

    version = published(world, draft)
    _all(version, world)
    assert first.reload().dossier.process_id == version
    assert second.reload().dossier.process_id == world.process
    assert _kept(version)[second.dossier.id] == ("unmapped_place", "head")
    assert _kept(version)[decided.dossier.id] == ("unmapped_place", "return")
    done = in_flight_of(version)
    assert done is not None
    assert (done.moved, dict(done.kept), done.state, done.left) == (1, {"unmapped_place": 3}, "done", 0)


def test_a_moved_step_keeps_its_holder_its_time_and_its_promise(world: World) -> None:
    story = world.a_dossier().accepted().handed_over()
    before = open_task_of(story.dossier.id)
    due, revision = story.dossier.due_at, story.dossier.revision
    limited = replace(CHECK, limit=Limit(Unit.WORKING_DAY, 1))
    assert before is not None
    opened = world.at
    world.later(hours=1)

    version = _moved(world, steps(SPECIALIST, limited, LEADER, RETURN))
    _all(version, world)

    after = open_task_of(story.dossier.id)
    assert after is not None
    assert (after.step, after.holder_id, after.opened_at) == ("check", before.holder_id, opened)
    # Friday morning, one working day: by the end of Monday, counted from when the step was first opened.
    assert after.due_at is not None
    assert due is not None
    assert after.due_at == due - timedelta(days=2)
    assert story.reload().dossier.due_at == due
    assert story.dossier.revision == revision + 1
    old = Task.objects.get(id=before.id)
    assert (old.step, old.outcome, old.completed_at) == ("head", "moved", world.at)
    [event] = _told(story)
    assert event == {
        "from_process": str(world.process),
        "to_process": str(version),
        "policy": "move",
        "before": ["head"],
        "after": ["check"],
    }
    # And it goes its way to the end.
    dossiers.hand_over(story.reload().dossier, by=story.staff("head"), at=world.at)
    dossiers.decide_dossier(
        story.reload().dossier,
        outcome="granted",
        title="Giấy",
        number="1",
        by=story.staff("leader"),
        at=world.at,
    )
    assert story.reload().dossier.state == "decided"


def test_another_function_gets_the_step_anew(world: World) -> None:
    story = world.a_dossier().accepted().handed_over()
    world.later(hours=1)
    version = _moved(world, steps(SPECIALIST, replace(CHECK, function="specialist"), LEADER, RETURN))
    _all(version, world)

    after = open_task_of(story.dossier.id)
    assert after is not None
    assert (after.step, after.function, after.opened_at) == ("check", "specialist", world.at)
    assert after.holder_id == world.people["xa-mot.specialist"].id


def test_a_step_of_the_common_queue_goes_to_the_other_function(world: World) -> None:
    story = world.a_dossier().accepted().handed_over()
    Task.objects.filter(subject_id=story.dossier.id, step="head").update(holder=None, post=None)
    world.later(hours=1)
    version = _moved(world, steps(SPECIALIST, replace(CHECK, function="specialist"), LEADER, RETURN))
    _all(version, world)
    after = open_task_of(story.dossier.id)
    assert after is not None
    assert (after.holder_id, after.opened_at) == (world.people["xa-mot.specialist"].id, world.at)


def test_who_prepared_before_the_move_does_not_sign_after_it(world: World) -> None:
    story = world.a_dossier().accepted().handed_over()
    # In the new version the step that prepares has another key.
    draft_step = replace(SPECIALIST, key="write")
    version = _moved(
        world,
        steps(draft_step, CHECK, LEADER, RETURN),
        {"kind": "move", "mapping": {"specialist": "write", "head": "check"}},
    )
    _all(version, world)
    dossiers.hand_over(story.reload().dossier, by=story.staff("head"), at=world.at)

    with pytest.raises(UnableToMove) as caught:
        dossiers.decide_dossier(
            story.reload().dossier, outcome="granted", title="Giấy", by=story.staff("specialist"), at=world.at
        )
    assert caught.value.code == "sign_not_prepare"


def test_a_paused_dossier_moves_and_goes_on_under_the_new_version(world: World) -> None:
    story = world.a_dossier().accepted().handed_over()
    dossiers.hand_over(story.dossier, by=story.staff("head"), back=True, note="Thiếu", at=world.at)
    story.reload().supplement_requested()
    version = _moved(
        world,
        steps(replace(SPECIALIST, key="write"), CHECK, LEADER, RETURN),
        {"kind": "move", "mapping": {"specialist": "write", "head": "check"}},
    )
    _all(version, world)

    assert story.reload().dossier.process_id == version
    assert marking_of(story.dossier.id) == ("write",)
    assert open_task_of(story.dossier.id) is None
    story.resubmitted()
    now = open_task_of(story.dossier.id)
    assert now is not None
    assert now.step == "write"


def test_restart_begins_anew_and_the_clock_goes_on(world: World) -> None:
    story = world.a_dossier().accepted().handed_over()
    signed = world.a_dossier().decided()
    due = story.dossier.due_at
    world.later(hours=2)
    version = _moved(world, NEW, {"kind": "restart"})
    _all(version, world)

    assert marking_of(story.dossier.id) == ("specialist",)
    assert story.reload().dossier.due_at == due
    outcomes = Task.objects.filter(subject_id=story.dossier.id).order_by("opened_at", "id")
    assert list(outcomes.values_list("step", "outcome")) == [
        ("specialist", "done"),
        ("head", "restarted"),
        ("specialist", ""),
    ]
    # What was decided does not begin anew.
    assert _kept(version)[signed.dossier.id] == ("other_stage", "return")


def test_what_was_decided_never_comes_before_a_decision(world: World) -> None:
    signed = world.a_dossier().decided()
    version = _moved(world, NEW, {"kind": "move", "mapping": {"head": "check", "return": "leader"}})
    _all(version, world)
    assert _kept(version) == {signed.dossier.id: ("other_stage", "return")}
    assert signed.reload().dossier.process_id == world.process


def test_a_killed_job_goes_on_and_takes_each_once(world: World, monkeypatch: Any) -> None:
    stories = [world.a_dossier().accepted() for _ in range(5)]
    version = _moved(world)
    assert apply_in_flight(version, at=world.at, most=2) == 2

    def dying(*_: Any, **__: Any) -> None:
        raise MemoryError

    # At its very end, when everything of the batch is written.
    with monkeypatch.context() as patch:
        patch.setattr(journal, "record_many", dying)
        with pytest.raises(MemoryError):
            apply_in_flight(version, at=world.at, most=2)
    # The batch that died left nothing behind.
    assert Dossier.objects.filter(process_id=version).count() == 2
    assert Token.objects.filter(process_id=version).count() == 2
    _all(version, world, most=2)
    assert Dossier.objects.filter(process_id=version).count() == 5
    assert [len(_told(story)) for story in stories] == [1] * 5
    assert InFlightMove.objects.filter(version_id=version).count() == 5
    assert apply_in_flight(version, at=world.at) == 0


def test_one_that_cannot_be_reckoned_stops_nobody(world: World, monkeypatch: Any) -> None:
    bad, good = world.a_dossier().accepted(), world.a_dossier().accepted()
    version = _moved(world)
    from motcua.dossiers.actions import processes

    real = processes.opening_of

    def opening(dossier: Dossier, node: Node, *, at: Any) -> Opening:
        if dossier.id == bad.dossier.id:
            raise LookupError("no calendar")
        return real(dossier, node, at=at)

    monkeypatch.setattr(processes, "opening_of", opening)
    _all(version, world)
    assert _kept(version) == {bad.dossier.id: ("not_reckoned", "")}
    assert good.reload().dossier.process_id == version
    assert marking_of(bad.dossier.id) == ("specialist",)
    assert open_task_of(bad.dossier.id) is not None


def test_a_subject_that_is_no_dossier_is_written_down_and_not_met_again(world: World) -> None:
    subject = uuid7()
    begin_run(
        "dossier", subject, process_id=world.process, at=world.at,
        opener=lambda _: Opening(world.commune.id, None),
    )  # fmt: skip
    version = _moved(world)
    _all(version, world)
    assert _kept(version) == {subject: ("changed_meanwhile", "")}


def test_undo_puts_back_those_that_have_not_gone_on(world: World) -> None:
    still, gone = world.a_dossier().accepted().handed_over(), world.a_dossier().accepted()
    before = open_task_of(still.dossier.id)
    assert before is not None
    version = _moved(world)
    _all(version, world)
    world.later(hours=1)
    dossiers.hand_over(gone.reload().dossier, by=gone.staff("specialist"), at=world.at)

    _back(version, world, most=1)

    assert still.reload().dossier.process_id == world.process
    now = open_task_of(still.dossier.id)
    assert now is not None
    assert (now.step, now.holder_id, now.opened_at, now.due_at) == (
        "head", before.holder_id, before.opened_at, before.due_at,
    )  # fmt: skip
    assert marking_of(still.dossier.id) == ("head",)
    assert gone.reload().dossier.process_id == version
    done = in_flight_of(version)
    assert done is not None
    assert (done.state, done.moved, done.put_back, done.gone_on) == ("undone", 0, 1, 1)
    assert [event["policy"] for event in _told(still)] == ["move", "undo"]
    with refused("not_there"):
        undo_in_flight(version, reason="Lại", by=SYSTEM, at=world.at)
    dossiers.hand_over(still.reload().dossier, by=still.staff("head"), at=world.at)
    assert marking_of(still.dossier.id) == ("leader",)


def test_undo_of_a_restart_puts_everything_where_it_was(world: World) -> None:
    story = world.a_dossier().accepted().handed_over()
    before = open_task_of(story.dossier.id)
    assert before is not None
    version = _moved(world, NEW, {"kind": "restart"})
    world.later(hours=1)
    _all(version, world)
    _back(version, world)

    now = open_task_of(story.dossier.id)
    assert now is not None
    assert (now.step, now.holder_id, now.opened_at) == ("head", before.holder_id, before.opened_at)
    assert story.reload().dossier.process_id == world.process


def test_undo_while_it_runs_leaves_the_rest_alone(world: World) -> None:
    stories = [world.a_dossier().accepted() for _ in range(3)]
    version = _moved(world)
    assert apply_in_flight(version, at=world.at, most=1) == 1
    with refused("reason_needed"):
        undo_in_flight(version, reason=" ", by=SYSTEM, at=world.at)
    _back(version, world)
    assert apply_in_flight(version, at=world.at) == 0
    assert {story.reload().dossier.process_id for story in stories} == {world.process}


def _timed(key: str, days: int) -> Process:
    """A specialist with a timer that runs beside, to a step of the head; both meet before the leader."""
    nodes = (
        Node("start", NodeKind.START),
        SPECIALIST,
        Node("remind", NodeKind.BOUNDARY_TIMER, host="specialist", limit=Limit(Unit.WORKING_DAY, days)),
        HEAD,
        LEADER,
        RETURN,
        Node("end", NodeKind.END),
    )
    ways = (("start", "specialist"), ("specialist", "leader"), ("remind", "head"), ("head", "leader"),
            ("leader", "return"), ("return", "end"))  # fmt: skip
    return Process(key, nodes, tuple(Flow(f"{a}-{b}", a, b) for a, b in ways), title_vi="Có hẹn giờ")


def test_timers_keep_their_time_where_their_limit_is_the_same(world: World) -> None:
    old = publish_process(_timed("default", 2), legal_basis="", by=SYSTEM, at=world.at)
    story = world.a_dossier().accepted()
    assert story.dossier.process_id == old
    [due] = [token.due_at for token in tokens_of(story.dossier.id) if token.due_at]
    world.later(hours=3)
    same = _run(world, _timed("default", 2), old)
    _all(same, world)
    assert [token.due_at for token in tokens_of(story.dossier.id) if token.due_at] == [due]
    other = _run(world, _timed("default", 1), same)
    _all(other, world)
    [now] = [token.due_at for token in tokens_of(story.dossier.id) if token.due_at]
    assert now is not None
    assert world.at < now < due


def _run(world: World, process: Process, source: UUID) -> UUID:
    """Publish a version with a policy straight away, whatever its check would say of it."""
    from motcua.workflow.models import ProcessVersion

    newest = ProcessVersion.objects.get(id=source)
    version = ProcessVersion.objects.create(
        key=newest.key, number=newest.number + 1, definition=process.to_json(), in_flight={"kind": "move"},
        published_at=world.at,
    )  # fmt: skip
    InFlight.objects.create(version=version, source=newest, policy=Policy.MOVE, began_at=world.at)
    return version.id


def test_a_part_at_a_partner_goes_along_under_the_name_of_its_new_step(world: World) -> None:
    old = publish_process(_calling("ask"), legal_basis="", by=SYSTEM, at=world.at)
    _a_partner(world)
    story = world.a_dossier().accepted()
    assert story.dossier.process_id == old
    story.handed_over()
    [part] = Dossier.objects.filter(parent=story.dossier)
    version = _run(world, _calling("request"), old)
    from motcua.workflow.models import ProcessVersion

    assert ProcessVersion.objects.get(id=version).number == 3
    _all(version, world)
    # Nobody said that "ask" is "request" now, and a token at a partner is never lost.
    assert _kept(version)[story.dossier.id] == ("unmapped_place", "ask")

    again = _mapped(world, _calling("request"), old)
    _all(again, world)
    assert marking_of(story.dossier.id) == ("request",)
    part.refresh_from_db()
    assert part.call == "request"
    _back(again, world)
    part.refresh_from_db()
    assert (part.call, marking_of(story.dossier.id)) == ("ask", ("ask",))


def _mapped(world: World, process: Process, source: UUID) -> UUID:
    from motcua.workflow.models import ProcessVersion

    version = ProcessVersion.objects.create(
        key="default", number=9, definition=process.to_json(),
        in_flight={"kind": "move", "mapping": {"ask": "request"}}, published_at=world.at,
    )  # fmt: skip
    old = ProcessVersion.objects.get(id=source)
    InFlight.objects.create(version=version, source=old, policy=Policy.MOVE, began_at=world.at)
    return version.id


def _a_partner(world: World) -> None:
    """A procedure that a partner does, by a process of its own."""
    publish_process(steps(SPECIALIST, LEADER, key="partner"), legal_basis="", by=SYSTEM, at=world.at)
    procedure = world.publish(a_procedure("9.000009"))
    actions.use_process(
        procedure.procedure_id,
        "partner",
        valid_from=local_day(world.at),
        legal_basis="",
        by=SYSTEM,
        at=world.at,
    )


def _calling(call: str) -> Process:
    asked = Node(call, NodeKind.CALL, "Hỏi xã bên", procedure="9.000009", partner="xa-hai")
    return steps(SPECIALIST, asked, LEADER, RETURN)


def test_a_restart_keeps_what_a_partner_works_on(world: World) -> None:
    old = publish_process(_calling("ask"), legal_basis="", by=SYSTEM, at=world.at)
    _a_partner(world)
    story = world.a_dossier().accepted().handed_over()
    assert story.dossier.process_id == old
    version = published(world, tabled(world, NEW, key="default", policy={"kind": "restart"}))
    _all(version, world)
    assert _kept(version)[story.dossier.id] == ("part_open", "ask")


def test_publication_queues_the_job_and_undo_the_other(committed_world: World, outbox: Any) -> None:
    world = committed_world
    story = world.a_dossier().accepted()
    version = _moved(world)
    outbox()
    [job] = ProcrastinateJob.objects.filter(task_name=follow_process.name)
    assert job.args == {"version_id": str(version)}
    follow_process(**job.args)
    follow_process(**job.args)
    assert story.reload().dossier.process_id == version
    assert len(_told(story)) == 1
    assert facts(_draft_of(version)).state == "published"


def _draft_of(version: UUID) -> UUID:
    from motcua.workflow.models import ProcessDraft

    return ProcessDraft.objects.get(published_id=version).id


def _beside(extra: bool) -> Process:
    """Specialist and head work side by side, then the leader; the other version has one more step of the head."""
    fork, join = Node("fork", NodeKind.PARALLEL), Node("join", NodeKind.PARALLEL)
    prepare, check = SPECIALIST, replace(CHECK, key="more")
    nodes = (
        Node("start", NodeKind.START),
        fork,
        prepare,
        HEAD,
        join,
        LEADER,
        RETURN,
        Node("end", NodeKind.END),
    )
    ways = [("start", "fork"), ("fork", "specialist"), ("fork", "head"), ("specialist", "join"),
            ("join", "leader"), ("leader", "return"), ("return", "end")]  # fmt: skip
    ways += [("head", "more"), ("more", "join")] if extra else [("head", "join")]
    return Process(
        "default",
        (*nodes, check) if extra else nodes,
        tuple(Flow(f"{a}-{b}", a, b) for a, b in ways),
        title_vi="Song song",
    )


def test_a_token_before_a_join_is_neither_lost_nor_doubled(world: World) -> None:
    old = publish_process(_beside(False), legal_basis="", by=SYSTEM, at=world.at)
    first, second = world.a_dossier().accepted(), world.a_dossier().accepted()
    assert first.dossier.process_id == old
    first.handed_over()
    dossiers.hand_over(second.dossier, by=second.staff("head"), at=world.at, task=_task(second, "head"))
    version = published(world, tabled(world, _beside(True), key="default", policy={"kind": "move"}))
    _all(version, world)

    assert marking_of(first.dossier.id) == ("head", "specialist-join")
    # Where the head's flow to the join is gone, nobody knows where its token belongs.
    assert _kept(version) == {second.dossier.id: ("unmapped_place", "head-join")}
    for step in ("head", "more"):
        dossiers.hand_over(
            first.reload().dossier, by=first.staff("head"), at=world.at, task=_task(first, step)
        )
    assert marking_of(first.dossier.id) == ("leader",)


def _task(story: DossierStory, step: str) -> UUID:
    return Task.objects.get(subject_id=story.dossier.id, step=step, completed_at__isnull=True).id


def test_undo_after_a_pause_opens_the_step_where_it_was(world: World) -> None:
    story = world.a_dossier().accepted()
    version = _moved(
        world,
        steps(replace(SPECIALIST, key="write"), CHECK, LEADER, RETURN),
        {"kind": "move", "mapping": {"specialist": "write", "head": "check"}},
    )
    _all(version, world)
    story.reload().supplement_requested()
    paused = world.a_dossier()
    assert paused.dossier.state == "draft"
    _back(version, world)
    assert (marking_of(story.dossier.id), open_task_of(story.dossier.id)) == (("specialist",), None)
    story.reload().resubmitted()
    now = open_task_of(story.dossier.id)
    assert now is not None
    assert (now.step, now.holder_id) == ("specialist", world.people["xa-mot.specialist"].id)
    assert story.reload().dossier.process_id == world.process


def test_who_left_meanwhile_does_not_get_the_step_back(world: World) -> None:
    story = world.a_dossier().accepted().handed_over()
    version = _moved(world)
    _all(version, world)
    anew = world.staff("xa-mot.head2", world.commune, "head", "head")
    Holding.objects.filter(user=world.people["xa-mot.head"]).update(valid_to=local_day(world.at))
    _back(version, world)
    now = open_task_of(story.dossier.id)
    assert now is not None
    assert (now.step, now.holder_id) == ("head", anew.id)


def test_the_job_and_an_officer_at_once(committed_world: World) -> None:
    world = committed_world
    stories = [world.a_dossier().accepted() for _ in range(6)]
    version = _moved(world)

    def officer() -> int:
        done = 0
        for story in reversed(stories):
            dossiers.hand_over(story.dossier, by=story.staff("specialist"), at=world.at)
            done += 1
        return done

    answers = at_once(officer, lambda: _all(version, world, most=2), lambda: _all(version, world, most=2))
    assert answers == [6, None, None]
    for story in stories:
        # Moved before or after the officer's deed: it has one token, one open task, and both are of one version.
        [token] = tokens_of(story.dossier.id)
        task = Task.objects.get(subject_id=story.dossier.id, completed_at__isnull=True)
        assert (token.place, token.process_id) == (task.step, task.process_id) == ("check", version)
        assert story.reload().dossier.process_id == version
        assert len(_told(story)) == 1
    assert InFlightMove.objects.filter(version_id=version, state="moved").count() == 6


def test_who_accepts_while_a_version_is_published_is_not_left_behind(committed_world: World) -> None:
    world = committed_world
    stories = [world.a_dossier().filed() for _ in range(4)]
    draft = proposed(world, tabled(world, NEW, key="default", policy=MOVE))
    revision, by = facts(draft).revision, world.as_actor("xa-mot.leader")

    def accept() -> int:
        done = 0
        for story in stories:
            with suppress(UnableToMove):
                dossiers.accept_dossier(story.dossier, by=story.staff("receiver"), at=world.at)
                done += 1
        return done

    version, accepted = at_once(
        lambda: actions.publish_draft(draft, expected=revision, by=by, at=world.at), accept
    )
    assert isinstance(version, UUID), version
    _all(version, world)
    running = Dossier.objects.filter(state="in_progress")
    assert running.count() == accepted >= 3
    assert {row.process_id for row in running} == {version}


def test_what_begins_with_a_partner_waits_while_the_applicant_does(world: World) -> None:
    _a_partner(world)
    paused, going = world.a_dossier().accepted().supplement_requested(), world.a_dossier().accepted()
    asked = Node("ask", NodeKind.CALL, "Hỏi xã bên", procedure="9.000009", partner="xa-hai")
    version = published(
        world,
        tabled(world, steps(asked, SPECIALIST, LEADER, RETURN), key="default", policy={"kind": "restart"}),
    )
    _all(version, world)
    assert _kept(version) == {paused.dossier.id: ("paused", "ask")}
    assert marking_of(going.dossier.id) == ("ask",)
    assert Dossier.objects.filter(parent=going.dossier, call="ask").count() == 1
    # The partner has been asked: that cannot be taken back.
    _back(version, world)
    done = in_flight_of(version)
    assert done is not None
    assert (done.put_back, done.gone_on) == (0, 1)


def _asking() -> Process:
    """The specialist sets what a gateway behind the head's check asks."""
    full = Datum("full", DatumKind.TRUTH, title_vi="Hồ sơ đủ")
    nodes = (
        Node("start", NodeKind.START),
        replace(SPECIALIST, sets=("full",)),
        CHECK,
        Node("which", NodeKind.EXCLUSIVE),
        HEAD,
        LEADER,
        RETURN,
        Node("end", NodeKind.END),
    )
    condition = Condition.read({"==": [{"var": "full"}, True]})
    flows = (
        Flow("f1", "start", "specialist"),
        Flow("f2", "specialist", "check"),
        Flow("f3", "check", "which"),
        Flow("f4", "which", "leader", condition),
        Flow("f5", "which", "head", default=True),
        Flow("f6", "head", "leader"),
        Flow("f7", "leader", "return"),
        Flow("f8", "return", "end"),
    )
    return Process("default", nodes, flows, (full,), title_vi="Có rẽ nhánh")


def test_who_would_be_asked_what_nobody_has_set_stays(world: World) -> None:
    early, late = world.a_dossier().accepted(), world.a_dossier().accepted().handed_over()
    draft = tabled(world, _asking(), key="default", policy=MOVE)
    seen = preview_in_flight(draft)
    assert seen is not None
    assert (seen.going, dict(seen.staying)) == (1, {"data_not_set": 1})
    assert "data_not_set" in {fault.kind for fault in seen.faults if fault.warning}
    version = published(world, draft)
    _all(version, world)
    assert _kept(version) == {late.dossier.id: ("data_not_set", "head")}
    dossiers.hand_over(early.reload().dossier, by=early.staff("specialist"), data={"full": True}, at=world.at)
    dossiers.hand_over(early.reload().dossier, by=early.staff("head"), at=world.at)
    assert marking_of(early.dossier.id) == ("leader",)


def test_a_policy_reaches_only_the_version_before_it(world: World) -> None:
    oldest = world.a_dossier().accepted()
    published(world, tabled(world, NEW, key="default"))
    newer = world.a_dossier().accepted()
    third = _moved(world, steps(SPECIALIST, LEADER, RETURN), {"kind": "restart"})
    _all(third, world)
    assert oldest.reload().dossier.process_id == world.process
    assert newer.reload().dossier.process_id == third


def test_undo_is_a_job_too(committed_world: World, outbox: Any) -> None:
    world = committed_world
    story = world.a_dossier().accepted()
    version = _moved(world)
    _all(version, world)
    undo_in_flight(version, reason="Nhầm bảng", by=world.as_actor("xa-mot.leader"), at=world.at)
    outbox()
    [job] = ProcrastinateJob.objects.filter(task_name=unfollow_process.name)
    unfollow_process(**job.args)
    unfollow_process(**job.args)
    assert story.reload().dossier.process_id == world.process
    kinds = [event.kind for event in history_of(version)]
    assert sorted(kinds) == [
        "process.in_flight_finished",
        "process.in_flight_undo_asked",
        "process.in_flight_undone",
        "process.published",
    ]
