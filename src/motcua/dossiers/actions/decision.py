"""The decision, and its return."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction

from motcua.documents.actions import keep_file
from motcua.dossiers.actions.moving import UnableToMove, after, locked, save_move
from motcua.dossiers.actions.partners import call_off_parts, came_to
from motcua.dossiers.actions.running import checked_data, go, only_return_left, task_in_hand
from motcua.dossiers.events import ResultReturned, ResultSigned
from motcua.dossiers.models import Dossier, Result
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.process import StepKind
from motcua.rules.process.faults import Deed
from motcua.rules.transitions import Move, State
from motcua.workflow.actions import run_ended
from motcua.workflow.models import Task
from motcua.workflow.queries import node_of


@transaction.atomic
def decide_dossier(
    dossier: Dossier,
    *,
    outcome: str,
    title: str,
    number: str = "",
    summary: str = "",
    document: tuple[BinaryIO, str] | None = None,
    data: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
    task: UUID | None = None,
    expected: int | None = None,
) -> Dossier:
    """Decide a dossier with its result document: where nothing else is left the clock stops, the result waits at the desk.

    Where partners still work, or steps follow, the decision stands and the dossier goes on. `document` is the result
    as an open file with its name, `data` what the step has to set. A refusal on the merits is a decision too and
    needs its reason in `summary`. Who prepared the dossier does not sign it. Raises `UnableToMove`: result_needed,
    reason_needed, sign_not_prepare, decided_before, data_missing, and the usual.
    """
    dossier = locked(dossier, expected=None if task else expected)
    after(dossier, Move.DECIDE)
    held, marking = task_in_hand(dossier, task, by=by)
    node = node_of(dossier.process_id, held.step)
    if node is None or node.work is not StepKind.DECIDE:
        raise UnableToMove("move_not_allowed")
    if not title.strip():
        raise UnableToMove("result_needed")
    if outcome == Dossier.Outcome.REFUSED and not summary.strip():
        raise UnableToMove("reason_needed")
    if _prepared_by(dossier, by):
        raise UnableToMove("sign_not_prepare")
    if Result.objects.filter(dossier=dossier).exists():
        raise UnableToMove("decided_before")
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
    went = go(
        dossier,
        held.step,
        Deed.DONE,
        outcome="decided",
        by=by,
        at=at,
        data=checked_data(dossier, held.step, data or {}),
        marking=marking,
    )
    save_move(dossier, State.IN_PROGRESS, at=at)
    if not only_return_left(dossier, went.marking):
        signed = ResultSigned(
            dossier.id,
            from_state=State.IN_PROGRESS,
            to_state=State.IN_PROGRESS,
            outcome=outcome,
            result=result.id,
            step=held.step,
        )
        journal.record(signed, by=by, at=at, agency_id=dossier.competent_agency_id)
    came_to(dossier, went, by=by, at=at)
    return dossier


def _prepared_by(dossier: Dossier, by: Actor) -> bool:
    """Tell whether a person did a step that prepares the result: what they prepared another signs.

    Each step is asked of the version under which it was done: a dossier may have moved to another since.
    """
    done = Task.objects.filter(subject_id=dossier.id, outcome="done", completed_by=by.id)
    nodes = (node_of(process_id, step) for process_id, step in done.values_list("process_id", "step"))
    return any(node is not None and node.prepares for node in nodes)


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


@transaction.atomic
def return_result(
    dossier: Dossier, *, to: str, by: Actor, at: datetime, expected: int | None = None
) -> Dossier:
    """Hand the result to the applicant, or to who came for them; overdue never blocks it.

    `to` says in what quality the person came (applicant, representative, post, online), not their name.
    """
    dossier = locked(dossier, expected=expected)
    target = after(dossier, Move.RETURN_RESULT)
    held, marking = task_in_hand(dossier, None, by=by)
    go(dossier, held.step, Deed.DONE, outcome="returned", by=by, at=at, marking=marking)
    # Nothing is left to do for who has the result in hand, whatever the process still holds.
    call_off_parts(dossier, by=by, at=at)
    run_ended(dossier.id, outcome="returned", by=by.id, at=at)
    save_move(dossier, target, at=at, returned_at=at)
    event = ResultReturned(dossier.id, from_state=State.DECIDED, to_state=target, to=to)
    journal.record(event, by=by, at=at, agency_id=dossier.receiving_agency_id)
    return dossier
