"""Which agency answers for a dossier on a day, and how it came to it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from motcua.dossiers.models import AgencyHandover, Dossier
from motcua.kit import sql
from motcua.organisation.queries import heir_of
from motcua.rules.localday import local_day


@dataclass(frozen=True)
class PassedOn:
    """That another agency answers for a dossier from a day on, by an act; names in Vietnamese and English."""

    effective_on: date
    before: tuple[str, str]
    after: tuple[str, str]
    act: str
    flagged: bool = False
    # Who received and returned until then.
    desk_before: tuple[str, str] = ("", "")
    at: datetime | None = None


# The one that left as it was called on its last day, the other as it was called on its first.
_PASSED = """
SELECT h.effective_on, b.name_vi, b.name_en, a.name_vi, a.name_en, r.legal_basis, h.flagged, f.name_vi, f.name_en, h.at
FROM dossiers_agencyhandover h
JOIN organisation_reorganisation r ON r.id = h.reorganisation_id
LEFT JOIN organisation_agencyversion b ON b.agency_id = h.from_competent
  AND b.valid_from < h.effective_on AND (b.valid_to IS NULL OR b.valid_to >= h.effective_on)
LEFT JOIN organisation_agencyversion a ON a.agency_id = h.to_competent
  AND a.valid_from <= h.effective_on AND (a.valid_to IS NULL OR a.valid_to > h.effective_on)
LEFT JOIN organisation_agencyversion f ON f.agency_id = h.from_receiving
  AND f.valid_from < h.effective_on AND (f.valid_to IS NULL OR f.valid_to >= h.effective_on)
WHERE h.dossier_id = %s AND h.from_competent IS DISTINCT FROM h.to_competent ORDER BY h.place
"""


def passed_on(dossier_id: UUID) -> list[PassedOn]:
    """Return how a dossier passed from agency to agency, the first time first."""
    return [
        PassedOn(day, _name(*before), _name(*after), act, flagged, _name(*desk), at)
        for day, before, after, desk, act, flagged, at in (
            (row[0], row[1:3], row[3:5], row[7:9], row[5], row[6], row[9])
            for row in sql.rows(_PASSED, [dossier_id])
        )
    ]


def _name(vi: str | None, en: str | None) -> tuple[str, str]:
    return vi or "", en or ""


def responsible_on(dossier_id: UUID, *, day: date) -> UUID | None:
    """Return which agency answers for a dossier on a day; None for one that is not there or was a draft then.

    What is written down holds. Where a reorganisation has begun and this dossier is not reached yet, it is with who
    follows all the same.
    """
    row = Dossier.objects.filter(id=dossier_id, filed_at__isnull=False).first()
    if row is None or row.filed_at is None or row.competent_agency_id is None:
        return None
    filed_on = local_day(row.filed_at)
    if filed_on > day:
        return None
    later = AgencyHandover.objects.filter(dossier=row, effective_on__gt=day).order_by("place").first()
    agency: UUID = (later.from_competent if later else None) or row.competent_agency_id
    if row.finished_at is not None and row.returned_at is not None:
        return agency
    since = AgencyHandover.objects.filter(dossier=row, effective_on__lte=day).order_by("-place").first()
    return heir_of(
        agency,
        on=day,
        since=since.effective_on if since else filed_on,
        place=row.place_code,
        procedure_id=row.procedure_id,
    )
