"""Notices that change a calendar: what they may set, every fault by its code, what changes nothing."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.calendar_notice import (
    Checked,
    DayChange,
    Fault,
    NoticeLine,
    WeekChange,
    check_notice,
    days_of,
)
from motcua.rules.working_time import DEFAULT_WEEK, OFF_KINDS, DayKind, WorkingCalendar
from tests.rules.samples import bounded

TODAY = date(2026, 11, 6)
USUAL = WorkingCalendar(DEFAULT_WEEK, (), date(2005, 1, 1), date(2031, 12, 31))
PAGE = Path(__file__).parents[2] / "docs" / "rules" / "calendar_notice.md"
OFFICE = (("07:00", "11:30"), ("13:30", "17:00"))


def on(day: int, month: int = 11, year: int = 2026) -> date:
    return date(year, month, day)


def a_day(day: date, kind: str, name: str = "Nghỉ", **more: object) -> DayChange:
    return DayChange(day, kind, name, **more)  # type: ignore[arg-type]


def checked(
    *days: DayChange, recorded: Iterable[DayChange] = (), weeks: Iterable[WeekChange] = (), **more: object
) -> Checked:
    book = {entry.day: entry for entry in recorded}
    return check_notice(days, weeks=weeks, usual=USUAL, recorded=book, today=TODAY, **more)  # type: ignore[arg-type]


def codes(found: Checked) -> list[str]:
    return [fault.code for fault in found.faults]


def days(found: Checked) -> list[date]:
    assert found.faults == ()
    return [change.day for change in found.days]


# --- what a notice may set --------------------------------------------------------------------------------


def test_a_swap_names_both_days_and_each_then_names_the_other() -> None:
    off, working = on(2, 1), on(10, 1)
    found = checked(a_day(off, "swap_off", instead_of=working), a_day(working, "swap_working"))
    assert {change.day: change.instead_of for change in found.days} == {off: working, working: off}
    assert found.faults == ()
    # So does one whose working day names the free one, and one whose days are alone.
    for pair in (
        (a_day(off, "swap_off"), a_day(working, "swap_working", instead_of=off)),
        (a_day(off, "swap_off"), a_day(working, "swap_working")),
    ):
        assert checked(*pair) == found


def test_the_counterpart_of_a_swap_may_stand_in_an_earlier_notice() -> None:
    before = a_day(on(22, 8), "swap_working")
    assert days(checked(a_day(on(31, 8), "swap_off", instead_of=on(22, 8)), recorded=[before])) == [on(31, 8)]


def test_an_extra_working_day_needs_no_counterpart() -> None:
    assert days(checked(a_day(on(7), "swap_working"))) == [on(7)]


def test_a_holiday_on_a_rest_day_is_given_back_on_the_next_working_day() -> None:
    holiday, back = a_day(on(26, 4), "holiday"), a_day(on(27, 4), "substitute_off")
    assert days(checked(holiday, back)) == [on(26, 4), on(27, 4)]
    assert days(checked(back, recorded=[holiday])) == [on(27, 4)]
    # Saturday and Sunday, a holiday on Monday between, two days back: 2023.
    three = [a_day(on(day, month, 2023), "holiday") for day, month in ((29, 4), (30, 4), (1, 5))]
    two = [a_day(on(day, 5, 2023), "substitute_off") for day in (2, 3)]
    assert len(days(checked(*three, *two))) == 5
    # One that the notice puts elsewhere names its holiday.
    elsewhere = a_day(on(30, 4), "substitute_off", instead_of=on(26, 4))
    assert days(checked(holiday, elsewhere)) == [on(26, 4), on(30, 4)]


def test_a_longer_closure_leaves_out_the_days_that_are_free_anyway() -> None:
    line = NoticeLine(a_day(on(9), "closure", line=3), last=on(15))
    spread, faults = days_of([line])
    assert (len(spread), faults) == (7, ())
    assert days(checked(*spread)) == [on(day) for day in range(9, 14)]


def test_tet_may_span_the_rest_days() -> None:
    spread, _ = days_of([NoticeLine(a_day(on(14, 2), "holiday", line=1), last=on(22, 2), weekday=5)])
    assert len(days(checked(*spread))) == 9


def test_what_no_notice_confirmed_and_what_a_closure_took_is_replaced() -> None:
    seeded = a_day(on(9), "holiday", confirmed=False)
    assert days(checked(a_day(on(9), "closure"), recorded=[seeded])) == [on(9)]
    assert days(checked(a_day(on(9), "half_day"), recorded=[a_day(on(9), "closure")])) == [on(9)]
    assert days(checked(a_day(on(9), "holiday"), recorded=[a_day(on(9), "half_day")])) == [on(9)]
    # A Saturday that a swap made a working one can be closed.
    assert days(checked(a_day(on(7), "closure"), recorded=[a_day(on(7), "swap_working")])) == [on(7)]


def test_what_nobody_confirmed_never_takes_the_place_of_what_a_notice_confirmed() -> None:
    known = a_day(on(24), "holiday", legal_basis="NQ 28/2026/QH16")
    for unsure in (
        a_day(on(24), "holiday", "Tên khác", confirmed=False, line=2),
        replace(known, confirmed=False),
    ):
        again = checked(unsure, recorded=[known])
        assert (again.days, again.unchanged, again.faults) == ((), 1, ())
    for kind in ("closure", "half_day", "as_usual", "substitute_off"):
        found = checked(
            a_day(on(24), kind, confirmed=False, line=2, words="24/11;X"), recorded=[known]
        ).faults
        assert [(fault.line, fault.words, fault.code) for fault in found] == [
            (2, "24/11;X", "confirmed_otherwise")
        ]
    # Neither is a day named as the partner of a swap that nobody confirmed.
    extra = a_day(on(7), "swap_working")
    pair = [
        a_day(on(9), "swap_off", confirmed=False, instead_of=on(7)),
        a_day(on(7), "swap_working", confirmed=False),
    ]
    assert days(checked(*pair, recorded=[extra])) == [on(9)]
    # What is confirmed replaces what is not, and what is not replaces the like.
    seeded = replace(known, confirmed=False)
    assert days(checked(known, recorded=[seeded])) == [on(24)]
    assert days(checked(replace(seeded, name="Lễ"), recorded=[seeded])) == [on(24)]


@pytest.mark.parametrize("confirmed", [True, False])
def test_no_swap_takes_a_holiday(confirmed: bool) -> None:
    holiday = a_day(on(24), "holiday", confirmed=confirmed)
    off, working = a_day(on(24), "swap_off"), a_day(on(28), "swap_working")
    assert codes(checked(off, working, recorded=[holiday])) == ["already_free"]
    sunday = a_day(on(29), "holiday", confirmed=confirmed)
    pair = [a_day(on(27), "swap_off"), a_day(on(29), "swap_working")]
    assert codes(checked(*pair, recorded=[sunday])) == ["working_on_holiday"]
    assert codes(checked(off, working, replace(holiday, line=9))) == ["day_twice"]


def test_as_usual_gives_a_day_back() -> None:
    assert days(checked(a_day(on(24), "as_usual"), recorded=[a_day(on(24), "holiday")])) == [on(24)]
    # Where nothing was taken nothing is given back.
    assert checked(a_day(on(24), "as_usual")).unchanged == 1
    # And then it can be taken anew.
    back = a_day(on(24), "as_usual")
    assert days(checked(a_day(on(24), "half_day", shifts=(("08:00", "09:00"),)), recorded=[back])) == [on(24)]


def test_what_is_recorded_already_changes_nothing() -> None:
    known = a_day(on(24), "holiday", legal_basis="NQ 28/2026/QH16")
    again = checked(known, recorded=[known])
    assert (again.days, again.unchanged, again.faults) == ((), 1, ())
    assert days(checked(replace(known, name="Ngày Văn hóa"), recorded=[known])) == [on(24)]
    # One day named twice in the same words is one day.
    twice = checked(replace(known, line=1), replace(known, line=2))
    assert len(days(twice)) == 1


def test_a_week_that_holds_already_changes_nothing() -> None:
    week = WeekChange(on(1, 12), {0: OFFICE, 5: (("07:30", "11:00"),)})
    assert checked(weeks=[week]).weeks == (week,)
    again = checked(weeks=[week], recorded_weeks={week.valid_from: week})
    assert (again.weeks, again.unchanged) == ((), 1)


# --- refusals ---------------------------------------------------------------------------------------------

HOLIDAY = a_day(on(24), "holiday")
REFUSED = {
    "unknown_kind": [a_day(on(9), "ngay_dep")],
    "no_name": [a_day(on(9), "closure", "  ")],
    "too_long": [a_day(on(9), "closure", "x" * 161)],
    "unlikely_date": [a_day(on(1, 1, 2206), "holiday")],
    "announced_in_future": [a_day(on(9), "closure", announced_on=on(7))],
    "day_twice": [a_day(on(9), "holiday"), a_day(on(9), "closure", line=2)],
    "shift_backwards": [a_day(on(9), "half_day", shifts=(("17:00", "13:30"),))],
    "shifts_overlap": [a_day(on(9), "half_day", shifts=(("07:00", "12:00"), ("11:30", "17:00")))],
    "bad_shift": [a_day(on(9), "half_day", shifts=(("25:00", "26:00"),))],
    "shifts_not_taken": [a_day(on(9), "holiday", shifts=(("07:00", "11:30"),))],
    "already_working": [a_day(on(10), "swap_working")],
    "nothing_to_substitute": [a_day(on(9), "substitute_off")],
    "swap_without_counterpart": [a_day(on(31, 8), "swap_off")],
    "swap_same_day": [a_day(on(9), "swap_off", instead_of=on(9))],
}


@pytest.mark.parametrize("code", REFUSED)
def test_each_fault_of_a_day_has_its_code(code: str) -> None:
    assert codes(checked(*REFUSED[code])) == [code]


@pytest.mark.parametrize("kind", ["substitute_off", "swap_off", "half_day", "closure"])
def test_a_day_that_is_free_anyway_is_not_taken(kind: str) -> None:
    for day, recorded in ((on(8), []), (on(24), [HOLIDAY])):
        pair = [a_day(day, kind)]
        if kind == "swap_off":
            pair.append(a_day(on(15), "swap_working"))
        assert codes(checked(*pair, recorded=recorded)) == ["already_free"]


def test_nobody_works_on_a_holiday() -> None:
    saturday = a_day(on(7), "swap_working")
    holiday = a_day(on(7), "holiday", line=2)
    assert codes(checked(saturday, recorded=[holiday])) == ["working_on_holiday"]
    assert codes(checked(saturday, holiday)) == ["working_on_holiday"]


def test_a_swap_with_the_wrong_day_is_refused_on_both_sides() -> None:
    off = a_day(on(31, 8), "swap_off", instead_of=on(22, 8))
    assert codes(checked(off)) == ["swap_without_counterpart"]
    # The counterpart is worked anyway: Monday 24/8.
    monday = a_day(on(24, 8), "swap_working", instead_of=on(31, 8))
    assert codes(checked(replace(off, instead_of=on(24, 8)), monday)) == ["already_working"]
    # The counterpart belongs to another day.
    other = a_day(on(22, 8), "swap_working", instead_of=on(28, 8))
    assert codes(checked(off, other)) == ["swap_without_counterpart"] * 2


def test_one_holiday_is_given_back_once() -> None:
    holiday = a_day(on(26, 4), "holiday")
    both = [a_day(on(day, 4), "substitute_off") for day in (27, 28)]
    assert [(fault.day, fault.code) for fault in checked(holiday, *both).faults] == [
        (on(28, 4), "nothing_to_substitute")
    ]
    named = [replace(one, instead_of=on(26, 4)) for one in both]
    assert codes(checked(holiday, *named)) == ["nothing_to_substitute"]
    # A holiday on a working day is not given back.
    assert codes(checked(HOLIDAY, a_day(on(25), "substitute_off"))) == ["nothing_to_substitute"]


def test_the_lines_are_checked_for_period_and_weekday() -> None:
    lines = [
        NoticeLine(a_day(on(22, 2), "holiday", line=1, words="22/2"), last=on(14, 2)),
        NoticeLine(a_day(on(1, 1), "closure", line=2), last=on(1, 1, 2036)),
        NoticeLine(a_day(on(24), "holiday", line=3), weekday=0),
    ]
    spread, faults = days_of(lines)
    assert [(fault.line, fault.code) for fault in faults] == [
        (1, "period_backwards"), (2, "period_too_long"), (3, "weekday_wrong"),
    ]  # fmt: skip
    assert faults[0].words == "22/2"
    # The first day of each is still checked, so that all faults are named at once.
    assert [change.day for change in spread] == [on(22, 2), on(1, 1), on(24)]


def test_a_notice_from_the_future_is_refused_once() -> None:
    late = on(7)
    found = checked(HOLIDAY, replace(HOLIDAY, day=on(25), announced_on=late), announced_on=late)
    assert [(fault.line, fault.code) for fault in found.faults] == [(0, "announced_in_future")]
    assert days(checked(HOLIDAY, announced_on=TODAY)) == [on(24)]


@pytest.mark.parametrize(
    ("shifts", "code"),
    [
        ({}, "empty_week"),
        ({0: ()}, "empty_week"),
        ({7: OFFICE}, "bad_weekday_of_week"),
        ({0: OFFICE[::-1]}, "shifts_overlap"),
        ({0: (("7:00", "11:30"),)}, "bad_shift"),
    ],
)
def test_each_fault_of_a_week_has_its_code(shifts: dict[int, tuple[tuple[str, str], ...]], code: str) -> None:
    assert codes(checked(weeks=[WeekChange(on(1, 12), shifts)])) == [code]


def test_all_faults_are_named_at_once_in_the_order_of_the_lines() -> None:
    found = checked(
        a_day(on(8), "closure", line=5, words="CN 8/11"),
        a_day(on(9), "half_day", line=2, shifts=(("17:00", "13:30"),)),
        a_day(on(31, 8), "swap_off", line=4),
        a_day(on(10), "dep", line=3),
    )
    assert [(fault.line, fault.code) for fault in found.faults] == [
        (2, "shift_backwards"), (3, "unknown_kind"), (4, "swap_without_counterpart"), (5, "already_free"),
    ]  # fmt: skip
    assert found.faults[-1].words == "CN 8/11"


def test_the_page_has_a_row_for_each_code_and_no_other() -> None:
    refusals = PAGE.read_text("utf-8").partition("## Refusals")[2]
    rows = re.findall(r"^\| `(\w+)` \|", refusals, re.M)
    assert rows == [fault.value for fault in Fault]


# --- what must hold for every notice ----------------------------------------------------------------------

NEAR = st.integers(0, 45).map(lambda n: on(1) + timedelta(days=n))
CHANGES = st.builds(
    DayChange,
    NEAR,
    st.sampled_from(list(DayKind)),
    st.just("Ngày"),
    confirmed=st.booleans(),
    instead_of=st.none() | NEAR,
)
BOOKS = st.lists(CHANGES, max_size=6).map(lambda made: {change.day: change for change in made})


@bounded
@given(st.lists(CHANGES, max_size=6), BOOKS)
def test_what_was_recorded_once_changes_nothing_the_second_time(
    made: list[DayChange], book: dict[date, DayChange]
) -> None:
    first = check_notice(made, usual=USUAL, recorded=book, today=TODAY)
    if first.faults:
        return
    after = book | {change.day: change for change in first.days}
    again = check_notice(first.days, usual=USUAL, recorded=after, today=TODAY)
    assert (again.days, again.faults) == ((), ())


@bounded
@given(st.lists(CHANGES, max_size=6), BOOKS)
def test_a_notice_without_faults_takes_only_what_is_there(
    made: list[DayChange], book: dict[date, DayChange]
) -> None:
    found = check_notice(made, usual=USUAL, recorded=book, today=TODAY)
    if found.faults:
        return
    for change in found.days:
        if change.kind in OFF_KINDS - {DayKind.HOLIDAY} or change.kind == DayKind.HALF_DAY:
            before = book.get(change.day)
            worked = USUAL.is_working_day(change.day)
            assert worked or (before is not None and before.kind == DayKind.SWAP_WORKING)


@bounded
@given(st.lists(CHANGES, max_size=6), BOOKS)
def test_what_a_notice_confirmed_is_changed_by_what_is_confirmed_only(
    made: list[DayChange], book: dict[date, DayChange]
) -> None:
    found = check_notice(made, usual=USUAL, recorded=book, today=TODAY)
    for change in found.days:
        known = book.get(change.day)
        assert change.confirmed or known is None or not known.confirmed
