"""Ending a procedure: only a person does it, by a legal act and from a day."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from motcua.catalogue.actions.publishing import note_change
from motcua.catalogue.events import ProcedureKept, ProcedureWithdrawn
from motcua.catalogue.models import Procedure, WithdrawalProposal
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.localday import local_day

# No act ends a procedure later than that; a later day is a slip of the keyboard, and cannot be put right.
_YEARS_AHEAD = 5


class UnableToWithdraw(Exception):
    """A procedure is not withdrawn; codes no_basis, no_day, day_past, day_too_far, already_withdrawn, not_open."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def withdraw_procedure(
    procedure_id: UUID, *, effective_on: date | None, legal_basis: str, by: Actor, at: datetime
) -> None:
    """End a procedure from a local day on; dossiers already filed run on. Raises `UnableToWithdraw`."""
    procedure = Procedure.objects.select_for_update(no_key=True).get(id=procedure_id)
    if not legal_basis.strip():
        raise UnableToWithdraw("no_basis")
    if effective_on is None:
        raise UnableToWithdraw("no_day")
    if effective_on < local_day(at):
        raise UnableToWithdraw("day_past")
    if effective_on.year > local_day(at).year + _YEARS_AHEAD:
        raise UnableToWithdraw("day_too_far")
    if procedure.withdrawn_on is not None:
        raise UnableToWithdraw("already_withdrawn")
    procedure.withdrawn_on, procedure.withdrawn_by_act = effective_on, legal_basis.strip()[:240]
    procedure.save(update_fields=["withdrawn_on", "withdrawn_by_act"])
    note_change()
    event = ProcedureWithdrawn(
        procedure.id,
        code=procedure.code,
        effective_on=effective_on,
        legal_basis=procedure.withdrawn_by_act,
    )
    journal.record(event, by=by, at=at)


@transaction.atomic
def decide_withdrawal(
    proposal_id: UUID,
    *,
    withdraw: bool,
    effective_on: date | None,
    legal_basis: str,
    by: Actor,
    at: datetime,
) -> None:
    """Settle a proposal: withdraw the procedure by an act from a day on, or keep it with the reason why.

    Raises `UnableToWithdraw`.
    """
    # The procedure first, as everywhere: an import locks it before it looks at proposals.
    Procedure.objects.select_for_update(no_key=True).get(proposals__id=proposal_id)
    rows = WithdrawalProposal.objects.select_for_update(of=("self",)).select_related("procedure")
    row = rows.get(id=proposal_id)
    if row.state != WithdrawalProposal.State.OPEN:
        raise UnableToWithdraw("not_open")
    if not legal_basis.strip():
        raise UnableToWithdraw("no_basis")
    if withdraw:
        withdraw_procedure(row.procedure_id, effective_on=effective_on, legal_basis=legal_basis, by=by, at=at)
    else:
        kept = ProcedureKept(row.procedure_id, code=row.procedure.code, legal_basis=legal_basis.strip()[:240])
        journal.record(kept, by=by, at=at)
    row.state = WithdrawalProposal.State.WITHDRAWN if withdraw else WithdrawalProposal.State.KEPT
    row.effective_on = effective_on if withdraw else None
    row.legal_basis = legal_basis.strip()[:240]
    row.decided_by, row.decided_label, row.decided_at = by.id, by.label[:160], at
    row.save()
