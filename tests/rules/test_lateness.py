import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.deadlines import Limit, Unit, due
from motcua.rules.lateness import Letter, Owed, apology_owed, warning_due
from motcua.rules.working_time import WorkingCalendar
from tests.rules.samples import CALENDAR, bounded, calendars, moment, moments

DAYS = Unit.WORKING_DAY


def test_a_fifth_before_and_on_the_day() -> None:
    received = moment("Fri 20/11/2026 10:00")
    ends = due(Limit(DAYS, 10), received=received, calendar=CALENDAR).at
    assert ends == moment("Mon 07/12/2026 17:00")
    found = warning_due(received, ends, CALENDAR)
    assert found.soon == moment("Thu 03/12/2026 16:00")
    assert CALENDAR.minutes_between(found.soon, ends) == 1020
    assert found.day == moment("Mon 07/12/2026 07:00")


def test_a_short_limit_warns_an_hour_before() -> None:
    received = moment("Mon 23/11/2026 08:00")
    ends = due(Limit(Unit.WORKING_HOUR, 2), received=received, calendar=CALENDAR).at
    assert warning_due(received, ends, CALENDAR).soon == moment("Mon 23/11/2026 09:00")


@bounded
@given(moments, st.integers(1, 30), calendars)
def test_warnings_come_before_the_limit(received: object, days: int, calendar: WorkingCalendar) -> None:
    ends = due(Limit(DAYS, days), received=received, calendar=calendar).at  # type: ignore[arg-type]
    found = warning_due(received, ends, calendar)  # type: ignore[arg-type]
    assert found.soon < ends
    assert found.day < ends
    assert calendar.minutes_between(found.soon, ends) >= 60


DUE = moment("Thu 26/11/2026 17:00")
LATER = moment("Mon 30/11/2026 17:00")


@pytest.mark.parametrize(
    ("owed", "at", "letters"),
    [
        (Owed.NONE, "Thu 26/11/2026 17:00", []),
        (Owed.OWED, "Thu 26/11/2026 17:01", []),
        (Owed.DRAFTED, "Fri 27/11/2026 09:00", [Letter(LATER, False)]),
        (Owed.SENT, "Fri 27/11/2026 09:00", [Letter(LATER, True)]),
        (Owed.SENT, "Mon 30/11/2026 17:00", [Letter(LATER, True)]),
        (Owed.AGAIN_LATE, "Mon 30/11/2026 17:01", [Letter(LATER, True)]),
    ],
)
def test_what_is_owed(owed: Owed, at: str, letters: list[Letter]) -> None:
    assert apology_owed(due=DUE, letters=letters, at=moment(at)) is owed
    assert apology_owed(due=None, letters=letters, at=moment(at)) is Owed.NONE
