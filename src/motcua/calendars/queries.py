"""The working calendar that an agency follows."""

from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache
from uuid import UUID

from motcua.calendars.models import Calendar
from motcua.kit import sql
from motcua.organisation import queries as organisation
from motcua.rules.working_time import DayEntry, DayKind, Shift, WorkingCalendar

YEARS_BACK, YEARS_AHEAD = 8, 4


_CALENDARS = "SELECT agency_id, id, revision FROM calendars_calendar"


class NoCalendar(LookupError):
    """No national calendar was ever laid down."""


def working_calendar(agency_id: UUID | None, *, on: date) -> WorkingCalendar:
    """Return the calendar of an agency: its own, else its nearest parent's, else the national one.

    It spans eight years back and four ahead of `on`. A change of a calendar shows at once, in every process.
    """
    rows = dict[UUID | None, tuple[UUID, int]]()
    for agency, calendar, revision in sql.rows(_CALENDARS, []):
        rows[agency] = (calendar, revision)
    if None not in rows:
        raise NoCalendar
    own = rows[None]
    if len(rows) > 1 and agency_id is not None:
        own = _nearest(agency_id, rows, on)
    return _build(own, rows[None], on.year)


def _nearest(agency_id: UUID, rows: Mapping[UUID | None, tuple[UUID, int]], on: date) -> tuple[UUID, int]:
    step: UUID | None = agency_id
    seen = set[UUID]()
    while step is not None and step not in seen:
        if step in rows:
            return rows[step]
        seen.add(step)
        step = organisation.agency_facts(step, on=on).parent_id
    return rows[None]


@lru_cache(maxsize=64)
def _build(own: tuple[UUID, int], national: tuple[UUID, int], year: int) -> WorkingCalendar:
    calendar = Calendar.objects.get(id=own[0])
    days = dict[date, DayEntry]()
    # The national holidays hold everywhere; an agency's own entry for a day comes before them.
    for source in dict.fromkeys((national[0], own[0])):
        for row in Calendar.objects.get(id=source).days.all():
            shifts = None if row.shifts is None else shifts_of(row.shifts)
            days[row.day] = DayEntry(row.day, DayKind(row.kind), row.name, row.legal_basis, shifts)
    week = {int(day): shifts_of(pairs) for day, pairs in calendar.week.items()}
    first, last = date(year - YEARS_BACK, 1, 1), date(year + YEARS_AHEAD, 12, 31)
    inside = [entry for day, entry in sorted(days.items()) if first <= day <= last]
    return WorkingCalendar(week, inside, first, last)


def shifts_of(pairs: list[list[str]]) -> tuple[Shift, ...]:
    """Read shifts from their stored form, pairs of "HH:MM"."""
    return tuple(Shift(time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)
