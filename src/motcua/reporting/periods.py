"""Periods of figures: whole local months, half-open, cut at the moment of counting."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from motcua.rules.localday import at_local, local_day

# The smallest step of a stored moment: what happened at the moment of counting is counted.
_STEP = timedelta(microseconds=1)


@dataclass(frozen=True)
class Period:
    """The moments from `start` up to, not including, `end`; both aware."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("a period ends after it starts")

    @property
    def first(self) -> date:
        """Local day on which the period begins."""
        return local_day(self.start)

    @property
    def last(self) -> date:
        """Local day on which the last moment of the period falls."""
        return local_day(self.last_moment)

    @property
    def before(self) -> datetime:
        """Last moment that does not belong to the period yet."""
        return self.start - _STEP

    @property
    def last_moment(self) -> datetime:
        """Last moment that still belongs to the period."""
        return self.end - _STEP

    def known_at(self, at: datetime) -> "Period":
        """Return the part of the period that has passed at `at`, that very moment included.

        A running month counted to its end would call late what is only due next week. `ValueError` for a
        period that has not begun.
        """
        return Period(self.start, min(self.end, at + _STEP))


def months(year: int, first: int, count: int = 1) -> Period:
    """Return `count` whole local months from month `first` (1 to 12) of the year."""
    after = first - 1 + count
    start, end = date(year, first, 1), date(year + after // 12, after % 12 + 1, 1)
    return Period(at_local(start, time()), at_local(end, time()))
