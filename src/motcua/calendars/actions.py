"""Laying down and changing calendars."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import holidays
from django.db import transaction
from django.db.models import F

from motcua.calendars.events import CalendarChanged
from motcua.calendars.models import Calendar, CalendarDay
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.organisation.models import Agency
from motcua.rules.working_time import DEFAULT_WEEK, Shift


@dataclass(frozen=True)
class DayChange:
    """A day to set in a calendar."""

    day: date
    kind: str
    name: str
    legal_basis: str = ""
    announced_on: date | None = None
    confirmed: bool = True
    shifts: tuple[tuple[str, str], ...] | None = None


def week_to_json(week: Mapping[int, Iterable[Shift]]) -> dict[str, list[list[str]]]:
    """Return a working week in its stored form."""
    return {
        str(day): [[f"{s.start:%H:%M}", f"{s.end:%H:%M}"] for s in shifts] for day, shifts in week.items()
    }


@transaction.atomic
def lay_down_calendar(
    agency: Agency | None, *, name: str, week: Mapping[int, Iterable[Shift]] = DEFAULT_WEEK, legal_basis: str
) -> Calendar:
    """Create the calendar of an agency, or of the country (None)."""
    return Calendar.objects.create(agency=agency, name=name, week=week_to_json(week), legal_basis=legal_basis)


@transaction.atomic
def set_days(calendar: Calendar, days: Iterable[DayChange], *, by: Actor, at: datetime) -> int:
    """Set days of a calendar, replacing what stood there; return how many."""
    changes = list(days)
    CalendarDay.objects.bulk_create(
        (
            CalendarDay(
                calendar=calendar,
                day=change.day,
                kind=change.kind,
                name=change.name,
                legal_basis=change.legal_basis,
                announced_on=change.announced_on,
                confirmed=change.confirmed,
                shifts=None if change.shifts is None else [list(pair) for pair in change.shifts],
            )
            for change in changes
        ),
        update_conflicts=True,
        unique_fields=["calendar", "day"],
        update_fields=["kind", "name", "legal_basis", "announced_on", "confirmed", "shifts"],
    )
    Calendar.objects.filter(pk=calendar.pk).update(revision=F("revision") + 1)
    event = CalendarChanged(
        calendar.id,
        days=tuple(change.day.isoformat() for change in changes),
        legal_basis=changes[0].legal_basis if changes else "",
    )
    journal.record(event, by=by, at=at)
    return len(changes)


def seeded_days(years: Iterable[int]) -> list[DayChange]:
    """Return the holidays, substitute days and swapped Saturdays that the `holidays` package knows.

    They are a seed, not the law: each is marked unconfirmed until a notice is entered.
    """
    known = holidays.country_holidays("VN", years=list(years), language="vi")
    days = [
        DayChange(day, _kind(name), name, legal_basis="Bộ luật Lao động 2019, Điều 112", confirmed=False)
        for day, name in sorted(known.items())
    ]
    swaps = sorted(day for day in getattr(known, "weekend_workdays", ()) if day.year in set(years))
    days += [DayChange(day, "swap_working", "Làm bù", confirmed=False) for day in swaps]
    return days


def _kind(name: str) -> str:
    if "nghỉ bù" in name:
        return "substitute_off"
    return "swap_off" if "thay cho" in name else "holiday"
