"""A limit in calendar days that is shared out in calendar days is compared in them."""

import pytest

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process.model import Process, StepKind, line, task
from motcua.rules.process.time_sum import calendar_minutes, faults_of_time
from motcua.workflow.sources.checking import faults_of, longest_limit
from motcua.workflow.sources.reading import read_procedure
from tests.workflow.sources.texts import a_text, usual

TEN_DAYS = Limit(Unit.CALENDAR_DAY, 10)


def _process(*limits: Limit) -> Process:
    return line(
        "p",
        [task(f"s{at}", "specialist", "Xem", work=StepKind.WORK, limit=one) for at, one in enumerate(limits)],
    )


@pytest.mark.parametrize(
    ("limits", "fits"),
    [
        ((Limit(Unit.CALENDAR_DAY, 4), Limit(Unit.CALENDAR_DAY, 6)), True),
        ((Limit(Unit.CALENDAR_DAY, 4), Limit(Unit.CALENDAR_DAY, 7)), False),
        ((Limit(Unit.CALENDAR_DAY, 9), Limit(Unit.WORKING_HOUR, 4), Limit(Unit.WORKING_HOUR, 4)), True),
        # Five working days may be seven others.
        ((Limit(Unit.CALENDAR_DAY, 3), Limit(Unit.WORKING_DAY, 5)), True),
        ((Limit(Unit.CALENDAR_DAY, 4), Limit(Unit.WORKING_DAY, 5)), False),
    ],
)
def test_calendar_days_are_compared_with_calendar_days(limits: tuple[Limit, ...], fits: bool) -> None:
    assert (faults_of_time(_process(*limits), TEN_DAYS) == ()) is fits


def test_other_limits_count_in_calendar_days_at_their_longest() -> None:
    days = {
        Limit(Unit.MONTH, 1): 31,
        Limit(Unit.HOUR, 25): 2,
        Limit(Unit.SAME_DAY, 1): 1,
        Limit(Unit.WORKING_HOUR, 16): 4,
        Limit(Unit.CALENDAR_DAY, 2, then=(Limit(Unit.WORKING_DAY, 1),)): 5,
    }
    assert {limit: calendar_minutes(limit) / 480 for limit in days} == days


def test_the_longest_course_sets_what_the_longest_path_has_to_fit_in() -> None:
    rows = usual(("½ ngày", "½ ngày"), ("2 ngày", "4 ngày"), *[("½ ngày", "½ ngày")] * 3)
    limit = "04 ngày làm việc, trường hợp phải xác minh thì không quá 06 ngày làm việc."
    read = read_procedure(a_text(rows, headings=("Thời gian", "Thời gian có xác minh"), limit=limit), "mẫu")
    assert longest_limit(read) == Limit(Unit.WORKING_DAY, 6)
    assert faults_of(read) == ()
