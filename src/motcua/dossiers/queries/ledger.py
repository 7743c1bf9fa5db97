"""Reading the ledger of a dossier: its entries, and where its clock stands as they say."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from motcua.calendars.queries import working_calendar
from motcua.dossiers.models import ClockRow, Dossier
from motcua.kit import sql
from motcua.rules.clock import ClockEntry, ClockState, EntryKind, ResumePolicy, replay
from motcua.rules.deadlines import Limit
from motcua.rules.keepers import Pin, keeper_at, pinned
from motcua.rules.localday import local_day
from motcua.rules.working_time import WorkingCalendar


def clock_rows(dossier_id: UUID) -> list[ClockRow]:
    """Return the entries of a dossier's clock in order."""
    return list(ClockRow.objects.filter(dossier_id=dossier_id).order_by("place"))


# Until when each agency held a dossier before the one that holds it now, in order; docs/rules/keepers.md.
Held = tuple[tuple[datetime, UUID], ...]
_HELD = """
SELECT at, from_competent FROM dossiers_agencyhandover
WHERE dossier_id = %s AND from_competent IS NOT NULL ORDER BY place
"""


def held_before(dossier: Dossier) -> Held:
    """Return until when others held a dossier; nothing is asked for one that never passed."""
    return () if dossier.moved_at is None else handed_over(dossier.id)


def handed_over(dossier_id: UUID) -> Held:
    """Return until when others held a dossier; empty for one that never passed."""
    return tuple((until, agency) for until, agency in sql.rows(_HELD, [dossier_id]))


def clock_entries(
    rows: Iterable[ClockRow], *, agency_id: UUID | None = None, held: Held = ()
) -> list[ClockEntry]:
    """Return stored entries as the rules read them, each with who held the dossier where that is not `agency_id`."""
    return [
        ClockEntry(
            EntryKind(row.kind),
            row.at,
            limit=Limit.from_json(row.limit) if row.limit else None,
            policy=ResumePolicy(row.policy) if row.policy else None,
            until=row.until,
            ground=row.ground,
            calendar=row.calendar,
            keeper=keeper_at(held, row.at, now=agency_id),
        )
        for row in rows
    ]


# By keeper (None: who holds the dossier now), notice and moment.
Find = Callable[[Hashable | None, int, datetime], WorkingCalendar]


def calendars_by(entries: Sequence[ClockEntry], find: Find) -> dict[Pin, WorkingCalendar]:
    """Return the calendars that a ledger is replayed by: of each entry, and for a reckon of all keepers before it."""
    found = {entry.pin: find(entry.keeper, entry.calendar, entry.at) for entry in entries}
    keepers = dict[Hashable | None, None]()
    for entry in entries:
        keepers[entry.keeper] = None
        if entry.kind is EntryKind.RECKON:
            for keeper in keepers:
                pin = pinned(entry.calendar, keeper)
                if pin not in found:
                    found[pin] = find(keeper, entry.calendar, entry.at)
    return found


def calendars_of(entries: Sequence[ClockEntry], *, agency_id: UUID | None) -> dict[Pin, WorkingCalendar]:
    """Return the calendars that the entries of a ledger were reckoned by, by what pins each."""

    def find(keeper: Hashable | None, notice: int, at: datetime) -> WorkingCalendar:
        agency = keeper if isinstance(keeper, UUID) else agency_id
        return working_calendar(agency, on=local_day(at), notice=notice)

    return calendars_by(entries, find)


def derived(rows: Iterable[ClockRow], *, agency_id: UUID | None, held: Held) -> ClockState:
    """Derive where a clock stands from all its entries, each by its own calendar; `ClockRefusal` if they cannot be.

    `agency_id` is the competent agency, by whose calendar it runs, and `held` says who held the dossier before.
    """
    entries = clock_entries(rows, agency_id=agency_id, held=held)
    return replay(entries, calendars_of(entries, agency_id=agency_id))
