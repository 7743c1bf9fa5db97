"""A process of ours as SpiffWorkflow reads it: BPMN with conditions in Python. Measured against, never shipped.

SpiffWorkflow is a package of the developers' group alone, so it is imported only when a measurement or test asks.
"""

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from motcua.ops.bench.ground import GroundRefused
from motcua.rules.process import Flow, NodeKind, Process

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_ELEMENTS = {
    NodeKind.START: "startEvent",
    NodeKind.END: "endEvent",
    NodeKind.TASK: "userTask",
    NodeKind.EXCLUSIVE: "exclusiveGateway",
    NodeKind.PARALLEL: "parallelGateway",
    NodeKind.INCLUSIVE: "inclusiveGateway",
}
_JOINING = {"and": " and ", "or": " or "}


class NotInstalled(GroundRefused):
    """SpiffWorkflow is not there; it comes with the packages of `requirements.lock`."""


def python_of(logic: tuple[Any, ...]) -> str:
    """Write a condition, as `Condition.logic` holds it, in Python."""
    operator = logic[0]
    if operator in _JOINING:
        return "(" + _JOINING[operator].join(python_of(part) for part in logic[1:]) + ")"
    if operator == "!":
        return f"(not {python_of(logic[1])})"
    return f"({logic[1]} {operator} {logic[2]!r})"


def bpmn_of(process: Process) -> bytes:
    """Write a process as BPMN; `KeyError` for a kind of node that is not shared."""
    root = Element(f"{{{_BPMN}}}definitions", {"targetNamespace": "urn:measured"})
    inside = SubElement(root, f"{{{_BPMN}}}process", {"id": process.key, "isExecutable": "true"})
    defaults = {flow.source: flow.key for flow in process.flows if flow.default}
    for node in process.nodes:
        said = {"id": node.key}
        if node.key in defaults:
            said["default"] = defaults[node.key]
        SubElement(inside, f"{{{_BPMN}}}{_ELEMENTS[node.kind]}", said)
    for flow in process.flows:
        _write_flow(inside, flow)
    written: bytes = tostring(root)
    return written


def _write_flow(inside: Element, flow: Flow) -> None:
    ends = {"id": flow.key, "sourceRef": flow.source, "targetRef": flow.target}
    element = SubElement(inside, f"{{{_BPMN}}}sequenceFlow", ends)
    if flow.condition is not None:
        SubElement(element, f"{{{_BPMN}}}conditionExpression").text = python_of(flow.condition.logic)


def foreign_workflow(process: Process) -> Any:
    """Let SpiffWorkflow's own parser read the process, and begin it; raises `NotInstalled`."""
    try:
        from SpiffWorkflow.bpmn import BpmnWorkflow
        from SpiffWorkflow.bpmn.parser import BpmnParser
    except ImportError as missing:
        raise NotInstalled("SpiffWorkflow is not installed: pip install -r requirements.lock") from missing
    parser = BpmnParser()
    parser.add_bpmn_str(bpmn_of(process))
    return BpmnWorkflow(parser.get_spec(process.key))


def foreign_serializer() -> Any:
    """Give SpiffWorkflow's way to and from JSON, set up once as its manual does; raises `NotInstalled`."""
    try:
        from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
    except ImportError as missing:
        raise NotInstalled("SpiffWorkflow is not installed: pip install -r requirements.lock") from missing
    return BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())


def foreign_tasks(workflow: Any) -> list[Any]:
    """Give the tasks that wait for a person, sorted by their names."""
    from SpiffWorkflow.util.task import TaskState

    ready = workflow.get_tasks(state=TaskState.READY, manual=True)
    return sorted(ready, key=lambda task: str(task.task_spec.name))
