"""Where everything that runs under a version stands now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from motcua.kit import sql


@dataclass(frozen=True)
class Standing:
    """How many subjects stand at a place; the first due time among them with its agency, and how many are past."""

    place: str
    count: int
    first_due: datetime | None
    agency_id: UUID | None
    late: int


# A step is due when its task is, a timer when it runs out.
_STANDING = """
WITH here AS (
  SELECT t.place, t.agency_id, COALESCE(k.due_at, t.due_at) AS due
  FROM workflow_token t
  LEFT JOIN workflow_task k ON k.subject_id = t.subject_id AND k.step = t.place AND k.completed_at IS NULL
  WHERE t.process_id = %(process)s
)
SELECT place, count(*), min(due), (array_agg(agency_id ORDER BY due NULLS LAST))[1],
  count(*) FILTER (WHERE due < %(at)s)
FROM here GROUP BY place ORDER BY place
"""


def standing_under(version_id: UUID, *, at: datetime) -> list[Standing]:
    """Return where the subjects that run under a version stand, by place."""
    return [Standing(*row) for row in sql.rows(_STANDING, {"process": version_id, "at": at})]
