"""The rules of time against an oracle that walks the clock minute by minute and shares none of their counting.

Written from the pages docs/rules/{working_time,deadlines,clock}.md and slow on purpose: a line with one byte for
each minute, and plain steps along it. Only the data types of the rules are used.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

from motcua.ops.bench.timing import Outcome
from motcua.rules.clock import ClockEntry, EntryKind, ResumePolicy
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.working_time import DayEntry, DayKind, Shift, Week

if TYPE_CHECKING:
    from motcua.ops.bench.stage import Stage

_HANOI = timezone(timedelta(hours=7))
_MINUTE = timedelta(minutes=1)
_DAY = 24 * 60
_FREE = (DayKind.HOLIDAY, DayKind.SUBSTITUTE_OFF, DayKind.SWAP_OFF, DayKind.CLOSURE)


class BeyondLine(Exception):
    """The walk left the days that the calendar covers."""


class Impossible(Exception):
    """An entry cannot follow what came before."""


def shifts_of(day: date, weeks: Sequence[Week], entries: Sequence[DayEntry]) -> tuple[Shift, ...]:
    """Say which shifts a day has, by the definitions of the page and nothing else."""
    week = weeks[0]
    for later in weeks:
        if later.valid_from <= day:
            week = later
    usual = tuple(week.shifts.get(day.weekday(), ()))
    of_day = [entry for entry in entries if entry.day == day]
    if not of_day or of_day[-1].kind is DayKind.AS_USUAL:
        return usual
    entry = of_day[-1]
    if entry.kind in _FREE:
        return ()
    if entry.shifts is not None:
        return entry.shifts
    if entry.kind is DayKind.HALF_DAY:
        return usual[:1]
    for weekday in range(7):
        usual = usual or tuple(week.shifts.get(weekday, ()))
    return usual


class Line:
    """A byte for each minute from the first day to the last: 1 where somebody works."""

    def __init__(self, weeks: Sequence[Week], entries: Sequence[DayEntry], first: date, last: date) -> None:
        self.first = first
        self.midnight = datetime.combine(first, time(0), _HANOI)
        self.days = (last - first).days + 1
        self.works = bytearray(self.days * _DAY)
        for number in range(self.days):
            for shift in shifts_of(first + timedelta(days=number), weeks, entries):
                start = shift.start.hour * 60 + shift.start.minute
                end = shift.end.hour * 60 + shift.end.minute
                self.works[number * _DAY + start : number * _DAY + end] = b"\1" * (end - start)

    def place(self, at: datetime) -> int:
        """Give the minute in which a moment lies; its seconds are dropped."""
        found = (at - self.midnight) // _MINUTE
        return self.inside(found)

    def moment(self, minute: int) -> datetime:
        """Give the moment at which a minute begins."""
        return self.midnight + minute * _MINUTE

    def inside(self, minute: int) -> int:
        """Give the minute back, or raise `BeyondLine`."""
        if not 0 <= minute < len(self.works):
            raise BeyondLine
        return minute

    def open_at(self, minute: int) -> int:
        """Walk on to the first minute in which somebody works."""
        for place in range(self.inside(minute), len(self.works)):
            if self.works[place]:
                return place
        raise BeyondLine

    def attended(self, minute: int) -> bool:
        """Tell whether a moment is in a shift or at the end of one."""
        return bool(self.works[self.inside(minute)] or (minute > 0 and self.works[minute - 1]))

    def is_worked(self, day: int) -> bool:
        """Tell whether any minute of a day is worked."""
        return 0 <= day < self.days and 1 in self.works[day * _DAY : (day + 1) * _DAY]

    def worked_day(self, day: int) -> int:
        """Walk on to the first day, this one or later, that has a worked minute."""
        while not self.is_worked(day):
            day += 1
            self.inside(day * _DAY)
        return day

    def closing(self, day: int) -> int:
        """Walk back from midnight to the end of the last shift of a day."""
        minute = (day + 1) * _DAY
        while not self.works[minute - 1]:
            minute -= 1
        return minute

    def after_work(self, minute: int, amount: int) -> int:
        """Walk on until so many minutes have been worked."""
        if amount == 0 and not self.attended(minute):
            return self.open_at(minute)
        for place in range(self.inside(minute), len(self.works)):
            if amount == 0:
                return place
            amount -= self.works[place]
        raise BeyondLine

    def work_between(self, a: int, b: int) -> int:
        """Count the minutes worked from a to b, one after the other; negative when b is earlier."""
        count = sum(self.works[min(a, b) : max(a, b)])
        return count if a <= b else -count


# --- a limit


def counts_from(limit: Limit, received: datetime, line: Line) -> int:
    """Say in which minute a paper counts as received."""
    minute = line.place(received)
    if limit.cutoff is not None and minute % _DAY > limit.cutoff.hour * 60 + limit.cutoff.minute:
        return line.open_at((minute // _DAY + 1) * _DAY)
    return line.open_at(minute)


def due_by_walking(limit: Limit, received: datetime, line: Line) -> datetime:
    """Say when a limit ends, phase after phase."""
    minute = counts_from(limit, received, line)
    phases = [limit, *limit.then]
    if limit.unit is Unit.SAME_DAY:
        return line.moment(line.closing(minute // _DAY))
    after_a_day = False
    for phase in phases:
        if phase.unit in (Unit.HOUR, Unit.WORKING_HOUR):
            if after_a_day:
                minute = line.open_at((minute // _DAY + 1) * _DAY)
            minute = _some_hours_later(phase, minute, line)
            after_a_day = False
        else:
            # Of a phase that counts days only the day matters on which it ends.
            minute = _some_days_later(phase, minute // _DAY, line) * _DAY
            after_a_day = True
    if after_a_day:
        return line.moment(line.closing(line.worked_day(minute // _DAY)))
    return line.moment(minute if line.attended(minute) else line.open_at(minute))


def _some_hours_later(phase: Limit, minute: int, line: Line) -> int:
    if phase.unit is Unit.HOUR:
        return line.inside(minute + 60 * phase.amount)
    return line.after_work(minute, 60 * phase.amount)


def _some_days_later(phase: Limit, day: int, line: Line) -> int:
    if phase.unit is Unit.CALENDAR_DAY:
        return day + phase.amount
    if phase.unit is Unit.MONTH:
        return (
            _same_number(line.first + timedelta(days=day), phase.amount).toordinal() - line.first.toordinal()
        )
    for _ in range(phase.amount):
        day = line.worked_day(day + 1)
    return day


def _same_number(day: date, months: int) -> date:
    """Turn over the months one by one, then look for the number or the last day."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


# --- a ledger


@dataclass
class Walked:
    """What the ledger came to: due times as moments, the pauses that hold, and what moved the due time."""

    original: datetime | None = None
    due: datetime | None = None
    limit: Limit | None = None
    left: int | None = None
    started: bool = False
    stopped: bool = False
    last: datetime | None = None
    holding: dict[str, datetime] = field(default_factory=dict)
    over: list[tuple[datetime, datetime, ResumePolicy]] = field(default_factory=list)
    movements: list[tuple[str, object]] = field(default_factory=list)

    def enter(self, entry: ClockEntry, line: Line) -> None:
        """Let one more entry happen, by the calendar of this line; `Impossible` where the page forbids it."""
        if entry.kind is EntryKind.START:
            self._need(not self.started)
            self.started = True
            self.limit = entry.limit
            if entry.limit is not None:
                self._move("anew", (entry.limit, entry.at), line)
            self.original = self.due
        else:
            self._need(self.started and not self.stopped and self.last is not None and entry.at >= self.last)
            getattr(self, f"_{entry.kind.value}")(entry, line)
        self.last = entry.at

    def _need(self, condition: bool) -> None:
        if not condition:
            raise Impossible

    def _stands_since(self) -> datetime | None:
        """Give the beginning of the standstill: a pause that ended by `none` was none."""
        counted = [since for since, _, policy in self.over if policy is not ResumePolicy.NONE]
        return min([*self.holding.values(), *counted]) if self.holding else None

    def _has_passed(self, at: datetime) -> bool:
        return self.due is not None and (self._stands_since() or at) > self.due

    def _minutes_left(self, at: datetime, line: Line) -> int | None:
        return None if self.due is None else line.work_between(line.place(at), line.place(self.due))

    def _pause(self, entry: ClockEntry, line: Line) -> None:
        self._need(entry.ground not in self.holding)
        if not self.holding:
            self.left = self._minutes_left(entry.at, line)
        self.holding[entry.ground] = entry.at

    def _resume(self, entry: ClockEntry, line: Line) -> None:
        self._need(entry.ground in self.holding and entry.policy is not None)
        assert entry.policy is not None
        stood = self._stands_since()
        self.over.append((self.holding.pop(entry.ground), entry.at, entry.policy))
        self.limit = entry.limit or self.limit
        if self.holding:
            since = self._stands_since()
            if since is not None and since != stood:
                self.left = self._minutes_left(since, line)
            return
        self.left = None
        over, self.over = self.over, []
        if self.due is not None:
            self._after_the_last(over, entry.at, line)

    def _after_the_last(
        self, over: Iterable[tuple[datetime, datetime, ResumePolicy]], at: datetime, line: Line
    ) -> None:
        """Let the pauses of one standstill do what their policies say, in the order of their times."""
        counted = [one for one in over if one[2] is not ResumePolicy.NONE]
        spans = list(_joined([(since, until) for since, until, _ in counted]))
        assert self.due is not None
        reached, by_shift = self.due, []
        for since, until in spans:
            if since > reached:
                break
            if any(s >= since and u <= until and p is ResumePolicy.RESTART for s, u, p in counted):
                assert self.limit is not None
                self._move("anew", (self.limit, at), line)
                return
            by_shift.append((since, until))
            work = line.work_between(line.place(since), line.place(until))
            reached = line.moment(line.after_work(line.place(reached), work)) if work else reached
        if by_shift:
            self._move("shifted", by_shift, line)

    def _restart(self, entry: ClockEntry, line: Line) -> None:
        limit = entry.limit or self.limit
        late = self._has_passed(entry.at)
        self._need(limit is not None and (bool(self.holding) or not late))
        if not late:
            self._move("anew", (limit, entry.at), line)
        self.limit, self.left = limit, None
        self.holding, self.over = {}, []

    def _extend(self, entry: ClockEntry, line: Line) -> None:
        self._need(not self.holding and self.due is not None and entry.until is not None)
        assert self.due is not None
        assert entry.until is not None
        self._need(entry.at < self.due < entry.until)
        self.due = entry.until
        self.movements.append(("until", entry.until))

    def _reckon(self, entry: ClockEntry, line: Line) -> None:
        self._need(self.due is not None and not self._has_passed(entry.at))
        found = walked_again(self.movements, line)
        since = self._stands_since()
        self._need(found is not None and found >= (since or entry.at))
        self.due = found
        if since is not None:
            self.left = self._minutes_left(since, line)

    def _stop(self, entry: ClockEntry, line: Line) -> None:
        if not self.holding:
            self.left = self._minutes_left(entry.at, line)
        self.stopped = True
        self.holding = {}

    def _move(self, how: str, what: object, line: Line) -> None:
        self.movements.append((how, what))
        found = _one_movement(how, what, self.due, line)
        if self.due is None or (found is not None and found > self.due):
            self.due = found


def _joined(spans: Sequence[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """Give the spans of time that any of these covers, in order."""
    rest = sorted(spans)
    while rest:
        since, until = rest.pop(0)
        while rest and rest[0][0] <= until:
            until = max(until, rest.pop(0)[1])
        yield since, until


def _one_movement(how: str, what: object, due: datetime | None, line: Line) -> datetime | None:
    match how, what:
        case "anew", (Limit() as limit, datetime() as at):
            return due_by_walking(limit, at, line)
        case "shifted", list() as spans:
            work = sum(line.work_between(line.place(since), line.place(until)) for since, until in spans)
            return line.moment(line.after_work(line.place(due), work)) if due and work else due
        case _, datetime() as until:
            minute = line.place(until)
            if line.is_worked(minute // _DAY):
                return _kept_on_its_day(minute, line)
            return line.moment(line.closing(line.worked_day(minute // _DAY)))
    raise AssertionError(how)


def _kept_on_its_day(minute: int, line: Line) -> datetime:
    """Keep an appointed moment on its working day: in a shift or at its end, at the next one, or at closing."""
    closing = line.closing(minute // _DAY)
    if minute >= closing:
        return line.moment(closing)
    return line.moment(minute if line.attended(minute) else line.open_at(minute))


def walked_again(movements: Iterable[tuple[str, object]], line: Line) -> datetime | None:
    """Say what the same movements give along another line."""
    due: datetime | None = None
    for how, what in movements:
        found = _one_movement(how, what, due, line)
        due = found if how == "until" or due is None or found is None else max(due, found)
    return due


def measure(stage: Stage) -> Outcome:
    """Count the random cases in which the rules and the oracle say the same; all of them must."""
    from motcua.ops.bench.oracle_cases import disagreements

    count = stage.sizes.oracle_cases
    wrong = list(disagreements(range(count)))
    agreed = count - len(wrong)
    return Outcome(
        "oracle", agreed, count, "cases", agreed / count, 1.0, True, (agreed / count, agreed / count),
        f"{len(wrong)} disagreements" + (f": {wrong[0]}" if wrong else ""),
    )  # fmt: skip
