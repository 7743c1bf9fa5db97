"""What a new version does with whatever runs under the one before: the policy, the way across, and who can take it.

See docs/rules/scenarios.md, "Versions and those in flight". The preview and the job ask the same `Way`, so what was
shown is what happens.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q

from motcua.kit import sql
from motcua.rules.process import Machine, Marking, NodeKind, Process, ProcessRefused, StepKind
from motcua.rules.process.conditions import Value
from motcua.rules.process.faults import Fault
from motcua.rules.process.moving import Passage, Policy, check_mapping, identity
from motcua.rules.process.shape import Graph
from motcua.rules.refusals import Refusal
from motcua.workflow.models import InFlight, InFlightMove, ProcessVersion
from motcua.workflow.queries.drafts import draft_facts
from motcua.workflow.queries.running import newest_process, process

_MOST_PLACES = 10_000
# A mapping with one of these says something that is not so; the others only stop those whom they concern.
_WRONG = frozenset({"unknown_place", "unknown_target", "other_sort"})
_NOTHING: Mapping[str, Value] = {}


class PolicyRefused(Refusal):
    """A policy cannot be read; codes unknown_policy, bad_mapping. `where` is what was said instead."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.where = where


@dataclass(frozen=True)
class InFlightPolicy:
    """What happens to whatever runs under the version before; `mapping` takes an old place to a new one, or nowhere."""

    kind: Policy = Policy.STAY
    mapping: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Give kind and mapping."""
        said: dict[str, object] = {"kind": self.kind.value}
        if self.mapping:
            said["mapping"] = dict(self.mapping)
        return said


def read_policy(said: Mapping[str, Any]) -> InFlightPolicy:
    """Read a policy; one that says nothing lets everything stay. `PolicyRefused` for what is none."""
    kind = said.get("kind", Policy.STAY)
    if not isinstance(kind, str) or kind not in set(Policy):
        raise PolicyRefused("unknown_policy", str(kind)[:40])
    mapping = said.get("mapping") or {}
    if not isinstance(mapping, Mapping) or len(mapping) > _MOST_PLACES:
        raise PolicyRefused("bad_mapping")
    for place, target in mapping.items():
        if not isinstance(place, str) or not isinstance(target, str | None):
            raise PolicyRefused("bad_mapping", str(place)[:80])
    places = {place: target or "" for place, target in mapping.items()}
    return InFlightPolicy(Policy(kind), places if kind == Policy.MOVE else {})


class Stage(StrEnum):
    """How far the work on a subject is: not decided, decided with work left, nothing left but the return."""

    DECIDING = "deciding"
    DECIDED = "decided"
    RETURNING = "returning"


class Way:
    """The way from one version to the next under a policy; made once for all that take it."""

    def __init__(self, old: Process, new: Process, policy: InFlightPolicy) -> None:
        self.old, self.new, self.policy = Machine(old), Machine(new), policy
        said = identity(old, new) | dict(policy.mapping) if policy.kind is Policy.MOVE else {}
        self.places = {place: target for place, target in said.items() if target}
        self.passage = Passage(old, new, self.places)
        self._ahead = (_deciding(old), _deciding(new))

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with the mapping; what only stops those whom it concerns is a warning."""
        if self.policy.kind is not Policy.MOVE:
            return ()
        found = check_mapping(self.old.process, self.new.process, self.places)
        return tuple(
            fault
            if fault.kind in _WRONG
            else Fault(fault.kind, fault.element, fault.story, fault.facts, warning=True)
            for fault in found
        )

    @cached_property
    def _lacking(self) -> frozenset[str]:
        """Old places whose new ones ask for what nobody has set there."""
        return frozenset(
            str(fault.facts.get("place", "")) for fault in self.faults if fault.kind == "data_not_set"
        )

    def take(self, marking: Marking, known: Mapping[str, Value] = _NOTHING) -> Marking:
        """Return where tokens come to in the new version; `ProcessRefused` for those that must stay.

        Codes: those of `Passage.move` and `Machine.begin`; stays (the policy), data_not_set, other_stage (decided
        here, not decided there), part_open (a partner works on it: it cannot begin anew).
        """
        if self.policy.kind is Policy.STAY:
            raise ProcessRefused("stays", marking[0])
        moved = self._restart(marking, known) if self.policy.kind is Policy.RESTART else self._move(marking)
        if self._stage(0, marking) is not self._stage(1, moved):
            raise ProcessRefused("other_stage", marking[0])
        return moved

    def _move(self, marking: Marking) -> Marking:
        for place in marking:
            if place in self._lacking:
                raise ProcessRefused("data_not_set", place)
        return self.passage.move(marking)

    def _restart(self, marking: Marking, known: Mapping[str, Value]) -> Marking:
        for place in marking:
            if place in self.old.nodes and self.old.nodes[place].kind is NodeKind.CALL:
                raise ProcessRefused("part_open", place)
        return self.new.begin(known).marking

    def _stage(self, side: int, marking: Marking) -> Stage:
        engine = (self.old, self.new)[side]
        if any(place in self._ahead[side] for place in marking):
            return Stage.DECIDING
        returning = all(
            place in engine.nodes and engine.nodes[place].work is StepKind.RETURN for place in marking
        )
        return Stage.RETURNING if returning else Stage.DECIDED


def _deciding(process: Process) -> frozenset[str]:
    """Return the places from which a decision can still come."""
    graph = Graph(process)
    before: dict[str, list[str]] = {}
    for key, following in graph.after.items():
        for one in following:
            before.setdefault(one, []).append(key)
    found = {node.key for node in process.steps if node.work is StepKind.DECIDE}
    ahead = list(found)
    while ahead:
        for one in before.get(ahead.pop(), ()):
            if one not in found:
                found.add(one)
                ahead.append(one)
    return frozenset(found | {flow.key for flow in process.flows if flow.target in found})


@lru_cache(maxsize=32)
def way_between(source_id: UUID, version_id: UUID) -> Way:
    """Return the way that a published version declares from the one before; kept in memory, for neither changes."""
    said = ProcessVersion.objects.values_list("in_flight", flat=True).get(id=version_id)
    return Way(process(source_id), process(version_id), read_policy(said))


@dataclass(frozen=True)
class PlaceCount:
    """One place of the version before: how many stand there, where they would come to, how many would go and not.

    `staying` counts those that cannot by the reason, a code. A subject with several tokens is counted at each.
    """

    place: str
    target: str
    standing: int
    going: int
    staying: Mapping[str, int]


@dataclass(frozen=True)
class Preview:
    """What a draft's policy would do, were it published now; all zero where there is no version before."""

    source_id: UUID | None
    source_number: int
    policy: Policy
    running: int
    going: int
    staying: Mapping[str, int]
    places: tuple[PlaceCount, ...]
    faults: tuple[Fault, ...] = ()


_MARKINGS = """
SELECT marking, count(*) FROM (
  SELECT array_agg(place::text ORDER BY place) AS marking FROM workflow_token WHERE process_id = %s GROUP BY subject_id
) AS standing GROUP BY marking ORDER BY count(*) DESC, marking
"""


def preview_in_flight(draft_id: UUID) -> Preview | None:
    """Count whom the policy of a draft would take along and whom not, and why; None while the draft is no process."""
    draft = draft_facts(draft_id)
    new = draft.process if draft else None
    if draft is None or new is None:
        return None
    policy = read_policy(draft.in_flight)
    source_id = newest_process(draft.key)
    if source_id is None:
        return Preview(None, 0, policy.kind, 0, 0, {}, ())
    number = ProcessVersion.objects.values_list("number", flat=True).get(id=source_id)
    return _previewed(source_id, number, Way(process(source_id), new, policy))


def _previewed(source_id: UUID, number: int, way: Way) -> Preview:
    standing: Counter[str] = Counter()
    going: Counter[str] = Counter()
    staying: dict[str, Counter[str]] = {}
    reasons: Counter[str] = Counter()
    running = 0
    for marking, count in sql.rows(_MARKINGS, [source_id]):
        running += count
        reason = _why_not(way, tuple(sorted(marking)))
        reasons.update({reason: count} if reason else {})
        for place in (place for place in marking if not _is_timer_on_host(way.old, place)):
            standing[place] += count
            if reason:
                staying.setdefault(place, Counter())[reason] += count
            else:
                going[place] += count
    # Every place where something can stand, in the order of the process, so that each can be mapped.
    known = dict.fromkeys((*_mappable(way.old), *standing))
    places = tuple(
        PlaceCount(place, way.places.get(place, ""), standing[place], going[place], staying.get(place, {}))
        for place in known
    )
    total = running - sum(reasons.values())
    return Preview(source_id, number, way.policy.kind, running, total, dict(reasons), places, way.faults)


def _why_not(way: Way, marking: Marking) -> str:
    try:
        way.take(marking)
    except ProcessRefused as refused:
        return refused.code
    return ""


def _is_timer_on_host(engine: Machine, place: str) -> bool:
    return place in engine.nodes and engine.nodes[place].kind is NodeKind.BOUNDARY_TIMER


def _mappable(engine: Machine) -> list[str]:
    return list(identity(engine.process, engine.process))


@dataclass(frozen=True)
class InFlightFacts:
    """How far a version's policy has been carried out; `kept` counts by the reason."""

    version_id: UUID
    source_id: UUID
    policy: str
    state: str
    began_at: datetime
    finished_at: datetime | None
    undo_asked_at: datetime | None
    undone_at: datetime | None
    moved: int
    kept: Mapping[str, int]
    put_back: int
    gone_on: int
    left: int


def in_flight_of(version_id: UUID) -> InFlightFacts | None:
    """Return how far a version's policy has been carried out; None where it lets everything stay."""
    run = InFlight.objects.filter(version_id=version_id).first()
    if run is None:
        return None
    counts = sql.rows(_COUNTED, [version_id])
    by_state = Counter[str]()
    for state, _, count in counts:
        by_state[state] += count
    state = InFlightMove.State
    left = (
        sql.row(_LEFT, {"source": run.source_id, "version": version_id}) if run.state == "running" else None
    )
    return InFlightFacts(
        run.version_id, run.source_id, run.policy, run.state, run.began_at, run.finished_at, run.undo_asked_at,
        run.undone_at, by_state[state.MOVED], {why: n for one, why, n in counts if one == state.KEPT},
        by_state[state.PUT_BACK], by_state[state.GONE_ON], left[0] if left else 0,
    )  # fmt: skip


_COUNTED = """
SELECT state, CASE state WHEN 'kept' THEN reason ELSE '' END, count(*) FROM workflow_inflightmove
WHERE version_id = %s GROUP BY 1, 2
"""
_UNSEEN = """
FROM workflow_token t WHERE t.process_id = %(source)s AND NOT EXISTS (
  SELECT 1 FROM workflow_inflightmove m WHERE m.version_id = %(version)s AND m.subject_id = t.subject_id)
"""
_LEFT = f"SELECT count(DISTINCT t.subject_id) {_UNSEEN}"


@dataclass(frozen=True)
class KeptLine:
    """A subject that could not be moved, or not put back, and why."""

    subject_id: UUID
    state: str
    reason: str
    place: str
    at: datetime


def kept_of(version_id: UUID, *, after: UUID | None = None, most: int = 200) -> list[tuple[UUID, KeptLine]]:
    """Return what stayed where it was and why, each with the key to go on behind it.

    Kept under the version before; or, when that was undone, under the new one because it could not be put back.
    """
    stayed = Q(state="kept") | Q(state="gone_on", reason__gt="")
    rows = InFlightMove.objects.filter(stayed, version_id=version_id).order_by("id")
    if after is not None:
        rows = rows.filter(id__gt=after)
    fields = ("id", "subject_id", "state", "reason", "place", "at")
    return [(row[0], KeptLine(*row[1:])) for row in rows.values_list(*fields)[:most]]


_NEXT = f"""
SELECT DISTINCT t.subject_id {_UNSEEN} AND (%(after)s::uuid IS NULL OR t.subject_id > %(after)s)
ORDER BY t.subject_id LIMIT %(most)s
"""


def next_in_flight(source_id: UUID, version_id: UUID, *, most: int, after: UUID | None = None) -> list[UUID]:
    """Return subjects that run under the version before and were not looked at yet, in the order of their ids.

    With `after` only those behind it, so that whatever was kept before it is not passed again.
    """
    known = {"source": source_id, "version": version_id, "most": most, "after": after}
    return [row[0] for row in sql.rows(_NEXT, known)]


def next_to_put_back(version_id: UUID, *, most: int) -> list[UUID]:
    """Return subjects that a version moved and that were not put back yet, in the order in which they were moved."""
    rows = InFlightMove.objects.filter(version_id=version_id, state="moved").order_by("id")
    return list(rows.values_list("subject_id", flat=True)[:most])
