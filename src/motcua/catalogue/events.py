"""What happens to procedures."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class VersionPublished(JournalEvent):
    """A version of a procedure was published; from now on it never changes.

    `in_flight` says by field whether running dossiers stay or follow, and from which day.
    """

    kind: ClassVar[str] = "procedure.version_published"
    subject_kind: ClassVar[str] = "procedure"
    schema: ClassVar[int] = 2
    code: str
    version: UUID
    number: int
    digest: str
    in_flight: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ProceduresImported(JournalEvent):
    """Records of foreign files were read into the catalogue."""

    kind: ClassVar[str] = "catalogue.imported"
    subject_kind: ClassVar[str] = "import"
    files: tuple[str, ...]
    read: int
    published: int
    new_versions: int
    held: int
    doubts: int


@dataclass(frozen=True)
class DoubtDecided(JournalEvent):
    """A person settled or passed on a doubted value of a procedure."""

    kind: ClassVar[str] = "procedure.doubt_decided"
    subject_kind: ClassVar[str] = "procedure"
    doubts: tuple[UUID, ...]
    fields: tuple[str, ...]
    decision: str


@dataclass(frozen=True)
class ProcedureWithdrawn(JournalEvent):
    """A procedure ends on a day, by a legal act."""

    kind: ClassVar[str] = "procedure.withdrawn"
    subject_kind: ClassVar[str] = "procedure"
    code: str
    effective_on: date
    legal_basis: str


@dataclass(frozen=True)
class ProcedureKept(JournalEvent):
    """A proposal to withdraw a procedure was turned down."""

    kind: ClassVar[str] = "procedure.kept"
    subject_kind: ClassVar[str] = "procedure"
    code: str
    legal_basis: str


@dataclass(frozen=True)
class ProceduresPosted(JournalEvent):
    """Printed versions were put on display at a place of an agency, each in the stead of what hung there before."""

    kind: ClassVar[str] = "agency.procedures_posted"
    subject_kind: ClassVar[str] = "agency"
    place: str
    posted_on: date
    postings: tuple[UUID, ...]
    versions: tuple[UUID, ...]


@dataclass(frozen=True)
class PostingsChecked(JournalEvent):
    """Somebody looked whether what is on display still hangs as it should; a finding for each posting."""

    kind: ClassVar[str] = "agency.postings_checked"
    subject_kind: ClassVar[str] = "agency"
    postings: tuple[UUID, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True)
class PostingsRemoved(JournalEvent):
    """What hung at an agency was taken down on a day."""

    kind: ClassVar[str] = "agency.postings_removed"
    subject_kind: ClassVar[str] = "agency"
    postings: tuple[UUID, ...]
    removed_on: date


@dataclass(frozen=True)
class AnnouncementRecorded(JournalEvent):
    """A decision that announces procedures was written into the register."""

    kind: ClassVar[str] = "announcement.recorded"
    subject_kind: ClassVar[str] = "announcement"
    number: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class AnnouncementAmended(JournalEvent):
    """What the register says of a decision was completed or put right; `before` and `after` give each field.

    Days are written YYYY-MM-DD; procedures are kinds by code.
    """

    kind: ClassVar[str] = "announcement.amended"
    subject_kind: ClassVar[str] = "announcement"
    number: str
    before: dict[str, Any]
    after: dict[str, Any]
