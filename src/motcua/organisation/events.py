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


@dataclass(frozen=True)
class ReorganisationDrafted(JournalEvent):
    """A plan of a reorganisation was begun or changed."""

    kind: ClassVar[str] = "reorganisation.drafted"
    subject_kind: ClassVar[str] = "reorganisation"
    effective_on: str
    operations: int


@dataclass(frozen=True)
class ReorganisationProposed(JournalEvent):
    """A plan was put before another person to be approved."""

    kind: ClassVar[str] = "reorganisation.proposed"
    subject_kind: ClassVar[str] = "reorganisation"
    effective_on: str


@dataclass(frozen=True)
class ReorganisationReturned(JournalEvent):
    """A plan went back to be changed, with a reason, before its day."""

    kind: ClassVar[str] = "reorganisation.returned"
    subject_kind: ClassVar[str] = "reorganisation"
    reason: str


@dataclass(frozen=True)
class ReorganisationDropped(JournalEvent):
    """A plan was given up before it was applied."""

    kind: ClassVar[str] = "reorganisation.dropped"
    subject_kind: ClassVar[str] = "reorganisation"
    reason: str


@dataclass(frozen=True)
class ReorganisationApproved(JournalEvent):
    """A plan was approved by another person than who proposed it: on its day it is applied."""

    kind: ClassVar[str] = "reorganisation.approved"
    subject_kind: ClassVar[str] = "reorganisation"
    effective_on: str
    operations: int


@dataclass(frozen=True)
class ReorganisationBegun(JournalEvent):
    """The day of a plan came and the organisation is as it says; the dossiers pass after it."""

    kind: ClassVar[str] = "reorganisation.begun"
    subject_kind: ClassVar[str] = "reorganisation"
    effective_on: str
    established: int
    ended: int
    dossiers: int


@dataclass(frozen=True)
class ReorganisationHeldUp(JournalEvent):
    """The day of a plan came and it can no longer be applied as it stands."""

    kind: ClassVar[str] = "reorganisation.held_up"
    subject_kind: ClassVar[str] = "reorganisation"
    faults: int


@dataclass(frozen=True)
class ReorganisationFinished(JournalEvent):
    """Every dossier of a reorganisation is with the agency that follows."""

    kind: ClassVar[str] = "reorganisation.finished"
    subject_kind: ClassVar[str] = "reorganisation"
    moved: int
    flagged: int
    tasks: int


@dataclass(frozen=True)
class AgencyChanged(JournalEvent):
    """An agency that goes on has another name, code, territory or parent from a day on."""

    kind: ClassVar[str] = "agency.changed"
    subject_kind: ClassVar[str] = "agency"
    reorganisation: UUID
    valid_from: str
    what: tuple[str, ...]


@dataclass(frozen=True)
class AgencyEnded(JournalEvent):
    """An agency ended; these follow it."""

    kind: ClassVar[str] = "agency.ended"
    subject_kind: ClassVar[str] = "agency"
    reorganisation: UUID
    valid_to: str
    successors: tuple[UUID, ...]


@dataclass(frozen=True)
class CompetenceGranted(JournalEvent):
    """An act gives a procedure to an agency, at a place or wherever it works."""

    kind: ClassVar[str] = "competence.granted"
    subject_kind: ClassVar[str] = "competence"
    agency: UUID
    duty: str
    procedure: UUID
    territory: str
    valid_from: str
    valid_to: str | None
    legal_basis: str


@dataclass(frozen=True)
class CompetenceEnded(JournalEvent):
    """An act ends what another one gave."""

    kind: ClassVar[str] = "competence.ended"
    subject_kind: ClassVar[str] = "competence"
    agency: UUID
    duty: str
    procedure: UUID
    territory: str
    valid_to: str
    legal_basis: str


@dataclass(frozen=True)
class OfficeClosed(JournalEvent):
    """An office closes for a time: people of another agency do the duties of its posts."""

    kind: ClassVar[str] = "agency.office_closed"
    subject_kind: ClassVar[str] = "agency"
    acting: UUID
    valid_from: str
    valid_to: str
    posts: int


@dataclass(frozen=True)
class OfficeReopened(JournalEvent):
    """A closed office works again earlier than it was to."""

    kind: ClassVar[str] = "agency.office_reopened"
    subject_kind: ClassVar[str] = "agency"
    valid_from: str
    valid_to: str
    posts: int


@dataclass(frozen=True)
class RestructuringEntered(JournalEvent):
    """A line of the restructuring register was entered by hand."""

    kind: ClassVar[str] = "restructuring.entered"
    subject_kind: ClassVar[str] = "restructuring"
    what: str
    effective_on: str
    units_saved: int
    posts_saved: int
    cases: int


@dataclass(frozen=True)
class RestructuringStruck(JournalEvent):
    """A line of the restructuring register was struck out; it stays to be seen."""

    kind: ClassVar[str] = "restructuring.struck"
    subject_kind: ClassVar[str] = "restructuring"
    reason: str
