"""Who followed whom: the links of all reorganisations, and the territories above a place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from motcua.kit import sql
from motcua.organisation.models import Succession
from motcua.rules.succession import Lines, Link


def links() -> list[Link[UUID]]:
    """Return who follows whom for what, by all reorganisations that were applied."""
    fields = (
        "predecessor_id",
        "successor_id",
        "effective_on",
        "territory_code",
        "procedure_id",
        "fallback",
    )
    return [Link(*row) for row in Succession.objects.values_list(*fields).iterator()]


def lines() -> Lines[UUID]:
    """Return these links to be followed."""
    return Lines(links())


# A code may have had several parents in its time: that of the day before the change is asked for.
_ABOVE = """
WITH RECURSIVE up AS (
  SELECT code AS start, code, parent_code, 0 AS depth FROM organisation_territory
  WHERE code = ANY(%(codes)s) AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
  UNION ALL
  SELECT u.start, t.code, t.parent_code, u.depth + 1 FROM up u JOIN organisation_territory t
    ON t.code = u.parent_code AND t.valid_from <= %(day)s AND (t.valid_to IS NULL OR t.valid_to > %(day)s)
  WHERE u.parent_code <> '' AND u.depth < 8)
SELECT start, array_agg(code ORDER BY depth) FROM up GROUP BY start
"""


def places_above(codes: Iterable[str], *, on: date) -> dict[str, tuple[str, ...]]:
    """Return for each code the territories that it lies in on a day, itself first; one unknown lies in itself."""
    wanted = {code for code in codes if code}
    found = {code: tuple(chain) for code, chain in sql.rows(_ABOVE, {"codes": list(wanted), "day": on})}
    return {code: found.get(code, (code,)) for code in wanted}


@dataclass(frozen=True)
class PostHeir:
    """The post that has now to do what another had, with who holds it (None: nobody)."""

    post_id: UUID
    function: str
    holder_id: UUID | None


# The delegate counts as the holder, as everywhere; who is away still has the post.
_POST_HEIRS = """
SELECT s.predecessor_id, s.agency_id, p.id, p.function, COALESCE(d.user_id, h.user_id)
FROM organisation_postsuccession s
JOIN organisation_post p ON p.id = s.successor_id
LEFT JOIN organisation_holding h ON h.post_id = p.id
  AND h.valid_from <= %(day)s AND (h.valid_to IS NULL OR h.valid_to > %(day)s)
LEFT JOIN organisation_delegation d ON d.post_id = p.id
  AND d.valid_from <= %(day)s AND (d.valid_to IS NULL OR d.valid_to > %(day)s)
WHERE s.reorganisation_id = %(reorganisation)s
"""


def post_heirs(reorganisation_id: UUID, *, on: date) -> dict[tuple[UUID, UUID], PostHeir]:
    """Return which post follows a post at which agency in a reorganisation, by (post, agency)."""
    rows = sql.rows(_POST_HEIRS, {"reorganisation": reorganisation_id, "day": on})
    return {(before, agency): PostHeir(*row) for before, agency, *row in rows}
