"""How a procedure stands at the moment its page is asked for, in one statement: the public page with most readers.

By hand (docs/adr/0014-hand-written-sql.md): the same three answers come from `catalogue.queries.current_version`,
`catalogue.queries.open_doubts` and `dossiers.queries.door_open`, which a test holds equal to this.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from motcua.catalogue.queries import WAITING
from motcua.kit import sql

# A renamed agency has a newer version, a closed one an end where it had none: whoever keeps what was said of
# the organisation sees either by the last three.
_STANDING = """
SELECT v.id,
  ARRAY(SELECT field FROM catalogue_proceduredoubt WHERE procedure_id = p.id AND state = ANY(%(waiting)s::text[])),
  EXISTS (SELECT FROM dossiers_door
    WHERE kind = 'portal' AND valid_from <= %(on)s AND (valid_to IS NULL OR valid_to > %(on)s)),
  (SELECT id FROM organisation_agencyversion ORDER BY id DESC LIMIT 1), ended.newest, ended.n
FROM catalogue_procedure p
JOIN LATERAL (
  SELECT id FROM catalogue_procedureversion
  WHERE procedure_id = p.id AND published_at IS NOT NULL AND effective_from <= %(on)s
  ORDER BY number DESC LIMIT 1
) v ON true
CROSS JOIN (SELECT max(valid_to) AS newest, count(valid_to) AS n FROM organisation_agencyversion) ended
WHERE p.code = %(code)s AND (p.withdrawn_on IS NULL OR p.withdrawn_on > %(on)s)
"""
# What changes with the agencies' facts: the newest of them, the last end, and how many have ended.
Organisation = tuple[UUID | None, date | None, int]


@dataclass(frozen=True)
class ProcedureStanding:
    """The version of a procedure in force, the fields nobody settled, and whether the portal's door is open.

    `organisation` is another whenever an agency was added, renamed or closed.
    """

    version_id: UUID
    doubts: frozenset[str]
    door: bool
    organisation: Organisation


def procedure_standing(code: str, *, on: date) -> ProcedureStanding | None:
    """Return how a procedure stands on a day; None where none is in force."""
    row = sql.row(_STANDING, {"code": code, "on": on, "waiting": list(WAITING)})
    return ProcedureStanding(row[0], frozenset(row[1]), row[2], (row[3], row[4], row[5])) if row else None
