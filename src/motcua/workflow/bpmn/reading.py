"""BPMN 2.0 read: the subset that our processes are, and each fault of what is outside it by name.

See docs/rules/bpmn.md.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from motcua.rules.deadlines import LimitRefused
from motcua.rules.process import Flow, Node, NodeKind, Process, StepKind, well_formed
from motcua.workflow.bpmn.diagram import layout_of
from motcua.workflow.bpmn.drawing import BpmnRefused, Drawing
from motcua.workflow.bpmn.fields import (
    FLOW_FIELDS,
    LANE_FIELDS,
    PROCESS_FIELDS,
    condition_of,
    data_of,
    english,
    limit_from_duration,
    node_fields,
    title,
    truth,
)
from motcua.workflow.bpmn.names import (
    DRAWN_ONLY,
    EVENT_ELEMENTS,
    EVENTS,
    INSIDE_NODES,
    LONGEST_KEY,
    MODEL,
    NODES,
    OURS,
    key_of,
)
from motcua.workflow.bpmn.notes import Notes
from motcua.workflow.bpmn.parsing import Element, parse

# Tasks of machines and messages: refused by name, but kept as the task of a person that they could become.
_OTHER_TASKS = frozenset({"serviceTask", "scriptTask", "sendTask", "businessRuleTask"})
_FUNCTION = re.compile(r"[a-z][a-z_]{0,15}")
# Nodes and flows together: ten times what the largest internal process has.
_MOST_MEMBERS = 5_000


def read_bpmn(source: bytes | str) -> Drawing:
    """Read a BPMN file; `BpmnRefused` for what is no BPMN file of one process at all.

    Everything else that is wrong is a fault of the drawing, of the kinds of `ProcessRefused` and further
    unsupported_element, unknown_field, long_text. Nothing in the file is run, and nothing outside it is opened.
    """
    root = parse(source)
    if not root.is_model("definitions"):
        raise BpmnRefused("not_bpmn", root.line)
    processes = root.all("process")
    if len(processes) != 1:
        raise BpmnRefused("two_processes" if processes else "no_process")
    return _Reader(root, processes[0]).read()


@dataclass
class _Reader:
    root: Element
    process: Element
    notes: Notes = field(default_factory=Notes)
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    # Node -> the flow that is its default; flow node -> what its lane says; ids of what was left out.
    defaults: dict[str, str] = field(default_factory=dict)
    lanes: dict[str, tuple[str, str]] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        """The key of the process."""
        return self.process.get("key", OURS) or key_of(self.process.identifier)

    def read(self) -> Drawing:
        self._ids_used_twice()
        self._collaboration()
        self.notes.look_at(self.process, PROCESS_FIELDS)
        for lanes in self.process.all("laneSet"):
            self._lanes(lanes)
        for element in self.process.children:
            if element.namespace == MODEL:
                self._member(element)
        self._set_defaults()
        data = data_of(self.process, self.notes)
        self._form()
        key = self.key
        self._fits(key)
        told = title(self.process, key, self.notes), english(self.process, key, self.notes)
        faults, passed_over = tuple(self.notes.faults), tuple(sorted(self.notes.passed_over))
        nodes, flows = tuple(self.nodes), tuple(self.flows)
        drawing = Drawing(key, nodes, flows, data, *told, faults, layout_of(self.root), passed_over)
        if any(not fault.warning for fault in drawing.faults):
            return drawing
        return replace(drawing, process=Process(key, nodes, flows, data, *told))

    def _ids_used_twice(self) -> None:
        seen: set[str] = set()
        ahead = [self.root]
        while ahead:
            element = ahead.pop()
            ahead += [child for child in element.children if child.namespace == MODEL]
            if element.identifier in seen:
                self.notes.fault("repeated_key", key_of(element.identifier), line=element.line)
            if element.identifier:
                seen.add(element.identifier)

    def _collaboration(self) -> None:
        for collaboration in self.root.all("collaboration"):
            for element in [*collaboration.all("participant")[1:], *collaboration.all("messageFlow")]:
                self.notes.unsupported(element)

    def _lanes(self, lanes: Element) -> None:
        for lane in lanes.all("lane"):
            self.notes.look_at(lane, LANE_FIELDS)
            name = lane.get("name").strip()
            function = lane.get("function", OURS) or (name if _FUNCTION.fullmatch(name) else "")
            for element in lane.all("flowNodeRef"):
                self.lanes[_ref(element.text)] = (function, name)
            for inner in lane.all("childLaneSet"):
                self._lanes(inner)

    # --- nodes ----------------------------------------------------------------------------------------------

    def _member(self, element: Element) -> None:
        local = element.local
        if len(self.nodes) + len(self.flows) >= _MOST_MEMBERS:
            raise BpmnRefused("too_many_elements", element.line)
        if local == "sequenceFlow":
            self._flow(element)
        elif local in NODES or local in EVENT_ELEMENTS or local in _OTHER_TASKS:
            self._node(element)
        elif local not in DRAWN_ONLY | {"laneSet", "extensionElements"}:
            self._leave_out(element)

    def _leave_out(self, element: Element, name: str = "") -> None:
        self.notes.unsupported(element, name=name)
        self.left_out.add(key_of(element.identifier))

    def _node(self, element: Element) -> None:
        kind = self._kind(element)
        key = self._key(element)
        if kind is None or key is None:
            return
        fields = node_fields(element, key, self.notes)
        self._look_inside(element, key)
        if kind is NodeKind.TASK:
            fields["work"] = fields["work"] or StepKind.WORK
            fields["function"] = fields["function"] or self.lanes.get(key, ("", ""))[0]
        if kind in (NodeKind.TIMER, NodeKind.BOUNDARY_TIMER) and fields["limit"] is None:
            fields["limit"] = self._duration(element, key)
        if kind in (NodeKind.BOUNDARY_TIMER, NodeKind.BOUNDARY_ERROR):
            fields.update(self._attached(element, kind))
        if default := element.get("default"):
            self.defaults[key] = _ref(default)
        name = title(element, key, self.notes)
        node = Node(key, kind, name, **fields)
        self._ask_for_missing(node)
        self.nodes.append(node)

    def _kind(self, element: Element) -> NodeKind | None:
        """Tell what kind of node it is; None for what is left out, which is noted."""
        if element.local in _OTHER_TASKS:
            self.notes.unsupported(element)
            return NodeKind.TASK
        defined = _definitions(element)
        if element.local in NODES:
            # A start or end of another sort, such as a message, is refused but kept as a plain one.
            for other in defined:
                self.notes.unsupported(other, key_of(element.identifier))
            return NODES[element.local]
        kind = EVENTS.get((element.local, defined[0].local)) if len(defined) == 1 else None
        if kind is None:
            self._leave_out(element, defined[0].local if defined else "")
        return kind

    def _key(self, element: Element) -> str | None:
        key = key_of(element.identifier)
        if not key:
            self.notes.fault("missing_field", "", field="id", name=element.local, line=element.line)
            return None
        self._fits(key)
        return key

    def _fits(self, key: str) -> None:
        if len(key) > LONGEST_KEY:
            self.notes.fault("long_text", key, field="id", most=LONGEST_KEY)

    def _look_inside(self, element: Element, key: str) -> None:
        for child in element.children:
            plain = child.local in INSIDE_NODES or child.local.endswith("EventDefinition")
            if child.namespace == MODEL and not plain:
                self.notes.unsupported(child, key)
            elif child.namespace == MODEL and child.local != "extensionElements":
                self.notes.look_at(child, frozenset(), key)

    def _duration(self, element: Element, key: str) -> Any:
        definition = _definitions(element)[0]
        for name in ("timeDate", "timeCycle"):
            for child in definition.all(name):
                self.notes.unsupported(child, key)
        said = definition.first("timeDuration")
        if said is None or not said.text.strip():
            return None
        try:
            return limit_from_duration(said.text)
        except LimitRefused as refused:
            self.notes.fault("bad_limit", key, code=refused.code, text=said.text.strip())
            return None

    def _attached(self, element: Element, kind: NodeKind) -> dict[str, Any]:
        interrupts = element.get("cancelActivity").strip() not in ("false", "0")
        if kind is NodeKind.BOUNDARY_ERROR and not interrupts:
            self.notes.unsupported(element, name="cancelActivity")
        return {"host": _ref(element.get("attachedToRef")), "interrupts": interrupts}

    def _ask_for_missing(self, node: Node) -> None:
        if node.key in self.notes.blamed:
            return
        if node.kind is NodeKind.TASK and not node.function:
            lane = self.lanes.get(node.key, ("", ""))[1]
            self.notes.fault("missing_field", node.key, field="function", **({"lane": lane} if lane else {}))
        if node.kind is NodeKind.WAIT and node.awaits is None:
            self.notes.fault("missing_field", node.key, field="awaits")
        if node.kind in (NodeKind.TIMER, NodeKind.BOUNDARY_TIMER) and node.limit is None:
            self.notes.fault("missing_field", node.key, field="limit")

    # --- flows ----------------------------------------------------------------------------------------------

    def _flow(self, element: Element) -> None:
        key = self._key(element)
        if key is None:
            return
        self.notes.look_at(element, FLOW_FIELDS)
        self._look_inside_flow(element, key)
        source, target = _ref(element.get("sourceRef")), _ref(element.get("targetRef"))
        self.flows.append(
            Flow(
                key,
                source,
                target,
                condition_of(element, key, self.notes),
                truth(element, "default", key, self.notes),
                title(element, key, self.notes),
                english(element, key, self.notes),
            )
        )

    def _look_inside_flow(self, element: Element, key: str) -> None:
        for child in element.children:
            known = child.local in DRAWN_ONLY | {"conditionExpression", "extensionElements"}
            if child.namespace == MODEL and not known:
                self.notes.unsupported(child, key)

    def _set_defaults(self) -> None:
        out = {(flow.source, flow.key) for flow in self.flows}
        for node, flow in self.defaults.items():
            if (node, flow) not in out:
                self.notes.fault("unknown_node", node, field="default", value=flow)
        self.flows = [
            replace(flow, default=True) if self.defaults.get(flow.source) == flow.key else flow
            for flow in self.flows
        ]

    def _form(self) -> None:
        """Note what keeps the graph from running, but not what follows from a fault that is noted already."""
        blamed = self.notes.blamed
        ends = {flow.key: {flow.source, flow.target} for flow in self.flows}
        hosts = {node.key: node.host for node in self.nodes}
        for refused in well_formed(self.nodes, self.flows):
            told = refused.where in blamed and refused.code in ("missing_field", "bad_limit", "repeated_key")
            follows = refused.code == "unknown_node" and ends[refused.where] & self.left_out
            host = refused.code == "bad_attachment" and hosts[refused.where] in self.left_out
            if not told and not follows and not host:
                self.notes.fault(refused.code, refused.where or self._open_end(refused.code) or self.key)

    def _open_end(self, code: str) -> str:
        """Return where an end is missing: the last node that leads nowhere; empty where none does."""
        out = {flow.source for flow in self.flows}
        stuck = [node.key for node in self.nodes if node.key not in out]
        return stuck[-1] if code == "no_end" and stuck else ""


def _definitions(event: Element) -> list[Element]:
    return [
        child
        for child in event.children
        if child.namespace == MODEL
        and (child.local.endswith("EventDefinition") or child.local == "eventDefinitionRef")
    ]


def _ref(text: str) -> str:
    """Read a reference: a qualified name, whose prefix says nothing within one file."""
    return key_of(text.strip().rpartition(":")[2])
