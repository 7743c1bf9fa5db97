"""Deadlines: hours run from the moment, days and months leave out the day of receipt, and a last day on which
nobody works moves to the end of the next working day (Bộ luật Dân sự 2015, Điều 147 and 148).

The due time costs a look-up; its explanation is made only when asked for. See docs/rules/deadlines.md.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from motcua.rules.localday import at_local, local, local_day
from motcua.rules.refusals import Refusal
from motcua.rules.working_time import WorkingCalendar

_START_OF_LIMIT = "Bộ luật Dân sự 2015, Điều 147"
_END_OF_LIMIT = "Bộ luật Dân sự 2015, Điều 148"
# The hour is the procedure's own; the decree that set 15:00 for passing papers on expired on 1/7/2025.
_CUTOFF = "quy định của thủ tục"
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class LimitRefused(Refusal):
    """A time limit makes no sense; codes unknown_unit, bad_amount, bad_cutoff, unknown_field, bad_phase."""


class Unit(StrEnum):
    """What a limit counts."""

    HOUR = "hour"
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    SAME_DAY = "same_day"


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit: `amount` of `unit`; what comes after `cutoff` (local) counts from the next working day.

    The amount is 1 or more; for `same_day` it says nothing and is 0 or 1. `then` are limits that follow this
    one ("02 tháng và 15 ngày làm việc"). `LimitRefused` otherwise.
    """

    unit: Unit
    amount: int
    cutoff: time | None = None
    then: tuple["Limit", ...] = ()

    def __post_init__(self) -> None:
        fewest = 0 if self.unit is Unit.SAME_DAY else 1
        most = 1 if self.unit is Unit.SAME_DAY else 9_999
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            raise LimitRefused("bad_amount")
        if not fewest <= self.amount <= most:
            raise LimitRefused("bad_amount")
        if self.cutoff is not None and (self.cutoff.second or self.cutoff.microsecond or self.cutoff.tzinfo):
            raise LimitRefused("bad_cutoff")
        if any(phase.then or phase.cutoff or phase.unit is Unit.SAME_DAY for phase in self.then):
            raise LimitRefused("bad_phase")
        if self.then and self.unit is Unit.SAME_DAY:
            raise LimitRefused("bad_phase")

    @property
    def phases(self) -> tuple["Limit", ...]:
        """The parts that follow one another; a plain limit is its own only part."""
        return (self, *self.then)

    def to_json(self) -> dict[str, object]:
        """Give `{"unit", "amount", "cutoff"}`, the cutoff as "15:00" or None, and "then" where phases follow."""
        said: dict[str, object] = {
            "unit": self.unit.value,
            "amount": self.amount,
            "cutoff": self.cutoff.strftime("%H:%M") if self.cutoff else None,
        }
        if self.then:
            said["then"] = [phase.to_json() for phase in self.then]
        return said

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Limit":
        """Read what `to_json` wrote (cutoff may be left out); `LimitRefused` for anything else."""
        if not data.keys() <= {"unit", "amount", "cutoff", "then"}:
            raise LimitRefused("unknown_field")
        try:
            unit = Unit(str(data.get("unit")))
        except ValueError:
            raise LimitRefused("unknown_unit") from None
        amount = data.get("amount")
        if not isinstance(amount, int):
            raise LimitRefused("bad_amount")
        return cls(unit, amount, _cutoff_from(data.get("cutoff")), _then_from(data.get("then", ())))


def _then_from(phases: object) -> tuple[Limit, ...]:
    if not isinstance(phases, list | tuple) or not all(isinstance(phase, Mapping) for phase in phases):
        raise LimitRefused("bad_phase")
    return tuple(Limit.from_json(phase) for phase in phases)


def _cutoff_from(text: object) -> time | None:
    if text is None:
        return None
    found = _CLOCK_TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise LimitRefused("bad_cutoff")
    return time(int(found[1]), int(found[2]))


_DAYS = frozenset({Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH})


class Reason(StrEnum):
    """Why a stretch of days counts or does not; free days also carry the value of their `DayKind`."""

    RECEIVED_AFTER_CUTOFF = "received_after_cutoff"
    RECEIVED_OUTSIDE_HOURS = "received_outside_hours"
    FIRST_DAY_EXCLUDED = "first_day_excluded"
    WORKING_DAY = "working_day"
    NON_WORKING = "non_working"
    HOLIDAY = "holiday"
    SUBSTITUTE_OFF = "substitute_off"
    SWAP_OFF = "swap_off"
    CLOSURE = "closure"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    HOUR = "hour"
    WORKING_TIME = "working_time"
    SAME_DAY = "same_day"
    ROLLED_TO_WORKING_DAY = "rolled_to_working_day"
    PHASE = "phase"
    DUE = "due"


# A named tuple like `Due`: some are made for each dossier that somebody asks about.
class WorkingStep(NamedTuple):
    """One line of the explanation: first and last day, what they counted, why, on what basis, and a note.

    `counted` is in the unit of the limit for days and months, in minutes for both kinds of hours.
    """

    start: date
    end: date
    counted: int
    reason: str
    basis: str
    note: str = ""
    # False for a day that no notice confirms yet.
    confirmed: bool = True


# A named tuple and not a dataclass: it is made once per dossier in every list, at half the cost.
class Due(NamedTuple):
    """When an answer is due (`at`, UTC, whole minute), from which limit, receipt and calendar."""

    at: datetime
    limit: Limit
    received: datetime
    calendar: WorkingCalendar

    @property
    def steps(self) -> tuple[WorkingStep, ...]:
        """Explain the due time; worked out anew at each call, nothing is kept."""
        return tuple(_steps(self))


def due(limit: Limit, *, received: datetime, calendar: WorkingCalendar) -> Due:
    """Tell when the answer to a dossier received at this moment is due.

    Never earlier for a later receipt. `OutsideCalendar` when the calendar does not reach so far.
    Bộ luật Dân sự 2015, Điều 147, 148.
    """
    unit = limit.unit
    if limit.then:
        at = _due_of_other_units(limit, received, calendar)
    elif unit is Unit.WORKING_DAY:
        at = calendar.closing_after_receipt(received, limit.amount, limit.cutoff)
    elif unit is Unit.SAME_DAY:
        at = calendar.closing_after_receipt(received, 0, limit.cutoff)
    else:
        at = _due_of_other_units(limit, received, calendar)
    return Due(at, limit, received, calendar)


def end_from(limit: Limit, start: datetime, calendar: WorkingCalendar) -> datetime:
    """Tell when a limit ends that begins at `start`, which may be the end of a shift; phase after phase.

    Days and months leave out the day of `start`. The answer is a working moment or the end of a shift.
    """
    if limit.unit is Unit.HOUR:
        start = calendar.next_moment(start, end_counts=True)
    for phase, following in pairwise(limit.phases):
        start = _next_start(_passed(phase, start, calendar), phase, following, calendar)
    last = limit.phases[-1]
    match last.unit:
        case Unit.WORKING_HOUR:
            return calendar.add_minutes(start, 60 * last.amount)
        case Unit.HOUR:
            # Điều 148 khoản 5 moves a last *day*; an hour at which nobody is there waits for the next opening.
            return calendar.next_moment(start + timedelta(hours=last.amount), end_counts=True)
        case _:
            return calendar.closing(calendar.add_working_days(_last_day(last, start, calendar), 0))


def explain(due: Due) -> list[dict[str, object]]:
    """Give the explanation ready for JSON: from, to (ISO dates), counted, reason, basis, note."""
    return [
        {
            "from": step.start.isoformat(),
            "to": step.end.isoformat(),
            "counted": step.counted,
            "reason": str(step.reason),
            "basis": step.basis,
            "note": step.note,
        }
        for step in due.steps
    ]


def _due_of_other_units(limit: Limit, received: datetime, calendar: WorkingCalendar) -> datetime:
    return end_from(limit, calendar.moment_of_receipt(received, limit.cutoff), calendar)


def _passed(phase: Limit, start: datetime, calendar: WorkingCalendar) -> datetime:
    """Give the moment at which a phase in between is over: nothing moves it off a day of rest."""
    match phase.unit:
        case Unit.WORKING_HOUR:
            return calendar.add_minutes(start, 60 * phase.amount)
        case Unit.HOUR:
            return start + timedelta(hours=phase.amount)
        case _:
            return _end_of_day(_last_day(phase, start, calendar))


def _next_start(over: datetime, phase: Limit, following: Limit, calendar: WorkingCalendar) -> datetime:
    """Give the moment at which the next phase begins: where this one ends, hours after days at the next opening."""
    return calendar.next_moment(over) if phase.unit in _DAYS and following.unit not in _DAYS else over


def _end_of_day(day: date) -> datetime:
    return at_local(day, time(23, 59))


def _last_day(limit: Limit, start: datetime, calendar: WorkingCalendar) -> date:
    """Give the last day of a limit in days or months, before it moves off a free day."""
    first = local_day(start)
    match limit.unit:
        case Unit.SAME_DAY:
            return first
        case Unit.WORKING_DAY:
            return calendar.add_working_days(first, limit.amount)
        case Unit.CALENDAR_DAY:
            return first + timedelta(days=limit.amount)
    years, month = divmod(first.month - 1 + limit.amount, 12)
    year = first.year + years
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


# --- the explanation ------------------------------------------------------------------------------------


def _steps(due: Due) -> Iterator[WorkingStep]:
    start = due.calendar.moment_of_receipt(due.received, due.limit.cutoff)
    yield from _receipt(due, start)
    *between, final = due.limit.phases
    if due.limit.unit in _DAYS:
        yield _excluded(local_day(start))
    for number, phase in enumerate(between, 2):
        end = _passed(phase, start, due.calendar)
        day = local_day(end)
        yield from _counted(phase, start, end, day, due.calendar)
        yield WorkingStep(day, day, 0, Reason.PHASE, "", f"{number}/{len(between) + 1}")
        start = _next_start(end, phase, due.limit.phases[number - 1], due.calendar)
        if local_day(start) > day:
            yield from _day_by_day(
                due.calendar, day + timedelta(days=1), local_day(start) - timedelta(days=1)
            )
    last = local_day(due.at)
    yield from _counted(final, start, due.at, last, due.calendar)
    yield WorkingStep(last, last, 0, Reason.DUE, "", _minute(due.at))


def _counted(
    limit: Limit, start: datetime, end: datetime, last: date, calendar: WorkingCalendar
) -> Iterator[WorkingStep]:
    """Walk one limit from the moment it begins to the moment it ends, on the day `last`."""
    first = local_day(start)
    match limit.unit:
        case Unit.WORKING_DAY:
            yield from _day_by_day(calendar, first + timedelta(days=1), last)
        case Unit.WORKING_HOUR:
            yield from _hour_by_hour(calendar, start, end, last)
        case Unit.SAME_DAY:
            yield WorkingStep(first, last, limit.amount, Reason.SAME_DAY, "")
        case Unit.HOUR:
            over = local_day(start + timedelta(hours=limit.amount))
            yield WorkingStep(first, over, 60 * limit.amount, Reason.HOUR, f"{_START_OF_LIMIT} khoản 1")
            yield from _rolled(calendar, over, last)
        case _:
            over = _last_day(limit, start, calendar)
            monthly = limit.unit is Unit.MONTH
            reason = Reason.MONTH if monthly else Reason.CALENDAR_DAY
            basis = f"{_END_OF_LIMIT} khoản {3 if monthly else 1}"
            yield WorkingStep(first + timedelta(days=1), over, limit.amount, reason, basis)
            yield from _rolled(calendar, over, last)


def _receipt(due: Due, start: datetime) -> Iterator[WorkingStep]:
    """Say when receipt was put off: by the cutoff, or because the agency was closed."""
    at_once = due.calendar.moment_of_receipt(due.received) if due.limit.cutoff else start
    if start == at_once and start <= due.received:
        return
    arrived, counts = local_day(due.received), local_day(start)
    if start != at_once:
        yield WorkingStep(arrived, counts, 0, Reason.RECEIVED_AFTER_CUTOFF, _CUTOFF, _minute(start))
    else:
        yield WorkingStep(arrived, counts, 0, Reason.RECEIVED_OUTSIDE_HOURS, "", _minute(start))


def _excluded(day: date) -> WorkingStep:
    return WorkingStep(day, day, 0, Reason.FIRST_DAY_EXCLUDED, f"{_START_OF_LIMIT} khoản 2")


def _day_by_day(calendar: WorkingCalendar, first: date, last: date) -> Iterator[WorkingStep]:
    """Walk the days, one step for each run of days of the same sort."""
    for start, end, working, reason, basis, name, confirmed in calendar.stretches(first, last):
        yield WorkingStep(start, end, working, reason, basis, name, confirmed)


def _hour_by_hour(
    calendar: WorkingCalendar, start: datetime, until: datetime, last: date
) -> Iterator[WorkingStep]:
    """Walk the days of a limit in working hours: a working day counts its minutes, free days run together."""
    for step in _day_by_day(calendar, local_day(start), last):
        if step.reason != Reason.WORKING_DAY:
            yield step
            continue
        for ordinal in range(step.start.toordinal(), step.end.toordinal() + 1):
            day = date.fromordinal(ordinal)
            begin = max(start, calendar.opening(day))
            minutes = calendar.minutes_between(begin, min(until, calendar.closing(day)))
            if minutes > 0:
                yield WorkingStep(day, day, minutes, Reason.WORKING_TIME, step.basis, step.note)


def _rolled(calendar: WorkingCalendar, end: date, last: date) -> Iterator[WorkingStep]:
    if last <= end:
        return
    sort = next(calendar.stretches(end, end))
    basis = f"{_END_OF_LIMIT} khoản 5"
    yield WorkingStep(end, last, 0, Reason.ROLLED_TO_WORKING_DAY, basis, sort.name or sort.reason)


def _minute(at: datetime) -> str:
    return local(at).isoformat(timespec="minutes")
