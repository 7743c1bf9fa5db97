"""What happens to calendars."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from motcua.journal.events import JournalEvent


@dataclass(frozen=True)
class CalendarChanged(JournalEvent):
    """A notice set days or working weeks of a calendar.

    `days` are ISO days; `first_day` to `last_day` (None: without end, a week changed) is where hours may differ.
    """

    kind: ClassVar[str] = "calendar.changed"
    subject_kind: ClassVar[str] = "calendar"
    schema: ClassVar[int] = 2
    number: int
    days: tuple[str, ...]
    first_day: date | None
    last_day: date | None
    legal_basis: str
