"""The words of BPMN files: namespaces, elements, what is passed over, and how keys become ids."""

import re

from motcua.rules.process import NodeKind

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
DRAWING = "http://www.omg.org/spec/DD/20100524/DC"
LINES = "http://www.omg.org/spec/DD/20100524/DI"
SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
OURS = "urn:motcua:process:1"
# The language of our conditions, as `conditionExpression` names it.
JSONLOGIC = "urn:motcua:jsonlogic:1"

# What other tools call their namespaces; a file may bind any prefix, people know them by these.
KNOWN_PREFIXES = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://camunda.org/schema/modeler/1.0": "modeler",
    "http://activiti.org/bpmn": "activiti",
    "http://flowable.org/bpmn": "flowable",
    "http://www.signavio.com": "signavio",
    "http://bpmn.io/schema/bpmn/biocolor/1.0": "bioc",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0": "color",
    OURS: "motcua",
}
# What would run code or call a machine: engines of others do it, ours never does.
RUNNING = frozenset(
    {
        "class", "expression", "delegateExpression", "type", "topic", "resultVariable", "decisionRef",
        "script", "scriptFormat", "executionListener", "executionListeners", "taskListener", "taskListeners",
        "eventListener", "connector", "inputOutput", "field", "ioMapping", "taskDefinition", "calledDecision",
        "calledElement", "loopCharacteristics", "subscription", "conditionalFilter",
    }
)  # fmt: skip
ENGINES = frozenset({"camunda", "zeebe", "activiti", "flowable"})

# Elements that are a node by themselves; events need a look at what defines them.
NODES = {
    "startEvent": NodeKind.START,
    "endEvent": NodeKind.END,
    "userTask": NodeKind.TASK,
    "manualTask": NodeKind.TASK,
    "task": NodeKind.TASK,
    "exclusiveGateway": NodeKind.EXCLUSIVE,
    "parallelGateway": NodeKind.PARALLEL,
    "inclusiveGateway": NodeKind.INCLUSIVE,
    "callActivity": NodeKind.CALL,
    "receiveTask": NodeKind.WAIT,
}
# (event, its definition) -> kind.
EVENTS = {
    ("intermediateCatchEvent", "timerEventDefinition"): NodeKind.TIMER,
    ("intermediateCatchEvent", "messageEventDefinition"): NodeKind.WAIT,
    ("boundaryEvent", "timerEventDefinition"): NodeKind.BOUNDARY_TIMER,
    ("boundaryEvent", "errorEventDefinition"): NodeKind.BOUNDARY_ERROR,
}
EVENT_ELEMENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "boundaryEvent"})
ELEMENT_OF = {
    NodeKind.START: "startEvent",
    NodeKind.END: "endEvent",
    NodeKind.TASK: "userTask",
    NodeKind.EXCLUSIVE: "exclusiveGateway",
    NodeKind.PARALLEL: "parallelGateway",
    NodeKind.INCLUSIVE: "inclusiveGateway",
    NodeKind.CALL: "callActivity",
    NodeKind.WAIT: "receiveTask",
    NodeKind.TIMER: "intermediateCatchEvent",
    NodeKind.BOUNDARY_TIMER: "boundaryEvent",
    NodeKind.BOUNDARY_ERROR: "boundaryEvent",
}
# What may carry the attribute `default`.
WITH_DEFAULT = frozenset(
    {NodeKind.TASK, NodeKind.EXCLUSIVE, NodeKind.INCLUSIVE, NodeKind.CALL, NodeKind.WAIT}
)

# Notes on a drawing that change nothing of the way.
DRAWN_ONLY = frozenset(
    {
        "documentation", "dataObject", "dataObjectReference", "dataStoreReference", "textAnnotation",
        "association", "group", "property", "auditing", "monitoring", "categoryValueRef",
    }
)  # fmt: skip
# The same inside a node: what flows in and out stands at the flows, the rest is said by our own fields.
INSIDE_NODES = DRAWN_ONLY | {
    "incoming", "outgoing", "extensionElements", "ioSpecification", "dataInput", "dataOutput", "inputSet",
    "outputSet", "dataInputAssociation", "dataOutputAssociation", "potentialOwner", "humanPerformer",
    "performer", "resourceRole", "rendering",
}  # fmt: skip
# Attributes of BPMN that are harmless only at their usual value.
USUAL = {
    "isForCompensation": "false",
    "instantiate": "false",
    "startQuantity": "1",
    "completionQuantity": "1",
    "isInterrupting": "true",
    "parallelMultiple": "false",
}

LONGEST_KEY = 80
_PLAIN = re.compile(r"[A-Za-z0-9_.-]")
_ESCAPE = re.compile(r"_x([0-9a-f]{2,6})_")


def id_of(key: str) -> str:
    """Give the XML id of a key: the key itself where XML allows it, else with `_x…_` for each other character."""
    # An underscore before an x could be taken for the beginning of an escape.
    said = "".join(
        char if _PLAIN.match(char) and key[place : place + 2] != "_x" else f"_x{ord(char):02x}_"
        for place, char in enumerate(key)
    )
    return said if not said or said[0].isalpha() or said[0] == "_" else f"_x{ord(said[0]):02x}_{said[1:]}"


def key_of(identifier: str) -> str:
    """Give back the key whose id this is; an id of another tool is its own key."""
    return _ESCAPE.sub(_char, identifier)


def _char(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    # A key is text: no control characters, no halves of characters.
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else found[0]


def name_of(namespace: str, local: str) -> str:
    """Give the name by which people know an element or attribute: BPMN's plain, others with their usual prefix."""
    if namespace in ("", MODEL):
        return local
    return f"{KNOWN_PREFIXES.get(namespace, namespace)}:{local}"
