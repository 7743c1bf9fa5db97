"""Whether procedures were announced, and entered in the database, in time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.announcement import Announcement, AnnouncementRefused, Punctuality, timeliness
from motcua.rules.deadlines import Reason
from motcua.rules.statute import NotInForce
from motcua.rules.working_time import DEFAULT_WEEK, WorkingCalendar
from tests.rules.samples import CALENDAR, ENTRIES, bounded

IN_TIME, LATE, WAITING, OVERDUE = Punctuality
DAYS = st.dates(date(2025, 2, 1), date(2030, 10, 1))
TODAY = date(2026, 11, 20)


def on(day: int, month: int = 11, year: int = 2026) -> date:
    return date(year, month, day)


def a_decision(**changes: object) -> Announcement:
    facts = {"level": "province", "signed_on": on(3), "effective_on": on(8), "entered_on": on(10)}
    return Announcement(**(facts | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("decision", "signing", "entering"),
    [
        # a province: five days before, entered within five working days
        (a_decision(), (IN_TIME, on(3), 0), (IN_TIME, on(10), 0)),
        (a_decision(signed_on=on(4), entered_on=on(12)), (LATE, on(3), 1), (LATE, on(11), 1)),
        (a_decision(signed_on=on(30, 10)), (IN_TIME, on(3), 4), (LATE, on(6), 2)),
        # signed on a Saturday: Monday is the first day that counts
        (a_decision(signed_on=on(31, 10), entered_on=on(6)), (IN_TIME, on(3), 3), (IN_TIME, on(6), 0)),
        # the day of culture, Tuesday 24 November, is no working day
        (
            a_decision(signed_on=on(20), effective_on=on(27), entered_on=on(30)),
            (IN_TIME, on(22), 2),
            (IN_TIME, on(30), 0),
        ),
        # counting backwards moves no day: the last one is a Sunday
        (a_decision(signed_on=on(1), effective_on=on(6)), (IN_TIME, on(1), 0), (LATE, on(6), 2)),
        # a ministry: twenty days before, entered within ten working days
        (
            a_decision(level="ministry", signed_on=on(19, 10), entered_on=None),
            (IN_TIME, on(19, 10), 0),
            (OVERDUE, on(2), 14),
        ),
        (
            a_decision(level="ministry", signed_on=on(20, 10), entered_on=on(3)),
            (LATE, on(19, 10), 1),
            (IN_TIME, on(3), 0),
        ),
        # the shortened procedure: three days after, of which the last is a Sunday; two working days
        (
            a_decision(shortened=True, signed_on=on(9), effective_on=on(5), entered_on=on(11)),
            (IN_TIME, on(9), 0),
            (IN_TIME, on(11), 0),
        ),
        (
            a_decision(shortened=True, signed_on=on(10), effective_on=on(5), entered_on=on(13)),
            (LATE, on(9), 1),
            (LATE, on(12), 1),
        ),
    ],
)
def test_both_duties_are_judged_by_their_last_day(
    decision: Announcement, signing: tuple[object, ...], entering: tuple[object, ...]
) -> None:
    found = timeliness(decision, CALENDAR, on=TODAY)
    assert (found.signing.punctuality, found.signing.last_day, found.signing.days) == signing
    assert (found.entering.punctuality, found.entering.last_day, found.entering.days) == entering


def test_what_is_not_entered_waits_through_its_last_day() -> None:
    decision = a_decision(entered_on=None)
    waiting = timeliness(decision, CALENDAR, on=on(10))
    assert (waiting.entering.punctuality, waiting.in_time) == (WAITING, None)
    overdue = timeliness(decision, CALENDAR, on=on(11))
    assert (overdue.entering.punctuality, overdue.entering.days, overdue.in_time) == (OVERDUE, 1, False)


def test_a_decision_is_in_time_only_if_both_duties_were() -> None:
    assert timeliness(a_decision(), CALENDAR, on=TODAY).in_time is True
    assert timeliness(a_decision(entered_on=on(11)), CALENDAR, on=TODAY).in_time is False
    late = a_decision(signed_on=on(4), entered_on=None)
    assert timeliness(late, CALENDAR, on=on(5)).in_time is False


def test_the_working_names_every_stretch_of_days() -> None:
    decision = a_decision(signed_on=on(20), effective_on=on(27), entered_on=None)
    found = timeliness(decision, CALENDAR, on=on(23))
    steps = [(step.start, step.end, step.counted, step.reason) for step in found.entering.steps]
    assert steps == [
        (on(20), on(20), 0, Reason.FIRST_DAY_EXCLUDED),
        (on(21), on(22), 0, Reason.NON_WORKING),
        (on(23), on(23), 1, Reason.WORKING_DAY),
        (on(24), on(24), 0, Reason.HOLIDAY),
        (on(25), on(27), 3, Reason.WORKING_DAY),
        (on(28), on(29), 0, Reason.NON_WORKING),
        (on(30), on(30), 1, Reason.WORKING_DAY),
    ]
    assert found.entering.provision.basis == "NĐ 63/2010 Điều 24"
    (backwards,) = found.signing.steps
    assert (backwards.start, backwards.end, backwards.counted) == (on(22), on(27), 5)


def test_the_working_says_that_the_last_day_moved() -> None:
    decision = a_decision(shortened=True, signed_on=on(9), effective_on=on(5), entered_on=None)
    steps = timeliness(decision, CALENDAR, on=TODAY).signing.steps
    assert [(step.start, step.end, step.counted, step.reason) for step in steps] == [
        (on(5), on(5), 0, Reason.FIRST_DAY_EXCLUDED),
        (on(6), on(8), 3, Reason.CALENDAR_DAY),
        (on(8), on(9), 0, Reason.ROLLED_TO_WORKING_DAY),
    ]


@bounded
@given(
    level=st.sampled_from(["ministry", "province"]),
    signed_on=DAYS,
    ahead=st.integers(-40, 60),
    shortened=st.booleans(),
    taken=st.integers(0, 40),
)
def test_the_working_adds_up_and_a_day_later_is_never_better(
    level: str, signed_on: date, ahead: int, shortened: bool, taken: int
) -> None:
    effective_on, entered_on = signed_on + timedelta(ahead), signed_on + timedelta(taken)
    decision = Announcement(level, signed_on, effective_on, shortened, entered_on)
    found = timeliness(decision, CALENDAR, on=entered_on)
    for judged in (found.signing, found.entering):
        assert sum(step.counted for step in judged.steps) == judged.provision.value
        assert judged.done_on is not None
        assert (judged.punctuality is IN_TIME) == (judged.done_on <= judged.last_day)
    assert CALENDAR.is_working_day(found.entering.last_day)
    later = Announcement(level, signed_on, effective_on, shortened, entered_on + timedelta(1))
    after = timeliness(later, CALENDAR, on=entered_on).entering
    assert not (found.entering.punctuality is LATE and after.punctuality is IN_TIME)


def test_dates_and_levels_that_cannot_be_are_refused() -> None:
    for code, changes in (
        ("entered_before_signing", {"entered_on": on(2)}),
        ("bad_level", {"level": "commune"}),
    ):
        with pytest.raises(AnnouncementRefused) as refused:
            a_decision(**changes)
        assert refused.value.code == code


def test_a_day_before_the_first_provision_is_not_judged() -> None:
    calendar = WorkingCalendar(DEFAULT_WEEK, ENTRIES, date(2016, 1, 1), date(2018, 12, 31))
    old = Announcement("province", date(2017, 9, 1), date(2017, 9, 20))
    with pytest.raises(NotInForce):
        timeliness(old, calendar, on=date(2017, 10, 1))
