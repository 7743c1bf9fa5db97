"""Reception: accepted with a receipt and an appointed date, or refused with a reason."""

from datetime import datetime

from django.db import transaction

from motcua.catalogue.queries import Published, newest_of
from motcua.dossiers.actions import slips
from motcua.dossiers.actions.intake import missing_papers
from motcua.dossiers.actions.moving import (
    UnableToMove,
    after,
    enter,
    locked,
    save_move,
    version_of,
)
from motcua.dossiers.actions.partners import came_to
from motcua.dossiers.actions.running import begin
from motcua.dossiers.actions.versions import note_later_versions
from motcua.dossiers.events import DossierAccepted, DossierRefused
from motcua.dossiers.models import Dossier, SupplementRequest
from motcua.dossiers.queries import limit_for, limit_unread
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.clock import EntryKind
from motcua.rules.localday import local_day
from motcua.rules.transitions import Move, State
from motcua.workflow.queries import process_for


@transaction.atomic
def accept_dossier(dossier: Dossier, *, by: Actor, at: datetime, expected: int | None = None) -> Dossier:
    """Accept a filed dossier: the version is pinned, the clock starts, the receipt is issued, work begins.

    Raises `UnableToMove`: changed_meanwhile, move_not_allowed, no_process, missing_papers (a version in force
    since the filing may ask for other papers), limit_unconfirmed (nobody could say yet by when to promise), case_gone
    (the version in force has no such case any more).
    """
    dossier = locked(dossier, expected=expected)
    target = after(dossier, Move.ACCEPT)
    day = local_day(at)
    dossier.version_id = newest_of(dossier.procedure_id, on=day)
    if missing := missing_papers(dossier):
        raise UnableToMove("missing_papers", papers="; ".join(missing))
    version = version_of(dossier)
    if dossier.case not in {case.key for case in version.record.cases}:
        # Under another case it would get another limit and other papers than were filed for.
        raise UnableToMove("case_gone")
    if limit_unread(version.record, channel=dossier.channel, case=dossier.case):
        raise UnableToMove("limit_unconfirmed")
    limit = limit_for(version.record, channel=dossier.channel, case=dossier.case)
    clock = enter(
        dossier, EntryKind.START, by=by, at=at, reason="accepted", legal_basis=_basis(version), limit=limit
    )
    process_id = process_for(dossier.procedure_id, on=local_day(at))
    if process_id is None:
        raise UnableToMove("no_process")
    save_move(
        dossier,
        target,
        at=at,
        version_id=version.id,
        process_id=process_id,
        accepted_at=at,
        promised_at=clock.due,
        due_at=clock.due,
    )
    went = begin(dossier, by=by, at=at)
    event = DossierAccepted(
        dossier.id,
        from_state=State.FILED,
        to_state=target,
        version=version.id,
        process=process_id,
        promised_at=clock.due.isoformat() if clock.due else None,
        slip=slips.receipt(dossier, limit=limit, by=by, at=at),
    )
    journal.record(event, by=by, at=at, agency_id=dossier.receiving_agency_id)
    came_to(dossier, went, by=by, at=at)
    note_later_versions(dossier, pinned=version.number, at=at)
    return dossier


def _basis(version: Published) -> str:
    """Name the decision that published the limit, else the first act that the procedure rests on."""
    record = version.record
    if record.decision:
        return f"Quyết định {record.decision}"[:240]
    return (record.legal_bases[0].number or "")[:240] if record.legal_bases else ""


@transaction.atomic
def refuse_dossier(
    dossier: Dossier, *, reason: str, legal_basis: str, by: Actor, at: datetime, expected: int | None = None
) -> Dossier:
    """Refuse a filed dossier at the door, with a written reason (form 03)."""
    dossier = locked(dossier, expected=expected)
    before = State(dossier.state)
    target = after(dossier, Move.REFUSE, reason=reason)
    SupplementRequest.objects.filter(dossier=dossier, answered_at__isnull=True).update(answered_at=at)
    save_move(dossier, target, at=at, finished_at=at)
    slip = slips.refusal(dossier, reason=reason, legal_basis=legal_basis, by=by, at=at)
    event = DossierRefused(dossier.id, from_state=before, to_state=target, reason=reason, slip=slip)
    journal.record(event, by=by, at=at, agency_id=dossier.receiving_agency_id)
    return dossier
