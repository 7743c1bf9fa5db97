"""What every event of a dossier has in common."""

from dataclasses import dataclass
from typing import ClassVar

from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class DossierEvent(JournalEvent):
    """An event of a dossier, with the state before and after."""

    kind: ClassVar[str] = ""
    subject_kind: ClassVar[str] = "dossier"
    from_state: str
    to_state: str
