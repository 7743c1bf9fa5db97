"""Processes and tasks: versions never change, one task is open, the work is spread."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.kit.ids import uuid7
from motcua.organisation.models import Holding
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.localday import local_day
from motcua.rules.process import DEFAULT_PROCESS, Process, first_step
from motcua.workflow.actions import (
    UnableToWork,
    call_off_tasks,
    complete_task,
    move_due,
    open_task,
    publish_process,
)
from motcua.workflow.models import Task
from motcua.workflow.queries import (
    limited_functions,
    newest_process,
    open_task_of,
    process,
    someone_for,
    tasks_of,
)
from tests.world import World


def _open(world: World, subject: UUID) -> Task:
    return open_task(
        first_step(DEFAULT_PROCESS), process_id=world.process, subject_kind="dossier", subject_id=subject,
        agency_id=world.commune.id, due_at=world.at + timedelta(days=3), at=world.at,
    )  # fmt: skip


def test_a_process_is_published_in_numbered_versions_that_stay(world: World) -> None:
    shorter = Process("default", (DEFAULT_PROCESS.steps[0], *DEFAULT_PROCESS.steps[2:]))
    second = publish_process(shorter, legal_basis="QĐ 5", by=SYSTEM, at=world.at)

    assert newest_process("default") == second
    assert newest_process("khac") is None
    assert process(second) == shorter
    assert process(world.process) == DEFAULT_PROCESS
    assert history_of(second)[0].data == {"key": "default", "number": 2}


def test_a_task_goes_to_a_holder_of_the_function_and_is_completed_once(world: World) -> None:
    subject = uuid7()
    task = _open(world, subject)
    assert task.holder_id == world.people["xa-mot.specialist"].id
    found = open_task_of(subject)
    assert found is not None
    assert (found.step, found.holder_name, found.post_title_vi) == (
        "specialist", "Cán bộ xa-mot specialist", "Specialist",
    )  # fmt: skip

    complete_task(subject, outcome="done", by=None, at=world.at)
    with pytest.raises(UnableToWork):
        complete_task(subject, outcome="done", by=None, at=world.at)
    assert [(row.outcome, row.completed_at) for row in tasks_of(subject)] == [("done", world.at)]
    assert open_task_of(subject) is None


def test_only_one_task_of_a_subject_is_open(world: World) -> None:
    subject = uuid7()
    _open(world, subject)
    with pytest.raises(IntegrityError, match="task_one_open"), transaction.atomic():
        _open(world, subject)
    assert call_off_tasks(subject, outcome="withdrawn", by=None, at=world.at) == 1
    assert call_off_tasks(subject, outcome="withdrawn", by=None, at=world.at) == 0
    _open(world, subject)


def test_without_a_holder_it_waits_for_the_agency(world: World) -> None:
    Holding.objects.filter(user=world.people["xa-mot.specialist"]).update(valid_to=local_day(world.at))
    task = _open(world, uuid7())
    assert (task.holder_id, task.post_id, task.agency_id, task.function) == (
        None, None, world.commune.id, "specialist",
    )  # fmt: skip


def test_the_work_is_spread_over_the_holders_and_a_subject_keeps_its_own(world: World) -> None:
    for place in range(3):
        world.staff(f"cv{place}", world.commune, "specialist", "solve")
    subjects = [UUID(int=place) for place in range(40)]

    def who(subject: UUID) -> UUID:
        found = someone_for(
            subject, agency_id=world.commune.id, function="specialist", on=local_day(world.at)
        )
        assert found is not None
        return found.user_id

    shares = Counter(who(subject) for subject in subjects)
    assert sorted(shares.values()) == [10, 10, 10, 10]
    assert [who(subject) for subject in subjects] == [who(subject) for subject in subjects]


def test_a_new_due_time_reaches_the_open_task_only(world: World) -> None:
    subject = uuid7()
    _open(world, subject)
    complete_task(subject, outcome="done", by=None, at=world.at)
    _open(world, subject)
    later = world.at + timedelta(days=9)
    move_due(subject, due_at=later)
    assert [task.due_at for task in tasks_of(subject)] == [world.at + timedelta(days=3), later]


def test_only_functions_with_a_limited_step_are_named(world: World) -> None:
    assert limited_functions() == frozenset()
    first, *others = DEFAULT_PROCESS.steps
    limited = replace(first, limit=Limit(Unit.WORKING_DAY, 1))
    publish_process(Process("limited", (limited, *others)), legal_basis="", by=SYSTEM, at=world.at)
    assert limited_functions() == {"specialist"}
