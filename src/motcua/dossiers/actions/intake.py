"""Filing: one action behind every door."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from motcua.calendars.queries import working_calendar
from motcua.catalogue.queries import published
from motcua.dossiers.actions.moving import UnableToMove, after, locked, save_move
from motcua.dossiers.actions.numbering import next_number
from motcua.dossiers.events import DossierFiled
from motcua.dossiers.models import Door, Dossier
from motcua.dossiers.queries import components_needed, limit_unread, papers_of
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit import sql
from motcua.organisation.queries import code_is_ours
from motcua.rules.acknowledgement import acknowledgement_due
from motcua.rules.localday import local_day
from motcua.rules.numbering import NumberRefused, NumberTemplate, acceptable_external
from motcua.rules.transitions import Move, State
from motcua.rules.working_time import OutsideCalendar


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
    door_closed, procedure_withdrawn, version_changed, limit_unconfirmed, missing_people, missing_office,
    missing_papers, agency_ended, external_number(_taken), no_number_code.
    """
    try:
        with transaction.atomic():
            return _file(dossier, by, at, support_agency_id, external_number, expected)
    except IntegrityError as error:
        if external_number and "external" in str(error):
            raise UnableToMove("external_number_taken") from None
        raise


@dataclass(frozen=True)
class _Facts:
    """What filing must know beside the dossier's own row."""

    door_open: bool
    version_id: UUID | None
    papers: list[str]
    agency_id: UUID | None
    competent_living: bool
    agency_code: str
    number_template: str
    address: str


# All of it in one statement, because this is where a province's filings meet.
_FACTS = """
SELECT
  EXISTS (SELECT 1 FROM dossiers_door o WHERE o.kind = d.door
    AND o.valid_from <= %(day)s AND (o.valid_to IS NULL OR o.valid_to > %(day)s)),
  (SELECT v.id FROM catalogue_procedureversion v JOIN catalogue_procedure p ON p.id = v.procedure_id
    WHERE v.procedure_id = d.procedure_id AND v.published_at IS NOT NULL AND v.effective_from <= %(day)s
    AND (p.withdrawn_on IS NULL OR p.withdrawn_on > %(day)s) ORDER BY v.number DESC LIMIT 1),
  ARRAY(SELECT component FROM dossiers_paper WHERE dossier_id = d.id AND superseded_at IS NULL),
  a.agency_id, EXISTS (SELECT 1 FROM organisation_agencyversion c WHERE c.agency_id = d.competent_agency_id
    AND c.valid_from <= %(day)s AND (c.valid_to IS NULL OR c.valid_to > %(day)s)),
  COALESCE(a.code_qd20, ''), COALESCE(a.number_template, ''),
  COALESCE((SELECT address FROM dossiers_party WHERE id = d.applicant_id), '')
FROM dossiers_dossier d
LEFT JOIN organisation_agencyversion a ON a.agency_id = d.receiving_agency_id
  AND a.valid_from <= %(day)s AND (a.valid_to IS NULL OR a.valid_to > %(day)s)
WHERE d.id = %(id)s
"""


def _facts(dossier: Dossier, day: date) -> _Facts:
    found = sql.row(_FACTS, {"id": dossier.id, "day": day})
    if found is None:
        raise UnableToMove("changed_meanwhile")
    return _Facts(*found)


def _file(
    draft: Dossier, by: Actor, at: datetime, support_id: UUID | None, external: str, expected: int | None
) -> Dossier:
    dossier, day = locked(draft, expected=expected), local_day(at)
    target = after(dossier, Move.FILE)
    facts = _facts(dossier, day)
    _check_complete(dossier, facts)
    if external and not acceptable_external(external):
        raise UnableToMove("external_number")
    if external and _like_ours(external, facts.number_template):
        raise UnableToMove("external_number_ours")
    if external and Dossier.objects.filter(Q(external_number=external) | Q(number=external)).exists():
        raise UnableToMove("external_number_taken")
    if facts.agency_id is None or not facts.competent_living:
        # It was chosen while it was there: since then a reorganisation took effect.
        raise UnableToMove("agency_ended")
    calendar = working_calendar(facts.agency_id, on=day)
    try:
        acknowledge_by = acknowledgement_due(filed=at, calendar=calendar).at
    except OutsideCalendar as outside:
        raise UnableToMove(outside.code) from None
    number = next_number(facts.agency_id, facts.agency_code, facts.number_template, day)
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
        receiving=facts.agency_id,
        competent=dossier.competent_agency_id,  # type: ignore[arg-type]
        support=support_id,
        acknowledge_by=acknowledge_by.isoformat(),
    )
    journal.record(event, by=by, at=at, agency_id=facts.agency_id)
    return dossier


def _like_ours(external: str, template: str) -> bool:
    """Tell whether a code from elsewhere is, or might become, a number that an agency of ours gives."""
    try:
        parsed = NumberTemplate.parse(template).parse_number(external)
    except NumberRefused:
        return False
    return code_is_ours(parsed.agency)


def _check_complete(dossier: Dossier, facts: _Facts) -> None:
    if not facts.door_open:
        raise UnableToMove("door_closed" if dossier.door == Door.Kind.PORTAL else "desk_closed")
    if facts.version_id is None:
        raise UnableToMove("procedure_withdrawn")
    if facts.version_id != dossier.version_id:
        raise UnableToMove("version_changed")
    record = published(dossier.version_id).record
    if limit_unread(record, channel=dossier.channel, case=dossier.case):
        raise UnableToMove("limit_unconfirmed")
    if dossier.applicant_id is None:
        raise UnableToMove("missing_people")
    if dossier.receiving_agency_id is None or dossier.competent_agency_id is None:
        raise UnableToMove("missing_office")
    if dossier.delivery == Dossier.Delivery.POST and not facts.address.strip():
        raise UnableToMove("missing_address")
    if missing := _lacking(dossier, facts.papers):
        raise UnableToMove("missing_papers", papers="; ".join(missing))


def _lacking(dossier: Dossier, given: Collection[str]) -> list[str]:
    needed = components_needed(published(dossier.version_id).record, dossier.case)
    return [item.name.vi for item in needed if item.required and item.key not in given]


def missing_papers(dossier: Dossier) -> list[str]:
    """Return the Vietnamese names of required papers that the dossier still lacks."""
    return _lacking(dossier, papers_of(dossier.id))
