"""By whose calendar a clock runs that passed to another agency: the examples of the page, and what holds for all."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.clock import ClockEntry, ClockRefusal, EntryKind, ResumePolicy, apply, due_under, replay
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.keepers import Pin, at_notice, keeper_at, pinned
from motcua.rules.recomputation import OutcomeKind, outcome
from motcua.rules.simulation import simulate
from motcua.rules.working_time import DEFAULT_WEEK, DayEntry, DayKind, WorkingCalendar
from tests.rules.samples import (
    CALENDAR,
    ENTRIES,
    FIRST,
    LAST,
    SATURDAYS,
    bounded,
    calendars,
    holiday,
    moment,
    moments,
)

A, B, C = "A", "B", "C"
NOON = moment("Mon 09/11/2026 12:00")
LATER = moment("Thu 12/11/2026 12:00")
# A works on Saturdays as on Fridays.
SIX_DAYS = {**DEFAULT_WEEK, 5: DEFAULT_WEEK[4]}


def _a(*entries: DayEntry) -> WorkingCalendar:
    return WorkingCalendar(SIX_DAYS, (*ENTRIES, *entries), FIRST, LAST)


def _b(*entries: DayEntry) -> WorkingCalendar:
    return WorkingCalendar(DEFAULT_WEEK, (*ENTRIES, *entries), FIRST, LAST)


def _off(day: int) -> DayEntry:
    return holiday(date(2026, 11, day), "Nghỉ")


STARTED = ClockEntry(
    EntryKind.START, moment("Fri 06/11/2026 09:00"), Limit(Unit.WORKING_DAY, 3), calendar=1, keeper=A
)
PROMISED = moment("Tue 10/11/2026 17:00")
# The first notice, and what stands after the second.
BEFORE: dict[Pin, WorkingCalendar] = {(1, A): _a(), 1: _b()}


@pytest.mark.parametrize(
    ("held", "at", "now", "keeper"),
    [
        ([], "Mon 09/11/2026 12:00", B, None),
        ([(NOON, A)], "Mon 09/11/2026 11:59", B, A),
        ([(NOON, A)], "Mon 09/11/2026 12:00", B, None),
        ([(NOON, A), (LATER, B)], "Fri 06/11/2026 09:00", C, A),
        ([(NOON, A), (LATER, B)], "Mon 09/11/2026 12:00", C, B),
        ([(NOON, A), (LATER, B)], "Thu 12/11/2026 12:00", C, None),
        # It came back: then it is the calendar of who holds it now, and no other.
        ([(NOON, A), (LATER, B)], "Fri 06/11/2026 09:00", A, None),
        ([(NOON, A), (LATER, B)], "Tue 10/11/2026 09:00", A, B),
        # Only who receives changed.
        ([(NOON, A)], "Fri 06/11/2026 09:00", A, None),
    ],
)
def test_the_keeper_is_who_held_it_at_the_moment(
    held: list[tuple[datetime, str]], at: str, now: str, keeper: str | None
) -> None:
    assert keeper_at(held, moment(at), now=now) == keeper


def test_a_promise_is_derived_by_who_made_it() -> None:
    assert replay([STARTED], BEFORE).due == PROMISED
    assert replay([replace(STARTED, keeper=None)], BEFORE).due == moment("Wed 11/11/2026 17:00")
    assert simulate([STARTED], BEFORE).state.due == PROMISED


@pytest.mark.parametrize(
    ("a", "b", "kind", "after"),
    [
        (_a(), _b(), "unchanged", "Tue 10/11/2026 17:00"),
        # A day off of the nation is in both.
        (_a(_off(10)), _b(_off(10)), "later", "Wed 11/11/2026 17:00"),
        (_a(_off(10)), _b(), "later", "Wed 11/11/2026 17:00"),
        (_a(), _b(_off(10)), "unchanged", "Tue 10/11/2026 17:00"),
        (
            _a(DayEntry(date(2026, 11, 8), DayKind.SWAP_WORKING, "Làm bù", "TB 9")),
            _b(),
            "earlier",
            "Mon 09/11/2026 17:00",
        ),
    ],
)
def test_a_notice_moves_what_its_calendar_counted(
    a: WorkingCalendar, b: WorkingCalendar, kind: str, after: str
) -> None:
    found = outcome(replay([STARTED], BEFORE), {A: a, None: b}, at=NOON)
    assert (found.kind, found.before, found.after) == (OutcomeKind(kind), PROMISED, moment(after))
    if found.kind in (OutcomeKind.LATER, OutcomeKind.EARLIER):
        reckon = ClockEntry(EntryKind.RECKON, NOON, calendar=2)
        after_it: dict[Pin, WorkingCalendar] = {**BEFORE, (2, A): a, 2: b}
        assert replay([STARTED, reckon], after_it).due == moment(after)


PAUSED = ClockEntry(
    EntryKind.PAUSE, moment("Mon 09/11/2026 09:00"), ground="supplement", calendar=1, keeper=A
)


def _resumed(policy: str) -> ClockEntry:
    return ClockEntry(
        EntryKind.RESUME, moment("Fri 13/11/2026 09:00"), policy=ResumePolicy(policy), ground="supplement",
        calendar=1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "after"),
    [
        ("shift", "Mon 16/11/2026 17:00"),
        ("resume", "Mon 16/11/2026 17:00"),
        ("restart", "Wed 18/11/2026 17:00"),
        ("none", "Tue 10/11/2026 17:00"),
    ],
)
def test_a_pause_over_a_hand_over_counts_by_who_ends_it(policy: str, after: str) -> None:
    state = replay([STARTED, PAUSED, _resumed(policy)], BEFORE)
    assert (state.original_due, state.due) == (PROMISED, moment(after))
    assert due_under(state, {A: _a(), None: _b()}) == state.due


def test_after_a_limit_began_anew_the_new_calendar_counts_and_the_old_promise_is_kept() -> None:
    state = replay([STARTED, PAUSED, _resumed("restart")], BEFORE)
    at = moment("Fri 13/11/2026 10:00")
    found = outcome(state, {A: _a(), None: _b(_off(17))}, at=at)
    assert (found.kind, found.after) == (OutcomeKind.LATER, moment("Thu 19/11/2026 17:00"))
    assert outcome(state, {A: _a(_off(10)), None: _b()}, at=at).kind is OutcomeKind.UNCHANGED


def test_an_extension_is_moved_off_a_day_of_rest_of_who_gave_it() -> None:
    extended = ClockEntry(
        EntryKind.EXTEND,
        NOON - timedelta(hours=2),
        until=moment("Sat 14/11/2026 17:00"),
        calendar=1,
        keeper=A,
    )
    state = replay([STARTED, extended], BEFORE)
    assert due_under(state, {A: _a(), None: _b()}) == moment("Sat 14/11/2026 17:00")
    assert due_under(state, {A: _a(_off(14)), None: _b()}) == moment("Mon 16/11/2026 17:00")


def test_one_calendar_for_all_counts_for_every_keeper() -> None:
    assert replay([STARTED], CALENDAR) == replay([STARTED], {(1, A): CALENDAR})
    assert at_notice(CALENDAR, 1, keepers=[A]) is CALENDAR
    assert (pinned(4, None), pinned(4, A)) == (4, (4, A))
    with pytest.raises(KeyError):
        apply(None, STARTED, {1: CALENDAR})


steps = st.lists(
    st.tuples(
        st.integers(1, 60 * 24 * 4),
        st.sampled_from([EntryKind.PAUSE, EntryKind.RESUME]),
        st.sampled_from(ResumePolicy),
    ),
    max_size=6,
)


def _led(start: datetime, happened: list[tuple[int, EntryKind, ResumePolicy]]) -> list[ClockEntry]:
    """Give the entries that can follow each other, whoever holds the dossier."""
    entries = [ClockEntry(EntryKind.START, start, Limit(Unit.WORKING_DAY, 4), calendar=1)]
    at, paused = start, False
    for minutes, kind, policy in happened:
        at += timedelta(minutes=minutes)
        if paused == (kind is EntryKind.PAUSE):
            continue
        paused = kind is EntryKind.PAUSE
        entries.append(
            ClockEntry(kind, at, policy=None if paused else policy, ground="supplement", calendar=1)
        )
    return entries


@bounded
@given(moments, steps, st.integers(0, 60 * 24 * 12), calendars)
def test_a_hand_over_moves_nothing_that_was_entered_before_it(
    start: datetime, happened: list[tuple[int, EntryKind, ResumePolicy]], until: int, old: WorkingCalendar
) -> None:
    new = SATURDAYS if old is CALENDAR else CALENDAR
    entries = _led(start, happened)
    held = [(start + timedelta(minutes=until), A)]
    kept = [replace(entry, keeper=keeper_at(held, entry.at, now=B)) for entry in entries]
    before = sum(entry.keeper == A for entry in kept)
    both: dict[Pin, WorkingCalendar] = {(1, A): old, 1: new}
    if before:
        assert replay(kept[:before], both).due == replay(entries[:before], old).due
    state = replay(kept, both)
    # Whoever asks anew by the same calendars gets the due time that stands.
    assert due_under(state, {A: old, None: new}) == state.due
    if state.due is not None:
        assert outcome(state, {A: old, None: new}, at=state.due).kind is OutcomeKind.UNCHANGED
    # Where both work alike it is as if there had been one agency.
    alike, alone = replay(kept, {(1, A): old, 1: old}), replay(entries, old)
    assert (alike.due, alike.original_due) == (alone.due, alone.original_due)


@bounded
@given(moments, steps, st.integers(0, 60 * 24 * 12), st.integers(0, 9), calendars)
def test_a_day_off_in_both_calendars_counts_as_if_nothing_had_passed(
    start: datetime,
    happened: list[tuple[int, EntryKind, ResumePolicy]],
    until: int,
    day: int,
    old: WorkingCalendar,
) -> None:
    entries = _led(start, happened)
    held = [(start + timedelta(minutes=until), A)]
    kept = [replace(entry, keeper=keeper_at(held, entry.at, now=B)) for entry in entries]
    closed = _b(holiday((start + timedelta(days=day)).date(), "Nghỉ"))
    state, lone = replay(kept, {(1, A): old, 1: old}), replay(entries, old)
    reckon = ClockEntry(EntryKind.RECKON, max(kept[-1].at, start), calendar=2)
    assert due_under(state, {A: closed, None: closed}) == due_under(lone, closed)
    found: list[object] = []
    for ledger, known in (
        ([*kept, reckon], {(1, A): old, 1: old, (2, A): closed, 2: closed}),
        ([*entries, reckon], {1: old, 2: closed}),
    ):
        try:
            found.append(replay(ledger, known).due)
        except ClockRefusal as refusal:
            found.append(refusal.code)
    assert found[0] == found[1]


def test_the_page_counts_its_minutes_right() -> None:
    assert _b().minutes_between(PAUSED.at, _resumed("shift").at) == 1920
