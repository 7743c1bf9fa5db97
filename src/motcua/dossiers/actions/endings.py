"""Ends without a result: withdrawn by the applicant, stopped by the agency."""

from datetime import datetime

from django.db import transaction

from motcua.dossiers.actions import slips
from motcua.dossiers.actions.moving import UnableToMove, after, enter, locked, save_move
from motcua.dossiers.actions.partners import answered_without_result, call_off_parts
from motcua.dossiers.events import DossierStopped, DossierWithdrawn
from motcua.dossiers.models import Dossier, SupplementRequest
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.clock import EntryKind
from motcua.rules.transitions import Move, State
from motcua.workflow.actions import run_ended


@transaction.atomic
def withdraw_dossier(
    dossier: Dossier, *, reason: str, by: Actor, at: datetime, expected: int | None = None
) -> Dossier:
    """Withdraw a dossier at its applicant's wish."""
    dossier = locked(dossier, expected=expected)
    if dossier.parent_id is not None:
        # The applicant withdraws the whole, at the door where it was filed.
        raise UnableToMove("part_of_whole")
    before = State(dossier.state)
    target = after(dossier, Move.WITHDRAW)
    _end(dossier, target, "withdrawn", by, at)
    event = DossierWithdrawn(dossier.id, from_state=before, to_state=target, reason=reason)
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)
    return dossier


@transaction.atomic
def stop_dossier(
    dossier: Dossier, *, reason: str, legal_basis: str, by: Actor, at: datetime, expected: int | None = None
) -> Dossier:
    """Stop a dossier by a reasoned notice on a legal ground (form 05)."""
    dossier = locked(dossier, expected=expected)
    before = State(dossier.state)
    target = after(dossier, Move.STOP, reason=reason and legal_basis)
    _end(dossier, target, "stopped", by, at)
    slip = slips.stop_notice(dossier, reason=reason, legal_basis=legal_basis, by=by, at=at)
    event = DossierStopped(
        dossier.id, from_state=before, to_state=target, reason=reason, legal_basis=legal_basis, slip=slip
    )
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)
    return dossier


def _end(dossier: Dossier, target: State, reason: str, by: Actor, at: datetime) -> None:
    if dossier.accepted_at:
        enter(dossier, EntryKind.STOP, by=by, at=at, reason=reason)
    call_off_parts(dossier, by=by, at=at)
    run_ended(dossier.id, outcome=reason, by=by.id, at=at)
    SupplementRequest.objects.filter(dossier=dossier, answered_at__isnull=True).update(answered_at=at)
    save_move(dossier, target, at=at, finished_at=at, paused_at=None)
    if dossier.parent_id is not None:
        answered_without_result(dossier, by=by, at=at)
