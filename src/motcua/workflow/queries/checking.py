"""Everything that is to be known of a draft before it is published.

See docs/rules/soundness.md and docs/rules/scenarios.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from motcua.catalogue.format import Level, ProcedureRecord
from motcua.catalogue.queries import published, version_in_force
from motcua.organisation import queries as organisation
from motcua.rules.deadlines import Limit
from motcua.rules.process import NodeKind, Process
from motcua.rules.process.checks import check_publication
from motcua.rules.process.duties import faults_of_holders
from motcua.rules.process.faults import Fault
from motcua.rules.process.scenarios import (
    Coverage,
    Played,
    Scenario,
    ScenarioRefused,
    coverage,
    play,
)
from motcua.rules.process.soundness import check_soundness
from motcua.rules.process.time_sum import faults_of_time, fewest_minutes
from motcua.workflow.bpmn import is_detail, sketch_of
from motcua.workflow.queries.calling import faults_of_calls, faults_of_own_part
from motcua.workflow.queries.drafts import DraftFacts
from motcua.workflow.queries.drawings import read_drawing
from motcua.workflow.queries.in_flight import PolicyRefused, Way, read_policy
from motcua.workflow.queries.running import function_of, newest_process, process, process_uses

# Agencies that decide on dossiers; a one-stop centre only receives.
_DECIDING = frozenset({"commune", "department", "province", "public_service_unit", "sub_department"})
# At the one-stop desk, which not every agency has.
_DESK = "receiver"
# More names than this say no more than their number.
_MOST_NAMES = 5


@dataclass(frozen=True)
class Checked:
    """What a draft's check found: faults and warnings, the scenarios as they were played, and what they cover.

    `limit` is the shortest legal limit of the procedures that it is for, `agencies` where it was asked who holds the
    functions. `process` is None while the draft is none.
    """

    faults: tuple[Fault, ...]
    process: Process | None = None
    played: tuple[Played, ...] = ()
    coverage: Coverage | None = None
    limit: Limit | None = None
    agencies: tuple[UUID, ...] = ()

    @property
    def errors(self) -> tuple[Fault, ...]:
        """What stops publication."""
        return tuple(fault for fault in self.faults if not fault.warning)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What people should know and may pass over."""
        return tuple(fault for fault in self.faults if fault.warning)


def check_draft(draft: DraftFacts, *, on: date, agencies: Iterable[UUID] | None = None) -> Checked:
    """Check a draft as for publication on a day.

    `agencies` are those that will run it; without them those that the catalogue names as competent, one by one or by
    their level, for the procedures that it is for.
    """
    drawing, reading = read_drawing(draft.bpmn)
    process = draft.process
    if process is None or any(not fault.warning for fault in reading):
        drawn = sketch_of(drawing) if drawing else None
        sound = check_soundness(drawn) if drawn and all(map(is_detail, reading)) else ()
        return Checked(_each_once((*reading, *sound)) or (Fault("no_start"),))
    procedures = _procedures(draft, on)
    limit = _shortest_limit(procedures, on)
    where = tuple(agencies) if agencies is not None else _competent(procedures, on)
    scenarios, unread = _scenarios(draft)
    found = check_publication(
        process,
        limit=limit,
        scenarios=scenarios,
        holders=_lacking(process, where, on),
        for_partner=draft.for_partner,
    )
    played = tuple(play(process, scenario) for scenario in scenarios)
    return Checked(
        _each_once(
            (*reading, *unread, *found, *_moving(draft, process), *faults_of_calls(draft.key, process, on))
        ),
        process,
        played,
        coverage(process, played),
        limit,
        where,
    )


def check_use(process: Process, procedure_id: UUID, *, on: date) -> tuple[Fault, ...]:
    """Check whether a procedure may run by a published process from a day on.

    What its publication could not know without the procedure: the limit that its steps must fit in, and who holds its
    functions and is its partner at each agency that solves it. Errors only.
    """
    procedures = (procedure_id,)
    where = _competent(procedures, on)
    found = (
        *faults_of_time(process, _shortest_limit(procedures, on)),
        *faults_of_holders(process, _lacking(process, where, on)),
        *faults_of_own_part(process, procedure_id, on),
    )
    return tuple(fault for fault in _each_once(found) if not fault.warning)


def _each_once(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Return errors before warnings, each kind at its element once."""
    first = {(fault.kind, fault.element): fault for fault in reversed(faults)}
    kept = [fault for fault in faults if first[fault.kind, fault.element] is fault]
    return tuple(sorted(kept, key=lambda fault: fault.warning))


def _scenarios(draft: DraftFacts) -> tuple[list[Scenario], list[Fault]]:
    read, unread = [], []
    for row in draft.scenarios:
        try:
            read.append(Scenario.from_json(row))
        except ScenarioRefused as refused:
            unread.append(Fault("failing_scenario", str(row.get("key", "")), facts={"reason": refused.code}))
    return read, unread


def _moving(draft: DraftFacts, new: Process) -> tuple[Fault, ...]:
    source_id = newest_process(draft.key)
    if source_id is None:
        return ()
    try:
        policy = read_policy(draft.in_flight)
    except PolicyRefused:
        return ()
    return Way(process(source_id), new, policy).faults


# --- what the procedure says --------------------------------------------------------------------------------


def _procedures(draft: DraftFacts, on: date) -> tuple[UUID, ...]:
    """Return the procedures that the draft is for: its own, and those that run by its process already."""
    own = (draft.procedure_id,) if draft.procedure_id else ()
    return tuple(dict.fromkeys((*own, *process_uses(draft.key, on=on))))


def _records(procedures: tuple[UUID, ...], on: date) -> list[ProcedureRecord]:
    found = (version_in_force(procedure_id, on=on) for procedure_id in procedures)
    return [published(version_id).record for version_id in found if version_id]


def _shortest_limit(procedures: tuple[UUID, ...], on: date) -> Limit | None:
    """Return the shortest limit over cases and channels; None where none is fixed or none could be read."""
    limits = [
        Limit.from_json(channel.limit)
        for record in _records(procedures, on)
        for channel in record.channels
        if channel.limit is not None
    ]
    return min(limits, key=fewest_minutes, default=None)


def _competent(procedures: tuple[UUID, ...], on: date) -> tuple[UUID, ...]:
    records = _records(procedures, on)
    named = [
        organisation.agency_by_key(row.agency) for record in records for row in record.competent if row.agency
    ]
    levels = dict.fromkeys(
        row.level.value
        for record in records
        for row in record.competent
        # By a foreign source's level alone every department would have everything to do.
        if row.level and not row.agency and (record.origin is None or row.level is Level.COMMUNE)
    )
    found = [
        agency.id
        for level in levels
        for agency in organisation.agencies(on=on, level=level)
        if agency.kind in _DECIDING and not agency.outside
    ]
    return tuple(dict.fromkeys((*(id for id in named if id), *found)))


# --- who holds the functions --------------------------------------------------------------------------------


def _lacking(process: Process, agencies: tuple[UUID, ...], on: date) -> dict[str, list[str]]:
    """Return for each function and partner of a process the agencies that have nobody for it."""
    facts = organisation.agencies_facts(agencies, on=on)
    asked = _asked(process)
    partners = dict.fromkeys(node.partner for node in process.nodes if node.partner)
    lacking: dict[str, list[str]] = {}
    for function in asked:
        lacking[function] = [row.name_vi for row in facts.values() if not _has(row.id, function, on)]
    for partner in partners:
        lacking[partner] = [
            row.name_vi for row in facts.values() if organisation.partner_of(partner, row.id, on=on) is None
        ]
    return {name: _few(found) for name, found in lacking.items() if found}


def _asked(process: Process) -> list[str]:
    """Return the functions whose posts get tasks."""
    found = (function_of(node) for node in process.nodes if node.kind in (NodeKind.TASK, NodeKind.WAIT))
    return list(dict.fromkeys(function for function in found if function))


def _has(agency_id: UUID, function: str, on: date) -> bool:
    if function == _DESK and organisation.desk_of(agency_id, on=on) is None:
        # Its dossiers are received, and given back, at another agency's desk.
        return True
    return bool(organisation.holders(agency_id, function, on=on))


def _few(names: list[str]) -> list[str]:
    more = len(names) - _MOST_NAMES
    return [*names[:_MOST_NAMES], f"+{more}"] if more > 0 else names
