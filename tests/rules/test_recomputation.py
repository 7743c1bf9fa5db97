"""What a changed calendar means for a due time: the examples of the page, and what must hold for every ledger."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.clock import ClockEntry, ClockRefusal, EntryKind, ResumePolicy, apply, is_late, replay
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.recomputation import Outcome, OutcomeKind, judged, outcome
from motcua.rules.working_time import DEFAULT_WEEK, DayEntry, DayKind, WorkingCalendar
from tests.rules.samples import CALENDAR, ENTRIES, FIRST, LAST, bounded, calendars, holiday, moment, moments

STARTED = ClockEntry(EntryKind.START, moment("Fri 06/11/2026 09:00"), Limit(Unit.WORKING_DAY, 3))
DUE = "Wed 11/11/2026 17:00"


def _with(*entries: DayEntry) -> WorkingCalendar:
    return WorkingCalendar(DEFAULT_WEEK, (*ENTRIES, *entries), FIRST, LAST)


def _off(day: int) -> WorkingCalendar:
    return _with(holiday(date(2026, 11, day), "Nghỉ"))


SATURDAY = _with(DayEntry(date(2026, 11, 7), DayKind.SWAP_WORKING, "Làm bù", "Thông báo"))


@pytest.mark.parametrize(
    ("calendar", "at", "kind", "after"),
    [
        (_off(10), "Mon 09/11/2026 08:00", "later", "Thu 12/11/2026 17:00"),
        (SATURDAY, "Fri 06/11/2026 15:00", "earlier", "Tue 10/11/2026 17:00"),
        (SATURDAY, "Wed 11/11/2026 09:00", "kept", "Tue 10/11/2026 17:00"),
        (_off(10), "Thu 12/11/2026 08:00", "kept", "Thu 12/11/2026 17:00"),
        (_off(12), "Mon 09/11/2026 08:00", "unchanged", DUE),
        # To the minute: at the due time itself it is not late, and a new one that is now is not past.
        (_off(10), DUE, "later", "Thu 12/11/2026 17:00"),
        (_off(10), "Wed 11/11/2026 17:01", "kept", "Thu 12/11/2026 17:00"),
        (SATURDAY, "Tue 10/11/2026 17:00", "earlier", "Tue 10/11/2026 17:00"),
        (SATURDAY, "Tue 10/11/2026 17:01", "kept", "Tue 10/11/2026 17:00"),
    ],
)
def test_the_examples_of_the_page(calendar: WorkingCalendar, at: str, kind: str, after: str) -> None:
    state = replay([STARTED], CALENDAR)
    assert outcome(state, calendar, at=moment(at)) == Outcome(OutcomeKind(kind), moment(DUE), moment(after))


def test_for_a_clock_that_stands_its_pause_is_what_counts() -> None:
    paused = ClockEntry(EntryKind.PAUSE, moment("Tue 10/11/2026 09:00"), ground="supplement")
    found = outcome(replay([STARTED, paused], CALENDAR), _off(10), at=moment("Thu 12/11/2026 08:00"))
    assert found == Outcome(OutcomeKind.LATER, moment(DUE), moment("Thu 12/11/2026 17:00"))
    late = ClockEntry(EntryKind.PAUSE, moment("Thu 12/11/2026 07:30"), ground="supplement")
    found = outcome(replay([STARTED, late], CALENDAR), _off(10), at=moment("Thu 12/11/2026 08:00"))
    assert found.kind is OutcomeKind.KEPT


def test_an_extension_whose_day_becomes_a_holiday_waits_for_the_next_working_day() -> None:
    extended = ClockEntry(
        EntryKind.EXTEND, moment("Mon 09/11/2026 08:00"), until=moment("Mon 16/11/2026 17:00")
    )
    found = outcome(replay([STARTED, extended], CALENDAR), _off(16), at=moment("Tue 10/11/2026 08:00"))
    assert found == Outcome(OutcomeKind.LATER, moment("Mon 16/11/2026 17:00"), moment("Tue 17/11/2026 17:00"))


def test_without_a_limit_nothing_changes() -> None:
    state = replay([ClockEntry(EntryKind.START, STARTED.at)], CALENDAR)
    assert outcome(state, _off(10), at=STARTED.at) == Outcome(OutcomeKind.UNCHANGED, None, None)


_LIMITS = st.builds(
    Limit,
    st.sampled_from([Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.WORKING_HOUR, Unit.HOUR, Unit.MONTH]),
    st.integers(1, 6),
)


@bounded
@given(calendars, calendars, _LIMITS, moments, st.lists(st.integers(1, 4_000), max_size=4), st.integers(0, 9))
def test_what_may_move_can_be_entered_and_nothing_else_can(
    old: WorkingCalendar, new: WorkingCalendar, limit: Limit, began: datetime, waits: list[int], days: int
) -> None:
    state = replay([ClockEntry(EntryKind.START, began, limit)], old)
    at, paused = began, False
    for wait in waits:
        at += timedelta(minutes=wait)
        kind = EntryKind.RESUME if paused else EntryKind.PAUSE
        state = apply(state, ClockEntry(kind, at, policy=ResumePolicy.SHIFT, ground="supplement"), old)
        paused = not paused
    at += timedelta(days=days)
    found = outcome(state, new, at=at)
    assert found.before == state.due

    entry = ClockEntry(EntryKind.RECKON, at)
    if found.kind is OutcomeKind.KEPT:
        with pytest.raises(ClockRefusal):
            apply(state, entry, new)
    elif found.kind is not OutcomeKind.UNCHANGED:
        assert not is_late(state, at=at)
        entered = apply(state, entry, new)
        assert entered.due == found.after
        assert not is_late(entered, at=at)
        again = outcome(entered, new, at=at)
        assert again.kind is OutcomeKind.UNCHANGED, "it is moved once"


@given(moments, moments, moments)
def test_a_date_moves_only_between_two_that_have_not_passed(
    before: datetime, after: datetime, counts: datetime
) -> None:
    kind = judged(before, after, counts=counts)
    if kind in (OutcomeKind.EARLIER, OutcomeKind.LATER):
        assert min(before, after) >= counts
        assert (kind is OutcomeKind.EARLIER) == (after < before)
    else:
        assert after == before or min(before, after) < counts
