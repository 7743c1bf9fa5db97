"""What happens to the organisation."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class AgencyEstablished(JournalEvent):
    """An agency began."""

    kind: ClassVar[str] = "agency.established"
    subject_kind: ClassVar[str] = "agency"
    key: str
    valid_from: str
    valid_to: str | None


@dataclass(frozen=True)
class PostCreated(JournalEvent):
    """A post was created, with the roles granted to it."""

    kind: ClassVar[str] = "post.created"
    subject_kind: ClassVar[str] = "post"
    function: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class PostFilled(JournalEvent):
    """A person took up a post, or does its duties for another."""

    kind: ClassVar[str] = "post.filled"
    subject_kind: ClassVar[str] = "post"
    user: UUID
    delegated: bool


@dataclass(frozen=True)
class DelegationEnded(JournalEvent):
    """A delegation of a post's duties ends earlier than it was to."""

    kind: ClassVar[str] = "post.delegation_ended"
    subject_kind: ClassVar[str] = "post"
    user: UUID
    valid_to: str


@dataclass(frozen=True)
class AbsenceNoted(JournalEvent):
    """A person will be away: nothing new is given to them from the first day until the day they are back."""

    kind: ClassVar[str] = "person.absence_noted"
    subject_kind: ClassVar[str] = "person"
    valid_from: str
    valid_to: str


@dataclass(frozen=True)
class AbsenceEnded(JournalEvent):
    """A person is back earlier than they were to be."""

    kind: ClassVar[str] = "person.absence_ended"
    subject_kind: ClassVar[str] = "person"
    valid_to: str


@dataclass(frozen=True)
class TerritoriesRegistered(JournalEvent):
    """Territories were registered in one batch; the subject is the first of them."""

    kind: ClassVar[str] = "territory.registered"
    subject_kind: ClassVar[str] = "territory"
    count: int
    legal_basis: str
