"""A process as a table: what each single edit makes of the graph."""

from dataclasses import replace

import pytest

from motcua.office.process_edits import Sheet, slug
from motcua.rules.process import (
    DEFAULT_PROCESS,
    Condition,
    Datum,
    DatumKind,
    Flow,
    Node,
    NodeKind,
    Process,
    line,
    task,
)

ABC = Sheet.from_json(line("k", [task(key, "specialist", key.upper()) for key in "abc"]).to_json())
FREE = Node("new", NodeKind.WAIT)


def ways(sheet: Sheet) -> set[tuple[str, str]]:
    return {(flow.source, flow.target) for flow in sheet.flows}


def order(sheet: Sheet) -> str:
    return " ".join(node.key for node in sheet.in_order())


def with_ways(sheet: Sheet, *pairs: tuple[str, str]) -> Sheet:
    for source, target in pairs:
        sheet = sheet.with_way(source, target)
    return sheet


def test_what_is_read_is_written_again() -> None:
    assert Sheet.from_json(DEFAULT_PROCESS.to_json()).to_json() == DEFAULT_PROCESS.to_json()
    # A draft may be what no process can be.
    half: dict[str, object] = {"key": "k", "nodes": [{"key": "a", "kind": "task"}], "flows": [], "data": []}
    assert Sheet.from_json(half).nodes == (Node("a", NodeKind.TASK),)


def test_a_step_on_a_way_divides_it() -> None:
    sheet = ABC.inserted(FREE, on="a-b")
    assert ways(sheet) == {("start", "a"), ("a", "new"), ("new", "b"), ("b", "c"), ("c", "end")}
    assert order(sheet) == "start a new b c end"


def test_a_condition_stays_on_the_way_that_had_it() -> None:
    asked = replace(ABC.flows[1], condition=Condition.read({"var": "fit"}))
    sheet = ABC.with_flow(asked).inserted(FREE, on="a-b")
    assert {flow.source for flow in sheet.flows if flow.condition} == {"a"}


def test_a_step_behind_a_gateway_is_a_new_way_and_alone_it_has_none() -> None:
    assert ways(ABC.inserted(FREE, after="a")) - ways(ABC) == {("a", "new")}
    assert ways(ABC.inserted(FREE)) == ways(ABC)
    assert ways(ABC.inserted(FREE, on="no such way")) == ways(ABC)


def test_an_end_on_a_way_ends_it() -> None:
    sheet = ABC.inserted(Node("stop", NodeKind.END), on="b-c")
    assert ("b", "stop") in ways(sheet)
    assert not {source for source, _ in ways(sheet)} & {"stop"}


@pytest.mark.parametrize(("key", "after"), [
    ("a", {("start", "b"), ("b", "c"), ("c", "end")}),
    ("b", {("start", "a"), ("a", "c"), ("c", "end")}),
    ("c", {("start", "a"), ("a", "b"), ("b", "end")}),
    ("end", {("start", "a"), ("a", "b"), ("b", "c")}),
])  # fmt: skip
def test_a_step_that_goes_leaves_no_gap(key: str, after: set[tuple[str, str]]) -> None:
    assert ways(ABC.without_node(key)) == after


def test_boundaries_go_with_their_host_and_loops_leave_no_stump() -> None:
    bound = Node("late", NodeKind.BOUNDARY_TIMER, host="b")
    sheet = with_ways(replace(ABC, nodes=(*ABC.nodes, bound)), ("late", "c"))
    gone = sheet.without_node("b")
    assert {node.key for node in gone.nodes} == {"start", "a", "c", "end"}
    assert ways(gone) == {("start", "a"), ("a", "c"), ("c", "end")}
    back = Flow("back", "a", "a")
    assert ways(ABC.with_flow(back).without_node("b")) >= {("start", "a")}


def test_neighbours_change_places_and_back() -> None:
    risen = ABC.risen("b")
    assert order(risen) == "start b a c end"
    assert ways(risen) == {("start", "b"), ("b", "a"), ("a", "c"), ("c", "end")}
    assert ways(risen.sunk("b")) == ways(ABC)
    assert order(ABC.sunk("b")) == "start a c b end"


def test_what_has_no_single_neighbour_does_not_move() -> None:
    assert not ABC.can_rise("a")
    assert not ABC.can_sink("c")
    forked = with_ways(ABC, ("a", "c"))
    assert not forked.can_rise("b")
    assert forked.risen("b") is forked
    two = Sheet.from_json({"nodes": [task("x", "f", "X").to_json(), task("y", "f", "Y").to_json()]})
    circle = with_ways(two, ("x", "y"), ("y", "x"))
    assert not circle.can_rise("x")


def test_a_source_has_one_default() -> None:
    sheet = with_ways(ABC, ("a", "c"))
    first, second = (flow for flow in sheet.flows if flow.source == "a")
    chosen = sheet.with_flow(replace(first, default=True)).with_flow(replace(second, default=True))
    assert [flow.key for flow in chosen.flows if flow.default] == [second.key]


def test_a_datum_that_goes_is_set_by_nobody_any_more() -> None:
    sheet = ABC.with_datum(Datum("fit", DatumKind.TRUTH))
    sheet = sheet.with_node(replace(sheet.nodes[1], sets=("fit", "other")))
    assert [getattr(use, "key", "") for use in sheet.uses_of("fit")] == ["a"]
    gone = sheet.without_datum("fit")
    assert gone.data == ()
    assert gone.node("a") == replace(sheet.nodes[1], sets=("other",))


def test_keys_are_plain_and_never_taken_twice() -> None:
    assert slug("Kiểm tra, thẩm định hồ sơ Đất đai") == "kiem-tra-tham-dinh-ho-so-dat-dai"
    assert ABC.fresh_key("A", "task") == "a-2"
    assert ABC.fresh_key("…", "task") == "task"
    assert len(ABC.fresh_key("x" * 300, "task")) <= 40


def test_branches_are_read_one_after_the_other_and_the_join_after_both() -> None:
    nodes = [
        Node("start", NodeKind.START), Node("end", NodeKind.END), Node("join", NodeKind.PARALLEL),
        task("right", "f", "R"), task("left", "f", "L"), Node("fork", NodeKind.PARALLEL),
    ]  # fmt: skip
    pairs = (
        ("start", "fork"), ("fork", "left"), ("fork", "right"), ("left", "join"), ("right", "join"), ("join", "end")
    )  # fmt: skip
    flows = tuple(Flow(f"{source}-{target}", source, target) for source, target in pairs)
    sheet = Sheet.from_json(Process("k", tuple(nodes), flows).to_json())
    assert order(sheet) == "start fork left right join end"
