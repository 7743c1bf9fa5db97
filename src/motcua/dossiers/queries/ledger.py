"""Reading the ledger of a dossier: its entries, and where its clock stands as they say."""

from collections.abc import Iterable
from uuid import UUID

from motcua.calendars.queries import working_calendar
from motcua.dossiers.models import ClockRow
from motcua.rules.clock import ClockEntry, ClockState, EntryKind, ResumePolicy, replay
from motcua.rules.deadlines import Limit
from motcua.rules.localday import local_day
from motcua.rules.working_time import WorkingCalendar


def clock_rows(dossier_id: UUID) -> list[ClockRow]:
    """Return the entries of a dossier's clock in order."""
    return list(ClockRow.objects.filter(dossier_id=dossier_id).order_by("place"))


def clock_entries(rows: list[ClockRow]) -> list[ClockEntry]:
    """Return stored entries as the rules read them."""
    return [
        ClockEntry(
            EntryKind(row.kind),
            row.at,
            limit=Limit.from_json(row.limit) if row.limit else None,
            policy=ResumePolicy(row.policy) if row.policy else None,
            until=row.until,
            ground=row.ground,
            calendar=row.calendar,
        )
        for row in rows
    ]


def calendars_of(rows: Iterable[ClockRow], *, agency_id: UUID | None) -> dict[int, WorkingCalendar]:
    """Return the calendars that the entries of a ledger were reckoned by, by the number that pins each."""
    return {
        row.calendar: working_calendar(agency_id, on=local_day(row.at), notice=row.calendar) for row in rows
    }


def derived(rows: list[ClockRow], *, agency_id: UUID | None) -> ClockState:
    """Derive where a clock stands from all its entries, each by its own calendar; `ClockRefusal` if they cannot be.

    `agency_id` is the competent agency, by whose calendar it runs.
    """
    return replay(clock_entries(rows), calendars_of(rows, agency_id=agency_id))
