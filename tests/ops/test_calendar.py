"""Notices from the command line: day by day what was and will be, refusals by line, dry runs that write nothing."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from motcua.calendars.actions import DayChange, NoticeData, begin_calendar, record_notice
from motcua.calendars.models import Calendar
from motcua.calendars.queries import newest_notice, notices_of, working_calendar
from motcua.dossiers.models import Recomputation
from motcua.journal.events import SYSTEM
from motcua.kit.postgres.cluster import destroy
from motcua.ops import calendar as command
from tests.samples import SAMPLES, with_samples
from tests.world import World

PLAIN = SAMPLES / "calendar" / "vn_public_holidays_2018_2027.csv"
DAY = date(2026, 11, 16)
NOTICE = """# so_hieu: TB 12/UBND
# ngay_thong_bao: 2026-11-05
# can_cu: Quyết định 12
kind,from,to,name,instead_of,shifts,weekday
swap_off,2026-11-16,,Hoán đổi,2026-11-14,,T2
swap_working,2026-11-14,,Làm bù,2026-11-16,,T7
half_day,2026-11-17,2026-11-18,Nửa ngày,,07:30-11:30,
"""
FAULTY = """kind,from,to,name,instead_of,shifts,weekday
closure,2026-11-08,,Chủ nhật,,,
ngay_dep,2026-11-09,,Đẹp,,,
swap_off,2026-11-16,,Hoán đổi,,,T3
closure,2026-11-20,2026-11-19,Ngược,,,
"""


class _Here:
    """The database of the tests instead of one that a command starts."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


@pytest.fixture
def here(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """Run commands in this process, on the small province."""
    monkeypatch.setattr(command, "product", lambda **_: _Here())
    monkeypatch.setattr(command, "bring_tables", lambda _: None)
    monkeypatch.chdir(tmp_path)
    return world


def motcua(*arguments: str, text: str | bytes | None = None) -> Result:
    if text is not None:
        Path("tb.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return CliRunner().invoke(command.calendar, list(arguments))


def told(done: Result) -> Any:
    return json.loads(done.stdout)


def test_a_notice_is_recorded_and_told_day_by_day(here: World) -> None:
    before = newest_notice()
    done = motcua("import", "tb.csv", text=NOTICE)

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "Cả nước – TB 12/UBND",
        "Thứ Bảy 14/11/2026: nghỉ hằng tuần → làm bù 07:00-11:30, 13:30-17:00 (Làm bù)",
        "Thứ Hai 16/11/2026: ngày làm việc → nghỉ hoán đổi (Hoán đổi)",
        "Thứ Ba 17/11/2026: ngày làm việc → làm nửa ngày 07:30-11:30 (Nửa ngày)",
        "Thứ Tư 18/11/2026: ngày làm việc → làm nửa ngày 07:30-11:30 (Nửa ngày)",
        f"4 ngày thay đổi; ghi là thông báo {before + 1}.",
    ]
    notice = notices_of(here.calendar.id)[0]
    assert (notice.number, notice.source, notice.legal_basis) == (before + 1, "tb.csv", "Quyết định 12")
    assert notice.label.startswith("Nhập từ dòng lệnh")
    assert not working_calendar(None, on=DAY).is_working_day(DAY)

    again = told(motcua("import", "tb.csv", "--json"))
    assert (again["number"], again["changed"], again["unchanged"], again["days"]) == (0, 0, 4, [])
    assert newest_notice() == before + 1
    assert "0 ngày thay đổi, 4 ngày giữ nguyên; không ghi gì." in motcua("import", "tb.csv").stdout


def test_a_dry_run_tells_the_same_and_writes_nothing(here: World) -> None:
    before = newest_notice()
    dry = motcua("import", "tb.csv", "--agency", here.commune.key, "--dry-run", "--json", text=NOTICE)
    assert dry.exit_code == 0
    assert (newest_notice(), Calendar.objects.count()) == (before, 1)
    assert told(dry)["number"] == 0

    done = told(motcua("import", "tb.csv", "--agency", here.commune.key, "--json"))
    assert done["days"] == told(dry)["days"]
    assert done["number"] == newest_notice() > before
    monday = next(row for row in done["days"] if row["day"] == "2026-11-16")
    assert (monday["was"]["kind"], monday["will"]["kind"], monday["will"]["confirmed"]) == (
        "working", "swap_off", True,
    )  # fmt: skip
    # The office's own, and nobody else's.
    assert not working_calendar(here.commune.id, on=DAY).is_working_day(DAY)
    assert working_calendar(here.neighbour.id, on=DAY).is_working_day(DAY)


def test_refusals_are_named_by_line_and_words_and_nothing_is_written(here: World) -> None:
    before = newest_notice()
    done = motcua("import", "tb.csv", "--json", text=FAULTY)
    assert done.exit_code == 1
    assert [(row["line"], row["code"]) for row in told(done)["refusals"]] == [
        (2, "already_free"), (3, "unknown_kind"), (4, "swap_without_counterpart"), (4, "weekday_wrong"),
        (5, "period_backwards"),
    ]  # fmt: skip
    plain = motcua("import", "tb.csv")
    assert plain.exit_code == 1
    assert "dòng 2 “closure,2026-11-08,,Chủ nhật” ngày 08/11/2026: ngày này vốn đã nghỉ (already_free)" in (
        plain.stdout.splitlines()
    )
    assert newest_notice() == before


@pytest.mark.parametrize(
    ("text", "arguments", "word"),
    [
        (b"\xff\xfe", (), "UTF-8"),
        (b"a,b\n1,2\n", (), "thiếu cột"),
        (None, (), "không tìm thấy"),
        (NOTICE, ("--announced", "mai"), "--announced"),
        (NOTICE, ("--agency", "khong-co"), "khong-co"),
        (NOTICE, ("--number", "x" * 201), "--number"),
    ],
)
def test_bad_input_is_one_line(
    here: World, text: str | bytes | None, arguments: tuple[str, ...], word: str
) -> None:
    before = newest_notice()
    done = motcua("import", "tb.csv", *arguments, text=text)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), done.output
    assert word in done.stderr
    assert newest_notice() == before


def test_a_number_and_a_day_given_here_come_first(here: World) -> None:
    plain = "date,weekday,name_vi\n2027-01-01,Fri,Tết Dương lịch\n"
    assert not told(motcua("import", "tb.csv", "--json", text=plain))["days"][0]["will"]["confirmed"]
    named = told(motcua("import", "tb.csv", "--number", "TB 1", "--announced", "5/11/2026", "--json"))
    will = named["days"][0]["will"]
    assert (named["title"], will["confirmed"], will["announced_on"]) == ("TB 1", True, "2026-11-05")
    late = motcua("import", "tb.csv", "--number", "TB 2", "--announced", "2026-11-07")
    assert late.exit_code == 1
    assert "announced_in_future" in late.stdout


def test_a_file_without_a_number_never_takes_the_place_of_what_is_confirmed(here: World) -> None:
    before = newest_notice()
    head = "kind,from,to,name\n"
    same = told(motcua("import", "tb.csv", "--json", text=f"{head}nghi_le,2026-11-24,,Tên khác\n"))
    assert (same["number"], same["changed"], same["unchanged"]) == (0, 0, 1)
    other = motcua("import", "tb.csv", text=f"{head}nghi_le,2026-12-25,,Lễ\ndong_cua,2026-11-24,,Lũ\n")
    assert other.exit_code == 1
    assert "dòng 3 “dong_cua,2026-11-24,,Lũ” ngày 24/11/2026: đã có thông báo xác nhận" in other.stdout
    assert newest_notice() == before
    numbered = f"# so_hieu: TB 3\n{head}nhu_ngay_thuong,2026-11-24,,Không nghỉ\n"
    assert told(motcua("import", "tb.csv", "--json", text=numbered))["changed"] == 1


def test_the_help_names_the_columns_and_its_line_can_be_read(here: World) -> None:
    lines = motcua("import", "--help").stdout.splitlines()
    [columns] = [line.rpartition(" ")[2] for line in lines if "kind,from,to" in line]
    [line] = [line.partition("A line: ")[2] for line in lines if "A line: " in line]
    done = told(motcua("import", "tb.csv", "--number", "TB 1", "--json", text=f"{columns}\n{line}\n"))
    assert (done["refusals"], done["changed"]) == ([], 5)


# --- recomputing ------------------------------------------------------------------------------------------


def _announced(world: World, *days: DayChange) -> int:
    notice = NoticeData("TB 9", days=days or (DayChange(date(2026, 11, 10), "holiday", "Nghỉ"),))
    return record_notice(world.calendar, notice, by=SYSTEM, at=world.at)


@pytest.mark.parametrize("opened", [True, False])
def test_a_recomputation_is_gone_on_with_until_it_is_done(here: World, outbox: Any, opened: bool) -> None:
    for _ in range(3):
        here.a_dossier().accepted()
    number = _announced(here)
    if opened:
        outbox()
    done = told(motcua("recompute", str(number), "--json"))
    assert done == {
        "notice": number, "finished": True, "looked_at": 3, "total": 3, "done": 3, "unchanged": 0, "earlier": 0,
        "later": 3, "kept": 0, "unread": 0,
    }  # fmt: skip
    run = Recomputation.objects.get(notice=number)
    assert (run.state, run.first_day, run.last_day) == ("done", date(2026, 11, 10), date(2026, 11, 10))
    outbox()
    again = motcua("recompute", str(number))
    assert again.stdout.splitlines()[0] == f"Thông báo {number}: đã xem 3 trên 3 hồ sơ, lần này 0."
    assert Recomputation.objects.filter(notice=number).count() == 1


def test_a_notice_that_moves_nothing_or_is_none_is_told_in_a_line(here: World) -> None:
    begin_calendar(here.commune.id, by=SYSTEM, at=here.at)
    nothing = motcua("recompute", str(newest_notice()))
    assert (nothing.exit_code, len(nothing.stdout.splitlines())) == (0, 1)
    assert not Recomputation.objects.exists()
    none = motcua("recompute", "999")
    assert (none.exit_code, len(none.stderr.splitlines())) == (2, 1)
    assert "999" in none.stderr


def test_office_hours_change_by_a_notice_too(here: World) -> None:
    hours = "kind,from,name,weekday,shifts\nweek,2026-12-01,,T2-T7,07:30-11:30\n"
    done = motcua("import", "tb.csv", "--number", "QĐ 5", "--agency", here.commune.key, text=hours)
    assert done.exit_code == 0, done.output
    assert "Giờ làm việc từ 01/12/2026: Thứ Hai 07:30-11:30; Thứ Ba" in done.stdout
    saturday = date(2026, 12, 5)
    assert working_calendar(here.commune.id, on=DAY).is_working_day(saturday)
    assert not working_calendar(here.neighbour.id, on=DAY).is_working_day(saturday)
    assert (
        told(motcua("import", "tb.csv", "--number", "QĐ 5", "--agency", here.commune.key, "--json"))["number"]
        == 0
    )


def test_a_calendar_is_shown_year_by_year(here: World) -> None:
    motcua("import", "tb.csv", "--agency", here.commune.key, text=NOTICE)
    shown = motcua("show", "--agency", here.commune.key)
    assert shown.exit_code == 0, shown.output
    assert "Thứ Ba 24/11/2026: nghỉ lễ (Ngày Văn hóa Việt Nam); NQ 28/2026/QH16" in shown.stdout
    assert "Thứ Hai 16/11/2026: nghỉ hoán đổi (Hoán đổi); Quyết định 12" in shown.stdout
    national = told(motcua("show", "--json"))
    assert [(row["day"], row["kind"]) for row in national["days"]] == [("2026-11-24", "holiday")]
    assert told(motcua("show", "--year", "2027", "--json"))["days"] == []


@with_samples
def test_the_holidays_of_ten_years_come_in(here: World) -> None:
    done = told(motcua("import", str(PLAIN), "--json"))
    assert (done["refusals"], done["changed"], done["unchanged"]) == ([], 144, 1), "24/11/2026 is confirmed"
    again = told(motcua("import", str(PLAIN), "--json"))
    assert (again["number"], again["changed"], again["unchanged"]) == (0, 0, 145)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's own user can reach when the tests run as root."""
    made = Path(tempfile.mkdtemp(prefix="motcua-calendar-"))
    made.chmod(0o711)
    yield made
    destroy(made / "data" / "pg")
    shutil.rmtree(made, ignore_errors=True)


def test_an_empty_machine_gets_its_national_calendar(folder: Path) -> None:
    (folder / "tb.csv").write_text(NOTICE, encoding="utf-8")
    values = os.environ | {"MOTCUA_DATA": str(folder / "data")}
    for name in ("MOTCUA_DATABASE_URL", "MOTCUA_KEY"):
        values.pop(name, None)
    run = [sys.executable, "-m", "motcua.ops.cli", "calendar", "import", "tb.csv", "--json",
           "--announced", "2020-01-01"]  # fmt: skip
    done = subprocess.run(run, env=values, capture_output=True, text=True, timeout=170, cwd=folder)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["calendar"], found["number"], found["changed"]) == ("Lịch làm việc cả nước", 2, 4)
