"""What happens to the promised date: letters, warnings, changed calendars."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from motcua.dossiers.events.base import DossierEvent
from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class ApologyDrafted(JournalEvent):
    """A letter of apology that names a new date was drafted and waits for approval; nothing moved yet."""

    kind: ClassVar[str] = "dossier.apology_drafted"
    subject_kind: ClassVar[str] = "dossier"
    apology: UUID
    extends: bool
    due_before: str
    until: str
    cause: str
    reason: str


@dataclass(frozen=True)
class ApologyRejected(JournalEvent):
    """A draft of a letter of apology was not approved, or another took its place."""

    kind: ClassVar[str] = "dossier.apology_rejected"
    subject_kind: ClassVar[str] = "dossier"
    apology: UUID
    note: str


@dataclass(frozen=True)
class DeadlineExtended(DossierEvent):
    """The due time was extended before it was reached, by an approved letter of apology."""

    kind: ClassVar[str] = "dossier.deadline_extended"
    # 2: with the letter; before, an extension had none of its own.
    schema: ClassVar[int] = 2
    apology: UUID
    due_before: str
    due_after: str
    cause: str
    reason: str
    slip: UUID


@dataclass(frozen=True)
class ApologyApproved(JournalEvent):
    """A letter of apology for a dossier that is late was approved: it says when to come, and moves nothing."""

    kind: ClassVar[str] = "dossier.apology_approved"
    subject_kind: ClassVar[str] = "dossier"
    apology: UUID
    due_at: str
    until: str
    cause: str
    reason: str
    slip: UUID


@dataclass(frozen=True)
class ApologySent(JournalEvent):
    """The message with an approved letter of apology was queued to the applicant."""

    kind: ClassVar[str] = "dossier.apology_sent"
    subject_kind: ClassVar[str] = "dossier"
    apology: UUID


@dataclass(frozen=True)
class LateCauseNoted(JournalEvent):
    """Somebody said why a dossier is late; what they wrote beside stands in the row alone."""

    kind: ClassVar[str] = "dossier.late_cause_noted"
    subject_kind: ClassVar[str] = "dossier"
    late_note: UUID
    cause: str


@dataclass(frozen=True)
class DeadlineWarned(JournalEvent):
    """A limit comes near: of the dossier, or (with `task`) of a step that has one of its own."""

    kind: ClassVar[str] = "dossier.deadline_warned"
    subject_kind: ClassVar[str] = "dossier"
    task: UUID | None
    stage: str
    due_at: str


@dataclass(frozen=True)
class DueMoved(JournalEvent):
    """A notice changed the calendar, and with it the due time: to a better one, or to a worse one that was approved."""

    kind: ClassVar[str] = "dossier.due_moved"
    subject_kind: ClassVar[str] = "dossier"
    due_before: str
    due_after: str
    notice: int
    title: str
    reason: str
    legal_basis: str


@dataclass(frozen=True)
class RecomputationOpened(JournalEvent):
    """A notice changed a calendar: the open dossiers that it touches are to be looked at."""

    kind: ClassVar[str] = "recomputation.opened"
    subject_kind: ClassVar[str] = "recomputation"
    notice: int
    dossiers: int


@dataclass(frozen=True)
class RecomputationFinished(JournalEvent):
    """All open dossiers that a notice touches were looked at."""

    kind: ClassVar[str] = "recomputation.finished"
    subject_kind: ClassVar[str] = "recomputation"
    notice: int
    unchanged: int
    earlier: int
    later: int
    kept: int
    unread: int


@dataclass(frozen=True)
class MovesApproved(JournalEvent):
    """Somebody approved the later due times that a recomputation proposes, for these agencies or (None) for all."""

    kind: ClassVar[str] = "recomputation.approved"
    subject_kind: ClassVar[str] = "recomputation"
    notice: int
    agencies: tuple[UUID, ...] | None
    moves: int


@dataclass(frozen=True)
class MovesRejected(JournalEvent):
    """Somebody refused them: the promises stay as they are."""

    kind: ClassVar[str] = "recomputation.rejected"
    subject_kind: ClassVar[str] = "recomputation"
    notice: int
    agencies: tuple[UUID, ...] | None
    moves: int
