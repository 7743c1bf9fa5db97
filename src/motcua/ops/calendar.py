"""`motcua calendar`: notices about working days from the command line."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from motcua.calendars.notice_file import LONGEST_TITLE, NoticeFile, NoticeUnreadable, read_day, read_notice
from motcua.kit import clock
from motcua.ops.command import REFUSED, as_json, bad_input, product, say
from motcua.ops.database import bring_tables
from motcua.ops.reckoning import require_tables
from motcua.rules.calendar_notice import NoticeFault, WeekChange
from motcua.rules.localday import local_day
from motcua.rules.working_time import Shift

if TYPE_CHECKING:
    from motcua.calendars.queries import DayFacts

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


@dataclass
class Outcome:
    """What an import came to: the number of the notice (0: nothing written), the days before and after."""

    calendar: str
    title: str
    number: int = 0
    unchanged: int = 0
    faults: tuple[NoticeFault, ...] = ()
    days: list[tuple["DayFacts", "DayFacts"]] = field(default_factory=list)
    weeks: tuple[WeekChange, ...] = ()


@click.group()
def calendar() -> None:
    """The working calendars."""


@calendar.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--agency", "agency_key", help="Key of the agency whose calendar it is; without it the national one."
)
@click.option("--number", default="", help="Number and title of the notice, as it is cited.")
@click.option("--announced", metavar="DATE", help="Day of announcement, YYYY-MM-DD or dd/mm/yyyy.")
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change.")
@as_json
def import_(
    file: Path, agency_key: str | None, number: str, announced: str | None, dry_run: bool, as_json: bool
) -> None:
    """Record the notice in FILE (CSV) and show day by day what was and what will be.

    \b
    The first line of FILE names its columns: kind,from,to,name,instead_of,shifts,weekday,basis
    (loai,tu_ngay,den_ngay,ten,thay_cho,ca,thu,can_cu); kind, from and name are needed.
    Kinds: nghi_le, nghi_bu, nghi_hoan_doi, lam_bu, nua_ngay, dong_cua, nhu_ngay_thuong.
    A line: nghi_le,2027-02-05,2027-02-09,Tết Nguyên đán,,,T6,

    Without a number, here or in the file, the days stay unconfirmed, and none of them replaces a confirmed one.

    Exit 0 when it is recorded or changes nothing, 1 when lines of it are refused, 2 for a file that cannot be read;
    in both last cases nothing was written.
    """
    announced_on = None
    if announced is not None and (announced_on := read_day(announced)) is None:
        bad_input(f"--announced {announced}: không phải một ngày; viết NĂM-THÁNG-NGÀY hoặc ngày/tháng/năm.")
    try:
        read = read_notice(file, number=number, announced_on=announced_on)
    except NoticeUnreadable as fault:
        bad_input(str(fault))
    if len(read.number) > LONGEST_TITLE:
        bad_input("--number: số hiệu dài quá 200 ký tự; viết gọn lại.")
    # As the owner, because the tables may be missing or of an older version; the triggers bind the owner too.
    with product(owner=True) as database:
        bring_tables(database)
        agency_id = _agency(agency_key or read.agency_key)
        done = import_notice(read, agency_id, dry_run=dry_run)
        say(_told(done, dry_run), as_json=as_json, lines=_lines(done, dry_run))
    sys.exit(REFUSED if done.faults else 0)


def import_notice(read: NoticeFile, agency_id: UUID | None, *, dry_run: bool) -> Outcome:
    """Record what was read in the calendar of an agency (None: of the country), all of it or nothing."""
    from django.db import transaction

    from motcua.calendars import queries
    from motcua.calendars.actions import begin_calendar, check, notice_of, record_notice
    from motcua.journal.events import Actor

    at, by = clock.now(), Actor(None, f"Nhập từ dòng lệnh ({_account()})")
    notice, faults = notice_of(read)
    with transaction.atomic():
        kept = begin_calendar(agency_id, by=by, at=at)
        checked = check(kept.id, notice, at=at)
        done = Outcome(kept.name, notice.title, unchanged=checked.unchanged)
        found = {*faults, *checked.faults}
        done.faults = tuple(sorted(found, key=lambda fault: (fault.line, fault.code)))
        if not found:
            days = [change.day for change in checked.days]
            before = queries.days_in(kept.id, days, on=local_day(at))
            done.number = record_notice(kept, notice, by=by, at=at)
            done.days = list(zip(before, queries.days_in(kept.id, days, on=local_day(at)), strict=True))
            done.weeks = checked.weeks
        if dry_run or not done.number:
            transaction.set_rollback(True)
    return done


def _agency(key: str) -> UUID | None:
    from motcua.organisation.queries import agency_by_key

    if not key:
        return None
    found = agency_by_key(key)
    if found is None:
        bad_input(f"{key}: không có cơ quan này; kiểm tra lại khóa của cơ quan.")
    return found


def _account() -> str:
    return os.environ.get("USER") or os.environ.get("LOGNAME") or "root"


# --- how it is told ---------------------------------------------------------------------------------------


def _told(done: Outcome, dry_run: bool) -> dict[str, Any]:
    from motcua.calendars import words

    return {
        "calendar": done.calendar,
        "title": done.title,
        "number": 0 if dry_run else done.number,
        "changed": len(done.days),
        "unchanged": done.unchanged,
        "days": [
            {"day": after.day, "was": _day_told(before), "will": _day_told(after)} for before, after in done.days
        ],
        "weeks": [
            {"valid_from": week.valid_from, "shifts": week.shifts, "basis": week.legal_basis}
            for week in done.weeks
        ],
        "refusals": [
            {"line": fault.line, "words": fault.words, "code": fault.code, "day": fault.day,
             "message": words.fault(fault.code)}
            for fault in done.faults
        ],
        "dry_run": dry_run,
    }  # fmt: skip


def _day_told(day: "DayFacts") -> dict[str, Any]:
    return {
        "kind": day.kind,
        "working": day.working,
        "name": day.name,
        "basis": day.basis,
        "announced_on": day.announced_on,
        "confirmed": day.confirmed,
        "shifts": [[f"{shift.start:%H:%M}", f"{shift.end:%H:%M}"] for shift in day.shifts],
        "instead_of": day.instead_of,
    }


def _lines(done: Outcome, dry_run: bool) -> list[str]:
    from motcua.calendars import words

    lines = [f"{done.calendar} – {done.title}"]
    if done.faults:
        lines += [
            f"{f'dòng {fault.line}' if fault.line else 'thông báo'} “{fault.words}”"
            f"{_on(fault)}: {words.fault(fault.code)} ({fault.code})"
            for fault in done.faults
        ]
        return [*lines, f"Thông báo có {len(done.faults)} lỗi nên chưa ghi gì."]
    lines += [f"{_dated(after.day)}: {_said(before)} → {_said(after)}" for before, after in done.days]
    lines += [_week_said(week) for week in done.weeks]
    same = f", {done.unchanged} ngày giữ nguyên" if done.unchanged else ""
    if not done.number:
        return [*lines, f"0 ngày thay đổi{same}; không ghi gì."]
    recorded = "chạy thử: chưa ghi gì" if dry_run else f"ghi là thông báo {done.number}"
    weeks = f", {len(done.weeks)} tuần làm việc mới" if done.weeks else ""
    return [*lines, f"{len(done.days)} ngày thay đổi{same}{weeks}; {recorded}."]


def _week_said(week: WeekChange) -> str:
    hours = "; ".join(
        f"{_WEEKDAYS[day]} {', '.join(f'{start}-{end}' for start, end in shifts)}"
        for day, shifts in sorted(week.shifts.items())
    )
    return f"Giờ làm việc từ {week.valid_from:%d/%m/%Y}: {hours}"


def _on(fault: NoticeFault) -> str:
    return f" ngày {fault.day:%d/%m/%Y}" if fault.line and fault.day else ""


def _dated(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def _said(day: "DayFacts") -> str:
    from motcua.calendars import words

    hours = f" {_hours(day.shifts)}" if day.kind in ("half_day", "swap_working") else ""
    name = f" ({day.name})" if day.name else ""
    doubt = "" if day.confirmed else ", chờ xác nhận"
    return f"{words.kind(day.kind).lower()}{hours}{name}{doubt}"


def _hours(shifts: Iterable[Shift]) -> str:
    return ", ".join(f"{shift.start:%H:%M}-{shift.end:%H:%M}" for shift in shifts)


@calendar.command()
@click.argument("number", type=click.IntRange(min=1))
@as_json
def recompute(number: int, as_json: bool) -> None:
    """Go on with the recomputation of open dossiers after notice NUMBER until it is done.

    The worker does this by itself; the command is for a run whose job gave up. It may be stopped and called again.
    """
    with product():
        require_tables()
        from motcua.dossiers.queries import recomputation

        id = _run(number)
        looked_at = _finished(id) if id else 0
        run = recomputation(id) if id else None
    if run is None:
        line = f"Thông báo {number} không đổi ngày làm việc nào nên không có gì để tính lại."
        say({"notice": number, "finished": True, "looked_at": 0}, as_json=as_json, lines=[line])
        return
    counts = {
        "total": run.total, "done": run.done, "unchanged": run.unchanged, "earlier": run.earlier,
        "later": run.later, "kept": run.kept, "unread": run.unread,
    }  # fmt: skip
    told = {"notice": number, "finished": not run.running, "looked_at": looked_at} | counts
    lines = [
        f"Thông báo {number}: đã xem {run.done} trên {run.total} hồ sơ, lần này {looked_at}.",
        f"Hẹn không đổi {run.unchanged}, sớm hơn {run.earlier}, muộn hơn chờ duyệt {run.later}, "
        f"giữ nguyên {run.kept}, cần người xem {run.unread}.",
    ]
    say(told, as_json=as_json, lines=lines)


def _run(number: int) -> UUID | None:
    """Return the run of a notice, opened where the outbox has not done it yet; None if the notice moves nothing."""
    from motcua.calendars.events import CalendarChanged
    from motcua.calendars.queries import notice_numbered
    from motcua.dossiers.actions import open_recomputation
    from motcua.dossiers.queries import recomputations_of
    from motcua.journal.queries import history_of

    notice = notice_numbered(number)
    if notice is None:
        bad_input(f"{number}: không có thông báo lịch nào mang số này; xem số ở trang “Lịch làm việc”.")
    if known := recomputations_of([number]).get(number):
        return known
    told = (row.data for row in history_of(notice.calendar_id) if row.kind == CalendarChanged.kind)
    data = next((data for data in told if data.get("number") == number), {})
    if not data.get("first_day"):
        return None
    return open_recomputation(
        number,
        calendar_id=notice.calendar_id,
        title=notice.title,
        legal_basis=notice.legal_basis,
        first_day=date.fromisoformat(data["first_day"]),
        last_day=date.fromisoformat(data["last_day"]) if data["last_day"] else None,
        at=clock.now(),
    )


def _finished(id: UUID) -> int:
    """Look at all that a run has still to look at, each batch committed; return how many dossiers that were."""
    from motcua.dossiers.actions import recompute

    looked_at = 0
    while some := recompute(id, at=clock.now()):
        looked_at += some
    return looked_at


@calendar.command()
@click.option(
    "--agency", "agency_key", default="", help="Key of an agency; without it the national calendar."
)
@click.option("--year", type=click.IntRange(_FIRST_YEAR, _LAST_YEAR), help="The year; without it this one.")
@as_json
def show(agency_key: str, year: int | None, as_json: bool) -> None:
    """Show the days of a year that differ from the working week, as an agency has them."""
    with product(owner=True) as database:
        bring_tables(database)
        from motcua.calendars.queries import NoCalendar, newest_notice, year_of

        today = local_day(clock.now())
        year = year or today.year
        agency_id = _agency(agency_key)
        try:
            days = year_of(agency_id, year, on=today)
        except NoCalendar:
            bad_input("Chưa có lịch nào; nhập thông báo đầu tiên bằng motcua calendar import.")
        special = [day for day in days if day.kind not in ("working", "rest")]
        working = sum(day.working for day in days)
        told = {
            "year": year,
            "agency": agency_key or None,
            "notice": newest_notice(),
            "working_days": working,
            "days": [{"day": day.day} | _day_told(day) for day in special],
        }
        lines = [f"{_dated(day.day)}: {_said(day)}; {day.basis or 'chưa ghi căn cứ'}" for day in special]
        say(told, as_json=as_json, lines=[*lines, f"Năm {year}: {working} ngày làm việc."])
