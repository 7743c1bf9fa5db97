"""What holds of due times and clocks for every limit, calendar, receipt and ledger."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from motcua.rules.clock import (
    ClockEntry,
    ClockRefusal,
    ClockState,
    EntryKind,
    ResumePolicy,
    apply,
    due_under,
    is_late,
    replay,
    union,
)
from motcua.rules.deadlines import Due, Limit, Reason, Unit, WorkingStep, due
from motcua.rules.localday import local_day
from motcua.rules.working_time import DEFAULT_WEEK, DayEntry, DayKind, Shift, WorkingCalendar
from tests.rules.samples import CALENDAR, ENTRIES, SATURDAY_WEEK, SATURDAYS, bounded, moments
from tests.rules.vectors import SEASONS, SWAPS

thorough = settings(bounded, max_examples=100)

_FIRST, _LAST = date(2025, 12, 1), date(2028, 3, 31)
_ROUND_THE_CLOCK = dict.fromkeys(range(7), (Shift(time(0), time(12)), Shift(time(12), time(23, 59))))
_HOURS = (Unit.HOUR, Unit.WORKING_HOUR)

calendars = st.sampled_from([CALENDAR, SATURDAYS, SWAPS, SEASONS])


def _with(week: dict[int, tuple[Shift, ...]], entries: Iterable[DayEntry] = ()) -> WorkingCalendar:
    return WorkingCalendar(week, (*ENTRIES, *entries), _FIRST, _LAST)


# A week and its calendar, ready made.
weeks = st.sampled_from([(week, _with(week)) for week in (DEFAULT_WEEK, SATURDAY_WEEK, _ROUND_THE_CLOCK)])
WeekAndCalendar = tuple[dict[int, tuple[Shift, ...]], WorkingCalendar]
plain_units = st.sampled_from([unit for unit in Unit if unit is not Unit.SAME_DAY])
cutoffs = st.sampled_from([None, None, time(15, 0), time(9, 30), time(13, 0)])
same_day = st.builds(Limit, st.just(Unit.SAME_DAY), st.integers(0, 1), cutoffs)


def _amounts(most: int) -> st.SearchStrategy[tuple[Unit, int]]:
    """Give a unit and how many of it; months are few, so that short calendars do."""
    return st.tuples(plain_units, st.integers(1, most)).map(
        lambda pair: (pair[0], 1 + pair[1] // 4) if pair[0] is Unit.MONTH else pair
    )


phases = st.lists(_amounts(9).map(lambda pair: Limit(*pair)), max_size=2).map(tuple)
limits = st.one_of(
    same_day,
    st.builds(lambda first, cutoff, then: Limit(*first, cutoff, then), _amounts(20), cutoffs, phases),
)
off_kinds = st.sampled_from([DayKind.HOLIDAY, DayKind.SUBSTITUTE_OFF, DayKind.SWAP_OFF, DayKind.CLOSURE])


def _entry(day: date, kind: DayKind) -> DayEntry:
    return DayEntry(day, kind, kind.value, "")


def _counts_on(calendar: WorkingCalendar, at: datetime) -> datetime:
    return calendar.next_moment(at, end_counts=True)


# --- due times


@thorough
@given(limits, calendars, moments)
def test_a_due_time_is_a_working_moment_or_the_end_of_a_shift(
    limit: Limit, calendar: WorkingCalendar, received: datetime
) -> None:
    at = due(limit, received=received, calendar=calendar).at
    assert _counts_on(calendar, at) == at
    assert at > received or limit.phases[-1].unit in _HOURS
    if limit.phases[-1].unit not in _HOURS:
        assert at == calendar.closing(local_day(at))


@thorough
@given(limits, calendars, moments, moments, st.integers(0, 3_000))
def test_a_later_receipt_is_never_due_earlier(
    limit: Limit, calendar: WorkingCalendar, a: datetime, b: datetime, minutes: int
) -> None:
    for early, late in (sorted((a, b)), (a, a + timedelta(minutes=minutes))):
        first = due(limit, received=early, calendar=calendar).at
        assert first <= due(limit, received=late, calendar=calendar).at


@thorough
@given(limits, weeks, moments, st.lists(st.tuples(st.integers(0, 40), off_kinds), min_size=1, max_size=3))
def test_a_day_taken_off_brings_no_due_time_forward(
    limit: Limit,
    week: WeekAndCalendar,
    received: datetime,
    taken: list[tuple[int, DayKind]],
) -> None:
    # Of clock hours too: they run from the opening at which receipt counts, and wait for one at their end.
    added = [_entry(local_day(received) + timedelta(days=number), kind) for number, kind in taken]
    shifts, before = week
    after = _with(shifts, added)
    first = due(limit, received=received, calendar=before).at
    assert first <= due(limit, received=received, calendar=after).at


@thorough
@given(
    limits,
    weeks,
    moments,
    st.lists(st.tuples(st.integers(1, 40), st.booleans(), st.sampled_from(DayKind)), max_size=4),
)
def test_days_before_the_receipt_and_after_the_due_time_say_nothing(
    limit: Limit,
    week: WeekAndCalendar,
    received: datetime,
    changed: list[tuple[int, bool, DayKind]],
) -> None:
    shifts, before = week
    at = due(limit, received=received, calendar=before).at
    days = [
        _entry(
            local_day(at) + timedelta(days=number) if later else local_day(received) - timedelta(days=number),
            kind,
        )
        for number, later, kind in changed
    ]
    after = _with(shifts, days)
    assert due(limit, received=received, calendar=after).at == at


# --- the explanation


def _parts(found: Due) -> list[list[WorkingStep]]:
    """Give the steps of each phase."""
    parts: list[list[WorkingStep]] = [[]]
    for step in found.steps:
        if step.reason == Reason.PHASE:
            parts.append([])
        else:
            parts[-1].append(step)
    return parts


@thorough
@given(limits, calendars, moments)
def test_what_the_steps_counted_is_the_limit(
    limit: Limit, calendar: WorkingCalendar, received: datetime
) -> None:
    parts = _parts(due(limit, received=received, calendar=calendar))
    wanted = [phase.amount * (60 if phase.unit in _HOURS else 1) for phase in limit.phases]
    assert [sum(step.counted for step in part) for part in parts] == wanted


@thorough
@given(limits, calendars, moments)
def test_no_day_between_receipt_and_due_time_is_left_out(
    limit: Limit, calendar: WorkingCalendar, received: datetime
) -> None:
    found = due(limit, received=received, calendar=calendar)
    assert found.steps[0].start == local_day(received)
    assert (found.steps[-1].reason, found.steps[-1].end) == (Reason.DUE, local_day(found.at))
    for step, following in pairwise(found.steps):
        assert step.start <= step.end
        assert timedelta(0) <= following.start - step.end <= timedelta(days=1)


@thorough
@given(st.integers(1, 60), calendars, moments)
def test_each_day_of_a_limit_in_working_days_is_told_once(
    amount: int, calendar: WorkingCalendar, received: datetime
) -> None:
    found = due(Limit(Unit.WORKING_DAY, amount), received=received, calendar=calendar)
    receipt = {Reason.RECEIVED_OUTSIDE_HOURS, Reason.DUE}
    told = [step for step in found.steps if step.reason not in receipt]
    assert told[0].start == told[0].end == local_day(calendar.moment_of_receipt(received))
    assert all(following.start - step.end == timedelta(days=1) for step, following in pairwise(told))
    for step in told[1:]:
        days = (step.end - step.start).days + 1
        assert step.counted == (days if step.reason == Reason.WORKING_DAY else 0)


@bounded
@given(limits)
def test_a_limit_with_phases_comes_back_from_json(limit: Limit) -> None:
    assert Limit.from_json(json.loads(json.dumps(limit.to_json()))) == limit


# --- one pause

one_limit = st.builds(Limit, plain_units, st.integers(1, 9))


def _paused(
    limit: Limit, calendar: WorkingCalendar, at: datetime, gone: int, taken: int, policy: ResumePolicy
) -> tuple[ClockState, ClockState, ClockEntry, ClockEntry]:
    """Pause `gone` minutes after the start and resume `taken` minutes later; assume that it began in time."""
    started = apply(None, ClockEntry(EntryKind.START, at, limit), calendar)
    pause = ClockEntry(EntryKind.PAUSE, at + timedelta(minutes=gone))
    assert started.due is not None
    assume(pause.at <= started.due)
    resume = ClockEntry(EntryKind.RESUME, pause.at + timedelta(minutes=taken), policy=policy)
    return started, replay([ClockEntry(EntryKind.START, at, limit), pause, resume], calendar), pause, resume


gone_by, taken_by = st.integers(0, 4_000), st.integers(0, 20_000)


@thorough
@given(one_limit, calendars, moments, gone_by, taken_by)
def test_a_pause_puts_the_due_time_off_by_its_working_minutes(
    limit: Limit, calendar: WorkingCalendar, at: datetime, gone: int, taken: int
) -> None:
    started, after, pause, resume = _paused(limit, calendar, at, gone, taken, ResumePolicy.SHIFT)
    assert started.due is not None
    assert after.due is not None
    took = calendar.minutes_between(pause.at, resume.at)
    assert calendar.minutes_between(started.due, after.due) == took
    assert took > 0 or after.due == started.due


@thorough
@given(one_limit, calendars, moments, gone_by, taken_by)
def test_what_is_put_off_is_what_was_left(
    limit: Limit, calendar: WorkingCalendar, at: datetime, gone: int, taken: int
) -> None:
    *_, shifted, pause, resume = _paused(limit, calendar, at, gone, taken, ResumePolicy.SHIFT)
    started, resumed, *_ = _paused(limit, calendar, at, gone, taken, ResumePolicy.RESUME)
    assert resumed.due == shifted.due
    assert started.due is not None
    assert resumed.due is not None
    left = calendar.minutes_between(pause.at, started.due)
    assert calendar.minutes_between(resume.at, resumed.due) == left


@thorough
@given(one_limit, calendars, moments, gone_by, st.lists(taken_by, min_size=4, max_size=4))
def test_overlapping_pauses_count_each_minute_once(
    limit: Limit, calendar: WorkingCalendar, at: datetime, gone: int, edges: list[int]
) -> None:
    start = ClockEntry(EntryKind.START, at, limit)
    first, second, third, last = (at + timedelta(minutes=gone + edge - min(edges)) for edge in sorted(edges))
    shift = ResumePolicy.SHIFT
    together = [
        ClockEntry(EntryKind.PAUSE, first, ground="a"),
        ClockEntry(EntryKind.PAUSE, second, ground="b"),
        ClockEntry(EntryKind.RESUME, third, ground="a", policy=shift),
        ClockEntry(EntryKind.RESUME, last, ground="b", policy=shift),
    ]
    alone = [ClockEntry(EntryKind.PAUSE, first), ClockEntry(EntryKind.RESUME, last, policy=shift)]
    assert replay([start, *together], calendar).due == replay([start, *alone], calendar).due


_BASE = datetime(2026, 11, 20, tzinfo=UTC)
spans = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted)


def _covered(times: Iterable[tuple[datetime, datetime]]) -> set[datetime]:
    """Give the minutes that lie in any of these times."""
    minutes = [_BASE + timedelta(minutes=number) for number in range(60)]
    return {minute for minute in minutes if any(since <= minute < until for since, until in times)}


@bounded
@given(st.lists(spans, max_size=6))
def test_a_union_covers_the_same_and_overlaps_nowhere(pairs: list[list[int]]) -> None:
    times = [(_BASE + timedelta(minutes=a), _BASE + timedelta(minutes=b)) for a, b in pairs]
    joined = union(times)
    assert _covered(joined) == _covered(times)
    assert all(left[1] < right[0] for left, right in pairwise(joined))


# --- whole ledgers

Happened = list[tuple[EntryKind, int, str, ResumePolicy, int]]
grounds = st.sampled_from(["", "supplement", "payment"])
happenings = st.lists(
    st.tuples(
        st.sampled_from([*EntryKind, *[EntryKind.PAUSE] * 4, *[EntryKind.RESUME] * 6]),
        st.integers(0, 4_500),
        grounds,
        st.sampled_from(ResumePolicy),
        st.integers(1, 30),
    ),
    max_size=9,
)


def _ledger(start: ClockEntry, calendar: WorkingCalendar, happened: Happened) -> list[ClockEntry]:
    """Give what could follow of all that happened, in any order; extensions end at a closing."""
    entries, at = [start], start.at
    state = apply(None, start, calendar)
    for kind, minutes, ground, policy, number in happened:
        at += timedelta(minutes=minutes)
        paused = kind in (EntryKind.PAUSE, EntryKind.RESUME)
        entry = ClockEntry(
            kind,
            at,
            limit=Limit(Unit.WORKING_DAY, number) if kind is EntryKind.RESTART and number % 2 else None,
            policy=policy if kind is EntryKind.RESUME else None,
            until=calendar.closing(calendar.add_working_days(local_day(at), number))
            if kind is EntryKind.EXTEND
            else None,
            ground=ground if paused else "",
        )
        try:
            state = apply(state, entry, calendar)
        except ClockRefusal:
            continue
        entries.append(entry)
    return entries


starts = st.builds(ClockEntry, st.just(EntryKind.START), moments, limits)


@thorough
@given(starts, calendars, happenings)
def test_what_is_late_stays_late(
    start: ClockEntry,
    calendar: WorkingCalendar,
    happened: Happened,
) -> None:
    state, late_since = None, None
    for entry in _ledger(start, calendar, happened):
        late = state is not None and is_late(state, at=entry.at)
        after = apply(state, entry, calendar)
        if late and state is not None:
            assert after.due == state.due, entry
        if late_since is not None:
            assert is_late(after, at=entry.at), entry
        late_since = late_since or (entry.at if is_late(after, at=entry.at) else None)
        state = after


@thorough
@given(starts, calendars, happenings)
def test_nothing_makes_a_due_time_earlier_and_the_first_one_stays(
    start: ClockEntry,
    calendar: WorkingCalendar,
    happened: Happened,
) -> None:
    state = apply(None, start, calendar)
    first = state.due
    for entry in _ledger(start, calendar, happened)[1:]:
        after = apply(state, entry, calendar)
        assert after.due is not None
        assert state.due is not None
        assert after.due >= state.due
        assert after.original_due == first
        assert (after.paused_at is None) == (not after.pauses)
        assert after.last_at == entry.at
        state = after


@thorough
@given(starts, calendars, happenings, st.integers(0, 9))
def test_a_ledger_gives_the_same_at_once_and_bit_by_bit(
    start: ClockEntry,
    calendar: WorkingCalendar,
    happened: Happened,
    cut: int,
) -> None:
    entries = _ledger(start, calendar, happened)
    state = None
    for entry in entries:
        state = apply(state, entry, calendar)
    assert replay(entries, calendar) == replay(entries, {0: calendar}) == state
    some = replay(entries[: cut + 1], calendar)
    for entry in entries[cut + 1 :]:
        some = apply(some, entry, calendar)
    assert some == state


@thorough
@given(
    starts,
    weeks,
    happenings,
    st.lists(st.tuples(st.integers(1, 40), st.booleans(), st.sampled_from(DayKind)), max_size=4),
)
def test_days_outside_a_ledger_move_no_due_time(
    start: ClockEntry,
    week: WeekAndCalendar,
    happened: Happened,
    changed: list[tuple[int, bool, DayKind]],
) -> None:
    shifts, calendar = week
    state = replay(_ledger(start, calendar, happened), calendar)
    assert state.due is not None
    assert due_under(state, calendar) == state.due
    # A pause that began as the limit ended can last into the days after it: those are days of the ledger too.
    last = max(local_day(state.due), local_day(state.last_at or state.due))
    days = [
        _entry(last + timedelta(days=n) if later else local_day(start.at) - timedelta(days=n), kind)
        for n, later, kind in changed
    ]
    assert due_under(state, _with(shifts, days)) == state.due
