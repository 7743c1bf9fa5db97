"""Calendars, their notices and their days as pages show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from motcua.calendars.models import Calendar, CalendarDay, CalendarNotice, CalendarWeek
from motcua.calendars.queries.working import (
    Chain,
    Supposed,
    followed,
    laid_out,
    merged,
    pairs_of,
    refs_at,
    weeks_of,
)
from motcua.rules.calendar_notice import DayChange, WeekChange
from motcua.rules.working_time import Shift, Week, WorkingCalendar


@dataclass(frozen=True)
class CalendarFacts:
    """A calendar: whose it is (None: the nation's), and its newest notice."""

    id: UUID
    agency_id: UUID | None
    name: str
    number: int
    recorded_at: datetime


def calendars_known() -> list[CalendarFacts]:
    """Return every calendar, the national one first, then by name."""
    newest: dict[UUID, CalendarNotice] = {}
    for notice in CalendarNotice.objects.order_by("calendar_id", "-number").distinct("calendar_id"):
        newest[notice.calendar_id] = notice
    facts = [
        CalendarFacts(row.id, row.agency_id, row.name, newest[row.id].number, newest[row.id].recorded_at)
        for row in Calendar.objects.all()
    ]
    return sorted(facts, key=lambda row: (row.agency_id is not None, row.name, row.id))


@dataclass(frozen=True)
class NoticeFacts:
    """A notice as it was recorded, with the days and weeks that it set."""

    number: int
    calendar_id: UUID
    title: str
    announced_on: date | None
    legal_basis: str
    source: str
    recorded_at: datetime
    by: UUID | None
    label: str
    days: tuple[DayChange, ...] = ()
    weeks: tuple[WeekChange, ...] = ()


def notices_of(calendar_id: UUID, *, most: int | None = None) -> list[NoticeFacts]:
    """Return the notices of a calendar, newest first, with what each set."""
    found = CalendarNotice.objects.filter(calendar_id=calendar_id).order_by("-number")
    return [_whole(row) for row in found.prefetch_related("days", "weeks")[:most]]


def notice_numbered(number: int) -> NoticeFacts | None:
    """Return a notice by its number, with what it set."""
    found = CalendarNotice.objects.filter(number=number).prefetch_related("days", "weeks").first()
    return _whole(found) if found else None


def _whole(row: CalendarNotice) -> NoticeFacts:
    days = sorted((_stored_day(day) for day in row.days.all()), key=lambda change: change.day)
    weeks = sorted((_stored_week(week) for week in row.weeks.all()), key=lambda week: week.valid_from)
    return _notice(row, tuple(days), tuple(weeks))


def _notice(
    row: CalendarNotice, days: tuple[DayChange, ...] = (), weeks: tuple[WeekChange, ...] = ()
) -> NoticeFacts:
    return NoticeFacts(
        row.number, row.calendar_id, row.title, row.announced_on, row.legal_basis, row.source, row.recorded_at,
        row.by, row.label, days, weeks,
    )  # fmt: skip


def _stored_day(row: CalendarDay) -> DayChange:
    return DayChange(
        row.day, row.kind, row.name, row.legal_basis, row.announced_on, row.confirmed,
        None if row.shifts is None else pairs_of(row.shifts), row.instead_of,
    )  # fmt: skip


def _stored_week(row: CalendarWeek) -> WeekChange:
    shifts = {int(day): pairs_of(pairs) for day, pairs in row.shifts.items()}
    return WeekChange(row.valid_from, shifts, row.legal_basis)


@dataclass(frozen=True)
class DayRecord:
    """One entry for a day with the notice that set it."""

    change: DayChange
    notice: NoticeFacts


def day_history(calendar_id: UUID, day: date) -> list[DayRecord]:
    """Return every entry that a calendar ever had for a day, newest first."""
    rows = CalendarDay.objects.filter(calendar_id=calendar_id, day=day).select_related("notice")
    return [DayRecord(_stored_day(row), _notice(row.notice)) for row in rows.order_by("-number")]


@dataclass(frozen=True)
class DayFacts:
    """A day as an agency has it: `working`, `rest`, or the kind of its entry; from which calendar that comes."""

    day: date
    working: bool
    kind: str
    name: str
    basis: str
    announced_on: date | None
    confirmed: bool
    shifts: tuple[Shift, ...]
    instead_of: date | None
    calendar_id: UUID


def year_of(agency_id: UUID | None, year: int, *, on: date, notice: int | None = None) -> list[DayFacts]:
    """Return each day of a year as an agency has it, as the notices up to `notice` (None: all) left it."""
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1)]
    return _days_facts(followed(agency_id, refs_at(notice), on), days)


def days_in(
    calendar_id: UUID,
    days: Iterable[date],
    *,
    on: date,
    changes: Iterable[DayChange] = (),
    weeks: Iterable[WeekChange] = (),
) -> list[DayFacts]:
    """Return these days, in order, as a calendar has them; `changes` and `weeks` as if they were set in it.

    `on` decides from whom it inherits.
    """
    agency = Calendar.objects.values_list("agency_id", flat=True).get(id=calendar_id)
    chain = followed(agency, refs_at(None), on)
    return _days_facts(chain, sorted(days), Supposed(calendar_id, tuple(changes), tuple(weeks)))


def _days_facts(chain: Chain, days: Sequence[date], more: Supposed | None = None) -> list[DayFacts]:
    if not days:
        return []
    own = chain[0]
    calendar = laid_out(chain, days[0].year, days[-1].year, more)
    entries = merged(chain, more)
    weeks = weeks_of(own.calendar_id, own.number, more)
    return [_day_facts(day, calendar, entries, weeks, own.calendar_id) for day in days]


def _day_facts(
    day: date,
    calendar: WorkingCalendar,
    entries: Mapping[date, tuple[UUID, DayChange]],
    weeks: Sequence[Week],
    own: UUID,
) -> DayFacts:
    working, shifts = calendar.is_working_day(day), calendar.shifts_on(day)
    if day in entries:
        source, change = entries[day]
        return DayFacts(
            day, working, change.kind, change.name, change.legal_basis, change.announced_on, change.confirmed,
            shifts, change.instead_of, source,
        )  # fmt: skip
    basis = next((week.basis for week in reversed(weeks) if week.valid_from <= day), weeks[0].basis)
    return DayFacts(day, working, "working" if working else "rest", "", basis, None, True, shifts, None, own)
