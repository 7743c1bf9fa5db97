"""BPMN 2.0 written: the same process always as the same text, drawn where it was drawn before.

See docs/rules/bpmn.md.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from xml.sax.saxutils import escape

from motcua.rules.deadlines import Limit
from motcua.rules.process import BOUNDARIES, Datum, Flow, Node, NodeKind
from motcua.workflow.bpmn.drawing import Bounds, Definition, Layout, Point
from motcua.workflow.bpmn.fields import duration_of
from motcua.workflow.bpmn.layout import lay_out
from motcua.workflow.bpmn.names import (
    DIAGRAM,
    DRAWING,
    ELEMENT_OF,
    JSONLOGIC,
    LINES,
    MODEL,
    OURS,
    SCHEMA,
    WITH_DEFAULT,
    id_of,
)

# What XML cannot hold, not even escaped.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;", '"': "&quot;"}
# A wait that another tool drew as an event is narrower than any task.
_NARROW = 60


def write_bpmn(definition: Definition, layout: Layout | None = None) -> str:
    """Write a process, or a drawing that is none yet, as BPMN 2.0.

    `layout` says where things were drawn: what stays in the process stays there, the rest finds a place. The same
    definition and layout give the same text. Characters that XML cannot hold are left out.
    """
    return _Writer(definition, lay_out(definition, layout)).write()


class _Writer:
    def __init__(self, definition: Definition, layout: Layout) -> None:
        self.definition, self.layout = definition, layout
        self.lines: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>']
        self.depth = 0
        keys = [node.key for node in definition.nodes] + [flow.key for flow in definition.flows]
        self.taken = {id_of(key) for key in keys}
        self.process_id = self._own_id(f"Process_{id_of(definition.key)}")
        self.into: dict[str, list[str]] = defaultdict(list)
        self.out: dict[str, list[str]] = defaultdict(list)
        self.defaults: dict[str, str] = {}
        able = {node.key for node in definition.nodes if node.kind in WITH_DEFAULT}
        for flow in definition.flows:
            self.into[flow.target].append(flow.key)
            self.out[flow.source].append(flow.key)
            if flow.default and flow.source in able:
                self.defaults.setdefault(flow.source, flow.key)
        self.hosts = {node.host for node in definition.nodes if node.kind in BOUNDARIES}

    def write(self) -> str:
        spaces = {
            "bpmn": MODEL, "bpmndi": DIAGRAM, "dc": DRAWING, "di": LINES, "xsi": SCHEMA, "motcua": OURS,
        }  # fmt: skip
        self._open(
            "bpmn:definitions",
            **{f"xmlns:{prefix}": uri for prefix, uri in spaces.items()},
            id=self._own_id("Definitions"),
            targetNamespace=OURS,
        )
        self._process()
        self._diagram()
        self._close("bpmn:definitions")
        return "\n".join(self.lines) + "\n"

    # --- the process ----------------------------------------------------------------------------------------

    def _process(self) -> None:
        told = self.definition
        self._open(
            "bpmn:process", id=self.process_id, name=told.title_vi, isExecutable="false",
            **{"motcua:key": told.key, "motcua:title_en": told.title_en},
        )  # fmt: skip
        if told.data:
            self._open("bpmn:extensionElements")
            for datum in told.data:
                self._datum(datum)
            self._close("bpmn:extensionElements")
        for node in told.nodes:
            self._node(node)
        for flow in told.flows:
            self._flow(flow)
        self._close("bpmn:process")

    def _datum(self, datum: Datum) -> None:
        said = {
            "name": datum.name, "kind": datum.kind.value, "title_vi": datum.title_vi,
            "title_en": datum.title_en,
        }  # fmt: skip
        if not datum.values:
            self._empty("motcua:datum", **said)
            return
        self._open("motcua:datum", **said)
        for key, title_vi, title_en in datum.values:
            self._empty("motcua:value", key=key, title_vi=title_vi, title_en=title_en)
        self._close("motcua:datum")

    def _node(self, node: Node) -> None:
        element = f"bpmn:{self._element(node)}"
        native = {"id": id_of(node.key), "name": node.title_vi}
        if node.kind in BOUNDARIES:
            native["attachedToRef"] = id_of(node.host)
            native["cancelActivity"] = _truth(node.interrupts or node.kind is NodeKind.BOUNDARY_ERROR)
        if node.key in self.defaults:
            native["default"] = id_of(self.defaults[node.key])
        self._open(element, **native, **_fields(node))
        if node.limit is not None:
            self._open("bpmn:extensionElements")
            self._limit("motcua:limit", node.limit)
            self._close("bpmn:extensionElements")
        for key in self.into[node.key]:
            self._text("bpmn:incoming", id_of(key))
        for key in self.out[node.key]:
            self._text("bpmn:outgoing", id_of(key))
        self._event(node)
        self._close(element)

    def _element(self, node: Node) -> str:
        place = self.layout.bounds[node.key]
        if node.kind is NodeKind.WAIT and place.width < _NARROW and node.key not in self.hosts:
            return "intermediateCatchEvent"
        return ELEMENT_OF[node.kind]

    def _event(self, node: Node) -> None:
        if node.kind in (NodeKind.TIMER, NodeKind.BOUNDARY_TIMER):
            duration = duration_of(node.limit)
            if not duration:
                self._empty("bpmn:timerEventDefinition")
                return
            self._open("bpmn:timerEventDefinition")
            self._text("bpmn:timeDuration", duration, **{"xsi:type": "bpmn:tFormalExpression"})
            self._close("bpmn:timerEventDefinition")
        elif node.kind is NodeKind.BOUNDARY_ERROR:
            self._empty("bpmn:errorEventDefinition")
        elif self._element(node) == "intermediateCatchEvent":
            self._empty("bpmn:messageEventDefinition")

    def _limit(self, name: str, limit: Limit) -> None:
        said = {"unit": limit.unit.value, "amount": str(limit.amount)}
        if limit.cutoff is not None:
            said["cutoff"] = limit.cutoff.strftime("%H:%M")
        if not limit.then:
            self._empty(name, **said)
            return
        self._open(name, **said)
        for phase in limit.then:
            self._limit("motcua:then", phase)
        self._close(name)

    def _flow(self, flow: Flow) -> None:
        said = {
            "id": id_of(flow.key), "name": flow.title_vi, "sourceRef": id_of(flow.source),
            "targetRef": id_of(flow.target), "motcua:title_en": flow.title_en,
        }  # fmt: skip
        if flow.default and self.defaults.get(flow.source) != flow.key:
            said["motcua:default"] = "true"
        if flow.condition is None:
            self._empty("bpmn:sequenceFlow", **said)
            return
        self._open("bpmn:sequenceFlow", **said)
        body = json.dumps(flow.condition.to_json(), ensure_ascii=False)
        kind = {"xsi:type": "bpmn:tFormalExpression", "language": JSONLOGIC}
        self._text("bpmn:conditionExpression", body, **kind)
        self._close("bpmn:sequenceFlow")

    # --- the drawing ----------------------------------------------------------------------------------------

    def _diagram(self) -> None:
        self._open("bpmndi:BPMNDiagram", id=self._own_id("Diagram"))
        self._open("bpmndi:BPMNPlane", id=self._own_id("Plane"), bpmnElement=self.process_id)
        for node in self.definition.nodes:
            self._shape(node)
        for flow in self.definition.flows:
            if points := self.layout.waypoints.get(flow.key):
                self._edge(flow.key, points)
        self._close("bpmndi:BPMNPlane")
        self._close("bpmndi:BPMNDiagram")

    def _shape(self, node: Node) -> None:
        marker = {"isMarkerVisible": "true"} if node.kind is NodeKind.EXCLUSIVE else {}
        self._open("bpmndi:BPMNShape", **self._drawn(node.key), **marker)
        self._bounds(self.layout.bounds[node.key])
        self._label(node.key)
        self._close("bpmndi:BPMNShape")

    def _edge(self, key: str, points: tuple[Point, ...]) -> None:
        self._open("bpmndi:BPMNEdge", **self._drawn(key))
        for point in points:
            self._empty("di:waypoint", x=_number(point.x), y=_number(point.y))
        self._label(key)
        self._close("bpmndi:BPMNEdge")

    def _drawn(self, key: str) -> dict[str, str]:
        identifier = id_of(key)
        return {"id": self._own_id(f"{identifier}_di"), "bpmnElement": identifier}

    def _label(self, key: str) -> None:
        if label := self.layout.labels.get(key):
            self._open("bpmndi:BPMNLabel")
            self._bounds(label)
            self._close("bpmndi:BPMNLabel")

    def _bounds(self, bounds: Bounds) -> None:
        self._empty("dc:Bounds", **{name: _number(value) for name, value in bounds._asdict().items()})

    # --- XML ------------------------------------------------------------------------------------------------

    def _own_id(self, wanted: str) -> str:
        """Give an id that nothing else in the file has."""
        while wanted in self.taken:
            wanted += "_"
        self.taken.add(wanted)
        return wanted

    def _open(self, element: str, /, **attributes: str) -> None:
        self._line(f"<{element}{_attributes(attributes)}>")
        self.depth += 1

    def _close(self, name: str) -> None:
        self.depth -= 1
        self._line(f"</{name}>")

    def _empty(self, element: str, /, **attributes: str) -> None:
        self._line(f"<{element}{_attributes(attributes)} />")

    def _text(self, element: str, text: str, /, **attributes: str) -> None:
        said = escape(_UNSAYABLE.sub("", text), {"\r": "&#13;"})
        self._line(f"<{element}{_attributes(attributes)}>{said}</{element}>")

    def _line(self, text: str) -> None:
        self.lines.append("  " * self.depth + text)


def _fields(node: Node) -> Mapping[str, str]:
    """Give the fields of a node that BPMN has no word for, as attributes of our namespace."""
    said = {
        "title_en": node.title_en,
        "work": node.work.value if node.work else "",
        "function": node.function,
        "channel": node.channel.value if node.channel else "",
        "sets": " ".join(node.sets),
        "prepares": _truth(node.prepares) if node.prepares else "",
        "procedure": node.procedure,
        "partner": node.partner,
        "awaits": node.awaits.value if node.awaits else "",
    }
    return {f"motcua:{name}": value for name, value in said.items()}


def _attributes(attributes: Mapping[str, str]) -> str:
    """Write attributes in their order; empty ones say nothing and are left out."""
    return "".join(
        f' {name}="{escape(_UNSAYABLE.sub("", value), _BREAKS)}"'
        for name, value in attributes.items()
        if value
    )


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(round(value, 3))
