"""Reading processes and tasks."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

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


def open_task_of(subject_id: UUID) -> TaskFacts | None:
    """Return the open task of a subject, if there is one."""
    rows = Task.objects.filter(subject_id=subject_id, completed_at__isnull=True)
    found = rows.values_list(*_FIELDS).first()
    return TaskFacts(*found) if found else None


def someone_for(subject_id: UUID, *, agency_id: UUID, function: str, on: date) -> organisation.Holder | None:
    """Return who gets a subject's task: the work is spread evenly over the holders by the subject's key."""
    people = organisation.holders(agency_id, function, on=on)
    return people[subject_id.int % len(people)] if people else None
