"""A notice sets days of a calendar: holidays are settled each year, a rest day that falls on one is given back on the
next working day (Bộ luật Lao động 2019, Điều 111, 112), working days are swapped, offices close. Here it is checked
against itself and against the calendar as it stands.

See docs/rules/calendar_notice.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from enum import StrEnum
from itertools import pairwise

from motcua.rules.working_time import OFF_KINDS, DayKind, WorkingCalendar

_DAY = timedelta(days=1)
LONGEST_NAME, LONGEST_BASIS, LONGEST_PERIOD = 160, 240, 366
YEARS_BACK, YEARS_AHEAD = 20, 4
# No run of free days is longer; it bounds the walk back from a substitute day.
_LONGEST_RUN = 31
# What takes a day away for good; a closure or a half day is replaced by whatever comes after it.
_TAKEN = frozenset({DayKind.HOLIDAY, DayKind.SUBSTITUTE_OFF, DayKind.SWAP_OFF})
_WITH_SHIFTS = frozenset({DayKind.SWAP_WORKING, DayKind.HALF_DAY})
_TAKES_AWAY = frozenset({DayKind.HALF_DAY, DayKind.CLOSURE})
_PARTNERS = {"swap_off": DayKind.SWAP_WORKING, "swap_working": DayKind.SWAP_OFF}


class Fault(StrEnum):
    """Why a line of a notice is refused; the page has an example of each."""

    UNKNOWN_KIND = "unknown_kind"
    BAD_DATE = "bad_date"
    BAD_WEEKDAY = "bad_weekday"
    BAD_SHIFT = "bad_shift"
    NO_NAME = "no_name"
    TOO_LONG = "too_long"
    UNLIKELY_DATE = "unlikely_date"
    PERIOD_BACKWARDS = "period_backwards"
    PERIOD_TOO_LONG = "period_too_long"
    WEEKDAY_WRONG = "weekday_wrong"
    DAY_TWICE = "day_twice"
    ANNOUNCED_IN_FUTURE = "announced_in_future"
    SHIFT_BACKWARDS = "shift_backwards"
    SHIFTS_OVERLAP = "shifts_overlap"
    SHIFTS_NOT_TAKEN = "shifts_not_taken"
    WORKING_ON_HOLIDAY = "working_on_holiday"
    ALREADY_WORKING = "already_working"
    ALREADY_FREE = "already_free"
    NOTHING_TO_SUBSTITUTE = "nothing_to_substitute"
    SWAP_WITHOUT_COUNTERPART = "swap_without_counterpart"
    SWAP_SAME_DAY = "swap_same_day"
    CONFIRMED_OTHERWISE = "confirmed_otherwise"
    BAD_WEEKDAY_OF_WEEK = "bad_weekday_of_week"
    EMPTY_WEEK = "empty_week"


_Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day to set in a calendar; `shifts` are pairs of "HH:MM".

    `instead_of` is the other day of a swap, or the holiday that a substitute day gives back. `line` and `words` say
    where in the notice it stands and are no part of what is recorded.
    """

    day: date
    kind: str
    name: str
    legal_basis: str = ""
    announced_on: date | None = None
    confirmed: bool = True
    shifts: _Pairs | None = None
    instead_of: date | None = None
    line: int = field(default=0, compare=False)
    words: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class WeekChange:
    """A working week from a day on: weekday (0 is Monday) to pairs of "HH:MM"; a weekday left out is free."""

    valid_from: date
    shifts: Mapping[int, _Pairs]
    legal_basis: str = ""
    line: int = field(default=0, compare=False)
    words: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One line of a notice: what it sets on its first day, its last day, and the weekday that stands beside it."""

    change: DayChange
    last: date | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class NoticeFault:
    """One fault of a notice: the line, its words, the code, and the day if one is meant."""

    line: int
    words: str
    code: Fault
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a notice comes to: the days and weeks that change something, how many change nothing, all faults."""

    days: tuple[DayChange, ...]
    weeks: tuple[WeekChange, ...]
    unchanged: int
    faults: tuple[NoticeFault, ...]


def days_of(lines: Iterable[NoticeLine]) -> tuple[tuple[DayChange, ...], tuple[NoticeFault, ...]]:
    """Spread the lines of a notice over their days; a line with a faulty period gives its first day only."""
    days: list[DayChange] = []
    faults: list[NoticeFault] = []
    for line in lines:
        first, last = line.change.day, line.last or line.change.day
        if line.weekday is not None and first.weekday() != line.weekday:
            faults.append(_fault(line.change, Fault.WEEKDAY_WRONG))
        if last < first or (last - first).days >= LONGEST_PERIOD:
            code = Fault.PERIOD_BACKWARDS if last < first else Fault.PERIOD_TOO_LONG
            faults.append(_fault(line.change, code))
            last = first
        days += (replace(line.change, day=first + _DAY * n) for n in range((last - first).days + 1))
    return tuple(days), tuple(faults)


def check_notice(
    days: Iterable[DayChange],
    *,
    weeks: Iterable[WeekChange] = (),
    usual: WorkingCalendar,
    recorded: Mapping[date, DayChange],
    recorded_weeks: Mapping[date, WeekChange] | None = None,
    announced_on: date | None = None,
    today: date,
) -> Checked:
    """Check the days and weeks of a notice against each other and the calendar as it stands.

    `usual` is the working week without entries, over all the days and a month before them; `recorded` holds the
    entry that counts on each day. A day outside `usual` is an `unlikely_date`.
    """
    faults = list[NoticeFault]()
    given, weeks = list(days), list(weeks)
    if announced_on is not None and announced_on > today:
        faults.append(NoticeFault(0, announced_on.isoformat(), Fault.ANNOUNCED_IN_FUTURE, announced_on))
    for week in weeks:
        faults += _faults_of_week(week, today)
    sound = []
    for change in given:
        found = list(_faults_of_day(change, today))
        if announced_on is not None and change.announced_on == announced_on:
            found = [fault for fault in found if fault.code != Fault.ANNOUNCED_IN_FUTURE]
        faults += found
        if not {fault.code for fault in found} & {Fault.UNKNOWN_KIND, Fault.UNLIKELY_DATE}:
            sound.append(change)
    notice = _Notice(sound, usual, recorded)
    faults += notice.faults()
    left = [change for change in notice.days.values() if not notice.says_nothing_new(change)]
    known = recorded_weeks or {}
    new_weeks = [week for week in weeks if known.get(week.valid_from) != week]
    unchanged = len(notice.days) - len(left) + len(weeks) - len(new_weeks)
    faults.sort(key=lambda fault: (fault.line, fault.day or date.min))
    return Checked(tuple(left), tuple(new_weeks), unchanged, tuple(dict.fromkeys(faults)))


def _fault(change: DayChange, code: Fault) -> NoticeFault:
    words = change.words or f"{change.day.isoformat()} {change.kind} {change.name}".strip()
    return NoticeFault(change.line, words, code, change.day)


# --- one day, one week ----------------------------------------------------------------------------------


def _faults_of_day(change: DayChange, today: date) -> Iterator[NoticeFault]:
    if change.kind not in list(DayKind):
        yield _fault(change, Fault.UNKNOWN_KIND)
    if not change.name.strip():
        yield _fault(change, Fault.NO_NAME)
    if len(change.name) > LONGEST_NAME or len(change.legal_basis) > LONGEST_BASIS:
        yield _fault(change, Fault.TOO_LONG)
    if not _likely(change.day, today):
        yield _fault(change, Fault.UNLIKELY_DATE)
    if change.announced_on is not None and change.announced_on > today:
        yield _fault(change, Fault.ANNOUNCED_IN_FUTURE)
    if change.shifts is not None:
        if change.kind in list(DayKind) and change.kind not in _WITH_SHIFTS:
            yield _fault(change, Fault.SHIFTS_NOT_TAKEN)
        for code in _faults_of_shifts(change.shifts):
            yield _fault(change, code)
    if change.instead_of == change.day:
        yield _fault(change, Fault.SWAP_SAME_DAY)


def _likely(day: date, today: date) -> bool:
    return today.year - YEARS_BACK <= day.year <= today.year + YEARS_AHEAD


def _faults_of_shifts(shifts: _Pairs) -> Iterator[Fault]:
    spans = []
    for start, end in shifts:
        try:
            spans.append((_clock(start), _clock(end)))
        except ValueError:
            yield Fault.BAD_SHIFT
            return
    if not spans:
        yield Fault.BAD_SHIFT
    if any(start >= end for start, end in spans):
        yield Fault.SHIFT_BACKWARDS
    elif any(left[1] > right[0] for left, right in pairwise(spans)):
        yield Fault.SHIFTS_OVERLAP


def _clock(text: str) -> time:
    clock = time.fromisoformat(text)
    if text != f"{clock:%H:%M}":
        raise ValueError(text)
    return clock


def _faults_of_week(week: WeekChange, today: date) -> Iterator[NoticeFault]:
    words = week.words or week.valid_from.isoformat()
    codes = list[Fault]()
    if not _likely(week.valid_from, today):
        codes.append(Fault.UNLIKELY_DATE)
    if any(weekday not in range(7) for weekday in week.shifts):
        codes.append(Fault.BAD_WEEKDAY_OF_WEEK)
    if not any(week.shifts.values()):
        codes.append(Fault.EMPTY_WEEK)
    if len(week.legal_basis) > LONGEST_BASIS:
        codes.append(Fault.TOO_LONG)
    for shifts in week.shifts.values():
        codes += _faults_of_shifts(shifts) if shifts else ()
    for code in dict.fromkeys(codes):
        yield NoticeFault(week.line, words, code, week.valid_from)


# --- the notice as a whole --------------------------------------------------------------------------------


class _Notice:
    """The days of a notice over the calendar as it stands."""

    def __init__(
        self, changes: Iterable[DayChange], usual: WorkingCalendar, recorded: Mapping[date, DayChange]
    ) -> None:
        self.usual = usual
        self.recorded = recorded
        self.refused: list[NoticeFault] = []
        self.days: dict[date, DayChange] = {}
        for change in changes:
            other = self.days.setdefault(change.day, change)
            if other != change:
                on_holiday = {change.kind, other.kind} == {DayKind.HOLIDAY, DayKind.SWAP_WORKING}
                code = Fault.WORKING_ON_HOLIDAY if on_holiday else Fault.DAY_TWICE
                self.refused.append(_fault(change, code))
        self._leave_out_free_days()
        self._name_partners()
        self._keep_confirmed_days()

    def faults(self) -> Iterator[NoticeFault]:
        yield from self.refused
        for change in self.days.values():
            for code in self._faults_of(change):
                yield _fault(change, code)

    def says_nothing_new(self, change: DayChange) -> bool:
        known = self.recorded.get(change.day)
        return known == change or (known is None and change.kind == DayKind.AS_USUAL)

    # --- reading the calendar ---------------------------------------------------------------------------

    def _rest_day(self, day: date) -> bool:
        return not self.usual.is_working_day(day)

    def _free(self, day: date, entry: DayChange | None) -> bool:
        if entry is None or entry.kind == DayKind.AS_USUAL:
            return self._rest_day(day)
        return entry.kind in OFF_KINDS

    def _free_before(self, change: DayChange) -> bool:
        """Tell whether a day is free for a reason that this line does not replace."""
        entry = self.recorded.get(change.day)
        if entry is None:
            return self._rest_day(change.day)
        if entry.kind == DayKind.SWAP_WORKING:
            return False
        # What no notice confirmed is replaced by the first one that says otherwise; a holiday is never swapped.
        holds = entry.confirmed or (entry.kind == DayKind.HOLIDAY and change.kind in _PARTNERS)
        taken = entry.kind in _TAKEN and entry.kind != change.kind and holds
        return taken or self._rest_day(change.day)

    def _after(self, day: date) -> DayChange | None:
        return self.days.get(day) or self.recorded.get(day)

    def _is(self, day: date, kind: DayKind) -> bool:
        entry = self._after(day)
        return entry is not None and entry.kind == kind

    # --- what the notice means --------------------------------------------------------------------------

    def _leave_out_free_days(self) -> None:
        """Leave the days out of a longer closure on which nobody works anyway."""
        periods = defaultdict[tuple[int, str], list[DayChange]](list)
        for change in self.days.values():
            if change.kind in _TAKES_AWAY and change.line:
                periods[change.line, change.kind].append(change)
        for period in periods.values():
            free = [change for change in period if self._free_before(change)]
            if len(free) < len(period):
                for change in free:
                    del self.days[change.day]

    def _name_partners(self) -> None:
        """Let both days of a swap name each other, where that is clear."""
        named = {change.instead_of: change.day for change in self.days.values() if change.instead_of}
        for day, partner in [(c.day, named[c.day]) for c in self._swaps() if c.day in named]:
            if self.days[day].instead_of is None:
                self.days[day] = replace(self.days[day], instead_of=partner)
        lonely = [change for change in self._swaps() if change.instead_of is None]
        if sorted(change.kind for change in lonely) == [DayKind.SWAP_OFF, DayKind.SWAP_WORKING]:
            one, other = lonely
            self.days[one.day] = replace(one, instead_of=other.day)
            self.days[other.day] = replace(other, instead_of=one.day)

    def _keep_confirmed_days(self) -> None:
        """Let nothing unconfirmed take the place of what a notice confirmed; another kind there is a fault."""
        for change in list(self.days.values()):
            known = self.recorded.get(change.day)
            if known is not None and known.confirmed and not change.confirmed:
                if known.kind != change.kind:
                    self.refused.append(_fault(change, Fault.CONFIRMED_OTHERWISE))
                self.days[change.day] = replace(known, line=change.line, words=change.words)

    def _swaps(self) -> list[DayChange]:
        return [change for change in self.days.values() if change.kind in _PARTNERS]

    # --- faults -----------------------------------------------------------------------------------------

    def _faults_of(self, change: DayChange) -> Iterator[Fault]:
        kind = DayKind(change.kind)
        if kind is DayKind.SWAP_WORKING:
            yield from self._faults_of_working(change)
        elif kind in _TAKES_AWAY or kind is DayKind.SWAP_OFF or kind is DayKind.SUBSTITUTE_OFF:
            if self._free_before(change):
                yield Fault.ALREADY_FREE
            elif kind is DayKind.SUBSTITUTE_OFF and not self._gives_back(change):
                yield Fault.NOTHING_TO_SUBSTITUTE
        if self._lacks_partner(change):
            yield Fault.SWAP_WITHOUT_COUNTERPART

    def _faults_of_working(self, change: DayChange) -> Iterator[Fault]:
        before = self.recorded.get(change.day)
        if before is not None and before.kind == DayKind.HOLIDAY:
            yield Fault.WORKING_ON_HOLIDAY
        elif not self._free(change.day, before) and (before is None or before.kind != DayKind.SWAP_WORKING):
            yield Fault.ALREADY_WORKING

    def _lacks_partner(self, change: DayChange) -> bool:
        partner_kind = _PARTNERS.get(change.kind)
        if partner_kind is None or change.instead_of == change.day:
            return False
        if change.instead_of is None:
            return change.kind == DayKind.SWAP_OFF
        partner = self._after(change.instead_of)
        return partner is None or partner.kind != partner_kind or partner.instead_of not in (None, change.day)

    def _gives_back(self, change: DayChange) -> bool:
        if change.instead_of is not None:
            others = (
                c for c in self.days.values() if c.kind == DayKind.SUBSTITUTE_OFF and c.day < change.day
            )
            given = any(other.instead_of == change.instead_of for other in others)
            return self._holiday_on_rest_day(change.instead_of) and not given
        holidays = substitutes = 0
        for day in self._run_before(change.day):
            holidays += self._holiday_on_rest_day(day)
            substitutes += self._is(day, DayKind.SUBSTITUTE_OFF)
        return holidays > substitutes

    def _run_before(self, day: date) -> Iterator[date]:
        for _ in range(_LONGEST_RUN):
            day -= _DAY
            if not self._free(day, self._after(day)):
                return
            yield day

    def _holiday_on_rest_day(self, day: date) -> bool:
        inside = self.usual.first <= day <= self.usual.last
        return inside and self._is(day, DayKind.HOLIDAY) and self._rest_day(day)
