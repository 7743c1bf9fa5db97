"""What a process owes a dossier: one decision, one return after it, and never the same hand that prepares and signs.

See docs/rules/soundness.md, "The dossier's own rules".
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from motcua.rules.process.conditions import Datum, DatumKind
from motcua.rules.process.exploring import (
    FEW_MOVES,
    MOST_MOVES,
    MOVES_IN_CIRCLES,
    Explored,
    State,
    affordable,
    explore,
)
from motcua.rules.process.faults import Deed, Fault, Scene
from motcua.rules.process.kernel import Kernel, kernel_of
from motcua.rules.process.machine import Advance
from motcua.rules.process.model import WAITING, Awaited, Node, NodeKind, Process, StepKind
from motcua.rules.process.shape import Graph


class _Breach(Protocol):
    def __call__(self, kind: str, element: str, **facts: str | int) -> None: ...


_PREPARED, _DECIDED, _RETURNED = "prepared", "decided", "returned"
_BESIDE = "beside "
# How a partner's part ends.
_ANSWERS = frozenset({"granted", "refused"})


def faults_of_duties(
    process: Process, *, most: int = MOST_MOVES, for_partner: bool = False
) -> tuple[Fault, ...]:
    """Return where a path breaks the dossier's rules; a partner's process decides and has nothing to return.

    Kinds: no_decision, decided_twice, unprepared_decision, no_return, returned_twice, return_before_decision,
    return_beside_others, return_at_partner, work_after_return, and too_complex. With a circle of gateways, which
    soundness refuses, only what is near the beginning is looked at.
    """
    watch = _Watch(process, for_partner)
    endless = any(True for _ in Graph(process).circles())
    found = explore(process, most=min(most, MOVES_IN_CIRCLES if endless else FEW_MOVES), watch=watch)
    if found.complete or endless:
        return tuple(watch.told(found, None))
    concerned = frozenset(
        node.key for node in process.steps if node.prepares or node.work is not StepKind.WORK
    )
    kernel = kernel_of(process, keep=concerned)
    beside = {flow: stretch.once for flow, stretch in kernel.first.items() if stretch.once}
    watch = _Watch(kernel.process, for_partner, beside)
    found = explore(kernel.process, most=affordable(kernel.process, most), watch=watch)
    faults = tuple(watch.told(found, kernel))
    if found.complete:
        return faults
    return (*faults, Fault("too_complex", facts={"states": len(found.origin)}))


class _Watch:
    """Remembers on each path what was prepared, decided and returned, and notes the first breach of each kind."""

    def __init__(self, process: Process, for_partner: bool, beside: Mapping[str, str] | None = None) -> None:
        # Flows of a folded process with the step that from then on may have a token beside the others, to the end.
        self.beside = beside or {}
        self.nodes = {node.key: node for node in process.nodes}
        self.targets = {flow.key: flow.target for flow in process.flows}
        self.for_partner = for_partner
        self.breaches: dict[tuple[str, str], tuple[State, Scene, dict[str, str | int]]] = {}

    def __call__(self, state: State, key: str, deed: Deed, advance: Advance) -> frozenset[str]:
        memory = state.memory
        scene = Scene(key, deed, advance.flows)

        def breach(kind: str, element: str, **facts: str | int) -> None:
            self.breaches.setdefault((kind, element), (state, scene, facts))

        node = self.nodes[key]
        if deed is Deed.DONE:
            if node.work is StepKind.DECIDE:
                if _DECIDED in memory:
                    breach("decided_twice", key)
                if _PREPARED not in memory:
                    breach("unprepared_decision", key)
                memory |= {_DECIDED}
            if node.work is StepKind.RETURN:
                if _RETURNED in memory:
                    breach("returned_twice", key)
                memory |= {_RETURNED}
            if node.prepares:
                memory |= {_PREPARED}
        self._look_behind(memory, advance, breach)
        memory = self._look_beside(memory, advance)
        self._look_at_returns(memory, advance, breach)
        if not advance.marking:
            self._look_at_end(memory, advance, breach)
        return memory

    def _look_behind(self, memory: frozenset[str], advance: Advance, breach: _Breach) -> None:
        """Note what begins to wait when all is over for the dossier; that it was begun before is another breach."""
        if self.for_partner or not memory.issuperset((_DECIDED, _RETURNED)):
            return
        for key in advance.entered:
            node = self.nodes.get(key)
            if node is not None and node.kind in WAITING and node.work is not StepKind.RETURN:
                breach("work_after_return", key)
        for flow in advance.flows:
            if flow in self.beside:
                breach("work_after_return", self.beside[flow])

    def _look_beside(self, memory: frozenset[str], advance: Advance) -> frozenset[str]:
        for flow in advance.flows:
            if flow in self.beside and not any(one.startswith(_BESIDE) for one in memory):
                return memory | {_BESIDE + self.beside[flow]}
        return memory

    def _look_at_returns(self, memory: frozenset[str], advance: Advance, breach: _Breach) -> None:
        for key in advance.marking:
            node = self.nodes.get(key)
            if node is None or node.work is not StepKind.RETURN:
                continue
            if self.for_partner:
                breach("return_at_partner", key)
            elif _DECIDED not in memory:
                breach("return_before_decision", key)
            others = [one for one in advance.marking if one != key and self._pending(one)]
            others += [one.removeprefix(_BESIDE) for one in memory if one.startswith(_BESIDE)]
            if others:
                breach("return_beside_others", key, others=", ".join(others))

    def _pending(self, place: str) -> bool:
        # An armed timer belongs to its host; whatever else has a token is still going on.
        node = self.nodes.get(place)
        return node is None or node.kind in WAITING

    def _look_at_end(self, memory: frozenset[str], advance: Advance, breach: _Breach) -> None:
        ends = [self.targets[flow] for flow in advance.flows if self._is_end(flow)]
        end = ends[-1] if ends else ""
        if _DECIDED not in memory:
            breach("no_decision", end)
        if _RETURNED not in memory and not self.for_partner:
            breach("no_return", end)

    def _is_end(self, flow: str) -> bool:
        return self.nodes[self.targets[flow]].kind is NodeKind.END

    def told(self, found: Explored, kernel: Kernel | None) -> Iterator[Fault]:
        for (kind, element), (state, scene, facts) in self.breaches.items():
            # The beginning has no state before it.
            story = (*(found.story(state) if state.marking else ()), scene)
            if kernel is not None:
                story = kernel.told(story).story
                if element not in kernel.nodes:
                    element = kernel.end_of(story)
            yield Fault(kind, element, story, facts)


def faults_at_return(process: Process) -> tuple[Fault, ...]:
    """Return `timer_on_return` for each timer on a return: the dossier is over and nobody's time runs any more."""
    returning = {node.key for node in process.steps if node.work is StepKind.RETURN}
    return tuple(
        Fault("timer_on_return", node.key, facts={"node": node.host})
        for node in process.nodes
        if node.kind is NodeKind.BOUNDARY_TIMER and node.host in returning
    )


# Where somebody is who could give data, or a partner's answer.
_BY_SOMEBODY = frozenset({NodeKind.TASK, NodeKind.WAIT, NodeKind.CALL})


def faults_of_setting(process: Process) -> tuple[Fault, ...]:
    """Return each node that should set data which nobody can give there.

    Kinds: sets_at_timer (also at a gateway: nobody is there), sets_at_return, sets_at_supplement (who filed completes
    it), sets_at_call (all that a partner says is whether it granted or refused: one choice that has both values).
    """
    known = {datum.name: datum for datum in process.data}
    faults = []
    for node in process.nodes:
        if not node.sets:
            continue
        if node.work is StepKind.RETURN:
            faults.append(Fault("sets_at_return", node.key))
        elif node.kind not in _BY_SOMEBODY:
            faults.append(Fault("sets_at_timer", node.key))
        elif node.awaits is Awaited.SUPPLEMENT:
            faults.append(Fault("sets_at_supplement", node.key))
        elif node.kind is NodeKind.CALL and not _says_how_it_ended(node, known):
            faults.append(Fault("sets_at_call", node.key))
    return tuple(faults)


def _says_how_it_ended(node: Node, known: Mapping[str, Datum]) -> bool:
    datum = known.get(node.sets[0])
    if datum is None:
        # That it is not declared is another fault.
        return len(node.sets) == 1
    values = {value for value, *_ in datum.values}
    return len(node.sets) == 1 and datum.kind is DatumKind.CHOICE and values >= _ANSWERS


def faults_of_hands(process: Process) -> tuple[Fault, ...]:
    """Return `prepares_and_decides` for each function that does both: who prepares does not sign."""
    preparing = [node for node in process.steps if node.prepares]
    deciding = [node for node in process.steps if node.work is StepKind.DECIDE]
    faults = []
    for function in dict.fromkeys(node.function for node in deciding):
        both = [node.key for node in (*preparing, *deciding) if node.function == function]
        if any(node.function == function for node in preparing):
            faults.append(
                Fault("prepares_and_decides", function, facts={"nodes": ", ".join(dict.fromkeys(both))})
            )
    return tuple(faults)


def faults_of_holders(process: Process, holders: Mapping[str, Sequence[str]]) -> tuple[Fault, ...]:
    """Return `no_holder` for each function or partner of the process that agencies lack.

    `holders` gives for a function or partner the names of the agencies where nobody holds it.
    """
    asked = dict.fromkeys(name for node in process.nodes for name in (node.function, node.partner) if name)
    return tuple(
        Fault("no_holder", name, facts={"agencies": ", ".join(holders[name])})
        for name in asked
        if holders.get(name)
    )
