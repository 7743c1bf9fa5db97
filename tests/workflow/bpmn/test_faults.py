"""What is wrong with what a file says: every fault with its kind, its element and what it lacks."""

import pytest

from motcua.rules.deadlines import Limit, Unit
from motcua.workflow.bpmn import is_detail, read_bpmn, sketch_of
from tests.workflow.bpmn.samples import MODEL, SPACES, TASK, document, faults


def limited(limit: str) -> str:
    return TASK.format("", f"<extensionElements>{limit}</extensionElements>")


def test_a_task_without_a_function_asks_for_it() -> None:
    for element in ("task", "userTask", "manualTask"):
        drawing = read_bpmn(document(f'<{element} id="t"/>'))
        assert [(fault.kind, fault.element, fault.facts) for fault in drawing.faults] == [
            ("missing_field", "t", {"field": "function"})
        ]


def test_a_lane_is_a_hint_for_the_function_only() -> None:
    lanes = (
        '<laneSet id="l"><lane id="l1" name="{}"><childLaneSet><lane id="l2" {}><flowNodeRef>t</flowNodeRef></lane>'
        '</childLaneSet></lane></laneSet><task id="t"/>'
    )
    first, second, third = (
        read_bpmn(document(lanes.format("x", more)))
        for more in ('name="head"', 'name="A B" motcua:function="leader"', 'name="Phòng Tư pháp"')
    )
    assert [drawing.nodes[1].function for drawing in (first, second)] == ["head", "leader"]
    assert third.faults[0].facts == {"field": "function", "lane": "Phòng Tư pháp"}


def test_a_wait_and_a_timer_ask_for_what_they_lack() -> None:
    drawing = read_bpmn(document('<receiveTask id="t"/>'))
    assert drawing.faults[0].facts == {"field": "awaits"}
    timer = '<intermediateCatchEvent id="t"><timerEventDefinition/></intermediateCatchEvent>'
    assert read_bpmn(document(timer)).faults[0].facts == {"field": "limit"}


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ("PT8H", Limit(Unit.HOUR, 8)), ("P3D", Limit(Unit.CALENDAR_DAY, 3)), (" P1M ", Limit(Unit.MONTH, 1)),
        ("P2W", Limit(Unit.CALENDAR_DAY, 14)), ("PT30M", None), ("P1DT1H", None), ("P1Y", None), ("3 days", None),
        ("P0D", None), ("${x}", None),
    ],
)  # fmt: skip
def test_a_duration_of_another_tool_is_read_where_it_is_exact(said: str, limit: Limit | None) -> None:
    timer = f'<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>{said}</timeDuration>'
    drawing = read_bpmn(document(timer + "</timerEventDefinition></intermediateCatchEvent>"))
    assert drawing.nodes[1].limit == limit
    assert [kind for kind, _ in faults(drawing)] == ([] if limit else ["bad_limit"])


def test_our_limit_is_the_truth_beside_a_duration() -> None:
    timer = (
        '<intermediateCatchEvent id="t"><extensionElements><motcua:limit unit="working_day" amount="2"/>'
        "</extensionElements><timerEventDefinition><timeDuration>P9D</timeDuration></timerEventDefinition>"
        "</intermediateCatchEvent>"
    )
    assert read_bpmn(document(timer)).nodes[1].limit == Limit(Unit.WORKING_DAY, 2)


@pytest.mark.parametrize(
    "limit",
    [
        '<motcua:limit unit="day" amount="1"/>', '<motcua:limit unit="working_day" amount="0"/>',
        '<motcua:limit unit="working_day" amount="1.5"/>', '<motcua:limit unit="working_day" amount="²"/>',
        '<motcua:limit unit="working_day"/>', '<motcua:limit unit="working_day" amount="1" cutoff="25:00"/>',
        '<motcua:limit unit="working_day" amount="1" days="2"/>', '<motcua:limit/><motcua:limit/>',
        '<motcua:limit unit="working_day" amount="1"><motcua:and unit="hour" amount="1"/></motcua:limit>',
        '<motcua:limit unit="working_day" amount="1"><motcua:then unit="hour" amount="1" cutoff="10:00"/></motcua:limit>',
    ],
)  # fmt: skip
def test_a_limit_that_is_none_is_a_fault(limit: str) -> None:
    assert faults(read_bpmn(document(limited(limit)))) == [("bad_limit", "t")]


@pytest.mark.parametrize(
    ("attribute", "fact"),
    [
        ('motcua:work="play"', "work"), ('motcua:channel="pigeon"', "channel"), ('motcua:awaits="x"', "awaits"),
        ('motcua:prepares="yes"', "prepares"),
    ],
)  # fmt: skip
def test_a_value_that_is_none_of_its_list_is_a_fault(attribute: str, fact: str) -> None:
    drawing = read_bpmn(document(TASK.format(attribute, "")))
    assert faults(drawing) == [("unknown_kind", "t")]
    assert drawing.faults[0].facts["field"] == fact


def test_a_slip_in_an_attribute_of_ours_is_a_fault() -> None:
    drawing = read_bpmn(document(TASK.format('motcua:fonction="head"', "")))
    assert [(fault.kind, fault.facts) for fault in drawing.faults] == [
        ("unknown_field", {"field": "fonction"})
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("${fit}", "not_json"), ('{"var": "a b"}', "bad_operand"), ('{"log": [1]}', "unknown_operator"),
        ("[" * 15_000, "not_json"), ("1" * 9_000, "not_json"), (" " * 10 + "x" * 30_000, "too_large"),
        ('{"!":' * 200 + "1" + "}" * 200, "too_large"),
    ],
)  # fmt: skip
def test_a_condition_that_is_none_of_ours_is_a_fault(body: str, code: str) -> None:
    drawing = read_bpmn(document(flow=f"<conditionExpression>{body}</conditionExpression>"))
    assert [(fault.kind, fault.element, fault.facts["code"]) for fault in drawing.faults] == [
        ("bad_condition", "f0", code)
    ]


def test_a_condition_in_another_language_is_not_even_tried() -> None:
    said = '<conditionExpression language="groovy">{"var": "fit"}</conditionExpression>'
    drawing = read_bpmn(document(flow=said))
    assert drawing.faults[0].facts == {"code": "other_language", "text": "groovy"}
    assert drawing.flows[0].condition is None


def test_data_that_are_none_or_declared_twice_are_faults() -> None:
    data = (
        '<extensionElements><motcua:datum name="a b" kind="truth"/><motcua:datum name="c" kind="choice"/>'
        '<motcua:datum name="d" kind="truth"/><motcua:datum name="d" kind="number"/></extensionElements>'
    )
    drawing = read_bpmn(document(data + TASK.format("", "")))
    assert faults(drawing) == [("bad_data", "a b"), ("bad_data", "c"), ("repeated_key", "d")]


def test_an_id_used_twice_is_told_once() -> None:
    drawing = read_bpmn(document(TASK.format("", "") * 3))
    assert faults(drawing) == [("repeated_key", "t")]
    assert sketch_of(drawing) is None
    lane = '<laneSet id="t"><lane id="l"/></laneSet>'
    assert faults(read_bpmn(document(lane + TASK.format("", "")))) == [("repeated_key", "t")]


def test_flows_to_nowhere_and_boundaries_on_nothing_are_told() -> None:
    extra = (
        '<sequenceFlow id="x" sourceRef="t" targetRef="nowhere"/><sequenceFlow id="y" sourceRef="t"/>'
        '<boundaryEvent id="b" attachedToRef="gone"><errorEventDefinition/></boundaryEvent>'
        '<sequenceFlow id="z" sourceRef="e" targetRef="s"/>'
    )
    assert faults(read_bpmn(document(TASK.format("", "") + extra))) == [
        ("bad_attachment", "b"), ("unknown_node", "x"), ("unknown_node", "y"), ("bad_flow", "z"),
    ]  # fmt: skip


def test_a_default_that_leads_nowhere_is_told() -> None:
    drawing = read_bpmn(document('<exclusiveGateway id="t" default="f0"/>'))
    assert faults(drawing) == [("unknown_node", "t")]


def test_a_process_without_start_or_end_names_itself() -> None:
    text = f'<definitions {SPACES}><process id="p" motcua:key="mine"/></definitions>'
    assert faults(read_bpmn(text)) == [("no_start", "mine"), ("no_end", "mine")]
    assert faults(read_bpmn(document('<startEvent id="s2"/>' + TASK.format("", "")))) == [
        ("two_starts", "s2")
    ]


def test_an_element_without_an_id_is_told_by_name_and_line() -> None:
    drawing = read_bpmn(document("\n<userTask/>"))
    assert drawing.faults[0].facts == {"field": "id", "name": "userTask", "line": 2}
    assert not is_detail(drawing.faults[0])


def test_long_ids_and_titles_are_faults() -> None:
    drawing = read_bpmn(
        document(f'<userTask id="{"x" * 81}" motcua:function="head" name="{"y" * 241}"/>', way=("s", "e"))
    )
    assert [fault.facts for fault in drawing.faults] == [
        {"field": "id", "most": 80},
        {"field": "name", "most": 240},
    ]
    assert all(len(fault.element) <= 80 for fault in drawing.faults)
    fits = read_bpmn(
        document(
            f'<userTask id="{"x" * 80}" motcua:function="head" name="{"y" * 240}"/>', way=("s", "x" * 80, "e")
        )
    )
    assert fits.process is not None


@pytest.mark.parametrize("line", ['x="nan" y="1"', 'x="1e99" y="1"', 'x="1"', 'x="a" y="1"'])
def test_places_that_make_no_sense_are_passed_over(line: str) -> None:
    diagram = (
        '<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:c="http://www.omg.org/spec/DD/20100524/DC" '
        'xmlns:l="http://www.omg.org/spec/DD/20100524/DI"><d:BPMNPlane>'
        f'<d:BPMNShape bpmnElement="t"><c:Bounds {line} width="1" height="1"/></d:BPMNShape>'
        '<d:BPMNShape bpmnElement="e"><c:Bounds x="1" y="1" width="-1" height="1"/></d:BPMNShape>'
        f'<d:BPMNEdge bpmnElement="f0"><l:waypoint {line}/><l:waypoint x="1" y="1"/></d:BPMNEdge>'
        "</d:BPMNPlane></d:BPMNDiagram></definitions>"
    )
    drawing = read_bpmn(document().replace("</definitions>", diagram))
    assert drawing.process is not None
    assert (drawing.layout.bounds, drawing.layout.waypoints) == ({}, {})


def test_an_element_of_another_namespace_is_no_element_of_bpmn() -> None:
    drawing = read_bpmn(document('<other:userTask id="t"/>', way=("s", "e")))
    assert [node.key for node in drawing.nodes] == ["s", "e"]
    assert f"{MODEL}:userTask" not in drawing.ignored
