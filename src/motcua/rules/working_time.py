"""Working time: civil servants work the shifts of their agency's week (QĐ 188/1999/QĐ-TTg), except on the
days that the Labour Code (Điều 111, 112) or a notice takes away, gives back or swaps.

All of that is data; this module counts. See docs/rules/working_time.md.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from motcua.rules.localday import at_local
from motcua.rules.refusals import Refusal

_DAY_SECONDS = 86_400
_Spans = tuple[tuple[int, int], ...]


class OutsideCalendar(Refusal):
    """The question or its answer lies outside the days that the calendar covers."""

    def __init__(self) -> None:
        super().__init__("outside_calendar")


class CalendarRefused(Refusal):
    """A shift, a week or an entry makes no sense.

    Codes: shift_backwards, shift_seconds, shifts_overlap, bad_weekday, off_day_with_shifts,
    not_a_working_day, empty_calendar, no_week, weeks_out_of_order.
    """


class DayKind(StrEnum):
    """Why a day differs from its weekday."""

    HOLIDAY = "holiday"
    SUBSTITUTE_OFF = "substitute_off"
    SWAP_OFF = "swap_off"
    SWAP_WORKING = "swap_working"
    HALF_DAY = "half_day"
    CLOSURE = "closure"
    AS_USUAL = "as_usual"


OFF_KINDS = frozenset({DayKind.HOLIDAY, DayKind.SUBSTITUTE_OFF, DayKind.SWAP_OFF, DayKind.CLOSURE})


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of work within one day, half-open, local clock times in whole minutes."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise CalendarRefused("shift_backwards")
        if any((t.second, t.microsecond) != (0, 0) for t in (self.start, self.end)):
            raise CalendarRefused("shift_seconds")


@dataclass(frozen=True, slots=True)
class DayEntry:
    """One day that differs from its weekday: kind, name for people, legal basis, shifts of its own.

    `announced_on` is the day of the announcement, `confirmed` whether a notice says so: shown, never counted by.
    """

    day: date
    kind: DayKind
    name: str
    basis: str
    shifts: tuple[Shift, ...] | None = None
    announced_on: date | None = None
    confirmed: bool = True

    def __post_init__(self) -> None:
        if self.kind in OFF_KINDS and self.shifts:
            raise CalendarRefused("off_day_with_shifts")


_OFFICE = (Shift(time(7, 0), time(11, 30)), Shift(time(13, 30), time(17, 0)))
DEFAULT_WEEK: Mapping[int, tuple[Shift, ...]] = dict.fromkeys(range(5), _OFFICE)
WEEKLY_REST = "Quyết định 188/1999/QĐ-TTg"
WORKING, NON_WORKING = "working_day", "non_working"


@dataclass(frozen=True, slots=True)
class Week:
    """The shifts of each weekday (0 is Monday; one left out is free) from a day on, with their legal basis."""

    valid_from: date
    shifts: Mapping[int, tuple[Shift, ...]]
    basis: str = ""


class Stretch(NamedTuple):
    """A run of days of one sort: its first and last day, how many of them are worked, why, and by which act.

    `reason` is `working_day`, `non_working` (weekly rest) or the kind of an entry that takes days off. `confirmed` is
    False where no notice says so yet.
    """

    first: date
    last: date
    working: int
    reason: str
    basis: str
    name: str
    confirmed: bool = True


# The same before it is cut to the days asked for: places in the calendar instead of days.
_Run = tuple[int, int, str, str, str, bool]


class WorkingCalendar:
    """Counts working days and minutes of one agency from `first` to `last`, both included.

    `week` maps 0 (Monday) to 6 to shifts in order, or is a sequence of `Week` by the day from which each holds.
    Of two entries for one day the later one holds. Built once; day questions are look-ups, minute questions one
    binary search. Moments go in with any zone and come out in UTC, on whole minutes; seconds going in are
    dropped. A naive moment is a `TypeError`; what lies outside is `OutsideCalendar`.
    """

    __slots__ = (
        "_base",
        "_closings",
        "_days_before",
        "_entries",
        "_epoch",
        "_late_from",
        "_minutes_before",
        "_runs",
        "_size",
        "_spans",
        "_weeks",
        "_working",
        "first",
        "last",
    )

    def __init__(
        self,
        week: Mapping[int, tuple[Shift, ...]] | Sequence[Week],
        entries: Iterable[DayEntry],
        first: date,
        last: date,
    ) -> None:
        if last < first:
            raise CalendarRefused("empty_calendar")
        self.first = first
        self.last = last
        self._weeks = _weeks(week)
        self._runs: tuple[list[int], list[_Run]] | None = None
        self._entries = {entry.day: entry for entry in entries}
        self._base = first.toordinal()
        self._epoch = at_local(first, time(0))
        self._size = last.toordinal() - self._base + 1
        self._build()

    def _build(self) -> None:
        """Lay the prefix sums of working days and minutes, and the closing of each working day."""
        spans_of: dict[tuple[Shift, ...], _Spans] = {}
        self._spans: list[_Spans] = []
        self._days_before = [0]
        self._minutes_before = [0]
        self._working: list[int] = []
        self._closings: list[datetime] = []
        self._late_from: list[int] = []
        for index in range(self._size):
            shifts = self._shifts_of(date.fromordinal(self._base + index))
            if shifts not in spans_of:
                spans_of[shifts] = _spans(shifts)
            spans = spans_of[shifts]
            self._spans.append(spans)
            if spans:
                self._working.append(index)
                self._closings.append(self._moment(index, spans[-1][1]))
            # On a free day no second is late: the day itself already points at the next working day.
            self._late_from.append(spans[-1][1] * 60 if spans else _DAY_SECONDS)
            self._days_before.append(len(self._working))
            self._minutes_before.append(self._minutes_before[-1] + sum(end - start for start, end in spans))

    def _shifts_of(self, day: date) -> tuple[Shift, ...]:
        week = self._week_on(day).shifts
        usual = week.get(day.weekday(), ())
        entry = self._entries.get(day)
        if entry is None or entry.kind is DayKind.AS_USUAL:
            return usual
        if entry.kind in OFF_KINDS:
            return ()
        if entry.shifts is not None:
            return entry.shifts
        if entry.kind is DayKind.HALF_DAY:
            return usual[:1]
        return usual or next((week[weekday] for weekday in range(7) if week.get(weekday)), ())

    def _week_on(self, day: date) -> Week:
        for week in reversed(self._weeks):
            if week.valid_from <= day:
                return week
        return self._weeks[0]

    # --- days --------------------------------------------------------------------------------------------

    def is_working_day(self, day: date) -> bool:
        """Tell whether the agency works on this day."""
        return bool(self._spans[self._index(day)])

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """Give the shifts of this day, none on a free day."""
        self._index(day)
        return self._shifts_of(day)

    def entry_on(self, day: date) -> DayEntry | None:
        """Give the entry that makes this day differ from its weekday, if any."""
        self._index(day)
        return self._entries.get(day)

    def next_working_day(self, day: date) -> date:
        """Give the first working day strictly after this day."""
        return self.add_working_days(day, 1)

    def add_working_days(self, day: date, count: int) -> date:
        """Give the working day `count` after this day; 0 the day itself or the next, negative counts back."""
        index = self._index(day)
        # Counting forward starts after this day, counting back (and "this day or the next") before it.
        position = self._days_before[index + 1] + count - 1 if count > 0 else self._days_before[index] + count
        return date.fromordinal(self._base + self._working[self._within(position)])

    def working_days_between(self, a: date, b: date) -> int:
        """Count the working days after `a` up to and including `b`; negative if `b` is earlier."""
        return self._days_before[self._index(b) + 1] - self._days_before[self._index(a) + 1]

    def opening(self, day: date) -> datetime:
        """Give the moment the agency opens on a working day; `CalendarRefused` (not_a_working_day)."""
        return self._moment(self._index(day), self._spans_on(day)[0][0])

    def closing(self, day: date) -> datetime:
        """Give the moment the agency closes on a working day; `CalendarRefused` (not_a_working_day)."""
        return self._moment(self._index(day), self._spans_on(day)[-1][1])

    def stretches(self, first: date, last: date) -> Iterator[Stretch]:
        """Yield the runs of days of one sort from `first` to `last`, both included, in order."""
        begin, end = self._index(first), self._index(last)
        if self._runs is None:
            self._runs = self._lay_runs()
        starts, runs = self._runs
        place = bisect_right(starts, begin) - 1
        while begin <= end:
            _, ends, reason, basis, name, confirmed = runs[place]
            until = min(ends, end)
            yield Stretch(
                date.fromordinal(self._base + begin),
                date.fromordinal(self._base + until),
                self._days_before[until + 1] - self._days_before[begin],
                reason,
                basis,
                name,
                confirmed,
            )
            begin, place = until + 1, place + 1

    def _lay_runs(self) -> tuple[list[int], list[_Run]]:
        """Give the place at which each run begins, and the runs."""
        runs: list[_Run] = []
        for index in range(self._size):
            sort = self._sort_of(index)
            if runs and runs[-1][2:] == sort:
                runs[-1] = (runs[-1][0], index, *sort)
            else:
                runs.append((index, index, *sort))
        return [run[0] for run in runs], runs

    def _sort_of(self, index: int) -> tuple[str, str, str, bool]:
        """Give reason, basis, name and certainty of a day: working, weekly rest, or the kind of its entry."""
        day = date.fromordinal(self._base + index)
        entry = self._entries.get(day)
        if self._spans[index]:
            return (WORKING, entry.basis, entry.name, entry.confirmed) if entry else (WORKING, "", "", True)
        if entry is None or entry.kind not in OFF_KINDS:
            return NON_WORKING, self._week_on(day).basis or WEEKLY_REST, "", True
        return entry.kind.value, entry.basis, entry.name, entry.confirmed

    # --- moments -----------------------------------------------------------------------------------------

    def add_minutes(self, at: datetime, minutes: int) -> datetime:
        """Give the first moment by which `minutes` (0 or more) have been worked since `at`.

        It lies in a shift or at its end. `minutes_between(at, add_minutes(at, n)) == n`.
        """
        if minutes < 0:
            raise ValueError("working minutes are added forward only")
        if minutes == 0:
            return self.next_moment(at, end_counts=True)
        target = self._worked(at) + minutes
        if target > self._minutes_before[-1]:
            raise OutsideCalendar
        index = bisect_left(self._minutes_before, target) - 1
        rest = target - self._minutes_before[index]
        *earlier, (last_start, _) = self._spans[index]
        for start, end in earlier:
            if rest <= end - start:
                return self._moment(index, start + rest)
            rest -= end - start
        return self._moment(index, last_start + rest)

    def minutes_between(self, a: datetime, b: datetime) -> int:
        """Count the minutes worked from `a` to `b`; negative if `b` is earlier."""
        return self._worked(b) - self._worked(a)

    def next_moment(self, at: datetime, *, end_counts: bool = False) -> datetime:
        """Give `at` if it is in a shift, else the next opening; `end_counts` lets the end of a shift pass."""
        index, minute = self._split(at)
        for start, end in self._spans[index]:
            if minute < end or (end_counts and minute == end):
                return self._moment(index, max(minute, start))
        position = self._within(self._days_before[index + 1])
        index = self._working[position]
        return self._moment(index, self._spans[index][0][0])

    # --- receipt -----------------------------------------------------------------------------------------

    def closing_after_receipt(self, received: datetime, days: int, cutoff: time | None = None) -> datetime:
        """Give the closing of the working day `days` after the one on which a paper counts as received.

        What comes when the agency has closed, or after `cutoff`, counts as received on the next working day.
        """
        # This is the line every deadline runs through: two look-ups, no search, no new date.
        since = received - self._epoch
        index = since.days
        if not 0 <= index < self._size:
            raise OutsideCalendar
        position = self._days_before[index] + (since.seconds >= self._late_from[index]) + days
        if cutoff is not None and self._misses(index, since.seconds, cutoff):
            position += 1
        if position >= len(self._closings):
            raise OutsideCalendar
        return self._closings[position]

    def moment_of_receipt(self, received: datetime, cutoff: time | None = None) -> datetime:
        """Give the working moment at which a paper counts as received: then, or at the next opening."""
        index, minute = self._split(received)
        if cutoff is not None and self._misses(index, minute * 60, cutoff):
            index = self._working[self._within(self._days_before[index + 1])]
            return self._moment(index, self._spans[index][0][0])
        return self.next_moment(received)

    def _misses(self, index: int, second: int, cutoff: time) -> bool:
        """Tell whether a moment is after the cutoff of a day on which the agency has not closed yet."""
        late = second // 60 > cutoff.hour * 60 + cutoff.minute
        return late and bool(self._spans[index]) and second < self._late_from[index]

    # --- inside ------------------------------------------------------------------------------------------

    def _index(self, day: date) -> int:
        if isinstance(day, datetime):
            raise TypeError("a day is asked for, not a moment")
        index = day.toordinal() - self._base
        if not 0 <= index < self._size:
            raise OutsideCalendar
        return index

    def _within(self, position: int) -> int:
        if not 0 <= position < len(self._working):
            raise OutsideCalendar
        return position

    def _spans_on(self, day: date) -> _Spans:
        spans = self._spans[self._index(day)]
        if not spans:
            raise CalendarRefused("not_a_working_day")
        return spans

    def _split(self, at: datetime) -> tuple[int, int]:
        """Give the day's place in the calendar and the minute of that day."""
        since = at - self._epoch
        if not 0 <= since.days < self._size:
            raise OutsideCalendar
        return since.days, since.seconds // 60

    def _moment(self, index: int, minute: int) -> datetime:
        return self._epoch + timedelta(days=index, minutes=minute)

    def _worked(self, at: datetime) -> int:
        """Count the minutes worked from the start of the calendar to this moment."""
        index, minute = self._split(at)
        worked = self._minutes_before[index]
        for start, end in self._spans[index]:
            worked += max(0, min(minute, end) - start)
        return worked


def _weeks(week: Mapping[int, tuple[Shift, ...]] | Sequence[Week]) -> tuple[Week, ...]:
    weeks = (Week(date.min, week),) if isinstance(week, Mapping) else tuple(week)
    if not weeks:
        raise CalendarRefused("no_week")
    if any(left.valid_from >= right.valid_from for left, right in pairwise(weeks)):
        raise CalendarRefused("weeks_out_of_order")
    if any(weekday not in range(7) for one in weeks for weekday in one.shifts):
        raise CalendarRefused("bad_weekday")
    return weeks


def _spans(shifts: tuple[Shift, ...]) -> _Spans:
    """Turn shifts into minutes of the day, refusing those that overlap or stand out of order."""
    spans = tuple((s.start.hour * 60 + s.start.minute, s.end.hour * 60 + s.end.minute) for s in shifts)
    if any(left[1] > right[0] for left, right in pairwise(spans)):
        raise CalendarRefused("shifts_overlap")
    return spans
