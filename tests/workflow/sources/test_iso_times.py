from fractions import Fraction

import pytest

from motcua.rules.deadlines import Limit, Unit
from motcua.workflow.sources.iso_times import Measure, Spell, days_of, limit_of, read_time, total

DAY, NUMBER, WORKING, CALENDAR, HOUR = (
    Measure.DAY,
    Measure.NUMBER,
    Measure.WORKING_DAY,
    Measure.CALENDAR_DAY,
    Measure.WORKING_HOUR,
)
HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("text", "amount", "measure"),
    [
        ("½ ngày", HALF, DAY),
        ("1/2 ngày", HALF, DAY),
        ("-1/2 ngày", HALF, DAY),
        ("0,5 ngày", HALF, DAY),
        ("0.5 ngày làm việc", HALF, WORKING),
        ("nửa ngày", HALF, DAY),
        ("01 buổi", HALF, WORKING),
        ("½", HALF, NUMBER),
        ("01", Fraction(1), NUMBER),
        ("2.5", Fraction(5, 2), NUMBER),
        ("1 ½ ngày", Fraction(3, 2), DAY),
        ("1½ ngày", Fraction(3, 2), DAY),
        ("1 ngày rưỡi", Fraction(3, 2), DAY),
        ("01 (một) ngày làm việc", Fraction(1), WORKING),
        ("một ngày", Fraction(1), DAY),
        ("(10 ngày)", Fraction(10), DAY),
        ("15 ngày, kể từ ngày nhận đơn", Fraction(15), DAY),
        ("1/2 ngày (đường xa: 60 ngày, không quá 90 ngày)", HALF, DAY),
        ("04 giờ", Fraction(4), HOUR),
        ("2 giờ hành chính", Fraction(2), HOUR),
        ("30 phút", HALF, HOUR),
        ("1 ngày 4 giờ", Fraction(3, 2), DAY),
        ("1 giờ và 30 phút", Fraction(3, 2), HOUR),
        ("Trong ngày", Fraction(1), WORKING),
        ("01 tháng", Fraction(28), CALENDAR),
    ],
)
def test_a_time_is_read_as_it_is_meant(text: str, amount: Fraction, measure: Measure) -> None:
    assert read_time(text).spells == (Spell(amount, measure),)


@pytest.mark.parametrize(
    "text", ["", "Giờ hành chính", "Theo quy định", "ngày 10 tháng 7 năm 2025", "1/0 ngày", "0 ngày", "00"]
)
def test_what_says_no_time_gives_none(text: str) -> None:
    assert read_time(text).spells == ()


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("2 - 3 ngày", [2, 3]),
        ("từ 2 đến 3 ngày", [2, 3]),
        ("- 30 ngày từ ngày báo cáo.\n- 15 ngày từ ngày trả lời.", [30, 15]),
    ],
)
def test_several_times_stay_several(text: str, amounts: list[int]) -> None:
    assert [spell.amount for spell in read_time(text).spells] == amounts


def test_decomposed_letters_and_odd_spaces_make_no_difference() -> None:
    assert read_time("1/2 nga\u0300y").spells == read_time("1/2\u00a0ngày").spells == (Spell(HALF, DAY),)


@pytest.mark.parametrize(
    ("amount", "measure", "limit"),
    [
        (Fraction(3), WORKING, Limit(Unit.WORKING_DAY, 3)),
        (HALF, WORKING, Limit(Unit.WORKING_HOUR, 4)),
        (Fraction(5, 2), WORKING, Limit(Unit.WORKING_HOUR, 20)),
        (Fraction(1, 3), HOUR, Limit(Unit.WORKING_HOUR, 1)),
        (Fraction(10), CALENDAR, Limit(Unit.CALENDAR_DAY, 10)),
        (HALF, CALENDAR, Limit(Unit.WORKING_HOUR, 4)),
        (Fraction(3, 2), CALENDAR, Limit(Unit.CALENDAR_DAY, 1, then=(Limit(Unit.WORKING_HOUR, 4),))),
        (Fraction(1), DAY, None),
        (Fraction(100_000), WORKING, None),
    ],
)
def test_a_settled_time_is_a_limit_of_whole_amounts(
    amount: Fraction, measure: Measure, limit: Limit | None
) -> None:
    assert limit_of(Spell(amount, measure)) == limit


def test_working_days_count_for_calendar_days_with_the_weekends_they_may_span() -> None:
    assert [days_of(Spell(Fraction(n), WORKING), CALENDAR) for n in (1, 5, 6)] == [3, 7, 10]
    assert days_of(Spell(Fraction(5), CALENDAR), WORKING) == 5
    assert total([Spell(HALF, CALENDAR), Spell(Fraction(4), HOUR)], CALENDAR) == 1
