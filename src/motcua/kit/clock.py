"""The only place that reads the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)

# Viet Nam keeps UTC+7 all year; rules.localday decides the local day for the law, this only mirrors it
# for the technical layer, which may not import the rules.
_LOCAL = timezone(timedelta(hours=7))


# How far a demonstration runs ahead of the present, so that what is planned for a day can be seen on that day.
_ahead = timedelta()


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC) + _ahead


def run_ahead(days: int) -> None:
    """Let this process live so many days ahead of the present; for a demonstration only."""
    global _ahead
    _ahead = timedelta(days=days)


def today() -> date:
    """Return the local day (Asia/Ho_Chi_Minh) of the present moment."""
    return now().astimezone(_LOCAL).date()


@contextmanager
def freeze(at: datetime) -> Iterator[None]:
    """Make `now()` answer `at` inside the block, for tests and for building a past world."""
    if at.tzinfo is None:
        raise ValueError("freeze() needs an aware datetime")
    token = _frozen.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
