"""Every way a process can go, conditions left aside: the search that the proofs stand on.

See docs/rules/soundness.md, "The search".
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from motcua.rules.process.faults import Deed, Scene
from motcua.rules.process.machine import Advance, Choose, Data, Machine, Marking
from motcua.rules.process.model import WAITING, Node, NodeKind, Process, ProcessRefused

# Moves of a whole search: well under a second.
MOST_MOVES = 20_000
# Nodes of a large process as people draw them.
_USUAL = 60
# A process with no more moves than this is searched as it is drawn; of a larger one, what is left when it is folded.
FEW_MOVES = 2_000
# With a circle of gateways a search looks only for what else is near the beginning.
MOVES_IN_CIRCLES = 200
# A path that asks more gateways than this in one move goes round in a circle without a step.
_MOST_CHOICES = 200
# A parallel split before many choices multiplies them; beyond this many ways a move is given up as too complex.
_MOST_OUTCOMES = 20_000
# What runs round in a circle takes as long as so many moves.
_ENDLESS_COSTS = 50
# Every set of the flows out of an inclusive gateway is one way: 12 flows have 4,095.
_MOST_INCLUSIVE = 12
_NOTHING: Data = {}


class State(NamedTuple):
    """Where the tokens are, and what a watch remembers of the way there."""

    marking: Marking
    memory: frozenset[str] = frozenset()


# What a watch makes of its memory after a deed at a node; it may refuse the way with `ProcessRefused`.
Watch = Callable[[State, str, Deed, Advance], frozenset[str]]


def _forget(state: State, node: str, deed: Deed, advance: Advance) -> frozenset[str]:
    return state.memory


class FreeMachine(Machine):
    """The token machine with conditions left aside: every gateway may go each of its ways."""

    def __init__(self, process: Process) -> None:
        super().__init__(process)
        self._ways: dict[str, tuple[tuple[str, ...], ...]] = {}
        self._script: list[int] = []
        self._asked: list[tuple[int, int]] = []
        self.taken: list[str] = []
        self.failing = {
            key
            for key, nodes in self.boundaries.items()
            if any(node.kind is NodeKind.BOUNDARY_ERROR for node in nodes)
        }

    def choose(self, node: Node, data: Data) -> tuple[str, ...]:
        """Return the way that the script says, the first one past its end."""
        ways = self._ways.get(node.key)
        if ways is None:
            ways = self._ways[node.key] = self.options(node)
        if len(ways) == 1:
            return ways[0]
        at = len(self._asked)
        if at >= _MOST_CHOICES:
            raise ProcessRefused("endless", node.key)
        index = self._script[at] if at < len(self._script) else 0
        self._asked.append((index, len(ways)))
        return ways[index]

    def arrive(self, places: set[str], flow: str, choose: Choose) -> tuple[str, ...]:
        """Bring a token as the machine does, and note the flow: a deed that is refused is told as far as it went."""
        self.taken.append(flow)
        return super().arrive(places, flow, choose)

    def deeds(self, marking: Marking) -> Iterator[tuple[str, Deed]]:
        """Yield everything that can happen to the tokens of a marking."""
        for place in marking:
            node = self.nodes.get(place)
            if node is None:
                continue
            if node.kind in WAITING:
                yield place, Deed.DONE
                if place in self.failing:
                    yield place, Deed.FAILED
            elif node.kind is NodeKind.BOUNDARY_TIMER:
                yield place, Deed.EXPIRED

    def outcomes(
        self, marking: Marking | None, key: str, deed: Deed
    ) -> Iterator[tuple[Scene, Advance | ProcessRefused]]:
        """Yield each way in which a deed can go on, as a scene with where it led; None begins the process."""
        script: list[int] = []
        for _ in range(_MOST_OUTCOMES):
            self._script, self._asked = script, []
            found = self.do(marking, key, deed)
            asked = self._asked
            taken = tuple(self.taken) if isinstance(found, ProcessRefused) else found.flows
            yield Scene(key, deed, taken), found
            while asked and asked[-1][0] + 1 == asked[-1][1]:
                asked.pop()
            if not asked:
                return
            script = [index for index, _ in asked]
            script[-1] += 1
        raise ProcessRefused("too_complex", key)

    def do(self, marking: Marking | None, key: str, deed: Deed) -> Advance | ProcessRefused:
        """Do one deed by one way; `taken` are the flows that were taken until it ended or was refused."""
        self.taken = []
        try:
            if marking is None:
                return self.begin()
            if deed is Deed.FAILED:
                return self.fail(marking, key)
            if deed is Deed.EXPIRED:
                return self.expire(marking, key)
            return self._leave(marking, key, self.out_keys[key], self._by(_NOTHING))
        except ProcessRefused as refused:
            return refused


@dataclass
class Explored:
    """What a search found: the states with how each was first reached, what was refused, what was ever taken.

    `refused` holds the first, and so a shortest, way to each refusal by (code, where). `complete` is false where the
    bound stopped the search.
    """

    machine: FreeMachine
    origin: dict[State, tuple[State | None, Scene]] = field(default_factory=dict)
    after: dict[State, set[State]] = field(default_factory=dict)
    refused: dict[tuple[str, str], tuple[State | None, Scene]] = field(default_factory=dict)
    flows: set[str] = field(default_factory=set)
    done: set[tuple[str, Deed]] = field(default_factory=set)
    complete: bool = True
    given_up_at: str = ""

    def story(self, state: State | None) -> tuple[Scene, ...]:
        """Tell the shortest way to a state."""
        scenes: list[Scene] = []
        while state is not None:
            state, scene = self.origin[state]
            scenes.append(scene)
        return tuple(reversed(scenes))

    def story_of(self, refusal: tuple[str, str]) -> tuple[Scene, ...]:
        """Tell the shortest way to a refusal, with the deed that was refused."""
        state, scene = self.refused[refusal]
        return (*self.story(state), scene)

    def stuck(self) -> Iterator[State]:
        """Yield the states in which tokens are left and nothing can happen, the nearest first."""
        for state in self.origin:
            if state.marking and not any(True for _ in self.machine.deeds(state.marking)):
                yield state

    def reaching(self, goals: set[State]) -> set[State]:
        """Return the states from which one of the goals can be reached, with the goals."""
        before: dict[State, list[State]] = {}
        for state, following in self.after.items():
            for one in following:
                before.setdefault(one, []).append(state)
        found, ahead = set(goals), list(goals)
        while ahead:
            for state in before.get(ahead.pop(), ()):
                if state not in found:
                    found.add(state)
                    ahead.append(state)
        return found


def affordable(process: Process, most: int) -> int:
    """Return how many moves may be looked at in a process: fewer in a large one, whose moves cost more each.

    So that an answer, be it that it is too complex, takes seconds and not minutes.
    """
    return max(FEW_MOVES, most * _USUAL**2 // max(_USUAL, len(process.nodes)) ** 2)


def explore(process: Process, *, most: int, watch: Watch = _forget) -> Explored:
    """Visit every state, breadth first, until `most` moves were made."""
    machine = FreeMachine(process)
    found = Explored(machine)
    ahead: deque[State] = deque()
    left = [most]
    try:
        _refuse_broad(machine)
        _follow(found, None, machine.start, Deed.DONE, watch, ahead, left)
        while ahead:
            state = ahead.popleft()
            for key, deed in machine.deeds(state.marking):
                _follow(found, state, key, deed, watch, ahead, left)
    except ProcessRefused as refused:
        if refused.code != "too_complex":
            raise
        found.complete, found.given_up_at = False, refused.where
    return found


def _refuse_broad(machine: FreeMachine) -> None:
    for node in machine.nodes.values():
        if node.kind is NodeKind.INCLUSIVE and len(machine.out[node.key]) > _MOST_INCLUSIVE:
            raise ProcessRefused("too_complex", node.key)


def _follow(
    found: Explored,
    state: State | None,
    key: str,
    deed: Deed,
    watch: Watch,
    ahead: deque[State],
    left: list[int],
) -> None:
    found.done.add((key, deed))
    marking = None if state is None else state.marking
    for scene, advance in found.machine.outcomes(marking, key, deed):
        endless = isinstance(advance, ProcessRefused) and advance.code == "endless"
        left[0] -= _ENDLESS_COSTS if endless else 1
        if left[0] < 0:
            raise ProcessRefused("too_complex", key)
        if isinstance(advance, ProcessRefused):
            found.refused.setdefault((advance.code, advance.where), (state, scene))
            continue
        try:
            memory = watch(state or State(()), key, deed, advance)
        except ProcessRefused as refused:
            found.refused.setdefault((refused.code, refused.where), (state, scene))
            continue
        found.flows.update(advance.flows)
        following = State(advance.marking, memory)
        if state is not None:
            found.after.setdefault(state, set()).add(following)
        if following not in found.origin:
            found.origin[following] = (state, scene)
            ahead.append(following)
