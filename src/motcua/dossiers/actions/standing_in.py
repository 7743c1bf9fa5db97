"""Open work goes with the post: to who acts for a closed office, back to its people, to who took a post over.

A task that somebody has is theirs as long as they hold the post, or do its duties for its holder. See
docs/rules/assignment.md.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from motcua.dossiers.events import TaskAssigned, TaskGivenBack
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM, JournalEvent
from motcua.kit import sql
from motcua.rules.localday import local_day

BATCH = 500
# Posts that changed hands longer ago were looked at then.
_LOOKS_BACK = timedelta(days=40)
_NOTE = "Việc theo vị trí"


class _Moving(NamedTuple):
    task: UUID
    dossier: UUID
    step: str
    agency: UUID
    before: UUID
    after: UUID | None


# Of posts whose holder or stand-in changed lately: a stand-in from another office does the work that the holder has,
# a colleague only what is new; who has neither the post nor its duties any more gives way to who does.
_NEXT = """
WITH changed AS (
  SELECT post_id FROM organisation_holding
  WHERE valid_from BETWEEN %(since)s AND %(day)s OR valid_to BETWEEN %(since)s AND %(day)s
  UNION
  SELECT post_id FROM organisation_delegation
  WHERE valid_from BETWEEN %(since)s AND %(day)s OR valid_to BETWEEN %(since)s AND %(day)s),
now AS (
  SELECT p.id AS post, h.user_id AS holder, d.user_id AS deputy, d.user_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM organisation_holding own JOIN organisation_post o ON o.id = own.post_id
    WHERE own.user_id = d.user_id AND o.agency_id = p.agency_id AND own.valid_from <= %(day)s
      AND (own.valid_to IS NULL OR own.valid_to > %(day)s)) AS closed
  FROM organisation_post p JOIN changed c ON c.post_id = p.id
  LEFT JOIN organisation_holding h ON h.post_id = p.id
    AND h.valid_from <= %(day)s AND (h.valid_to IS NULL OR h.valid_to > %(day)s)
  LEFT JOIN organisation_delegation d ON d.post_id = p.id
    AND d.valid_from <= %(day)s AND (d.valid_to IS NULL OR d.valid_to > %(day)s)
  WHERE p.valid_to IS NULL OR p.valid_to > %(day)s)
SELECT t.id, t.subject_id, t.step, t.agency_id, t.holder_id, COALESCE(n.deputy, n.holder)
FROM workflow_task t JOIN now n ON n.post = t.post_id JOIN dossiers_dossier x ON x.id = t.subject_id
WHERE t.completed_at IS NULL AND t.holder_id IS NOT NULL AND CASE WHEN n.closed THEN t.holder_id <> n.deputy
  ELSE t.holder_id IS DISTINCT FROM n.holder AND t.holder_id IS DISTINCT FROM n.deputy END
ORDER BY t.subject_id, t.id LIMIT %(most)s FOR NO KEY UPDATE OF x SKIP LOCKED
"""
_GIVE = """
UPDATE workflow_task t SET holder_id = n.holder, unplaced = n.holder IS NULL
FROM unnest(%s::uuid[], %s::uuid[]) AS n (id, holder) WHERE t.id = n.id
"""
_TOUCH = "UPDATE dossiers_dossier SET revision = revision + 1 WHERE id = ANY(%s)"


def follow_posts(*, at: datetime) -> int:
    """Let open tasks go to who holds their post today, or acts for it; return how many went. In batches, until none is left.

    Where nobody does, they go to the common queue, marked.
    """
    gone = 0
    while moved := _follow_some(local_day(at), at):
        gone += moved
    return gone


@transaction.atomic
def _follow_some(day: date, at: datetime) -> int:
    known = {"day": day, "since": day - _LOOKS_BACK, "most": BATCH}
    found = [_Moving(*row) for row in sql.rows(_NEXT, known)]
    if not found:
        return 0
    sql.run(_GIVE, [[row.task for row in found], [row.after for row in found]])
    sql.run(_TOUCH, [list({row.dossier for row in found})])
    journal.record_many([(_event(row), row.agency) for row in found], by=SYSTEM, at=at)
    return len(found)


def _event(row: _Moving) -> JournalEvent:
    if row.after is None:
        return TaskGivenBack(row.dossier, task=row.task, step=row.step, holder=row.before, reason=_NOTE)
    return TaskAssigned(
        row.dossier, task=row.task, step=row.step, from_holder=row.before, holder=row.after, note=_NOTE
    )
