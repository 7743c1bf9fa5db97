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
from motcua.rules.process import DEFAULT_PROCESS, line
from motcua.rules.process.faults import Deed
from motcua.workflow.actions import (
    Opener,
    Opening,
    UnableToWork,
    begin_run,
    call_off_tasks,
    go_on,
    move_due,
    publish_process,
    reopen_tasks,
    run_ended,
)
from motcua.workflow.models import Task
from motcua.workflow.queries import (
    limited_functions,
    marking_of,
    newest_process,
    open_task_of,
    process,
    someone_for,
    tasks_of,
)
from tests.world import World


def _opener(world: World) -> Opener:
    return lambda node: Opening(world.commune.id, world.at + timedelta(days=3))


def _open(world: World, subject: UUID) -> Task:
    begin_run("dossier", subject, process_id=world.process, opener=_opener(world), at=world.at)
    return Task.objects.get(subject_id=subject, completed_at__isnull=True)


def _complete(world: World, subject: UUID, key: str = "specialist") -> None:
    go_on(
        subject, process_id=world.process, key=key, deed=Deed.DONE, outcome="done", by=None,
        opener=_opener(world), at=world.at,
    )  # fmt: skip


def test_a_process_is_published_in_numbered_versions_that_stay(world: World) -> None:
    shorter = line("default", (DEFAULT_PROCESS.steps[0], *DEFAULT_PROCESS.steps[2:]))
    second = publish_process(shorter, legal_basis="QĐ 5", by=SYSTEM, at=world.at)

    assert newest_process("default") == second
    assert newest_process("khac") is None
    assert process(second) == shorter
    assert process(world.process) == DEFAULT_PROCESS
    told = history_of(second)[0].data
    assert (told["key"], told["number"], told["in_flight"]) == ("default", 2, "stay")


def test_a_task_goes_to_a_holder_of_the_function_and_is_completed_once(world: World) -> None:
    subject = uuid7()
    task = _open(world, subject)
    assert task.holder_id == world.people["xa-mot.specialist"].id
    found = open_task_of(subject)
    assert found is not None
    assert (found.step, found.holder_name, found.post_title_vi) == (
        "specialist", "Cán bộ xa-mot specialist", "Specialist",
    )  # fmt: skip

    _complete(world, subject)
    with pytest.raises(UnableToWork):
        _complete(world, subject)
    assert [(row.step, row.outcome, row.completed_at) for row in tasks_of(subject)] == [
        ("specialist", "done", world.at), ("head", "", None),
    ]  # fmt: skip
    assert marking_of(subject) == ("head",)


def test_a_step_of_a_subject_is_open_once(world: World) -> None:
    subject = uuid7()
    _open(world, subject)
    with pytest.raises(IntegrityError, match="_once"), transaction.atomic():
        _open(world, subject)
    assert call_off_tasks(subject, outcome="paused", by=None, at=world.at) == 1
    assert call_off_tasks(subject, outcome="paused", by=None, at=world.at) == 0
    assert marking_of(subject) == ("specialist",), "a pause takes no token away"
    reopen_tasks(subject, process_id=world.process, opener=_opener(world), at=world.at)
    assert [row.outcome for row in tasks_of(subject)] == ["paused", ""]
    assert run_ended(subject, outcome="withdrawn", by=None, at=world.at) == 1
    assert marking_of(subject) == ()


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
    _complete(world, subject)
    later = world.at + timedelta(days=9)
    done, opened = tasks_of(subject)
    for task in (done, opened):
        move_due(task.id, due_at=later)
    assert [task.due_at for task in tasks_of(subject)] == [world.at + timedelta(days=3), later]


def test_only_functions_with_a_limited_step_are_named(world: World) -> None:
    assert limited_functions() == frozenset()
    first, *others = DEFAULT_PROCESS.steps
    limited = replace(first, limit=Limit(Unit.WORKING_DAY, 1))
    publish_process(line("limited", (limited, *others)), legal_basis="", by=SYSTEM, at=world.at)
    assert limited_functions() == {"specialist"}
