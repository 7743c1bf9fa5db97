"""Moving what is in flight to another version of its process, without losing a token.

Every change of a process says what happens to the dossiers that are on their way. See docs/rules/soundness.md,
"Moving".
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property

from motcua.rules.process.cases import known_before
from motcua.rules.process.exploring import MOST_MOVES, explore
from motcua.rules.process.faults import Fault
from motcua.rules.process.machine import Machine, Marking
from motcua.rules.process.model import WAITING, NodeKind, Process, ProcessRefused
from motcua.rules.process.proposing import asked_after
from motcua.rules.process.shape import Graph

# Place of the old version -> place of the new one: nodes where tokens wait, and flows before joins.
Places = Mapping[str, str]


class Policy(StrEnum):
    """What a new version does with what began under another: nothing, move it, or begin it anew."""

    STAY = "stay"
    MOVE = "move"
    RESTART = "restart"


def identity(old: Process, new: Process) -> dict[str, str]:
    """Map each place to the one of the same key, where the new version has it and it is of the same sort."""
    before, after = _places(Machine(old)), _places(Machine(new))
    return {key: key for key, sort in before.items() if after.get(key) == sort}


def _places(machine: Machine) -> dict[str, str]:
    """Return the places of a process where tokens are moved from and to, each with its sort."""
    found = {key: _sort(machine, key) for key, node in machine.nodes.items() if node.kind in WAITING}
    for join in machine.joins:
        found.update(dict.fromkeys(machine.into[join], machine.nodes[join].kind.value))
    return found


def _sort(machine: Machine, key: str) -> str:
    node = machine.nodes[key]
    return f"{node.kind.value} {node.awaits.value}" if node.awaits else node.kind.value


def _fits(before: str, after: str) -> bool:
    # What is going on outside, or a time that runs, has no meaning anywhere else.
    outside = {before, after} - {
        kind.value for kind in (NodeKind.TASK, NodeKind.PARALLEL, NodeKind.INCLUSIVE)
    }
    return before == after or not outside


class Passage:
    """A way from one version to another; made once for all that is moved."""

    def __init__(self, old: Process, new: Process, places: Places, *, most: int = MOST_MOVES) -> None:
        self.old, self.new, self.places, self.most = Machine(old), Machine(new), places, most

    @cached_property
    def reachable(self) -> tuple[frozenset[Marking], bool]:
        """The markings that the new version can come to, and whether these are all."""
        found = explore(self.new.process, most=self.most)
        return frozenset(state.marking for state in found.origin), found.complete

    def move(self, marking: Marking) -> Marking:
        """Return the marking in the new version; `ProcessRefused` where a token would be lost or doubled.

        Codes: unmapped_place, token_doubled, unreachable_marking (the new version never has tokens like that), and
        too_complex (it has more markings than were looked at, and this was not among them).
        """
        places: set[str] = set()
        for place in marking:
            node = self.old.nodes.get(place)
            if node is not None and node.kind is NodeKind.BOUNDARY_TIMER:
                continue
            target = self.places.get(place)
            if target is None:
                raise ProcessRefused("unmapped_place", place)
            if target in places:
                raise ProcessRefused("token_doubled", target)
            places.update((target, *self._armed(place, target, marking)))
        moved = tuple(sorted(places))
        markings, complete = self.reachable
        if moved not in markings:
            raise ProcessRefused(
                "unreachable_marking" if complete else "too_complex", moved[0] if moved else ""
            )
        return moved

    def _armed(self, place: str, target: str, marking: Marking) -> Iterator[str]:
        """Yield the timers of the new host that are armed: all but those that have run out already."""
        gone = {timer for timer in self.old.timers.get(place, ()) if timer not in marking}
        yield from (timer for timer in self.new.timers.get(target, ()) if timer not in gone)


def move_marking(old: Process, new: Process, places: Places, marking: Marking) -> Marking:
    """Move one marking; for many of the same versions make one `Passage`. `ProcessRefused` as `Passage.move`."""
    return Passage(old, new, places).move(marking)


def check_mapping(old: Process, new: Process, places: Places, *, most: int = MOST_MOVES) -> tuple[Fault, ...]:
    """Return what keeps a mapping from moving whatever can be in flight; a fault stops only those it concerns.

    Kinds: unknown_place (not of the old version), unknown_target, other_sort (a partner's work cannot become a
    task), data_not_set (the new version asks there what the old one has not set), and, with a story in the old
    version, what `Passage.move` refuses. As a warning too_complex: not all that can be in flight was tried.
    """
    passage = Passage(old, new, places, most=most)
    before, after = _places(passage.old), _places(passage.new)
    faults = [Fault("unknown_place", place) for place in places if place not in before]
    for place, target in places.items():
        if target not in after:
            faults.append(Fault("unknown_target", target, facts={"place": place}))
        elif place in before and not _fits(before[place], after[target]):
            faults.append(Fault("other_sort", target, facts={"place": place}))
    if faults:
        return tuple(faults)
    return (*_unset(passage), *_unmoved(passage))


def _unset(passage: Passage) -> Iterator[Fault]:
    asked = asked_after(passage.new.process)
    old = known_before(Graph(passage.old.process), frozenset())
    new = known_before(Graph(passage.new.process), frozenset())
    for place, target in passage.places.items():
        here, there = _node_at(passage.old, place), _node_at(passage.new, target)
        for name in sorted((new[there] - old[here]) & asked[target]):
            yield Fault("data_not_set", target, facts={"place": place, "datum": name})


def _node_at(machine: Machine, place: str) -> str:
    # A token before a join has been through what its flow comes from.
    return place if place in machine.nodes else machine.flows[place].source


def _unmoved(passage: Passage) -> Iterator[Fault]:
    found = explore(passage.old.process, most=passage.most)
    told: set[tuple[str, str]] = set()
    for state in found.origin:
        if not state.marking:
            continue
        try:
            passage.move(state.marking)
        except ProcessRefused as refused:
            if (refused.code, refused.where) not in told:
                told.add((refused.code, refused.where))
                facts: dict[str, str | int] = {"marking": ", ".join(state.marking)}
                yield Fault(refused.code, refused.where, found.story(state), facts)
    if not found.complete:
        yield Fault("too_complex", found.given_up_at, facts={"states": len(found.origin)}, warning=True)
