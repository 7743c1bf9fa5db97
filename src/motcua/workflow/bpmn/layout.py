"""Where to draw what nobody has drawn: beside what is drawn already, or all of it anew in columns."""

from collections import defaultdict
from collections.abc import Mapping

from motcua.rules.process import BOUNDARIES, Node
from motcua.workflow.bpmn.columns import BESIDE, EVENT, GAP, Columns, in_columns, on_edge
from motcua.workflow.bpmn.drawing import Bounds, Definition, Layout, Point

# A line may end this far from its node: tools round.
_NEAR = 6.0
_APART = 20.0


def lay_out(definition: Definition, known: Layout | None = None) -> Layout:
    """Give a place to every node and a line to every flow; what `known` places stays where it is.

    A known line stays while both its ends do. Nothing overlaps but boundaries and their hosts, as long as what was
    known did not.
    """
    known = known or Layout()
    fresh = in_columns(definition)
    places = _places(definition, known.bounds, fresh)
    lines: dict[str, tuple[Point, ...]] = {}
    attached = {node.key for node in definition.nodes if node.kind in BOUNDARIES}
    below = max((place.bottom for place in places.values()), default=0.0)
    for flow in definition.flows:
        source, target = places.get(flow.source), places.get(flow.target)
        if source is None or target is None:
            continue
        drawn = known.waypoints.get(flow.key, ())
        if len(drawn) > 1 and _touches(source, drawn[0]) and _touches(target, drawn[-1]):
            lines[flow.key] = drawn
        elif (
            flow.key in fresh.lines
            and not known.bounds
            and (source, target) == (fresh.bounds[flow.source], fresh.bounds[flow.target])
        ):
            lines[flow.key] = fresh.lines[flow.key]
        else:
            below += _APART
            lines[flow.key] = _line(source, target, below, attached=flow.source in attached)
    kept = {key: label for key, label in known.labels.items() if key in places or key in lines}
    return Layout(places, lines, kept)


def _places(definition: Definition, known: Mapping[str, Bounds], fresh: Columns) -> dict[str, Bounds]:
    hosted: dict[str, list[Node]] = defaultdict(list)
    for node in definition.nodes:
        if node.kind in BOUNDARIES:
            hosted[node.host].append(node)
    free = [node for node in definition.nodes if node.kind not in BOUNDARIES]
    places = {node.key: known[node.key] for node in free if node.key in known}
    room = _Room(places)
    came_from = {flow.target: flow.source for flow in reversed(definition.flows)}
    for node in free:
        if node.key in places:
            continue
        wanted = fresh.bounds[node.key]
        before = places.get(came_from.get(node.key, ""))
        if known and before is not None:
            wanted = wanted._replace(x=before.right + GAP, y=before.middle.y - wanted.height / 2)
        places[node.key] = room.take(wanted) if known else wanted
    for host, boundaries in hosted.items():
        _attach(boundaries, places.get(host), known, places)
    return {node.key: places[node.key] for node in definition.nodes}


class _Room:
    """The room that is left between what is placed."""

    def __init__(self, places: Mapping[str, Bounds]) -> None:
        self.taken = list(places.values())

    def take(self, wanted: Bounds) -> Bounds:
        """Give the nearest free place straight below the wanted one, and take it."""
        while met := [place for place in self.taken if wanted.meets(place, _APART)]:
            wanted = wanted._replace(y=max(place.bottom for place in met) + 2 * _APART)
        self.taken.append(wanted)
        return wanted


def _attach(
    boundaries: list[Node], host: Bounds | None, known: Mapping[str, Bounds], places: dict[str, Bounds]
) -> None:
    """Place boundaries on the edge of their host: those that are drawn there already, then the rest beside them."""
    taken = []
    for node in boundaries:
        drawn = known.get(node.key)
        if drawn is not None and (host is None or drawn.meets(host, 1)):
            places[node.key] = drawn
            taken.append(drawn)
    at = on_edge(host, 1)[0]
    for node in boundaries:
        if node.key in places:
            continue
        while any(at.meets(other) for other in taken):
            at = at._replace(x=at.x + BESIDE)
        places[node.key] = at
        taken.append(at)


def _touches(place: Bounds, point: Point) -> bool:
    return (
        place.x - _NEAR <= point.x <= place.right + _NEAR
        and place.y - _NEAR <= point.y <= place.bottom + _NEAR
    )


def _line(source: Bounds, target: Bounds, below: float, *, attached: bool) -> tuple[Point, ...]:
    """Draw a line of right angles between two nodes of a drawing that is not ours."""
    if target.x < source.right:
        # Back to where it came from, under everything.
        return (
            Point(source.middle.x, source.bottom),
            Point(source.middle.x, below),
            Point(target.middle.x, below),
            Point(target.middle.x, target.bottom),
        )
    end = Point(target.x, target.middle.y)
    if attached:
        low = source.bottom + EVENT[1] / 2
        turn = end.x - GAP / 2
        return (
            Point(source.middle.x, source.bottom),
            Point(source.middle.x, low),
            Point(turn, low),
            Point(turn, end.y),
            end,
        )
    begin = Point(source.right, source.middle.y)
    if begin.y == end.y:
        return begin, end
    turn = max((begin.x + end.x) / 2, end.x - GAP / 2)
    return begin, Point(turn, begin.y), Point(turn, end.y), end
