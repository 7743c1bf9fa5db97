"""Reading the journal."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.journal.models import Batch, Event


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


def chain_digest(previous: bytes, digests: list[bytes]) -> bytes:
    """Return the seal over a batch: SHA-256 of the previous seal and each event's digest in order."""
    total = hashlib.sha256(previous)
    for digest in digests:
        total.update(digest)
    return total.digest()


def broken_seals() -> list[str]:
    """Recompute every digest and seal; return what does not fit, as one line each (empty: all is whole)."""
    faults = [
        f"event {event.id}: content does not fit its digest"
        for event in Event.objects.iterator(chunk_size=2000)
        if hashlib.sha256(event.canonical.encode()).digest() != bytes(event.digest)
    ]
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
