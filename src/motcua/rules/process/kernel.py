"""What is left of a large process when all that is sound by its form is folded, and its faults told of the whole.

See docs/rules/soundness.md, "Large processes".
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import NamedTuple

from motcua.rules.process.exploring import FreeMachine, State, Watch
from motcua.rules.process.faults import Deed, Scene
from motcua.rules.process.machine import Advance, Data, Marking
from motcua.rules.process.model import BOUNDARIES, Flow, Node, NodeKind, Process, ProcessRefused, StepKind
from motcua.rules.process.reducing import reduce_sketch
from motcua.rules.process.sketch import Part, Sketch, Stretch, Waits, sketch

# Keys of what only the kernel has begin with what no key of a drawing contains.
_OWN = "\n"


class Told(NamedTuple):
    """A story of the whole, the marking where it ends, and the place that the last deed was refused for, if it was."""

    story: tuple[Scene, ...]
    marking: Marking
    refused_at: str = ""


@dataclass
class Kernel:
    """A smaller process that is sound exactly if the whole one is."""

    whole: Process
    process: Process
    # First and last flow of each stretch that leads somewhere.
    first: dict[str, Stretch]
    last: dict[str, Stretch]
    # Gateways of the kernel with the ones of the whole that they stand for.
    names: dict[str, str]

    def __post_init__(self) -> None:
        self.nodes = {node.key: node for node in self.whole.nodes}
        self.targets = {flow.key: flow.target for flow in self.whole.flows}

    def watch(self) -> Watch:
        """Refuse to go a second time along what would have two tokens then."""

        def look(state: State, key: str, deed: Deed, advance: Advance) -> frozenset[str]:
            memory = state.memory
            for flow in advance.flows:
                stretch = self.first.get(flow)
                if stretch is not None and stretch.once:
                    if flow in memory:
                        raise ProcessRefused("token_doubled", stretch.once)
                    memory |= {flow}
            return memory

        return look

    def members(self, flows: Iterable[str]) -> frozenset[str]:
        """Return the nodes and flows of the whole that these flows of the kernel go along."""
        return frozenset().union(*(self.first[flow].members for flow in flows if flow in self.first))

    def end_of(self, story: Iterable[Scene]) -> str:
        """Return the end that a story of the whole comes to."""
        targets = [self.targets[flow] for scene in story for flow in scene.flows]
        return next((key for key in reversed(targets) if self.nodes[key].kind is NodeKind.END), "")

    def told(self, scenes: Iterable[Scene], place: str = "") -> Told:
        """Tell a story of the kernel as one of the whole.

        A story that ends with a second token at `place` is told up to the deed that brings it there.
        """
        parts: list[Part] = []
        entered: dict[str, Stretch] = {}
        for scene in scenes:
            for flow in scene.flows:
                if flow in self.first:
                    entered[flow] = self.first[flow]
                if flow in self.last:
                    parts += (
                        self.last[flow].run if _waited(self.last[flow], scene, flow) else self.last[flow].skip
                    )
        if place:
            parts = [*self._reminded(parts, place), *self._last_steps(entered.values(), place)]
        return _Replay(self.whole).play(parts)

    def _reminded(self, parts: list[Part], place: str) -> Iterator[Part]:
        """Let the timers run out that lead to `place`, each before its host is done."""
        spawns = {
            one.spawn[0].key: one.spawn for one in self.first.values() if one.once == place and one.spawn
        }
        hosts = {self.nodes[timer].host: spawn for timer, spawn in spawns.items()}
        for part in parts:
            if part.deed is not None:
                yield from hosts.get(part.key, ())
            yield part

    def _last_steps(self, entered: Iterable[Stretch], place: str) -> Iterator[Part]:
        """Go along the stretch that was entered last to where a second token comes to `place`."""
        for stretch in reversed(tuple(entered)):
            if stretch.place == place:
                yield from takewhile(lambda part: part.deed is None, stretch.run)
                return
            if stretch.once == place and stretch.spawn:
                host = self.nodes[stretch.spawn[0].key].host
                for part in stretch.run:
                    if part.deed is not None and part.key == host:
                        break
                    yield part
                yield from stretch.spawn
                return


def _waited(stretch: Stretch, scene: Scene, flow: str) -> bool:
    return stretch.waits is Waits.ALWAYS or scene.node == stretch.place or not stretch.skips


def kernel_of(process: Process, *, keep: frozenset[str] = frozenset()) -> Kernel:
    """Fold a process; the nodes `keep` stay what they are."""
    found = sketch(process, keep=keep)
    reduce_sketch(found)
    writing = _Writing(process, found)
    for point in found.kinds:
        writing.point(point)
    for number, stretch in enumerate(found.stretches):
        writing.stretch(number, stretch)
    names = {writing.name(point): key for point, key in found.names.items() if point in found.kinds}
    smaller = Process(process.key, tuple(writing.nodes), tuple(writing.flows))
    return Kernel(process, smaller, writing.first, writing.last, names)


@dataclass
class _Writing:
    whole: Process
    found: Sketch
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    first: dict[str, Stretch] = field(default_factory=dict)
    last: dict[str, Stretch] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = {node.key: node for node in self.whole.nodes}
        self.timers = {point: key for key, point in self.found.side.items()}

    def name(self, point: int) -> str:
        return self.timers.get(point) or f"{_OWN}{point}"

    def point(self, point: int) -> None:
        kind = self.found.kinds[point]
        # A timer is written with the stretch of its host.
        if kind not in BOUNDARIES:
            self.nodes.append(Node(self.name(point), kind))

    def stretch(self, number: int, stretch: Stretch) -> None:
        key = f"{_OWN}{number}-"
        source, target = self.name(stretch.source), self.name(stretch.target)
        if stretch.waits is Waits.NEVER:
            self._flow(f"{key}a", source, target, stretch.default)
            self.first[f"{key}a"] = self.last[f"{key}a"] = stretch
            return
        if stretch.waits is Waits.PERHAPS:
            before, after = f"{key}before", f"{key}after"
            self.nodes += [Node(before, NodeKind.EXCLUSIVE), Node(after, NodeKind.EXCLUSIVE)]
            self._flow(f"{key}a", source, before, stretch.default)
            self._flow(f"{key}b", before, stretch.place)
            self._flow(f"{key}c", stretch.place, after)
            self._flow(f"{key}d", before, after)
            self._flow(f"{key}e", after, target)
        else:
            self._flow(f"{key}a", source, stretch.place, stretch.default)
            self._flow(f"{key}e", stretch.place, target)
        self._host(stretch)
        self.first[f"{key}a"] = self.last[f"{key}e"] = stretch

    def _flow(self, key: str, source: str, target: str, default: bool = False) -> None:
        self.flows.append(Flow(key, source, target, default=default))

    def _host(self, stretch: Stretch) -> None:
        whole = self.known[stretch.place]
        step = Node(whole.key, NodeKind.TASK, work=StepKind.WORK, function="-")
        if stretch.kept:
            step = replace(
                step,
                work=whole.work or StepKind.WORK,
                function=whole.function or "-",
                prepares=whole.prepares,
            )
        self.nodes.append(step)
        self.nodes += [replace(self.known[timer], host=whole.key) for timer in stretch.sides]


class _Replay(FreeMachine):
    """The whole process, going the way that the parts of a story say."""

    def __init__(self, process: Process) -> None:
        super().__init__(process)
        self.wanted: dict[str, deque[str]] = {}

    def play(self, parts: list[Part]) -> Told:
        for part in parts:
            if part.deed is None:
                self.wanted.setdefault(self.flows[part.key].source, deque()).append(part.key)
        scenes: list[Scene] = []
        marking: tuple[str, ...] | None = None
        for key, deed in ((self.start, Deed.DONE), *((part.key, part.deed) for part in parts if part.deed)):
            advance = self.do(marking, key, deed)
            if isinstance(advance, ProcessRefused):
                scenes.append(Scene(key, deed, tuple(self.taken)))
                return Told(tuple(scenes), marking or (), advance.where)
            scenes.append(Scene(key, deed, advance.flows))
            marking = advance.marking
        return Told(tuple(scenes), marking or ())

    def choose(self, node: Node, data: Data) -> tuple[str, ...]:
        """Take what the story takes here next; of an inclusive gateway all that it takes."""
        ways = self.options(node)
        wanted = self.wanted.get(node.key)
        if len(ways) == 1 or not wanted:
            return ways[0]
        if node.kind is not NodeKind.INCLUSIVE:
            return (wanted.popleft(),)
        taken: list[str] = []
        while wanted and wanted[0] not in taken:
            taken.append(wanted.popleft())
        return next((way for way in ways if set(way) == set(taken)), ways[0])
