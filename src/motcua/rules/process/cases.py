"""Whether the conditions of a process cover all cases, and ask only what has been set by then.

See docs/rules/soundness.md, "Conditions".
"""

from collections.abc import Collection, Iterator, Mapping

from motcua.rules.process.conditions import ConditionRefused, Value, cases_of
from motcua.rules.process.faults import Fault
from motcua.rules.process.model import Flow, Node, NodeKind, Process
from motcua.rules.process.shape import Graph

_CHOOSING = frozenset({NodeKind.EXCLUSIVE, NodeKind.INCLUSIVE})


def faults_of_conditions(process: Process, *, given: Collection[str] = ()) -> tuple[Fault, ...]:
    """Return what is wrong with the conditions of a process; `given` are the data known before it begins.

    Kinds: misplaced_condition, two_defaults, flow_without_condition, unknown_datum, too_many_cases, uncovered_case,
    dead_condition, data_not_set; as warnings overlapping_conditions and idle_default.
    """
    graph = Graph(process)
    faults: list[Fault] = [*_misplaced(graph), *_unknown_sets(process)]
    for key, node in graph.nodes.items():
        if node.kind in _CHOOSING and len(graph.out[key]) > 1:
            faults += _faults_of_split(process, node, graph.out[key])
    return (*faults, *_unset(process, graph, frozenset(given)))


def _misplaced(graph: Graph) -> Iterator[Fault]:
    for key, flows in graph.out.items():
        split = graph.nodes[key].kind in _CHOOSING and len(flows) > 1
        for flow in flows:
            if not split and (flow.condition is not None or flow.default):
                yield Fault("misplaced_condition", flow.key, facts={"node": key})
            if split and flow.condition is None and not flow.default:
                yield Fault("flow_without_condition", flow.key, facts={"node": key})
        if sum(flow.default for flow in flows) > 1:
            yield Fault("two_defaults", key)


def _unknown_sets(process: Process) -> Iterator[Fault]:
    known = {datum.name for datum in process.data}
    for node in process.nodes:
        for name in node.sets:
            if name not in known:
                yield Fault("unknown_datum", node.key, facts={"datum": name})


def _faults_of_split(process: Process, node: Node, flows: list[Flow]) -> Iterator[Fault]:
    asked = [flow for flow in flows if flow.condition is not None and not flow.default]
    default = next((flow for flow in flows if flow.default), None)
    # Without a condition a flow is always open: that is told apart, and nothing more can be said here.
    if len(asked) + sum(flow.default for flow in flows) < len(flows):
        return
    try:
        found = _Judged(node, asked)
        for case in cases_of(process.data, [flow.condition for flow in asked if flow.condition]):
            found.look_at(case)
    except ConditionRefused as refused:
        kind = "too_many_cases" if refused.code == "too_large" else "unknown_datum"
        yield Fault(kind, node.key, facts={"datum": refused.where} if refused.where else {})
        return
    if found.uncovered is not None and default is None:
        yield Fault("uncovered_case", node.key, facts=_said(found.uncovered))
    for flow in asked:
        if flow.key not in found.taken:
            yield Fault("dead_condition", flow.key, facts={"node": node.key})
    for (first, second), both in found.both.items():
        yield Fault("overlapping_conditions", second, facts={"first": first, **_said(both)}, warning=True)
    if default is not None and found.uncovered is None:
        yield Fault("idle_default", default.key, facts={"node": node.key}, warning=True)


class _Judged:
    """What the cases looked at so far have shown about one split."""

    def __init__(self, node: Node, asked: list[Flow]) -> None:
        self.exclusive = node.kind is NodeKind.EXCLUSIVE
        self.asked = asked
        self.taken: set[str] = set()
        self.both: dict[tuple[str, str], Mapping[str, Value]] = {}
        self.uncovered: Mapping[str, Value] | None = None

    def look_at(self, case: Mapping[str, Value]) -> None:
        holding = [flow.key for flow in self.asked if flow.condition and flow.condition.holds(case)]
        if not holding:
            if self.uncovered is None:
                self.uncovered = case
        elif self.exclusive:
            self.taken.add(holding[0])
            for later in holding[1:]:
                self.both.setdefault((holding[0], later), case)
        else:
            self.taken.update(holding)


def _said(case: Mapping[str, Value]) -> dict[str, str | int]:
    return {name: _word(value) for name, value in case.items()}


def _word(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _unset(process: Process, graph: Graph, given: frozenset[str]) -> Iterator[Fault]:
    before = known_before(graph, given)
    for key, flows in graph.out.items():
        if graph.nodes[key].kind not in _CHOOSING or len(flows) < 2 or key not in graph.reachable:
            continue
        asked = {name for flow in flows if flow.condition for name, _ in flow.condition.constants()}
        for name in sorted(asked - before[key]):
            setting = {node.key for node in process.nodes if name in node.sets}
            yield Fault("data_not_set", key, graph.story_to(key, past=setting), {"datum": name})


def known_before(graph: Graph, given: frozenset[str]) -> dict[str, frozenset[str]]:
    """Return for each node the data that are set on every way to it.

    What a branch sets before a parallel join is known after it; after an inclusive join only what every branch sets.
    """
    everything = given | {name for node in graph.nodes.values() for name in node.sets}
    before = dict.fromkeys(graph.nodes, everything)
    before[graph.start] = given
    into: dict[str, list[str]] = {key: [] for key in graph.nodes}
    for flow in graph.process.flows:
        into[flow.target].append(flow.source)
    changed = True
    while changed:
        changed = False
        for key, node in graph.nodes.items():
            if key == graph.start:
                continue
            if node.host:
                found = before[node.host]
            else:
                found = _joined(
                    node, [before[one] | set(graph.nodes[one].sets) for one in into[key]], everything
                )
            if found != before[key]:
                before[key], changed = found, True
    return before


def _joined(node: Node, ways: list[frozenset[str]], everything: frozenset[str]) -> frozenset[str]:
    if not ways:
        return everything
    if node.kind is NodeKind.PARALLEL:
        return frozenset().union(*ways)
    return frozenset.intersection(*ways)
