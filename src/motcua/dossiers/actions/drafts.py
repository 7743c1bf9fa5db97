"""The draft: begun, filled page by page, saved at each."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction

from motcua.accounts.models import User
from motcua.catalogue.format import RunBy, ServiceLevel
from motcua.catalogue.queries import Published, newest_of, published
from motcua.documents.actions import forget_files, keep_file
from motcua.dossiers.actions.competence import solves
from motcua.dossiers.actions.moving import UnableToMove, locked
from motcua.dossiers.events import DraftStarted
from motcua.dossiers.models import Dossier, Paper, Party
from motcua.dossiers.queries import asked_of, limit_unread, places_to_choose
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit.sealed import blind_index, seal
from motcua.organisation import queries as organisation
from motcua.rules.localday import local_day
from motcua.rules.transitions import State

# States in which the applicant's papers may still be changed.
_OPEN_TO_PAPERS = frozenset({State.DRAFT, State.AWAITING_APPLICANT, State.PAUSED})


@dataclass(frozen=True)
class PartyData:
    """What is said of a person or organisation; the identity number is whole here and sealed when kept."""

    name: str
    identity: str = ""
    birth_date: date | None = None
    phone: str = ""
    email: str = ""
    address: str = ""
    kind: str = "person"


@transaction.atomic
def start_draft(
    version: Published, *, owner: User | None, channel: str, door: str, language: str, by: Actor, at: datetime
) -> Dossier:
    """Begin a draft of a procedure's version in force.

    Raises `UnableToMove` (no_online_channel) where the procedure takes no dossiers by this channel here.
    """
    record = version.record
    if channel == "online" and not takes_online(version):
        raise UnableToMove("no_online_channel")
    draft = Dossier.objects.create(
        secret=secrets.token_bytes(16),
        state=State.DRAFT,
        procedure_id=version.procedure_id,
        version_id=version.id,
        case=record.cases[0].key,
        channel=channel,
        door=door,
        owner=owner,
        language=language,
        created_at=at,
        saved_at=at,
    )
    event = DraftStarted(
        draft.id, from_state="", to_state=State.DRAFT, procedure=record.code, version=version.id
    )
    journal.record(event, by=by, at=at)
    return draft


def takes_online(version: Published) -> bool:
    """Tell whether a procedure takes dossiers through our portal.

    Not where the limit is still to be read by a person: there is nothing that we could promise.
    """
    record = version.record
    return (
        record.run_by is RunBy.LOCAL
        and record.service_level in (ServiceLevel.FULL, ServiceLevel.PARTIAL)
        and any(
            row.channel.value == "online" and not limit_unread(record, channel="online", case=row.case)
            for row in record.channels
        )
    )


@transaction.atomic
def save_people(
    draft: Dossier,
    *,
    applicant: PartyData,
    representative: PartyData | None,
    request: str,
    at: datetime,
) -> None:
    """Save who applies, who files for them, and what is asked."""
    draft = _open_draft(draft)
    draft.applicant = _save_party(draft.applicant, applicant)
    former, draft.representative = draft.representative, None
    if representative:
        draft.representative = _save_party(former, representative)
    draft.applicant_name, draft.request, draft.saved_at = applicant.name, request, at
    draft.save(update_fields=["applicant", "representative", "applicant_name", "request", "saved_at"])
    if former and not representative:
        former.delete()


def _save_party(party: Party | None, data: PartyData) -> Party:
    party = party or Party()
    party.kind, party.name, party.birth_date = data.kind, data.name, data.birth_date
    party.phone, party.email, party.address = data.phone, data.email, data.address
    party.identity_sealed = seal(data.identity) if data.identity else None
    party.identity_index = blind_index(data.identity) if data.identity else None
    party.identity_tail = data.identity[-4:]
    party.save()
    return party


@transaction.atomic
def save_office(
    draft: Dossier,
    *,
    agency_id: UUID,
    case: str,
    delivery: str,
    at: datetime,
    receiving_agency_id: UUID | None = None,
    place_code: str = "",
) -> None:
    """Save which agency is to solve it, which case it is, where the matter lies, and how the result is to come.

    Another agency may receive it: reception outside the territory is normal (NĐ 118/2025). Raises
    `UnableToMove` (not_competent) for an agency that does not solve this procedure.
    """
    draft = _open_draft(draft)
    record = published(draft.version_id).record
    if not solves(record, agency_id, on=local_day(at)):
        raise UnableToMove("not_competent")
    agency = organisation.agency_facts(agency_id, on=local_day(at))
    draft.competent_agency_id = agency_id
    draft.receiving_agency_id = receiving_agency_id or agency_id
    draft.case = case if case in {row.key for row in record.cases} else record.cases[0].key
    draft.delivery, draft.saved_at = delivery, at
    places = {code for code, _name in places_to_choose([agency], on=local_day(at))}
    # Of an agency that works at one place, that is it.
    draft.place_code = place_code if place_code in places else ""
    draft.save(
        update_fields=["competent_agency", "receiving_agency", "case", "delivery", "place_code", "saved_at"]
    )


def follow_newest(draft: Dossier, *, at: datetime) -> Published | None:
    """Let a draft follow the newest version; return the version it leaves, None if it stays."""
    newest = newest_of(draft.procedure_id, on=local_day(at))
    if newest == draft.version_id:
        return None
    left = published(draft.version_id)
    keys = {row.key for row in published(newest).record.cases}
    case = draft.case if draft.case in keys else published(newest).record.cases[0].key
    Dossier.objects.filter(pk=draft.pk, state=State.DRAFT).update(version_id=newest, case=case)
    draft.version_id, draft.case = newest, case
    return left


@transaction.atomic
def attach_file(
    dossier: Dossier, *, component: str, stream: BinaryIO, name: str, by: Actor, at: datetime
) -> Paper:
    """Attach a file for a listed component; what stood there before stays to be seen.

    Raises `UnableToMove`, `UnableToKeepFile` of documents, or `StoreFull` of the store; then nothing changed.
    """
    dossier = _listed(dossier, component)
    file_id = keep_file(
        stream,
        name=name,
        subject_kind="dossier",
        subject_id=dossier.id,
        largest=settings.MOTCUA_LARGEST_FILE,
        by=by.id,
        at=at,
    )
    return _replace(dossier, component, at, form=Paper.Form.FILE, file_id=file_id, added_by=by.id)


@transaction.atomic
def attach_paper(
    dossier: Dossier,
    *,
    component: str,
    form: str,
    by: Actor,
    at: datetime,
    originals: int = 0,
    copies: int = 0,
) -> Paper:
    """Note for a listed component that it came on paper, or that the state holds its data already."""
    dossier = _listed(dossier, component)
    return _replace(dossier, component, at, form=form, originals=originals, copies=copies, added_by=by.id)


@transaction.atomic
def remove_paper(dossier: Dossier, *, component: str, at: datetime) -> None:
    """Take back what was attached for a component."""
    dossier = _listed(dossier, component)
    Paper.objects.filter(dossier=dossier, component=component, superseded_at__isnull=True).update(
        superseded_at=at
    )


def _replace(dossier: Dossier, component: str, at: datetime, **fields: object) -> Paper:
    Paper.objects.filter(dossier=dossier, component=component, superseded_at__isnull=True).update(
        superseded_at=at
    )
    Dossier.objects.filter(pk=dossier.pk).update(saved_at=at)
    return Paper.objects.create(dossier=dossier, component=component, added_at=at, **fields)


def _listed(dossier: Dossier, component: str) -> Dossier:
    row = locked(dossier, expected=None)
    if State(row.state) not in _OPEN_TO_PAPERS:
        raise UnableToMove("move_not_allowed")
    if row.state == State.DRAFT:
        if component not in {item.key for item in published(row.version_id).record.components}:
            raise UnableToMove("unknown_component")
    elif component not in asked_of(row.id):
        # What was asked was listed when it was asked, by the version that held that day.
        raise UnableToMove("not_asked")
    return row


def _open_draft(draft: Dossier) -> Dossier:
    row = locked(draft, expected=None)
    if row.state != State.DRAFT:
        raise UnableToMove("move_not_allowed")
    return row


@transaction.atomic
def discard_draft(draft: Dossier) -> None:
    """Throw a draft away with what was typed into it; the bytes of its files are swept later."""
    row = _open_draft(draft)
    people = [party for party in (row.applicant, row.representative) if party]
    Paper.objects.filter(dossier=row).delete()
    forget_files(row.id)
    row.delete()
    for party in people:
        party.delete()
