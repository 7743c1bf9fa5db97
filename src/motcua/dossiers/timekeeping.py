"""Working time left until a due time, in the reader's words."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.calendars.queries import working_calendar
from motcua.dossiers import words
from motcua.rules.localday import local_day
from motcua.rules.working_time import OutsideCalendar, WorkingCalendar


@dataclass(frozen=True)
class TimeLeft:
    """Working time left in words, and how it looks: late, soon, or nothing."""

    text: str
    kind: str


class Timekeeper:
    """Says times left at one moment; each agency's calendar is looked up once."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._calendars: dict[UUID | None, WorkingCalendar] = {}

    def left(self, due_at: datetime | None, agency_id: UUID | None) -> TimeLeft:
        """Say how much working time is left until a due time, or by how much it is past."""
        if due_at is None:
            return TimeLeft(_("Không thời hạn"), "")
        late = due_at < self.at
        first, last = (due_at, self.at) if late else (self.at, due_at)
        try:
            amount, whole = words.working_amount(self._calendar(agency_id), first, last)
        except OutsideCalendar:
            return TimeLeft(words.moment(due_at), "")
        if late:
            return TimeLeft(_("Quá hạn %(amount)s") % {"amount": amount}, "late")
        return TimeLeft(_("Còn %(amount)s") % {"amount": amount}, "" if whole else "soon")

    def _calendar(self, agency_id: UUID | None) -> WorkingCalendar:
        if agency_id not in self._calendars:
            self._calendars[agency_id] = working_calendar(agency_id, on=local_day(self.at))
        return self._calendars[agency_id]
