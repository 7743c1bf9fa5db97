"""Offices that another one acts for: read from the delegations of their posts to people elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from motcua.kit import sql


@dataclass(frozen=True)
class ActingFacts:
    """A delegation of a post to a person of another agency; `valid_to` is the day on which it is over."""

    delegation_id: UUID
    agency_id: UUID
    post_id: UUID
    title_vi: str
    title_en: str
    user_id: UUID
    name: str
    acting_id: UUID
    valid_from: date
    valid_to: date | None
    legal_basis: str


# A delegate who holds a post at the same agency is a colleague, whom an absence brought in.
_ACTING = """
SELECT DISTINCT ON (d.valid_from, p.agency_id, p.title_vi, p.key, d.id)
  d.id, p.agency_id, p.id, p.title_vi, p.title_en, u.id, u.full_name, hp.agency_id, d.valid_from, d.valid_to, d.legal_basis
FROM organisation_delegation d
JOIN organisation_post p ON p.id = d.post_id
JOIN accounts_user u ON u.id = d.user_id
JOIN organisation_holding h ON h.user_id = d.user_id
  AND h.valid_from <= d.valid_from AND (h.valid_to IS NULL OR h.valid_to > d.valid_from)
JOIN organisation_post hp ON hp.id = h.post_id AND hp.agency_id <> p.agency_id
WHERE (p.agency_id = ANY(%(agencies)s) OR hp.agency_id = ANY(%(agencies)s))
  AND (d.valid_to IS NULL OR (d.valid_to > %(day)s AND d.valid_to > d.valid_from))
  AND NOT EXISTS (
    SELECT 1 FROM organisation_holding own JOIN organisation_post op ON op.id = own.post_id
    WHERE own.user_id = d.user_id AND op.agency_id = p.agency_id
      AND own.valid_from <= d.valid_from AND (own.valid_to IS NULL OR own.valid_to > d.valid_from))
ORDER BY d.valid_from, p.agency_id, p.title_vi, p.key, d.id, (hp.function = p.function) DESC, hp.key
"""


def acting_between(agencies: Iterable[UUID], *, on: date) -> list[ActingFacts]:
    """Return what people of other agencies do for these, and people of these for others, running or coming on a day."""
    known = {"agencies": list(set(agencies)), "day": on}
    return [ActingFacts(*row) for row in sql.rows(_ACTING, known)]


@dataclass(frozen=True)
class Closure:
    """An office that another one acts for in a period, by an act."""

    agency_id: UUID
    acting_id: UUID
    valid_from: date
    valid_to: date | None
    legal_basis: str
    posts: tuple[ActingFacts, ...]


def closures(rows: Iterable[ActingFacts]) -> list[Closure]:
    """Put together what belongs to one closure: the same offices, days and act."""
    found: dict[tuple[UUID, UUID, date, date | None, str], list[ActingFacts]] = {}
    for row in rows:
        key = (row.agency_id, row.acting_id, row.valid_from, row.valid_to, row.legal_basis)
        found.setdefault(key, []).append(row)
    return [Closure(*key, tuple(posts)) for key, posts in found.items()]
