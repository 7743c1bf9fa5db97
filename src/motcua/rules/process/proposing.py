"""A small set of scenarios that goes every way of a process, for people to look at and confirm.

See docs/rules/scenarios.md, "Proposals".
"""

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from motcua.rules.process.conditions import Condition, ConditionRefused, Value, cases_of
from motcua.rules.process.faults import Deed
from motcua.rules.process.machine import Advance, Machine, Marking
from motcua.rules.process.model import WAITING, NodeKind, Process, ProcessRefused
from motcua.rules.process.scenarios import Act, Scenario, play
from motcua.rules.process.shape import Graph

# Enough for some hundred steps; what is not found within it is left to people.
_MOST_MOVES = 20_000
_MOST_SETTINGS = 256
_Known = tuple[tuple[str, Value], ...]


class _State(NamedTuple):
    marking: Marking
    known: _Known


class _Way(NamedTuple):
    """One act from a state to the next; None begins."""

    source: _State | None
    act: Act | None
    target: _State
    flows: frozenset[str]


def propose(process: Process, *, given: Collection[str] = ()) -> tuple[Scenario, ...]:
    """Propose scenarios that together take every flow that can be found, the shortest first.

    Each passes when played. `given` are the data known before the process begins. Their titles are empty: what to
    call them is for people.
    """
    ways = _Ways(process, tuple(given))
    ways.find()
    proposed: list[Scenario] = []
    covered: set[str] = set()
    for path in ways.covering():
        acts = tuple(way.act for way in path if way.act is not None)
        beginning = dict(path[0].target.known) if given else {}
        start = ways.beginnings.get(path[0].target, beginning)
        scenario = Scenario(f"proposed-{len(proposed) + 1}", "", acts, start)
        played = play(process, scenario)
        if played.passed and not played.flows <= covered:
            covered |= played.flows
            proposed.append(scenario)
    return tuple(proposed)


@dataclass
class _Ways:
    """The ways through a process that are looked at: always the token nearest to an end moves, by all it can do."""

    process: Process
    given: tuple[str, ...]
    ways: list[_Way] = field(default_factory=list)
    came_by: dict[_State, _Way] = field(default_factory=dict)
    beginnings: dict[_State, dict[str, Value]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.machine = Machine(self.process)
        self.values = _values(self.process)
        self.asked_after = asked_after(self.process)
        self.to_end = Graph(self.process).to_end

    def find(self) -> None:
        """Look at the ways, breadth first, as far as the bound allows."""
        ahead: deque[_State] = deque()
        for data in self._settings(self.given):
            self._follow(None, None, data, ahead)
        while ahead and len(self.ways) < _MOST_MOVES:
            state = ahead.popleft()
            for act in self._acts(state):
                self._follow(state, act, {**dict(state.known), **act.data}, ahead)

    def _settings(self, names: tuple[str, ...]) -> Iterator[dict[str, Value]]:
        """Yield sets of values for data; where there are too many, all the first ones and each other one once."""
        rows = [self.values.get(name, ()) for name in names]
        if not all(rows):
            return
        count = 1
        for row in rows:
            count *= len(row)
        if count <= _MOST_SETTINGS:
            for found in product(*rows):
                yield dict(zip(names, found, strict=True))
            return
        first = {name: row[0] for name, row in zip(names, rows, strict=True)}
        for name, row in zip(names, rows, strict=True):
            for value in row:
                yield {**first, name: value}

    def _acts(self, state: _State) -> Iterator[Act]:
        waiting = [place for place in state.marking if self._waits(place)]
        if not waiting:
            return
        place = min(waiting, key=lambda one: self.to_end.get(one, 0))
        for data in self._settings(self.machine.nodes[place].sets):
            yield Act(place, Deed.DONE, data)
        if any(node.kind is NodeKind.BOUNDARY_ERROR for node in self.machine.boundaries[place]):
            yield Act(place, Deed.FAILED)
        for timer in self.machine.timers[place]:
            if timer in state.marking:
                yield Act(timer, Deed.EXPIRED)

    def _waits(self, place: str) -> bool:
        node = self.machine.nodes.get(place)
        return node is not None and node.kind in WAITING

    def _follow(
        self, state: _State | None, act: Act | None, data: Mapping[str, Value], ahead: deque[_State]
    ) -> None:
        try:
            advance = self._do(state, act, data)
        except ProcessRefused:
            return
        asked = frozenset[str]().union(
            *(self.asked_after.get(place, frozenset()) for place in advance.marking)
        )
        known = tuple(sorted((name, value) for name, value in data.items() if name in asked))
        target = _State(advance.marking, known)
        way = _Way(state, act, target, frozenset(advance.flows))
        self.ways.append(way)
        if state is None:
            self.beginnings.setdefault(target, dict(data))
        if target not in self.came_by:
            self.came_by[target] = way
            ahead.append(target)

    def _do(self, state: _State | None, act: Act | None, data: Mapping[str, Value]) -> Advance:
        if state is None or act is None:
            return self.machine.begin(data)
        if act.deed is Deed.FAILED:
            return self.machine.fail(state.marking, act.node, data)
        if act.deed is Deed.EXPIRED:
            return self.machine.expire(state.marking, act.node, data)
        return self.machine.complete(state.marking, act.node, data)

    def covering(self) -> Iterator[list[_Way]]:
        """Yield paths from the beginning to the end, each with the most flows that none before it has taken."""
        onward = self._onward()
        useful = [way for way in self.ways if not way.target.marking or way.target in onward]
        paths = [self._path(way, onward) for way in useful]
        flows = [frozenset().union(*(way.flows for way in path)) for path in paths]
        missing = set().union(*flows)
        left = sorted(range(len(paths)), key=lambda number: len(paths[number]))
        while missing and left:
            left = [number for number in left if not flows[number].isdisjoint(missing)]
            best = max(left, key=lambda number: (len(flows[number] & missing), -len(paths[number])))
            yield paths[best]
            missing -= flows[best]

    def _onward(self) -> dict[_State, _Way]:
        """Return for each state that can come to the end its first step on a shortest way there."""
        into: dict[_State, list[_Way]] = {}
        for way in self.ways:
            into.setdefault(way.target, []).append(way)
        found: dict[_State, _Way] = {}
        ahead = deque(state for state in self.came_by if not state.marking)
        while ahead:
            for way in into.get(ahead.popleft(), ()):
                if way.source is not None and way.source not in found:
                    found[way.source] = way
                    ahead.append(way.source)
        return found

    def _path(self, way: _Way, onward: Mapping[_State, _Way]) -> list[_Way]:
        path = [way]
        while path[0].source is not None:
            path.insert(0, self.came_by[path[0].source])
        while path[-1].target.marking:
            path.append(onward[path[-1].target])
        return path


def _values(process: Process) -> dict[str, tuple[Value, ...]]:
    """Return for each datum the values that the conditions can tell apart."""
    conditions = [flow.condition for flow in process.flows if flow.condition is not None]
    found: dict[str, tuple[Value, ...]] = {}
    for datum in process.data:
        own: list[Condition] = [
            Condition(("==", name, constant))
            for condition in conditions
            for name, constant in condition.constants()
            if name == datum.name
        ]
        try:
            rows = tuple(case[datum.name] for case in cases_of([datum], own) if case)
        except ConditionRefused:
            rows = ()
        if not rows:
            rows = tuple(row[0] for row in datum.values[:1]) or ((0,) if datum.kind == "number" else (True,))
        found[datum.name] = rows
    return found


def asked_after(process: Process) -> dict[str, frozenset[str]]:
    """Return for each place the data that a condition can still ask of a token there."""
    graph = Graph(process)
    own = {
        key: frozenset(name for flow in flows if flow.condition for name, _ in flow.condition.constants())
        for key, flows in graph.out.items()
    }
    found = dict(own)
    changed = True
    while changed:
        changed = False
        for key, following in graph.after.items():
            more = found[key].union(*(found[one] for one in following))
            if more != found[key]:
                found[key], changed = more, True
    return found | {flow.key: found[flow.target] for flow in process.flows}
