"""Filing: one action behind every door."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from motcua.calendars.queries import working_calendar
from motcua.catalogue.queries import published, version_in_force
from motcua.dossiers.actions.moving import UnableToMove, after, locked, save_move
from motcua.dossiers.events import DossierFiled
from motcua.dossiers.models import Door, Dossier
from motcua.dossiers.queries import components_needed, door_open, papers_of
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.organisation import queries as organisation
from motcua.rules.acknowledgement import acknowledgement_due
from motcua.rules.localday import local_day
from motcua.rules.numbering import NumberRefused, NumberTemplate, acceptable_external
from motcua.rules.transitions import Move, State

_NEXT_NUMBER = """
INSERT INTO dossiers_numbersequence (agency_id, day, last) VALUES (%s, %s, 1)
ON CONFLICT (agency_id, day) DO UPDATE SET last = dossiers_numbersequence.last + 1
RETURNING last
"""


def file_dossier(
    dossier: Dossier,
    *,
    by: Actor,
    at: datetime,
    support_agency_id: UUID | None = None,
    external_number: str = "",
    expected: int | None = None,
) -> Dossier:
    """File a complete draft through the door it came by: it gets its number and its acknowledgement is owed.

    The number is taken in this transaction, so none is lost and none is given twice. Raises `UnableToMove`:
    door_closed, procedure_withdrawn, version_changed, missing_people, missing_office, missing_papers,
    external_number(_taken), no_number_code.
    """
    try:
        with transaction.atomic():
            return _file(dossier, by, at, support_agency_id, external_number, expected)
    except IntegrityError as error:
        if external_number and "external" in str(error):
            raise UnableToMove("external_number_taken") from None
        raise


def _file(
    draft: Dossier, by: Actor, at: datetime, support_id: UUID | None, external: str, expected: int | None
) -> Dossier:
    dossier, day = locked(draft, expected=expected), local_day(at)
    target = after(dossier, Move.FILE)
    _check_complete(dossier, day)
    if external and not acceptable_external(external):
        raise UnableToMove("external_number")
    if external and Dossier.objects.filter(external_number=external).exists():
        raise UnableToMove("external_number_taken")
    receiving = organisation.agency_facts(dossier.receiving_agency_id, on=day)  # type: ignore[arg-type]
    calendar = working_calendar(receiving.id, on=day)
    acknowledge_by = acknowledgement_due(filed=at, calendar=calendar).at
    number = _next_number(receiving, day)
    save_move(
        dossier,
        target,
        at=at,
        number=number,
        external_number=external,
        support_agency_id=support_id,
        filed_at=at,
        acknowledge_by=acknowledge_by,
    )
    event = DossierFiled(
        dossier.id,
        from_state=State.DRAFT,
        to_state=target,
        number=number,
        door=dossier.door,
        channel=dossier.channel,
        version=dossier.version_id,
        receiving=receiving.id,
        competent=dossier.competent_agency_id,  # type: ignore[arg-type]
        support=support_id,
        acknowledge_by=acknowledge_by.isoformat(),
    )
    journal.record(event, by=by, at=at, agency_id=receiving.id)
    return dossier


def _check_complete(dossier: Dossier, day: date) -> None:
    if dossier.door == Door.Kind.PORTAL and not door_open(dossier.door, on=day):
        raise UnableToMove("door_closed")
    version = version_in_force(dossier.procedure_id, on=day)
    if version is None:
        raise UnableToMove("procedure_withdrawn")
    if version != dossier.version_id:
        raise UnableToMove("version_changed")
    if dossier.applicant_id is None:
        raise UnableToMove("missing_people")
    if dossier.receiving_agency_id is None or dossier.competent_agency_id is None:
        raise UnableToMove("missing_office")
    if missing := missing_papers(dossier):
        raise UnableToMove("missing_papers", papers="; ".join(missing))


def missing_papers(dossier: Dossier) -> list[str]:
    """Return the Vietnamese names of required papers that the dossier still lacks."""
    given = papers_of(dossier.id)
    needed = components_needed(published(dossier.version_id).record, dossier.case)
    return [item.name.vi for item in needed if item.required and item.key not in given]


def _next_number(agency: organisation.AgencyFacts, day: date) -> str:
    if not agency.code:
        raise UnableToMove("no_number_code")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [agency.id, day])
        sequence = cursor.fetchone()[0]
    template = NumberTemplate.parse(agency.number_template)
    try:
        return template.format(agency=agency.code, day=day, sequence=sequence)
    except NumberRefused:
        raise UnableToMove("no_number_code") from None
