"""The day of a moment is the day in Vietnam (UTC+7, no summer time since 13 June 1975); decided here only.

See docs/rules/localday.md.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

# A fixed offset is exact for every moment after 1975 and needs no zone files on the machine.
ZONE: tzinfo = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def local(at: datetime) -> datetime:
    """Give the same moment on the clocks of Vietnam; `TypeError` for a moment without a zone."""
    if at.tzinfo is None:
        raise TypeError("a moment without a zone")
    return at.astimezone(ZONE)


def local_day(at: datetime) -> date:
    """Give the day in Vietnam on which a moment falls; `TypeError` for a moment without a zone."""
    return local(at).date()


def at_local(day: date, clock: time) -> datetime:
    """Give, in UTC, the moment when clocks in Vietnam show `clock` on `day`; `clock` carries no zone."""
    if clock.tzinfo is not None:
        raise TypeError("a local clock time carries no zone")
    return datetime.combine(day, clock, ZONE).astimezone(UTC)
