"""What happens to calendars."""

from dataclasses import dataclass
from typing import ClassVar

from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class CalendarChanged(JournalEvent):
    """Days of a calendar were set."""

    kind: ClassVar[str] = "calendar.changed"
    subject_kind: ClassVar[str] = "calendar"
    days: tuple[str, ...]
    legal_basis: str
