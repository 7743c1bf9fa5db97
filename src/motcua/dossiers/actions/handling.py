"""Work on an accepted dossier: handed over, taken."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.dossiers.actions.moving import UnableToMove, after, locked, open_step, save_move
from motcua.dossiers.events import TaskHandedOver
from motcua.dossiers.models import Dossier
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.process import StepKind, next_step, previous_step
from motcua.rules.transitions import Move, State
from motcua.workflow.actions import UnableToWork, complete_task
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
