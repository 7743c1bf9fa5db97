"""What a reorganisation does to dossiers."""

from dataclasses import dataclass
from typing import ClassVar

from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class DossiersPassed(JournalEvent):
    """A batch of dossiers passed to the agencies that follow; each has its row, and `digest` is that of the rows."""

    kind: ClassVar[str] = "reorganisation.dossiers_passed"
    subject_kind: ClassVar[str] = "reorganisation"
    count: int
    flagged: int
    tasks: int
    effective_on: str
    digest: str
