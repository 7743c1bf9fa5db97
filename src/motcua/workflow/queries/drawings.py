"""What a draft holds, read: its drawing, its table, and how the one becomes the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from motcua.rules.process import (
    ConditionRefused,
    Datum,
    Flow,
    Node,
    Process,
    ProcessRefused,
    well_formed,
)
from motcua.rules.process.faults import Fault
from motcua.workflow.bpmn import BpmnRefused, Drawing, Layout, lay_out, read_bpmn, write_bpmn

# Faults that take nothing away from what was drawn: the table can show it, and be drawn again without loss.
_WHOLE = frozenset({"no_start", "two_starts", "no_end", "bad_flow", "bad_attachment", "missing_field"})


@dataclass(frozen=True)
class Defined:
    """A table that was read: its definition, how it is drawn, and what is wrong with it."""

    definition: dict[str, object]
    bpmn: str
    faults: tuple[Fault, ...]


def read_drawing(bpmn: str) -> tuple[Drawing | None, tuple[Fault, ...]]:
    """Read a drawing; None with one fault, whose kind is a code of `BpmnRefused`, for what is no BPMN file at all."""
    try:
        drawing = read_bpmn(bpmn)
    except BpmnRefused as refused:
        return None, (Fault(refused.code, facts={"line": refused.where} if refused.where else {}),)
    return drawing, drawing.faults


def layout_of(bpmn: str) -> Layout | None:
    """Return where people have put things in a drawing; None where it cannot be read, or nobody has moved anything.

    What is as we would draw it ourselves is drawn anew with what comes in, so that it gets its room.
    """
    drawing = read_drawing(bpmn)[0] if bpmn else None
    if drawing is None:
        return None
    ours = lay_out(drawing)
    untouched = (ours.bounds, ours.waypoints) == (drawing.layout.bounds, drawing.layout.waypoints)
    return None if untouched else drawing.layout


def definition_of(drawing: Drawing, key: str, title_vi: str, title_en: str) -> dict[str, object] | None:
    """Return the table of a drawing, under the draft's key and titles; None where it would lose what is drawn."""
    if any(not _keeps_all(fault) for fault in drawing.faults):
        return None
    return _to_json(replace(drawing, key=key, title_vi=title_vi, title_en=title_en))


def _keeps_all(fault: Fault) -> bool:
    if fault.warning:
        return True
    return fault.kind in _WHOLE and fault.facts.get("field") != "id"


def _to_json(drawing: Drawing) -> dict[str, object]:
    return {
        "key": drawing.key,
        "title_vi": drawing.title_vi,
        "title_en": drawing.title_en,
        "nodes": [node.to_json() for node in drawing.nodes],
        "flows": [flow.to_json() for flow in drawing.flows],
        "data": [datum.to_json() for datum in drawing.data],
    }


def read_table(
    definition: Mapping[str, Any], *, key: str, title_vi: str, title_en: str, layout: Layout | None
) -> Defined:
    """Read a table, well formed or not, and draw it; `ProcessRefused` for what is no table of nodes and flows."""
    try:
        table = Drawing(
            key,
            tuple(Node.from_json(row) for row in _rows(definition, "nodes")),
            tuple(Flow.from_json(row) for row in _rows(definition, "flows")),
            tuple(Datum.from_json(row) for row in _rows(definition, "data")),
            title_vi,
            title_en,
        )
    except ConditionRefused as refused:
        raise ProcessRefused("bad_data", refused.where) from None
    _drawable(table)
    bpmn = write_bpmn(table, layout)
    _, faults = read_drawing(bpmn)
    return Defined(_to_json(table), bpmn, faults)


def _rows(definition: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    rows = definition.get(name, [])
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise ProcessRefused("missing_field", name)
    return rows


def _drawable(table: Drawing) -> None:
    """Refuse what no drawing can hold: two things of one key, and arrows from or to nowhere."""
    for fault in well_formed(table.nodes, table.flows):
        if fault.code in ("repeated_key", "unknown_node"):
            raise fault
    known = {node.key for node in table.nodes}
    for node in table.nodes:
        if node.host and node.host not in known:
            raise ProcessRefused("bad_attachment", node.key)


def process_of(
    definition: Mapping[str, Any] | None, *, key: str, title_vi: str, title_en: str
) -> Process | None:
    """Return the process that a draft's definition is; None while it is none."""
    if definition is None:
        return None
    try:
        process = Process.from_json({**definition, "key": key, "title_vi": title_vi, "title_en": title_en})
    except (ProcessRefused, KeyError):
        return None
    return process
