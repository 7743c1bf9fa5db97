"""A dossier goes its way through its process: what each step leads to, and when there is nothing left but to return."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.calendars.queries import NoCalendar, working_calendar
from motcua.dossiers.actions.moving import UnableToMove, own_due
from motcua.dossiers.models import Dossier
from motcua.journal.events import Actor
from motcua.rules.localday import local_day
from motcua.rules.process import Marking, Node, NodeKind, StepKind
from motcua.rules.process.conditions import Value
from motcua.rules.process.faults import Deed
from motcua.rules.working_time import OutsideCalendar
from motcua.workflow.actions import Opening, UnableToWork, Went, begin_run, go_on
from motcua.workflow.queries import TaskFacts, machine, open_tasks_and_marking, still_newest

# At the one-stop desk, wherever else the dossier is solved.
DESK_FUNCTION = "receiver"
_ALARMS = frozenset({NodeKind.TIMER, NodeKind.BOUNDARY_TIMER})


def opening_of(dossier: Dossier, node: Node, *, at: datetime) -> Opening:
    """Say where a step of a dossier is done and until when.

    What is left to return has no limit. A step with a limit of its own is due when that ends, by the calendar of the
    agency that does it, never later than the dossier; a timer runs by itself.
    """
    at_desk = node.work is StepKind.RETURN or node.function == DESK_FUNCTION
    agency_id = dossier.receiving_agency_id if at_desk else dossier.competent_agency_id
    if agency_id is None or node.work is StepKind.RETURN:
        return Opening(agency_id, None)
    latest = None if node.kind in _ALARMS else dossier.due_at
    try:
        return Opening(agency_id, own_due(node.limit, agency_id, opened=at, latest=latest))
    except (OutsideCalendar, NoCalendar):
        raise UnableToMove("outside_calendar") from None


def begin(dossier: Dossier, *, by: Actor, at: datetime) -> Went:
    """Start the process of a dossier that was just accepted; part of the caller's move, which records it."""
    process_id = process_of(dossier)
    if not still_newest(process_id):
        # A version was published while this was on its way; whoever tries again gets that one.
        raise UnableToMove("changed_meanwhile")
    try:
        advance = begin_run(
            "dossier",
            dossier.id,
            process_id=process_id,
            opener=lambda node: opening_of(dossier, node, at=at),
            at=at,
        )
    except UnableToWork as refused:
        raise UnableToMove(refused.code, where=refused.where) from None
    return advance


def process_of(dossier: Dossier) -> UUID:
    """Return the version of the process that a dossier runs by; `UnableToMove` for one that has none."""
    if dossier.process_id is None:
        raise UnableToMove("changed_meanwhile")
    return dossier.process_id


def task_in_hand(dossier: Dossier, task_id: UUID | None, *, by: Actor) -> tuple[TaskFacts, Marking | None]:
    """Return the open task that a move is about (this one, else this person's, else the only one), and the marking.

    Raises `UnableToMove` (changed_meanwhile) where it is not open any more.
    """
    found, marking = open_tasks_and_marking(dossier.id)
    if task_id is not None:
        found = [task for task in found if task.id == task_id]
    elif len(found) > 1:
        found = [task for task in found if task.holder_id == by.id] or found
    if not found:
        raise UnableToMove("changed_meanwhile")
    return found[0], marking


def go(
    dossier: Dossier,
    key: str,
    deed: Deed | str,
    *,
    outcome: str,
    by: Actor,
    at: datetime,
    data: Mapping[str, Value] | None = None,
    back_to: str = "",
    note: str = "",
    marking: Marking | None = None,
) -> Went:
    """Let the dossier go on from a place of its process; part of the caller's move, which records it."""
    process_id = process_of(dossier)
    try:
        return go_on(
            dossier.id,
            process_id=process_id,
            key=key,
            deed=deed,
            outcome=outcome,
            by=by.id,
            opener=lambda node: opening_of(dossier, node, at=at),
            at=at,
            data=data,
            back_to=back_to,
            note=note,
            marking=marking,
        )
    except UnableToWork as refused:
        raise UnableToMove(refused.code, **_named(process_id, refused.where)) from None


def _named(process_id: UUID, where: str) -> dict[str, Any]:
    """Return how people call the place that a refusal names."""
    engine = machine(process_id)
    if where in engine.nodes:
        return {"where": engine.nodes[where].title("vi")}
    datum = next((row for row in engine.process.data if row.name == where), None)
    return {"where": datum.title_vi or where} if datum else {"where": where}


def only_return_left(dossier: Dossier, marking: Marking) -> bool:
    """Tell whether nothing but the return of the result is left to do, or nothing at all.

    A timer that is armed on it is nothing to do.
    """
    nodes = machine(process_of(dossier)).nodes
    left = [nodes.get(place) for place in marking]
    return all(
        node is not None and (node.work is StepKind.RETURN or node.kind is NodeKind.BOUNDARY_TIMER)
        for node in left
    )


def checked_data(dossier: Dossier, key: str, data: Mapping[str, Any]) -> dict[str, Value]:
    """Return what a step sets, each value one of its datum's; `UnableToMove` (data_missing) names what lacks."""
    engine = machine(process_of(dossier))
    known = {datum.name: datum for datum in engine.process.data}
    found: dict[str, Value] = {}
    for name in engine.nodes[key].sets:
        datum, value = known.get(name), data.get(name)
        if datum is None or not datum.accepts(value):
            raise UnableToMove("data_missing", where=datum.title_vi if datum else name)
        found[name] = value  # type: ignore[assignment]
    return found


def working_time_left(agency_id: UUID | None, *, since: datetime, due_at: datetime, at: datetime) -> datetime:
    """Return when a timer that stood still since `since` runs out if it goes on at `at`."""
    if agency_id is None:
        return due_at
    before = working_calendar(agency_id, on=local_day(since))
    left = max(0, before.minutes_between(since, due_at))
    return working_calendar(agency_id, on=local_day(at)).add_minutes(at, left)
