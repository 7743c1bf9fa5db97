"""Work on an accepted dossier: handed over, taken, extended."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.dossiers.actions import slips
from motcua.dossiers.actions.moving import (
    UnableToMove,
    after,
    calendar_of,
    enter,
    locked,
    open_step,
    save_move,
)
from motcua.dossiers.events import DeadlineExtended, TaskHandedOver
from motcua.dossiers.models import Dossier
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.clock import EntryKind
from motcua.rules.localday import local_day
from motcua.rules.process import StepKind, next_step, previous_step
from motcua.rules.transitions import Move, State
from motcua.rules.working_time import OutsideCalendar
from motcua.workflow.actions import UnableToWork, complete_task, move_due
from motcua.workflow.models import Task
from motcua.workflow.queries import open_task_of, process


@transaction.atomic
def hand_over(
    dossier: Dossier,
    *,
    by: Actor,
    at: datetime,
    note: str = "",
    back: bool = False,
    expected: int | None = None,
) -> Dossier:
    """Complete the open step and hand the dossier to the next one, or back to the one before with a reason.

    A decision is not handed over but signed. Raises `UnableToMove`.
    """
    dossier = locked(dossier, expected=expected)
    target = after(dossier, Move.HAND_OVER)
    if dossier.process_id is None:
        raise UnableToMove("changed_meanwhile")
    if back and not note.strip():
        raise UnableToMove("reason_needed")
    steps = process(dossier.process_id)
    done = _complete(dossier.id, "sent_back" if back else "done", by, at)
    step = previous_step(steps, done) if back else next_step(steps, done)
    if step is None or step.kind == StepKind.RETURN:
        raise UnableToMove("move_not_allowed")
    opened = open_step(
        dossier, step, agency_id=dossier.competent_agency_id, due_at=dossier.due_at, at=at, note=note
    )
    save_move(dossier, target, at=at)
    event = TaskHandedOver(
        dossier.id,
        from_state=State.IN_PROGRESS,
        to_state=target,
        from_step=done,
        to_step=step.key,
        holder=str(opened.holder_id) if opened.holder_id else "",
        note=note,
    )
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)
    return dossier


def _complete(dossier_id: UUID, outcome: str, by: Actor, at: datetime) -> str:
    try:
        return complete_task(dossier_id, outcome=outcome, by=by.id, at=at)
    except UnableToWork:
        raise UnableToMove("changed_meanwhile") from None


@transaction.atomic
def take_task(dossier: Dossier, *, user_id: UUID, post_id: UUID, by: Actor, at: datetime) -> None:
    """Take a task that waits in the common queue; the first to take it has it."""
    dossier = locked(dossier, expected=None)
    taken = Task.objects.filter(subject_id=dossier.id, completed_at__isnull=True, holder__isnull=True).update(
        holder_id=user_id, post_id=post_id
    )
    if not taken:
        raise UnableToMove("changed_meanwhile")
    task = open_task_of(dossier.id)
    step = task.step if task else ""
    event = TaskHandedOver(
        dossier.id,
        from_state=dossier.state,
        to_state=dossier.state,
        from_step=step,
        to_step=step,
        holder=str(user_id),
        note="",
    )
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)


def _check_working_day(dossier: Dossier, until: datetime, at: datetime) -> None:
    try:
        working = calendar_of(dossier, at=at).is_working_day(local_day(until))
    except OutsideCalendar as outside:
        raise UnableToMove(outside.code) from None
    if not working:
        raise UnableToMove("not_a_working_day")


@transaction.atomic
def extend_deadline(
    dossier: Dossier,
    *,
    until: datetime,
    reason: str,
    legal_basis: str,
    by: Actor,
    at: datetime,
    expected: int | None = None,
) -> Dossier:
    """Extend the due time before it is reached, with an apology that names the new date (form 04).

    Raises `UnableToMove`: extend_after_due, extend_not_later, extended_too_often, not_a_working_day,
    outside_calendar, no_limit.
    """
    dossier = locked(dossier, expected=expected)
    target = after(dossier, Move.EXTEND, reason=reason)
    _check_working_day(dossier, until, at)
    before = dossier.due_at
    state = enter(
        dossier, EntryKind.EXTEND, by=by, at=at, reason="extended", legal_basis=legal_basis, until=until
    )
    if before is None or state.due is None:
        raise UnableToMove("no_limit")
    save_move(dossier, target, at=at, due_at=state.due)
    move_due(dossier.id, due_at=state.due)
    event = DeadlineExtended(
        dossier.id,
        from_state=State.IN_PROGRESS,
        to_state=target,
        due_before=before.isoformat(),
        due_after=state.due.isoformat(),
        reason=reason,
        slip=slips.apology(dossier, before=before, reason=reason, legal_basis=legal_basis, by=by, at=at),
    )
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)
    return dossier
