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
from typing import NamedTuple

from motcua.rules.localday import local, local_day
from motcua.rules.refusals import Refusal
from motcua.rules.working_time import WorkingCalendar

_START_OF_LIMIT = "Bộ luật Dân sự 2015, Điều 147"
_END_OF_LIMIT = "Bộ luật Dân sự 2015, Điều 148"
_WEEKLY_REST = "Quyết định 188/1999/QĐ-TTg"
_CUTOFF = "Nghị định 61/2018/NĐ-CP, Điều 18"
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class LimitRefused(Refusal):
    """A time limit makes no sense; codes unknown_unit, bad_amount, bad_cutoff, unknown_field."""


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

    The amount is 1 or more; for `same_day` it says nothing and is 0 or 1. `LimitRefused` otherwise.
    """

    unit: Unit
    amount: int
    cutoff: time | None = None

    def __post_init__(self) -> None:
        fewest = 0 if self.unit is Unit.SAME_DAY else 1
        most = 1 if self.unit is Unit.SAME_DAY else 9_999
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            raise LimitRefused("bad_amount")
        if not fewest <= self.amount <= most:
            raise LimitRefused("bad_amount")
        if self.cutoff is not None and (self.cutoff.second or self.cutoff.microsecond or self.cutoff.tzinfo):
            raise LimitRefused("bad_cutoff")

    def to_json(self) -> dict[str, object]:
        """Give `{"unit", "amount", "cutoff"}`, the cutoff as "15:00" or None."""
        return {
            "unit": self.unit.value,
            "amount": self.amount,
            "cutoff": self.cutoff.strftime("%H:%M") if self.cutoff else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Limit":
        """Read what `to_json` wrote (cutoff may be left out); `LimitRefused` for anything else."""
        if not data.keys() <= {"unit", "amount", "cutoff"}:
            raise LimitRefused("unknown_field")
        try:
            unit = Unit(str(data.get("unit")))
        except ValueError:
            raise LimitRefused("unknown_unit") from None
        amount = data.get("amount")
        if not isinstance(amount, int):
            raise LimitRefused("bad_amount")
        return cls(unit, amount, _cutoff_from(data.get("cutoff")))


def _cutoff_from(text: object) -> time | None:
    if text is None:
        return None
    found = _CLOCK_TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise LimitRefused("bad_cutoff")
    return time(int(found[1]), int(found[2]))


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
    DUE = "due"


@dataclass(frozen=True, slots=True)
class WorkingStep:
    """One line of the explanation: first and last day, what they counted, why, on what basis, and a note.

    `counted` is in the unit of the limit for days and months, in minutes for both kinds of hours.
    """

    start: date
    end: date
    counted: int
    reason: str
    basis: str
    note: str = ""


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
    if unit is Unit.WORKING_DAY:
        at = calendar.closing_after_receipt(received, limit.amount, limit.cutoff)
    elif unit is Unit.SAME_DAY:
        at = calendar.closing_after_receipt(received, 0, limit.cutoff)
    else:
        at = _due_of_other_units(limit, received, calendar)
    return Due(at, limit, received, calendar)


def explain(due: Due) -> list[dict[str, object]]:
    """Give the explanation ready for JSON: from, to (ISO dates), counted, reason, basis, note."""
    return [
        {
            "from": step.start.isoformat(),
            "to": step.end.isoformat(),
            "counted": step.counted,
            "reason": step.reason,
            "basis": step.basis,
            "note": step.note,
        }
        for step in due.steps
    ]


def _due_of_other_units(limit: Limit, received: datetime, calendar: WorkingCalendar) -> datetime:
    start = calendar.moment_of_receipt(received, limit.cutoff)
    if limit.unit is Unit.WORKING_HOUR:
        return calendar.add_minutes(start, 60 * limit.amount)
    if limit.unit is Unit.HOUR:
        # Điều 148 khoản 5 moves a last *day*; an hour at which nobody is there waits for the next opening.
        return calendar.next_moment(start + timedelta(hours=limit.amount), end_counts=True)
    return calendar.closing(calendar.add_working_days(_nominal_end(limit, local_day(start)), 0))


def _nominal_end(limit: Limit, first: date) -> date:
    """Give the last day of a limit in days or months, before it moves off a free day."""
    if limit.unit is Unit.CALENDAR_DAY:
        return first + timedelta(days=limit.amount)
    years, month = divmod(first.month - 1 + limit.amount, 12)
    year = first.year + years
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


# --- the explanation ------------------------------------------------------------------------------------


def _steps(due: Due) -> Iterator[WorkingStep]:
    start = due.calendar.moment_of_receipt(due.received, due.limit.cutoff)
    first, last = local_day(start), local_day(due.at)
    yield from _receipt(due, start)
    match due.limit.unit:
        case Unit.WORKING_DAY:
            yield _excluded(first)
            yield from _day_by_day(due, first + timedelta(days=1), last)
        case Unit.WORKING_HOUR:
            yield from _hour_by_hour(due, start, last)
        case Unit.SAME_DAY:
            yield WorkingStep(first, last, due.limit.amount, Reason.SAME_DAY, "")
        case Unit.HOUR:
            end = local_day(start + timedelta(hours=due.limit.amount))
            yield WorkingStep(first, end, 60 * due.limit.amount, Reason.HOUR, f"{_START_OF_LIMIT} khoản 1")
            yield from _rolled(due, end, last)
        case _:
            end = _nominal_end(due.limit, first)
            monthly = due.limit.unit is Unit.MONTH
            reason = Reason.MONTH if monthly else Reason.CALENDAR_DAY
            basis = f"{_END_OF_LIMIT} khoản {3 if monthly else 1}"
            yield _excluded(first)
            yield WorkingStep(first + timedelta(days=1), end, due.limit.amount, reason, basis)
            yield from _rolled(due, end, last)
    yield WorkingStep(last, last, 0, Reason.DUE, "", _minute(due.at))


def _receipt(due: Due, start: datetime) -> Iterator[WorkingStep]:
    """Say when receipt was put off: by the cutoff, or because the agency was closed."""
    at_once = due.calendar.moment_of_receipt(due.received)
    arrived, counts = local_day(due.received), local_day(start)
    if start != at_once:
        yield WorkingStep(arrived, counts, 0, Reason.RECEIVED_AFTER_CUTOFF, _CUTOFF, _minute(start))
    elif at_once > due.received:
        yield WorkingStep(arrived, counts, 0, Reason.RECEIVED_OUTSIDE_HOURS, "", _minute(start))


def _excluded(day: date) -> WorkingStep:
    return WorkingStep(day, day, 0, Reason.FIRST_DAY_EXCLUDED, f"{_START_OF_LIMIT} khoản 2")


def _day_by_day(due: Due, first: date, last: date) -> Iterator[WorkingStep]:
    """Walk the days, one step for each run of days of the same sort."""
    run: WorkingStep | None = None
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        reason, basis, note = _sort_of_day(due.calendar, day)
        counted = int(reason == Reason.WORKING_DAY)
        if run and (run.reason, run.basis, run.note) == (reason, basis, note):
            run = WorkingStep(run.start, day, run.counted + counted, reason, basis, note)
            continue
        if run:
            yield run
        run = WorkingStep(day, day, counted, reason, basis, note)
    if run:
        yield run


def _hour_by_hour(due: Due, start: datetime, last: date) -> Iterator[WorkingStep]:
    """Walk the days of a limit in working hours: a working day counts its minutes, free days run together."""
    calendar = due.calendar
    for step in _day_by_day(due, local_day(start), last):
        if step.reason != Reason.WORKING_DAY:
            yield step
            continue
        for ordinal in range(step.start.toordinal(), step.end.toordinal() + 1):
            day = date.fromordinal(ordinal)
            begin = max(start, calendar.opening(day))
            minutes = calendar.minutes_between(begin, min(due.at, calendar.closing(day)))
            yield WorkingStep(day, day, minutes, Reason.WORKING_TIME, step.basis, step.note)


def _rolled(due: Due, end: date, last: date) -> Iterator[WorkingStep]:
    if last == end:
        return
    reason, _, note = _sort_of_day(due.calendar, end)
    basis = f"{_END_OF_LIMIT} khoản 5"
    yield WorkingStep(end, last, 0, Reason.ROLLED_TO_WORKING_DAY, basis, note or reason)


def _sort_of_day(calendar: WorkingCalendar, day: date) -> tuple[str, str, str]:
    """Give reason, basis and name of a day: working, weekly rest, or the kind of its entry."""
    entry = calendar.entry_on(day)
    if calendar.is_working_day(day):
        return (Reason.WORKING_DAY, entry.basis, entry.name) if entry else (Reason.WORKING_DAY, "", "")
    if entry is None:
        return Reason.NON_WORKING, _WEEKLY_REST, ""
    return entry.kind.value, entry.basis, entry.name


def _minute(at: datetime) -> str:
    return local(at).isoformat(timespec="minutes")
