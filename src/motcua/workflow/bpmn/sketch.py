"""A drawing that lacks details, made whole with stand-ins, so that the way of its tokens can be judged."""

from dataclasses import replace

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import Awaited, Node, NodeKind, Process, StepKind, well_formed
from motcua.rules.process.faults import Fault
from motcua.workflow.bpmn.drawing import Drawing

# Faults that publication needs mended, but that say nothing about where tokens go.
_DETAILS = frozenset({"bad_condition", "bad_limit", "bad_data", "unknown_field", "unknown_kind", "long_text"})
_STAND_IN = "?"


def is_detail(fault: Fault) -> bool:
    """Tell whether a fault of reading leaves the way of the tokens as it is drawn."""
    missing = fault.kind == "missing_field" and fault.facts.get("field") != "id"
    return fault.warning or missing or fault.kind in _DETAILS


def sketch_of(drawing: Drawing) -> Process | None:
    """Give the process that is drawn, its missing details replaced by stand-ins; None if its graph has a fault.

    For judging soundness only: it names functions and limits that nobody gave.
    """
    if drawing.process is not None:
        return drawing.process
    nodes = tuple(_whole(node) for node in drawing.nodes)
    if not all(is_detail(fault) for fault in drawing.faults) or well_formed(nodes, drawing.flows):
        return None
    return Process(drawing.key, nodes, drawing.flows, drawing.data, drawing.title_vi, drawing.title_en)


def _whole(node: Node) -> Node:
    if node.kind is NodeKind.TASK:
        return replace(node, work=node.work or StepKind.WORK, function=node.function or _STAND_IN)
    if node.kind is NodeKind.WAIT:
        return replace(node, awaits=node.awaits or Awaited.ANSWER)
    if node.kind in (NodeKind.TIMER, NodeKind.BOUNDARY_TIMER):
        return replace(node, limit=node.limit or Limit(Unit.WORKING_DAY, 1))
    return node
