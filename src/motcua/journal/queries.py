"""Reading the journal."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from motcua.journal.models import Batch, Event, OutboxEntry
from motcua.kit import sql

# Sealing looks back this far from the newest sealed event for what was committed late.
SEAL_REACH = timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """A recorded event for reading."""

    id: UUID
    kind: str
    at: datetime
    actor_label: str
    agency_id: UUID | None
    data: dict[str, Any]


def history_of(subject_id: UUID) -> list[Entry]:
    """Return everything recorded of a subject, oldest first."""
    rows = Event.objects.filter(subject_id=subject_id).order_by("recorded_at", "id")
    fields = ("id", "kind", "recorded_at", "actor_label", "agency_id", "data")
    return [Entry(*row) for row in rows.values_list(*fields)]


def actors_of(subject_id: UUID, *, kind: str) -> frozenset[UUID]:
    """Return who did something of this kind to a subject."""
    rows = Event.objects.filter(subject_id=subject_id, kind=kind)
    return frozenset(actor for actor in rows.values_list("actor_id", flat=True) if actor)


def chain_digest(previous: bytes, digests: list[bytes]) -> bytes:
    """Return the seal over a batch: SHA-256 of the previous seal and each event's digest in order."""
    total = hashlib.sha256(previous)
    for digest in digests:
        total.update(digest)
    return total.digest()


def broken_seals() -> list[str]:
    """Recompute every digest and seal; return what does not fit, as one line each (empty: all is whole)."""
    faults = []
    for event in Event.objects.iterator(chunk_size=2000):
        if hashlib.sha256(event.canonical.encode()).digest() != bytes(event.digest):
            faults.append(f"event {event.id}: content does not fit its digest")
        elif not _fits(event):
            faults.append(f"event {event.id}: a column does not fit the content")
    faults += [f"event {key}: older than the seals, yet in none" for key in _left_out()]
    previous = b""
    for batch in Batch.objects.order_by("number"):
        members = batch.members.order_by("place").values_list("event__digest", flat=True)
        digests = [bytes(digest) for digest in members]
        if len(digests) != batch.count or bytes(batch.previous) != previous:
            faults.append(f"batch {batch.number}: a link or a member is missing")
        if chain_digest(previous, digests) != bytes(batch.digest):
            faults.append(f"batch {batch.number}: the seal does not fit")
        previous = bytes(batch.digest)
    return faults


def _fits(event: Event) -> bool:
    try:
        content = json.loads(event.canonical)
        return isinstance(content, dict) and "at" in content and _says(event, content)
    except (ValueError, TypeError):
        return False


def unsealed_count() -> int:
    """Return how many events no batch holds yet: what happened to those can't be shown by a seal."""
    return Event.objects.filter(seal__isnull=True).count()


def _left_out() -> list[UUID]:
    """Return events that sealing passed by: nothing recorded in its time comes so late."""
    last = Batch.objects.order_by("-number").first()
    if last is None:
        return []
    rows = Event.objects.filter(recorded_at__lt=last.newest - SEAL_REACH, seal__isnull=True)
    return list(rows.order_by("recorded_at", "id").values_list("id", flat=True)[:100])


def _says(event: Event, content: dict[str, Any]) -> bool:
    """Tell whether the columns, which pages read, say what the sealed bytes say."""
    return (
        content
        == {
            "id": str(event.id),
            "kind": event.kind,
            "schema": event.schema,
            "at": content["at"],
            "subject": [event.subject_kind, str(event.subject_id)],
            "actor": [str(event.actor_id) if event.actor_id else None, event.actor_label],
            "agency": str(event.agency_id) if event.agency_id else None,
            "data": event.data,
        }
        and datetime.fromisoformat(content["at"]) == event.recorded_at
    )


@dataclass(frozen=True)
class OutboxState:
    """How many reactions wait, failed, or wait longer than they should."""

    waiting: int
    failed: int
    stuck: int


def outbox_state(*, at: datetime, patience: timedelta) -> OutboxState:
    """Return how the outbox stands."""
    undone = OutboxEntry.objects.exclude(state=OutboxEntry.State.DONE)
    found = undone.aggregate(
        waiting=Count("id"),
        failed=Count("id", filter=Q(state=OutboxEntry.State.FAILED)),
        stuck=Count("id", filter=Q(created_at__lt=at - patience)),
    )
    return OutboxState(**found)


# Two machines of one product may differ by so much: an event that is newer says that a clock was set back.
CLOCKS_DIFFER = timedelta(minutes=1)


def newest_event_at() -> datetime | None:
    """Return when the newest event was recorded: a server whose clock says earlier was set back."""
    return Event.objects.order_by("-recorded_at").values_list("recorded_at", flat=True).first()


_NEWEST_OF = "SELECT max(recorded_at) FROM journal_event WHERE subject_id = %s"


def newest_event_of(subject_id: UUID) -> datetime | None:
    """Return when the newest event of a subject was recorded."""
    found = sql.row(_NEWEST_OF, [subject_id])
    return found[0] if found else None
