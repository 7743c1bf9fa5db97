"""Giving a procedure to an agency by an act, and taking it away again. See docs/rules/competence.md."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from psycopg.errors import ExclusionViolation

from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.organisation.events import CompetenceEnded, CompetenceGranted
from motcua.organisation.models import AgencyVersion, Competence, Territory
from motcua.organisation.queries import on_day


class UnableToEmpower(Exception):
    """A competence cannot be given or taken; `code` says why, and `facts` fill the sentence for it."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@transaction.atomic
def grant_competence(
    agency_id: UUID,
    *,
    duty: str,
    procedure_id: UUID,
    valid_from: date,
    legal_basis: str,
    by: Actor,
    at: datetime,
    valid_to: date | None = None,
    territory_code: str = "",
) -> UUID:
    """Give a procedure to an agency by an act, at a place or wherever it works; return the competence's id.

    The act may be of a day that has passed: it says what holds since then. `duty` is `receive` or `decide`; that
    the procedure exists its caller knows. Raises `UnableToEmpower`: act_missing, days_reversed, agency_absent,
    place_unknown, competence_taken (the same place has been given to somebody for some of these days).
    """
    if not legal_basis.strip():
        raise UnableToEmpower("act_missing")
    if valid_to is not None and valid_to <= valid_from:
        raise UnableToEmpower("days_reversed")
    if not AgencyVersion.objects.filter(on_day(valid_from), agency_id=agency_id).exists():
        raise UnableToEmpower("agency_absent")
    if territory_code and not Territory.objects.filter(on_day(valid_from), code=territory_code).exists():
        raise UnableToEmpower("place_unknown")
    row = Competence(
        agency_id=agency_id, duty=Competence.Duty(duty), procedure_id=procedure_id, valid_from=valid_from,
        valid_to=valid_to, legal_basis=legal_basis.strip(), territory_code=territory_code,
    )  # fmt: skip
    _insert(row)
    event = CompetenceGranted(
        row.id,
        agency=agency_id,
        duty=row.duty,
        procedure=procedure_id,
        territory=territory_code,
        valid_from=valid_from.isoformat(),
        valid_to=valid_to.isoformat() if valid_to else None,
        legal_basis=row.legal_basis,
    )
    journal.record(event, by=by, at=at, agency_id=agency_id)
    return row.id


def _insert(row: Competence) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as refused:
        if not isinstance(refused.__cause__, ExclusionViolation):
            raise
        # The constraint holds for two who give at the same time as well.
        raise UnableToEmpower("competence_taken") from None


@transaction.atomic
def end_competence(competence_id: UUID, *, valid_to: date, legal_basis: str, by: Actor, at: datetime) -> None:
    """End a competence on a day by an act; one that has not begun by then is cancelled.

    Who does it afterwards follows from other acts and from the catalogue. Raises `UnableToEmpower`: act_missing,
    competence_over (it has ended by that day, or is not there).
    """
    if not legal_basis.strip():
        raise UnableToEmpower("act_missing")
    row = Competence.objects.select_for_update(no_key=True).filter(id=competence_id).first()
    if row is None or (row.valid_to is not None and row.valid_to <= max(valid_to, row.valid_from)):
        raise UnableToEmpower("competence_over")
    row.valid_to = max(valid_to, row.valid_from)
    row.save(update_fields=["valid_to"])
    event = CompetenceEnded(
        row.id,
        agency=row.agency_id,
        duty=row.duty,
        procedure=row.procedure_id,
        territory=row.territory_code,
        valid_to=row.valid_to.isoformat(),
        legal_basis=legal_basis.strip(),
    )
    journal.record(event, by=by, at=at, agency_id=row.agency_id)
