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

from motcua.calendars.models import Calendar
from motcua.calendars.queries import newest_notice, notices_of, working_calendar
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
    assert (done["refusals"], done["changed"], done["unchanged"]) == ([], 145, 0)
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
