"""Figures: in which columns one dossier counts in a period. This is the definition; the statistics elsewhere
are held equal to it by test. See docs/rules/figures.md.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar, cast

from motcua.rules.localday import local_day

K = TypeVar("K", bound=Hashable)
# The smallest step of a stored moment: what holds just before a period begins or ends.
_STEP = timedelta(microseconds=1)


class Figure(StrEnum):
    """The columns, as `classify` names them."""

    CARRIED_OVER = "carried_over"
    RECEIVED = "received"
    TO_SOLVE = "to_solve"
    MOVED_IN = "moved_in"
    MOVED_OUT = "moved_out"
    REFUSED = "refused"
    WITHDRAWN_BEFORE = "withdrawn_before"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    SOLVED = "solved"
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    WITHOUT_LIMIT = "without_limit"
    IN_PROGRESS_WITHIN = "in_progress_within"
    IN_PROGRESS_PAST = "in_progress_past"
    IN_PROGRESS_NO_LIMIT = "in_progress_no_limit"
    PAUSED_WITHIN = "paused_within"
    PAUSED_PAST = "paused_past"
    PAUSED_NO_LIMIT = "paused_no_limit"
    DUE = "due"
    RETURNED = "returned"


class HappeningKind(StrEnum):
    """What can happen to a dossier, as far as figures ask."""

    FILED = "filed"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    PAUSED = "paused"
    RESUMED = "resumed"
    DUE_CHANGED = "due_changed"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    RETURNED = "returned"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: a `HappeningKind` or its text, when (aware), the due time if it sets one.

    `agency` is who has the dossier from then on, where it passed to another.
    """

    kind: str
    at: datetime
    due: datetime | None = None
    agency: Hashable = None


@dataclass(slots=True)
class _Reading:
    """What a history says up to the end of a period."""

    accepted_at: datetime | None = None
    due: datetime | None = None
    paused_at: datetime | None = None
    ended: HappeningKind | None = None
    ended_at: datetime | None = None
    returned_at: datetime | None = None

    def take(self, kind: HappeningKind, happening: Happening) -> None:
        sets_due = kind in (HappeningKind.ACCEPTED, HappeningKind.DUE_CHANGED) or happening.due is not None
        if self.ended is None and sets_due:
            self.due = happening.due
        if kind is HappeningKind.RETURNED:
            self.returned_at = self.returned_at or happening.at
        elif self.ended is not None:
            return
        elif kind is HappeningKind.ACCEPTED:
            self.accepted_at = self.accepted_at or happening.at
        elif kind is HappeningKind.PAUSED:
            self.paused_at = self.paused_at or happening.at
        elif kind is HappeningKind.RESUMED:
            self.paused_at = None
        elif self._is_end(kind):
            self.ended, self.ended_at = kind, happening.at

    def _is_end(self, kind: HappeningKind) -> bool:
        """A refusal at the door ends only what was not accepted; a decision or a stop only what was."""
        match kind:
            case HappeningKind.WITHDRAWN:
                return True
            case HappeningKind.REFUSED:
                return self.accepted_at is None
            case HappeningKind.DECIDED | HappeningKind.STOPPED:
                return self.accepted_at is not None
            case _:
                return False


def classify(
    history: Sequence[Happening], *, start: datetime, end: datetime, whole_days: bool = False
) -> frozenset[str]:
    """Give the keys of the figures in which this dossier counts in [start, end), whichever agency has it.

    `history` is taken in order of time; `whole_days` lets the whole due day count as on time. `ValueError`
    for a period that is not one or an unknown kind.
    """
    found = _figures(_read(history, start, end), start, end, whole_days)
    return frozenset(figure.value for figure in found)


def classify_by_agency(
    history: Sequence[Happening],
    *,
    first: K,
    start: datetime,
    end: datetime,
    whole_days: bool = False,
    follow: Callable[[K, datetime], K] | None = None,
) -> dict[K, frozenset[str]]:
    """Give for each agency the keys of the figures in which this dossier counts there in [start, end).

    `first` had it before it passed to another. `follow` says who answers now for what an agency held at a moment;
    without it each figure counts at the agency that held the dossier then. Otherwise as `classify`.
    """
    read = _read(history, start, end)
    passed = sorted((each for each in history if each.kind == HappeningKind.PASSED), key=lambda each: each.at)

    def holder(figure: Figure) -> K:
        moment = _moment(figure, read, start, end)
        agency = first
        for each in passed:
            if each.at <= moment:
                agency = cast(K, each.agency)
        return follow(agency, moment) if follow else agency

    found: dict[K, set[Figure]] = defaultdict(set)
    for figure in (figures := _figures(read, start, end, whole_days)):
        found[holder(figure)].add(figure)
    if Figure.TO_SOLVE in figures:
        came = Figure.CARRIED_OVER if Figure.CARRIED_OVER in figures else Figure.RECEIVED
        if (before := holder(came)) != (after := holder(Figure.TO_SOLVE)):
            found[before].add(Figure.MOVED_OUT)
            found[after].add(Figure.MOVED_IN)
    return {agency: frozenset(figure.value for figure in figures) for agency, figures in found.items()}


def tally(
    histories: Iterable[Sequence[Happening]], *, start: datetime, end: datetime, whole_days: bool = False
) -> Counter[str]:
    """Count the figures of many dossiers in [start, end)."""
    counts: Counter[str] = Counter()
    for history in histories:
        counts.update(classify(history, start=start, end=end, whole_days=whole_days))
    return counts


def _read(history: Sequence[Happening], start: datetime, end: datetime) -> _Reading:
    if end <= start:
        raise ValueError("a period ends after it starts")
    read = _Reading()
    for happening in sorted(history, key=lambda each: each.at):
        if happening.at < end:
            read.take(HappeningKind(happening.kind), happening)
    return read


def _figures(read: _Reading, start: datetime, end: datetime, whole_days: bool) -> set[Figure]:
    return _at_the_door(read, start) if read.accepted_at is None else _accepted(read, start, end, whole_days)


def _moment(figure: Figure, read: _Reading, start: datetime, end: datetime) -> datetime:
    """Say at which moment it matters who held a dossier that counts in this figure."""
    moment = {
        Figure.CARRIED_OVER: start - _STEP,
        Figure.RECEIVED: read.accepted_at,
        Figure.DUE: read.due,
        Figure.RETURNED: read.returned_at,
    }.get(figure, read.ended_at)
    return moment or end - _STEP


def _at_the_door(read: _Reading, start: datetime) -> set[Figure]:
    if read.ended_at is None or read.ended_at < start:
        return set()
    return {Figure.REFUSED if read.ended is HappeningKind.REFUSED else Figure.WITHDRAWN_BEFORE}


def _accepted(read: _Reading, start: datetime, end: datetime, whole_days: bool) -> set[Figure]:
    found = set()
    if read.returned_at is not None and read.returned_at >= start:
        found.add(Figure.RETURNED)
    if read.due is not None and start <= read.due < end:
        found.add(Figure.DUE)
    if read.ended_at is not None and read.ended_at < start:
        return found
    came_before = read.accepted_at is not None and read.accepted_at < start
    found |= {Figure.TO_SOLVE, Figure.CARRIED_OVER if came_before else Figure.RECEIVED}
    if read.ended is None or read.ended_at is None:
        return found | {_open(read, end, whole_days)}
    match read.ended:
        case HappeningKind.WITHDRAWN:
            return found | {Figure.WITHDRAWN}
        case HappeningKind.STOPPED:
            return found | {Figure.STOPPED}
        case _:
            return found | {Figure.SOLVED, punctuality(read.ended_at, read.due, whole_days)}


def punctuality(at: datetime, due: datetime | None, whole_days: bool = False) -> Figure:
    """Tell whether something that ended at this moment was early, on time, late, or without a limit."""
    if due is None:
        return Figure.WITHOUT_LIMIT
    if local_day(at) < local_day(due):
        return Figure.EARLY
    return Figure.LATE if _past(at, due, whole_days) else Figure.ON_TIME


def _open(read: _Reading, end: datetime, whole_days: bool) -> Figure:
    """Say where an unfinished dossier stands at the end; a paused one as it stood when its clock stopped."""
    if read.paused_at is not None:
        if read.due is None:
            return Figure.PAUSED_NO_LIMIT
        past = _past(read.paused_at, read.due, whole_days)
        return Figure.PAUSED_PAST if past else Figure.PAUSED_WITHIN
    if read.due is None:
        return Figure.IN_PROGRESS_NO_LIMIT
    return Figure.IN_PROGRESS_PAST if _past(end, read.due, whole_days) else Figure.IN_PROGRESS_WITHIN


def _past(at: datetime, due: datetime, whole_days: bool) -> bool:
    return local_day(at) > local_day(due) if whole_days else at > due


# --- rates ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of a named denominator; without one (0) there is no rate."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        """Give the percentage, rounded half up to two decimals, None without a denominator."""
        if self.denominator == 0:
            return None
        exact = Fraction(100 * self.numerator, self.denominator)
        return Decimal((exact * 200 + 1) // 2).scaleb(-2)

    def reaches(self, percent: Decimal | int) -> bool:
        """Compare the unrounded share with a threshold in per cent; never reached without a denominator."""
        return self.denominator > 0 and Fraction(100 * self.numerator, self.denominator) >= Fraction(percent)


def rate_of_solved(*, early: int, on_time: int, late: int) -> Rate:
    """Give (early + on time) of what was solved with a limit."""
    return Rate(early + on_time, early + on_time + late)


def rate_of_due(*, done_in_time: int, due: int) -> Rate:
    """Give what was done by its due time of all that fell due in the period."""
    return Rate(done_in_time, due)


def rate_of_to_solve(*, late_solved: int, late_in_progress: int, to_solve: int) -> Rate:
    """Give 1 - (solved late + in progress past its due time) / to solve."""
    return Rate(to_solve - late_solved - late_in_progress, to_solve)
