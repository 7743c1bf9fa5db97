from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import pairwise

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
    Stretch,
    Week,
    WorkingCalendar,
)
from tests.rules.samples import (
    CALENDAR,
    ENTRIES,
    FIRST,
    LAST,
    SATURDAY_ENTRIES,
    SATURDAY_WEEK,
    SATURDAYS,
    bounded,
    calendars,
    moment,
    moments,
)

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
    with pytest.raises(CalendarRefused, match=r"^not_a_working_day$"):
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
        ("empty_calendar", lambda: WorkingCalendar([], (), DAY, DAY - timedelta(days=1))),
        ("no_week", lambda: WorkingCalendar([], (), DAY, DAY)),
        ("weeks_out_of_order", lambda: WorkingCalendar([Week(DAY, {}), Week(DAY, {})], (), DAY, DAY)),
        (
            "weeks_out_of_order",
            lambda: WorkingCalendar([Week(DAY, {}), Week(DAY - timedelta(days=1), {})], (), DAY, DAY),
        ),
        ("bad_weekday", lambda: WorkingCalendar([Week(DAY, {}), Week(LAST, {-1: ()})], (), DAY, DAY)),
        ("shift_seconds", lambda: Shift(time(9, 0, 0, 1), time(10, 0))),
        ("shift_backwards", lambda: Shift(time(9, 1), time(9, 0))),
        ("off_day_with_shifts", lambda: DayEntry(DAY, DayKind.HOLIDAY, "", "", DEFAULT_WEEK[0])),
    ],
)
def test_nonsense_is_refused_by_code(code: str, build: Callable[[], object]) -> None:
    with pytest.raises(CalendarRefused) as refused:
        build()
    assert refused.value.code == code


SHORT = (Shift(time(8, 0), time(11, 0)), Shift(time(14, 0), time(16, 0)))
LONG = (Shift(time(6, 0), time(18, 0)),)


def _weeks(*entries: DayEntry) -> WorkingCalendar:
    """Short hours; long ones, on Saturday too, from Monday 23/11 on."""
    weeks = [
        Week(date(2026, 11, 16), dict.fromkeys(range(5), SHORT), "Quyết định 1"),
        Week(date(2026, 11, 23), dict.fromkeys(range(6), LONG), "Quyết định 2"),
    ]
    return WorkingCalendar(weeks, entries, date(2026, 11, 2), date(2026, 12, 31))


def _own(day: date, kind: str, shifts: tuple[Shift, ...] | None = None) -> DayEntry:
    return DayEntry(day, DayKind(kind), kind, "Thông báo", shifts)


def test_a_week_holds_from_its_day_on_and_the_first_one_before_it_too() -> None:
    calendar = _weeks()
    assert calendar.shifts_on(date(2026, 11, 2)) == SHORT, "before its first day"
    assert calendar.shifts_on(date(2026, 11, 16)) == SHORT
    assert calendar.shifts_on(date(2026, 11, 20)) == SHORT
    assert not calendar.is_working_day(date(2026, 11, 21))
    assert calendar.shifts_on(date(2026, 11, 23)) == LONG, "on its first day"
    assert calendar.shifts_on(date(2026, 11, 28)) == LONG
    assert (
        calendar.minutes_between(moment("Fri 20/11/2026 00:00"), moment("Tue 24/11/2026 00:00")) == 300 + 720
    )


def test_a_single_week_is_the_same_as_a_mapping() -> None:
    calendar = WorkingCalendar([Week(date(2026, 1, 1), DEFAULT_WEEK)], (), FIRST, LAST)
    assert calendar.shifts_on(DAY) == DEFAULT_WEEK[4]
    assert calendar.shifts_on(FIRST) == DEFAULT_WEEK[2]


@pytest.mark.parametrize(
    ("entry", "shifts"),
    [
        (_own(DAY, "holiday"), ()),
        (_own(DAY, "substitute_off"), ()),
        (_own(DAY, "swap_off"), ()),
        (_own(DAY, "closure"), ()),
        (_own(DAY, "closure", ()), ()),
        (_own(DAY, "half_day"), SHORT[:1]),
        (_own(DAY, "half_day", SHORT[1:]), SHORT[1:]),
        (_own(DAY, "half_day", ()), ()),
        (_own(DAY, "swap_working"), SHORT),
        (_own(DAY, "swap_working", LONG), LONG),
        (_own(DAY, "as_usual"), SHORT),
        (_own(DAY, "as_usual", LONG), SHORT),
        (_own(date(2026, 11, 22), "swap_working"), SHORT),
        (_own(date(2026, 11, 22), "as_usual"), ()),
        (_own(date(2026, 11, 22), "half_day"), ()),
        (_own(date(2026, 11, 28), "swap_working"), LONG),
        (_own(date(2026, 11, 29), "swap_working"), LONG),
    ],
)
def test_what_an_entry_makes_of_its_day(entry: DayEntry, shifts: tuple[Shift, ...]) -> None:
    assert _weeks(entry).shifts_on(entry.day) == shifts
    assert _weeks(entry).is_working_day(entry.day) == bool(shifts)
    assert _weeks(entry).entry_on(entry.day) == entry
    assert _weeks().entry_on(entry.day) is None


def test_a_swapped_day_borrows_the_first_weekday_that_has_shifts() -> None:
    sunday = date(2026, 11, 22)
    week = {1: (), 2: LONG, 4: SHORT}
    calendar = WorkingCalendar(week, [_own(sunday, "swap_working")], FIRST, LAST)
    assert calendar.shifts_on(sunday) == LONG
    nobody = WorkingCalendar({}, [_own(sunday, "swap_working")], FIRST, LAST)
    assert nobody.shifts_on(sunday) == ()
    monday_first = WorkingCalendar({0: SHORT, 2: LONG}, [_own(sunday, "swap_working")], FIRST, LAST)
    assert monday_first.shifts_on(sunday) == SHORT
    only_sunday = WorkingCalendar({6: LONG}, [_own(DAY, "swap_working")], FIRST, LAST)
    assert only_sunday.shifts_on(DAY) == LONG


def test_a_day_given_back_works_as_its_weekday_does() -> None:
    given_back = _weeks(_own(DAY, "swap_off"), _own(DAY, "as_usual"))
    assert given_back.shifts_on(DAY) == SHORT
    assert _weeks(_own(DAY, "as_usual"), _own(DAY, "swap_off")).shifts_on(DAY) == ()


def test_announcement_and_confirmation_change_no_count() -> None:
    assert DayEntry(DAY, DayKind.HOLIDAY, "", "").confirmed
    said = DayEntry(DAY, DayKind.HOLIDAY, "", "", None, date(2026, 11, 1), confirmed=False)
    assert not _weeks(said).is_working_day(DAY)


def test_stretches_are_the_runs_of_days_of_one_sort() -> None:
    calendar = WorkingCalendar(SATURDAY_WEEK, SATURDAY_ENTRIES, date(2026, 11, 1), date(2026, 12, 31))
    found = list(calendar.stretches(date(2026, 11, 20), date(2026, 12, 1)))
    assert list(calendar.stretches(date(2026, 11, 20), date(2026, 12, 1))) == found, "laid once, told twice"
    culture = ("holiday", "Nghị quyết 28/2026/QH16", "Ngày Văn hóa Việt Nam")
    rest = ("non_working", "Quyết định 188/1999/QĐ-TTg", "")
    d = lambda day: date(2026, 11, day)  # noqa: E731
    assert found == [
        Stretch(d(20), d(21), 2, "working_day", "", ""),
        Stretch(d(22), d(22), 0, *rest),
        Stretch(d(23), d(23), 1, "working_day", "", ""),
        Stretch(d(24), d(24), 0, *culture),
        Stretch(d(25), d(26), 2, "working_day", "", ""),
        Stretch(d(27), d(27), 1, "working_day", "Thông báo 12", "Nghỉ chiều"),
        Stretch(d(28), d(28), 1, "working_day", "", ""),
        Stretch(d(29), d(29), 0, *rest),
        Stretch(d(30), d(30), 0, "closure", "Quyết định 9", "Lũ"),
        Stretch(date(2026, 12, 1), date(2026, 12, 1), 1, "working_day", "", ""),
    ]


def test_stretches_are_cut_to_the_days_asked_for() -> None:
    calendar = WorkingCalendar(DEFAULT_WEEK, ENTRIES, date(2026, 2, 1), date(2026, 3, 31))
    tet = list(calendar.stretches(date(2026, 2, 18), date(2026, 2, 19)))
    assert [(s.first, s.last, s.working, s.name) for s in tet] == [
        (date(2026, 2, 18), date(2026, 2, 19), 0, "Tết Nguyên đán")
    ]
    assert list(CALENDAR.stretches(DAY, DAY)) == [Stretch(DAY, DAY, 1, "working_day", "", "")]
    assert list(CALENDAR.stretches(DAY, DAY - timedelta(days=1))) == []
    assert [stretch.last for stretch in CALENDAR.stretches(LAST, LAST)] == [LAST]
    with pytest.raises(OutsideCalendar):
        list(CALENDAR.stretches(LAST, LAST + timedelta(days=1)))


def test_a_free_day_that_no_entry_takes_is_weekly_rest() -> None:
    calendar = _weeks(_own(DAY, "half_day", ()), _own(date(2026, 11, 22), "as_usual"))
    reasons = [(s.first.day, s.last.day, s.reason) for s in calendar.stretches(DAY, date(2026, 11, 23))]
    assert reasons == [(20, 22, "non_working"), (23, 23, "working_day")]


@bounded
@given(calendars, st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 90))
def test_stretches_leave_no_day_out_and_agree_with_the_calendar(
    calendar: WorkingCalendar, first: date, days: int
) -> None:
    last = first + timedelta(days=days)
    found = list(calendar.stretches(first, last))
    assert (found[0].first, found[-1].last) == (first, last)
    assert all(b.first - a.last == timedelta(days=1) for a, b in pairwise(found))
    assert all(a[3:] != b[3:] for a, b in pairwise(found))
    assert sum(s.working for s in found) == calendar.working_days_between(first - timedelta(days=1), last)
    assert all((s.working > 0) == (s.reason == "working_day") for s in found)


def test_shifts_may_touch_but_not_overlap() -> None:
    touching = (Shift(time(7), time(9)), Shift(time(9), time(11)))
    calendar = _a_year({0: touching})
    assert calendar.next_moment(moment("Mon 23/11/2026 09:00")) == moment("Mon 23/11/2026 09:00")
    assert calendar.add_minutes(moment("Mon 23/11/2026 08:00"), 60) == moment("Mon 23/11/2026 09:00")
    assert calendar.add_minutes(moment("Mon 23/11/2026 08:00"), 61) == moment("Mon 23/11/2026 09:01")


def test_a_day_from_midnight_to_midnight_less_a_minute() -> None:
    calendar = _a_year(dict.fromkeys(range(7), (Shift(time(0), time(23, 59)),)))
    assert calendar.next_moment(moment("Mon 23/11/2026 23:59")) == moment("Tue 24/11/2026 00:00")
    assert calendar.add_minutes(moment("Mon 23/11/2026 23:58"), 2) == moment("Tue 24/11/2026 00:01")
    assert calendar.opening(date(2026, 11, 23)) == moment("Mon 23/11/2026 00:00")


def test_the_first_and_the_last_day_belong_to_the_calendar() -> None:
    # Wed 1/1/2025 and Tue 31/12/2030
    assert CALENDAR.is_working_day(FIRST)
    assert CALENDAR.is_working_day(LAST)
    assert CALENDAR.add_working_days(FIRST, 0) == FIRST
    assert CALENDAR.add_working_days(LAST, 0) == LAST
    assert CALENDAR.next_moment(moment("Wed 01/01/2025 00:00")) == moment("Wed 01/01/2025 07:00")
    assert CALENDAR.next_moment(moment("Tue 31/12/2030 16:59")) == moment("Tue 31/12/2030 16:59")
    assert CALENDAR.add_minutes(moment("Tue 31/12/2030 16:00"), 60) == moment("Tue 31/12/2030 17:00")
    assert CALENDAR.closing_after_receipt(moment("Wed 01/01/2025 00:00"), 0) == moment("Wed 01/01/2025 17:00")
    assert CALENDAR.closing_after_receipt(moment("Tue 31/12/2030 16:59"), 0) == moment("Tue 31/12/2030 17:00")
    assert CALENDAR.minutes_between(moment("Wed 01/01/2025 00:00"), moment("Wed 01/01/2025 08:00")) == 60


def test_a_calendar_of_one_day() -> None:
    only = WorkingCalendar(DEFAULT_WEEK, (), DAY, DAY)
    assert (only.first, only.last) == (DAY, DAY)
    assert only.opening(DAY) == moment("Fri 20/11/2026 07:00")
    assert only.closing(DAY) == moment("Fri 20/11/2026 17:00")
    assert only.add_working_days(DAY, 0) == DAY
    assert only.closing_after_receipt(moment("Fri 20/11/2026 05:00"), 0) == only.closing(DAY)
    assert only.working_days_between(DAY, DAY) == 0
    assert only.minutes_between(moment("Fri 20/11/2026 00:00"), moment("Fri 20/11/2026 23:59")) == 480
    assert only.add_minutes(moment("Fri 20/11/2026 05:00"), 480) == only.closing(DAY)
    assert list(only.stretches(DAY, DAY)) == [Stretch(DAY, DAY, 1, "working_day", "", "")]
    for day in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        with pytest.raises(OutsideCalendar):
            only.is_working_day(day)
    with pytest.raises(OutsideCalendar):
        only.add_minutes(moment("Fri 20/11/2026 05:00"), 481)
    with pytest.raises(OutsideCalendar):
        only.add_working_days(DAY, -1)


@pytest.mark.parametrize(
    ("received", "cutoff", "counts"),
    [
        ("Fri 20/11/2026 15:00", time(15, 0), "Fri 20/11/2026 15:00"),
        ("Fri 20/11/2026 15:01", time(15, 0), "Mon 23/11/2026 07:00"),
        ("Fri 20/11/2026 16:59", None, "Fri 20/11/2026 16:59"),
        ("Fri 20/11/2026 17:00", None, "Mon 23/11/2026 07:00"),
        ("Fri 20/11/2026 17:30", time(15, 0), "Mon 23/11/2026 07:00"),
        ("Sat 21/11/2026 16:00", time(15, 0), "Mon 23/11/2026 07:00"),
        ("Mon 23/11/2026 15:01", time(15, 0), "Wed 25/11/2026 07:00"),
        ("Fri 20/11/2026 12:00", time(13, 0), "Fri 20/11/2026 13:30"),
        ("Fri 20/11/2026 13:01", time(13, 0), "Mon 23/11/2026 07:00"),
        ("Fri 20/11/2026 09:31", time(9, 30), "Mon 23/11/2026 07:00"),
        ("Fri 20/11/2026 09:30", time(9, 30), "Fri 20/11/2026 09:30"),
    ],
)
def test_the_moment_at_which_a_paper_counts_as_received(
    received: str, cutoff: time | None, counts: str
) -> None:
    late = moment(received) + timedelta(seconds=59)
    for at in (moment(received), late):
        found = CALENDAR.moment_of_receipt(at, cutoff)
        assert found == moment(counts)
        assert CALENDAR.closing_after_receipt(at, 0, cutoff) == CALENDAR.closing(local_day(found))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: CALENDAR.is_working_day(FIRST - timedelta(days=1)),
        lambda: CALENDAR.shifts_on(LAST + timedelta(days=1)),
        lambda: CALENDAR.entry_on(LAST + timedelta(days=1)),
        lambda: CALENDAR.is_working_day(LAST + timedelta(days=1)),
        lambda: CALENDAR.moment_of_receipt(moment("Tue 31/12/2030 17:00")),
        lambda: CALENDAR.moment_of_receipt(moment("Tue 31/12/2030 16:00"), time(15, 0)),
        lambda: CALENDAR.next_moment(moment("Tue 31/12/2024 23:59")),
        lambda: CALENDAR.next_moment(moment("Wed 01/01/2031 00:00")),
        lambda: CALENDAR.closing_after_receipt(moment("Tue 31/12/2024 23:59"), 1),
        lambda: CALENDAR.closing_after_receipt(moment("Tue 31/12/2030 17:00"), 0),
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
    with pytest.raises(TypeError, match=r"^a day is asked for, not a moment$"):
        CALENDAR.is_working_day(moment("Fri 20/11/2026 10:00"))
    with pytest.raises(ValueError, match=r"^working minutes are added forward only$"):
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


def test_rest_is_explained_by_the_act_of_its_week_and_a_day_says_whether_a_notice_confirms_it() -> None:
    weeks = [Week(date(2026, 1, 1), DEFAULT_WEEK), Week(date(2026, 6, 1), DEFAULT_WEEK, "Quyết định 7")]
    entries = [
        DayEntry(date(2026, 6, 3), DayKind.HOLIDAY, "Nghỉ", "Luật", confirmed=False),
        DayEntry(date(2026, 6, 4), DayKind.HOLIDAY, "Nghỉ", "Luật"),
    ]
    calendar = WorkingCalendar(weeks, entries, date(2026, 1, 1), date(2026, 12, 31))
    found = list(calendar.stretches(date(2026, 5, 30), date(2026, 6, 7)))
    assert [(run.first.day, run.reason, run.basis, run.confirmed) for run in found] == [
        (30, "non_working", "Quyết định 188/1999/QĐ-TTg", True),
        (1, "working_day", "", True),
        (3, "holiday", "Luật", False),
        (4, "holiday", "Luật", True),
        (5, "working_day", "", True),
        (6, "non_working", "Quyết định 7", True),
    ]
