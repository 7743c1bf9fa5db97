"""Limits as the tables of vectors write them, and the calendars they are counted by."""

from datetime import date, time

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.working_time import DEFAULT_WEEK, DayEntry, DayKind, Shift, Week, WorkingCalendar
from tests.rules.samples import ENTRIES, FIRST, LAST, holiday

_UNITS = {
    "wd": Unit.WORKING_DAY,
    "cd": Unit.CALENDAR_DAY,
    "m": Unit.MONTH,
    "h": Unit.HOUR,
    "wh": Unit.WORKING_HOUR,
}

# The swaps of 2026 as data: Friday 2/1 for Saturday 10/1, Monday 31/8 for Saturday 22/8.
SWAPS = WorkingCalendar(
    DEFAULT_WEEK,
    (
        *ENTRIES,
        DayEntry(date(2026, 1, 2), DayKind.SWAP_OFF, "Hoán đổi", "Thông báo 2026"),
        DayEntry(date(2026, 1, 10), DayKind.SWAP_WORKING, "Làm bù", "Thông báo 2026"),
        DayEntry(date(2026, 8, 31), DayKind.SWAP_OFF, "Hoán đổi", "Thông báo 2026"),
        DayEntry(date(2026, 8, 22), DayKind.SWAP_WORKING, "Làm bù", "Thông báo 2026"),
    ),
    FIRST,
    LAST,
)

WINTER = dict.fromkeys(range(5), (Shift(time(7, 30), time(12, 0)), Shift(time(13, 0), time(16, 30))))
# Winter hours until 15/4, summer hours (07:00-11:30, 13:30-17:00) until 15/10, then winter hours again.
SEASONS = WorkingCalendar(
    [
        Week(date(2025, 10, 16), WINTER),
        Week(date(2026, 4, 16), DEFAULT_WEEK),
        Week(date(2026, 10, 16), WINTER),
    ],
    ENTRIES,
    FIRST,
    LAST,
)


def with_a_holiday(*days: date) -> WorkingCalendar:
    """Give the calendar of 2026 after a notice that takes these days off."""
    return WorkingCalendar(DEFAULT_WEEK, (*ENTRIES, *(holiday(day, "Nghỉ") for day in days)), FIRST, LAST)


def limit(text: str) -> Limit:
    """Read "3 wd", "same day", "1 m + 2 wd", each with "after 15:00" behind it for a cutoff."""
    text, _, clock = text.partition(" after ")
    cutoff = time.fromisoformat(clock) if clock else None
    if text == "same day":
        return Limit(Unit.SAME_DAY, 1, cutoff)
    first, *then = (part.split() for part in text.split(" + "))
    phases = tuple(Limit(_UNITS[unit], int(amount)) for amount, unit in then)
    return Limit(_UNITS[first[1]], int(first[0]), cutoff, phases)
