"""The clock of a dossier: a supplement asked for after acceptance stops it, and by default the limit then
runs again from the beginning (NĐ 61/2018 Điều 19 khoản 4); an extension is announced before the due time
(khoản 9).

A pause never makes a due time earlier, nothing makes a late dossier early, and the first due time stays
visible. See docs/rules/clock.md.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from motcua.rules.deadlines import Limit, due
from motcua.rules.keepers import Calendars, Keepers, Pin, at_notice, pinned
from motcua.rules.localday import local_day
from motcua.rules.refusals import Refusal
from motcua.rules.working_time import WorkingCalendar


class ClockRefusal(Refusal):
    """An entry cannot follow.

    Codes: not_started, already_started, out_of_order, already_paused, not_paused, paused, stopped, no_limit,
    policy_missing, policy_changed, until_missing, extend_after_due, extend_not_later, extended_too_often, restart_after_due,
    reckon_after_due, reckon_in_the_past, naive_time.
    """


class EntryKind(StrEnum):
    """What can happen to the clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    RESTART = "restart"
    EXTEND = "extend"
    RECKON = "reckon"
    STOP = "stop"


class ResumePolicy(StrEnum):
    """How the due time follows from a pause; the procedure's choice, with its legal basis."""

    RESTART = "restart"
    SHIFT = "shift"
    RESUME = "resume"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ClockEntry:
    """One thing that happened to the clock, at the moment of its recording.

    `limit` belongs to start, restart and a resumption by restart, `ground` to pause and resume (pauses on different
    grounds may overlap), `policy` to resume and, as it is foreseen, to pause, `until` (aware) to extend. A start,
    resume or restart with `until` is from before ledgers kept their calendars: it is taken at its word. `calendar`
    is the notice, and `keeper` the agency (None: that which holds the dossier now), by whose calendar it was reckoned.
    """

    kind: EntryKind
    at: datetime
    limit: Limit | None = None
    policy: ResumePolicy | None = None
    until: datetime | None = None
    ground: str = ""
    calendar: int = 0
    keeper: Hashable | None = None

    @property
    def pin(self) -> Pin:
        """The key of the calendar that it was reckoned by."""
        return self.calendar if self.keeper is None else pinned(self.calendar, self.keeper)


@dataclass(frozen=True, slots=True)
class Pause:
    """An open pause: on which ground, since when, and how the due time is to follow from it, as far as is known."""

    ground: str
    since: datetime
    policy: ResumePolicy | None = None

    @property
    def holds(self) -> bool:
        """Whether the due time waits for its end: by `none` it runs on."""
        return self.policy is not ResumePolicy.NONE


@dataclass(frozen=True, slots=True)
class Anew:
    """The due time is that of this limit from this moment, if that is later than what was promised before."""

    limit: Limit
    at: datetime
    keeper: Hashable | None = None


@dataclass(frozen=True, slots=True)
class Shifted:
    """The due time is put off by the working minutes of these times, of which no two overlap."""

    times: tuple[tuple[datetime, datetime], ...]
    keeper: Hashable | None = None


@dataclass(frozen=True, slots=True)
class Extended:
    """The due time is this moment."""

    until: datetime
    keeper: Hashable | None = None


# What moved the due time, in order, each with who held the dossier then: any calendar gives its own answer.
Moved = Anew | Shifted | Extended


@dataclass(frozen=True, slots=True)
class ClockState:
    """Where the clock stands: due times in UTC, or None without a limit.

    `paused_at` is since when it stands, `pauses` on which grounds. `remaining_minutes` are the working minutes
    left when the clock was paused or stopped (negative: past due), None while it runs. `limit` is the one in
    force, `extensions` how often it was extended, `last_at` the time of the last entry, `moved` what made the
    due time.
    """

    original_due: datetime | None
    due: datetime | None
    paused_at: datetime | None = None
    stopped_at: datetime | None = None
    remaining_minutes: int | None = None
    limit: Limit | None = None
    extensions: int = 0
    last_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    moved: tuple[Moved, ...] = ()
    # Pauses that ended while another still held, but for those without effect: when, and by which policy.
    _waited: tuple[tuple[datetime, datetime, ResumePolicy], ...] = ()


def replay(
    entries: Iterable[ClockEntry], calendars: Calendars, *, extensions_allowed: int | None = None
) -> ClockState:
    """Give the state after these entries, in this order; `ClockRefusal` at the first impossible one.

    `calendars` is one calendar for all, or each entry's by its pin, as `apply` asks for them.
    """
    state: ClockState | None = None
    for entry in entries:
        state = apply(state, entry, calendars, extensions_allowed=extensions_allowed)
    if state is None:
        raise ClockRefusal("not_started")
    return state


def apply(
    state: ClockState | None,
    entry: ClockEntry,
    calendars: Calendars,
    *,
    extensions_allowed: int | None = None,
) -> ClockState:
    """Give the state after one more entry; `ClockRefusal` when it cannot follow.

    `calendars` by pin hold the entry's own, for a reckon also those of the keepers before it at its notice.
    `extensions_allowed` is the number that the procedure or the law of the day allows; None leaves it unchecked.
    """
    calendar = calendars if isinstance(calendars, WorkingCalendar) else calendars[entry.pin]
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
    if entry.kind is EntryKind.RECKON:
        those = at_notice(calendars, entry.calendar, keepers={one.keeper for one in state.moved})
        return replace(_reckon(state, entry, calendar, those), last_at=entry.at)
    return replace(_MOVES[entry.kind](state, entry, calendar), last_at=entry.at)


def is_late(state: ClockState, *, at: datetime) -> bool:
    """Tell whether the due time has passed at this moment, or had when a pause began that holds it."""
    return state.due is not None and counting_at(state, at=at) > state.due


def counting_at(state: ClockState, *, at: datetime) -> datetime:
    """Give the moment that counts: now, or since when pauses that hold the due time have lasted."""
    since = [pause.since for pause in state.pauses if pause.holds]
    since += [since for since, _, _ in state._waited]
    return min(since, default=at)


def due_under(state: ClockState, calendars: Keepers) -> datetime | None:
    """Derive the due time of a ledger under calendars, also others than it was reckoned by; None without a limit.

    Each thing that moved it counts by the calendar of who held the dossier then, unless there is one for all.
    Nothing is refused here: what may become of the answer is asked when it is entered.
    """
    found: datetime | None = None
    for one in state.moved:
        calendar = calendars if isinstance(calendars, WorkingCalendar) else calendars[one.keeper]
        match one:
            case Anew(limit, at):
                anew = due(limit, received=at, calendar=calendar).at
                found = anew if found is None else max(found, anew)
            case Shifted(times):
                found = found and _put_off(found, times, calendar)
            case Extended(until):
                found = _off_rest(until, calendar)
    return found


def _off_rest(until: datetime, calendar: WorkingCalendar) -> datetime:
    """Move an appointed moment on a day of rest to the end of the next working day (Điều 148 khoản 5).

    On a working day it stays on that day: in a break it waits for the next shift, after closing it is the closing.
    """
    day = calendar.add_working_days(local_day(until), 0)
    if day != local_day(until):
        return calendar.closing(day)
    return min(calendar.next_moment(until, end_counts=True), calendar.closing(day))


def _start(state: ClockState | None, entry: ClockEntry, calendar: WorkingCalendar) -> ClockState:
    if state is not None:
        raise ClockRefusal("already_started")
    if entry.until is not None:
        told = (Extended(entry.until, entry.keeper),)
        return ClockState(entry.until, entry.until, limit=entry.limit, last_at=entry.at, moved=told)
    if entry.limit is None:
        return ClockState(original_due=None, due=None, last_at=entry.at)
    at = due(entry.limit, received=entry.at, calendar=calendar).at
    moved = (Anew(entry.limit, entry.at, entry.keeper),)
    return ClockState(original_due=at, due=at, limit=entry.limit, last_at=entry.at, moved=moved)


def _pause(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar) -> ClockState:
    if any(pause.ground == entry.ground for pause in state.pauses):
        raise ClockRefusal("already_paused")
    pauses = (*state.pauses, Pause(entry.ground, entry.at, entry.policy))
    if state.pauses:
        return replace(state, pauses=pauses)
    return replace(state, pauses=pauses, **_standing(state, entry.at, calendar))


def _resume(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar) -> ClockState:
    ended = next((pause for pause in state.pauses if pause.ground == entry.ground), None)
    if ended is None:
        raise ClockRefusal("not_paused")
    if entry.policy is None:
        raise ClockRefusal("policy_missing")
    if entry.policy is ResumePolicy.NONE and ended.policy not in (None, ResumePolicy.NONE):
        # What was not late because it waited would have been late all the while.
        raise ClockRefusal("policy_changed")
    waited = state._waited
    if entry.policy is not ResumePolicy.NONE:
        waited = (*waited, (ended.since, entry.at, entry.policy))
    pauses = tuple(pause for pause in state.pauses if pause is not ended)
    state = replace(state, pauses=pauses, limit=entry.limit or state.limit, _waited=waited)
    if pauses:
        # A pause that ended without effect was none: the clock stands since the first of the others.
        since = min([pause.since for pause in pauses] + [since for since, _, _ in waited])
        return replace(state, **_standing(state, since, calendar))
    state = _told(state, entry) or _moved(state, _effect(state, entry, calendar), calendar)
    return replace(state, paused_at=None, remaining_minutes=None, _waited=())


def _told(state: ClockState, entry: ClockEntry) -> ClockState | None:
    """Give the state with the due time that an entry brings itself, None where it is to be reckoned."""
    if entry.until is None:
        return None
    return replace(state, due=entry.until, moved=(*state.moved, Extended(entry.until, entry.keeper)))


def _standing(state: ClockState, since: datetime, calendar: WorkingCalendar) -> dict[str, Any]:
    return {"paused_at": since, "remaining_minutes": _left(state, since, calendar)}


def _effect(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar) -> Anew | Shifted | None:
    """Say what the pauses that ended by now do to the due time, one stretch of time after the other.

    A stretch that began after the due time, as the stretches before left it, moves nothing.
    """
    if state.due is None:
        return None
    reached, counted = state.due, list[tuple[datetime, datetime]]()
    for since, until in union((since, until) for since, until, _ in state._waited):
        if since > reached:
            break
        if state.limit and any(
            policy is ResumePolicy.RESTART and since <= one <= until for one, _, policy in state._waited
        ):
            return Anew(state.limit, entry.at, entry.keeper)
        counted.append((since, until))
        reached = _put_off(reached, [(since, until)], calendar)
    return Shifted(tuple(counted), entry.keeper) if counted else None


def _put_off(at: datetime, times: Iterable[tuple[datetime, datetime]], calendar: WorkingCalendar) -> datetime:
    minutes = sum(calendar.minutes_between(since, until) for since, until in times)
    return calendar.add_minutes(at, minutes) if minutes else at


def union(times: Iterable[tuple[datetime, datetime]]) -> tuple[tuple[datetime, datetime], ...]:
    """Give times of which none overlap, in order, that cover the same moments."""
    joined: list[tuple[datetime, datetime]] = []
    for since, until in sorted(times):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return tuple(joined)


def _restart(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar) -> ClockState:
    limit = entry.limit or state.limit
    if limit is None:
        raise ClockRefusal("no_limit")
    late = is_late(state, at=entry.at)
    told = _told(state, entry)
    if late and not state.pauses and told is None:
        raise ClockRefusal("restart_after_due")
    state = told or _moved(state, None if late else Anew(limit, entry.at, entry.keeper), calendar)
    return replace(state, paused_at=None, remaining_minutes=None, limit=limit, pauses=(), _waited=())


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
    moved = (*state.moved, Extended(entry.until, entry.keeper))
    return replace(state, due=entry.until, extensions=state.extensions + 1, moved=moved)


def _reckon(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar, those: Keepers) -> ClockState:
    if state.due is None:
        raise ClockRefusal("no_limit")
    if is_late(state, at=entry.at):
        raise ClockRefusal("reckon_after_due")
    found = due_under(state, those)
    if found is None or found < counting_at(state, at=entry.at):
        raise ClockRefusal("reckon_in_the_past")
    state = replace(state, due=found)
    return replace(state, **_standing(state, state.paused_at, calendar)) if state.paused_at else state


def _stop(state: ClockState, entry: ClockEntry, calendar: WorkingCalendar) -> ClockState:
    left = state.remaining_minutes if state.paused_at is not None else _left(state, entry.at, calendar)
    return replace(state, stopped_at=entry.at, paused_at=None, remaining_minutes=left, pauses=())


_MOVES: Mapping[EntryKind, Callable[[ClockState, ClockEntry, WorkingCalendar], ClockState]] = {
    EntryKind.PAUSE: _pause,
    EntryKind.RESUME: _resume,
    EntryKind.RESTART: _restart,
    EntryKind.EXTEND: _extend,
    EntryKind.STOP: _stop,
}


def _moved(state: ClockState, by: Anew | Shifted | None, calendar: WorkingCalendar) -> ClockState:
    """Let the due time follow from one more thing that moved it; it never becomes earlier."""
    if by is None:
        return state
    old = state.due
    new: datetime | None
    match by:
        case Anew(limit, at):
            new = due(limit, received=at, calendar=calendar).at
        case Shifted(times):
            new = old and _put_off(old, times, calendar)
    due_at = new if old is None or new is None else max(old, new)
    return replace(state, due=due_at, moved=(*state.moved, by))


def _left(state: ClockState, at: datetime, calendar: WorkingCalendar) -> int | None:
    return None if state.due is None else calendar.minutes_between(at, state.due)
