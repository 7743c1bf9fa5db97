"""Time limits in Vietnamese words, and what is not read because it is not certain."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.limit_text import LimitReading, Unread, cutoff_in, limits_in, read_limit, say_limit
from tests.rules.samples import bounded

D, C, M, H, W = Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH, Unit.HOUR, Unit.WORKING_HOUR
TODAY = Limit(Unit.SAME_DAY, 1)
TODAY_TO_THREE = Limit(Unit.SAME_DAY, 1, time(15, 0))
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("5 Ngày làm việc", Limit(D, 5)),
        ("03 ngày làm việc", Limit(D, 3)),
        ("05 ngày (làm việc)", Limit(D, 5)),
        ("20 Ngày", Limit(C, 20)),
        ("1 Tháng", Limit(M, 1)),
        ("8 Giờ", Limit(H, 8)),
        ("4 giờ làm việc", Limit(W, 4)),
        ("05 (năm) ngày", Limit(C, 5)),
        ("năm (05) ngày làm việc", Limit(D, 5)),
        ("mười lăm ngày", Limit(C, 15)),
        ("một trăm linh năm ngày", Limit(C, 105)),
        ("năm ngày", Limit(C, 5)),
        ("2 tuần", Limit(C, 14)),
        ("1 năm", Limit(M, 12)),
        ("Trong thời hạn không quá 05 ngày làm việc.", Limit(D, 5)),
        ("Thời hạn giải quyết: 07 ngày làm việc, kể từ ngày nhận đủ hồ sơ hợp lệ", Limit(D, 7)),
        ("3\u00a0ngày\nlàm  việc", Limit(D, 3)),
        ("3 nga\u0300y la\u0300m vie\u0323\u0302c", Limit(D, 3)),
        ("trong ngày", TODAY),
        ("Ngay trong ngày làm việc", TODAY),
        ("Trong ngày tiếp nhận hồ sơ", TODAY),
        ("ngay trong ngày; sau 15 giờ thì ngày làm việc tiếp theo", TODAY_TO_THREE),
        ("Trong ngày; nhận sau 15h30 thì trả vào ngày làm việc kế tiếp", Limit(Unit.SAME_DAY, 1, time(15, 30))),
    ],
)  # fmt: skip
def test_a_limit_is_read(text: str, limit: Limit) -> None:
    assert read_limit(text) == LimitReading(limit)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("1", Unread.UNKNOWN_UNIT),
        ("0", Unread.UNKNOWN_UNIT),
        ("30 phút", Unread.UNKNOWN_UNIT),
        ("3 buổi", Unread.UNKNOWN_UNIT),
        ("", Unread.NONE_STATED),
        ("Khác", Unread.NONE_STATED),
        ("Không quy định", Unread.NONE_STATED),
        ("Chưa quy định thời hạn", Unread.NONE_STATED),
        ("Không có thông tin", Unread.NONE_STATED),
        ("1.5 Ngày làm việc", Unread.UNREADABLE),
        ("0,5 ngày làm việc", Unread.UNREADABLE),
        ("1/2 ngày", Unread.UNREADABLE),
        ("nửa ngày", Unread.UNREADABLE),
        ("05 (sáu) ngày", Unread.UNREADABLE),
        ("năm (06) ngày", Unread.UNREADABLE),
        ("0 ngày", Unread.UNREADABLE),
        ("99999 ngày", Unread.UNREADABLE),
        ("5 ngày đối với hồ sơ phải xác minh", Unread.UNREADABLE),
        ("trong ngày 5/7", Unread.UNREADABLE),
        ("theo Quy chế làm việc", Unread.UNREADABLE),
        ("từ 5 đến 7 ngày", Unread.SEVERAL),
        ("5 - 7 ngày làm việc", Unread.SEVERAL),
        ("3 ngày hoặc 5 ngày làm việc", Unread.SEVERAL),
    ],
)
def test_what_is_not_certain_is_named(text: str, doubt: Unread) -> None:
    assert read_limit(text) == LimitReading(None, doubt)


def test_parts_that_follow_one_another_are_phases_and_not_one_limit() -> None:
    reading = read_limit("02 tháng và 15 ngày làm việc")
    assert reading == LimitReading(None, Unread.SEVERAL, (Limit(M, 2), Limit(D, 15)))


def _words(number: int) -> str:
    """Say a number up to 99 as Vietnamese does."""
    tens, rest = divmod(number, 10)
    if tens == 0:
        return _DIGITS[rest]
    start = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    last = {1: "mốt" if tens > 1 else "một", 5: "lăm", 0: ""}.get(rest, _DIGITS[rest])
    return f"{start} {last}".strip()


minutes = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
limits = st.one_of(
    st.builds(Limit, st.sampled_from([D, C, M, H, W]), st.integers(1, 9_999)),
    st.builds(Limit, st.just(Unit.SAME_DAY), st.just(1), st.none() | minutes),
)
spellings = st.sampled_from(
    [
        "{said}",
        "  {said} .",
        "Không quá {said}",
        "trong thời hạn {said}",
        "Tối đa là {said}, kể từ ngày nhận đủ hồ sơ hợp lệ",
    ]
)


@bounded
@given(limits)
def test_a_limit_written_in_words_is_read_back(limit: Limit) -> None:
    assert read_limit(say_limit(limit)).limit == limit


@bounded
@given(
    st.sampled_from([D, C, M, H, W]), st.integers(1, 99), spellings, st.sampled_from("0123"), st.booleans()
)
def test_every_spelling_of_a_limit_gives_the_limit(
    unit: Unit, amount: int, spelling: str, form: str, shout: bool
) -> None:
    name = say_limit(Limit(unit, amount)).split(" ", 1)[1]
    number = {
        "0": f"{amount}",
        "1": f"{amount:02}",
        "2": f"{amount:02} ({_words(amount)})",
        "3": f"{_words(amount)} ({amount:02})",
    }[form]
    text = spelling.format(said=f"{number} {name}")
    assert read_limit(text.upper() if shout else text).limit == Limit(unit, amount)


@bounded
@given(st.text() | st.text(alphabet="0123456789 ()/.,ngàylmviệcgiờthángtrong;và\n"))
def test_no_text_is_refused_and_no_reading_is_without_answer(text: str) -> None:
    reading = read_limit(text)
    assert (reading.limit is None) == (reading.doubt is not None)
    assert all(mention.limit.amount for mention in limits_in(text))


def test_limits_are_found_inside_a_text_with_their_sentence() -> None:
    text = "Ngày 10 tháng 7 năm 2024 nộp. Trong thời hạn mười (10) ngày làm\nviệc kể từ ngày nhận; sau đó 5 ngày."
    found = limits_in(text)
    assert [mention.limit for mention in found] == [Limit(D, 10), Limit(C, 5)]
    assert found[0].before == "trong thời hạn "
    assert found[0].after == " kể từ ngày nhận"


@pytest.mark.parametrize(
    "text", ["Thông tư ngày 5 tháng 3", "quý 2 năm 2025", "1,5 ngày làm việc", "hằng năm", "2/3 tháng"]
)
def test_dates_and_fractions_are_no_limits(text: str) -> None:
    assert limits_in(text) == ()


def test_the_hour_after_which_the_next_day_answers() -> None:
    assert cutoff_in("Nhận sau 15 giờ 30 phút thì trả vào ngày làm việc tiếp theo.") == time(15, 30)
    assert cutoff_in("Nhận sau 15 giờ thì trả muộn hơn.") is None
    assert cutoff_in("Nhận sau 25 giờ thì trả vào ngày làm việc tiếp theo.") is None
