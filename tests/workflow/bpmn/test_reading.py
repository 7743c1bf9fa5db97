"""What of a file is a process of ours, and what is refused by name."""

from pathlib import Path

import pytest

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import Awaited, Condition, NodeKind, StepKind, Travel
from motcua.workflow.bpmn import Bounds, Point, is_detail, read_bpmn, sketch_of, write_bpmn
from tests.workflow.bpmn.samples import TASK, document, faults, named

FILES = Path(__file__).parent / "files"


# --- files of other tools -----------------------------------------------------------------------------------


def test_a_file_of_the_camunda_modeler_lacks_only_what_bpmn_cannot_say() -> None:
    drawing = read_bpmn((FILES / "modeler.bpmn").read_bytes())
    assert faults(drawing) == [
        ("missing_field", "Activity_examine"),
        ("missing_field", "Activity_sign"),
        ("bad_condition", "Flow_03"),
    ]
    assert all(is_detail(fault) for fault in drawing.faults)
    assert drawing.process is None
    sketch = sketch_of(drawing)
    assert sketch is not None
    assert [node.kind for node in sketch.nodes] == [
        NodeKind.START,
        NodeKind.TASK,
        NodeKind.EXCLUSIVE,
        NodeKind.TASK,
        NodeKind.END,
    ]
    assert [flow.key for flow in sketch.flows if flow.default] == ["Flow_05"]
    assert drawing.ignored == ("zeebe:assignmentDefinition", "zeebe:userTask")


def test_a_drawing_of_another_tool_stays_where_it_was_drawn() -> None:
    drawing = read_bpmn((FILES / "modeler.bpmn").read_bytes())
    again = read_bpmn(write_bpmn(drawing, drawing.layout)).layout
    assert again == drawing.layout
    assert again.bounds["Gateway_ok"] == Bounds(425, 155, 50, 50)
    assert again.labels["Flow_03"] == Bounds(496, 162, 14, 14)
    assert again.waypoints["Flow_05"][1:3] == (Point(450, 90), Point(320, 90))


def test_a_file_of_a_desktop_tool_is_a_whole_process() -> None:
    drawing = read_bpmn((FILES / "eclipse.bpmn").read_bytes())
    assert drawing.faults == ()
    assert drawing.process is not None
    examine, ask, answer, late, failed, sign = (
        drawing.process.node(key) for key in ("examine", "ask", "answer", "late", "failed", "sign")
    )
    assert (examine.function, examine.title_vi, examine.sets, examine.prepares) == (
        "specialist", "Kiểm tra\nthực địa", ("verdict",), True,
    )  # fmt: skip
    assert examine.work is StepKind.WORK
    assert (sign.function, sign.work) == ("leader", StepKind.DECIDE)
    assert (ask.kind, ask.partner, ask.procedure, ask.channel) == (
        NodeKind.CALL, "territory:police", "1.000001", Travel.BOTH,
    )  # fmt: skip
    assert ask.limit == Limit(Unit.MONTH, 1, then=(Limit(Unit.WORKING_DAY, 5),))
    assert (answer.kind, answer.awaits) == (NodeKind.WAIT, Awaited.ANSWER)
    assert (late.host, late.interrupts, late.limit) == ("ask", False, Limit(Unit.CALENDAR_DAY, 14))
    assert (failed.kind, failed.host, failed.interrupts) == (NodeKind.BOUNDARY_ERROR, "ask", True)
    asked, default = (flow for flow in drawing.process.flows if flow.source == "g")
    assert asked.condition == Condition.read({"==": [{"var": "verdict"}, "fit"]})
    assert default.default
    assert drawing.process.data[0].values == (("fit", "Đạt", "Fit"), ("unfit", "Không đạt", ""))
    assert drawing.ignored == ("camunda:asyncBefore", "camunda:historyTimeToLive")


def test_a_file_without_prefixes_and_with_half_a_drawing_is_read() -> None:
    drawing = read_bpmn((FILES / "signavio.bpmn").read_bytes())
    assert faults(drawing) == [("missing_field", "sid-a"), ("missing_field", "sid-b")]
    assert [fault.facts["field"] for fault in drawing.faults] == ["function", "function"]
    assert drawing.layout.bounds["sid-a"] == Bounds(220.25, 60, 100, 80)
    assert sketch_of(drawing) is not None
    again = read_bpmn(write_bpmn(drawing, drawing.layout)).layout
    assert again.bounds.keys() == {node.key for node in drawing.nodes}
    assert again.bounds["sid-s"] == Bounds(50, 130.5, 30, 30)


@pytest.mark.parametrize("name", ["modeler.bpmn", "eclipse.bpmn", "signavio.bpmn"])
def test_what_we_write_of_another_tools_file_says_the_same(name: str) -> None:
    drawing = read_bpmn((FILES / name).read_bytes())
    again = read_bpmn(write_bpmn(drawing, drawing.layout))
    assert again.nodes == drawing.nodes
    assert (again.process is None) == (drawing.process is None)


def test_a_wait_that_was_drawn_as_an_event_stays_one() -> None:
    drawing = read_bpmn((FILES / "eclipse.bpmn").read_bytes())
    small = {**drawing.layout.bounds, "answer": Bounds(900, 900, 36, 36)}
    text = write_bpmn(drawing, type(drawing.layout)(small))
    assert 'intermediateCatchEvent id="answer"' in text
    assert read_bpmn(text).nodes == drawing.nodes
    assert 'receiveTask id="answer"' in write_bpmn(drawing)


def test_a_reference_may_carry_any_prefix_and_a_namespace_any_name() -> None:
    text = document().replace("motcua:function", "x:function").replace("xmlns:motcua=", "xmlns:x=")
    text = text.replace('targetRef="t"', 'targetRef="q:t"')
    drawing = read_bpmn(text)
    assert drawing.process is not None
    assert drawing.process.steps[0].function == "head"


# --- refused by name ----------------------------------------------------------------------------------------

DEFINED = '<{0} id="x">{1}</{0}>'
REFUSED = {
    "serviceTask": '<serviceTask id="t" name="x"/>',
    "scriptTask": '<scriptTask id="t" scriptFormat="groovy"><script>1</script></scriptTask>',
    "sendTask": '<sendTask id="t"/>',
    "businessRuleTask": '<businessRuleTask id="t"/>',
    "subProcess": '<subProcess id="t"><startEvent id="q"/></subProcess>',
    "transaction": '<transaction id="t"/>',
    "adHocSubProcess": '<adHocSubProcess id="t"/>',
    "eventBasedGateway": '<eventBasedGateway id="t"/>',
    "complexGateway": '<complexGateway id="t"/>',
    "intermediateThrowEvent": '<intermediateThrowEvent id="t"/>',
    "intermediateCatchEvent": '<intermediateCatchEvent id="t"/>',
    "signalEventDefinition": '<intermediateCatchEvent id="t"><signalEventDefinition/></intermediateCatchEvent>',
    "conditionalEventDefinition": '<intermediateCatchEvent id="t"><conditionalEventDefinition/></intermediateCatchEvent>',
    "linkEventDefinition": '<intermediateCatchEvent id="t"><linkEventDefinition/></intermediateCatchEvent>',
    "timeCycle": '<intermediateCatchEvent id="t"><timerEventDefinition><timeCycle>R3/PT1H</timeCycle>'
    "</timerEventDefinition></intermediateCatchEvent>",
    "timeDate": '<intermediateCatchEvent id="t"><timerEventDefinition><timeDate>2026-01-01</timeDate>'
    "</timerEventDefinition></intermediateCatchEvent>",
    "multiInstanceLoopCharacteristics": TASK.format("", "<multiInstanceLoopCharacteristics/>"),
    "standardLoopCharacteristics": TASK.format("", "<standardLoopCharacteristics/>"),
    "isForCompensation": TASK.format('isForCompensation="true"', ""),
    "instantiate": '<receiveTask id="t" instantiate="true" motcua:awaits="payment"/>',
    "startQuantity": TASK.format('startQuantity="2"', ""),
    "camunda:class": TASK.format('camunda:class="a.B"', ""),
    "camunda:expression": TASK.format('camunda:expression="${a}"', ""),
    "camunda:delegateExpression": TASK.format('camunda:delegateExpression="${a}"', ""),
    "camunda:type": TASK.format('camunda:type="external"', ""),
    "camunda:executionListener": TASK.format(
        "", '<extensionElements><camunda:executionListener class="a.B"/></extensionElements>'
    ),
    "camunda:taskListener": TASK.format(
        "", "<extensionElements><camunda:taskListener><camunda:script/></camunda:taskListener></extensionElements>"
    ),
    "camunda:inputOutput": TASK.format(
        "", "<extensionElements><camunda:inputOutput/></extensionElements>"
    ),
    "zeebe:taskDefinition": TASK.format("", "<extensionElements><z:taskDefinition/></extensionElements>"),
    "zeebe:script": TASK.format("", "<extensionElements><z:script/></extensionElements>"),
    "flowable:expression": TASK.format('flowable:expression="x"', ""),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_outside_the_subset_is_refused_by_name(name: str) -> None:
    drawing = read_bpmn(document(REFUSED[name]))
    told = [fault for fault in drawing.faults if fault.facts.get("name") == name]
    assert [(fault.kind, fault.element, fault.facts["id"]) for fault in told] == [
        ("unsupported_element", "t", "t")
    ]
    assert drawing.process is None
    assert sketch_of(drawing) is None
    # Nothing is blamed for what only follows from it.
    assert set(named(drawing)) - {name} <= {"script"}
    assert {fault.kind for fault in drawing.faults} <= {"unsupported_element", "missing_field"}


@pytest.mark.parametrize("kind", ["signal", "escalation", "compensate", "conditional", "message", "cancel"])
def test_other_boundary_events_are_refused(kind: str) -> None:
    event = f'<boundaryEvent id="b" attachedToRef="t"><{kind}EventDefinition/></boundaryEvent>'
    assert named(read_bpmn(document(TASK.format("", "") + event))) == [f"{kind}EventDefinition"]


@pytest.mark.parametrize("event", ["startEvent", "endEvent"])
def test_a_start_or_end_of_another_sort_is_refused_but_kept(event: str) -> None:
    mark = f'<{event} id="{event[0]}"/>'
    text = document().replace(mark, f'<{event} id="{event[0]}"><messageEventDefinition/></{event}>')
    drawing = read_bpmn(text)
    assert faults(drawing) == [("unsupported_element", event[0])]
    assert len(drawing.nodes) == 3


def test_an_error_that_does_not_interrupt_is_refused() -> None:
    event = '<boundaryEvent id="b" attachedToRef="t" cancelActivity="false"><errorEventDefinition/></boundaryEvent>'
    assert named(read_bpmn(document(TASK.format("", "") + event))) == ["cancelActivity"]


def test_listeners_of_process_and_flow_are_refused_too() -> None:
    listener = '<extensionElements><camunda:executionListener event="take"/></extensionElements>'
    assert named(read_bpmn(document(flow=listener))) == ["camunda:executionListener"]
    assert named(read_bpmn(document(listener + TASK.format("", "")))) == ["camunda:executionListener"]


def test_one_pool_is_fine_and_a_second_one_is_not() -> None:
    one = '<collaboration id="c"><participant id="p1" processRef="p"/></collaboration>'
    assert read_bpmn(document(beside=one)).process is not None
    two = one.replace("</c", '<participant id="p2"/><messageFlow id="m" sourceRef="t" targetRef="p2"/></c')
    assert named(read_bpmn(document(beside=two))) == ["participant", "messageFlow"]


def test_drawings_are_passed_over_in_silence() -> None:
    drawn = (
        '<dataObject id="d"/><dataObjectReference id="dr"/><dataStoreReference id="ds"/><textAnnotation id="x">'
        '<text>a</text></textAnnotation><association id="a"/><group id="g"/>'
    )
    inner = (
        "<documentation>x</documentation><ioSpecification/><dataInputAssociation id='i'/><potentialOwner/>"
    )
    drawing = read_bpmn(document(drawn + TASK.format("", inner), beside='<message id="m"/><signal id="si"/>'))
    assert (drawing.faults, drawing.ignored) == ((), ())


def test_attributes_of_other_tools_are_passed_over_by_name() -> None:
    members = TASK.format(
        'camunda:assignee="a" other:colour="red"', "<extensionElements><other:x/></extensionElements>"
    )
    drawing = read_bpmn(document(members))
    assert drawing.process is not None
    assert drawing.ignored == ("camunda:assignee", "urn:example:other:colour", "urn:example:other:x")
