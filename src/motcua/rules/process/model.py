"""The process of a procedure: the electronic process follows the approved internal one (TT 01/2018 Điều 8).

A graph of nodes and flows that never changes once it is published. See docs/rules/process.md.
"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from motcua.rules.deadlines import Limit, LimitRefused
from motcua.rules.process.conditions import Condition, ConditionRefused, Datum
from motcua.rules.refusals import Refusal


class ProcessRefused(Refusal):
    """A process cannot be read, or cannot go the way that is asked.

    Codes: unknown_step, missing_field, unknown_kind, bad_limit, bad_condition, bad_data, repeated_key, no_start,
    two_starts, no_end, unknown_node, bad_attachment, bad_flow; of the machine: not_waiting, no_way, token_doubled,
    endless, data_missing, no_error_path. `where` names the node, flow or datum.
    """

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.where = where


class StepKind(StrEnum):
    """What a task is for."""

    WORK = "work"
    DECIDE = "decide"
    RETURN = "return"


class NodeKind(StrEnum):
    """What a node is: the elements of BPMN that we know."""

    START = "start"
    END = "end"
    TASK = "task"
    EXCLUSIVE = "exclusive"
    PARALLEL = "parallel"
    INCLUSIVE = "inclusive"
    CALL = "call"
    WAIT = "wait"
    TIMER = "timer"
    BOUNDARY_TIMER = "boundary_timer"
    BOUNDARY_ERROR = "boundary_error"


GATEWAYS = frozenset({NodeKind.EXCLUSIVE, NodeKind.PARALLEL, NodeKind.INCLUSIVE})
BOUNDARIES = frozenset({NodeKind.BOUNDARY_TIMER, NodeKind.BOUNDARY_ERROR})
# Where a token stays until something happens outside the machine.
WAITING = frozenset({NodeKind.TASK, NodeKind.CALL, NodeKind.WAIT, NodeKind.TIMER})


class Awaited(StrEnum):
    """What a wait is for."""

    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    ANSWER = "answer"


class Travel(StrEnum):
    """How the paper of a step travels."""

    ELECTRONIC = "electronic"
    PAPER = "paper"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Node:
    """One node; which fields say something depends on its kind.

    Task: `work`, `function` (of the post that does it), `limit` (None: as long as the dossier has), `sets` (the data
    that completing it must give), `prepares` (who did it does not sign), `channel`. Call: `procedure` (code of what
    the partner does), `partner` (key of an agency, or a place in the organisation such as `territory:police`), `limit`,
    `channel`. Wait: `awaits`. Timers: `limit` (working time by the agency's calendar). Boundaries: `host`, and whether
    they `interrupt` it.
    """

    key: str
    kind: NodeKind
    title_vi: str = ""
    title_en: str = ""
    work: StepKind | None = None
    function: str = ""
    limit: Limit | None = None
    channel: Travel | None = None
    sets: tuple[str, ...] = ()
    prepares: bool = False
    procedure: str = ""
    partner: str = ""
    awaits: Awaited | None = None
    host: str = ""
    interrupts: bool = True

    def title(self, language: str) -> str:
        """Return the title in `vi` or `en`; the Vietnamese where there is no other."""
        return self.title_en if language == "en" and self.title_en else self.title_vi or self.key

    def to_json(self) -> dict[str, object]:
        """Give what differs from the default, as text, truth and lists."""
        said: dict[str, object] = {"key": self.key, "kind": self.kind.value}
        for name in ("title_vi", "title_en", "function", "procedure", "partner", "host"):
            if getattr(self, name):
                said[name] = getattr(self, name)
        for name in ("work", "channel", "awaits"):
            if getattr(self, name) is not None:
                said[name] = getattr(self, name).value
        if self.limit is not None:
            said["limit"] = self.limit.to_json()
        if self.sets:
            said["sets"] = list(self.sets)
        if self.prepares:
            said["prepares"] = True
        if not self.interrupts:
            said["interrupts"] = False
        return said

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; `ProcessRefused` otherwise."""
        key, kind = data.get("key"), data.get("kind")
        if not isinstance(key, str) or not key:
            raise ProcessRefused("missing_field", "key")
        if kind not in set(NodeKind):
            raise ProcessRefused("unknown_kind", key)
        texts = ("title_vi", "title_en", "function", "procedure", "partner", "host")
        if any(not isinstance(data.get(name, ""), str) for name in texts):
            raise ProcessRefused("missing_field", key)
        try:
            work, channel, awaits = (
                of(data[name]) if data.get(name) is not None else None
                for name, of in (("work", StepKind), ("channel", Travel), ("awaits", Awaited))
            )
        except ValueError:
            raise ProcessRefused("unknown_kind", key) from None
        sets = data.get("sets", ())
        if not isinstance(sets, list | tuple) or not all(isinstance(name, str) for name in sets):
            raise ProcessRefused("missing_field", key)
        return cls(
            key,
            NodeKind(kind),
            **{name: data.get(name, "") for name in texts},
            work=work,  # type: ignore[arg-type]
            channel=channel,  # type: ignore[arg-type]
            awaits=awaits,  # type: ignore[arg-type]
            limit=_limit_from(data.get("limit"), key),
            sets=tuple(sets),
            prepares=data.get("prepares") is True,
            interrupts=data.get("interrupts") is not False,
        )


def _limit_from(data: object, where: str) -> Limit | None:
    if data is None:
        return None
    if not isinstance(data, Mapping):
        raise ProcessRefused("bad_limit", where)
    try:
        return Limit.from_json(data)
    except LimitRefused:
        raise ProcessRefused("bad_limit", where) from None


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow from one node to another; out of a gateway it may have a condition, or be what is left."""

    key: str
    source: str
    target: str
    condition: Condition | None = None
    default: bool = False
    title_vi: str = ""
    title_en: str = ""

    def title(self, language: str) -> str:
        """Return the title in `vi` or `en`; empty where it has none."""
        return self.title_en if language == "en" and self.title_en else self.title_vi

    def to_json(self) -> dict[str, object]:
        """Give what differs from the default."""
        said: dict[str, object] = {"key": self.key, "source": self.source, "target": self.target}
        if self.condition is not None:
            said["condition"] = self.condition.to_json()
        if self.default:
            said["default"] = True
        for name in ("title_vi", "title_en"):
            if getattr(self, name):
                said[name] = getattr(self, name)
        return said

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; `ProcessRefused` otherwise."""
        texts = [data.get(name) for name in ("key", "source", "target")]
        if not all(isinstance(text, str) and text for text in texts):
            raise ProcessRefused("missing_field", str(data.get("key", "")))
        key, source, target = (str(text) for text in texts)
        try:
            condition = Condition.read(data["condition"]) if data.get("condition") is not None else None
        except ConditionRefused:
            raise ProcessRefused("bad_condition", key) from None
        return cls(
            key,
            source,
            target,
            condition,
            data.get("default") is True,
            str(data.get("title_vi", "")),
            str(data.get("title_en", "")),
        )


@dataclass(frozen=True)
class Process:
    """Nodes and flows with unique keys, and the data that its conditions ask.

    Well formed: one start, an end, flows between known nodes, boundaries on what waits. Whether it is *sound* is
    another question: `soundness`.
    """

    key: str
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    data: tuple[Datum, ...] = ()
    title_vi: str = ""
    title_en: str = ""

    def __post_init__(self) -> None:
        faults = well_formed(self.nodes, self.flows)
        if faults:
            raise faults[0]

    @property
    def steps(self) -> tuple[Node, ...]:
        """The tasks, in the order in which they stand."""
        return tuple(node for node in self.nodes if node.kind is NodeKind.TASK)

    def node(self, key: str) -> Node:
        """Give the node of this key; `ProcessRefused` (unknown_step)."""
        for node in self.nodes:
            if node.key == key:
                return node
        raise ProcessRefused("unknown_step", key)

    def to_json(self) -> dict[str, object]:
        """Give the whole definition."""
        return {
            "key": self.key,
            "title_vi": self.title_vi,
            "title_en": self.title_en,
            "nodes": [node.to_json() for node in self.nodes],
            "flows": [flow.to_json() for flow in self.flows],
            "data": [datum.to_json() for datum in self.data],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; `ProcessRefused` otherwise."""
        try:
            known = tuple(Datum.from_json(row) for row in data.get("data", ()))
        except ConditionRefused as refused:
            raise ProcessRefused("bad_data", refused.where) from None
        return cls(
            str(data["key"]),
            tuple(Node.from_json(row) for row in data["nodes"]),
            tuple(Flow.from_json(row) for row in data["flows"]),
            known,
            str(data.get("title_vi", "")),
            str(data.get("title_en", "")),
        )


def well_formed(nodes: Iterable[Node], flows: Iterable[Flow]) -> list[ProcessRefused]:
    """Return every fault of form, each with where it stands; empty for a graph that a machine can run."""
    nodes, flows = tuple(nodes), tuple(flows)
    faults: list[ProcessRefused] = []
    taken: set[str] = set()
    for key in (*(node.key for node in nodes), *(flow.key for flow in flows)):
        if key in taken:
            faults.append(ProcessRefused("repeated_key", key))
        taken.add(key)
    known = {node.key: node for node in nodes}
    starts = [node for node in nodes if node.kind is NodeKind.START]
    if not starts:
        faults.append(ProcessRefused("no_start"))
    faults += [ProcessRefused("two_starts", node.key) for node in starts[1:]]
    if not any(node.kind is NodeKind.END for node in nodes):
        faults.append(ProcessRefused("no_end"))
    faults += [fault for node in nodes for fault in _faults_of_node(node, known)]
    for flow in flows:
        for end in (flow.source, flow.target):
            if end not in known:
                faults.append(ProcessRefused("unknown_node", flow.key))
        target, source = known.get(flow.target), known.get(flow.source)
        if (target and target.kind in BOUNDARIES | {NodeKind.START}) or (
            source and source.kind is NodeKind.END
        ):
            faults.append(ProcessRefused("bad_flow", flow.key))
    return faults


def _faults_of_node(node: Node, known: Mapping[str, Node]) -> list[ProcessRefused]:
    faults = []
    if node.kind is NodeKind.TASK and (node.work is None or not node.function):
        faults.append(ProcessRefused("missing_field", node.key))
    if node.kind in (NodeKind.TIMER, NodeKind.BOUNDARY_TIMER) and node.limit is None:
        faults.append(ProcessRefused("bad_limit", node.key))
    if node.kind is NodeKind.WAIT and node.awaits is None:
        faults.append(ProcessRefused("missing_field", node.key))
    if node.kind in BOUNDARIES:
        host = known.get(node.host)
        # Only a task or a partner can fail; all that waits can take too long.
        able = (
            {NodeKind.TASK, NodeKind.CALL}
            if node.kind is NodeKind.BOUNDARY_ERROR
            else WAITING - {NodeKind.TIMER}
        )
        if host is None or host.kind not in able:
            faults.append(ProcessRefused("bad_attachment", node.key))
    return faults


def line(key: str, steps: Iterable[Node], *, title_vi: str = "", title_en: str = "") -> Process:
    """Make a process of tasks that follow one another."""
    steps = tuple(steps)
    nodes = (Node("start", NodeKind.START), *steps, Node("end", NodeKind.END))
    flows = tuple(
        Flow(f"{before.key}-{after.key}", before.key, after.key)
        for before, after in itertools.pairwise(nodes)
    )
    return Process(key, nodes, flows, (), title_vi, title_en)


def task(
    key: str,
    function: str,
    title_vi: str,
    title_en: str = "",
    work: StepKind = StepKind.WORK,
    limit: Limit | None = None,
    **more: Any,
) -> Node:
    """Make a task."""
    return Node(key, NodeKind.TASK, title_vi, title_en, work, function, limit, **more)


def read_definition(key: str, definition: Any) -> Process:
    """Read a stored definition: the graph, or the line of steps that versions before the graph were written as.

    Those had no mark for who prepares; in them it was the specialist's function that did.
    """
    if isinstance(definition, Mapping):
        return Process.from_json(definition)
    return line(key, [_step_of_line(row) for row in definition])


def _step_of_line(row: Mapping[str, Any]) -> Node:
    kind = row.get("kind")
    if kind not in set(StepKind):
        raise ProcessRefused("unknown_kind", str(row.get("key", "")))
    node = Node.from_json({**row, "kind": NodeKind.TASK.value, "work": kind})
    if not (node.function and node.title_vi and node.title_en):
        raise ProcessRefused("missing_field", node.key)
    return Node(
        node.key, node.kind, node.title_vi, node.title_en, node.work, node.function, node.limit,
        prepares=node.function == "specialist",
    )  # fmt: skip


DEFAULT_PROCESS = line(
    "default",
    (
        task("specialist", "specialist", "Chuyên viên thẩm định", "Examination", prepares=True),
        task("head", "head", "Trưởng phòng xem xét", "Review by the head"),
        task("leader", "leader", "Lãnh đạo ký duyệt", "Decision", StepKind.DECIDE),
        task("return", "receiver", "Trả kết quả", "Return of the result", StepKind.RETURN),
    ),
    title_vi="Quy trình mặc định",
    title_en="Default process",
)
