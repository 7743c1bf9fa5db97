"""Recording, reacting, sealing."""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from motcua.journal.events import Actor, Happened, JournalEvent, reactions_to
from motcua.journal.models import Batch, BatchMember, Event, OutboxEntry
from motcua.journal.queries import SEAL_REACH, chain_digest
from motcua.kit import sql
from motcua.kit.ids import uuid7

# A transaction may record an event and commit a little later; what is older than this is surely visible.
SETTLED = timedelta(minutes=2)
# By name: the jobs module stands above this one.
REACT = "motcua.journal.jobs.react"


# Event, what is owed to it, and the jobs that will do it, in one statement: each action waits for this one.
# The jobs go in by the versioned function that the job library calls itself.
_INSERT = """
WITH event AS (
  INSERT INTO journal_event
    (id, kind, schema, recorded_at, subject_kind, subject_id, actor_id, actor_label, agency_id, data, canonical, digest)
  VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id, recorded_at, subject_id),
entry AS (
  INSERT INTO journal_outboxentry (id, event_id, reaction, state, attempts, last_error, created_at)
  SELECT owed.id, event.id, owed.reaction, 'waiting', 0, '', event.recorded_at
  FROM event, unnest(%s::uuid[], %s::text[]) AS owed (id, reaction)
  RETURNING id)
SELECT procrastinate_defer_jobs_v1(array_agg(ROW(
  'outbox', %s, 0, event.subject_id::text, NULL, jsonb_build_object('entry_id', entry.id::text), NULL
)::procrastinate_job_to_defer_v1))
FROM entry, event HAVING count(*) > 0
"""


def record(event: JournalEvent, *, by: Actor, at: datetime, agency_id: UUID | None = None) -> UUID:
    """Record an event in the caller's transaction and queue the reactions to it; return the event's id."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded inside the transaction of its action")
    row = _row(event, by, at, agency_id)
    owed = {uuid7(): reaction.name for reaction in reactions_to(event.kind)}
    sql.run(_INSERT, _values(row, owed))
    return row.id


def _row(event: JournalEvent, by: Actor, at: datetime, agency_id: UUID | None) -> Event:
    data = {
        field.name: _plain(getattr(event, field.name))
        for field in dataclasses.fields(event)
        if field.name != "subject_id"
    }
    row = Event(
        id=uuid7(),
        kind=event.kind,
        schema=event.schema,
        recorded_at=at,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        actor_id=by.id,
        actor_label=by.label,
        agency_id=agency_id,
        data=data,
    )
    row.canonical = _canonical(row)
    row.digest = hashlib.sha256(row.canonical.encode()).digest()
    return row


def _values(row: Event, owed: Mapping[UUID, str]) -> list[Any]:
    return [*_columns(row), list(owed), list(owed.values()), REACT]


def _columns(row: Event) -> list[Any]:
    return [
        row.id,
        row.kind,
        row.schema,
        row.recorded_at,
        row.subject_kind,
        row.subject_id,
        row.actor_id,
        row.actor_label,
        row.agency_id,
        Jsonb(row.data),
        row.canonical,
        row.digest,
    ]


# The same for many events: these are written to the server in one stream.
_COPY = """
COPY journal_event
  (id, kind, schema, recorded_at, subject_kind, subject_id, actor_id, actor_label, agency_id, data, canonical, digest)
FROM STDIN
"""
_OWE = """
WITH owed AS MATERIALIZED (
  SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[]) AS o (id, event_id, subject_id, reaction)),
entry AS (
  INSERT INTO journal_outboxentry (id, event_id, reaction, state, attempts, last_error, created_at)
  SELECT id, event_id, reaction, 'waiting', 0, '', %s FROM owed)
SELECT procrastinate_defer_jobs_v1(array_agg(ROW(
  'outbox', %s, -10, subject_id::text, NULL, jsonb_build_object('entry_id', id::text), NULL
)::procrastinate_job_to_defer_v1)) FROM owed
"""


def record_many(events: Iterable[tuple[JournalEvent, UUID | None]], *, by: Actor, at: datetime) -> list[UUID]:
    """Record events, each with its agency, as `record` does, in few statements; return their ids in order.

    Their reactions come after those of events that were recorded one by one: a province's worth of messages holds up
    no warning and no other work.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded inside the transaction of its action")
    rows = [_row(event, by, at, agency_id) for event, agency_id in events]
    if not rows:
        return []
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(_columns(row))
    owed = [
        (uuid7(), row.id, row.subject_id, reaction.name)
        for row in rows
        for reaction in reactions_to(row.kind)
    ]
    if owed:
        sql.run(_OWE, [*(list(column) for column in zip(*owed, strict=True)), at, REACT])
    return [row.id for row in rows]


def run_reaction(entry_id: UUID, *, at: datetime) -> bool:
    """Run one owed reaction in its own transaction; return False if it was done before.

    A failure is written to the entry, in a transaction of its own, and raised again for the retry.
    """
    try:
        with transaction.atomic():
            entry = (
                OutboxEntry.objects.select_for_update(of=("self",)).select_related("event").get(id=entry_id)
            )
            if entry.state == OutboxEntry.State.DONE:
                return False
            _reaction(entry).run(_happened(entry.event))
            entry.state, entry.done_at = OutboxEntry.State.DONE, at
            entry.attempts += 1
            entry.save(update_fields=["state", "done_at", "attempts"])
            return True
    except Exception as error:
        with transaction.atomic():
            entry = OutboxEntry.objects.select_for_update().get(id=entry_id)
            entry.attempts += 1
            entry.state, entry.last_error = (
                OutboxEntry.State.FAILED,
                f"{type(error).__name__}: {error}"[:2000],
            )
            entry.save(update_fields=["state", "attempts", "last_error"])
        raise


def _reaction(entry: OutboxEntry) -> Any:
    for reaction in reactions_to(entry.event.kind):
        if reaction.name == entry.reaction:
            return reaction
    raise LookupError(f"no reaction named {entry.reaction} to {entry.event.kind}")


def _happened(event: Event) -> Happened:
    return Happened(event.id, event.kind, event.schema, event.subject_id, event.agency_id, event.data)


def seal_settled(*, at: datetime, most: int = 5000) -> int:
    """Seal the settled events that no batch holds yet, in one new batch; return how many."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('journal.seal'))")
        last = Batch.objects.order_by("-number").first()
        waiting = Event.objects.filter(recorded_at__lt=at - SETTLED, seal__isnull=True)
        if last:
            waiting = waiting.filter(recorded_at__gte=last.newest - SEAL_REACH)
        events = list(waiting.order_by("recorded_at", "id").values_list("id", "digest", "recorded_at")[:most])
        if not events:
            return 0
        previous = bytes(last.digest) if last else b""
        batch = Batch.objects.create(
            number=last.number + 1 if last else 1,
            sealed_at=at,
            count=len(events),
            newest=max(events[-1][2], last.newest) if last else events[-1][2],
            previous=previous,
            digest=chain_digest(previous, [bytes(digest) for _, digest, _ in events]),
        )
        BatchMember.objects.bulk_create(
            BatchMember(event_id=event_id, batch=batch, place=place)
            for place, (event_id, _, _) in enumerate(events)
        )
        return len(events)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _canonical(row: Event) -> str:
    content = {
        "id": str(row.id),
        "kind": row.kind,
        "schema": row.schema,
        "at": row.recorded_at.isoformat(),
        "subject": [row.subject_kind, str(row.subject_id)],
        "actor": [str(row.actor_id) if row.actor_id else None, row.actor_label],
        "agency": str(row.agency_id) if row.agency_id else None,
        "data": row.data,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
