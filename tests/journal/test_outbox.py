"""Reactions: owed in the event's transaction, run once, every failure visible."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate import jobs
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.journal.actions import record, run_reaction
from motcua.journal.events import SYSTEM, Happened
from motcua.journal.jobs import react
from motcua.journal.models import Event, OutboxEntry
from motcua.journal.queries import outbox_state
from motcua.kit.ids import uuid7

AT = datetime(2026, 11, 6, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=9)


def _do(something: Any) -> Any:
    with transaction.atomic():
        return record(something(uuid7(), what="x"), by=SYSTEM, at=AT)


def test_event_reaction_and_job_come_together(
    db: None, something: Any, reactions: Callable[..., None]
) -> None:
    reactions(first=lambda happened: None, second=lambda happened: None)
    key = _do(something)

    entries = list(OutboxEntry.objects.filter(event_id=key))
    assert sorted(entry.reaction for entry in entries) == ["first", "second"]
    jobs_made = ProcrastinateJob.objects.all()
    assert {job.args["entry_id"] for job in jobs_made} == {str(entry.id) for entry in entries}
    assert {(job.queue_name, job.task_name, job.lock) for job in jobs_made} == {
        ("outbox", react.name, str(Event.objects.get(id=key).subject_id))
    }


def test_what_is_rolled_back_owes_nothing(db: None, something: Any, reactions: Callable[..., None]) -> None:
    reactions(first=lambda happened: None)
    with transaction.atomic():
        _do(something)
        assert ProcrastinateJob.objects.count() == 1
        transaction.set_rollback(True)

    left = (Event.objects.count(), OutboxEntry.objects.count(), ProcrastinateJob.objects.count())
    assert left == (0, 0, 0)


def test_a_reaction_gets_the_event_and_runs_once(
    db: None, something: Any, reactions: Callable[..., None]
) -> None:
    seen: list[Happened] = []
    reactions(first=seen.append)
    key = _do(something)
    entry = OutboxEntry.objects.get()

    assert run_reaction(entry.id, at=LATER) is True
    assert run_reaction(entry.id, at=LATER) is False

    [happened] = seen
    assert (happened.id, happened.kind, happened.schema, happened.data) == (
        key, "test.done", 3, {"what": "x"},
    )  # fmt: skip
    entry.refresh_from_db()
    assert (entry.state, entry.attempts, entry.done_at, entry.last_error) == ("done", 1, LATER, "")


def test_a_failure_is_visible_keeps_nothing_and_is_tried_again(
    db: None, something: Any, reactions: Callable[..., None]
) -> None:
    broken = [True]

    def shaky(happened: Happened) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO kit_try (scope, key, bucket, tries) VALUES ('outbox-test', 'a', 1, 1)"
            )
        if broken[0]:
            raise ConnectionError("không có mạng")

    reactions(first=shaky)
    _do(something)
    entry = OutboxEntry.objects.get()
    for attempts in (1, 2):
        with pytest.raises(ConnectionError):
            run_reaction(entry.id, at=LATER)
        entry.refresh_from_db()
        assert (entry.state, entry.attempts, entry.done_at) == ("failed", attempts, None)
        assert entry.last_error == "ConnectionError: không có mạng"
        assert _tries() == 0
    assert outbox_state(at=LATER, patience=timedelta(minutes=5)).failed == 1

    broken[0] = False
    assert run_reaction(entry.id, at=LATER) is True
    entry.refresh_from_db()
    assert (entry.state, entry.attempts, _tries()) == ("done", 3, 1)
    assert outbox_state(at=LATER, patience=timedelta(minutes=5)).waiting == 0


def _tries() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kit_try WHERE scope = 'outbox-test'")
        return int(cursor.fetchone()[0])


def test_a_reaction_that_no_longer_exists_fails_visibly(
    db: None, something: Any, reactions: Callable[..., None]
) -> None:
    reactions(first=lambda happened: None)
    _do(something)
    reactions(other=lambda happened: None)
    entry = OutboxEntry.objects.get()

    with pytest.raises(LookupError):
        run_reaction(entry.id, at=LATER)

    entry.refresh_from_db()
    assert (entry.state, entry.attempts) == ("failed", 1)
    assert "first" in entry.last_error


def test_the_outbox_tells_what_waits_too_long(
    db: None, something: Any, reactions: Callable[..., None]
) -> None:
    reactions(first=lambda happened: None)
    _do(something)
    patience = timedelta(minutes=5)

    fresh, stale = (
        outbox_state(at=AT + patience, patience=patience),
        outbox_state(at=LATER, patience=patience),
    )
    assert (fresh.waiting, fresh.stuck, stale.stuck) == (1, 0, 1)


def test_a_failing_reaction_is_given_up_after_days_and_not_after_years() -> None:
    job = jobs.Job(id=1, queue="outbox", lock=None, queueing_lock=None, task_name=react.name)
    strategy = react.retry_strategy
    assert strategy is not None
    waited, tries = timedelta(), 0
    while decision := strategy.get_retry_decision(exception=OSError(), job=job.evolve(attempts=tries)):
        assert decision.retry_at is not None
        waited += decision.retry_at - datetime.now(UTC)
        tries += 1
    assert tries == 12
    assert timedelta(days=3) < waited < timedelta(days=14)
