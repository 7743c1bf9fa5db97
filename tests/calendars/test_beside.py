"""What a notice leaves standing beside its days."""

from datetime import date

import pytest

from motcua.calendars.actions import DayChange, seeded_days
from motcua.calendars.queries import left_beside

SEED = {change.day: change for change in seeded_days([2026, 2027])}


def _left(name: str, month: int, *days: int, kind: str = "holiday") -> list[str]:
    notice = [DayChange(date(2027, month, day), kind, name) for day in days]
    return [f"{entry.day:%d/%m/%Y}" for entry in left_beside(notice, SEED)]


@pytest.mark.parametrize("name", ["Tết Nguyên đán", "Nghỉ Tết Âm lịch 2027", "Tết", "Nghỉ lễ"])
def test_the_days_of_the_same_holiday_that_the_notice_leaves_out_are_found(name: str) -> None:
    assert _left(name, 2, 5, 6, 7, 8, 9) == ["04/02/2027", "10/02/2027"]


def test_another_holiday_and_another_year_are_left_alone() -> None:
    assert _left("Tết Dương lịch", 1, 1) == []
    assert _left("Nghỉ Tết", 2, *range(4, 11)) == []
    assert _left("Quốc khánh", 9, 1, 2) == ["03/09/2027"]
    # The day that gives a holiday back belongs to it.
    assert _left("Nghỉ lễ 30/4 - 1/5", 4, 30) == ["01/05/2027", "03/05/2027"]
    assert _left("Lũ", 2, 5, kind="closure") == []


def test_what_is_confirmed_stays_without_a_word() -> None:
    known = {day: DayChange(day, "holiday", "Tết Nguyên đán") for day in SEED}
    assert left_beside([DayChange(date(2027, 2, 5), "holiday", "Tết")], known) == []
