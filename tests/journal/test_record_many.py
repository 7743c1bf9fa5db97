"""Many events at once: the same rows, digests and debts as one by one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from motcua.journal.actions import record, record_many
from motcua.journal.events import SYSTEM, Actor
from motcua.journal.models import Event, OutboxEntry
from motcua.journal.queries import broken_seals
from motcua.kit import sql
from motcua.kit.ids import uuid7

_JOBS = """
SELECT queue_name, task_name, lock, args->>'entry_id' FROM procrastinate_jobs ORDER BY id
"""
_SAME = ("kind", "schema", "recorded_at", "subject_kind", "actor_id", "actor_label", "agency_id", "data")


def test_many_are_recorded_as_one_is(
    db: None, something: Any, reactions: Callable[..., None], friday: Any
) -> None:
    reactions(first=lambda happened: None, second=lambda happened: None)
    by, agency = Actor(uuid7(), 'Bà "Tư"\t\\N'), uuid7()
    events = [(something(uuid7(), what="một\nhai \\t"), agency) for _ in range(3)]
    alone = record(events[0][0], by=by, at=friday, agency_id=agency)
    many = record_many(events, by=by, at=friday)

    assert many == sorted(many)
    rows = {row.id: row for row in Event.objects.all()}
    for key, (event, _) in zip(many, events, strict=True):
        assert [getattr(rows[key], name) for name in _SAME] == [getattr(rows[alone], name) for name in _SAME]
        assert rows[key].subject_id == event.subject_id
    assert broken_seals() == []
    for key in many:
        owed = list(OutboxEntry.objects.filter(event=key).order_by("id"))
        assert [(entry.reaction, entry.state) for entry in owed] == [
            ("first", "waiting"),
            ("second", "waiting"),
        ]
        jobs = [row for row in sql.rows(_JOBS, []) if row[3] in {str(entry.id) for entry in owed}]
        assert [row[:3] for row in jobs] == [
            ("outbox", "motcua.journal.jobs.react", str(rows[key].subject_id))
        ] * 2


def test_it_takes_as_many_statements_for_many(
    db: None, something: Any, reactions: Callable[..., None], friday: Any
) -> None:
    reactions(first=lambda happened: None)
    with CaptureQueriesContext(connection) as asked:
        record_many([(something(uuid7(), what="x"), None) for _ in range(50)], by=SYSTEM, at=friday)
    assert len(asked) == 2, "the events, and what they owe"
    assert record_many([], by=SYSTEM, at=friday) == []


def test_without_a_transaction_nothing_is_recorded(
    transactional_db: None, something: Any, friday: Any
) -> None:
    assert not transaction.get_connection().in_atomic_block
    with pytest.raises(RuntimeError):
        record_many([(something(uuid7(), what="x"), None)], by=SYSTEM, at=friday)
