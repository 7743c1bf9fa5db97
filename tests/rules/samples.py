"""The calendar and the moments that the tests of the rules share."""

from datetime import date, datetime, time, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from motcua.rules.localday import at_local
from motcua.rules.working_time import DEFAULT_WEEK, DayEntry, DayKind, Shift, WorkingCalendar

# Rules are tested in seconds, so most properties get few examples; nothing is written beside them.
bounded = settings(max_examples=25, deadline=None, database=None)

LABOUR_CODE = "Bộ luật Lao động 2019, Điều 112"


def holiday(day: date, name: str, basis: str = LABOUR_CODE) -> DayEntry:
    return DayEntry(day, DayKind.HOLIDAY, name, basis)


ENTRIES = (
    holiday(date(2026, 1, 1), "Tết Dương lịch"),
    *(holiday(date(2026, 2, day), "Tết Nguyên đán") for day in range(16, 21)),
    holiday(date(2026, 4, 26), "Giỗ Tổ Hùng Vương"),
    DayEntry(date(2026, 4, 27), DayKind.SUBSTITUTE_OFF, "Nghỉ bù Giỗ Tổ", "Bộ luật Lao động 2019, Điều 111"),
    holiday(date(2026, 4, 30), "Ngày Chiến thắng"),
    holiday(date(2026, 5, 1), "Quốc tế Lao động"),
    holiday(date(2026, 9, 1), "Quốc khánh"),
    holiday(date(2026, 9, 2), "Quốc khánh"),
    holiday(date(2026, 11, 24), "Ngày Văn hóa Việt Nam", "Nghị quyết 28/2026/QH16"),
)
FIRST, LAST = date(2025, 1, 1), date(2030, 12, 31)
CALENDAR = WorkingCalendar(DEFAULT_WEEK, ENTRIES, FIRST, LAST)

# A commune that also works on Saturday morning, swaps a day, has a half day and was closed by a flood.
SATURDAY_WEEK = {**DEFAULT_WEEK, 5: (Shift(time(7, 30), time(11, 0)),)}
SATURDAY_ENTRIES = (
    *ENTRIES,
    DayEntry(date(2026, 8, 31), DayKind.SWAP_OFF, "Hoán đổi", "Thông báo 2026"),
    DayEntry(date(2026, 8, 23), DayKind.SWAP_WORKING, "Làm bù", "Thông báo 2026"),
    DayEntry(date(2026, 11, 27), DayKind.HALF_DAY, "Nghỉ chiều", "Thông báo 12"),
    DayEntry(date(2026, 11, 30), DayKind.CLOSURE, "Lũ", "Quyết định 9"),
)
SATURDAYS = WorkingCalendar(SATURDAY_WEEK, SATURDAY_ENTRIES, FIRST, LAST)

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def moment(text: str) -> datetime:
    """Read "Fri 20/11/2026 10:00", local, and insist on the weekday."""
    weekday, day, clock = text.split()
    d, m, y = (int(part) for part in day.split("/"))
    hour, minute = (int(part) for part in clock.split(":"))
    found = date(y, m, d)
    assert WEEKDAYS[found.weekday()] == weekday, f"{text}: it is a {WEEKDAYS[found.weekday()]}"
    return at_local(found, time(hour, minute))


calendars = st.sampled_from([CALENDAR, SATURDAYS])
_BASE = at_local(date(2026, 1, 1), time(0))
moments = st.integers(0, 365 * 24 * 60 * 60 - 1).map(lambda seconds: _BASE + timedelta(seconds=seconds))
