"""Reading what a dossier holds: papers, clock, requests, result, and who looked at it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from motcua.dossiers.models import Door, Dossier, Look, Paper, Party, Result, SupplementRequest
from motcua.kit.sealed import unseal
from motcua.organisation import queries as organisation


def door_open(kind: str, *, on: date) -> bool:
    """Tell whether a door takes dossiers on a day."""
    return Door.objects.filter(organisation.on_day(on), kind=kind).exists()


def papers_of(dossier_id: UUID) -> dict[str, Paper]:
    """Return the papers that count now, by component."""
    rows = Paper.objects.filter(dossier_id=dossier_id, superseded_at__isnull=True)
    return {paper.component: paper for paper in rows}


def all_papers_of(dossier_id: UUID) -> list[Paper]:
    """Return all papers ever given, oldest first."""
    return list(Paper.objects.filter(dossier_id=dossier_id).order_by("added_at", "id"))


def open_request(dossier_id: UUID) -> SupplementRequest | None:
    """Return the supplement request that waits for the applicant."""
    return SupplementRequest.objects.filter(dossier_id=dossier_id, answered_at__isnull=True).first()


def asked_of(dossier_id: UUID) -> set[str]:
    """Return the components that the applicant was asked to complete: a filed dossier changes in no other."""
    request = open_request(dossier_id)
    return {fault["component"] for fault in request.faults} if request else set()


def requests_of(dossier_id: UUID) -> list[SupplementRequest]:
    """Return all supplement requests of a dossier, oldest first."""
    return list(SupplementRequest.objects.filter(dossier_id=dossier_id).order_by("made_at"))


@dataclass(frozen=True)
class Looked:
    """Who looked at a dossier, and when."""

    label: str
    purpose: str
    at: datetime


def looks_at(dossier_id: UUID, *, most: int = 50) -> list[Looked]:
    """Return who of the staff looked at a dossier, newest first."""
    rows = Look.objects.filter(dossier_id=dossier_id).order_by("-at", "-id")
    return [Looked(*row) for row in rows.values_list("label", "purpose", "at")[:most]]


def identity_of(party: Party | None) -> str:
    """Return the whole identity number of a person in a dossier; an empty text where none was given."""
    return unseal(party.identity_sealed) if party and party.identity_sealed else ""


@dataclass(frozen=True)
class ResultFacts:
    """The decision on a dossier as a page shows it."""

    outcome: str
    number: str
    title: str
    summary: str
    file_id: UUID | None
    decided_at: datetime


def result_of(dossier_id: UUID) -> ResultFacts | None:
    """Return the decision on a dossier, if there is one."""
    fields = ("outcome", "number", "title", "summary", "file_id", "decided_at")
    found = Result.objects.filter(dossier_id=dossier_id).values_list(*fields).first()
    return ResultFacts(*found) if found else None


def current_due(dossier_id: UUID) -> datetime | None:
    """Return the due time of a dossier as it stands, or None where there is no limit or no clock yet."""
    return Dossier.objects.filter(id=dossier_id).values_list("due_at", flat=True).get()
