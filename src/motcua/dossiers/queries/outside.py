"""Reading what concerns agencies outside the system: their parts, the papers they may read, the letters both ways."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from motcua.catalogue.queries import published
from motcua.documents.queries import FileFacts, files_of, open_file
from motcua.dossiers.models import Dossier, Paper, PartnerMessage, PartnerReply
from motcua.dossiers.queries.parts import results_before, whole_of
from motcua.dossiers.queries.versions import paper_names
from motcua.organisation.queries import agency_facts
from motcua.rules.localday import local_day
from motcua.rules.transitions import State
from motcua.workflow.models import Token
from motcua.workflow.queries import node_of

_OPEN = (State.IN_PROGRESS.value, State.PAUSED.value)
# How a file came to be there: given by the applicant, or the result of who worked on the dossier before.
PAPER, RESULT = "paper", "result"


@dataclass(frozen=True)
class Material:
    """A file that a partner may read for its part."""

    kind: str
    component: str
    title: str
    file: FileFacts
    subject_id: UUID


@dataclass(frozen=True)
class Asked:
    """What a partner is asked: of which procedure, at which step, for whose dossier."""

    number: str
    whole_number: str
    procedure: str
    procedure_vi: str
    procedure_en: str
    step_vi: str
    step_en: str
    asked_at: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class LastReply:
    """The newest reply of a partner that was taken."""

    said: str
    sequence: int
    note: str
    at: datetime


def is_outside(part: Dossier) -> bool:
    """Tell whether a dossier is the part of an agency that was outside the system when it was asked."""
    if part.parent_id is None or part.competent_agency_id is None or part.accepted_at is None:
        return False
    return agency_facts(part.competent_agency_id, on=local_day(part.accepted_at)).outside


def asked_of_partner(part: Dossier) -> Asked:
    """Return what a partner is asked by its part."""
    assert part.accepted_at is not None
    assert part.parent_id is not None
    whole = Dossier.objects.only("number", "process_id").get(id=part.parent_id)
    record = published(part.version_id).record
    node = node_of(whole.process_id, part.call)
    return Asked(
        number=part.number or "",
        whole_number=whole.number or "",
        procedure=record.code,
        procedure_vi=record.name.vi,
        procedure_en=record.name.en or "",
        step_vi=node.title("vi") if node else part.call,
        step_en=node.title("en") if node else part.call,
        asked_at=part.accepted_at,
        due_at=part.due_at,
    )


def material_of(part: Dossier) -> list[Material]:
    """Return the files that a partner may read: the applicant's papers, and results that are there already."""
    if part.parent_id is None:
        return []
    root = whole_of(part)
    names = paper_names(root, on=local_day(root.saved_at))
    files = files_of(root.id)
    papers = Paper.objects.filter(dossier=root, superseded_at__isnull=True, form=Paper.Form.FILE)
    found = [
        Material(
            PAPER,
            row.component,
            names[row.component].vi if row.component in names else row.component,
            files[row.file_id],
            root.id,
        )
        for row in papers.order_by("added_at", "id")
        if row.file_id in files
    ]
    return found + [
        Material(RESULT, "", row.title, files_of(row.dossier_id)[row.file_id], row.dossier_id)
        for row in results_before(part)
        if row.file_id is not None
    ]


def open_material(part: Dossier, file_id: UUID) -> tuple[FileFacts, BinaryIO] | None:
    """Open a file that a partner may read for its part; None for any other."""
    found = next((row for row in material_of(part) if row.file.id == file_id), None)
    return open_file(file_id, subject_id=found.subject_id) if found else None


def open_outside_parts(agency_id: UUID | None = None) -> QuerySet[Dossier]:
    """Return the open parts of an agency outside the system, or of all, oldest first.

    A part inside the system has a token as long as it is open; one outside never has.
    """
    rows = Dossier.objects.filter(parent__isnull=False, state__in=_OPEN)
    if agency_id is not None:
        rows = rows.filter(competent_agency_id=agency_id)
    return rows.filter(~Exists(Token.objects.filter(subject_id=OuterRef("id")))).order_by("id")


def open_parts_at(agency_id: UUID, *, after: UUID | None, most: int) -> list[Dossier]:
    """Return the open parts of an agency outside the system behind one of them, at most so many."""
    rows = open_outside_parts(agency_id)
    return list((rows.filter(id__gt=after) if after else rows)[:most])


def last_reply_of(part_id: UUID) -> LastReply | None:
    """Return the newest reply to a part that was taken, or None."""
    rows = PartnerReply.objects.filter(part_id=part_id, standing=PartnerReply.Standing.TAKEN)
    found = rows.order_by("-sequence").values_list("said", "sequence", "note", "at").first()
    return LastReply(*found) if found else None


def replies_of(part_id: UUID) -> list[PartnerReply]:
    """Return everything that a partner wrote about its part, in the order in which it came."""
    return list(PartnerReply.objects.filter(part_id=part_id).order_by("at", "id"))


@dataclass(frozen=True)
class WaitingMessage:
    """A message to a partner that was not carried yet, and why."""

    id: UUID
    agency: str
    number: str
    purpose: str
    created_at: datetime
    attempts: int
    last_error: str


def messages_waiting() -> list[WaitingMessage]:
    """Return the messages to partners that were not carried yet, oldest first."""
    rows = PartnerMessage.objects.filter(state=PartnerMessage.State.WAITING).order_by("created_at", "id")
    fields = ("id", "agency__key", "part__number", "purpose", "created_at", "attempts", "last_error")
    return [WaitingMessage(*row) for row in rows.values_list(*fields)]


@dataclass(frozen=True)
class WaitingPart:
    """A part that an agency outside the system has not answered yet."""

    number: str
    agency: str
    asked_at: datetime
    due_at: datetime | None
    late: bool
    said: str


def parts_waiting(*, at: datetime) -> list[WaitingPart]:
    """Return the open parts at agencies outside the system, the first due first."""
    rows: Any = open_outside_parts().order_by("due_at", "id").select_related("competent_agency")
    found = []
    for row in rows:
        reply = last_reply_of(row.id)
        late = row.due_at is not None and row.due_at < at
        agency = row.competent_agency.key
        found.append(
            WaitingPart(row.number, agency, row.accepted_at, row.due_at, late, reply.said if reply else "")
        )
    return found
