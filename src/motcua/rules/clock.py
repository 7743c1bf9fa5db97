"""The clock of a dossier: a supplement asked for after acceptance stops it, and by default the limit then
runs again from the beginning (NĐ 61/2018 Điều 19 khoản 4); an extension is announced before the due time
(khoản 9).

A pause never makes a due time earlier, and the first due time stays visible. See docs/rules/clock.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from motcua.rules.deadlines import Limit, due
from motcua.rules.localday import at_local, local, local_day
from motcua.rules.refusals import Refusal
from motcua.rules.working_time import WorkingCalendar


class ClockRefusal(Refusal):
    """An entry cannot follow.

    Codes: not_started, already_started, out_of_order, already_paused, not_paused, paused, stopped, no_limit,
    policy_missing, until_missing, extend_after_due, extend_not_later, extended_too_often, naive_time.
    """


class EntryKind(StrEnum):
    """What can happen to the clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    RESTART = "restart"
    EXTEND = "extend"
    STOP = "stop"


class ResumePolicy(StrEnum):
    """How the due time follows from a pause; the procedure's choice, with its legal basis."""

    RESTART = "restart"
    SHIFT = "shift"
    RESUME = "resume"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ClockEntry:
    """One thing that happened to the clock.

    `limit` belongs to start and restart, `policy` to resume, `until` (aware) to extend.
    """

    kind: EntryKind
    at: datetime
    limit: Limit | None = None
    policy: ResumePolicy | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockState:
    """Where the clock stands: due times in UTC, or None without a limit.

    `remaining_minutes` are the working minutes left when the clock was paused or stopped (negative: past
    due), None while it runs. `limit` is the one in force, `extensions` how often it was extended, `last_at`
    the time of the last entry.
    """

    original_due: datetime | None
    due: datetime | None
    paused_at: datetime | None = None
    stopped_at: datetime | None = None
    remaining_minutes: int | None = None
    limit: Limit | None = None
    extensions: int = 0
    last_at: datetime | None = None


def replay(
    entries: Iterable[ClockEntry], calendar: WorkingCalendar, *, extensions_allowed: int | None = None
) -> ClockState:
    """Give the state after these entries, in this order; `ClockRefusal` at the first impossible one."""
    state: ClockState | None = None
    for entry in entries:
        state = apply(state, entry, calendar, extensions_allowed=extensions_allowed)
    if state is None:
        raise ClockRefusal("not_started")
    return state


def apply(
    state: ClockState | None,
    entry: ClockEntry,
    calendar: WorkingCalendar,
    *,
    extensions_allowed: int | None = None,
) -> ClockState:
    """Give the state after one more entry; `ClockRefusal` when it cannot follow.

    `extensions_allowed` is the number the law of the day allows (NĐ 61/2018: 1); None leaves it unchecked.
    """
    if entry.at.tzinfo is None or (entry.until is not None and entry.until.tzinfo is None):
        raise ClockRefusal("naive_time")
    if entry.kind is EntryKind.START:
        return _start(state, entry, calendar)
    if state is None:
        raise ClockRefusal("not_started")
    if state.stopped_at is not None:
        raise ClockRefusal("stopped")
    if state.last_at is not None and entry.at < state.last_at:
        raise ClockRefusal("out_of_order")
    often_enough = extensions_allowed is not None and state.extensions >= extensions_allowed
    if entry.kind is EntryKind.EXTEND and often_enough:
        raise ClockRefusal("extended_too_often")
    return replace(_MOVES[entry.kind](state, entry, calendar), last_at=entry.at)


def _start(state: ClockState | None, entry: ClockEntry, calendar: WorkingCalendar) -> ClockState:
    if state is not None:
        raise ClockRefusal("already_started")
    at = _due_of(entry.limit, entry.at, calendar)
    return ClockState(original_due=at, due=at, limit=entry.limit, last_at=entry.at)


def _pause(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar) -> ClockState:
    if state.paused_at is not None:
        raise ClockRefusal("already_paused")
    return replace(state, paused_at=entry.at, remaining_minutes=_left(state, entry.at, calendar))


def _resume(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar) -> ClockState:
    if state.paused_at is None:
        raise ClockRefusal("not_paused")
    if entry.policy is None:
        raise ClockRefusal("policy_missing")
    limit = entry.limit or state.limit
    new = state.due
    if state.due is not None:
        # The later of the two: no pause takes away days that were already granted.
        new = max(state.due, _POLICIES[entry.policy](state, entry, calendar))
    return replace(state, due=new, paused_at=None, remaining_minutes=None, limit=limit)


def _restart(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar) -> ClockState:
    limit = entry.limit or state.limit
    if limit is None:
        raise ClockRefusal("no_limit")
    at = _due_of(limit, entry.at, calendar)
    return replace(state, due=at, paused_at=None, remaining_minutes=None, limit=limit)


def _extend(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar) -> ClockState:
    if state.paused_at is not None:
        raise ClockRefusal("paused")
    if state.due is None:
        raise ClockRefusal("no_limit")
    if entry.until is None:
        raise ClockRefusal("until_missing")
    if entry.at >= state.due:
        raise ClockRefusal("extend_after_due")
    if entry.until <= state.due:
        raise ClockRefusal("extend_not_later")
    return replace(state, due=entry.until, extensions=state.extensions + 1)


def _stop(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar) -> ClockState:
    left = state.remaining_minutes if state.paused_at is not None else _left(state, entry.at, calendar)
    return replace(state, stopped_at=entry.at, paused_at=None, remaining_minutes=left)


_MOVES: Mapping[EntryKind, Callable[[ClockState, ClockEntry, WorkingCalendar], ClockState]] = {
    EntryKind.PAUSE: _pause,
    EntryKind.RESUME: _resume,
    EntryKind.RESTART: _restart,
    EntryKind.EXTEND: _extend,
    EntryKind.STOP: _stop,
}


def _due_of(limit: Limit | None, received: datetime, calendar: WorkingCalendar) -> datetime | None:
    return None if limit is None else due(limit, received=received, calendar=calendar).at


def _left(state: ClockState, at: datetime, calendar: WorkingCalendar) -> int | None:
    return None if state.due is None else calendar.minutes_between(at, state.due)


# --- policies: each is asked only for a paused clock with a due time ------------------------------------


def _anew(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar) -> datetime:
    limit = entry.limit or state.limit
    if limit is None:
        raise ClockRefusal("no_limit")
    return due(limit, received=entry.at, calendar=calendar).at


def _shifted(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar) -> datetime:
    """Move the due day by the working days of the pause: at closing if it stood there, else at its hour."""
    old, since = _both(state)
    days = calendar.working_days_between(local_day(since), local_day(entry.at))
    if days == 0:
        return old
    day = calendar.add_working_days(local_day(old), days)
    stood_at_closing = calendar.is_working_day(local_day(old)) and old == calendar.closing(local_day(old))
    if stood_at_closing or not calendar.is_working_day(local_day(old)):
        return calendar.closing(day)
    same_hour = calendar.next_moment(at_local(day, local(old).time()), end_counts=True)
    return min(same_hour, calendar.closing(day))


def _continued(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar) -> datetime:
    old, _ = _both(state)
    left = state.remaining_minutes or 0
    return calendar.add_minutes(entry.at, left) if left > 0 else old


def _unchanged(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar) -> datetime:
    return _both(state)[0]


def _both(state: ClockState) -> tuple[datetime, datetime]:
    """Give the due time and the start of the pause of a clock that has both."""
    if state.due is None or state.paused_at is None:
        raise ClockRefusal("not_paused")
    return state.due, state.paused_at


_POLICIES: Mapping[ResumePolicy, Callable[[ClockState, ClockEntry, WorkingCalendar], datetime]] = {
    ResumePolicy.RESTART: _anew,
    ResumePolicy.SHIFT: _shifted,
    ResumePolicy.RESUME: _continued,
    ResumePolicy.NONE: _unchanged,
}
