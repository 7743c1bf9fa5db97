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
