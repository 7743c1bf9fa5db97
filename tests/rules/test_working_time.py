from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from motcua.rules.localday import local_day
from motcua.rules.working_time import (
    DEFAULT_WEEK,
    CalendarRefused,
    DayEntry,
    DayKind,
    OutsideCalendar,
    Shift,
    WorkingCalendar,
)
from tests.rules.samples import CALENDAR, FIRST, LAST, SATURDAYS, bounded, calendars, moment, moments

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "free",
    [date(2026, 1, 1), *(date(2026, 2, d) for d in range(14, 23)), date(2026, 4, 25), date(2026, 4, 26),
     date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1), date(2026, 9, 1), date(2026, 9, 2),
     date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 24)],
)  # fmt: skip
def test_nobody_works_on_the_free_days_of_2026(free: date) -> None:
    assert not CALENDAR.is_working_day(free)
    assert CALENDAR.shifts_on(free) == ()


def test_the_year_2026_has_its_working_days() -> None:
    free_weekdays = 1 + 5 + 1 + 2 + 2 + 1
    weekdays = sum((date(2026, 1, 1) + timedelta(days=n)).weekday() < 5 for n in range(365))
    assert CALENDAR.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == weekdays - free_weekdays


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 20), 3, date(2026, 11, 26)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),
        (date(2026, 2, 14), 0, date(2026, 2, 23)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 25), -1, date(2026, 11, 23)),
        (date(2026, 11, 22), -1, date(2026, 11, 20)),
    ],
)
def test_working_days_are_added(start: date, count: int, end: date) -> None:
    assert CALENDAR.add_working_days(start, count) == end


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("Mon 23/11/2026 16:00", 480, "Wed 25/11/2026 16:00"),
        ("Fri 20/11/2026 11:00", 60, "Fri 20/11/2026 14:00"),
        ("Fri 20/11/2026 16:00", 60, "Fri 20/11/2026 17:00"),
        ("Fri 20/11/2026 16:00", 61, "Mon 23/11/2026 07:01"),
        ("Fri 20/11/2026 12:00", 30, "Fri 20/11/2026 14:00"),
        ("Sat 21/11/2026 12:00", 0, "Mon 23/11/2026 07:00"),
        ("Fri 20/11/2026 17:00", 0, "Fri 20/11/2026 17:00"),
    ],
)
def test_working_minutes_are_added(start: str, minutes: int, end: str) -> None:
    assert CALENDAR.add_minutes(moment(start), minutes) == moment(end)


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("Fri 20/11/2026 06:00", "Fri 20/11/2026 07:00"),
        ("Fri 20/11/2026 10:00", "Fri 20/11/2026 10:00"),
        ("Fri 20/11/2026 11:30", "Fri 20/11/2026 13:30"),
        ("Fri 20/11/2026 17:00", "Mon 23/11/2026 07:00"),
        ("Fri 13/02/2026 18:00", "Mon 23/02/2026 07:00"),
    ],
)
def test_the_next_working_moment(at: str, then: str) -> None:
    assert CALENDAR.next_moment(moment(at)) == moment(then)


def test_minutes_between_skip_the_weekend_and_drop_seconds() -> None:
    start, end = moment("Fri 20/11/2026 16:00"), moment("Mon 23/11/2026 08:00")
    assert CALENDAR.minutes_between(start, end) == 120
    assert CALENDAR.minutes_between(end, start) == -120
    assert CALENDAR.minutes_between(start + timedelta(seconds=59), end + timedelta(seconds=59)) == 120


def test_opening_and_closing_are_utc_and_only_of_working_days() -> None:
    assert CALENDAR.opening(DAY) == moment("Fri 20/11/2026 07:00")
    assert CALENDAR.closing(DAY) == moment("Fri 20/11/2026 17:00")
    assert CALENDAR.closing(DAY).utcoffset() == timedelta(0)
    with pytest.raises(CalendarRefused, match="not_a_working_day"):
        CALENDAR.closing(date(2026, 11, 24))


def test_swaps_half_days_and_closures() -> None:
    assert not SATURDAYS.is_working_day(date(2026, 8, 31))
    assert SATURDAYS.shifts_on(date(2026, 8, 23)) == DEFAULT_WEEK[0], (
        "a free weekday borrows the first shifts"
    )
    assert SATURDAYS.closing(date(2026, 11, 27)) == moment("Fri 27/11/2026 11:30")
    assert SATURDAYS.closing(date(2026, 11, 28)) == moment("Sat 28/11/2026 11:00")
    assert not SATURDAYS.is_working_day(date(2026, 11, 30))
    entry = SATURDAYS.entry_on(date(2026, 11, 30))
    assert entry is not None
    assert entry.name == "Lũ"


def test_the_later_of_two_entries_holds_and_given_shifts_are_kept() -> None:
    short = (Shift(time(8, 0), time(9, 0)),)
    own = DayEntry(DAY, DayKind.SWAP_WORKING, "Trực", "Quyết định 1", short)
    calendar = WorkingCalendar(
        DEFAULT_WEEK, [DayEntry(DAY, DayKind.HOLIDAY, "Nghỉ", "Luật"), own], FIRST, LAST
    )
    assert calendar.shifts_on(DAY) == short
    assert calendar.entry_on(DAY) == own


def _a_year(week: dict[int, tuple[Shift, ...]]) -> WorkingCalendar:
    return WorkingCalendar(week, (), date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("code", "build"),
    [
        ("shift_backwards", lambda: Shift(time(9, 0), time(9, 0))),
        ("shift_seconds", lambda: Shift(time(9, 0), time(10, 0, 1))),
        ("shifts_overlap", lambda: _a_year({0: (Shift(time(7), time(12)), Shift(time(11), time(17)))})),
        ("shifts_overlap", lambda: _a_year({0: (Shift(time(13), time(17)), Shift(time(7), time(11)))})),
        ("bad_weekday", lambda: _a_year({7: ()})),
        ("empty_calendar", lambda: WorkingCalendar({}, (), date(2026, 1, 2), date(2026, 1, 1))),
        ("off_day_with_shifts", lambda: DayEntry(DAY, DayKind.HOLIDAY, "", "", DEFAULT_WEEK[0])),
    ],
)
def test_nonsense_is_refused_by_code(code: str, build: Callable[[], object]) -> None:
    with pytest.raises(CalendarRefused) as refused:
        build()
    assert refused.value.code == code


@pytest.mark.parametrize(
    "ask",
    [
        lambda: CALENDAR.is_working_day(FIRST - timedelta(days=1)),
        lambda: CALENDAR.shifts_on(LAST + timedelta(days=1)),
        lambda: CALENDAR.add_working_days(LAST, 1),
        lambda: CALENDAR.add_working_days(FIRST, -1),
        lambda: CALENDAR.add_minutes(moment("Tue 31/12/2030 16:59"), 2),
        lambda: CALENDAR.next_moment(moment("Tue 31/12/2030 17:00")),
        lambda: CALENDAR.closing_after_receipt(moment("Tue 31/12/2030 10:00"), 1),
        lambda: CALENDAR.closing_after_receipt(moment("Wed 01/01/2031 10:00"), 1),
        lambda: CALENDAR.minutes_between(moment("Tue 31/12/2024 10:00"), moment("Fri 20/11/2026 10:00")),
    ],
)
def test_outside_the_calendar_nothing_is_guessed(ask: Callable[[], object]) -> None:
    with pytest.raises(OutsideCalendar) as refused:
        ask()
    assert refused.value.code == "outside_calendar"


def test_a_naive_moment_a_moment_for_a_day_and_negative_minutes_are_errors() -> None:
    with pytest.raises(TypeError):
        CALENDAR.add_minutes(datetime(2026, 11, 20, 10, 0), 5)
    with pytest.raises(TypeError):
        CALENDAR.is_working_day(moment("Fri 20/11/2026 10:00"))
    with pytest.raises(ValueError, match="forward"):
        CALENDAR.add_minutes(moment("Fri 20/11/2026 10:00"), -1)


@bounded
@given(calendars, moments, st.integers(0, 20_000))
def test_adding_minutes_and_counting_them_are_inverse(
    calendar: WorkingCalendar, at: datetime, minutes: int
) -> None:
    assert calendar.minutes_between(at, calendar.add_minutes(at, minutes)) == minutes


@bounded
@given(calendars, moments, moments)
def test_counting_minutes_by_hand_agrees(calendar: WorkingCalendar, a: datetime, b: datetime) -> None:
    assume(abs(b - a) < timedelta(days=40))
    a, b = sorted((a.replace(second=0), b.replace(second=0)))
    total, day = timedelta(0), local_day(a)
    while day <= local_day(b):
        for shift in calendar.shifts_on(day):
            opens = calendar.opening(day) + _since(calendar.shifts_on(day)[0].start, shift.start)
            closes = opens + _since(shift.start, shift.end)
            total += max(timedelta(0), min(b, closes) - max(a, opens))
        day += timedelta(days=1)
    assert calendar.minutes_between(a, b) == total // timedelta(minutes=1)


def _since(a: time, b: time) -> timedelta:
    return timedelta(minutes=b.hour * 60 + b.minute - a.hour * 60 - a.minute)


@bounded
@given(calendars, st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(1, 400))
def test_adding_days_and_counting_them_are_inverse(calendar: WorkingCalendar, day: date, count: int) -> None:
    end = calendar.add_working_days(day, count)
    assert calendar.is_working_day(end)
    assert calendar.working_days_between(day, end) == count
    assert calendar.working_days_between(end, day) == -count
    assert calendar.add_working_days(end, -count) <= day or not calendar.is_working_day(day)
    assert calendar.next_working_day(day) == calendar.add_working_days(day, 1)
