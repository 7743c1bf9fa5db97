"""What an event is, who acts, and which reactions are installed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """Who acts, as a bare id with the label of that moment; the system itself has no id."""

    id: UUID | None
    label: str


SYSTEM = Actor(None, "Hệ thống")


@dataclass(frozen=True)
class JournalEvent:
    """A thing that happened to a subject; subclasses are frozen dataclasses of plain values.

    No identity data may stand in a payload: erasure duties meet an append-only table, so events point to
    the person instead.
    """

    kind: ClassVar[str]
    subject_kind: ClassVar[str]
    schema: ClassVar[int] = 1

    subject_id: UUID


@dataclass(frozen=True)
class Happened:
    """A recorded event as a reaction receives it."""

    id: UUID
    kind: str
    schema: int
    subject_id: UUID
    agency_id: UUID | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Reaction:
    """A named, idempotent function that runs in a job after the event's transaction has committed."""

    name: str
    run: Callable[[Happened], None]


_reactions: dict[str, tuple[Reaction, ...]] = {}


def install(table: Mapping[type[JournalEvent], Iterable[Reaction]]) -> None:
    """Install the table of reactions; a later call replaces the earlier one."""
    _reactions.clear()
    for event, reactions in table.items():
        _reactions[event.kind] = tuple(reactions)


def reactions_to(kind: str) -> tuple[Reaction, ...]:
    """Return the reactions to a kind of event, perhaps none."""
    return _reactions.get(kind, ())
