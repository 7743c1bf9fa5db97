"""A process sketched as gateways and the stretches between them: what reductions make smaller.

See docs/rules/soundness.md, "Large processes".
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from motcua.rules.process.faults import Deed
from motcua.rules.process.model import BOUNDARIES, GATEWAYS, WAITING, Node, NodeKind, Process
from motcua.rules.process.shape import Graph

START, END = 0, 1


class Waits(IntEnum):
    """Whether a token that comes by a stretch is held up on it."""

    NEVER = 0
    PERHAPS = 1
    ALWAYS = 2


class Part(NamedTuple):
    """One thing on the way along a stretch: a deed at a node, or, without a deed, a flow that is taken."""

    key: str
    deed: Deed | None = None


@dataclass(slots=True, eq=False)
class Stretch:
    """What lies between two points: flows, steps and whatever sound blocks were folded into it.

    `place` is the first node where a token waits; `run` a way along it that waits if one does, `skip` one that does
    not. `once` names a step that would have two tokens if the stretch were gone twice; where a timer leads to it,
    `spawn` is the way from there. `sides` are the timers that
    may let a second token go while it waits; it is `fixed` as long as it has some, or if it is to be kept as it is.
    """

    source: int
    target: int
    waits: Waits = Waits.NEVER
    place: str = ""
    run: tuple[Part, ...] = ()
    skip: tuple[Part, ...] = ()
    once: str = ""
    spawn: tuple[Part, ...] = ()
    members: frozenset[str] = frozenset()
    sides: tuple[str, ...] = ()
    kept: bool = False
    default: bool = False

    @property
    def fixed(self) -> bool:
        """Whether it cannot be folded into another."""
        return bool(self.sides) or self.kept

    @property
    def skips(self) -> bool:
        """Whether a token can come along it without waiting."""
        return self.waits is not Waits.ALWAYS


@dataclass
class Sketch:
    """Points, which are gateways or plain meeting places, and the stretches between them."""

    kinds: dict[int, NodeKind] = field(default_factory=dict)
    into: dict[int, list[Stretch]] = field(default_factory=dict)
    out: dict[int, list[Stretch]] = field(default_factory=dict)
    # Timers that do not interrupt: the point from which their token goes.
    side: dict[str, int] = field(default_factory=dict)
    # Points that are gateways of the drawing.
    names: dict[int, str] = field(default_factory=dict)

    def point(self, kind: NodeKind) -> int:
        """Add a point."""
        number = len(self.kinds)
        self.kinds[number] = kind
        self.into[number], self.out[number] = [], []
        return number

    def add(self, stretch: Stretch) -> Stretch:
        """Add a stretch between its two points."""
        self.out[stretch.source].append(stretch)
        self.into[stretch.target].append(stretch)
        return stretch

    def remove(self, stretch: Stretch) -> None:
        """Take a stretch away."""
        self.out[stretch.source].remove(stretch)
        self.into[stretch.target].remove(stretch)

    def drop(self, point: int) -> None:
        """Take a point away that nothing leads to or from any more."""
        del self.kinds[point], self.into[point], self.out[point]

    @property
    def stretches(self) -> list[Stretch]:
        """All stretches."""
        return [one for rows in self.out.values() for one in rows]


def sketch(process: Process, *, keep: frozenset[str] = frozenset()) -> Sketch:
    """Sketch a process; the nodes `keep` stay apart from everything around them."""
    drawing = _Drawing(Graph(process), keep)
    for node in process.nodes:
        drawing.node(node)
    for flow in process.flows:
        part = (Part(flow.key),)
        source, target = drawing.leaving[flow.source], drawing.entering[flow.target]
        ends = {flow.target} if target == END else set[str]()
        drawing.found.add(
            Stretch(
                source,
                target,
                run=part,
                skip=part,
                members=frozenset({flow.key} | ends),
                default=flow.default,
            )
        )
    return drawing.found


class _Drawing:
    def __init__(self, graph: Graph, keep: frozenset[str]) -> None:
        self.graph, self.keep, self.found = graph, keep, Sketch()
        self.entering: dict[str, int] = {}
        self.leaving: dict[str, int] = {}
        self.found.point(NodeKind.START)
        self.found.point(NodeKind.END)
        # Of several error paths of a host only the first is ever taken.
        self.errors: set[str] = set()

    def node(self, node: Node) -> None:
        if node.kind is NodeKind.END:
            self.entering[node.key] = END
        elif node.kind is NodeKind.START:
            self.leaving[node.key] = self._onward(node)
            self._link(START, self.leaving[node.key], node)
        elif node.kind in GATEWAYS:
            self._gateway(node)
        elif node.kind in WAITING:
            self._waiting(node)
        elif node.kind in BOUNDARIES and node.key not in self.leaving:
            # Its host did not take it: an error path beside another.
            self.leaving[node.key] = self._onward(node)

    def _onward(self, node: Node) -> int:
        # Several flows out of what is no gateway are all taken.
        several = len(self.graph.out[node.key]) > 1
        point = self.found.point(NodeKind.PARALLEL if several else NodeKind.EXCLUSIVE)
        if not self.graph.out[node.key]:
            self.found.add(Stretch(point, END))
        return point

    def _link(self, source: int, target: int, node: Node, *parts: Part) -> Stretch:
        return self.found.add(Stretch(source, target, run=parts, skip=parts, members=frozenset({node.key})))

    def _gateway(self, node: Node) -> None:
        join, split = self.found.point(node.kind), self.found.point(node.kind)
        self.entering[node.key], self.leaving[node.key] = join, split
        self.found.names.update({join: node.key, split: node.key})
        self._link(join, split, node)
        if not self.graph.out[node.key]:
            self.found.add(Stretch(split, END))

    def _waiting(self, node: Node) -> None:
        bounds = [
            self.graph.nodes[key]
            for key in self.graph.after[node.key]
            if self.graph.nodes[key].host == node.key
        ]
        before, after = self.found.point(NodeKind.EXCLUSIVE), self.found.point(NodeKind.EXCLUSIVE)
        self.entering[node.key] = before
        wait = self._link(before, after, node)
        wait.waits, wait.place, wait.kept = Waits.ALWAYS, node.key, node.key in self.keep
        done = self.leaving[node.key] = self._onward(node)
        self._link(after, done, node, Part(node.key, Deed.DONE))
        for bound in bounds:
            self._boundary(bound, wait, after)

    def _boundary(self, bound: Node, wait: Stretch, after: int) -> None:
        if bound.kind is NodeKind.BOUNDARY_ERROR:
            if bound.host not in self.errors:
                self.errors.add(bound.host)
                self.leaving[bound.key] = self._onward(bound)
                self._link(after, self.leaving[bound.key], bound, Part(bound.host, Deed.FAILED))
            return
        self.leaving[bound.key] = self._onward(bound)
        expired = Part(bound.key, Deed.EXPIRED)
        if bound.interrupts:
            self._link(after, self.leaving[bound.key], bound, expired)
            return
        side = self.found.point(NodeKind.BOUNDARY_TIMER)
        self.found.side[bound.key] = side
        wait.sides += (bound.key,)
        self._link(side, self.leaving[bound.key], bound, expired)
