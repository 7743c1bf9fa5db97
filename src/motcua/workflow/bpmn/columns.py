"""A drawing from nothing: nodes in columns from left to right, lines in the gaps between columns and in free rows."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from motcua.rules.process import BOUNDARIES, GATEWAYS, WAITING, Flow, Node, NodeKind
from motcua.workflow.bpmn.drawing import Bounds, Definition, Point

TASK = (100.0, 80.0)
_GATEWAY = (50.0, 50.0)
EVENT = (36.0, 36.0)
GAP = 60.0
_ROW = 150.0
_LEFT, _TOP = 160.0, 80.0
# Boundaries stand side by side on the lower edge of their host, which grows with them.
BESIDE = 44.0
# Long lines take a row in each column that they pass; with more passages than this nobody finds a line anyhow.
_MOST_PASSAGES = 20_000
# A node, or the passage of a flow through the column of this rank.
_Place = str | tuple[str, int]


@dataclass
class Columns:
    """The finished drawing: the bounds of every node, the points of every flow between known nodes."""

    bounds: dict[str, Bounds] = field(default_factory=dict)
    lines: dict[str, tuple[Point, ...]] = field(default_factory=dict)


def in_columns(definition: Definition) -> Columns:
    """Draw a definition: nothing overlaps but boundaries and their hosts, and no line runs through a node."""
    return _Drawing(definition).drawn()


class _Drawing:
    def __init__(self, definition: Definition) -> None:
        self.nodes = {node.key: node for node in definition.nodes if node.kind not in BOUNDARIES}
        self.hosted: dict[str, list[Node]] = defaultdict(list)
        # Where a flow begins: what leaves a boundary leaves its host's column.
        self.at = {key: key for key in self.nodes}
        for node in definition.nodes:
            if node.kind in BOUNDARIES:
                self.hosted[node.host].append(node)
                self.at[node.key] = node.host
        self.flows = [
            flow
            for flow in definition.flows
            if self.at.get(flow.source) in self.nodes and flow.target in self.nodes
        ]
        after: dict[_Place, list[_Place]] = {key: [] for key in self.nodes}
        for flow in self.flows:
            after[self.at[flow.source]].append(flow.target)
        self.ranks = _ranks(after, [key for key, node in self.nodes.items() if node.kind is NodeKind.START])
        self.chains = self._chains()
        self.rows = _rows(self._columns(), self.chains)
        self.sizes = {key: _size(node, len(self.hosted.get(key, ()))) for key, node in self.nodes.items()}
        self.left, self.width = self._edges()

    def drawn(self) -> Columns:
        found = Columns()
        for key, (width, height) in self.sizes.items():
            rank = self.ranks[key]
            middle = self.left[rank] + self.width[rank] / 2
            found.bounds[key] = Bounds(middle - width / 2, self._y(key) - height / 2, width, height)
        for host, boundaries in self.hosted.items():
            for node, place in zip(boundaries, on_edge(found.bounds.get(host), len(boundaries)), strict=True):
                found.bounds[node.key] = place
        below = max((self._y(place) for place in self.rows), default=_TOP) + _ROW / 2
        for flow in self.flows:
            forward = len(self.chains[flow.key]) > 1
            below += 0 if forward else 15
            found.lines[flow.key] = self._line(flow, found.bounds, below)
        return found

    def _chains(self) -> dict[str, list[_Place]]:
        """Give for each flow the places that it passes from its source to its target; alone its source, for one back."""
        chains: dict[str, list[_Place]] = {}
        left = _MOST_PASSAGES
        for flow in self.flows:
            source = self.at[flow.source]
            first, last = self.ranks[source], self.ranks[flow.target]
            if last <= first:
                chains[flow.key] = [source]
                continue
            between = range(first + 1, last) if last - first - 1 <= left else ()
            left -= len(between)
            chains[flow.key] = [source, *((flow.key, rank) for rank in between), flow.target]
        return chains

    def _columns(self) -> list[list[_Place]]:
        columns: list[list[_Place]] = [[] for _ in range(max(self.ranks.values(), default=0) + 1)]
        for key, rank in self.ranks.items():
            columns[rank].append(key)
        for chain in self.chains.values():
            for place in chain:
                if isinstance(place, tuple):
                    columns[place[1]].append(place)
        return columns

    def _edges(self) -> tuple[list[float], list[float]]:
        width = [TASK[0]] * (max(self.ranks.values(), default=0) + 1)
        for key, (own, _height) in self.sizes.items():
            width[self.ranks[key]] = max(width[self.ranks[key]], own)
        left = [_LEFT]
        for one in width:
            left.append(left[-1] + one + GAP)
        return left, width

    def _y(self, place: _Place) -> float:
        return _TOP + TASK[1] / 2 + self.rows[place] * _ROW

    def _rank(self, place: _Place) -> int:
        return place[1] if isinstance(place, tuple) else self.ranks[place]

    def _line(self, flow: Flow, bounds: Mapping[str, Bounds], below: float) -> tuple[Point, ...]:
        """Draw a line of right angles: up and down in the gaps only, sidewards in rows that are its own."""
        source, target = bounds[flow.source], bounds[flow.target]
        points = _begin(source, bounds[self.at[flow.source]], flow.source != self.at[flow.source])
        end = Point(target.x, target.middle.y)
        chain = self.chains[flow.key]
        if len(chain) == 1:
            out = self._gap(self.ranks[self.at[flow.source]])
            back = self._gap(self.ranks[flow.target] - 1)
            points += [Point(out, points[-1].y), Point(out, below), Point(back, below), Point(back, end.y)]
        for before, place in pairwise(chain):
            turn, y = self._gap(self._rank(before)), self._y(place)
            points += [Point(turn, points[-1].y), Point(turn, y)]
        return _straight([*points, end])

    def _gap(self, rank: int) -> float:
        """Give the middle of the gap behind a column; before the first one, for -1."""
        return self.left[rank + 1] - GAP / 2


def on_edge(host: Bounds | None, count: int) -> list[Bounds]:
    """Give so many places for boundaries on the lower edge of their host; somewhere if there is none."""
    width, height = EVENT
    x, y = (host.x + 10, host.bottom - height / 2) if host else (0.0, 0.0)
    return [Bounds(x + number * BESIDE, y, width, height) for number in range(count)]


def _size(node: Node, boundaries: int) -> tuple[float, float]:
    """Give the width and height in which a node is drawn, wide enough for its boundaries."""
    if node.kind in GATEWAYS:
        return _GATEWAY
    if node.kind in WAITING - {NodeKind.TIMER}:
        return max(TASK[0], 12 + BESIDE * boundaries), TASK[1]
    return EVENT


def _begin(source: Bounds, host: Bounds, boundary: bool) -> list[Point]:
    if not boundary:
        return [Point(source.right, source.middle.y)]
    # Out of the lower edge, into the free stripe under the row.
    return [Point(source.middle.x, source.bottom), Point(source.middle.x, host.bottom + EVENT[1] / 2 + 8)]


def _straight(points: list[Point]) -> tuple[Point, ...]:
    """Leave out points that stand twice or in the middle of a straight line."""
    found: list[Point] = []
    for point in points:
        if len(found) > 1 and (
            found[-2].x == found[-1].x == point.x or found[-2].y == found[-1].y == point.y
        ):
            found.pop()
        if not found or found[-1] != point:
            found.append(point)
    return tuple(found)


def _ranks(after: Mapping[_Place, list[_Place]], starts: list[str]) -> dict[str, int]:
    """Give each node the length of the longest way to it, ways back left aside."""
    order = _topological(after, starts)
    place = {key: number for number, key in enumerate(order)}
    ranks = {str(key): 0 for key in order}
    for key in order:
        for target in after[key]:
            if place[target] > place[key]:
                ranks[str(target)] = max(ranks[str(target)], ranks[str(key)] + 1)
    return ranks


def _topological(after: Mapping[_Place, list[_Place]], starts: list[str]) -> list[_Place]:
    """Order nodes so that only ways back lead backward: depth first, without recursion, the start first."""
    finished: list[_Place] = []
    seen: set[_Place] = set()
    for root in (*starts, *after):
        if root in seen:
            continue
        seen.add(root)
        ahead = [(root, iter(after[root]))]
        while ahead:
            key, targets = ahead[-1]
            found = next((target for target in targets if target not in seen), None)
            if found is None:
                finished.append(key)
                ahead.pop()
            else:
                seen.add(found)
                ahead.append((found, iter(after[found])))
    return finished[::-1]


def _rows(columns: list[list[_Place]], chains: Mapping[str, list[_Place]]) -> dict[_Place, int]:
    """Give each place a row of its own in its column, near the rows that it is reached from."""
    ahead: dict[_Place, list[_Place]] = defaultdict(list)
    for chain in chains.values():
        for before, place in pairwise(chain):
            ahead[before].append(place)
    wanted: dict[_Place, int] = {}
    rows: dict[_Place, int] = {}
    for column in columns:
        taken = -1
        for place in sorted(column, key=lambda place: wanted.get(place, 0)):
            rows[place] = taken = max(taken + 1, wanted.get(place, 0))
            for number, target in enumerate(ahead[place]):
                wanted[target] = min(wanted.get(target, taken + number), taken + number)
    return rows
