"""Reading processes and tasks."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from motcua.kit import sql
from motcua.organisation import queries as organisation
from motcua.rules.process import Process, ProcessStep
from motcua.workflow.models import ProcessVersion, Task


@lru_cache(maxsize=512)
def process(version_id: UUID) -> Process:
    """Return a published process; kept in memory for good, because it can never change."""
    row = ProcessVersion.objects.get(id=version_id)
    return Process(row.key, tuple(ProcessStep.from_json(step) for step in row.steps))


def newest_process(key: str) -> UUID | None:
    """Return the id of the newest published version of a process."""
    rows = ProcessVersion.objects.filter(key=key).order_by("-number")
    return rows.values_list("id", flat=True).first()


def limited_functions() -> frozenset[str]:
    """Return the functions that do a step with a time limit of its own in any published process."""
    rows = sql.rows(
        "SELECT DISTINCT step->>'function' FROM workflow_processversion, jsonb_array_elements(steps) step"
        " WHERE step->'limit' IS NOT NULL",
        [],
    )
    return frozenset(row[0] for row in rows)


@dataclass(frozen=True)
class TaskFacts:
    """A task as a page shows it."""

    id: UUID
    step: str
    function: str
    agency_id: UUID
    post_title_vi: str | None
    post_title_en: str | None
    holder_id: UUID | None
    holder_name: str | None
    opened_at: datetime
    due_at: datetime | None
    note: str
    completed_at: datetime | None
    outcome: str


_FIELDS = (
    "id",
    "step",
    "function",
    "agency_id",
    "post__title_vi",
    "post__title_en",
    "holder_id",
    "holder__full_name",
    "opened_at",
    "due_at",
    "note",
    "completed_at",
    "outcome",
)


def tasks_of(subject_id: UUID) -> list[TaskFacts]:
    """Return all tasks of a subject, oldest first."""
    rows = Task.objects.filter(subject_id=subject_id).order_by("opened_at", "id")
    return [TaskFacts(*row) for row in rows.values_list(*_FIELDS)]


_OPEN = """
SELECT t.id, t.step, t.function, t.agency_id, p.title_vi, p.title_en, t.holder_id, u.full_name, t.opened_at,
  t.due_at, t.note, t.completed_at, t.outcome
FROM workflow_task t
LEFT JOIN organisation_post p ON p.id = t.post_id
LEFT JOIN accounts_user u ON u.id = t.holder_id
WHERE t.subject_id = %s AND t.completed_at IS NULL
"""


def open_task_of(subject_id: UUID) -> TaskFacts | None:
    """Return the open task of a subject, if there is one."""
    found = sql.row(_OPEN, [subject_id])
    return TaskFacts(*found) if found else None


def someone_for(subject_id: UUID, *, agency_id: UUID, function: str, on: date) -> organisation.Holder | None:
    """Return who gets a subject's task: the work is spread evenly over the holders by the subject's key."""
    people = organisation.holders(agency_id, function, on=on)
    return people[subject_id.int % len(people)] if people else None
