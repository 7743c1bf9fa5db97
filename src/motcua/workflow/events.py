"""What happens in processes."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class ProcessPublished(JournalEvent):
    """A process version was published; from now on it never changes.

    `in_flight` is what happens to whatever runs under the version before: stay, move or restart. `draft` is what it
    was made from, `drafted_by` who saved that last.
    """

    kind: ClassVar[str] = "process.published"
    subject_kind: ClassVar[str] = "process"
    schema: ClassVar[int] = 2
    key: str
    number: int
    in_flight: str = "stay"
    draft: UUID | None = None
    drafted_by: UUID | None = None


@dataclass(frozen=True)
class ProcessDraftStarted(JournalEvent):
    """A draft of a process was begun: from nothing, from a published version, or from an imported text."""

    kind: ClassVar[str] = "process_draft.started"
    subject_kind: ClassVar[str] = "process_draft"
    key: str
    copy_of: UUID | None = None
    source: str = ""


@dataclass(frozen=True)
class ProcessDraftSaved(JournalEvent):
    """A part of a draft was saved: drawing, table, scenarios, in_flight, about, doubt, import.

    A proposal that waited for a second person is taken back by it.
    """

    kind: ClassVar[str] = "process_draft.saved"
    subject_kind: ClassVar[str] = "process_draft"
    key: str
    part: str
    revision: int
    faults: int = 0


@dataclass(frozen=True)
class ProcessDraftProposed(JournalEvent):
    """A draft without a fault was sent to a second person for publication."""

    kind: ClassVar[str] = "process_draft.proposed"
    subject_kind: ClassVar[str] = "process_draft"
    key: str
    revision: int


@dataclass(frozen=True)
class ProcessDraftDropped(JournalEvent):
    """A draft was given up."""

    kind: ClassVar[str] = "process_draft.dropped"
    subject_kind: ClassVar[str] = "process_draft"
    key: str


@dataclass(frozen=True)
class ProcessChosen(JournalEvent):
    """A procedure runs by this process from a day on; without a key by the default one again."""

    kind: ClassVar[str] = "procedure.process_chosen"
    subject_kind: ClassVar[str] = "procedure"
    key: str
    valid_from: date
    legal_basis: str


@dataclass(frozen=True)
class InFlightFinished(JournalEvent):
    """Whatever ran under the version before was moved to this one, or kept for a reason."""

    kind: ClassVar[str] = "process.in_flight_finished"
    subject_kind: ClassVar[str] = "process"
    policy: str
    moved: int
    kept: int


@dataclass(frozen=True)
class InFlightUndoAsked(JournalEvent):
    """What a version moved is to be put back, as far as it has not gone on."""

    kind: ClassVar[str] = "process.in_flight_undo_asked"
    subject_kind: ClassVar[str] = "process"
    reason: str


@dataclass(frozen=True)
class InFlightUndone(JournalEvent):
    """What a version moved was put back, as far as it had not gone on."""

    kind: ClassVar[str] = "process.in_flight_undone"
    subject_kind: ClassVar[str] = "process"
    put_back: int
    gone_on: int
