"""Past ledgers under another limit or calendar: the page's examples, and what holds for every ledger."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.clock import ClockEntry, ClockRefusal, EntryKind, ResumePolicy, replay
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.figures import Figure, punctuality
from motcua.rules.limit_text import LimitReading, Unread
from motcua.rules.simulation import Measured, is_past, limit_asked, measure, simulate
from motcua.rules.working_time import DEFAULT_WEEK, WorkingCalendar
from tests.rules.samples import CALENDAR, ENTRIES, FIRST, LAST, bounded, moment, moments

_EVE = [entry for entry in ENTRIES if entry.day != date(2026, 11, 24)]
WITHOUT = WorkingCalendar(DEFAULT_WEEK, _EVE, FIRST, LAST)


def days(amount: int) -> Limit:
    return Limit(Unit.WORKING_DAY, amount)


def start(text: str, amount: int | None) -> ClockEntry:
    return ClockEntry(EntryKind.START, moment(text), limit=None if amount is None else days(amount))


@pytest.mark.parametrize(
    ("solved", "newly"), [("Wed 18/11/2026 10:00", True), ("Tue 17/11/2026 10:00", False)]
)
def test_a_shorter_limit_makes_late_what_took_longer(solved: str, newly: bool) -> None:
    ledger = [start("Fri 6/11/2026 09:00", 10), ClockEntry(EntryKind.STOP, moment(solved))]
    was, would = replay(ledger, CALENDAR).due, simulate(ledger, CALENDAR, limit=days(7)).state.due
    assert (was, would) == (moment("Fri 20/11/2026 17:00"), moment("Tue 17/11/2026 17:00"))
    measured = measure(was=was, would=would, at=moment(solved))
    assert measured == Measured(False, newly)
    assert (measured.newly_late, measured.no_longer_late) == (newly, False)


def test_a_holiday_that_was_not_known_takes_lateness_away() -> None:
    ledger = [start("Fri 20/11/2026 10:00", 3)]
    was, would = replay(ledger, WITHOUT).due, simulate(ledger, {0: CALENDAR}).state.due
    assert (was, would) == (moment("Wed 25/11/2026 17:00"), moment("Thu 26/11/2026 17:00"))
    assert measure(was=was, would=would, at=moment("Thu 26/11/2026 10:00")).no_longer_late


def test_an_extension_that_would_have_come_too_late_moves_nothing_and_is_named() -> None:
    until = moment("Mon 16/11/2026 17:00")
    ledger = [
        start("Fri 6/11/2026 09:00", 3),
        ClockEntry(EntryKind.EXTEND, moment("Wed 11/11/2026 10:00"), until=until),
    ]
    assert replay(ledger, CALENDAR).due == until
    found = simulate(ledger, CALENDAR, limit=days(2))
    assert (found.state.due, found.passed_over) == (moment("Tue 10/11/2026 17:00"), ("extend_after_due",))
    # One that still could be made sets the day of its letter; one whose day lies before the due time does not.
    assert simulate(ledger, CALENDAR, limit=days(4)).state.due == until
    long = simulate(ledger, CALENDAR, limit=days(20))
    assert long.passed_over == ("extend_not_later",)
    assert long.state.due == long.state.original_due


def test_every_limit_that_an_entry_brings_is_the_new_one() -> None:
    ledger = [
        start("Fri 6/11/2026 09:00", 10),
        ClockEntry(EntryKind.PAUSE, moment("Mon 9/11/2026 09:00"), ground="supplement"),
        ClockEntry(
            EntryKind.RESUME, moment("Thu 12/11/2026 09:00"), limit=days(10), policy=ResumePolicy.RESTART,
            ground="supplement",
        ),
    ]  # fmt: skip
    assert replay(ledger, CALENDAR).due == moment("Fri 27/11/2026 17:00")
    assert simulate(ledger, CALENDAR, limit=days(2)).state.due == moment("Mon 16/11/2026 17:00")
    restart = ClockEntry(EntryKind.RESTART, moment("Fri 13/11/2026 09:00"), limit=days(10))
    assert simulate([*ledger, restart], CALENDAR, limit=days(2)).state.due == moment("Tue 17/11/2026 17:00")


def test_a_procedure_without_a_limit_may_be_given_one_for_the_sake_of_argument() -> None:
    ledger = [start("Fri 6/11/2026 09:00", None)]
    assert simulate(ledger, CALENDAR).state.due is None
    assert simulate(ledger, CALENDAR, limit=days(2)).state.due == moment("Tue 10/11/2026 17:00")


def test_a_restart_that_would_have_come_too_late_moves_nothing() -> None:
    ledger = [
        start("Fri 6/11/2026 09:00", 10),
        ClockEntry(EntryKind.RESTART, moment("Wed 11/11/2026 09:00"), limit=days(10)),
    ]
    found = simulate(ledger, CALENDAR, limit=days(2))
    assert (found.state.due, found.passed_over) == (moment("Tue 10/11/2026 17:00"), ("restart_after_due",))


@pytest.mark.parametrize(
    "ledger",
    [
        [],
        [ClockEntry(EntryKind.STOP, moment("Fri 6/11/2026 09:00"))],
        [start("Fri 6/11/2026 09:00", 3), start("Fri 6/11/2026 09:00", 3)],
        [start("Fri 6/11/2026 09:00", 3), ClockEntry(EntryKind.RESUME, moment("Mon 9/11/2026 09:00"))],
    ],
)
def test_a_broken_ledger_is_refused_and_not_passed_over(ledger: list[ClockEntry]) -> None:
    with pytest.raises(ClockRefusal):
        simulate(ledger, CALENDAR, limit=days(2))


def test_past_is_what_the_figures_call_late() -> None:
    due = moment("Tue 10/11/2026 17:00")
    assert not is_past(due, at=due)
    assert is_past(due, at=due + timedelta(microseconds=1))
    assert not is_past(due, at=moment("Tue 10/11/2026 23:00"), whole_days=True)
    assert is_past(due, at=moment("Wed 11/11/2026 00:00"), whole_days=True)
    assert not is_past(None, at=due)


@bounded
@given(moments, moments, st.booleans())
def test_past_is_late_and_nothing_else(due: datetime, at: datetime, whole_days: bool) -> None:
    late = punctuality(at, due, whole_days) is Figure.LATE
    assert is_past(due, at=at, whole_days=whole_days) == late


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("07 (bảy) ngày làm việc", days(7)),
        ("02 tháng và 15 ngày làm việc", Limit(Unit.MONTH, 2, then=(days(15),))),
        (
            "3 ngày làm việc; nhận sau 15 giờ thì tính vào ngày làm việc tiếp theo",
            Limit(Unit.WORKING_DAY, 3, time(15)),
        ),
        ("trong ngày; sau 15 giờ thì ngày làm việc tiếp theo", Limit(Unit.SAME_DAY, 1, time(15))),
    ],
)
def test_a_limit_that_is_asked_about_is_read_whole(text: str, limit: Limit) -> None:
    assert limit_asked(text) == LimitReading(limit)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("theo quy định", Unread.UNREADABLE),
        ("1", Unread.UNKNOWN_UNIT),
        ("3-5 ngày", Unread.SEVERAL),
        ("Khác", Unread.NONE_STATED),
        ("nhanh; sau 15 giờ thì ngày làm việc tiếp theo", Unread.UNREADABLE),
    ],
)
def test_what_gives_no_limit_says_why(text: str, why: Unread) -> None:
    assert (limit_asked(text).limit, limit_asked(text).doubt) == (None, why)


_gaps = st.lists(st.integers(0, 60 * 24 * 6), min_size=1, max_size=5)


@st.composite
def ledgers(draw: st.DrawFn) -> list[ClockEntry]:
    """Possible ledgers: an entry that the clock refuses is left out, as an action would."""
    at = draw(moments)
    ledger = [ClockEntry(EntryKind.START, at, limit=days(draw(st.integers(1, 12))))]
    for gap in draw(_gaps):
        at += timedelta(minutes=gap)
        entry = ClockEntry(
            draw(st.sampled_from(list(EntryKind)[1:5])), at, policy=draw(st.sampled_from(ResumePolicy)),
            until=at + timedelta(minutes=draw(st.integers(1, 60 * 24 * 20))), ground="one",
        )  # fmt: skip
        try:
            replay([*ledger, entry], CALENDAR)
        except ClockRefusal:
            continue
        ledger.append(entry)
    return ledger


@bounded
@given(ledgers())
def test_nothing_changed_nothing_differs(ledger: list[ClockEntry]) -> None:
    found = simulate(ledger, CALENDAR)
    assert (found.state, found.passed_over) == (replay(ledger, CALENDAR), ())


@bounded
@given(ledgers(), st.integers(1, 12))
def test_the_same_limit_in_the_place_of_itself_changes_nothing(ledger: list[ClockEntry], amount: int) -> None:
    own = [replace(entry, limit=days(amount)) if entry.limit else entry for entry in ledger]
    kept = simulate(own, CALENDAR).state
    assert simulate(own, CALENDAR, limit=days(amount)).state == kept


@bounded
@given(st.integers(1, 12), st.integers(1, 12), moments)
def test_a_shorter_limit_is_never_due_later(one: int, other: int, at: datetime) -> None:
    short, long = sorted((one, other))
    ledger = [ClockEntry(EntryKind.START, at, limit=days(long))]
    shorter = simulate(ledger, CALENDAR, limit=days(short)).state.due
    longer = simulate(ledger, CALENDAR).state.due
    assert shorter is not None
    assert longer is not None
    assert shorter <= longer
