"""What happens in processes."""

from dataclasses import dataclass
from typing import ClassVar

from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class ProcessPublished(JournalEvent):
    """A process version was published."""

    kind: ClassVar[str] = "process.published"
    subject_kind: ClassVar[str] = "process"
    key: str
    number: int
