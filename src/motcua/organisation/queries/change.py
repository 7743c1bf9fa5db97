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


# What a place became as a whole, up to the day after the one that is asked for: a plan may name it by its new code.
_BECAME = """
WITH RECURSIVE became (start, code, steps) AS (
  SELECT code, code, 0 FROM unnest(%(codes)s::text[]) AS asked (code)
  UNION
  SELECT b.start, s.successor_code, b.steps + 1 FROM became b JOIN organisation_territorysuccession s
    ON s.predecessor_code = b.code AND NOT s.partly AND s.effective_on <= %(day)s::date + 1 WHERE b.steps < 50)
SELECT start, array_agg(code ORDER BY steps) FROM became GROUP BY start
"""
# Each territory as it stood on the day; one that has ended as it stood at its end, one to come as it begins.
_ABOVE = """
WITH RECURSIVE known AS MATERIALIZED (
  SELECT DISTINCT ON (code) code, parent_code FROM organisation_territory
  ORDER BY code, valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s) DESC, valid_from <= %(day)s DESC,
    valid_from DESC),
up AS (
  SELECT code AS start, code, parent_code, 0 AS depth FROM known WHERE code = ANY(%(codes)s)
  UNION ALL
  SELECT u.start, t.code, t.parent_code, u.depth + 1 FROM up u JOIN known t ON t.code = u.parent_code
  WHERE u.parent_code <> '' AND u.depth < 8)
SELECT start, array_agg(code ORDER BY depth) FROM up GROUP BY start
"""


def places_above(codes: Iterable[str], *, on: date) -> dict[str, tuple[str, ...]]:
    """Return for each code the territories that it lies in on a day, itself first; one unknown lies in itself.

    What it became as a whole, also on the day after, stands behind it, then what lies above either.
    """
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    became = dict(sql.rows(_BECAME, {"codes": list(wanted), "day": on}))
    every = {code for chain in became.values() for code in chain}
    above = dict(sql.rows(_ABOVE, {"codes": list(every), "day": on}))
    return {
        code: tuple(
            dict.fromkeys([*became[code], *(up for one in became[code] for up in above.get(one, ()))])
        )
        for code in wanted
    }


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
