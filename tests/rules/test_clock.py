from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.clock import (
    Anew,
    ClockEntry,
    ClockRefusal,
    ClockState,
    EntryKind,
    Pause,
    ResumePolicy,
    Shifted,
    apply,
    due_under,
    is_late,
    replay,
    union,
)
from motcua.rules.deadlines import Limit, Unit, due
from motcua.rules.localday import at_local, local_day
from motcua.rules.working_time import DEFAULT_WEEK, WorkingCalendar
from tests.rules.samples import CALENDAR, FIRST, LAST, SATURDAYS, bounded, calendars, moment, moments
from tests.rules.vectors import with_a_holiday

THREE_DAYS = Limit(Unit.WORKING_DAY, 3)
STARTED = ClockEntry(EntryKind.START, moment("Fri 20/11/2026 10:00"), THREE_DAYS)
DUE = moment("Thu 26/11/2026 17:00")


def _entry(
    kind: str, at: str, policy: str | None = None, until: str | None = None, ground: str = ""
) -> ClockEntry:
    return ClockEntry(
        EntryKind(kind),
        moment(at),
        policy=ResumePolicy(policy) if policy else None,
        until=moment(until) if until else None,
        ground=ground,
    )


PAUSED = _entry("pause", "Mon 23/11/2026 09:00")


@pytest.mark.parametrize(
    ("policy", "new_due"),
    [
        ("restart", "Wed 02/12/2026 17:00"),
        ("shift", "Wed 02/12/2026 10:00"),
        ("resume", "Wed 02/12/2026 10:00"),
        ("none", "Thu 26/11/2026 17:00"),
    ],
)
def test_the_due_time_after_a_pause_follows_the_policy(policy: str, new_due: str) -> None:
    resumed = _entry("resume", "Fri 27/11/2026 14:00", policy)
    state = replay([STARTED, PAUSED, resumed], CALENDAR)
    assert state.due == moment(new_due)
    assert state.original_due == DUE, "the first promise stays visible"
    assert state.paused_at is None
    assert state.remaining_minutes is None


def test_a_pause_changes_no_due_time_and_says_what_was_left() -> None:
    state = replay([STARTED, PAUSED], CALENDAR)
    assert (state.due, state.original_due, state.paused_at) == (DUE, DUE, PAUSED.at)
    assert state.remaining_minutes == 360 + 480 + 480
    late = replay([STARTED, _entry("pause", "Fri 27/11/2026 08:00")], CALENDAR)
    assert late.remaining_minutes == -60


def test_a_pause_shifts_by_its_working_minutes_even_within_a_day() -> None:
    resumed = _entry("resume", "Mon 23/11/2026 15:00", "shift")
    # 09:00 to 11:30 and 13:30 to 15:00 are four hours.
    assert replay([STARTED, PAUSED, resumed], CALENDAR).due == moment("Fri 27/11/2026 11:00")


def test_a_limit_in_hours_is_shifted_to_the_minute() -> None:
    start = ClockEntry(EntryKind.START, moment("Wed 25/11/2026 16:00"), Limit(Unit.WORKING_HOUR, 8))
    pause, resume = (
        _entry("pause", "Wed 25/11/2026 16:30"),
        _entry("resume", "Thu 26/11/2026 08:00", "shift"),
    )
    assert replay([start, pause, resume], CALENDAR).due == moment("Fri 27/11/2026 07:30")


def test_a_late_dossier_stays_late_when_only_its_rest_is_resumed() -> None:
    late = [
        STARTED,
        _entry("pause", "Fri 27/11/2026 08:00"),
        _entry("resume", "Fri 04/12/2026 08:00", "resume"),
    ]
    assert replay(late, CALENDAR).due == DUE


def test_a_restart_counts_anew_with_its_own_limit_if_it_brings_one() -> None:
    again = _entry("restart", "Wed 25/11/2026 10:00")
    assert replay([STARTED, again], CALENDAR).due == moment("Mon 30/11/2026 17:00")
    longer = ClockEntry(EntryKind.RESTART, again.at, Limit(Unit.WORKING_DAY, 5))
    state = replay([STARTED, PAUSED, longer], CALENDAR)
    assert state.due == moment("Wed 02/12/2026 17:00")
    assert (state.paused_at, state.original_due) == (None, DUE)


def test_an_extension_moves_the_due_time_and_survives_a_restarting_pause() -> None:
    extended = _entry("extend", "Mon 23/11/2026 08:00", until="Fri 18/12/2026 17:00")
    state = replay([STARTED, extended], CALENDAR)
    assert (state.due, state.original_due, state.extensions) == (extended.until, DUE, 1)
    state = replay([STARTED, extended, PAUSED, _entry("resume", "Wed 25/11/2026 08:00", "restart")], CALENDAR)
    assert state.due == extended.until


def test_the_law_of_the_day_says_how_often_one_may_extend() -> None:
    once = _entry("extend", "Mon 23/11/2026 08:00", until="Fri 27/11/2026 17:00")
    twice = _entry("extend", "Wed 25/11/2026 08:00", until="Mon 30/11/2026 17:00")
    assert replay([STARTED, once, twice], CALENDAR).extensions == 2
    with pytest.raises(ClockRefusal, match=r"^extended_too_often$"):
        replay([STARTED, once, twice], CALENDAR, extensions_allowed=1)


def test_without_a_limit_there_is_no_due_time_but_there_are_pauses() -> None:
    start = ClockEntry(EntryKind.START, STARTED.at)
    state = replay([start, PAUSED, _entry("resume", "Fri 27/11/2026 14:00", "restart")], CALENDAR)
    assert (state.due, state.original_due, state.remaining_minutes) == (None, None, None)


def test_a_stop_keeps_the_due_time_and_what_was_left() -> None:
    state = replay([STARTED, _entry("stop", "Thu 26/11/2026 16:00")], CALENDAR)
    assert (state.due, state.stopped_at, state.remaining_minutes) == (DUE, moment("Thu 26/11/2026 16:00"), 60)
    state = replay([STARTED, PAUSED, _entry("stop", "Thu 26/11/2026 16:00")], CALENDAR)
    assert (state.paused_at, state.remaining_minutes) == (None, 1320), "nothing is used up during the pause"


RESUMED = _entry("resume", "Mon 23/11/2026 10:00", "restart")
STOPPED = _entry("stop", "Mon 23/11/2026 10:00")
STOPPED_LATER = _entry("stop", "Wed 25/11/2026 10:00")
LONG_AFTER, SAME_TIME = "Fri 18/12/2026 17:00", "Thu 26/11/2026 17:00"
NAIVE = datetime(2026, 12, 18, 17, 0)
AFTER = "Fri 27/11/2026 08:00"
TWO_PAUSES = (PAUSED, _entry("pause", "Wed 25/11/2026 09:00", ground="payment"))
NOTICE = with_a_holiday(date(2026, 11, 26))
FEWER = WorkingCalendar(DEFAULT_WEEK, (), FIRST, LAST)


@pytest.mark.parametrize(
    ("code", "entries"),
    [
        ("not_started", []),
        ("not_started", [PAUSED]),
        ("already_started", [STARTED, STARTED]),
        ("out_of_order", [STARTED, _entry("pause", "Fri 20/11/2026 09:59")]),
        ("already_paused", [STARTED, PAUSED, PAUSED]),
        ("not_paused", [STARTED, RESUMED]),
        ("policy_missing", [STARTED, PAUSED, _entry("resume", "Mon 23/11/2026 10:00")]),
        ("stopped", [STARTED, STOPPED, RESUMED]),
        ("stopped", [STARTED, STOPPED, STOPPED]),
        ("paused", [STARTED, PAUSED, _entry("extend", "Mon 23/11/2026 10:00", until=LONG_AFTER)]),
        ("until_missing", [STARTED, _entry("extend", "Mon 23/11/2026 10:00")]),
        ("extend_after_due", [STARTED, _entry("extend", "Thu 26/11/2026 17:00", until=LONG_AFTER)]),
        ("extend_not_later", [STARTED, _entry("extend", "Mon 23/11/2026 10:00", until=SAME_TIME)]),
        (
            "no_limit",
            [
                ClockEntry(EntryKind.START, STARTED.at),
                _entry("extend", "Mon 23/11/2026 10:00", until="Fri 18/12/2026 17:00"),
            ],
        ),
        (
            "no_limit",
            [ClockEntry(EntryKind.START, STARTED.at), _entry("restart", "Mon 23/11/2026 10:00")],
        ),
        ("naive_time", [ClockEntry(EntryKind.START, datetime(2026, 11, 20, 10, 0), THREE_DAYS)]),
        ("naive_time", [STARTED, ClockEntry(EntryKind.EXTEND, PAUSED.at, until=NAIVE)]),
        ("restart_after_due", [STARTED, _entry("restart", "Thu 26/11/2026 17:01")]),
        ("reckon_after_due", [STARTED, _entry("reckon", "Thu 26/11/2026 17:01")]),
        ("reckon_after_due", [STARTED, _entry("pause", AFTER), _entry("reckon", AFTER)]),
        ("no_limit", [ClockEntry(EntryKind.START, STARTED.at), _entry("reckon", "Mon 23/11/2026 10:00")]),
        ("not_paused", [STARTED, PAUSED, _entry("resume", "Mon 23/11/2026 10:00", "shift", ground="payment")]),
        ("already_paused", [STARTED, *TWO_PAUSES, _entry("pause", "Wed 25/11/2026 10:00", ground="payment")]),
        ("paused", [STARTED, *TWO_PAUSES, _entry("resume", "Wed 25/11/2026 10:00", "shift"),
                    _entry("extend", "Wed 25/11/2026 11:00", until=LONG_AFTER)]),
        ("not_paused", [STARTED, *TWO_PAUSES, _entry("restart", "Wed 25/11/2026 10:00"),
                        _entry("resume", "Wed 25/11/2026 11:00", "shift")]),
    ],
)  # fmt: skip
def test_an_impossible_order_is_refused_by_code(code: str, entries: list[ClockEntry]) -> None:
    with pytest.raises(ClockRefusal) as refused:
        replay(entries, CALENDAR)
    assert refused.value.code == code


def test_a_refusal_leaves_the_state_as_it_was() -> None:
    state = replay([STARTED, PAUSED], CALENDAR)
    before = ClockState(**{name: getattr(state, name) for name in ClockState.__slots__})
    with pytest.raises(ClockRefusal):
        apply(state, PAUSED, CALENDAR)
    assert state == before


def test_a_restart_and_a_new_calendar_are_taken_until_the_due_time_itself() -> None:
    again = replay([STARTED, _entry("restart", SAME_TIME)], CALENDAR)
    assert again.due == moment("Wed 02/12/2026 17:00")
    assert replay([STARTED, _entry("reckon", SAME_TIME)], CALENDAR).due == DUE


def test_a_restart_during_a_late_pause_ends_it_and_moves_nothing() -> None:
    state = replay([STARTED, _entry("pause", AFTER), _entry("restart", "Mon 30/11/2026 08:00")], CALENDAR)
    assert (state.due, state.pauses, state.paused_at, state.remaining_minutes) == (DUE, (), None, None)


def test_a_due_time_in_the_past_is_not_reckoned() -> None:
    # Without the holiday of 24/11 the third day is Wednesday.
    state = replay([STARTED, _entry("reckon", "Wed 25/11/2026 17:00")], {0: FEWER})
    assert state.due == moment("Wed 25/11/2026 17:00")
    started = replay([STARTED], CALENDAR)
    with pytest.raises(ClockRefusal, match=r"^reckon_in_the_past$"):
        apply(started, _entry("reckon", "Wed 25/11/2026 17:01"), FEWER)
    paused = apply(started, _entry("pause", "Wed 25/11/2026 16:00"), CALENDAR)
    after = apply(paused, _entry("reckon", "Thu 26/11/2026 08:00"), FEWER)
    assert (after.due, after.remaining_minutes) == (moment("Wed 25/11/2026 17:00"), 60), "it stood in time"
    late = apply(started, _entry("pause", "Thu 26/11/2026 08:00"), CALENDAR)
    with pytest.raises(ClockRefusal, match="reckon_in_the_past"):
        apply(late, _entry("reckon", "Thu 26/11/2026 09:00"), FEWER)


def test_a_new_calendar_changes_neither_the_first_due_time_nor_the_pauses() -> None:
    paused = replay([STARTED, *TWO_PAUSES], CALENDAR)
    state = apply(paused, _entry("reckon", "Wed 25/11/2026 10:00"), NOTICE)
    assert (state.original_due, state.pauses, state.paused_at) == (DUE, paused.pauses, PAUSED.at)
    assert (state.due, state.remaining_minutes) == (moment("Fri 27/11/2026 17:00"), 360 + 480 + 480)
    assert state.moved == paused.moved == (Anew(THREE_DAYS, STARTED.at),)


def test_the_clock_stands_since_the_first_of_several_pauses() -> None:
    state = replay([STARTED, *TWO_PAUSES], CALENDAR)
    assert state.pauses == (Pause("", PAUSED.at), Pause("payment", TWO_PAUSES[1].at))
    assert (state.paused_at, state.remaining_minutes, state.due) == (PAUSED.at, 1320, DUE)
    state = apply(state, _entry("resume", "Thu 26/11/2026 09:00", "shift"), CALENDAR)
    assert (state.pauses, state.paused_at) == ((Pause("payment", TWO_PAUSES[1].at),), PAUSED.at)
    assert (state.remaining_minutes, state.due) == (1320, DUE), "another ground still holds"
    state = apply(state, _entry("resume", "Fri 27/11/2026 14:00", "shift", ground="payment"), CALENDAR)
    assert (state.pauses, state.paused_at, state.remaining_minutes) == ((), None, None)
    assert state.due == moment("Wed 02/12/2026 10:00")
    assert state.moved[1:] == (Shifted(((PAUSED.at, moment("Fri 27/11/2026 14:00")),)),)


def test_a_pause_that_ended_without_effect_was_none() -> None:
    entries = [STARTED, *TWO_PAUSES, _entry("resume", "Wed 25/11/2026 10:00", "none")]
    state = replay(entries, CALENDAR)
    assert (state.paused_at, state.remaining_minutes) == (TWO_PAUSES[1].at, 360 + 480)
    assert replay([*entries, _entry("resume", "Wed 25/11/2026 11:00", "shift", ground="payment")],
                  CALENDAR).due == moment("Fri 27/11/2026 09:00")  # fmt: skip
    late = [STARTED, PAUSED, _entry("pause", AFTER, ground="payment")]
    assert not is_late(replay(late, CALENDAR), at=moment(LONG_AFTER))
    late = [*late, _entry("resume", "Fri 27/11/2026 09:00", "none")]
    assert is_late(replay(late, CALENDAR), at=moment("Fri 27/11/2026 09:00"))
    late = [*late, _entry("resume", LONG_AFTER, "restart", ground="payment")]
    assert replay(late, CALENDAR).due == DUE


def test_a_stop_ends_every_pause() -> None:
    state = replay([STARTED, *TWO_PAUSES, STOPPED_LATER], CALENDAR)
    assert (state.pauses, state.paused_at, state.stopped_at) == ((), None, STOPPED_LATER.at)
    assert state.last_at == STOPPED_LATER.at


def test_what_is_late_is_late_after_the_due_time_and_not_while_the_clock_stands() -> None:
    state = replay([STARTED], CALENDAR)
    assert not is_late(state, at=DUE)
    assert is_late(state, at=DUE + timedelta(minutes=1))
    assert not is_late(replay([STARTED, PAUSED], CALENDAR), at=moment(LONG_AFTER))
    assert is_late(replay([STARTED, _entry("pause", AFTER)], CALENDAR), at=moment(LONG_AFTER))
    assert not is_late(replay([_entry("start", "Fri 20/11/2026 10:00")], CALENDAR), at=moment(LONG_AFTER))


@pytest.mark.parametrize(
    ("until", "derived"),
    [
        ("Fri 04/12/2026 10:00", "Fri 04/12/2026 10:00"),
        ("Fri 04/12/2026 17:00", "Fri 04/12/2026 17:00"),
        ("Fri 04/12/2026 11:30", "Fri 04/12/2026 11:30"),
        ("Fri 04/12/2026 12:00", "Fri 04/12/2026 13:30"),
        ("Fri 04/12/2026 06:00", "Fri 04/12/2026 07:00"),
        ("Fri 04/12/2026 20:00", "Fri 04/12/2026 17:00"),
        ("Sat 05/12/2026 09:00", "Mon 07/12/2026 17:00"),
        ("Sat 05/12/2026 00:00", "Mon 07/12/2026 17:00"),
    ],
)
def test_the_day_of_an_extension_moves_off_a_day_of_rest_when_it_is_derived_again(
    until: str, derived: str
) -> None:
    state = replay([STARTED, _entry("extend", "Mon 23/11/2026 08:00", until=until)], CALENDAR)
    assert state.due == moment(until)
    assert due_under(state, CALENDAR) == moment(derived)


def test_without_a_limit_nothing_is_derived() -> None:
    start = ClockEntry(EntryKind.START, STARTED.at)
    assert replay([start], CALENDAR) == ClockState(None, None, last_at=STARTED.at)
    state = replay([start, *TWO_PAUSES, _entry("resume", "Wed 25/11/2026 10:00", "shift")], CALENDAR)
    assert due_under(state, CALENDAR) is None
    state = apply(state, _entry("resume", "Wed 25/11/2026 11:00", "shift", ground="payment"), CALENDAR)
    assert (state.due, state.moved) == (None, ())
    state = apply(state, ClockEntry(EntryKind.RESTART, moment("Wed 25/11/2026 14:00"), THREE_DAYS), CALENDAR)
    assert (state.due, state.original_due) == (moment("Mon 30/11/2026 17:00"), None)
    assert due_under(state, CALENDAR) == state.due


def test_a_pause_that_moves_nothing_leaves_no_trace_in_what_moved_the_due_time() -> None:
    for pause, policy in (
        (PAUSED, "none"),
        (_entry("pause", AFTER), "shift"),
        (_entry("pause", AFTER), "restart"),
    ):
        state = replay([STARTED, pause, _entry("resume", "Fri 27/11/2026 14:00", policy)], CALENDAR)
        assert state.moved == (Anew(THREE_DAYS, STARTED.at),)


def test_a_resumption_may_bring_a_limit_of_its_own() -> None:
    five = Limit(Unit.WORKING_DAY, 5)
    anew = ClockEntry(EntryKind.RESUME, moment("Wed 25/11/2026 09:00"), five, ResumePolicy.RESTART)
    state = replay([STARTED, PAUSED, anew], CALENDAR)
    assert (state.due, state.limit) == (moment("Wed 02/12/2026 17:00"), five)


@pytest.mark.parametrize(
    ("times", "joined"),
    [
        ([(0, 2), (2, 3)], [(0, 3)]),
        ([(2, 3), (0, 1)], [(0, 1), (2, 3)]),
        ([(0, 9), (1, 2), (3, 4)], [(0, 9)]),
        ([(0, 2), (1, 5), (5, 6), (8, 9)], [(0, 6), (8, 9)]),
        ([], []),
    ],
)
def test_times_that_touch_are_one(times: list[tuple[int, int]], joined: list[tuple[int, int]]) -> None:
    def hours(pairs: list[tuple[int, int]]) -> tuple[tuple[datetime, datetime], ...]:
        return tuple((DUE + timedelta(hours=a), DUE + timedelta(hours=b)) for a, b in pairs)

    assert union(hours(times)) == hours(joined)


def test_each_entry_is_reckoned_by_its_own_calendar() -> None:
    by_notice = ClockEntry(EntryKind.RESTART, moment("Mon 23/11/2026 10:00"), calendar=7)
    state = replay([STARTED, by_notice], {0: CALENDAR, 7: NOTICE})
    assert state.due == moment("Mon 30/11/2026 17:00")
    assert state.original_due == DUE
    assert replay([STARTED, by_notice], NOTICE).original_due == moment("Fri 27/11/2026 17:00")


def test_the_number_of_extensions_is_checked_of_extensions_only() -> None:
    once = _entry("extend", "Mon 23/11/2026 08:00", until="Fri 27/11/2026 17:00")
    assert replay([STARTED, once, PAUSED], CALENDAR, extensions_allowed=1).extensions == 1
    with pytest.raises(ClockRefusal, match=r"^extended_too_often$"):
        replay([STARTED, once], CALENDAR, extensions_allowed=0)


@st.composite
def histories(draw: st.DrawFn) -> tuple[WorkingCalendar, list[ClockEntry]]:
    """A sound history: a start, then pauses, resumptions and extensions to later working days."""
    calendar = draw(calendars)
    unit = draw(st.sampled_from([Unit.WORKING_DAY, Unit.WORKING_HOUR, Unit.CALENDAR_DAY, Unit.MONTH]))
    start = ClockEntry(EntryKind.START, draw(moments), Limit(unit, draw(st.integers(1, 20))))
    entries, state = [start], replay([start], calendar)
    for minutes in draw(st.lists(st.integers(0, 12 * 24 * 60), max_size=6)):
        at = entries[-1].at + timedelta(minutes=minutes)
        assert state.due is not None
        if state.paused_at is not None:
            entry = ClockEntry(EntryKind.RESUME, at, policy=draw(st.sampled_from(ResumePolicy)))
        elif at < state.due and draw(st.booleans()):
            later = local_day(state.due) + timedelta(days=draw(st.integers(1, 40)))
            entry = ClockEntry(EntryKind.EXTEND, at, until=at_local(later, time(10, 0)))
        else:
            entry = ClockEntry(EntryKind.PAUSE, at)
        state = apply(state, entry, calendar)
        entries.append(entry)
    return calendar, entries


@bounded
@given(histories())
def test_pauses_never_make_a_due_time_earlier(history: tuple[WorkingCalendar, list[ClockEntry]]) -> None:
    calendar, entries = history
    with_pauses = replay(entries, calendar)
    without = replay(entries[:1], calendar)
    for entry in entries[1:]:
        if entry.kind is EntryKind.EXTEND:
            try:
                without = apply(without, entry, calendar)
            except ClockRefusal:
                continue
    assert with_pauses.due is not None
    assert without.due is not None
    assert with_pauses.due >= without.due


@bounded
@given(histories())
def test_the_first_due_time_stays_and_the_due_time_only_grows(
    history: tuple[WorkingCalendar, list[ClockEntry]],
) -> None:
    calendar, entries = history
    first = due(entries[0].limit or THREE_DAYS, received=entries[0].at, calendar=calendar).at
    seen = first
    state = None
    for entry in entries:
        state = apply(state, entry, calendar)
        assert state.original_due == first
        assert state.due is not None
        assert state.due >= seen
        assert (state.remaining_minutes is None) == (state.paused_at is None)
        seen = state.due


@bounded
@given(
    st.sampled_from([THREE_DAYS, Limit(Unit.WORKING_HOUR, 20)]),
    moments,
    st.integers(0, 1200),
    st.integers(0, 9),
)
def test_a_resumed_clock_has_exactly_what_was_left(limit: Limit, at: datetime, used: int, days: int) -> None:
    start = ClockEntry(EntryKind.START, at.replace(second=0), limit)
    pause_at = CALENDAR.add_minutes(at, used)
    state = replay([start, ClockEntry(EntryKind.PAUSE, pause_at)], CALENDAR)
    again = ClockEntry(EntryKind.RESUME, pause_at + timedelta(days=days), policy=ResumePolicy.RESUME)
    after = apply(state, again, CALENDAR)
    assert state.remaining_minutes is not None
    assert after.due is not None
    # Also at the very due time, when nothing is left: that is not late yet.
    assert CALENDAR.minutes_between(again.at, after.due) == state.remaining_minutes >= 0


# --- entries from before ledgers kept their calendars: taken at their word

TOLD = moment("Mon 30/11/2026 17:00")


def _told(kind: str, at: str, until: datetime = TOLD, **more: object) -> ClockEntry:
    return ClockEntry(EntryKind(kind), moment(at), until=until, **more)  # type: ignore[arg-type]


def test_an_old_start_keeps_the_promise_it_made() -> None:
    state = replay([_told("start", "Fri 20/11/2026 10:00", limit=THREE_DAYS)], CALENDAR)
    assert (state.original_due, state.due, state.limit) == (TOLD, TOLD, THREE_DAYS)
    assert due_under(state, SATURDAYS) == moment("Tue 01/12/2026 17:00"), "there it is closed on that day"
    resumed = _entry("resume", "Tue 24/11/2026 08:00", "restart")
    state = replay([_told("start", "Fri 20/11/2026 10:00", limit=THREE_DAYS), PAUSED, resumed], CALENDAR)
    assert state.due == TOLD, "the limit anew would end before what was promised"


def test_nothing_comes_before_an_old_start() -> None:
    start = _told("start", "Fri 20/11/2026 10:00", limit=THREE_DAYS)
    with pytest.raises(ClockRefusal, match="out_of_order"):
        replay([start, _entry("pause", "Fri 20/11/2026 09:59")], CALENDAR)


def test_an_old_resumption_keeps_its_date_even_where_it_was_late() -> None:
    late = _entry("pause", "Fri 27/11/2026 08:00")
    again = _told("resume", "Fri 27/11/2026 09:00", policy=ResumePolicy.RESTART)
    state = replay([STARTED, late, again], CALENDAR)
    assert (state.due, state.original_due, state.paused_at, state.remaining_minutes) == (
        TOLD,
        DUE,
        None,
        None,
    )
    extended = _entry("extend", "Fri 27/11/2026 10:00", until="Fri 18/12/2026 17:00")
    assert replay([STARTED, late, again, extended], CALENDAR).due == extended.until


def test_an_old_restart_keeps_its_date_also_when_it_was_late() -> None:
    state = replay([STARTED, _told("restart", "Fri 27/11/2026 09:00")], CALENDAR)
    assert (state.due, state.original_due) == (TOLD, DUE)
    assert due_under(state, CALENDAR) == TOLD


def test_a_pause_that_is_to_end_by_none_holds_nothing() -> None:
    pause = replace(PAUSED, policy=ResumePolicy.NONE)
    state = replay([STARTED, pause], CALENDAR)
    assert state.paused_at == PAUSED.at
    late, before = moment("Fri 27/11/2026 08:00"), moment("Thu 26/11/2026 08:00")
    assert (is_late(state, at=late), is_late(state, at=before)) == (True, False)
    with pytest.raises(ClockRefusal, match="reckon_after_due"):
        apply(state, ClockEntry(EntryKind.RECKON, late), SATURDAYS)
    assert not is_late(replay([STARTED, replace(PAUSED, policy=ResumePolicy.SHIFT)], CALENDAR), at=late)


def test_a_pause_that_held_the_due_time_cannot_have_been_none() -> None:
    shifting = replace(PAUSED, policy=ResumePolicy.SHIFT)
    with pytest.raises(ClockRefusal, match=r"^policy_changed$"):
        replay([STARTED, shifting, _entry("resume", "Fri 27/11/2026 14:00", "none")], CALENDAR)
    state = replay([STARTED, shifting, _entry("resume", "Fri 27/11/2026 14:00", "restart")], CALENDAR)
    assert state.due == moment("Wed 02/12/2026 17:00")
