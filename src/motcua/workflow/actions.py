"""Publishing processes; opening, completing and calling off tasks."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit import sql
from motcua.rules.localday import local_day
from motcua.rules.process import Process, ProcessStep
from motcua.workflow.events import ProcessPublished
from motcua.workflow.models import ProcessVersion, Task
from motcua.workflow.queries import someone_for


class UnableToWork(Exception):
    """The task is not open any more."""


@transaction.atomic
def publish_process(process: Process, *, legal_basis: str, by: Actor, at: datetime) -> UUID:
    """Publish a process as its next version; return the version's id."""
    newest = ProcessVersion.objects.filter(key=process.key).order_by("-number").first()
    version = ProcessVersion.objects.create(
        key=process.key,
        number=newest.number + 1 if newest else 1,
        steps=[step.to_json() for step in process.steps],
        legal_basis=legal_basis,
        published_at=at,
    )
    event = ProcessPublished(version.id, key=version.key, number=version.number)
    journal.record(event, by=by, at=at)
    return version.id


def open_task(
    step: ProcessStep,
    *,
    process_id: UUID,
    subject_kind: str,
    subject_id: UUID,
    agency_id: UUID,
    due_at: datetime | None,
    at: datetime,
    note: str = "",
) -> Task:
    """Open a step for a subject at an agency and give it to a holder of its function, if there is one.

    Part of its caller's move: the caller records the event. Without a holder the task waits in the agency's
    common queue.
    """
    person = someone_for(subject_id, agency_id=agency_id, function=step.function, on=local_day(at))
    task = Task(
        subject_kind=subject_kind,
        subject_id=subject_id,
        process_id=process_id,
        step=step.key,
        function=step.function,
        agency_id=agency_id,
        post_id=person.post_id if person else None,
        holder_id=person.user_id if person else None,
        opened_at=at,
        due_at=due_at,
        note=note,
    )
    sql.insert(task)
    return task


_CLOSE = """
UPDATE workflow_task SET completed_at = %s, completed_by = %s, outcome = %s
WHERE subject_id = %s AND completed_at IS NULL
"""


def complete_task(subject_id: UUID, *, outcome: str, by: UUID | None, at: datetime) -> str:
    """Complete the open task of a subject and return its step; `UnableToWork` if there is none (any more)."""
    done = sql.row(f"{_CLOSE} RETURNING step", [at, by, outcome, subject_id])
    if done is None:
        raise UnableToWork
    return str(done[0])


def call_off_tasks(subject_id: UUID, *, outcome: str, by: UUID | None, at: datetime) -> int:
    """Close whatever is open of a subject because its process ends or waits; return how many."""
    return sql.run(_CLOSE, [at, by, outcome, subject_id])


def move_due(subject_id: UUID, *, due_at: datetime | None) -> None:
    """Give the open task of a subject its new due time."""
    Task.objects.filter(subject_id=subject_id, completed_at__isnull=True).update(due_at=due_at)
