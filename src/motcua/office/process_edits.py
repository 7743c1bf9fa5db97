"""A process as a table: steps, ways and data that are put in, moved and taken out one at a time.

Works on drafts, which may have faults: nothing here asks whether a machine could run what comes out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from motcua.dossiers.process_view import reading_order
from motcua.kit.text import fold
from motcua.rules.process import BOUNDARIES, Datum, Flow, Node, NodeKind

# What stands in a line with others and so can change places with a neighbour.
IN_LINE = frozenset({NodeKind.TASK, NodeKind.CALL, NodeKind.WAIT, NodeKind.TIMER})
_LONGEST = 40


@dataclass(frozen=True)
class Sheet:
    """The content of a draft, well formed or not; every change gives a new one."""

    key: str
    title_vi: str
    title_en: str
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    data: tuple[Datum, ...]

    @classmethod
    def from_json(cls, definition: Mapping[str, Any]) -> Self:
        """Read a draft's definition; `ProcessRefused` or `ConditionRefused` for what no draft can hold."""
        return cls(
            str(definition.get("key", "")),
            str(definition.get("title_vi", "")),
            str(definition.get("title_en", "")),
            tuple(Node.from_json(row) for row in definition.get("nodes", ())),
            tuple(Flow.from_json(row) for row in definition.get("flows", ())),
            tuple(Datum.from_json(row) for row in definition.get("data", ())),
        )

    def to_json(self) -> dict[str, object]:
        """Give the definition as it is stored."""
        return {
            "key": self.key,
            "title_vi": self.title_vi,
            "title_en": self.title_en,
            "nodes": [node.to_json() for node in self.nodes],
            "flows": [flow.to_json() for flow in self.flows],
            "data": [datum.to_json() for datum in self.data],
        }

    # --- looking ------------------------------------------------------------------------------------------

    def node(self, key: str) -> Node | None:
        """Return the node of this key."""
        return next((node for node in self.nodes if node.key == key), None)

    def flow(self, key: str) -> Flow | None:
        """Return the flow of this key."""
        return next((flow for flow in self.flows if flow.key == key), None)

    def datum(self, name: str) -> Datum | None:
        """Return the datum of this name."""
        return next((datum for datum in self.data if datum.name == name), None)

    def out(self, key: str) -> list[Flow]:
        """Return the flows out of a node, in drawn order."""
        return [flow for flow in self.flows if flow.source == key]

    def into(self, key: str) -> list[Flow]:
        """Return the flows into a node, in drawn order."""
        return [flow for flow in self.flows if flow.target == key]

    def in_order(self) -> list[Node]:
        """Return the nodes as people read them."""
        return reading_order(self.nodes, self.flows)

    def fresh_key(self, title: str, otherwise: str) -> str:
        """Return a key that nothing has yet, made of a title."""
        taken = {node.key for node in self.nodes} | {flow.key for flow in self.flows}
        return _fresh(slug(title)[:_LONGEST].strip("-") or otherwise, taken)

    # --- nodes --------------------------------------------------------------------------------------------

    def with_node(self, node: Node) -> Self:
        """Put a node in the place of the one with its key."""
        return replace(self, nodes=tuple(node if one.key == node.key else one for one in self.nodes))

    def inserted(self, node: Node, *, on: str = "", after: str = "") -> Self:
        """Put a new node on a flow (`on`), or behind a node as a new way (`after`); else it stands alone."""
        sheet = replace(self, nodes=(*self.nodes, node))
        flow = self.flow(on)
        if flow is None:
            return sheet.with_flow(sheet._new_flow(after, node.key)) if after else sheet
        turned = tuple(replace(one, target=node.key) if one.key == flow.key else one for one in sheet.flows)
        sheet = replace(sheet, flows=turned)
        if node.kind is NodeKind.END:
            return sheet
        return sheet.with_flow(sheet._new_flow(node.key, flow.target))

    def without_node(self, key: str) -> Self:
        """Take a node out, with its boundaries; what led to it leads to what came after it, if that was one."""
        gone = {key} | {node.key for node in self.nodes if node.kind in BOUNDARIES and node.host == key}
        beyond = self.out(key)
        target = beyond[0].target if len(beyond) == 1 else ""
        kept = []
        for flow in self.flows:
            if flow.source in gone:
                continue
            if flow.target == key:
                if not target or target in (flow.source, key):
                    continue
                flow = replace(flow, target=target)
            kept.append(flow)
        return replace(self, nodes=tuple(n for n in self.nodes if n.key not in gone), flows=tuple(kept))

    def can_rise(self, key: str) -> bool:
        """Tell whether a step can change places with the one before it."""
        return self._before(key) is not None

    def can_sink(self, key: str) -> bool:
        """Tell whether a step can change places with the one after it."""
        beyond = self.out(key)
        return len(beyond) == 1 and self._before(beyond[0].target) == key

    def risen(self, key: str) -> Self:
        """Let a step change places with the one before it; the same sheet where it cannot."""
        before = self._before(key)
        if before is None:
            return self
        between, beyond = self.into(key)[0].key, self.out(key)[0].key
        turned = []
        for flow in self.flows:
            if flow.key == between:
                flow = replace(flow, source=key, target=before)
            elif flow.key == beyond:
                flow = replace(flow, source=before)
            elif flow.target == before:
                flow = replace(flow, target=key)
            turned.append(flow)
        return replace(self, flows=tuple(turned))

    def sunk(self, key: str) -> Self:
        """Let a step change places with the one after it; the same sheet where it cannot."""
        return self.risen(self.out(key)[0].target) if self.can_sink(key) else self

    def _before(self, key: str) -> str | None:
        node, into, out = self.node(key), self.into(key), self.out(key)
        if node is None or node.kind not in IN_LINE or len(into) != 1 or len(out) != 1:
            return None
        before = self.node(into[0].source)
        if before is None or before.kind not in IN_LINE or len(self.out(before.key)) != 1:
            return None
        return before.key if out[0].target != before.key else None

    # --- flows and data -----------------------------------------------------------------------------------

    def _new_flow(self, source: str, target: str) -> Flow:
        taken = {node.key for node in self.nodes} | {flow.key for flow in self.flows}
        return Flow(_fresh(f"{source}-{target}"[: 2 * _LONGEST - 4], taken), source, target)

    def with_way(self, source: str, target: str) -> Self:
        """Add a way from one node to another."""
        return self.with_flow(self._new_flow(source, target))

    def with_flow(self, flow: Flow) -> Self:
        """Put a flow in the place of the one with its key, else at the end; a source has one default at most."""
        known = self.flow(flow.key) is not None
        flows = [flow if one.key == flow.key else one for one in self.flows]
        if not known:
            flows.append(flow)
        if flow.default:
            flows = [
                replace(one, default=False) if one.source == flow.source and one.key != flow.key else one
                for one in flows
            ]
        return replace(self, flows=tuple(flows))

    def without_flow(self, key: str) -> Self:
        """Take a flow out."""
        return replace(self, flows=tuple(flow for flow in self.flows if flow.key != key))

    def with_datum(self, datum: Datum, *, instead: str = "") -> Self:
        """Put a datum in the place of the one of this name, else at the end."""
        if self.datum(instead) is None:
            return replace(self, data=(*self.data, datum))
        return replace(self, data=tuple(datum if one.name == instead else one for one in self.data))

    def without_datum(self, name: str) -> Self:
        """Take a datum out, also of what the steps set; conditions that ask for it are left to the check."""
        nodes = tuple(replace(n, sets=tuple(one for one in n.sets if one != name)) for n in self.nodes)
        return replace(self, data=tuple(one for one in self.data if one.name != name), nodes=nodes)

    def uses_of(self, name: str) -> Iterator[Node | Flow]:
        """Yield the steps that set a datum and the flows that ask for it."""
        yield from (node for node in self.nodes if name in node.sets)
        for flow in self.flows:
            if flow.condition is not None and any(name == one for one, _value in flow.condition.constants()):
                yield flow


def slug(title: str) -> str:
    """Return a title in small plain letters with hyphens: what a key is made of."""
    return re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")


def _fresh(wanted: str, taken: Iterable[str]) -> str:
    taken = set(taken)
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"
