"""The token machine: what waits next when something was done. Pure; a step costs microseconds.

A marking is a sorted tuple of places: the key of a node where a token waits, of a boundary timer that is armed, or of
a flow whose token stands before a join. See docs/rules/process.md, "Tokens".
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from typing import NamedTuple

from motcua.rules.process.conditions import Value
from motcua.rules.process.model import BOUNDARIES, WAITING, Flow, Node, NodeKind, Process, ProcessRefused

Marking = tuple[str, ...]
Data = Mapping[str, Value]
# Out of a gateway: which flows are taken, by their keys.
Choose = Callable[[Node], tuple[str, ...]]
# More gateways than this between two steps is a circle without a step.
_LONGEST = 10_000
_NOTHING: Data = {}


class Advance(NamedTuple):
    """What a move led to: the marking, which places were left and which were entered, and the flows that were taken.

    With no place left in the marking the process has ended.
    """

    marking: Marking
    left: tuple[str, ...]
    entered: tuple[str, ...]
    flows: tuple[str, ...]

    @property
    def ended(self) -> bool:
        """Whether the process has come to its end."""
        return not self.marking


class Machine:
    """One process, laid out for running; immutable and shared by all who run it."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.nodes: dict[str, Node] = {node.key: node for node in process.nodes}
        self.flows: dict[str, Flow] = {flow.key: flow for flow in process.flows}
        self.out: dict[str, tuple[Flow, ...]] = dict.fromkeys(self.nodes, ())
        self.into: dict[str, tuple[str, ...]] = dict.fromkeys(self.nodes, ())
        for flow in process.flows:
            self.out[flow.source] += (flow,)
            self.into[flow.target] += (flow.key,)
        self.out_keys = {key: tuple(flow.key for flow in flows) for key, flows in self.out.items()}
        self.boundaries: dict[str, tuple[Node, ...]] = dict.fromkeys(self.nodes, ())
        for node in process.nodes:
            if node.host:
                self.boundaries[node.host] += (node,)
        self.timers = {
            key: tuple(node.key for node in nodes if node.kind is NodeKind.BOUNDARY_TIMER)
            for key, nodes in self.boundaries.items()
        }
        self.start = next(node.key for node in process.nodes if node.kind is NodeKind.START)
        self.joins = frozenset(
            node.key
            for node in process.nodes
            if node.kind in (NodeKind.PARALLEL, NodeKind.INCLUSIVE) and len(self.into[node.key]) > 1
        )
        self.inclusive_joins = tuple(
            key for key in self.nodes if key in self.joins and self.nodes[key].kind is NodeKind.INCLUSIVE
        )
        # Flow of an inclusive join -> every place from which a token can come to it without passing the join.
        self.sources = {
            flow: self._places_before(flow, join) for join in self.inclusive_joins for flow in self.into[join]
        }

    def _places_before(self, flow: str, join: str) -> frozenset[str]:
        found: set[str] = {flow}
        ahead = [self.flows[flow].source]
        while ahead:
            key = ahead.pop()
            if key == join or key in found:
                continue
            found.add(key)
            node = self.nodes[key]
            if node.host:
                ahead.append(node.host)
            for before in self.into[key]:
                found.add(before)
                ahead.append(self.flows[before].source)
        # An armed timer is no token of its own: it is the host's, and the host is among these.
        return frozenset(
            key for key in found if key not in self.nodes or self.nodes[key].kind not in BOUNDARIES
        )

    def begin(self, data: Data = _NOTHING) -> Advance:
        """Start the process; `ProcessRefused` (no_way, token_doubled, endless)."""
        return self._go((), (), self.out_keys[self.start], self._by(data))

    def complete(self, marking: Marking, key: str, data: Data = _NOTHING) -> Advance:
        """Let the token that waits at a node go on; `data` are all that the process knows by now.

        `ProcessRefused`: not_waiting, data_missing (the task must set it), no_way, token_doubled, endless.
        """
        node = self._waiting(marking, key)
        for name in node.sets:
            if name not in data:
                raise ProcessRefused("data_missing", name)
        return self._leave(marking, key, self.out_keys[key], self._by(data))

    def fail(self, marking: Marking, key: str, data: Data = _NOTHING) -> Advance:
        """Let a task or partner fail: its error path is taken; `ProcessRefused` also with no_error_path."""
        self._waiting(marking, key)
        for node in self.boundaries[key]:
            if node.kind is NodeKind.BOUNDARY_ERROR:
                return self._leave(marking, key, self.out_keys[node.key], self._by(data))
        raise ProcessRefused("no_error_path", key)

    def expire(self, marking: Marking, key: str, data: Data = _NOTHING) -> Advance:
        """Let an armed boundary timer run out; `ProcessRefused` (not_waiting and the usual)."""
        node = self.nodes.get(key)
        if key not in marking or node is None or node.kind is not NodeKind.BOUNDARY_TIMER:
            raise ProcessRefused("not_waiting", key)
        if node.interrupts:
            return self._leave(marking, node.host, self.out_keys[key], self._by(data))
        return self._go(marking, (key,), self.out_keys[key], self._by(data))

    def behind(self, key: str) -> frozenset[str]:
        """Return the tasks that a task may be handed back to: those before it with no splitting or joining between.

        Across a fork there is nobody to hand back to alone: the others who work beside it would not know.
        """
        found: set[str] = set()
        seen = {key}
        ahead = list(self.into[key])
        while ahead:
            source = self.flows[ahead.pop()].source
            if source in seen:
                continue
            seen.add(source)
            kind = self.nodes[source].kind
            if kind is NodeKind.TASK:
                found.add(source)
            elif kind is NodeKind.EXCLUSIVE or len(self.into[source]) == len(self.out[source]) == 1:
                ahead.extend(self.into[source])
        return frozenset(found)

    def step_back(self, marking: Marking, key: str, to: str) -> Advance:
        """Hand a task back to one before it; `ProcessRefused` (not_waiting, unknown_step for one not `behind` it)."""
        self._waiting(marking, key)
        if to not in self.behind(key):
            raise ProcessRefused("unknown_step", to)
        left = (key, *(timer for timer in self.timers[key] if timer in marking))
        places = set(marking).difference(left)
        entered = (to, *self.timers[to])
        if not places.isdisjoint(entered):
            raise ProcessRefused("token_doubled", to)
        return Advance(tuple(sorted(places.union(entered))), left, tuple(sorted(entered)), ())

    def _waiting(self, marking: Marking, key: str) -> Node:
        if key not in marking:
            raise ProcessRefused("not_waiting", key)
        node = self.nodes.get(key)
        if node is None or node.kind not in WAITING:
            raise ProcessRefused("not_waiting", key)
        return node

    def _by(self, data: Data) -> Choose:
        return lambda node: self.choose(node, data)

    def _leave(self, marking: Marking, key: str, flows: tuple[str, ...], choose: Choose) -> Advance:
        armed = self.timers[key]
        left = (key, *(timer for timer in armed if timer in marking)) if armed else (key,)
        return self._go(marking, left, flows, choose)

    def _go(self, marking: Marking, left: tuple[str, ...], flows: Iterable[str], choose: Choose) -> Advance:
        places = set(marking)
        places.difference_update(left)
        before = frozenset(places)
        ahead = deque(flows)
        taken = list(ahead)
        while True:
            while ahead:
                more = self.arrive(places, ahead.popleft(), choose)
                ahead.extend(more)
                taken.extend(more)
                if len(taken) > _LONGEST:
                    raise ProcessRefused("endless")
            more = self._open_inclusive(places, choose)
            if not more:
                break
            ahead.extend(more)
            taken.extend(more)
        gone = tuple(sorted(before - places))
        entered = tuple(sorted(places - before))
        return Advance(tuple(sorted(places)), (*left, *gone), entered, tuple(taken))

    def arrive(self, places: set[str], flow: str, choose: Choose) -> tuple[str, ...]:
        """Bring a token by a flow to the node at its end, in `places`; return the flows that it goes on by."""
        key = self.flows[flow].target
        node = self.nodes[key]
        if node.kind in WAITING:
            for place in (key, *self.timers[key]):
                if place in places:
                    raise ProcessRefused("token_doubled", place)
                places.add(place)
            return ()
        if key not in self.joins:
            return () if node.kind is NodeKind.END else choose(node)
        if flow in places:
            raise ProcessRefused("token_doubled", flow)
        places.add(flow)
        if node.kind is NodeKind.PARALLEL and places.issuperset(self.into[key]):
            places.difference_update(self.into[key])
            return choose(node)
        return ()

    def _open_inclusive(self, places: set[str], choose: Choose) -> tuple[str, ...]:
        for key in self.inclusive_joins:
            if self.may_open(places, key):
                places.difference_update(self.into[key])
                return choose(self.nodes[key])
        return ()

    def may_open(self, places: set[str], join: str) -> bool:
        """Tell whether an inclusive join has all the tokens that can still come to it (BPMN 2.0, 13.4.3)."""
        into = self.into[join]
        here = [flow for flow in into if flow in places]
        if not here:
            return False
        for place in places:
            if place in here or not any(place in self.sources[flow] for flow in into if flow not in here):
                continue
            # What can also come where a token already stands will not be waited for.
            if not any(place in self.sources[flow] for flow in here):
                return False
        return True

    def choose(self, node: Node, data: Data) -> tuple[str, ...]:
        """Return the flows that these data choose at a gateway; `ProcessRefused` (no_way)."""
        flows = self.out[node.key]
        if node.kind not in (NodeKind.EXCLUSIVE, NodeKind.INCLUSIVE) or len(flows) < 2:
            return self.out_keys[node.key]
        found = [flow.key for flow in flows if not flow.default and _holds(flow, data)]
        if node.kind is NodeKind.EXCLUSIVE:
            found = found[:1]
        if not found:
            found = [flow.key for flow in flows if flow.default]
        if not found:
            raise ProcessRefused("no_way", node.key)
        return tuple(found)

    def options(self, node: Node) -> tuple[tuple[str, ...], ...]:
        """Return every set of flows that some data could choose at a node, conditions left aside."""
        flows = self.out_keys[node.key]
        if len(flows) < 2 or node.kind not in (NodeKind.EXCLUSIVE, NodeKind.INCLUSIVE):
            return (flows,)
        if node.kind is NodeKind.EXCLUSIVE:
            return tuple((flow,) for flow in flows)
        free = tuple(flow.key for flow in self.out[node.key] if not flow.default)
        some = tuple(row for size in range(1, len(free) + 1) for row in combinations(free, size))
        return some + tuple((flow.key,) for flow in self.out[node.key] if flow.default)


def _holds(flow: Flow, data: Data) -> bool:
    return flow.condition is None or flow.condition.holds(data)
