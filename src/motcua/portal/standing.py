"""How a procedure stands at the moment its page is asked for, in one statement: the public page with most readers.

By hand (docs/adr/0014-hand-written-sql.md): the same three answers come from `catalogue.queries.current_version`,
`catalogue.queries.open_doubts` and `dossiers.queries.door_open`, which a test holds equal to this.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from motcua.catalogue.queries import Published, published
from motcua.dossiers.actions.drafts import takes_online
from motcua.kit import sql
from motcua.portal import wording

# The newest version of an agency's facts stands for all of them: a renamed agency has a newer one.
_STANDING = """
SELECT v.id,
  ARRAY(SELECT field FROM catalogue_proceduredoubt WHERE procedure_id = p.id AND state IN ('open', 'asked')),
  EXISTS (SELECT FROM dossiers_door
    WHERE kind = 'portal' AND valid_from <= %(on)s AND (valid_to IS NULL OR valid_to > %(on)s)),
  (SELECT id FROM organisation_agencyversion ORDER BY id DESC LIMIT 1)
FROM catalogue_procedure p
JOIN LATERAL (
  SELECT id FROM catalogue_procedureversion
  WHERE procedure_id = p.id AND published_at IS NOT NULL AND effective_from <= %(on)s
  ORDER BY number DESC LIMIT 1
) v ON true
WHERE p.code = %(code)s AND (p.withdrawn_on IS NULL OR p.withdrawn_on > %(on)s)
"""
_MOST_KEPT = 8192


@dataclass(frozen=True)
class Standing:
    """A procedure now: its version in force, what nobody confirmed, whether it is filed here, who decides."""

    version: Published
    doubts: frozenset[str]
    online: bool
    door: bool
    places: tuple[str, ...]
    executing: tuple[str, ...]

    @property
    def may_file(self) -> bool:
        """Whether a dossier can be filed here now."""
        return self.online and self.door


def standing(code: str, *, on: date) -> Standing | None:
    """Return how a procedure stands on a day, in the reader's language; None where none is in force."""
    row = sql.row(_STANDING, {"code": code, "on": on})
    if row is None:
        return None
    version = published(row[0])
    return Standing(
        version=version,
        doubts=frozenset(row[1]),
        online=takes_online(version),
        door=row[2],
        places=_places(version.id, on, wording.language(), row[3]),
        executing=_executing(version.id, on, row[3]),
    )


@lru_cache(maxsize=_MOST_KEPT)
def _places(version_id: UUID, on: date, language: str, organisation: UUID | None) -> tuple[str, ...]:
    """Name who decides; kept as long as the day, the language and the organisation are the same."""
    return tuple(wording.place_words(published(version_id).record, on=on))


@lru_cache(maxsize=_MOST_KEPT)
def _executing(version_id: UUID, on: date, organisation: UUID | None) -> tuple[str, ...]:
    return tuple(wording.executing_here(published(version_id).record, on=on))
