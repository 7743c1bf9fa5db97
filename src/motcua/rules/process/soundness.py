"""Soundness: whatever people decide, every path of a process reaches an end, and nothing in it is in vain.

The electronic process must follow the approved one (TT 01/2018 Điều 8); a process that can hang would keep a dossier
from its result (NĐ 61/2018 Điều 17). See docs/rules/soundness.md.
"""

from collections.abc import Iterator
from itertools import islice

from motcua.rules.process.exploring import (
    FEW_MOVES,
    MOST_MOVES,
    MOVES_IN_CIRCLES,
    Explored,
    FreeMachine,
    State,
    affordable,
    explore,
)
from motcua.rules.process.faults import Fault, Scene
from motcua.rules.process.kernel import Kernel, kernel_of
from motcua.rules.process.machine import Marking
from motcua.rules.process.model import Process
from motcua.rules.process.shape import Graph, faults_of_shape

# Of what is found wrong in a folded process so many are told; the rest is found when these are mended.
_MOST_TOLD = 100


def check_soundness(process: Process, *, most: int = MOST_MOVES) -> tuple[Fault, ...]:
    """Return everything that keeps a process from being sound, each once, with a shortest story; empty if it is.

    Conditions are left aside: each gateway may go every way, each task with an error path may fail, each timer may
    run out. Kinds, besides those of `faults_of_shape`: deadlock, token_doubled, endless, no_end, dead_node, dead_flow,
    and too_complex where more than `most` moves would have to be looked at: such a process is never called sound.
    """
    shape = faults_of_shape(process)
    known = frozenset(fault.element for fault in shape)
    # A circle of gateways is an answer already, and no search goes round it in good time.
    endless = any(fault.kind == "endless" for fault in shape)
    found = explore(process, most=min(most, MOVES_IN_CIRCLES if endless else FEW_MOVES))
    faults = faults_of_runs(found, known)
    if endless:
        faults = _but_too_complex(faults)
    elif not found.complete:
        faults = (*_but_too_complex(faults), *faults_of_kernel(process, known, most=most))
    return each_once((*shape, *faults))


def _but_too_complex(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    return tuple(fault for fault in faults if fault.kind != "too_complex")


def each_once(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Return the first fault of each kind at each element, in their order."""
    first: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        first.setdefault((fault.kind, fault.element), fault)
    return tuple(first.values())


def faults_of_runs(found: Explored, known: frozenset[str]) -> tuple[Fault, ...]:
    """Return what a search found wrong; `known` are the elements whose fault the drawing shows already."""
    # Circles are told by the drawing, whole.
    told = tuple((code, where) for code, where in found.refused if code != "endless")
    refused = tuple(Fault(*one, found.story_of(one)) for one in told)
    stuck = tuple(found.stuck())
    faults = (*refused, *_deadlocks(found, stuck))
    if not found.complete:
        return (*faults, Fault("too_complex", found.given_up_at, facts=_size(found)))
    faults += tuple(_never_ending(found, stuck, known))
    # Behind a refusal nothing was looked at, so nothing there can be called dead.
    known |= {fault.element for fault in faults}
    return faults if found.refused else (*faults, *_dead(found.machine.process, _taken(found), known))


def faults_of_kernel(process: Process, known: frozenset[str], *, most: int) -> tuple[Fault, ...]:
    """Return what a search of the folded process finds wrong, told of the whole.

    There is a fault exactly if a search of the whole would find one; not always each that it would find.
    """
    kernel = kernel_of(process)
    found = explore(kernel.process, most=affordable(kernel.process, most), watch=kernel.watch())
    machine = FreeMachine(process)
    faults: list[Fault] = []
    for code, where in found.refused:
        told = kernel.told(found.story_of((code, where)), where)
        faults.append(Fault(code, told.refused_at or _of_whole(kernel, where, machine), told.story))
    for state in islice(found.stuck(), _MOST_TOLD):
        told = kernel.told(found.story(state))
        # A deadlock is never left out, even if nobody could say where it is.
        faults += tuple(_stuck_at(machine, told.marking, told.story)) or (Fault("deadlock", "", told.story),)
    if not found.complete:
        return (
            *faults,
            Fault("too_complex", _of_whole(kernel, found.given_up_at, machine), facts=_size(found)),
        )
    for fault in _never_ending(found, tuple(found.stuck()), known):
        faults.append(Fault(fault.kind, fault.element, kernel.told(fault.story).story))
    if found.refused:
        return tuple(faults)
    known |= {fault.element for fault in faults}
    return (*faults, *_dead(process, kernel.members(found.flows), known))


def _of_whole(kernel: Kernel, where: str, machine: FreeMachine) -> str:
    """Name what the kernel names in the words of the whole; a stretch by the last flow on it."""
    stretch = kernel.first.get(where) or kernel.last.get(where)
    if stretch is None:
        return where if where in machine.nodes else kernel.names.get(where, "")
    return next((part.key for part in reversed(stretch.run) if part.deed is None), stretch.place)


def _size(found: Explored) -> dict[str, str | int]:
    return {"states": len(found.origin)}


def _deadlocks(found: Explored, stuck: tuple[State, ...]) -> Iterator[Fault]:
    for state in stuck:
        yield from _stuck_at(found.machine, state.marking, found.story(state))


def _stuck_at(machine: FreeMachine, marking: Marking, story: tuple[Scene, ...]) -> Iterator[Fault]:
    for join in sorted({machine.flows[place].target for place in marking if place in machine.flows}):
        missing = [flow for flow in machine.into[join] if flow not in marking]
        yield Fault("deadlock", join, story, {"missing": ", ".join(missing)})


def _never_ending(found: Explored, stuck: tuple[State, ...], known: frozenset[str]) -> Iterator[Fault]:
    goals = {state for state in found.origin if not state.marking}
    goals.update(stuck)
    goals.update(state for state, _ in found.refused.values() if state is not None)
    lost = found.origin.keys() - found.reaching(goals)
    told: set[State] = set()
    for state in found.origin:
        if state not in lost or state in told or not known.isdisjoint(state.marking):
            continue
        ahead = [state]
        while ahead:
            one = ahead.pop()
            if one not in told:
                told.add(one)
                ahead.extend(found.after.get(one, ()))
        yield Fault("no_end", state.marking[0], found.story(state))


def _taken(found: Explored) -> frozenset[str]:
    """Return the flows that were taken and the nodes at which something happened."""
    return frozenset(found.flows | {found.machine.flows[flow].target for flow in found.flows})


def _dead(process: Process, taken: frozenset[str], known: frozenset[str]) -> Iterator[Fault]:
    graph = Graph(process)
    alive = {graph.start} | taken
    alive |= {node.key for node in process.nodes if node.host in alive}
    for key in graph.nodes:
        if key in graph.reachable and key not in alive and key not in known:
            yield Fault("dead_node", key)
    for flow in process.flows:
        if flow.key not in taken and flow.source in alive and flow.source not in known:
            yield Fault("dead_flow", flow.key)
