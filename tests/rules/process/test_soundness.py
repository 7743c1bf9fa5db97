import json

import pytest

from motcua.rules.process import DEFAULT_PROCESS, Flow, Node, NodeKind, Process, ProcessRefused
from motcua.rules.process.exploring import explore
from motcua.rules.process.faults import Deed, Fault, Scene
from motcua.rules.process.kernel import kernel_of
from motcua.rules.process.shape import faults_of_form
from motcua.rules.process.soundness import check_soundness
from tests.rules.process.drawn import drawn, error, side_by_side, timer, walked

SOUND = {
    "line": drawn("start>a a>b b>end"),
    "choice": drawn("start>x1 x1>a x1>b a>x2 b>x2 x2>end"),
    "two ends": drawn("start>x1 x1>a x1>b a>end b>end2"),
    "side by side": drawn("start>p1 p1>a p1>b a>p2 b>p2 p2>end"),
    "each branch ends by itself": drawn("start>p1 p1>a p1>b a>end b>end2"),
    "some of them": drawn("start>o1 o1>a o1>b a>o2 b>o2 o2>end"),
    "loop": drawn("start>x1 x1>a a>x2 x2>x1 x2>end"),
    "loop without a gateway that joins": drawn("start>a a>x2 x2>a x2>end"),
    "joins that overlap": drawn("start>p1 p1>a p1>b a>p2 p2>c p2>p3 b>p3 p3>d c>p4 d>p4 p4>end"),
    "inclusive joins what is parallel": drawn("start>p1 p1>a p1>b a>o2 b>o2 o2>end"),
    "interrupted": drawn("start>a a>x1 t>b b>x1 x1>end", nodes=[timer("t", "a")]),
    "failed": drawn("start>a a>x1 f>b b>x1 x1>end", nodes=[error("f", "a")]),
    "reminded": drawn("start>a a>end t>b b>end", nodes=[timer("t", "a", interrupts=False)]),
    "gateway of one way": drawn("start>p1 p1>a a>x1 x1>end"),
    "default": DEFAULT_PROCESS,
}


@pytest.mark.parametrize("process", SOUND.values(), ids=SOUND.keys())
def test_a_sound_process_has_no_fault(process: Process) -> None:
    assert check_soundness(process) == ()


UNSOUND = {
    "choice joined as if all came": (
        drawn("start>x1 x1>a x1>b a>p2 b>p2 p2>end"),
        {("deadlock", "p2"), ("dead_node", "end")},
    ),
    "parallel joined as if one came": (
        drawn("start>p1 p1>a p1>b a>x2 b>x2 x2>c c>end"),
        {("token_doubled", "c")},
    ),
    "some joined as if one came": (
        drawn("start>o1 o1>a o1>b a>x2 b>x2 x2>c c>end"),
        {("token_doubled", "c")},
    ),
    "some joined as if all came": (drawn("start>o1 o1>a o1>b a>p2 b>p2 p2>end"), {("deadlock", "p2")}),
    "a branch that leaves": (
        drawn("start>p1 p1>a p1>x1 x1>b x1>end2 a>p2 b>p2 p2>end"),
        {("deadlock", "p2")},
    ),
    "circle without a step": (drawn("start>x1 x1>x2 x2>x1 x2>a a>end"), {("endless", "x1")}),
    "loop that nothing leaves": (
        drawn("start>x1 x1>a x1>b b>c c>b a>end"),
        {("no_end", "b"), ("no_end", "c")},
    ),
    "step that nothing leads to": (drawn("start>a a>end b>end"), {("unreachable", "b")}),
    "task that leads nowhere": (drawn("start>x1 x1>a x1>b b>end"), {("no_way_out", "a")}),
    "task with two ways out": (drawn("start>a a>b a>c b>end c>end2"), {("implicit_split", "a")}),
    "reminder that meets itself": (
        drawn("start>x1 x1>a a>x2 x2>x1 x2>end t>b b>end", nodes=[timer("t", "a", interrupts=False)]),
        {("token_doubled", "b")},
    ),
    "reminder that joins its own host's way": (
        drawn("start>a a>p1 t>p1 p1>end", nodes=[timer("t", "a", interrupts=False)]),
        {("deadlock", "p1")},
    ),
    "second error path": (
        drawn("start>a a>end f>b b>end g>c c>end", nodes=[error("f", "a"), error("g", "a")]),
        {("dead_node", "g"), ("dead_node", "c")},
    ),
    "two faults at once": (
        drawn("start>x1 x1>a x1>b a>p2 b>p2 p2>c c>end x1>p3 p3>d p3>e d>f e>f f>end"),
        {("deadlock", "p2"), ("token_doubled", "f")},
    ),
    "token that can never go back": (
        drawn("start>p1 p1>a p1>b a>x1 x1>c c>x1 b>end"),
        {("no_end", "a"), ("no_end", "x1"), ("no_end", "c")},
    ),
}


@pytest.mark.parametrize(("process", "expected"), UNSOUND.values(), ids=UNSOUND.keys())
def test_what_is_wrong_is_named_by_kind_and_element(process: Process, expected: set[tuple[str, str]]) -> None:
    assert {(fault.kind, fault.element) for fault in check_soundness(process)} == expected


def test_the_story_is_the_shortest_one() -> None:
    (fault,) = check_soundness(drawn("start>o1 o1>a o1>b a>p2 b>p2 p2>c c>end"))
    assert fault == Fault(
        "deadlock",
        "p2",
        (Scene("start", Deed.DONE, ("start>o1", "o1>a")), Scene("a", Deed.DONE, ("a>p2",))),
        {"missing": "b>p2"},
    )


def test_a_story_tells_which_timer_ran_out_and_which_step_failed() -> None:
    process = drawn(
        "start>p1 p1>a p1>b a>p2 b>p2 p2>end t>end2 f>end2", nodes=[timer("t", "a"), error("f", "b")]
    )
    (fault,) = check_soundness(process)
    assert {scene.deed for scene in fault.story} >= {Deed.DONE}
    assert {scene.deed for scene in fault.story} & {Deed.EXPIRED, Deed.FAILED}
    marking = walked(process, fault.story)
    assert not isinstance(marking, ProcessRefused)
    assert marking in {("a>p2",), ("b>p2",)}


def test_faults_go_to_json() -> None:
    (fault,) = check_soundness(drawn("start>o1 o1>a o1>b a>p2 b>p2 p2>end"))
    said = json.loads(json.dumps(fault.to_json()))
    assert (said["kind"], said["element"], said["warning"]) == ("deadlock", "p2", False)
    assert said["story"][0] == {"node": "start", "deed": "done", "flows": ["start>o1", "o1>a"]}


def test_what_is_no_process_at_all_is_told_as_faults() -> None:
    nodes = (Node("a", NodeKind.TASK), Node("a", NodeKind.END))
    faults = faults_of_form(nodes, (Flow("f", "a", "nobody"),))
    assert {fault.kind for fault in faults} == {
        "repeated_key", "no_start", "unknown_node", "missing_field", "bad_flow",
    }  # fmt: skip
    assert faults_of_form(DEFAULT_PROCESS.nodes, DEFAULT_PROCESS.flows) == ()


LARGE = {
    "ten branches of six steps": side_by_side(10, 6),
    "ten branches in a loop": side_by_side(10, 6, loop=True),
    "twelve inclusive branches": side_by_side(12, 5, kind="o"),
    "thirty steps with reminders": side_by_side(3, 10, remind=True),
    "a hundred steps": drawn("start>s0 s99>end " + " ".join(f"s{n}>s{n + 1}" for n in range(99))),
}


@pytest.mark.parametrize("process", LARGE.values(), ids=LARGE.keys())
def test_large_processes_are_proved_by_looking_at_a_few_states(process: Process) -> None:
    assert len(process.nodes) > 60
    assert check_soundness(process) == ()
    kernel = kernel_of(process)
    assert len(explore(kernel.process, most=100, watch=kernel.watch()).origin) < 5


def test_a_fault_deep_in_a_large_process_is_found_with_a_true_story() -> None:
    # One of ten branches jumps back over the join.
    large = side_by_side(10, 6, loop=True)
    flows = tuple(Flow("leak", flow.source, "x2") if flow.key == "b0s5>p2" else flow for flow in large.flows)
    process = Process("leaking", large.nodes, flows)
    faults = check_soundness(process)
    # Now the join lacks a flow that it never had: it is the loop that doubles.
    assert {fault.kind for fault in faults} == {"token_doubled"}
    for fault in faults:
        refused = walked(process, fault.story)
        assert isinstance(refused, ProcessRefused)
        assert (refused.code, refused.where) == ("token_doubled", fault.element)


def test_a_large_process_with_reminders_in_a_loop_tells_when_they_meet() -> None:
    process = side_by_side(5, 3, loop=True, remind=True)
    (fault,) = check_soundness(process)
    assert (fault.kind, fault.element[0]) == ("token_doubled", "r")
    refused = walked(process, fault.story)
    assert isinstance(refused, ProcessRefused)
    assert refused.where == fault.element


def _rings(count: int) -> Process:
    """Draw parallel branches, each tied to the next: nothing in it can be folded."""
    way = ["start>p1 p2>end"]
    for n in range(count):
        way.append(f"p1>a{n} a{n}>p1{n} p1{n}>b{n} b{n}>p2{n} p2{n}>c{n} c{n}>p2")
        way.append(f"p1{n}>p2{(n + 1) % count}")
    return drawn(" ".join(way))


def test_a_tied_process_is_searched_as_it_is() -> None:
    assert check_soundness(_rings(3)) == ()


def test_what_is_too_complex_is_never_called_sound() -> None:
    faults = check_soundness(_rings(10))
    assert [fault.kind for fault in faults] == ["too_complex"]


def test_a_choice_of_too_many_ways_is_folded_or_refused() -> None:
    assert check_soundness(side_by_side(40, 1, kind="o")) == ()
    way = " ".join(f"o1>a{n} a{n}>x2" for n in range(40))
    faults = check_soundness(drawn(f"start>o1 {way} x2>b b>end"))
    assert [(fault.kind, fault.element) for fault in faults] == [("too_complex", "o1")]
