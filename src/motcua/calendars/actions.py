"""Laying down calendars and changing them by notices."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import holidays
from django.db import transaction
from django.db.models import Q

from motcua.calendars import queries
from motcua.calendars.events import CalendarChanged
from motcua.calendars.models import Calendar, CalendarDay, CalendarNotice, CalendarWeek
from motcua.calendars.notice_file import LONGEST_TITLE, NoticeFile
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit import sql
from motcua.organisation.models import Agency
from motcua.organisation.queries import agency_facts
from motcua.rules.calendar_notice import (
    LONGEST_BASIS,
    YEARS_AHEAD,
    YEARS_BACK,
    Checked,
    DayChange,
    NoticeFault,
    WeekChange,
    check_notice,
    days_of,
)
from motcua.rules.localday import local_day
from motcua.rules.working_time import DEFAULT_WEEK, WEEKLY_REST, CalendarRefused, Shift, WorkingCalendar

__all__ = [
    "DayChange", "NoticeData", "UnableToRecord", "WeekChange", "begin_calendar", "check", "lay_down_calendar",
    "notice_of", "record_notice", "record_notice_for", "seeded_days", "week_of",
]  # fmt: skip

_FIRST_DAY = date(2018, 1, 1)
_UNNUMBERED = "Chưa có số thông báo"
_NATION = "Lịch làm việc cả nước"
# From memory: the holidays of each Labour Code, by the year from which it holds; a swap has no basis in it.
_SEEDED_BASES = ((2021, "Bộ luật Lao động 2019, Điều 112"), (0, "Bộ luật Lao động 2012, Điều 115"))
_SWAP_BASIS = "Thông báo hoán đổi hằng năm"


@dataclass(frozen=True)
class NoticeData:
    """What a notice says; a day or week without a basis or a day of announcement takes the notice's."""

    title: str
    announced_on: date | None = None
    legal_basis: str = ""
    days: tuple[DayChange, ...] = ()
    weeks: tuple[WeekChange, ...] = ()
    source: str = ""


class UnableToRecord(Exception):
    """The notice is not recorded; `faults` names each fault of its lines.

    Codes: faults (see docs/rules/calendar_notice.md), recorded_meanwhile, no_title, too_long.
    """

    def __init__(self, code: str, faults: tuple[NoticeFault, ...] = ()) -> None:
        super().__init__(code, faults)
        self.code, self.faults = code, faults


def notice_of(read: NoticeFile) -> tuple[NoticeData, tuple[NoticeFault, ...]]:
    """Return the notice that a file holds, and the faults of its lines that show without any calendar."""
    days, faults = days_of(read.lines)
    title = read.number or f"{_UNNUMBERED} ({read.name})"[:LONGEST_TITLE]
    basis = read.legal_basis or read.number[:LONGEST_BASIS]
    source = read.name[:LONGEST_TITLE]
    return NoticeData(title, read.announced_on, basis, days, read.weeks, source), read.faults + faults


def week_of(
    week: Mapping[int, Iterable[Shift]], *, valid_from: date = _FIRST_DAY, legal_basis: str = ""
) -> WeekChange:
    """Return a working week as a notice sets it."""
    shifts = {
        day: tuple((f"{s.start:%H:%M}", f"{s.end:%H:%M}") for s in shifts) for day, shifts in week.items()
    }
    return WeekChange(valid_from, shifts, legal_basis)


@transaction.atomic
def lay_down_calendar(
    agency: Agency | None,
    *,
    name: str,
    week: Mapping[int, Iterable[Shift]] = DEFAULT_WEEK,
    legal_basis: str,
    by: Actor,
    at: datetime,
    valid_from: date = _FIRST_DAY,
) -> Calendar:
    """Create the calendar of an agency, or of the country (None), with a first notice that sets its week."""
    calendar = Calendar.objects.create(agency=agency, name=name)
    weeks = (week_of(week, valid_from=valid_from, legal_basis=legal_basis),)
    _write(calendar, NoticeData(name, legal_basis=legal_basis, weeks=weeks), by, at)
    return calendar


@transaction.atomic
def begin_calendar(agency_id: UUID | None, *, by: Actor, at: datetime) -> Calendar:
    """Return the calendar of an agency (None: of the country), laid down if it has none yet.

    A new one starts with the weeks of the calendar that the agency follows and inherits its days, so that nothing
    changes for it.
    """
    _take_turn()
    known = Calendar.objects.filter(Q(agency_id=agency_id) if agency_id else Q(agency=None)).first()
    if known is not None:
        return known
    if agency_id is None:
        return lay_down_calendar(None, name=_NATION, legal_basis=WEEKLY_REST, by=by, at=at)
    followed, _ = queries.followed_calendars(agency_id, on=local_day(at))
    facts = agency_facts(agency_id, on=local_day(at))
    calendar = Calendar.objects.create(agency_id=agency_id, name=f"Lịch làm việc {facts.name_vi}"[:160])
    weeks = tuple(queries.weeks_held(followed).values())
    basis = weeks[-1].legal_basis if weeks else ""
    title = f"Lập lịch riêng theo {Calendar.objects.get(id=followed).name}"[:200]
    _write(calendar, NoticeData(title, legal_basis=basis, weeks=weeks), by, at, changes=False)
    return calendar


def check(calendar_id: UUID, notice: NoticeData, *, at: datetime, supposed: bool = False) -> Checked:
    """Check a notice against a calendar as it stands; nothing is written.

    `supposed` for the sake of argument: then it need not be confirmed to replace what a notice confirmed.
    """
    today, filled = local_day(at), _filled(notice)
    days = [replace(day, confirmed=True) for day in filled.days] if supposed else filled.days
    return check_notice(
        days,
        weeks=filled.weeks,
        usual=queries.usual_calendar(
            calendar_id, _sound(notice.weeks), today.year - YEARS_BACK - 1, today.year + YEARS_AHEAD + 1
        ),
        recorded=queries.entries_of(calendar_id, on=today),
        recorded_weeks=queries.weeks_held(calendar_id),
        announced_on=notice.announced_on,
        today=today,
    )


@transaction.atomic
def record_notice(
    calendar: Calendar, notice: NoticeData, *, by: Actor, at: datetime, expected: int | None = None
) -> int:
    """Record a notice of a calendar and return its number; 0 if it changes nothing, then nothing is written.

    `expected` is the number of the newest notice that the caller looked at. What is recorded already is left out.
    Raises `UnableToRecord`.
    """
    newest = _take_turn()
    if expected is not None and expected != newest:
        raise UnableToRecord("recorded_meanwhile")
    if not notice.title.strip():
        raise UnableToRecord("no_title")
    if max(len(notice.title), len(notice.source)) > LONGEST_TITLE or len(notice.legal_basis) > LONGEST_BASIS:
        raise UnableToRecord("too_long")
    checked = check(calendar.id, notice, at=at)
    if checked.faults:
        raise UnableToRecord("faults", checked.faults)
    if not checked.days and not checked.weeks:
        return 0
    return _write(calendar, replace(notice, days=checked.days, weeks=checked.weeks), by, at)


@transaction.atomic
def record_notice_for(
    agency_id: UUID | None, notice: NoticeData, *, by: Actor, at: datetime, expected: int | None = None
) -> int:
    """Record a notice of an agency (None: of the country) as `record_notice` does; its calendar begins with it.

    An agency that has no calendar of its own gets one, or none if the notice changes nothing.
    """
    newest = _take_turn()
    if expected is not None and expected != newest:
        raise UnableToRecord("recorded_meanwhile")
    calendar = begin_calendar(agency_id, by=by, at=at)
    number = record_notice(calendar, notice, by=by, at=at)
    if not number:
        transaction.set_rollback(True)
    return number


def _take_turn() -> int:
    """Wait for whoever records a notice now, and return the number of the newest; the turn ends with the transaction."""
    sql.run("SELECT pg_advisory_xact_lock(hashtext('calendars.notice'))", [])
    return queries.newest_notice()


def _filled(notice: NoticeData) -> NoticeData:
    """Give each day and week the basis and the announcement of its notice, where it names none."""
    basis = notice.legal_basis
    days = tuple(
        replace(
            change,
            legal_basis=change.legal_basis or basis,
            announced_on=change.announced_on or notice.announced_on,
        )
        for change in notice.days
    )
    weeks = tuple(replace(week, legal_basis=week.legal_basis or basis) for week in notice.weeks)
    return replace(notice, days=days, weeks=weeks)


def _sound(weeks: Iterable[WeekChange]) -> list[WeekChange]:
    """Return the weeks that can be counted by; the others are named by the rule."""
    sound = []
    for week in weeks:
        try:
            shifts = {day: queries.shifts_of(pairs) for day, pairs in week.shifts.items()}
            WorkingCalendar(shifts, (), _FIRST_DAY, _FIRST_DAY + timedelta(days=6))
        except (ValueError, CalendarRefused):
            continue
        sound.append(week)
    return sound


def _write(calendar: Calendar, notice: NoticeData, by: Actor, at: datetime, *, changes: bool = True) -> int:
    """Write a notice; one that begins a calendar as it was followed already changes no day for anybody."""
    number = _take_turn() + 1
    row = CalendarNotice.objects.create(
        number=number, calendar=calendar, title=notice.title, announced_on=notice.announced_on,
        legal_basis=notice.legal_basis, source=notice.source, recorded_at=at, by=by.id, label=by.label,
    )  # fmt: skip
    CalendarWeek.objects.bulk_create(
        CalendarWeek(
            notice=row, calendar=calendar, number=number, valid_from=week.valid_from,
            shifts={str(day): [list(pair) for pair in shifts] for day, shifts in week.shifts.items()},
            legal_basis=week.legal_basis,
        )
        for week in notice.weeks
    )  # fmt: skip
    CalendarDay.objects.bulk_create(
        CalendarDay(
            notice=row, calendar=calendar, number=number, day=change.day, kind=change.kind, name=change.name,
            legal_basis=change.legal_basis, announced_on=change.announced_on, confirmed=change.confirmed,
            shifts=None if change.shifts is None else [list(pair) for pair in change.shifts],
            instead_of=change.instead_of,
        )
        for change in notice.days
    )  # fmt: skip
    days = sorted(change.day for change in notice.days)
    starts = days + [week.valid_from for week in notice.weeks] if changes else []
    event = CalendarChanged(
        calendar.id,
        number=number,
        days=tuple(day.isoformat() for day in days),
        first_day=min(starts, default=None),
        last_day=None if notice.weeks else max(starts, default=None),
        legal_basis=notice.legal_basis,
    )
    journal.record(event, by=by, at=at, agency_id=calendar.agency_id)
    return number


# The package names each day of it apart: "Giao thừa …", "Mùng hai …", "29 Tết".
_TET = "Tết Nguyên đán"
_INSTEAD = re.compile(r"thay cho ngày (\d{2})/(\d{2})/(\d{4})")


def seeded_days(years: Iterable[int]) -> list[DayChange]:
    """Return the holidays, substitute days and swapped Saturdays that the `holidays` package knows.

    They are a seed, not the law: each is marked unconfirmed until a notice is entered. Both days of a swap come
    together, even where one of them lies in a neighbouring year.
    """
    known = holidays.country_holidays("VN", years=list(years), language="vi")
    days = []
    for day, name in sorted(known.items()):
        swapped = _INSTEAD.search(name)
        other = date(*(int(part) for part in reversed(swapped.groups()))) if swapped else None
        said = _TET if _TET.casefold() in name.casefold() or name.endswith(" Tết") else name
        basis = next(code for since, code in _SEEDED_BASES if day.year >= since) if not other else _SWAP_BASIS
        days.append(DayChange(day, _kind(name), said, basis, confirmed=False, instead_of=other))
        if other is not None:
            days.append(DayChange(other, "swap_working", "Làm bù", basis, confirmed=False, instead_of=day))
    return days


def _kind(name: str) -> str:
    if "nghỉ bù" in name:
        return "substitute_off"
    return "swap_off" if "thay cho" in name else "holiday"
