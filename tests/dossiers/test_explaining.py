"""How a dossier explains its due time: in words, on its pages, as data."""

from datetime import date, datetime, timedelta

import pytest
from django.utils.translation import override

from motcua.dossiers import words
from motcua.dossiers.explaining import (
    explain_dossier,
    explain_entries,
    shares_of,
)
from motcua.dossiers.step_words import said_steps, steps_data, working_time
from motcua.rules.clock import ClockEntry, EntryKind, ResumePolicy
from motcua.rules.deadlines import Limit, Unit, due
from motcua.rules.working_time import DEFAULT_WEEK, DayEntry, DayKind, WorkingCalendar
from tests.rules.samples import CALENDAR, moment
from tests.world import World, a_procedure

THREE_DAYS = Limit(Unit.WORKING_DAY, 3)
NOTICE = "Thông báo 9441/TB-BNV"
TET = WorkingCalendar(
    DEFAULT_WEEK,
    [DayEntry(date(2026, 2, day), DayKind.HOLIDAY, "Tết Nguyên đán", NOTICE) for day in range(16, 21)],
    date(2026, 1, 1),
    date(2026, 12, 31),
)


def test_three_days_over_tet_in_vietnamese() -> None:
    with override("vi"):
        found = due(THREE_DAYS, received=moment("Thu 12/02/2026 09:00"), calendar=TET)
        assert said_steps(found) == [
            "Tiếp nhận 9 giờ thứ Năm 12/2/2026",
            "không tính ngày tiếp nhận (Bộ luật Dân sự 2015, Điều 147 khoản 2)",
            "thứ Sáu 13/2 là ngày thứ 1",
            "14/2-22/2: Tết Nguyên đán (Thông báo 9441/TB-BNV)",
            "thứ Hai 23/2 đến thứ Ba 24/2 là ngày thứ 2 đến 3",
            "hạn: trước 17:00 thứ Ba 24/2",
        ]
        assert words.deadline_sentence(found, THREE_DAYS) == (
            "3 ngày làm việc; không tính ngày tiếp nhận; không tính ngày nghỉ 14/2-22/2 (Tết Nguyên đán): "
            "hẹn trả trước 17 giờ thứ Ba 24/2/2026."
        )


def test_the_same_in_english() -> None:
    with override("en"):
        found = due(THREE_DAYS, received=moment("Thu 12/02/2026 09:00"), calendar=TET)
        said = said_steps(found)
        assert said[2] == "Friday 13/2 is day 1"
        assert said[3] == "14/2-22/2: Tết Nguyên đán (Thông báo 9441/TB-BNV)"
        assert "Monday 23/2 to Tuesday 24/2 are days 2 to 3" in said
        # Whole in English: nothing but names and acts is left in Vietnamese.
        assert not [line for line in (said[0], said[1].split(" (")[0], said[-1]) if not line.isascii()]


def test_each_step_of_the_data_has_its_days_reason_basis_and_words() -> None:
    with override("vi"):
        rows = steps_data(due(THREE_DAYS, received=moment("Thu 12/02/2026 09:00"), calendar=TET))
    assert [(row["from"], row["to"], row["counted"], row["reason"], row["basis"]) for row in rows] == [
        ("2026-02-12", "2026-02-12", 0, "first_day_excluded", "Bộ luật Dân sự 2015, Điều 147 khoản 2"),
        ("2026-02-13", "2026-02-13", 1, "working_day", ""),
        ("2026-02-14", "2026-02-15", 0, "non_working", "Quyết định 188/1999/QĐ-TTg"),
        ("2026-02-16", "2026-02-20", 0, "holiday", NOTICE),
        ("2026-02-21", "2026-02-22", 0, "non_working", "Quyết định 188/1999/QĐ-TTg"),
        ("2026-02-23", "2026-02-24", 2, "working_day", ""),
        ("2026-02-24", "2026-02-24", 0, "due", ""),
    ]
    assert all(row["text"] for row in rows)


@pytest.mark.parametrize(
    ("limit", "received", "line"),
    [
        (Limit(Unit.CALENDAR_DAY, 21), "Fri 10/04/2026 09:00", "thứ Bảy 11/4 đến thứ Sáu 1/5: 21 ngày, tính cả ngày nghỉ"),
        (Limit(Unit.CALENDAR_DAY, 21), "Fri 10/04/2026 09:00", "chuyển sang ngày làm việc tiếp theo, thứ Hai 4/5"),
        (Limit(Unit.MONTH, 1), "Tue 31/03/2026 09:00", "1 tháng, đến hết thứ Năm 30/4"),
        (Limit(Unit.WORKING_HOUR, 8), "Mon 23/11/2026 16:00", "thứ Tư 25/11 tính 7 giờ làm việc"),
        (Limit(Unit.HOUR, 4), "Mon 23/11/2026 08:00", "tính 4 giờ liên tục"),
        (Limit(Unit.SAME_DAY, 1), "Wed 18/11/2026 09:00", "trả trong ngày tiếp nhận"),
        (THREE_DAYS, "Sat 21/11/2026 09:00", "tiếp nhận ngoài giờ nên tính như tiếp nhận lúc 7:00 thứ Hai 23/11"),
        (
            Limit(Unit.CALENDAR_DAY, 2, then=(Limit(Unit.WORKING_DAY, 1),)),
            "Fri 20/11/2026 10:00",
            "hết phần trước vào Chủ nhật 22/11; phần 2/2 bắt đầu",
        ),
    ],
)  # fmt: skip
def test_every_kind_of_limit_has_words(limit: Limit, received: str, line: str) -> None:
    with override("vi"):
        said = said_steps(due(limit, received=moment(received), calendar=CALENDAR))
    assert any(line in one for one in said), said


def _ledger(*entries: ClockEntry):  # type: ignore[no-untyped-def]
    with override("vi"):
        return explain_entries(
            [ClockEntry(EntryKind.START, moment("Fri 20/11/2026 10:00"), THREE_DAYS), *entries], {0: CALENDAR}
        )


PAUSED = ClockEntry(EntryKind.PAUSE, moment("Mon 23/11/2026 09:00"))


def test_a_pause_says_what_was_left_and_a_shift_by_how_much() -> None:
    resumed = ClockEntry(EntryKind.RESUME, moment("Fri 27/11/2026 14:00"), policy=ResumePolicy.SHIFT)
    told = _ledger(PAUSED, resumed)
    assert told.entries[1].lines == ("Thời hạn dừng từ 9 giờ thứ Hai 23/11/2026; còn 22 giờ làm việc",)
    assert told.entries[2].lines == (
        "Thời hạn dừng từ 9 giờ thứ Hai 23/11/2026 đến 14 giờ thứ Sáu 27/11/2026: 27 giờ làm việc",
        "ngày hẹn lùi 27 giờ làm việc: từ 17 giờ thứ Năm 26/11/2026 thành 10 giờ thứ Tư 2/12/2026",
    )
    assert told.sentence == ("Hẹn trả trước 10 giờ thứ Tư 2/12/2026; hẹn lần đầu: 17 giờ thứ Năm 26/11/2026.")
    data = told.to_json()
    assert (data["original_due"], data["due"]) == ("2026-11-26T17:00+07:00", "2026-12-02T10:00+07:00")
    assert data["steps"][-1]["counted"] == 27 * 60


def test_a_restart_an_extension_and_another_calendar_say_so() -> None:
    again = ClockEntry(EntryKind.RESUME, moment("Wed 25/11/2026 08:00"), policy=ResumePolicy.RESTART)
    assert _ledger(PAUSED, again).entries[2].lines[0] == "Nhận đủ hồ sơ: tính lại thời hạn từ đầu"

    extended = ClockEntry(
        EntryKind.EXTEND, moment("Mon 23/11/2026 08:00"), until=moment("Tue 01/12/2026 17:00")
    )
    assert _ledger(extended).entries[1].lines == (
        "Gia hạn theo văn bản xin lỗi: từ 17 giờ thứ Năm 26/11/2026 thành 17 giờ thứ Ba 1/12/2026",
    )

    closed = WorkingCalendar(
        DEFAULT_WEEK,
        [DayEntry(date(2026, 11, 26), DayKind.CLOSURE, "Lũ", "Quyết định 9")],
        date(2026, 1, 1),
        date(2026, 12, 31),
    )
    entries = [
        ClockEntry(EntryKind.START, moment("Fri 20/11/2026 10:00"), THREE_DAYS, calendar=1),
        ClockEntry(EntryKind.RECKON, moment("Mon 23/11/2026 08:00"), calendar=2),
    ]
    with override("vi"):
        told = explain_entries(entries, {1: CALENDAR, 2: closed})
    # By the other calendar the 24th is worked and the 26th is not: the same day count ends on the 25th.
    assert told.due == moment("Wed 25/11/2026 17:00")
    assert (
        told.entries[1].lines[0].startswith("Tính lại theo lịch làm việc mới: từ 17 giờ thứ Năm 26/11/2026")
    )


def test_what_was_late_when_it_paused_says_that_nothing_moved() -> None:
    late = ClockEntry(EntryKind.PAUSE, moment("Fri 27/11/2026 08:00"))
    again = ClockEntry(EntryKind.RESUME, moment("Mon 30/11/2026 08:00"), policy=ResumePolicy.RESTART)
    assert _ledger(late, again).entries[2].lines == ("Hồ sơ đã quá hạn khi tạm dừng nên ngày hẹn không đổi.",)


def test_a_dossier_explains_itself_by_the_calendar_of_its_promise(world: World) -> None:
    from motcua.calendars.actions import DayChange, NoticeData, record_notice
    from motcua.journal.events import SYSTEM

    story = world.a_dossier().accepted()
    promised = story.dossier.promised_at
    closure = DayChange(date(2026, 11, 10), "closure", "Lũ", "Quyết định 9")
    world.later(minutes=1)
    record_notice(
        world.calendar,
        NoticeData(title="Quyết định 9", announced_on=date(2026, 11, 6), legal_basis="Quyết định 9", days=(closure,)),
        by=SYSTEM,
        at=world.at,
    )  # fmt: skip
    told = explain_dossier(story.dossier.id, agency_id=story.dossier.competent_agency_id)
    assert told.original_due == told.due == promised
    assert not [step for step in told.to_json()["steps"] if step["reason"] == "closure"]


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 phút làm việc"),
        (59, "59 phút làm việc"),
        (60, "1 giờ làm việc"),
        (510, "8 giờ 30 phút làm việc"),
    ],
)
def test_working_time_is_said_to_the_minute(minutes: int, said: str) -> None:
    with override("vi"):
        assert working_time(minutes) == said


def test_an_explanation_of_nothing_is_empty(world: World) -> None:
    story = world.a_dossier().filed()
    told = explain_dossier(story.dossier.id, agency_id=story.dossier.competent_agency_id)
    assert (told.entries, told.due) == ((), None)
    assert datetime.fromisoformat("2026-11-26T17:00+07:00").utcoffset() == timedelta(hours=7)


def test_the_parts_of_a_limit_have_their_own_days(world: World) -> None:
    content = a_procedure("9.000008")
    for channel in content["channels"]:
        channel["phases"] = [
            {"vi": "Xã kiểm tra", "limit": {"unit": "working_day", "amount": 1, "cutoff": None}},
            {"vi": "Công an xác minh", "limit": {"unit": "working_day", "amount": 2, "cutoff": None}},
        ]
    story = world.a_dossier(procedure=world.publish(content)).accepted()
    accepted = story.dossier.accepted_at
    assert accepted is not None
    assert [(row.name, row.due, row.cut) for row in shares_of(story.dossier, accepted_at=accepted)] == [
        ("Xã kiểm tra", moment("Mon 09/11/2026 17:00"), False),
        ("Công an xác minh", moment("Wed 11/11/2026 17:00"), False),
    ]
    assert shares_of(world.a_dossier().accepted().dossier, accepted_at=accepted) == []


def test_while_the_clock_stands_the_first_promise_is_said_and_no_other() -> None:
    told = _ledger(PAUSED)
    assert told.sentence == (
        "Thời hạn đang dừng từ 9 giờ thứ Hai 23/11/2026; hẹn lần đầu: 17 giờ thứ Năm 26/11/2026."
    )
    assert told.to_json()["paused_at"] == "2026-11-23T09:00+07:00"


def test_a_moved_date_names_the_day_off_that_moved_it_and_what_nobody_confirmed() -> None:
    closed = WorkingCalendar(
        DEFAULT_WEEK,
        [DayEntry(date(2026, 12, 1), DayKind.CLOSURE, "Bão", "Quyết định 9", confirmed=False)],
        date(2026, 1, 1),
        date(2026, 12, 31),
    )
    entries = [
        ClockEntry(EntryKind.START, moment("Fri 20/11/2026 10:00"), THREE_DAYS, calendar=1),
        ClockEntry(
            EntryKind.EXTEND, moment("Mon 23/11/2026 08:00"), until=moment("Tue 01/12/2026 17:00"), calendar=1
        ),
        ClockEntry(EntryKind.RECKON, moment("Mon 23/11/2026 09:00"), calendar=2),
    ]
    with override("vi"):
        told = explain_entries(entries, {1: CALENDAR, 2: closed})
    assert told.entries[2].lines == (
        "Tính lại theo lịch làm việc mới: từ 17 giờ thứ Ba 1/12/2026 thành 17 giờ thứ Tư 2/12/2026",
        "thứ Ba 1/12: Bão (Quyết định 9), chưa có thông báo xác nhận",
    )
    assert {step["entry"] for step in told.to_json()["steps"]} == {0, 1, 2}


def test_an_old_promise_is_told_as_it_was_given() -> None:
    start = ClockEntry(
        EntryKind.START, moment("Fri 20/11/2026 10:00"), THREE_DAYS, until=moment("Mon 30/11/2026 17:00")
    )
    with override("vi"):
        told = explain_entries([start], {0: CALENDAR})
    assert told.entries[0].lines == ("Hẹn trả trước 17 giờ thứ Hai 30/11/2026, theo lời hẹn đã ghi",)


def test_working_time_has_english_for_one_and_for_many() -> None:
    with override("en"):
        assert [working_time(minutes) for minutes in (60, 120, 75, 30)] == [
            "1 working hour",
            "2 working hours",
            "1 working hour and 15 minutes",
            "30 working minutes",
        ]
