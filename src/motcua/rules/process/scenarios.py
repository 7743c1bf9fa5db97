"""Scenarios: what people expect of a process, played before it is published, and what they cover.

See docs/rules/scenarios.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from motcua.rules.process.conditions import Value
from motcua.rules.process.faults import Deed, Fault
from motcua.rules.process.machine import Advance, Machine, Marking
from motcua.rules.process.model import BOUNDARIES, WAITING, NodeKind, Process, ProcessRefused
from motcua.rules.refusals import Refusal

_NOTHING: Mapping[str, Value] = {}


class ScenarioRefused(Refusal):
    """A scenario cannot be read; codes missing_field, unknown_deed, bad_data. `where` is its key or the node."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.where = where


@dataclass(frozen=True, slots=True)
class Act:
    """One deed of a scenario: a node is done or fails, or a boundary timer runs out; `data` are set by it."""

    node: str
    deed: Deed = Deed.DONE
    data: Mapping[str, Value] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Give node, deed and data."""
        said: dict[str, object] = {"node": self.node, "deed": self.deed.value}
        if self.data:
            said["data"] = dict(self.data)
        return said

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Read what `to_json` wrote; `ScenarioRefused` otherwise."""
        if not isinstance(data, Mapping) or not isinstance(data.get("node"), str) or not data["node"]:
            raise ScenarioRefused("missing_field", "node")
        deed = data.get("deed", Deed.DONE)
        if not isinstance(deed, str) or deed not in set(Deed):
            raise ScenarioRefused("unknown_deed", data["node"])
        return cls(data["node"], Deed(deed), _data_from(data.get("data", {}), data["node"]))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story that must work: from the data `given`, act by act, until the process is at its end.

    `end` is the key of the end node that the last act must reach, empty where any will do.
    """

    key: str
    title: str
    acts: tuple[Act, ...]
    given: Mapping[str, Value] = field(default_factory=dict)
    end: str = ""

    def to_json(self) -> dict[str, object]:
        """Give the whole scenario."""
        said: dict[str, object] = {
            "key": self.key,
            "title": self.title,
            "acts": [act.to_json() for act in self.acts],
        }
        if self.given:
            said["given"] = dict(self.given)
        if self.end:
            said["end"] = self.end
        return said

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; `ScenarioRefused` otherwise."""
        key, title, acts, end = data.get("key"), data.get("title", ""), data.get("acts"), data.get("end", "")
        if not isinstance(key, str) or not key:
            raise ScenarioRefused("missing_field", "key")
        if not isinstance(title, str) or not isinstance(end, str) or not isinstance(acts, list | tuple):
            raise ScenarioRefused("missing_field", key)
        given = _data_from(data.get("given", {}), key)
        return cls(key, title, tuple(Act.from_json(row) for row in acts), given, end)


def _data_from(data: object, where: str) -> dict[str, Value]:
    if not isinstance(data, Mapping):
        raise ScenarioRefused("bad_data", where)
    if any(not isinstance(name, str) or not isinstance(one, str | int | float) for name, one in data.items()):
        raise ScenarioRefused("bad_data", where)
    return dict(data)


@dataclass(frozen=True, slots=True)
class PlayedAct:
    """What one act did: what was offered before it, where the tokens were after it, which flows they took.

    The first has no act: it is the beginning.
    """

    act: Act | None
    offered: tuple[str, ...]
    marking: Marking
    flows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario that was played: whether it passed, else why (a code), at which act (1 is the first) and node.

    `reason`: a code of `ProcessRefused`, bad_data (a value that is none of its datum's), not_ended (`node` is what
    waits), other_end (`node` is the end it came to). `at` is 0 for the beginning.
    """

    scenario: Scenario
    acts: tuple[PlayedAct, ...]
    reason: str = ""
    at: int = 0
    node: str = ""

    @property
    def passed(self) -> bool:
        """Whether it went as expected."""
        return not self.reason

    @property
    def flows(self) -> frozenset[str]:
        """All flows that were taken."""
        return frozenset(flow for act in self.acts for flow in act.flows)


def play(process: Process, scenario: Scenario) -> Played:
    """Play a scenario to its end or to the first act that the process refuses."""
    machine = Machine(process)
    data = dict(scenario.given)
    acts: list[PlayedAct] = []
    marking: Marking = ()
    number = 0
    try:
        _see(process, data)
        advance = machine.begin(data)
        acts.append(PlayedAct(None, (), advance.marking, advance.flows))
        for act in scenario.acts:
            number += 1
            marking = advance.marking
            _see(process, act.data)
            data.update(act.data)
            advance = _do(machine, marking, act, data)
            acts.append(PlayedAct(act, offered(machine, marking), advance.marking, advance.flows))
    except ProcessRefused as refused:
        return Played(scenario, tuple(acts), refused.code, number, refused.where)
    if advance.marking:
        return Played(scenario, tuple(acts), "not_ended", number, ", ".join(advance.marking))
    end = _end_of(machine, advance)
    if scenario.end and end != scenario.end:
        return Played(scenario, tuple(acts), "other_end", number, end)
    return Played(scenario, tuple(acts))


def offered(machine: Machine, marking: Marking) -> tuple[str, ...]:
    """Return the nodes of a marking where something can be done, without the timers."""
    return tuple(
        place for place in marking if place in machine.nodes and machine.nodes[place].kind in WAITING
    )


def _see(process: Process, data: Mapping[str, Value]) -> None:
    known = {datum.name: datum for datum in process.data}
    for name, value in data.items():
        if name not in known or not known[name].accepts(value):
            raise ProcessRefused("bad_data", name)


def _do(machine: Machine, marking: Marking, act: Act, data: Mapping[str, Value]) -> Advance:
    if act.deed is Deed.FAILED:
        return machine.fail(marking, act.node, data)
    if act.deed is Deed.EXPIRED:
        return machine.expire(marking, act.node, data)
    return machine.complete(marking, act.node, data)


def _end_of(machine: Machine, advance: Advance) -> str:
    targets = [machine.flows[flow].target for flow in advance.flows]
    return next((one for one in reversed(targets) if machine.nodes[one].kind is NodeKind.END), "")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What passing scenarios went through, and what none did, each in the order of the process."""

    nodes: tuple[str, ...]
    flows: tuple[str, ...]
    boundaries: tuple[str, ...]
    missing_nodes: tuple[str, ...]
    missing_flows: tuple[str, ...]
    missing_boundaries: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether each path is covered: every flow, and every way out by a boundary, at least once."""
        return not self.missing_flows and not self.missing_boundaries


def coverage(process: Process, played: Iterable[Played]) -> Coverage:
    """Return what the scenarios that passed cover; those that failed cover nothing."""
    taken = {flow for one in played if one.passed for flow in one.flows}
    sources = {flow.source for flow in process.flows if flow.key in taken}
    targets = {flow.target for flow in process.flows if flow.key in taken}
    bounds = [node.key for node in process.nodes if node.kind in BOUNDARIES]
    nodes = [node.key for node in process.nodes]
    flows = [flow.key for flow in process.flows]
    been = sources | targets
    return Coverage(
        tuple(key for key in nodes if key in been),
        tuple(key for key in flows if key in taken),
        tuple(key for key in bounds if key in sources),
        tuple(key for key in nodes if key not in been),
        tuple(key for key in flows if key not in taken),
        tuple(key for key in bounds if key not in sources),
    )


def faults_of_scenarios(process: Process, scenarios: Sequence[Scenario]) -> tuple[Fault, ...]:
    """Return failing_scenario, repeated_scenario, and what no passing one covers.

    Kinds of the latter: no_scenario (there is none at all), flow_without_scenario, boundary_without_scenario.
    """
    if not scenarios:
        return (Fault("no_scenario"),)
    played = [play(process, scenario) for scenario in scenarios]
    covered = coverage(process, played)
    return (
        *_repeated(scenarios),
        *(_failing(one) for one in played if not one.passed),
        *(Fault("flow_without_scenario", flow) for flow in covered.missing_flows),
        *(Fault("boundary_without_scenario", key) for key in covered.missing_boundaries),
    )


def _repeated(scenarios: Sequence[Scenario]) -> Iterator[Fault]:
    taken: set[str] = set()
    for scenario in scenarios:
        if scenario.key in taken:
            yield Fault("repeated_scenario", scenario.key)
        taken.add(scenario.key)


def _failing(played: Played) -> Fault:
    facts: dict[str, str | int] = {"reason": played.reason, "at": played.at, "node": played.node}
    return Fault("failing_scenario", played.scenario.key, facts=facts)
