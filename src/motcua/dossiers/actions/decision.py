"""The decision, and its return."""

from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction

from motcua.documents.actions import keep_file
from motcua.dossiers.actions.moving import UnableToMove, after, enter, locked, open_step, save_move
from motcua.dossiers.events import DossierDecided, ResultReturned
from motcua.dossiers.models import Dossier, Result
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.clock import EntryKind
from motcua.rules.process import StepKind, next_step
from motcua.rules.transitions import Move, State
from motcua.workflow.actions import UnableToWork, complete_task
from motcua.workflow.models import Task
from motcua.workflow.queries import open_task_of, process


@transaction.atomic
def decide_dossier(
    dossier: Dossier,
    *,
    outcome: str,
    title: str,
    number: str = "",
    summary: str = "",
    document: tuple[BinaryIO, str] | None = None,
    by: Actor,
    at: datetime,
    expected: int | None = None,
) -> Dossier:
    """Decide a dossier with its result document: the clock stops and the result waits at the desk.

    `document` is the result as an open file with its name. A refusal on the merits is a decision too and needs
    its reason in `summary`. Who prepared the dossier does
    not sign it. Raises `UnableToMove`: result_needed, reason_needed, sign_not_prepare, and the usual.
    """
    dossier = locked(dossier, expected=expected)
    target = after(dossier, Move.DECIDE)
    task = open_task_of(dossier.id)
    if task is None or dossier.process_id is None:
        raise UnableToMove("changed_meanwhile")
    steps = {step.key: step for step in process(dossier.process_id).steps}
    if steps[task.step].kind != StepKind.DECIDE:
        raise UnableToMove("move_not_allowed")
    if not title.strip():
        raise UnableToMove("result_needed")
    if outcome == Dossier.Outcome.REFUSED and not summary.strip():
        raise UnableToMove("reason_needed")
    if Task.objects.filter(subject_id=dossier.id, function="specialist", completed_by=by.id).exists():
        raise UnableToMove("sign_not_prepare")
    result = Result.objects.create(
        dossier=dossier,
        outcome=outcome,
        number=number,
        title=title,
        summary=summary,
        file_id=_kept(dossier, document, by, at),
        decided_at=at,
        decided_by=by.id,
    )
    clock = enter(dossier, EntryKind.STOP, by=by, at=at, reason="decided")
    _to_the_desk(dossier, task.step, by, at)
    save_move(dossier, target, at=at, finished_at=at, outcome=outcome, due_at=clock.due)
    event = DossierDecided(
        dossier.id,
        from_state=State.IN_PROGRESS,
        to_state=target,
        outcome=outcome,
        result=result.id,
        due_at=clock.due.isoformat() if clock.due else None,
        reason=summary,
    )
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)
    return dossier


def _kept(dossier: Dossier, document: tuple[BinaryIO, str] | None, by: Actor, at: datetime) -> UUID | None:
    if document is None:
        return None
    stream, name = document
    return keep_file(
        stream,
        name=name,
        subject_kind="dossier",
        subject_id=dossier.id,
        largest=settings.MOTCUA_LARGEST_FILE,
        by=by.id,
        at=at,
    )


def _to_the_desk(dossier: Dossier, step_key: str, by: Actor, at: datetime) -> None:
    try:
        complete_task(dossier.id, outcome="decided", by=by.id, at=at)
    except UnableToWork:
        raise UnableToMove("changed_meanwhile") from None
    step = next_step(process(dossier.process_id), step_key)
    if step is not None:
        open_step(dossier, step, agency_id=dossier.receiving_agency_id, due_at=None, at=at)


@transaction.atomic
def return_result(
    dossier: Dossier, *, to: str, by: Actor, at: datetime, expected: int | None = None
) -> Dossier:
    """Hand the result to the applicant, or to who came for them; overdue never blocks it.

    `to` says in what quality the person came (applicant, representative, post, online), not their name.
    """
    dossier = locked(dossier, expected=expected)
    target = after(dossier, Move.RETURN_RESULT)
    try:
        complete_task(dossier.id, outcome="returned", by=by.id, at=at)
    except UnableToWork:
        raise UnableToMove("changed_meanwhile") from None
    save_move(dossier, target, at=at, returned_at=at)
    event = ResultReturned(dossier.id, from_state=State.DECIDED, to_state=target, to=to)
    journal.record(event, by=by, at=at, agency_id=dossier.receiving_agency_id)
    return dossier
