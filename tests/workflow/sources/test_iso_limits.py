from datetime import time
from fractions import Fraction

import pytest

from motcua.rules.deadlines import Limit, Unit
from motcua.workflow.sources.iso_limits import (
    Course,
    Stated,
    course_of,
    days_within,
    heading_limit,
    limit_answered,
    read_stated,
)


def _working(amount: int) -> Limit:
    return Limit(Unit.WORKING_DAY, amount)


def _days(amount: int) -> Limit:
    return Limit(Unit.CALENDAR_DAY, amount)


PLAIN, VERIFICATION, OTHER = Course.PLAIN, Course.VERIFICATION, Course.OTHER


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("10 ngày", {PLAIN: _days(10)}),
        ("Không quá 02 (hai) ngày làm việc, kể từ ngày nhận đủ giấy tờ.", {PLAIN: _working(2)}),
        (
            "05 ngày làm việc. Nếu phải xác minh thì không quá 25 ngày.",
            {PLAIN: _working(5), VERIFICATION: _days(25)},
        ),
        (
            "03 ngày làm việc, trường hợp phải xác minh thì không quá 08 ngày làm việc.",
            {PLAIN: _working(3), VERIFICATION: _working(8)},
        ),
        (
            "Ngay trong ngày tiếp nhận; nhận sau 15 giờ thì trả trong ngày làm việc tiếp theo.",
            {PLAIN: Limit(Unit.SAME_DAY, 1, time(15))},
        ),
        (
            "là ngay trong ngày nhận, hoặc trong ngày làm việc tiếp theo nếu nhận sau 15 giờ.",
            {PLAIN: Limit(Unit.SAME_DAY, 1, time(15))},
        ),
        (
            "Trong ngày. Trường hợp nhiều bản thì được kéo dài thêm không quá 02 ngày làm việc.",
            {PLAIN: Limit(Unit.SAME_DAY, 1), OTHER: _working(2)},
        ),
        ("Trường hợp đã đủ giấy tờ: 04 ngày làm việc.", {PLAIN: _working(4)}),
        ("Theo quy định.", {}),
        ("", {}),
    ],
)
def test_each_course_has_the_limit_that_its_sentence_states(text: str, limits: dict[Course, Limit]) -> None:
    assert read_stated(text) == Stated(limits)


def test_limits_of_parts_are_kept_apart_from_those_of_cases() -> None:
    text = (
        "\n- Thời gian xem xét tổ ong: 10 ngày, kể từ ngày nhận đơn.\n"
        "Trường hợp ong ở nơi khác, nơi đó xem xét trong 05 ngày.\n"
        "- Thời gian người nuôi có mặt: 60 ngày, hoặc không quá 90 ngày nếu có lý do."
    )
    assert read_stated(text) == Stated({}, (_days(10), _days(60)), (_days(5),))


@pytest.mark.parametrize(
    ("heading", "course", "limit"),
    [
        ("Thời gian", PLAIN, None),
        ("Thời gian\n(10 ngày)", PLAIN, _days(10)),
        ("Thời gian không xác minh:\n05 ngày làm việc", PLAIN, _working(5)),
        ("Thời gian có xác minh: 25 ngày", VERIFICATION, _days(25)),
        ("Thời gian (trường hợp khác)", OTHER, None),
    ],
)
def test_a_heading_names_its_course_and_perhaps_its_limit(
    heading: str, course: Course, limit: Limit | None
) -> None:
    assert (course_of(heading), heading_limit(heading)) == (course, limit)


def test_a_whole_is_counted_at_its_shortest() -> None:
    assert days_within(Limit(Unit.SAME_DAY, 1)) == 1
    assert days_within(Limit(Unit.MONTH, 2)) == 56
    assert days_within(Limit(Unit.WORKING_HOUR, 4)) == Fraction(1, 2)
    assert days_within(Limit(Unit.CALENDAR_DAY, 3, then=(Limit(Unit.CALENDAR_DAY, 2),))) == 5


def test_an_answer_is_a_limit_or_nothing() -> None:
    assert limit_answered("5 ngày làm việc") == _working(5)
    assert limit_answered("lâu") is None
