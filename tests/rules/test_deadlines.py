import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.acknowledgement import acknowledgement_due
from motcua.rules.deadlines import Limit, LimitRefused, Reason, Unit, WorkingStep, due, explain
from motcua.rules.localday import local_day
from motcua.rules.transfer import transfer_due
from motcua.rules.working_time import DEFAULT_WEEK, DayEntry, DayKind, OutsideCalendar, WorkingCalendar
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
    ("Fri 20/11/2026 10:00", Limit(C, 2, then=(Limit(D, 1),)), CALENDAR, ("22/11", "22/11", 0, "phase")),
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


def test_phases_are_explained_one_after_the_other() -> None:
    limit = Limit(C, 2, then=(Limit(D, 1), Limit(W, 8)))
    found = due(limit, received=moment("Fri 20/11/2026 10:00"), calendar=CALENDAR)
    assert [
        (f"{s.start:%d/%m}", f"{s.end:%d/%m}", s.counted, str(s.reason), s.note) for s in found.steps
    ] == [
        ("20/11", "20/11", 0, "first_day_excluded", ""),
        ("21/11", "22/11", 2, "calendar_day", ""),
        ("22/11", "22/11", 0, "phase", "2/3"),
        ("23/11", "23/11", 1, "working_day", ""),
        ("23/11", "23/11", 0, "phase", "3/3"),
        ("24/11", "24/11", 0, "holiday", "Ngày Văn hóa Việt Nam"),
        ("25/11", "25/11", 480, "working_time", ""),
        ("25/11", "25/11", 0, "due", "2026-11-25T17:00+07:00"),
    ]
    assert {step.basis for step in found.steps if step.reason in (Reason.PHASE, Reason.DUE)} == {""}


@pytest.mark.parametrize(
    ("received", "limit", "told"),
    [
        # of the day on which nothing is left to work nothing is told
        ("Wed 18/11/2026 16:00", Limit(W, 1, then=(Limit(W, 1),)), [(18, 60), (19, 60)]),
        ("Wed 18/11/2026 16:59", Limit(W, 1), [(18, 1), (19, 59)]),
    ],
)
def test_each_day_tells_the_minutes_worked_on_it(
    received: str, limit: Limit, told: list[tuple[int, int]]
) -> None:
    steps = due(limit, received=moment(received), calendar=CALENDAR).steps
    assert [(s.start.day, s.counted) for s in steps if s.reason == Reason.WORKING_TIME] == told


@pytest.mark.parametrize(
    ("received", "limit", "lines"),
    [
        # hours after days begin with the next opening, and the free days before it are told
        (
            "Thu 19/11/2026 09:00",
            Limit(D, 1, then=(Limit(H, 12),)),
            [("20/11", "20/11", 1, "working_day"), ("20/11", "20/11", 0, "phase"),
             ("21/11", "22/11", 0, "non_working"), ("23/11", "23/11", 720, "hour"),
             ("23/11", "25/11", 0, "rolled_to_working_day")],
        ),
        # hours after hours go on at once
        (
            "Fri 20/11/2026 16:00",
            Limit(H, 24, then=(Limit(H, 24),)),
            [("20/11", "21/11", 1440, "hour"), ("21/11", "21/11", 0, "phase"),
             ("21/11", "22/11", 1440, "hour"), ("22/11", "23/11", 0, "rolled_to_working_day")],
        ),
        (
            "Wed 18/11/2026 16:00",
            Limit(W, 2, then=(Limit(C, 3),)),
            [("18/11", "18/11", 60, "working_time"), ("19/11", "19/11", 60, "working_time"),
             ("19/11", "19/11", 0, "phase"), ("20/11", "22/11", 3, "calendar_day"),
             ("22/11", "23/11", 0, "rolled_to_working_day")],
        ),
    ],
)  # fmt: skip
def test_what_lies_between_two_phases_is_told(
    received: str, limit: Limit, lines: list[tuple[str, str, int, str]]
) -> None:
    told = [line for line in _lines(received, limit) if line[3] != "first_day_excluded"]
    assert told[:-1] == lines


def test_each_step_names_its_basis_and_what_it_is_about() -> None:
    def told(received: str, limit: Limit, calendar: WorkingCalendar = CALENDAR) -> dict[str, tuple[str, str]]:
        steps = due(limit, received=moment(received), calendar=calendar).steps
        return {str(step.reason): (step.basis, step.note) for step in steps}

    start, end = "Bộ luật Dân sự 2015, Điều 147", "Bộ luật Dân sự 2015, Điều 148"
    days = told("Fri 20/11/2026 16:00", Limit(D, 3, THREE))
    assert days == {
        "received_after_cutoff": ("quy định của thủ tục", "2026-11-23T07:00+07:00"),
        "first_day_excluded": (f"{start} khoản 2", ""),
        "holiday": ("Nghị quyết 28/2026/QH16", "Ngày Văn hóa Việt Nam"),
        "working_day": ("", ""),
        "due": ("", "2026-11-27T17:00+07:00"),
    }
    assert told("Fri 20/11/2026 10:00", Limit(D, 1))["non_working"] == ("Quyết định 188/1999/QĐ-TTg", "")
    rolled = told("Fri 10/04/2026 09:00", Limit(C, 21))
    assert rolled["calendar_day"] == (f"{end} khoản 1", "")
    assert rolled["rolled_to_working_day"] == (f"{end} khoản 5", "Quốc tế Lao động")
    weekend = told("Mon 02/11/2026 09:00", Limit(C, 5))
    assert weekend["rolled_to_working_day"] == (f"{end} khoản 5", "non_working")
    assert told("Mon 31/01/2028 09:00", Limit(M, 1))["month"] == (f"{end} khoản 3", "")
    assert told("Mon 23/11/2026 08:00", Limit(H, 4))["hour"] == (f"{start} khoản 1", "")
    assert told("Sat 21/11/2026 09:00", Limit(S, 1))["received_outside_hours"] == (
        "",
        "2026-11-23T07:00+07:00",
    )
    assert told("Sat 21/11/2026 09:00", Limit(S, 1))["same_day"] == ("", "")
    half = told("Thu 26/11/2026 15:00", Limit(W, 4), SATURDAYS)
    assert half["working_time"] == ("Thông báo 12", "Nghỉ chiều")


@pytest.mark.parametrize(
    ("received", "cutoff", "first"),
    [
        ("Wed 18/11/2026 16:30", None, None),
        ("Wed 18/11/2026 16:30", THREE, "received_after_cutoff"),
        ("Wed 18/11/2026 15:00", THREE, None),
        ("Wed 18/11/2026 12:00", THREE, "received_outside_hours"),
        ("Wed 18/11/2026 18:00", THREE, "received_outside_hours"),
        ("Wed 18/11/2026 06:59", None, "received_outside_hours"),
        ("Wed 18/11/2026 07:00", None, None),
    ],
)
def test_a_receipt_that_was_put_off_says_why(received: str, cutoff: time | None, first: str | None) -> None:
    reasons = [line[3] for line in _lines(received, Limit(D, 1, cutoff))]
    assert reasons[0] == (first or "first_day_excluded")
    assert reasons[:2].count("first_day_excluded") == 1


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
        ("bad_amount", {"unit": "month", "amount": 10_000}),
        ("bad_amount", {"unit": "same_day", "amount": -1}),
        ("bad_amount", {"unit": "month"}),
        ("bad_cutoff", {"unit": "month", "amount": 1, "cutoff": "15:00:00"}),
        ("bad_cutoff", {"unit": "month", "amount": 1, "cutoff": "5:00"}),
        ("unknown_field", {"unit": "month", "amount": 1, "days": 3}),
        ("bad_phase", {"unit": "month", "amount": 1, "then": "1 day"}),
        ("bad_phase", {"unit": "month", "amount": 1, "then": ["1 day"]}),
        ("bad_phase", {"unit": "month", "amount": 1, "then": 5}),
        ("bad_phase", {"unit": "month", "amount": 1, "then": [{"unit": "same_day", "amount": 1}]}),
        ("bad_phase", {"unit": "same_day", "amount": 1, "then": [{"unit": "month", "amount": 1}]}),
        ("bad_phase", {"unit": "month", "amount": 1, "then": [{"unit": "hour", "amount": 1, "cutoff": "15:00"}]}),
        (
            "bad_phase",
            {"unit": "month", "amount": 1,
             "then": [{"unit": "month", "amount": 1, "then": [{"unit": "month", "amount": 1}]}]},
        ),
    ],
)  # fmt: skip
def test_a_bad_limit_is_refused_by_code(code: str, data: Mapping[str, object]) -> None:
    with pytest.raises(LimitRefused) as refused:
        Limit.from_json(data)
    assert refused.value.code == code


@pytest.mark.parametrize("cutoff", [time(15, 0, 1), time(15, 0, 0, 1), time(15, 0, tzinfo=UTC)])
def test_a_cutoff_is_a_local_minute(cutoff: time) -> None:
    with pytest.raises(LimitRefused, match=r"^bad_cutoff$"):
        Limit(D, 1, cutoff)


def test_a_limit_is_written_as_json_says() -> None:
    assert Limit(D, 3).to_json() == {"unit": "working_day", "amount": 3, "cutoff": None}
    assert Limit(M, 2, THREE, (Limit(D, 15),)).to_json() == {
        "unit": "month",
        "amount": 2,
        "cutoff": "15:00",
        "then": [{"unit": "working_day", "amount": 15, "cutoff": None}],
    }
    assert Limit(M, 9_999).phases == (Limit(M, 9_999),)


def test_a_limit_may_end_on_the_last_days_of_the_calendar() -> None:
    # Tue 31/12/2030 is the last day.
    for unit, amount in ((D, 1), (C, 1), (S, 1), (W, 2), (H, 1)):
        received = moment("Mon 30/12/2030 16:00")
        assert due(Limit(unit, amount), received=received, calendar=CALENDAR).steps[-1].reason == Reason.DUE
    last = Limit(W, 1, then=(Limit(H, 1),))
    steps = due(last, received=moment("Tue 31/12/2030 09:00"), calendar=CALENDAR).steps
    assert [step.reason for step in steps] == [Reason.WORKING_TIME, Reason.PHASE, Reason.HOUR, Reason.DUE]


def test_beyond_the_calendar_there_is_no_due_time() -> None:
    for unit in (D, C, M, H, W):
        with pytest.raises(OutsideCalendar):
            due(Limit(unit, 9_999), received=moment("Wed 20/11/2030 10:00"), calendar=CALENDAR)
    with pytest.raises(OutsideCalendar):
        due(Limit(D, 1), received=moment("Fri 20/11/2020 10:00"), calendar=CALENDAR)
    assert date(2030, 12, 31) == CALENDAR.last


def test_a_step_says_whether_a_notice_confirms_its_days() -> None:
    entries = [
        DayEntry(date(2026, 11, 23), DayKind.HOLIDAY, "Nghỉ", "Luật", confirmed=False),
        DayEntry(date(2026, 11, 24), DayKind.HOLIDAY, "Nghỉ", "Luật"),
    ]
    calendar = WorkingCalendar(DEFAULT_WEEK, entries, date(2026, 1, 1), date(2026, 12, 31))
    found = due(Limit(D, 1), received=moment("Fri 20/11/2026 10:00"), calendar=calendar)
    assert [(step.start.day, step.confirmed) for step in found.steps if step.reason == "holiday"] == [
        (23, False),
        (24, True),
    ]
