"""The end of the work on a dossier: everything that is to be returned is there."""

from datetime import datetime

from motcua.dossiers.actions.moving import UnableToMove, after, enter, save_move
from motcua.dossiers.events import DossierDecided, PartnerAnswered
from motcua.dossiers.models import Dossier, Result
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.clock import EntryKind
from motcua.rules.transitions import Move, State
from motcua.workflow.actions import run_ended


def conclude(dossier: Dossier, *, by: Actor, at: datetime) -> None:
    """Stop the clock: the result waits at the desk, and that of a partner goes back to the door at once.

    Part of the caller's move. Raises `UnableToMove` (move_not_allowed) where nothing was decided.
    """
    result = Result.objects.filter(dossier=dossier).first()
    if result is None:
        raise UnableToMove("move_not_allowed")
    target = after(dossier, Move.CONCLUDE)
    clock = enter(dossier, EntryKind.STOP, by=by, at=at, reason="decided")
    save_move(dossier, target, at=at, finished_at=at, outcome=result.outcome, due_at=clock.due)
    event = DossierDecided(
        dossier.id,
        from_state=State.IN_PROGRESS,
        to_state=target,
        outcome=result.outcome,
        result=result.id,
        due_at=clock.due.isoformat() if clock.due else None,
        reason=result.summary,
    )
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)
    if dossier.parent_id is not None:
        _to_the_door(dossier, result, by, at)


def _to_the_door(part: Dossier, result: Result, by: Actor, at: datetime) -> None:
    run_ended(part.id, outcome="answered", by=by.id, at=at)
    target = after(part, Move.ANSWER)
    save_move(part, target, at=at, returned_at=at)
    answered = PartnerAnswered(
        part.id,
        from_state=State.DECIDED,
        to_state=target,
        whole=part.parent_id,
        call=part.call,
        outcome=result.outcome,
    )
    journal.record(answered, by=by, at=at, agency_id=part.competent_agency_id)
