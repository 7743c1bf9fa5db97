"""Reading an interconnected dossier: the whole and the parts at its partners."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from motcua.dossiers.models import Dossier, Result


def whole_of(dossier: Dossier) -> Dossier:
    """Return the dossier that the applicant filed: of a part its whole, else the dossier itself.

    People, papers and what was asked of the applicant stand there.
    """
    if dossier.parent_id is None:
        return dossier
    return Dossier.objects.select_related("applicant", "representative").get(id=dossier.parent_id)


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
