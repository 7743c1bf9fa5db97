"""Dossiers on processes with branches: data choose, branches run side by side, timers run out, errors have a way."""

from datetime import date, time
from typing import Any

import pytest
from django.db import connection

from motcua.dossiers import actions
from motcua.dossiers.actions import FaultData, UnableToMove, run_timers
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries.many_ledgers import differing
from motcua.journal.queries import history_of
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.localday import at_local
from motcua.rules.process import (
    Awaited,
    Condition,
    Datum,
    DatumKind,
    Flow,
    Node,
    NodeKind,
    Process,
    StepKind,
    task,
)
from motcua.workflow.models import Task
from motcua.workflow.queries import facts_of, marking_of, open_tasks_of, tokens_of
from tests.dossiers.asking import at_once
from tests.world import DossierStory, World

VERDICT = Datum(
    "verdict", DatumKind.CHOICE, "Kết quả kiểm tra", "Verdict",
    (("good", "Đạt", "Good"), ("bad", "Không đạt", "Bad"), ("unclear", "Cần xác minh", "Unclear")),
)  # fmt: skip
GOOD = Condition.read({"==": [{"var": "verdict"}, "good"]})
BAD = Condition.read({"==": [{"var": "verdict"}, "bad"]})
DAY = Limit(Unit.WORKING_DAY, 1)


def branching() -> Process:
    """Check; good: sign; bad: explain; else verify on the spot beside asking the archive, then check again."""
    return Process(
        "re-nhanh",
        (
            Node("start", NodeKind.START),
            task("check", "specialist", "Kiểm tra", "Check", sets=("verdict",), prepares=True),
            Node("way", NodeKind.EXCLUSIVE, "Kết quả kiểm tra?"),
            task("explain", "head", "Giải trình", "Explain"),
            Node("fork", NodeKind.PARALLEL),
            task("verify", "specialist", "Xác minh", "Verify", limit=DAY),
            task("archive", "head", "Tra lưu trữ", "Archive"),
            Node("found", NodeKind.EXCLUSIVE),
            Node("join", NodeKind.PARALLEL),
            task("sign", "leader", "Ký", "Sign", StepKind.DECIDE),
            task("return", "receiver", "Trả kết quả", "Return", StepKind.RETURN),
            Node("end", NodeKind.END),
            Node("late", NodeKind.BOUNDARY_TIMER, "Quá một ngày", host="archive", limit=DAY, interrupts=False),
            task("remind", "leader", "Đôn đốc", "Remind"),
            Node("lost", NodeKind.BOUNDARY_ERROR, "Không có hồ sơ lưu", host="archive"),
        ),
        (
            Flow("f1", "start", "check"), Flow("f2", "check", "way"), Flow("good", "way", "sign", GOOD),
            Flow("bad", "way", "explain", BAD), Flow("other", "way", "fork", default=True),
            Flow("f3", "explain", "sign"), Flow("f4", "fork", "verify"), Flow("f5", "fork", "archive"),
            Flow("f6", "verify", "join"), Flow("f7a", "archive", "found"), Flow("f8", "join", "check"),
            Flow("f9", "sign", "return"), Flow("f10", "return", "end"), Flow("f11", "late", "remind"),
            Flow("f12", "remind", "end"), Flow("f13", "lost", "found"), Flow("f7", "found", "join"),
        ),
        (VERDICT,),
    )  # fmt: skip


def _checked(world: World, story: DossierStory, verdict: str) -> DossierStory:
    actions.hand_over(story.dossier, data={"verdict": verdict}, by=story.staff("specialist"), at=world.at)
    return story.reload()


def _started(world: World) -> DossierStory:
    world.run_by(branching())
    return world.a_dossier().accepted()


def _done(world: World, story: DossierStory, step: str, who: str, **more: Any) -> None:
    held = Task.objects.get(subject_id=story.dossier.id, step=step, completed_at__isnull=True)
    actions.hand_over(story.dossier, task=held.id, by=story.staff(who), at=world.at, **more)


@pytest.mark.parametrize(
    ("verdict", "marking"),
    [("good", ("sign",)), ("bad", ("explain",)), ("unclear", ("archive", "late", "verify"))],
)
def test_the_data_of_a_step_choose_the_way(world: World, verdict: str, marking: tuple[str, ...]) -> None:
    story = _checked(world, _started(world), verdict)
    assert marking_of(story.dossier.id) == marking
    assert facts_of(story.dossier.id) == {"verdict": verdict}


@pytest.mark.parametrize("given", [{}, {"verdict": "maybe"}, {"verdict": True}])
def test_without_its_data_a_step_is_not_done(world: World, given: dict[str, Any]) -> None:
    story = _started(world)
    with pytest.raises(UnableToMove) as refused:
        actions.hand_over(story.dossier, data=given, by=story.staff("specialist"), at=world.at)
    assert (refused.value.code, refused.value.facts["where"]) == ("data_missing", "Kết quả kiểm tra")
    assert marking_of(story.dossier.id) == ("check",)
    assert facts_of(story.dossier.id) == {}


def test_branches_run_side_by_side_and_are_waited_for(world: World) -> None:
    story = _checked(world, _started(world), "unclear")
    held = {row.step: (row.holder_name, row.due_at) for row in open_tasks_of(story.dossier.id)}
    assert held == {
        "verify": ("Cán bộ xa-mot specialist", at_local(date(2026, 11, 9), time(17))),
        "archive": ("Cán bộ xa-mot head", story.dossier.due_at),
    }
    _done(world, story, "verify", "specialist")
    assert marking_of(story.dossier.id) == ("archive", "f6", "late")
    _done(world, story, "archive", "head")
    assert marking_of(story.dossier.id) == ("check",), "the timer went with its step"
    _checked(world, story.reload(), "good")
    assert marking_of(story.dossier.id) == ("sign",)
    assert facts_of(story.dossier.id) == {"verdict": "good"}


@pytest.mark.django_db(transaction=True)
def test_two_officers_on_two_branches_do_not_stop_each_other(world: World) -> None:
    story = _checked(world, _started(world), "unclear")
    held = {row.step: row.id for row in open_tasks_of(story.dossier.id)}

    def done(step: str, who: str) -> None:
        actions.hand_over(story.dossier, task=held[step], by=story.staff(who), at=world.at)

    found = at_once(lambda: done("verify", "specialist"), lambda: done("archive", "head"))
    assert [fault for fault in found if isinstance(fault, Exception)] == []
    assert marking_of(story.dossier.id) == ("check",)


@pytest.mark.django_db(transaction=True)
def test_two_who_complete_one_task_and_one_does(world: World) -> None:
    story = _checked(world, _started(world), "unclear")
    held = {row.step: row.id for row in open_tasks_of(story.dossier.id)}

    def done() -> None:
        actions.hand_over(story.dossier, task=held["archive"], by=story.staff("head"), at=world.at)

    found = at_once(done, done, done)
    refused = [fault for fault in found if isinstance(fault, UnableToMove)]
    assert [fault.code for fault in refused] == ["changed_meanwhile"] * 2
    assert marking_of(story.dossier.id) == ("f7", "verify")
    kinds = [entry.kind for entry in history_of(story.dossier.id)]
    assert kinds.count("dossier.handed_over") == 2


def test_an_error_path_needs_a_reason_and_takes_its_way(world: World) -> None:
    story = _checked(world, _started(world), "unclear")
    with pytest.raises(UnableToMove, match="reason_needed"):
        _done(world, story, "archive", "head", failed=True)
    _done(world, story, "archive", "head", failed=True, note="Không có trong kho")
    assert marking_of(story.dossier.id) == ("f7", "verify")
    with pytest.raises(UnableToMove, match="no_error_path"):
        _done(world, story, "verify", "specialist", failed=True, note="Không đến được")
    assert marking_of(story.dossier.id) == ("f7", "verify")


def test_a_step_is_handed_back_to_the_one_that_was_done_last(world: World) -> None:
    story = _checked(world, _started(world), "bad")
    actions.hand_over(story.dossier, back=True, note="Xem lại", by=story.staff("head"), at=world.at)
    assert marking_of(story.dossier.id) == ("check",)
    _checked(world, story.reload(), "good")
    actions.hand_over(story.dossier, back=True, note="Xem lại", by=story.staff("leader"), at=world.at)
    assert marking_of(story.dossier.id) == ("check",), "not to the explanation, which belongs to another way"
    _checked(world, story.reload(), "unclear")
    with pytest.raises(UnableToMove, match="move_not_allowed"):
        _done(world, story, "archive", "head", back=True, note="Xem lại")


def test_a_timer_beside_a_step_runs_out_once_on_working_time(world: World) -> None:
    story = _checked(world, _started(world), "unclear")
    [timer] = [token for token in tokens_of(story.dossier.id) if token.due_at]
    assert (timer.place, timer.due_at) == ("late", at_local(date(2026, 11, 9), time(17)))
    assert run_timers(at=at_local(date(2026, 11, 9), time(16, 59))) == 0
    at = at_local(date(2026, 11, 9), time(17))
    assert run_timers(at=at) == 1
    assert run_timers(at=at) == 0
    assert marking_of(story.dossier.id) == ("archive", "remind", "verify")
    assert history_of(story.dossier.id)[-1].kind == "dossier.timer_ran_out"
    world.at = at
    for step, who in (("remind", "leader"), ("verify", "specialist"), ("archive", "head")):
        _done(world, story, step, who)
    assert marking_of(story.dossier.id) == ("check",)


def test_a_timer_stands_still_while_the_dossier_waits_for_its_applicant(world: World) -> None:
    story = _checked(world, _started(world), "unclear")
    world.at = at_local(date(2026, 11, 9), time(15))  # two working hours before it runs out
    fault = FaultData("to-khai", "Thiếu chữ ký", "Ký và nộp lại")
    actions.request_supplement(
        story.dossier, faults=[fault], ground="Điều 15", by=story.staff("specialist"), at=world.at
    )
    assert run_timers(at=at_local(date(2026, 11, 12), time(17))) == 0
    world.at = at_local(date(2026, 11, 12), time(10))
    story.reload().resubmitted()
    [timer] = [token for token in tokens_of(story.dossier.id) if token.due_at]
    assert timer.due_at == at_local(date(2026, 11, 12), time(14)), "10:00-11:30 and 13:30-14:00"
    assert sorted(row.step for row in open_tasks_of(story.dossier.id)) == ["archive", "verify"]
    assert list(differing()) == []


def test_who_prepared_does_not_sign_on_any_way(world: World) -> None:
    story = _started(world)
    world.staff("kiem", world.commune, "leader", "sign", "solve")
    both = world.as_actor("kiem")
    held = Task.objects.get(subject_id=story.dossier.id)
    actions.hand_over(story.dossier, task=held.id, data={"verdict": "good"}, by=both, at=world.at)
    with pytest.raises(UnableToMove, match="sign_not_prepare"):
        actions.decide_dossier(story.reload().dossier, outcome="granted", title="Giấy", by=both, at=world.at)


def waiting() -> Process:
    """Ask for a supplement as a drawn step, then sign."""
    return Process(
        "cho-bo-sung",
        (
            Node("start", NodeKind.START),
            task("check", "specialist", "Kiểm tra", "Check", prepares=True),
            Node("ask", NodeKind.WAIT, "Chờ bổ sung", function="specialist", awaits=Awaited.SUPPLEMENT),
            task("sign", "leader", "Ký", "Sign", StepKind.DECIDE),
            task("return", "receiver", "Trả kết quả", "Return", StepKind.RETURN),
            Node("end", NodeKind.END),
        ),
        (
            Flow("f1", "start", "check"), Flow("f2", "check", "ask"), Flow("f3", "ask", "sign"),
            Flow("f4", "sign", "return"), Flow("f5", "return", "end"),
        ),
    )  # fmt: skip


def test_a_drawn_wait_for_a_supplement_is_over_when_it_came(world: World) -> None:
    world.run_by(waiting())
    story = world.a_dossier().accepted().handed_over()
    assert [row.step for row in open_tasks_of(story.dossier.id)] == ["ask"]
    story.supplement_requested()
    assert marking_of(story.dossier.id) == ("ask",)
    world.later(days=1)
    story.resubmitted()
    assert marking_of(story.dossier.id) == ("sign",)
    assert [row.step for row in open_tasks_of(story.dossier.id)] == ["sign"]


def test_dossiers_keep_the_process_that_they_were_accepted_under(world: World) -> None:
    before = world.a_dossier().accepted()
    world.run_by(branching())
    after = world.a_dossier().accepted()
    assert (marking_of(before.dossier.id), marking_of(after.dossier.id)) == (("specialist",), ("check",))
    before.decided()
    assert Dossier.objects.get(pk=before.dossier.pk).state == "decided"


def test_a_step_costs_few_statements(world: World) -> None:
    from django.test.utils import CaptureQueriesContext

    story = _checked(world, _started(world), "unclear")
    with CaptureQueriesContext(connection) as queries:
        _done(world, story, "verify", "specialist")
    assert len(queries) <= 16, [query["sql"][:90] for query in queries]
