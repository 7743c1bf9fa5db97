"""Work on an accepted dossier: handed over, taken."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.dossiers.actions.moving import UnableToMove, after, locked, save_move
from motcua.dossiers.actions.partners import came_to
from motcua.dossiers.actions.running import checked_data, go, task_in_hand
from motcua.dossiers.events import TaskHandedOver
from motcua.dossiers.models import Dossier
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.process import StepKind
from motcua.rules.process.faults import Deed
from motcua.rules.transitions import Move, State
from motcua.workflow.actions import BACK
from motcua.workflow.models import Task
from motcua.workflow.queries import back_to, done_steps, node_of


@transaction.atomic
def hand_over(
    dossier: Dossier,
    *,
    by: Actor,
    at: datetime,
    task: UUID | None = None,
    data: Mapping[str, Any] | None = None,
    note: str = "",
    back: bool = False,
    failed: bool = False,
    expected: int | None = None,
) -> Dossier:
    """Complete a step and let the dossier go on by its process, or hand it back to the step before with a reason.

    `data` is what the step has to set; `failed` takes the step's error path, with a reason. With `task` the move is
    about this task, whatever others did beside it meanwhile. A decision is not handed over but signed. Raises
    `UnableToMove`: changed_meanwhile, reason_needed, data_missing, no_way, and the usual.
    """
    dossier = locked(dossier, expected=None if task else expected)
    target = after(dossier, Move.HAND_OVER)
    if (back or failed) and not note.strip():
        raise UnableToMove("reason_needed")
    held, marking = task_in_hand(dossier, task, by=by)
    node = node_of(dossier.process_id, held.step)
    if (
        node is None
        or dossier.process_id is None
        or (node.work in (StepKind.DECIDE, StepKind.RETURN) and not back)
    ):
        raise UnableToMove("move_not_allowed")
    step = ""
    if back:
        step = back_to(dossier.process_id, held.step, done=done_steps(dossier.id)) or ""
        if not step:
            raise UnableToMove("move_not_allowed")
    deed = BACK if back else Deed.FAILED if failed else Deed.DONE
    went = go(
        dossier,
        held.step,
        deed,
        outcome="sent_back" if back else "failed" if failed else "done",
        by=by,
        at=at,
        data=None if back or failed else checked_data(dossier, held.step, data or {}),
        back_to=step,
        note=note,
        marking=marking,
    )
    save_move(dossier, target, at=at)
    event = TaskHandedOver(
        dossier.id,
        from_state=State.IN_PROGRESS,
        to_state=target,
        from_step=held.step,
        to_step=", ".join(went.entered),
        holder=_only_holder(went.holders),
        note=note,
    )
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)
    came_to(dossier, went, by=by, at=at)
    return dossier


def _only_holder(holders: Mapping[str, UUID | None]) -> str:
    """Return who got the step; empty for none, and where there are several."""
    found = list(holders.values())
    return str(found[0]) if len(found) == 1 and found[0] else ""


@transaction.atomic
def take_task(
    dossier: Dossier, *, user_id: UUID, post_id: UUID, by: Actor, at: datetime, task: UUID | None = None
) -> None:
    """Take a task that waits in the common queue; the first to take it has it."""
    dossier = locked(dossier, expected=None)
    free = Task.objects.filter(subject_id=dossier.id, completed_at__isnull=True, holder__isnull=True)
    if task is not None:
        free = free.filter(id=task)
    taken = free.order_by("due_at", "id").values_list("id", "step").first()
    if taken is None:
        raise UnableToMove("changed_meanwhile")
    Task.objects.filter(id=taken[0]).update(holder_id=user_id, post_id=post_id)
    event = TaskHandedOver(
        dossier.id,
        from_state=dossier.state,
        to_state=dossier.state,
        from_step=taken[1],
        to_step=taken[1],
        holder=str(user_id),
        note="",
    )
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)
