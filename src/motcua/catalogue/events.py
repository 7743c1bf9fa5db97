"""What happens to procedures."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class VersionPublished(JournalEvent):
    """A version of a procedure was published; from now on it never changes."""

    kind: ClassVar[str] = "procedure.version_published"
    subject_kind: ClassVar[str] = "procedure"
    code: str
    version: UUID
    number: int
    digest: str
