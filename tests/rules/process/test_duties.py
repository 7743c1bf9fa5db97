from dataclasses import replace

import pytest

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import (
    DEFAULT_PROCESS,
    Awaited,
    Datum,
    DatumKind,
    Node,
    NodeKind,
    Process,
    StepKind,
    task,
)
from motcua.rules.process.checks import check_publication
from motcua.rules.process.duties import (
    faults_at_return,
    faults_of_duties,
    faults_of_hands,
    faults_of_holders,
    faults_of_setting,
)
from tests.rules.process.drawn import drawn, side_by_side, timer

PREPARE = task("prepare", "specialist", "prepare", prepares=True)
DECIDE = task("decide", "leader", "decide", work=StepKind.DECIDE)
RETURN = task("return", "receiver", "return", work=StepKind.RETURN)
WHOLE = (PREPARE, DECIDE, RETURN)


def _drawn(way: str, *more: Node) -> Process:
    named = {key for arrow in way.split() for key in arrow.split(">")}
    return drawn(way, nodes=[node for node in (*WHOLE, *more) if node.key in named or node.host])


def _found(process: Process, for_partner: bool = False) -> set[tuple[str, str]]:
    return {(fault.kind, fault.element) for fault in faults_of_duties(process, for_partner=for_partner)}


GOOD = [
    "start>prepare prepare>decide decide>return return>end",
    "start>prepare prepare>x1 x1>a a>prepare x1>decide decide>return return>end",
    "start>p1 p1>prepare p1>a prepare>p2 a>p2 p2>decide decide>return return>end",
]


@pytest.mark.parametrize("way", GOOD)
def test_one_decision_and_one_return_after_it_are_right(way: str) -> None:
    assert _found(_drawn(way)) == set()


def test_the_default_process_owes_nothing() -> None:
    assert faults_of_duties(DEFAULT_PROCESS) == ()
    assert faults_of_hands(DEFAULT_PROCESS) == ()


BAD = {
    "no decision on one path": (
        "start>prepare prepare>x1 x1>decide decide>x2 x1>x2 x2>return return>end",
        {("return_before_decision", "return"), ("no_decision", "end")},
    ),
    "no return": ("start>prepare prepare>decide decide>end", {("no_return", "end")}),
    "decided again in a loop": (
        "start>prepare prepare>decide decide>x1 x1>decide x1>return return>end",
        {("decided_twice", "decide")},
    ),
    "returned again in a loop": (
        "start>prepare prepare>decide decide>return return>x1 x1>return x1>end",
        {("returned_twice", "return")},
    ),
    "return before the decision": (
        "start>prepare prepare>return return>decide decide>end",
        {("return_before_decision", "return")},
    ),
    "something beside the return": (
        "start>prepare prepare>decide decide>p1 p1>return p1>a return>end a>end",
        {("return_beside_others", "return")},
    ),
    "decided without preparing": (
        "start>x1 x1>prepare prepare>x2 x1>x2 x2>decide decide>return return>end",
        {("unprepared_decision", "decide")},
    ),
    "prepared beside the decision": (
        "start>p1 p1>prepare p1>decide prepare>p2 decide>p2 p2>return return>end",
        {("unprepared_decision", "decide")},
    ),
}


@pytest.mark.parametrize(("way", "expected"), BAD.values(), ids=BAD.keys())
def test_what_a_path_owes_is_told(way: str, expected: set[tuple[str, str]]) -> None:
    assert _found(_drawn(way)) == expected


def test_the_story_ends_where_the_rule_is_broken() -> None:
    process = _drawn("start>prepare prepare>decide decide>x1 x1>decide x1>return return>end")
    (fault,) = faults_of_duties(process)
    assert [scene.node for scene in fault.story] == ["start", "prepare", "decide", "decide"]
    beside = _drawn("start>prepare prepare>decide decide>p1 p1>return p1>a return>end a>end")
    (fault,) = faults_of_duties(beside)
    assert fault.facts == {"others": "a"}


def test_a_partner_decides_and_returns_nothing() -> None:
    assert _found(_drawn("start>prepare prepare>decide decide>end"), for_partner=True) == set()
    process = _drawn("start>prepare prepare>decide decide>return return>end")
    assert _found(process, for_partner=True) == {("return_at_partner", "return")}
    assert _found(_drawn("start>prepare prepare>end"), for_partner=True) == {("no_decision", "end")}


def _large(*, remind: bool = False, skip: bool = False) -> Process:
    """Draw ten branches before the decision; with `skip` there is a way round the step that prepares."""
    inner = side_by_side(10, 6, remind=remind)
    arrows = [
        f"{flow.source}>{flow.target}" for flow in inner.flows if flow.key not in ("start>p1", "p2>end")
    ]
    around = "x1>x2" if skip else "x1>other other>x2"
    return _drawn(
        f"start>p1 {' '.join(arrows)} p2>x1 x1>prepare prepare>x2 {around} x2>decide decide>return return>end",
        *(node for node in inner.nodes if node.host),
        task("other", "specialist", "other", prepares=True),
    )


def test_large_processes_are_looked_at_whole() -> None:
    assert faults_of_duties(_large()) == ()
    (fault,) = faults_of_duties(_large(skip=True))
    assert (fault.kind, fault.element) == ("unprepared_decision", "decide")
    assert fault.story[-1].node == "decide"


def test_a_reminder_that_may_last_until_the_return_is_told_in_large_processes_too() -> None:
    reminder = timer("t", "prepare", interrupts=False)
    small = _drawn("start>prepare prepare>decide decide>return return>end t>a a>end", reminder)
    assert _found(small) == {("return_beside_others", "return")}
    assert _found(_large(remind=True)) == {("return_beside_others", "return")}


def test_a_function_does_not_both_prepare_and_decide() -> None:
    own = task("decide", "specialist", "decide", work=StepKind.DECIDE)
    process = drawn("start>prepare prepare>decide decide>return return>end", nodes=[PREPARE, own, RETURN])
    (fault,) = faults_of_hands(process)
    assert (fault.kind, fault.element, fault.facts) == (
        "prepares_and_decides", "specialist", {"nodes": "prepare, decide"},
    )  # fmt: skip


def test_a_function_that_nobody_holds_is_named_with_the_agencies() -> None:
    holders = {"leader": ["Xã A", "Xã B"], "head": ["Xã A"], "specialist": []}
    process = _drawn("start>prepare prepare>decide decide>return return>end")
    (fault,) = faults_of_holders(process, holders)
    assert (fault.kind, fault.element, fault.facts) == ("no_holder", "leader", {"agencies": "Xã A, Xã B"})


AFTER = {
    "filed away": "start>prepare prepare>decide decide>return return>a a>end",
    "on one of two ways": "start>prepare prepare>decide decide>return return>x1 x1>a x1>end a>end",
    "beside each other": "start>prepare prepare>decide decide>return return>p1 p1>a p1>p2 a>p2 p2>end",
}


@pytest.mark.parametrize("way", AFTER.values(), ids=AFTER.keys())
def test_nothing_waits_after_the_return(way: str) -> None:
    assert _found(_drawn(way)) == {("work_after_return", "a")}
    # A partner's process has no return to come after.
    assert _found(_drawn(way), for_partner=True) == {("return_at_partner", "return")}


def test_a_partner_is_not_asked_after_the_return() -> None:
    asked = Node("a", NodeKind.CALL, "a", partner="same")
    process = _drawn("start>prepare prepare>decide decide>return return>a a>end", asked)
    (fault,) = faults_of_duties(process)
    assert (fault.kind, fault.element) == ("work_after_return", "a")
    assert fault.story[-1].node == "return"


@pytest.mark.parametrize("end", ["return>a a>end", "return>p3 p3>a p3>end a>end"])
def test_work_after_the_return_is_told_in_large_processes_too(end: str) -> None:
    whole = _large()
    arrows = [f"{flow.source}>{flow.target}" for flow in whole.flows if flow.key != "return>end"]
    process = _drawn(f"{' '.join(arrows)} {end}", *(node for node in whole.nodes if node.key == "other"))
    assert _found(process) == {("work_after_return", "a")}


@pytest.mark.parametrize("interrupts", [True, False])
def test_no_time_runs_at_the_return(interrupts: bool) -> None:
    process = _drawn(
        "start>prepare prepare>decide decide>return return>end late>end",
        timer("late", "return", interrupts=interrupts),
    )
    (fault,) = faults_at_return(process)
    assert (fault.kind, fault.element, fault.facts) == ("timer_on_return", "late", {"node": "return"})
    elsewhere = _drawn(
        "start>prepare prepare>decide decide>return return>end late>return",
        timer("late", "decide"),
    )
    assert faults_at_return(elsewhere) == ()


TRUTH = Datum("ok", DatumKind.TRUTH)
ANSWER = Datum("ok", DatumKind.CHOICE, values=(("granted", "", ""), ("refused", "", ""), ("none", "", "")))
HALF = Datum("ok", DatumKind.CHOICE, values=(("granted", "", ""),))
CALL = Node("a", NodeKind.CALL, "a", partner="same", sets=("ok",))


@pytest.mark.parametrize(
    ("node", "datum", "kinds"),
    [
        (
            Node("a", NodeKind.TIMER, limit=Limit(Unit.WORKING_DAY, 1), sets=("ok",)), TRUTH,
            {("sets_at_timer", "a")},
        ),
        (replace(RETURN, sets=("ok",)), TRUTH, {("sets_at_return", "return")}),
        (Node("a", NodeKind.WAIT, awaits=Awaited.SUPPLEMENT, sets=("ok",)), TRUTH, {("sets_at_supplement", "a")}),
        (Node("a", NodeKind.WAIT, awaits=Awaited.PAYMENT, sets=("ok",)), TRUTH, set()),
        (replace(DECIDE, sets=("ok",)), TRUTH, set()),
        (CALL, TRUTH, {("sets_at_call", "a")}),
        (CALL, HALF, {("sets_at_call", "a")}),
        (CALL, ANSWER, set()),
        (replace(CALL, sets=("ok", "two")), ANSWER, {("sets_at_call", "a")}),
    ],
)  # fmt: skip
def test_data_are_set_only_where_somebody_can_give_them(
    node: Node, datum: Datum, kinds: set[tuple[str, str]]
) -> None:
    given = {one.key: one for one in (*WHOLE, node)}
    way = "start>prepare prepare>a a>decide decide>return return>end"
    process = drawn(way, nodes=given.values(), data=[datum])
    assert {(fault.kind, fault.element) for fault in faults_of_setting(process)} == kinds
    assert kinds <= {
        (fault.kind, fault.element) for fault in check_publication(process, limit=None, scenarios=())
    }
