"""Reading which limits come near, so that somebody is warned in time; see docs/rules/lateness.md.

With a million open dossiers nothing may read them all each five minutes. Every statement here walks an index: the
agency's running dossiers (or a function's open tasks) that are due in a short stretch of time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.dossiers.models import ClockRow
from motcua.kit import sql
from motcua.rules.clock import ClockEntry, EntryKind, ResumePolicy, union
from motcua.rules.working_time import WorkingCalendar

# From one agency to the next by the index: as many looks as there are agencies with running dossiers.
_RUNNING = """
WITH RECURSIVE found (id) AS (
  (SELECT competent_agency_id FROM dossiers_dossier WHERE state = 'in_progress' AND competent_agency_id IS NOT NULL
   ORDER BY competent_agency_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.competent_agency_id FROM dossiers_dossier d
    WHERE d.state = 'in_progress' AND d.competent_agency_id > found.id ORDER BY d.competent_agency_id LIMIT 1)
  FROM found WHERE found.id IS NOT NULL)
SELECT id FROM found WHERE id IS NOT NULL
"""


# The same over open tasks: a step may be done where no dossier is solved, at a desk for instance.
_WITH_TASKS = """
WITH RECURSIVE found (id) AS (
  (SELECT agency_id FROM workflow_task WHERE completed_at IS NULL ORDER BY agency_id LIMIT 1)
  UNION ALL
  SELECT (SELECT t.agency_id FROM workflow_task t
    WHERE t.completed_at IS NULL AND t.agency_id > found.id ORDER BY t.agency_id LIMIT 1)
  FROM found WHERE found.id IS NOT NULL)
SELECT id FROM found WHERE id IS NOT NULL
"""


def agencies_at_work(*, steps: bool = False) -> list[UUID]:
    """Return the agencies that have running dossiers; with `steps` also those that have open tasks."""
    found = [row[0] for row in sql.rows(_RUNNING, [])]
    if steps:
        found += [row[0] for row in sql.rows(_WITH_TASKS, [])]
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Stretch:
    """A stretch of due times [first, last), the latest moment by which their limits must have begun, the stage asked."""

    first: datetime
    last: datetime
    began_by: datetime
    stage: str


@dataclass(frozen=True)
class NearLimit:
    """A limit that ends in a stretch: of a dossier, or of a step with one of its own; the stages it was warned of."""

    dossier_id: UUID
    task_id: UUID | None
    due_at: datetime
    began_at: datetime
    warned: tuple[str, ...]

    @property
    def place(self) -> tuple[datetime, UUID]:
        """Where the reading goes on."""
        return self.due_at, self.task_id or self.dossier_id


_WARNED = """
CROSS JOIN LATERAL (
  SELECT COALESCE(array_agg(w.stage::text), '{}') AS stages FROM dossiers_deadlinewarning w
  WHERE w.dossier_id = d.id AND w.task_id IS NOT DISTINCT FROM %(task)s AND w.due_at = %(due)s
) w
"""
_DOSSIERS = f"""
SELECT d.id, NULL::uuid, d.due_at, d.accepted_at, w.stages
FROM dossiers_dossier d {_WARNED % {"task": "NULL", "due": "d.due_at"}}
WHERE d.state = 'in_progress' AND d.competent_agency_id = %(agency)s
  AND d.due_at >= %(first)s AND d.due_at < %(last)s AND d.accepted_at <= %(began_by)s
  AND (d.due_at, d.id) > (%(after)s, %(after_id)s) AND %(stage)s <> ALL (w.stages)
ORDER BY d.due_at, d.id LIMIT %(size)s
"""  # noqa: S608
_TASKS = f"""
SELECT d.id, t.id, t.due_at, t.opened_at, w.stages
FROM workflow_task t JOIN dossiers_dossier d ON d.id = t.subject_id {_WARNED % {"task": "t.id", "due": "t.due_at"}}
WHERE t.completed_at IS NULL AND t.agency_id = %(agency)s AND t.function = ANY(%(functions)s)
  AND t.due_at >= %(first)s AND t.due_at < %(last)s AND t.opened_at <= %(began_by)s
  AND d.state = 'in_progress' AND (d.due_at IS NULL OR t.due_at < d.due_at)
  AND (t.due_at, t.id) > (%(after)s, %(after_id)s) AND %(stage)s <> ALL (w.stages)
ORDER BY t.due_at, t.id LIMIT %(size)s
"""  # noqa: S608
_LOWEST = UUID(int=0)


def dossiers_near(
    agency_id: UUID, stretch: Stretch, *, after: tuple[datetime, UUID] | None, size: int
) -> list[NearLimit]:
    """Return running dossiers of an agency that are due in a stretch and were not warned of its stage."""
    return _near(_DOSSIERS, {"agency": agency_id, "size": size}, stretch, after)


def steps_near(
    agency_id: UUID,
    functions: Iterable[str],
    stretch: Stretch,
    *,
    after: tuple[datetime, UUID] | None,
    size: int,
) -> list[NearLimit]:
    """Return open steps of these functions at an agency that are due in a stretch, and earlier than their dossier."""
    return _near(_TASKS, {"agency": agency_id, "functions": list(functions), "size": size}, stretch, after)


def _near(
    statement: str, known: dict[str, Any], stretch: Stretch, after: tuple[datetime, UUID] | None
) -> list[NearLimit]:
    since, key = after or (stretch.first, _LOWEST)
    wanted = known | {
        "first": stretch.first,
        "last": stretch.last,
        "began_by": stretch.began_by,
        "stage": stretch.stage,
        "after": since,
        "after_id": key,
    }
    return [NearLimit(*(*row[:-1], tuple(row[-1]))) for row in sql.rows(statement, wanted)]


_FIELDS = ("dossier_id", "kind", "at", "limit", "policy", "ground")


def limits_began(ids: Iterable[UUID]) -> dict[UUID, list[ClockEntry]]:
    """Return what the ledgers of these dossiers say of when their limits began and when they stood still."""
    found: dict[UUID, list[ClockEntry]] = {}
    rows = ClockRow.objects.filter(dossier_id__in=list(ids)).order_by("dossier_id", "place")
    for dossier_id, kind, at, limit, policy, ground in rows.values_list(*_FIELDS):
        anew = kind in (EntryKind.START, EntryKind.RESTART) or limit is not None
        entry = ClockEntry(
            EntryKind.RESTART if anew else EntryKind(kind),
            at,
            policy=ResumePolicy(policy) if policy else None,
            ground=ground,
        )
        found.setdefault(dossier_id, []).append(entry)
    return found


def began(entries: Iterable[ClockEntry], calendar: WorkingCalendar) -> datetime:
    """Return the moment from which a limit would have run to its due time had it never stood still.

    The limit in force began at the newest entry that gave one; pauses since then, each minute once, come off.
    """
    since: datetime | None = None
    paused: dict[str, datetime] = {}
    waits: list[tuple[datetime, datetime]] = []
    for entry in entries:
        if entry.kind is EntryKind.RESTART:
            since, paused, waits = entry.at, {}, []
        elif entry.kind is EntryKind.PAUSE:
            paused[entry.ground] = entry.at
        elif entry.kind is EntryKind.RESUME and entry.ground in paused:
            start = paused.pop(entry.ground)
            if entry.policy is not ResumePolicy.NONE:
                waits.append((start, entry.at))
    if since is None:
        raise LookupError("a running clock was started")
    minutes = sum(calendar.minutes_between(start, end) for start, end in union(waits))
    return calendar.add_minutes(since, minutes) if minutes else since
