from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.localday import ZONE, at_local, local, local_day
from tests.rules.samples import bounded


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 19, 16, 59, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2026, 11, 19, 17, 0, tzinfo=UTC), date(2026, 11, 20)),
    ],
)
def test_the_day_changes_at_midnight_in_vietnam(at: datetime, day: date) -> None:
    assert local_day(at) == day


@bounded
@given(st.datetimes(datetime(1976, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)))
def test_the_fixed_offset_is_that_of_the_zone_database(at: datetime) -> None:
    try:
        zone = ZoneInfo("Asia/Ho_Chi_Minh")
    except ZoneInfoNotFoundError:
        pytest.skip("no zone database on this machine")
    assert at.astimezone(zone).replace(tzinfo=None) == local(at).replace(tzinfo=None)


def test_at_local_is_utc_and_comes_back() -> None:
    at = at_local(date(2026, 11, 20), time(7, 0))
    assert at == datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
    assert at.utcoffset() == timedelta(0)
    assert local(at).time() == time(7, 0)


def test_a_moment_without_a_zone_and_a_clock_with_one_are_refused() -> None:
    with pytest.raises(TypeError):
        local_day(datetime(2026, 11, 20, 10, 0))
    with pytest.raises(TypeError):
        at_local(date(2026, 11, 20), time(7, 0, tzinfo=UTC))


def test_the_zone_carries_the_name_databases_know() -> None:
    assert ZONE.tzname(None) == "Asia/Ho_Chi_Minh"
