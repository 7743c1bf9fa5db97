"""The working calendar that an agency follows, as it stands or as it stood after any notice.

Notices are numbered over all calendars in the order of recording, so one number pins the state of all of them.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from motcua.calendars.models import Calendar
from motcua.kit import sql
from motcua.organisation import queries as organisation
from motcua.organisation.models import Agency
from motcua.rules.calendar_notice import DayChange, WeekChange
from motcua.rules.working_time import DayEntry, DayKind, Shift, Week, WorkingCalendar

YEARS_BACK, YEARS_AHEAD = 8, 4
_EVERY = 2**31 - 1  # the largest number that fits the column


class NoCalendar(LookupError):
    """No national calendar was ever laid down, or none yet at the moment that is asked about."""


class Ref(NamedTuple):
    """A calendar with its newest notice: number and id.

    The id, because a number whose transaction was rolled back is given again: what a process has built must not be
    taken for another notice's.
    """

    calendar_id: UUID
    number: int
    notice_id: UUID


# From the nearest calendar up to the national one.
Chain = tuple[Ref, ...]

# By hand, because every due time begins with it: one look into an index for each calendar.
_CALENDARS = """
SELECT c.agency_id, c.id, n.number, n.id FROM calendars_calendar c
CROSS JOIN LATERAL (
  SELECT number, id FROM calendars_calendarnotice WHERE calendar_id = c.id AND number <= %s
  ORDER BY number DESC LIMIT 1) n
"""


def working_calendar(agency_id: UUID | None, *, on: date, notice: int | None = None) -> WorkingCalendar:
    """Return the calendar of an agency: the days of its own over those of its parents over the national ones, and the
    working week of the nearest that has one.

    As the notices up to the number `notice` left it; None: all of them, and a new one shows at once in every
    process. It spans eight years back and four ahead of `on`, which also decides who is whose parent. `NoCalendar`.
    """
    return _build(followed(agency_id, refs_at(notice), on), on.year)


def pinned_calendar(agency_id: UUID | None, *, on: date) -> tuple[WorkingCalendar, int]:
    """Return the calendar of an agency as it stands, and the number of the notice that pins it.

    `working_calendar` with the same agency, `on` and that number gives the same calendar for ever.
    """
    refs = refs_at(None)
    return _build(followed(agency_id, refs, on), on.year), max(ref.number for ref in refs.values())


def hold_calendars() -> None:
    """Let nobody record a notice until the caller's transaction ends.

    Whoever enters something by a calendar holds it: a notice then comes before the entry, which follows it, or after
    it, and finds it. Asked before the calendar is read.
    """
    sql.run("SELECT pg_advisory_xact_lock_shared(hashtext('calendars.notice'))", [])


def newest_notice() -> int:
    """Return the number of the newest notice over all calendars, 0 before the first."""
    found = sql.row("SELECT max(number) FROM calendars_calendarnotice", [])
    return found[0] or 0 if found else 0


def calendar_with(
    agency_id: UUID | None,
    *,
    on: date,
    days: Iterable[DayChange] = (),
    weeks: Iterable[WeekChange] = (),
    calendar_id: UUID,
    notice: int | None = None,
) -> WorkingCalendar:
    """Return the calendar of an agency as it would be if these days and weeks were set in that calendar.

    Nothing is written.
    """
    more = Supposed(calendar_id, tuple(days), tuple(weeks))
    chain = followed(agency_id, refs_at(notice), on)
    return laid_out(chain, on.year - YEARS_BACK, on.year + YEARS_AHEAD, more)


def usual_calendar(
    ref: UUID, weeks: Iterable[WeekChange], first_year: int, last_year: int
) -> WorkingCalendar:
    """Return the working weeks of a calendar without any entry, with these weeks set."""
    held = weeks_of(ref, _EVERY, Supposed(ref, (), tuple(weeks)))
    return WorkingCalendar(held, (), date(first_year, 1, 1), date(last_year, 12, 31))


def followed_calendars(agency_id: UUID | None, *, on: date) -> tuple[UUID, UUID]:
    """Return the nearest calendar that an agency follows on a day, and the national one."""
    chain = followed(agency_id, refs_at(None), on)
    return chain[0].calendar_id, chain[-1].calendar_id


def entries_of(calendar_id: UUID, *, on: date) -> dict[date, DayChange]:
    """Return the entry that holds now for each day of a calendar, with what it inherits on a day."""
    agency = Calendar.objects.values_list("agency_id", flat=True).get(id=calendar_id)
    rows = merged(followed(agency, refs_at(None), on), None)
    return {day: entry for day, (_, entry) in rows.items()}


def followers(calendar_id: UUID, *, on: date) -> frozenset[UUID] | None:
    """Return the agencies whose clocks run by a calendar on a day; None: all of them.

    That is so for the national one, whose holidays hold everywhere unless an agency says otherwise.
    """
    refs = refs_at(None)
    if None in refs and refs[None].calendar_id == calendar_id:
        return None
    parents = {row.id: row.parent_id for row in organisation.agencies(on=on)}
    # An agency that has ended, or not begun, may still have dossiers.
    for agency in Agency.objects.exclude(id__in=parents).values_list("id", flat=True):
        parents[agency] = organisation.agency_facts(agency, on=on).parent_id
    return frozenset(
        agency
        for agency in parents
        if calendar_id in (ref.calendar_id for ref in _up(agency, parents.get, refs))
    )


# --- which calendar ---------------------------------------------------------------------------------------


def refs_at(notice: int | None) -> dict[UUID | None, Ref]:
    """Return every calendar by its agency, as the notices up to a number (None: all) left it."""
    found = sql.rows(_CALENDARS, [_EVERY if notice is None else notice])
    return {row[0]: Ref(*row[1:]) for row in found}


def followed(agency_id: UUID | None, refs: Mapping[UUID | None, Ref], on: date) -> Chain:
    """Return the calendars that an agency follows, the nearest first and the national one last; `NoCalendar`."""
    if None not in refs:
        raise NoCalendar
    if len(refs) == 1 or agency_id is None:
        return (refs[None],)
    return _up(agency_id, lambda step: organisation.agency_facts(step, on=on).parent_id, refs)


def _up(agency_id: UUID, parent_of: Callable[[UUID], UUID | None], refs: Mapping[UUID | None, Ref]) -> Chain:
    """Return the calendars on the way up from an agency, the national one last."""
    step: UUID | None = agency_id
    seen = set[UUID]()
    found = list[Ref]()
    while step is not None and step not in seen:
        if step in refs:
            found.append(refs[step])
        seen.add(step)
        step = parent_of(step)
    return (*found, refs[None])


# --- what it says -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Supposed:
    """What is set in a calendar for the sake of argument."""

    calendar_id: UUID
    days: tuple[DayChange, ...]
    weeks: tuple[WeekChange, ...]


@lru_cache(maxsize=128)
def _build(chain: Chain, year: int) -> WorkingCalendar:
    return laid_out(chain, year - YEARS_BACK, year + YEARS_AHEAD, None)


def laid_out(chain: Chain, first_year: int, last_year: int, more: Supposed | None) -> WorkingCalendar:
    """Build the working calendar of whole years, with what is supposed to be set."""
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    rows = merged(chain, more)
    entries = [_entry(change) for day, (_, change) in sorted(rows.items()) if first <= day <= last]
    return WorkingCalendar(weeks_of(chain[0].calendar_id, chain[0].number, more), entries, first, last)


def merged(chain: Chain, more: Supposed | None) -> dict[date, tuple[UUID, DayChange]]:
    """Return for each day the entry that holds and its calendar: the nearest calendar that names the day."""
    held = dict[date, tuple[UUID, DayChange]]()
    for ref in reversed(chain):
        held |= _entries(ref, more)
    return held


_DAYS = """
SELECT DISTINCT ON (day)
  day, kind, name, legal_basis, announced_on, confirmed, shifts::text, instead_of
FROM calendars_calendarday WHERE calendar_id = %s AND number <= %s ORDER BY day, number DESC
"""


def _entries(ref: Ref, more: Supposed | None) -> dict[date, tuple[UUID, DayChange]]:
    """Return for each day that a calendar names the entry that holds."""
    held = dict[date, tuple[UUID, DayChange]]()
    for day, kind, name, basis, announced, confirmed, shifts, other in sql.rows(
        _DAYS, [ref.calendar_id, ref.number]
    ):
        pairs = None if shifts is None else pairs_of(json.loads(shifts))
        change = DayChange(day, kind, name, basis, announced, confirmed, pairs, other)
        held[day] = (ref.calendar_id, change)
    if more is not None and more.calendar_id == ref.calendar_id:
        held |= {change.day: (ref.calendar_id, change) for change in more.days}
    return held


_WEEKS = """
SELECT DISTINCT ON (valid_from) valid_from, shifts::text, legal_basis
FROM calendars_calendarweek WHERE calendar_id = %s AND number <= %s ORDER BY valid_from, number DESC
"""


def weeks_held(calendar_id: UUID, number: int = _EVERY) -> dict[date, WeekChange]:
    """Return the working weeks of a calendar by the day from which each holds, in order."""
    return {
        valid_from: WeekChange(
            valid_from, {int(day): pairs_of(pairs) for day, pairs in json.loads(shifts).items()}, basis
        )
        for valid_from, shifts, basis in sql.rows(_WEEKS, [calendar_id, number])
    }


def weeks_of(calendar_id: UUID, number: int, more: Supposed | None) -> list[Week]:
    """Return the working weeks of a calendar in order, with what is supposed to be set."""
    held = weeks_held(calendar_id, number)
    if more is not None and more.calendar_id == calendar_id:
        held |= {week.valid_from: week for week in more.weeks}
    return [
        Week(day, {weekday: shifts_of(pairs) for weekday, pairs in week.shifts.items()}, week.legal_basis)
        for day, week in sorted(held.items())
    ]


def pairs_of(stored: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Read pairs of "HH:MM" from their stored form."""
    return tuple((start, end) for start, end in stored)


def shifts_of(pairs: Iterable[Sequence[str]]) -> tuple[Shift, ...]:
    """Read shifts from their stored form, pairs of "HH:MM"."""
    return tuple(Shift(time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)


def _entry(change: DayChange) -> DayEntry:
    return DayEntry(
        change.day,
        DayKind(change.kind),
        change.name,
        change.legal_basis,
        None if change.shifts is None else shifts_of(change.shifts),
        change.announced_on,
        change.confirmed,
    )
