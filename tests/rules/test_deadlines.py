import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.acknowledgement import acknowledgement_due
from motcua.rules.deadlines import Limit, LimitRefused, Reason, Unit, WorkingStep, due, explain
from motcua.rules.localday import local_day
from motcua.rules.transfer import transfer_due
from motcua.rules.working_time import OutsideCalendar, WorkingCalendar
from tests.rules.samples import CALENDAR, SATURDAYS, bounded, calendars, moment, moments

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "deadlines.md"
D, C, M, H, W, S = (
    Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH, Unit.HOUR, Unit.WORKING_HOUR, Unit.SAME_DAY,
)  # fmt: skip
THREE = time(15, 0)


@pytest.mark.parametrize(
    ("received", "limit", "ends"),
    [
        # the vectors of the design
        ("Fri 20/11/2026 10:00", Limit(D, 3), "Thu 26/11/2026 17:00"),
        ("Thu 12/02/2026 09:00", Limit(D, 3), "Tue 24/02/2026 17:00"),
        ("Fri 24/04/2026 08:00", Limit(D, 3), "Mon 04/05/2026 17:00"),
        ("Fri 10/04/2026 09:00", Limit(C, 21), "Mon 04/05/2026 17:00"),
        ("Mon 23/11/2026 16:00", Limit(W, 8), "Wed 25/11/2026 16:00"),
        ("Mon 31/01/2028 09:00", Limit(M, 1), "Tue 29/02/2028 17:00"),
        ("Wed 31/01/2029 09:00", Limit(M, 1), "Wed 28/02/2029 17:00"),
        # months: a day off at the end, over the new year
        ("Tue 31/03/2026 09:00", Limit(M, 1), "Mon 04/05/2026 17:00"),
        ("Fri 20/11/2026 09:00", Limit(M, 3), "Mon 22/02/2027 17:00"),
        ("Wed 30/12/2026 09:00", Limit(M, 12), "Thu 30/12/2027 17:00"),
        # receipt outside hours and after the cutoff
        ("Fri 20/11/2026 16:59", Limit(D, 1), "Mon 23/11/2026 17:00"),
        ("Fri 20/11/2026 17:00", Limit(D, 1), "Wed 25/11/2026 17:00"),
        ("Sat 21/11/2026 09:00", Limit(D, 1), "Wed 25/11/2026 17:00"),
        ("Fri 20/11/2026 05:00", Limit(D, 1), "Mon 23/11/2026 17:00"),
        ("Fri 20/11/2026 15:00", Limit(D, 1, THREE), "Mon 23/11/2026 17:00"),
        ("Fri 20/11/2026 15:01", Limit(D, 1, THREE), "Wed 25/11/2026 17:00"),
        ("Fri 20/11/2026 18:00", Limit(D, 1, THREE), "Wed 25/11/2026 17:00"),
        ("Sat 21/11/2026 18:00", Limit(D, 1, THREE), "Wed 25/11/2026 17:00"),
        ("Fri 20/11/2026 16:00", Limit(W, 2, THREE), "Mon 23/11/2026 09:00"),
        # the same day
        ("Wed 18/11/2026 09:00", Limit(S, 0, THREE), "Wed 18/11/2026 17:00"),
        ("Wed 18/11/2026 15:01", Limit(S, 0, THREE), "Thu 19/11/2026 17:00"),
        ("Wed 18/11/2026 17:30", Limit(S, 1), "Thu 19/11/2026 17:00"),
        ("Sat 21/11/2026 09:00", Limit(S, 0, THREE), "Mon 23/11/2026 17:00"),
        # clock hours
        ("Mon 23/11/2026 08:00", Limit(H, 4), "Mon 23/11/2026 13:30"),
        ("Wed 25/11/2026 09:00", Limit(H, 24), "Thu 26/11/2026 09:00"),
        ("Fri 20/11/2026 16:00", Limit(H, 24), "Mon 23/11/2026 07:00"),
        ("Mon 23/11/2026 08:00", Limit(H, 9), "Mon 23/11/2026 17:00"),
    ],
)
def test_when_an_answer_is_due(received: str, limit: Limit, ends: str) -> None:
    assert due(limit, received=moment(received), calendar=CALENDAR).at == moment(ends)


def test_a_month_from_31_january_ends_in_a_shorter_february_where_saturday_is_worked() -> None:
    found = due(Limit(M, 1), received=moment("Sat 31/01/2026 09:00"), calendar=SATURDAYS)
    assert found.at == moment("Sat 28/02/2026 11:00")
    # Where it is not, the dossier counts as received on Monday 2 February.
    found = due(Limit(M, 1), received=moment("Sat 31/01/2026 09:00"), calendar=CALENDAR)
    assert found.at == moment("Mon 02/03/2026 17:00")


@pytest.mark.parametrize(
    ("received", "by"),
    [
        ("Wed 18/11/2026 14:00", "Wed 18/11/2026 17:00"),
        ("Wed 18/11/2026 15:00", "Wed 18/11/2026 17:00"),
        ("Wed 18/11/2026 16:30", "Thu 19/11/2026 07:00"),
        ("Fri 20/11/2026 16:30", "Mon 23/11/2026 07:00"),
        ("Sat 21/11/2026 09:00", "Mon 23/11/2026 17:00"),
    ],
)
def test_paper_received_after_three_is_passed_on_next_morning(received: str, by: str) -> None:
    assert transfer_due(received=moment(received), calendar=CALENDAR) == moment(by)


@pytest.mark.parametrize(
    ("filed", "by"),
    [
        ("Fri 20/11/2026 10:00", "Mon 23/11/2026 10:00"),
        ("Sat 21/11/2026 20:00", "Mon 23/11/2026 17:00"),
        ("Mon 23/11/2026 16:00", "Wed 25/11/2026 16:00"),
    ],
)
def test_a_filing_is_acknowledged_within_eight_working_hours(filed: str, by: str) -> None:
    assert acknowledgement_due(filed=moment(filed), calendar=CALENDAR).at == moment(by)


# --- the explanation


def _lines(
    received: str, limit: Limit, calendar: WorkingCalendar = CALENDAR
) -> list[tuple[str, str, int, str]]:
    found = due(limit, received=moment(received), calendar=calendar)
    return [(f"{s.start:%d/%m}", f"{s.end:%d/%m}", s.counted, str(s.reason)) for s in found.steps]


def test_three_working_days_over_a_holiday_are_explained() -> None:
    assert _lines("Fri 20/11/2026 10:00", Limit(D, 3)) == [
        ("20/11", "20/11", 0, "first_day_excluded"),
        ("21/11", "22/11", 0, "non_working"),
        ("23/11", "23/11", 1, "working_day"),
        ("24/11", "24/11", 0, "holiday"),
        ("25/11", "26/11", 2, "working_day"),
        ("26/11", "26/11", 0, "due"),
    ]


# (received, limit, calendar, one line that must be among the steps): an example of each reason
EXAMPLES = [
    ("Wed 18/11/2026 16:30", Limit(S, 0, THREE), CALENDAR, ("18/11", "19/11", 0, "received_after_cutoff")),
    ("Sat 21/11/2026 09:00", Limit(D, 1), CALENDAR, ("21/11", "23/11", 0, "received_outside_hours")),
    ("Fri 20/11/2026 10:00", Limit(D, 3), CALENDAR, ("20/11", "20/11", 0, "first_day_excluded")),
    ("Fri 20/11/2026 10:00", Limit(D, 3), CALENDAR, ("25/11", "26/11", 2, "working_day")),
    ("Fri 20/11/2026 10:00", Limit(D, 3), CALENDAR, ("21/11", "22/11", 0, "non_working")),
    ("Fri 20/11/2026 10:00", Limit(D, 3), CALENDAR, ("24/11", "24/11", 0, "holiday")),
    ("Fri 24/04/2026 08:00", Limit(D, 3), CALENDAR, ("27/04", "27/04", 0, "substitute_off")),
    ("Fri 28/08/2026 08:00", Limit(D, 3), SATURDAYS, ("31/08", "31/08", 0, "swap_off")),
    ("Fri 27/11/2026 08:00", Limit(D, 2), SATURDAYS, ("30/11", "30/11", 0, "closure")),
    ("Fri 10/04/2026 09:00", Limit(C, 21), CALENDAR, ("11/04", "01/05", 21, "calendar_day")),
    ("Mon 31/01/2028 09:00", Limit(M, 1), CALENDAR, ("01/02", "29/02", 1, "month")),
    ("Mon 23/11/2026 08:00", Limit(H, 4), CALENDAR, ("23/11", "23/11", 240, "hour")),
    ("Mon 23/11/2026 16:00", Limit(W, 8), CALENDAR, ("25/11", "25/11", 420, "working_time")),
    ("Wed 18/11/2026 09:00", Limit(S, 1), CALENDAR, ("18/11", "18/11", 1, "same_day")),
    ("Fri 10/04/2026 09:00", Limit(C, 21), CALENDAR, ("01/05", "04/05", 0, "rolled_to_working_day")),
    ("Fri 20/11/2026 10:00", Limit(D, 3), CALENDAR, ("26/11", "26/11", 0, "due")),
]


@pytest.mark.parametrize(("received", "limit", "calendar", "line"), EXAMPLES)
def test_each_reason_has_an_example(
    received: str, limit: Limit, calendar: WorkingCalendar, line: tuple[str, str, int, str]
) -> None:
    assert line in _lines(received, limit, calendar)


def test_the_page_and_the_examples_know_every_reason() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert {example[3][3] for example in EXAMPLES} == {reason.value for reason in Reason}
    assert [reason for reason in Reason if f"| `{reason}` |" not in page] == []


def test_explain_is_ready_for_json_and_names_the_holiday() -> None:
    found = due(Limit(D, 3), received=moment("Fri 20/11/2026 10:00"), calendar=CALENDAR)
    lines = json.loads(json.dumps(explain(found)))
    assert lines[3] == {
        "from": "2026-11-24",
        "to": "2026-11-24",
        "counted": 0,
        "reason": "holiday",
        "basis": "Nghị quyết 28/2026/QH16",
        "note": "Ngày Văn hóa Việt Nam",
    }
    assert lines[-1]["note"] == "2026-11-26T17:00+07:00"


def test_a_put_off_receipt_notes_the_opening() -> None:
    found = due(Limit(D, 1), received=moment("Sat 21/11/2026 09:00"), calendar=CALENDAR)
    assert found.steps[0].note == "2026-11-23T07:00+07:00"


units = st.sampled_from([Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH, Unit.HOUR, Unit.WORKING_HOUR])
limits = st.one_of(
    st.builds(Limit, units, st.integers(1, 30), st.sampled_from([None, THREE, time(9, 30)])),
    st.builds(Limit, st.just(Unit.SAME_DAY), st.just(1), st.sampled_from([None, THREE])),
)


@bounded
@given(limits, calendars, moments, moments)
def test_a_later_receipt_is_never_due_earlier(
    limit: Limit, calendar: WorkingCalendar, a: datetime, b: datetime
) -> None:
    a, b = sorted((a, b))
    assert due(limit, received=a, calendar=calendar).at <= due(limit, received=b, calendar=calendar).at


@bounded
@given(limits, calendars, moments, st.integers(0, 6 * 24 * 60))
def test_receipts_of_one_week_keep_their_order(
    limit: Limit, calendar: WorkingCalendar, a: datetime, minutes: int
) -> None:
    later = a + timedelta(minutes=minutes)
    assert due(limit, received=a, calendar=calendar).at <= due(limit, received=later, calendar=calendar).at


@bounded
@given(limits, calendars, moments)
def test_what_is_due_is_due_in_working_time(
    limit: Limit, calendar: WorkingCalendar, received: datetime
) -> None:
    at = due(limit, received=received, calendar=calendar).at
    assert calendar.next_moment(at, end_counts=True) == at
    assert at.utcoffset() == timedelta(0)
    assert at.second == 0
    if limit.unit in (D, C, M, S):
        assert at == calendar.closing(local_day(at))


@bounded
@given(limits, calendars, moments)
def test_the_steps_add_up_and_leave_no_day_out(
    limit: Limit, calendar: WorkingCalendar, received: datetime
) -> None:
    found = due(limit, received=received, calendar=calendar)
    steps = found.steps
    per_unit = 60 if limit.unit in (H, W) else 1
    assert sum(step.counted for step in steps) == limit.amount * per_unit
    assert steps[0].start == local_day(received)
    assert steps[-1] == WorkingStep(
        local_day(found.at), local_day(found.at), 0, Reason.DUE, "", steps[-1].note
    )
    for before, after in pairwise(steps):
        assert before.start <= before.end
        assert after.start - before.end in (timedelta(0), timedelta(days=1))


@bounded
@given(limits)
def test_a_limit_comes_back_from_json(limit: Limit) -> None:
    assert Limit.from_json(json.loads(json.dumps(limit.to_json()))) == limit


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("unknown_unit", {"unit": "fortnight", "amount": 1}),
        ("unknown_unit", {"amount": 1}),
        ("bad_amount", {"unit": "month", "amount": 0}),
        ("bad_amount", {"unit": "month", "amount": -3}),
        ("bad_amount", {"unit": "month", "amount": "3"}),
        ("bad_amount", {"unit": "month", "amount": True}),
        ("bad_amount", {"unit": "month", "amount": 10**9}),
        ("bad_amount", {"unit": "same_day", "amount": 2}),
        ("bad_cutoff", {"unit": "same_day", "amount": 0, "cutoff": "25:00"}),
        ("bad_cutoff", {"unit": "same_day", "amount": 0, "cutoff": 15}),
        ("unknown_field", {"unit": "month", "amount": 1, "days": 3}),
    ],
)
def test_a_bad_limit_is_refused_by_code(code: str, data: Mapping[str, object]) -> None:
    with pytest.raises(LimitRefused) as refused:
        Limit.from_json(data)
    assert refused.value.code == code


def test_beyond_the_calendar_there_is_no_due_time() -> None:
    for unit in (D, C, M, H, W):
        with pytest.raises(OutsideCalendar):
            due(Limit(unit, 9_999), received=moment("Wed 20/11/2030 10:00"), calendar=CALENDAR)
    with pytest.raises(OutsideCalendar):
        due(Limit(D, 1), received=moment("Fri 20/11/2020 10:00"), calendar=CALENDAR)
    assert date(2030, 12, 31) == CALENDAR.last
