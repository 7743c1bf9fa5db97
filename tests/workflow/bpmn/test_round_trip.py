"""What is written is read again as the same process, drawn in the same places, as the same text."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import (
    DEFAULT_PROCESS,
    Awaited,
    Condition,
    Datum,
    DatumKind,
    Flow,
    Node,
    NodeKind,
    Process,
    StepKind,
    Travel,
    task,
)
from motcua.workflow.bpmn import Bounds, Layout, read_bpmn, write_bpmn
from motcua.workflow.bpmn.names import id_of, key_of
from tests.rules.process.random_processes import ALL_EXTRAS, sound_process

PLAIN_TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="".join(map(chr, range(32)))).filter(
        lambda char: char not in "\ufffe\uffff"
    ),
    max_size=20,
)


def every_field() -> Process:
    """A process in which every field of every kind says something."""
    nodes = (
        Node("s", NodeKind.START, "Bắt đầu"),
        task(
            "work", "specialist", "Thẩm định <1> & \"2\"", "Examine\n\tand 'check'\r", StepKind.WORK,
            Limit(Unit.WORKING_DAY, 3, time(15, 0)), channel=Travel.PAPER, sets=("fit", "verdict", "sum"),
            prepares=True,
        ),
        Node("g", NodeKind.EXCLUSIVE, "Đạt?"),
        Node(
            "ask", NodeKind.CALL, "Công an", "Police", procedure="1.000001", partner="territory:police",
            channel=Travel.BOTH, limit=Limit(Unit.MONTH, 2, then=(Limit(Unit.WORKING_DAY, 15), Limit(Unit.HOUR, 4))),
        ),
        Node("pay", NodeKind.WAIT, "Chờ nộp tiền", awaits=Awaited.PAYMENT),
        Node("rest", NodeKind.TIMER, "Niêm yết", limit=Limit(Unit.CALENDAR_DAY, 15)),
        Node("late", NodeKind.BOUNDARY_TIMER, host="ask", interrupts=False, limit=Limit(Unit.WORKING_HOUR, 4)),
        Node("unpaid", NodeKind.BOUNDARY_TIMER, host="pay", limit=Limit(Unit.HOUR, 72)),
        Node("refused", NodeKind.BOUNDARY_ERROR, "Từ chối", host="ask"),
        task("sign", "leader", "Ký", "Sign", StepKind.DECIDE),
        task("give", "receiver", "Trả", "", StepKind.RETURN, Limit(Unit.SAME_DAY, 1)),
        Node("e", NodeKind.END), Node("e2", NodeKind.END),
    )  # fmt: skip
    asked = Condition.read(
        {"and": [{"var": "fit"}, {"in": [{"var": "verdict"}, ["<ổn>", "]]>"]]}, {"<": [2.5, {"var": "sum"}]}]}
    )
    ends = (
        ("s", "work"), ("work", "g"), ("g", "sign"), ("ask", "pay"), ("pay", "rest"), ("rest", "sign"), ("late", "e2"),
        ("unpaid", "sign"), ("refused", "sign"), ("sign", "give"), ("give", "e"),
    )  # fmt: skip
    flows = tuple(Flow(f"f{number}", *pair) for number, pair in enumerate(ends))
    flows = (
        *flows[:2], replace(flows[2], default=True, title_vi="Còn lại", title_en="Else"), *flows[3:],
        Flow("asked", "g", "ask", asked, title_vi="Đạt"),
    )  # fmt: skip
    data = (
        Datum("fit", DatumKind.TRUTH, "Đủ điều kiện", "Fit"),
        Datum(
            "verdict", DatumKind.CHOICE, "Kết luận", "", (("<ổn>", "Ổn & tốt", "Good"), ("]]>", "Khác", ""))
        ),
        Datum("sum", DatumKind.NUMBER),
    )
    return Process("every.field", nodes, flows, data, "Mọi thứ", "Everything")


def test_every_field_of_every_kind_comes_back() -> None:
    process = every_field()
    read = read_bpmn(write_bpmn(process))
    assert read.faults == ()
    assert read.process == process
    assert read.ignored == ()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 25))
def test_a_process_comes_back_and_stays_where_it_was_drawn(seed: int, size: int) -> None:
    process = sound_process(Random(seed), size=size, extras=ALL_EXTRAS)
    text = write_bpmn(process)
    read = read_bpmn(text)
    assert read.process == process
    assert write_bpmn(process, read.layout) == text
    assert write_bpmn(process) == text


@given(PLAIN_TEXT, PLAIN_TEXT.filter(bool), PLAIN_TEXT.filter(bool))
def test_any_title_and_key_comes_back(title: str, key: str, other: str) -> None:
    if len({key, other, "work", "begin"}) < 4:
        return
    nodes = (
        Node("begin", NodeKind.START),
        task("work", "head", title, title),
        Node(key, NodeKind.END, title),
    )
    flows = (Flow(other, "begin", "work"), Flow(f"{key}{other}-", "work", key))
    process = Process(key, nodes, flows, (), title)
    assert read_bpmn(write_bpmn(process)).process == process


@given(st.text(max_size=12))
def test_keys_and_ids_stand_for_one_another(key: str) -> None:
    if not any(ord(char) < 32 or 0xD800 <= ord(char) <= 0xDFFF for char in key):
        assert key_of(id_of(key)) == key


@pytest.mark.parametrize("key", ["_x41_", "_x41_x42_", "_x41é", "1a", "-", "a b", "_", "x_x"])
def test_an_id_is_never_taken_for_another_key(key: str) -> None:
    assert key_of(id_of(key)) == key
    assert id_of(key).replace("_", "a").replace("-", "a").replace(".", "a").isalnum()
    assert not id_of(key)[0].isdigit()


def test_what_xml_cannot_hold_is_left_out_of_a_title() -> None:
    nodes = list(DEFAULT_PROCESS.nodes)
    nodes[1] = replace(nodes[1], title_vi="A\x00\x0b\ud800\ufffeB")
    read = read_bpmn(write_bpmn(replace(DEFAULT_PROCESS, nodes=tuple(nodes))))
    assert read.nodes[1].title_vi == "AB"


def test_a_duration_is_written_only_where_it_says_the_same() -> None:
    text = write_bpmn(every_field())
    assert text.count("timeDuration") == 2 * 2
    assert ">P15D<" in text
    assert ">PT72H<" in text


def test_a_drawing_with_faults_is_written_too() -> None:
    text = write_bpmn(DEFAULT_PROCESS).replace('targetRef="head"', 'targetRef="nowhere"')
    drawing = read_bpmn(text)
    assert drawing.process is None
    again = read_bpmn(write_bpmn(drawing, drawing.layout))
    assert (again.nodes, again.flows) == (drawing.nodes, drawing.flows)
    assert again.layout.bounds == drawing.layout.bounds


# --- where things are drawn ---------------------------------------------------------------------------------


def overlapping(process: Process, bounds: dict[str, Bounds]) -> list[tuple[str, str]]:
    host = {node.key: node.host for node in process.nodes}
    return [
        (one, other)
        for one, other in combinations(bounds, 2)
        if bounds[one].meets(bounds[other]) and host[one] != other and host[other] != one
    ]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 25))
def test_nothing_overlaps_and_no_line_runs_through_a_node(seed: int, size: int) -> None:
    process = sound_process(Random(seed), size=size, extras=ALL_EXTRAS)
    layout = read_bpmn(write_bpmn(process)).layout
    assert layout.bounds.keys() == {node.key for node in process.nodes}
    assert layout.waypoints.keys() == {flow.key for flow in process.flows}
    assert overlapping(process, dict(layout.bounds)) == []
    assert list(crossed(process, layout)) == []


def crossed(process: Process, layout: Layout) -> Iterator[tuple[str, str]]:
    host = {node.key: node.host or node.key for node in process.nodes}
    for flow in process.flows:
        ends = {host[flow.source], host[flow.target]}
        others = [key for key in layout.bounds if host[key] not in ends]
        for begin, end in pairwise(layout.waypoints[flow.key]):
            box = Bounds(
                min(begin.x, end.x),
                min(begin.y, end.y),
                abs(begin.x - end.x) + 0.1,
                abs(begin.y - end.y) + 0.1,
            )
            yield from ((flow.key, key) for key in others if box.meets(layout.bounds[key]))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9))
def test_a_new_node_finds_a_free_place_and_the_rest_stays(seed: int) -> None:
    process = sound_process(Random(seed), size=8, extras=ALL_EXTRAS)
    before = read_bpmn(write_bpmn(process)).layout
    first, *others = process.flows
    added = (
        task("new", "head", "Bước mới"),
        Node("new_timer", NodeKind.BOUNDARY_TIMER, host="new", limit=Limit(Unit.WORKING_DAY, 1)),
        Node("new_error", NodeKind.BOUNDARY_ERROR, host="new"),
    )
    flows = (
        replace(first, target="new"), Flow("n1", "new", first.target), Flow("n2", "new_timer", "end"),
        Flow("n3", "new_error", "end"),
    )  # fmt: skip
    changed = replace(process, nodes=(*process.nodes, *added), flows=(*flows, *others))
    after = read_bpmn(write_bpmn(changed, before)).layout
    assert {key: after.bounds[key] for key in before.bounds} == dict(before.bounds)
    assert {flow.key: after.waypoints[flow.key] for flow in others} == {
        flow.key: before.waypoints[flow.key] for flow in others
    }
    assert [
        pair for pair in overlapping(changed, dict(after.bounds)) if set(pair) & {"new", "new_timer"}
    ] == []
    # The line that now ends elsewhere was drawn anew.
    begin, end = after.waypoints[first.key][0], after.waypoints[first.key][-1]
    assert after.bounds["new"].x <= end.x <= after.bounds["new"].right
    assert before.bounds[first.source].x <= begin.x <= before.bounds[first.source].right


def test_a_node_that_goes_leaves_the_others_where_they_are() -> None:
    before = read_bpmn(write_bpmn(every_field())).layout
    after = read_bpmn(write_bpmn(DEFAULT_PROCESS, before)).layout
    assert after.bounds.keys() == {node.key for node in DEFAULT_PROCESS.nodes}


def test_numbers_of_another_tool_are_kept_as_they_are() -> None:
    bounds = {"start": Bounds(12.5, -7.25, 36, 36)}
    text = write_bpmn(DEFAULT_PROCESS, Layout(bounds))
    assert '<dc:Bounds x="12.5" y="-7.25" width="36" height="36" />' in text
    assert read_bpmn(text).layout.bounds["start"] == bounds["start"]


def test_a_process_without_an_order_is_drawn_too() -> None:
    """Nodes that nothing leads to, a circle, and a flow from a node to itself."""
    nodes = (
        Node("s", NodeKind.START), task("a", "head", "A"), task("b", "head", "B"), task("lonely", "head", "L"),
        Node("e", NodeKind.END),
    )  # fmt: skip
    flows = (
        Flow("1", "s", "a"),
        Flow("2", "a", "b"),
        Flow("3", "b", "a"),
        Flow("4", "b", "b"),
        Flow("5", "b", "e"),
    )
    process = Process("odd", nodes, flows)
    layout = read_bpmn(write_bpmn(process)).layout
    assert overlapping(process, dict(layout.bounds)) == []
    assert len(layout.waypoints) == 5
