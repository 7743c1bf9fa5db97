"""Reading the register of notice boards: what hangs where, and what of it must be seen to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from motcua.catalogue.models import Posting
from motcua.kit import sql

# A board that nobody looked at for longer is seen to; no act sets the number, a province may ask otherwise.
UNCHECKED_DAYS = 30
FAULTS = ("withdrawn", "superseded", "missing", "damaged", "wrong_version", "unchecked")

# One definition of what is wrong with a posting, for the lists and for the sums.
_HANGING = """
WITH hanging AS (
  SELECT g.id, g.agency_id, g.place, g.procedure_id, p.code, v.name_vi, v.name_en, v.domain_vi, g.version_id,
    v.number, g.posted_on, g.posted_label, c.at AS checked_at, c.label AS checked_label,
    coalesce(c.finding, '') AS finding, coalesce(c.note, '') AS note, n.id AS current_id,
    n.number AS current_number, p.withdrawn_on,
    array_remove(ARRAY[
      CASE WHEN p.withdrawn_on <= %(on)s THEN 'withdrawn' END,
      CASE WHEN n.number > v.number THEN 'superseded' END,
      CASE WHEN c.finding <> 'in_place' THEN c.finding END,
      CASE WHEN greatest(g.posted_on, (c.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
        < %(on)s - %(days)s::integer THEN 'unchecked' END
    ], NULL) AS faults
  FROM catalogue_posting g
  JOIN catalogue_procedure p ON p.id = g.procedure_id
  JOIN catalogue_procedureversion v ON v.id = g.version_id
  LEFT JOIN LATERAL (
    SELECT at, label, finding, note FROM catalogue_postingcheck
    WHERE posting_id = g.id ORDER BY at DESC, id DESC LIMIT 1
  ) c ON true
  LEFT JOIN LATERAL (
    SELECT id, number FROM catalogue_procedureversion
    WHERE procedure_id = p.id AND published_at IS NOT NULL AND effective_from <= %(on)s
    ORDER BY number DESC LIMIT 1
  ) n ON true
  WHERE g.removed_on IS NULL AND (%(agencies)s::uuid[] IS NULL OR g.agency_id = ANY(%(agencies)s::uuid[]))
)
"""
_LIST = "SELECT * FROM hanging WHERE NOT %(stale)s OR faults <> '{}' ORDER BY agency_id, place, code"
_SUMS = """
SELECT agency_id, count(*), count(DISTINCT place), count(*) FILTER (WHERE faults <> '{}'),
  count(*) FILTER (WHERE 'withdrawn' = ANY(faults)), count(*) FILTER (WHERE 'superseded' = ANY(faults)),
  count(*) FILTER (WHERE 'missing' = ANY(faults)), count(*) FILTER (WHERE 'damaged' = ANY(faults)),
  count(*) FILTER (WHERE 'wrong_version' = ANY(faults)), count(*) FILTER (WHERE 'unchecked' = ANY(faults)),
  max(checked_at)
FROM hanging GROUP BY agency_id
"""


@dataclass(frozen=True)
class PostingFacts:
    """What hangs at a place, who looked last and what they found, and the version in force on the day.

    `faults` are among `FAULTS`, the gravest first; `current_*` None = no version is in force.
    """

    id: UUID
    agency_id: UUID
    place: str
    procedure_id: UUID
    code: str
    name_vi: str
    name_en: str
    domain_vi: str
    version_id: UUID
    number: int
    posted_on: date
    posted_label: str
    checked_at: datetime | None
    checked_label: str
    finding: str
    note: str
    current_id: UUID | None
    current_number: int | None
    withdrawn_on: date | None
    faults: tuple[str, ...]

    def name(self, language: str) -> str:
        """Return the name in `vi` or `en`."""
        return self.name_en if language == "en" and self.name_en else self.name_vi


@dataclass(frozen=True)
class BoardSums:
    """How the boards of an agency stand; `stale` counts postings with any fault, `by_fault` each of `FAULTS`."""

    agency_id: UUID
    hanging: int
    places: int
    stale: int
    by_fault: dict[str, int]
    last_check: datetime | None


def postings(
    *,
    on: date,
    agencies: Iterable[UUID] | None = None,
    stale: bool = False,
    unchecked_days: int = UNCHECKED_DAYS,
) -> list[PostingFacts]:
    """Return what hangs on the boards of these agencies (None = of all) by agency, place and code.

    With `stale` only what must be seen to on a local day: another version is in force, the procedure is
    withdrawn, the last check found it gone, spoilt or another, or nobody looked for `unchecked_days`.
    """
    rows = sql.rows(_HANGING + _LIST, _known(on, agencies, unchecked_days) | {"stale": stale})
    return [PostingFacts(*(*row[:-1], tuple(row[-1]))) for row in rows]


def board_sums(
    *, on: date, agencies: Iterable[UUID] | None = None, unchecked_days: int = UNCHECKED_DAYS
) -> dict[UUID, BoardSums]:
    """Return how the boards of these agencies (None = of all) stand on a local day, by agency; none for none."""
    rows = sql.rows(_HANGING + _SUMS, _known(on, agencies, unchecked_days))
    return {
        row[0]: BoardSums(row[0], row[1], row[2], row[3], dict(zip(FAULTS, row[4:10], strict=True)), row[10])
        for row in rows
    }


def _known(on: date, agencies: Iterable[UUID] | None, days: int) -> dict[str, object]:
    return {"on": on, "agencies": None if agencies is None else list(agencies), "days": days}


@dataclass(frozen=True)
class TakenDown:
    """What hung at a place once."""

    code: str
    name_vi: str
    number: int
    place: str
    posted_on: date
    removed_on: date
    removed_label: str


def taken_down(agency_id: UUID, *, most: int = 100) -> list[TakenDown]:
    """Return what was taken down at an agency, the latest first."""
    rows = Posting.objects.filter(agency_id=agency_id, removed_on__isnull=False)
    fields = (
        "procedure__code",
        "version__name_vi",
        "version__number",
        "place",
        "posted_on",
        "removed_on",
        "removed_label",
    )
    return [TakenDown(*row) for row in rows.order_by("-removed_on", "-id").values_list(*fields)[:most]]
