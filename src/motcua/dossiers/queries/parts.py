"""Reading an interconnected dossier: the whole and the parts at its partners."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from motcua.catalogue.queries import current_version
from motcua.dossiers.models import Dossier, Paper, Result
from motcua.organisation.queries import AgencyFacts, partner_of
from motcua.rules.process import Node


def whole_of(dossier: Dossier) -> Dossier:
    """Return the dossier that the applicant filed: of a part, or of a part of a part, the whole; else the dossier itself.

    People, papers and what was asked of the applicant stand there.
    """
    return wholes_of(dossier)[-1] if dossier.parent_id is not None else dossier


def wholes_of(part: Dossier) -> list[Dossier]:
    """Return the dossiers that a part belongs to, the one that the applicant filed last."""
    found, at = [], part
    while at.parent_id is not None:
        at = Dossier.objects.select_related("applicant", "representative").get(id=at.parent_id)
        found.append(at)
    return found


def partner_at(node: Node, agency_id: UUID | None, *, on: date) -> AgencyFacts | None:
    """Return who is asked at a step of a dossier that this agency solves; None where there is nobody.

    Where the step names a procedure, an act may have given that to another agency than the one named.
    """
    version = current_version(node.procedure, on=on) if node.procedure else None
    return partner_of(node.partner, agency_id, on=on, procedure_id=version.procedure_id if version else None)


@dataclass(frozen=True)
class PartFacts:
    """The part of a partner as a page shows it."""

    id: UUID
    number: str
    call: str
    agency_id: UUID
    version_id: UUID
    state: str
    accepted_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    outcome: str
    result_title: str
    result_number: str
    result_file: UUID | None

    def late(self, *, at: datetime) -> bool:
        """Tell whether it ran, or runs, past its due time."""
        return self.due_at is not None and (self.finished_at or at) > self.due_at


def parts_of(dossier_id: UUID) -> list[PartFacts]:
    """Return the parts of a dossier, in the order in which they were asked for."""
    rows = Dossier.objects.filter(parent_id=dossier_id).order_by("accepted_at", "id")
    found = list(
        rows.values_list(
            "id", "number", "call", "competent_agency_id", "version_id", "state", "accepted_at", "due_at",
            "finished_at", "outcome",
        )
    )  # fmt: skip
    results = {
        key: rest
        for key, *rest in Result.objects.filter(dossier_id__in=[row[0] for row in found]).values_list(
            "dossier_id", "title", "number", "file_id"
        )
    }
    return [PartFacts(*(*row, *results.get(row[0], ("", "", None)))) for row in found]


def part_file(dossier_id: UUID, file_id: UUID) -> UUID | None:
    """Return the part whose result is this file, of those that belong to a dossier; None for no such file."""
    rows = Result.objects.filter(dossier__parent_id=dossier_id, file_id=file_id)
    return rows.values_list("dossier_id", flat=True).first()


@dataclass(frozen=True)
class EarlierResult:
    """A result that is there already when a partner works on its part: of the whole, or of another partner."""

    dossier_id: UUID
    agency_id: UUID | None
    outcome: str
    title: str
    number: str
    summary: str
    decided_at: datetime
    file_id: UUID | None


def results_before(part: Dossier) -> list[EarlierResult]:
    """Return what was decided already in the dossier that a part belongs to, oldest first; empty for no part.

    That is what the wholes above it decided themselves and what other partners answered; what a partner has signed
    while it still works on its part is not there yet.
    """
    if part.parent_id is None:
        return []
    ids = [row.id for row in wholes_of(part)]
    rows = Result.objects.filter(
        Q(dossier__in=ids) | Q(dossier__parent__in=ids, dossier__finished_at__isnull=False)
    ).exclude(dossier=part)
    found = rows.order_by("decided_at", "id").values_list(
        "dossier_id", "dossier__competent_agency_id", "outcome", "title", "number", "summary", "decided_at",
        "file_id",
    )  # fmt: skip
    return [EarlierResult(*row) for row in found]


def material_file(part: Dossier, file_id: UUID) -> UUID | None:
    """Return the dossier under which a file is kept that a partner may read for its part; None for any other file.

    It reads the applicant's papers, the earlier ones too, and what was decided before.
    """
    if part.parent_id is None:
        return None
    filed = whole_of(part).id
    if Paper.objects.filter(dossier_id=filed, file_id=file_id).exists():
        return filed
    return next((row.dossier_id for row in results_before(part) if row.file_id == file_id), None)
