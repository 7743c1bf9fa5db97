"""Reading a notice: our columns in any order and language, the plain layout, one clear line for what is none."""

import os
from datetime import date
from pathlib import Path

import pytest

from motcua.calendars import words
from motcua.calendars.actions import NoticeData, record_notice
from motcua.calendars.notice_file import MOST_BYTES, NoticeFile, NoticeUnreadable, parse_notice, read_notice
from motcua.calendars.queries import working_calendar
from motcua.journal.events import SYSTEM
from motcua.rules.calendar_notice import Fault, WeekChange, days_of
from motcua.rules.working_time import DayKind
from tests.samples import SAMPLES, with_samples
from tests.world import World

PLAIN = SAMPLES / "calendar" / "vn_public_holidays_2018_2027.csv"
HEAD = """# so_hieu: Thông báo 9441/TB-BNV
# ngay_thong_bao: 2025-12-01
# can_cu: Bộ luật Lao động 2019, Điều 112
# co_quan: xa-a

"""
OURS = """kind,from,to,name,instead_of,shifts,weekday,basis
holiday,2026-02-14,2026-02-22,Tết Bính Ngọ,,,Sat,
swap_off,02/01/2026,,Hoán đổi,2026-01-10,,,TB 1
half_day,2026-12-31,,Nửa ngày,,7h-11h30,Thứ Năm,
"""
THEIRS = """ten;thu;loai;tu_ngay;den_ngay;thay_cho;ca;can_cu
Tết Bính Ngọ;T7;nghi_le;14/02/2026;22/02/2026;;;
Hoán đổi;;Nghỉ hoán đổi;2/1/2026;;10/01/2026;;TB 1
Nửa ngày;5;nửa ngày;31/12/2026;;;07:00 - 11:30;
"""


def parsed(text: str | bytes, **more: object) -> NoticeFile:
    data = text.encode() if isinstance(text, str) else text
    return parse_notice(data, name="tb.csv", **more)  # type: ignore[arg-type]


def test_both_languages_separators_and_orders_say_the_same() -> None:
    ours = parsed(HEAD + OURS)
    assert (ours.number, ours.announced_on, ours.agency_key) == (
        "Thông báo 9441/TB-BNV", date(2025, 12, 1), "xa-a",
    )  # fmt: skip
    assert ours.legal_basis == "Bộ luật Lao động 2019, Điều 112"
    assert ours.faults == ()
    assert [line.change.line for line in ours.lines] == [7, 8, 9]
    tet, swap, half = (line.change for line in ours.lines)
    assert (tet.day, ours.lines[0].last, ours.lines[0].weekday) == (date(2026, 2, 14), date(2026, 2, 22), 5)
    assert (swap.kind, swap.instead_of, swap.legal_basis) == ("swap_off", date(2026, 1, 10), "TB 1")
    assert half.shifts == (("07:00", "11:30"),)
    assert tet.confirmed
    assert tet.announced_on == date(2025, 12, 1)

    marked = b"\xef\xbb\xbf" + (HEAD + THEIRS).replace("\n", "\r\n").encode()
    assert parsed(marked).lines == ours.lines
    # As a table program writes it: the head padded with cells, in quotes where it holds a comma.
    padded = HEAD.replace("\n\n", "\n").replace("# can_cu: ", '"# can_cu: ').replace("112\n", '112",,,\n')
    assert parsed(padded + OURS).legal_basis == ours.legal_basis


def test_without_a_number_nothing_is_confirmed_and_what_is_given_comes_first() -> None:
    assert not parsed(OURS).lines[0].change.confirmed
    given = parsed(HEAD + OURS, number="TB 10", announced_on=date(2026, 1, 2))
    assert (given.number, given.lines[0].change.announced_on) == ("TB 10", date(2026, 1, 2))


def test_the_plain_layout_knows_substitute_days_and_swaps() -> None:
    read = parsed(
        "date,weekday,name_vi\n2018-09-02,Sun,Quốc khánh\n2018-09-03,Mon,Quốc khánh (nghỉ bù)\n"
        "2018-12-31,Mon,Ngày nghỉ (thay cho ngày 05/01/2019)\n"
    )
    assert [(line.change.day, line.change.kind, line.change.instead_of) for line in read.lines] == [
        (date(2018, 9, 2), "holiday", None),
        (date(2018, 9, 3), "substitute_off", None),
        (date(2018, 12, 31), "swap_off", date(2019, 1, 5)),
        (date(2019, 1, 5), "swap_working", date(2018, 12, 31)),
    ]
    assert {line.change.confirmed for line in read.lines} == {False}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("ngay_dep,2026-11-09,,Nghỉ,,,,", "unknown_kind"),
        ("closure,2026-11-31,,Nghỉ,,,,", "bad_date"),
        ("closure,,,Nghỉ,,,,", "bad_date"),
        ("closure,2026-11-09,mai,Nghỉ,,,,", "bad_date"),
        ("closure,2026-11-09,,Nghỉ,,,Xyz,", "bad_weekday"),
        ("half_day,2026-11-09,,Nghỉ,,sáng,,", "bad_shift"),
        ("half_day,2026-11-09,,Nghỉ,,25:00-26:00,,", "bad_shift"),
    ],
)
def test_a_faulty_line_is_named_by_number_and_words(line: str, code: str) -> None:
    read = parsed(f"{OURS}{line}\n")
    assert [(fault.line, fault.code, fault.words) for fault in read.faults] == [(5, code, line.rstrip(","))]
    # What can be read of the others is read.
    assert len(read.lines) >= 3


def test_lines_of_a_week_with_one_day_make_one_week() -> None:
    read = parsed(
        "kind,from,name,weekday,shifts\n"
        "gio_lam_viec,1/12/2026,,T2-T6,07:30-11:30 13:30-17:00\nweek,2026-12-01,,Sat,07:30-11:00\n"
    )
    office = (("07:30", "11:30"), ("13:30", "17:00"))
    assert read.weeks == (
        WeekChange(date(2026, 12, 1), {**dict.fromkeys(range(5), office), 5: (("07:30", "11:00"),)}),
    )
    assert (read.lines, read.faults) == ((), ())


@pytest.mark.parametrize(
    ("weekday", "shifts", "code"),
    [
        ("", "07:00-11:00", "bad_weekday"),
        ("T6-T2", "07:00-11:00", "bad_weekday"),
        ("T2", "", "bad_shift"),
        ("T2", "sáng", "bad_shift"),
        ("T3", "07:00-11:00", "day_twice"),
    ],
)
def test_a_faulty_line_of_a_week_is_named(weekday: str, shifts: str, code: str) -> None:
    read = parsed(
        "kind,from,name,weekday,shifts\nweek,2026-12-01,,T3,07:00-11:00\n"
        f"week,2026-12-01,,{weekday},{shifts}\n"
    )
    assert [(fault.line, fault.code) for fault in read.faults] == [(3, code)]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "rỗng"),
        (b"\xef\xbb\xbf \n", "rỗng"),
        ("kind,from,name\nholiday,2026-01-01,Tết\n".encode("utf-16"), "UTF-8"),
        (OURS.encode() + b"holiday,2026-01-01,T\xff\n", "dòng 5"),
        (OURS.encode() + b"holiday,2026-01-01,T\x00\n", "dòng 5"),
        (b"x" * (MOST_BYTES + 1), "1 MB"),
        (b"colour,size\nred,1\n", "thiếu cột"),
        (b"kind,from,name,from\n", "hai lần"),
        (b"kind,from,name\n", "không có dòng"),
        (HEAD.encode(), "chưa có bảng"),
        (b'kind,from,name\nholiday,2026-01-01,"T\n', "ngoặc kép"),
        (b"# ngay_thong_bao: mai\nkind,from,name\nholiday,2026-01-01,T\n", "mai"),
        (b"\x7fELF\x02\x01\x01\x00\x00", "dòng 1"),
        (b"date,name_vi\n" + b"2026-01-01,T\n" * 2001, "2000 dòng"),
    ],
)
def test_what_is_no_notice_is_refused_in_one_line(data: bytes, word: str) -> None:
    with pytest.raises(NoticeUnreadable) as refused:
        parsed(data)
    assert word in str(refused.value)
    assert str(refused.value).startswith("tb.csv")
    assert "\n" not in str(refused.value)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("none.csv", ".", "pipe"):
        with pytest.raises(NoticeUnreadable):
            read_notice(tmp_path / name)


def test_every_fault_and_kind_has_words() -> None:
    said = [words.fault(code) for code in Fault]
    said += [words.refusal(code) for code in ("faults", "recorded_meanwhile", "no_title", "too_long")]
    said += [words.kind(code) for code in (*DayKind, "working", "rest")]
    assert len(set(said)) == len(said)
    assert not {*DayKind} & {*said}


@with_samples
def test_the_holidays_of_ten_years_are_read_and_recorded(world: World) -> None:
    read = read_notice(PLAIN)
    days, faults = days_of(read.lines)
    assert (read.faults, faults, len(days)) == ((), (), 145)
    notice = NoticeData("Chưa có số", days=days, source=read.name)
    assert record_notice(world.calendar, notice, by=SYSTEM, at=world.at)
    assert record_notice(world.calendar, notice, by=SYSTEM, at=world.at) == 0
    calendar = working_calendar(None, on=date(2026, 11, 6))
    assert not calendar.is_working_day(date(2026, 4, 27))
    assert calendar.is_working_day(date(2026, 8, 22))
    entry = calendar.entry_on(date(2026, 9, 2))
    assert entry is not None
    assert not entry.confirmed
