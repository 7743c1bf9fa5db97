"""Where a file draws its elements: bounds, lines and labels from the diagram part, as far as they make sense."""

import math
from collections.abc import Iterator

from motcua.workflow.bpmn.drawing import Bounds, Layout, Point
from motcua.workflow.bpmn.names import DIAGRAM, DRAWING, LINES, key_of
from motcua.workflow.bpmn.parsing import Element

_FARTHEST = 1_000_000


def layout_of(root: Element) -> Layout:
    """Read the layout of all diagrams of a file; of two places for an element the first counts."""
    bounds: dict[str, Bounds] = {}
    waypoints: dict[str, tuple[Point, ...]] = {}
    labels: dict[str, Bounds] = {}
    for element in _drawn(root):
        key = key_of(element.get("bpmnElement").rpartition(":")[2])
        if element.local == "BPMNShape":
            if key and key not in bounds and (place := _bounds(element)):
                bounds[key] = place
        elif key not in waypoints:
            points = [_point(child) for child in element.all("waypoint", LINES)]
            if len(points) > 1 and None not in points:
                waypoints[key] = tuple(point for point in points if point is not None)
        label = element.first("BPMNLabel", DIAGRAM)
        if key not in labels and label is not None and (place := _bounds(label)):
            labels[key] = place
    return Layout(bounds, waypoints, labels)


def _drawn(root: Element) -> Iterator[Element]:
    for diagram in root.all("BPMNDiagram", DIAGRAM):
        for plane in diagram.all("BPMNPlane", DIAGRAM):
            yield from (child for child in plane.children if child.local in ("BPMNShape", "BPMNEdge"))


def _bounds(element: Element) -> Bounds | None:
    found = element.first("Bounds", DRAWING)
    if found is None:
        return None
    numbers = [_number(found.get(name)) for name in ("x", "y", "width", "height")]
    x, y, width, height = numbers
    if x is None or y is None or not width or not height or width < 0 or height < 0:
        return None
    return Bounds(x, y, width, height)


def _point(element: Element) -> Point | None:
    x, y = _number(element.get("x")), _number(element.get("y"))
    return None if x is None or y is None else Point(x, y)


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return round(found, 3) if math.isfinite(found) and abs(found) <= _FARTHEST else None
