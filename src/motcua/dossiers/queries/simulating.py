"""A past period under another limit or calendar: each ledger replayed with the change, and held against what was.

Nothing here writes. docs/rules/simulation.md.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from motcua.calendars.queries import NoCalendar
from motcua.catalogue.models import ProcedureVersion
from motcua.dossiers.queries.many_ledgers import SOLVED_OR_OPEN, Calendars, Ledger, Supposed, ledgers
from motcua.rules.calendar_notice import DayChange, WeekChange
from motcua.rules.clock import ClockRefusal
from motcua.rules.deadlines import Limit
from motcua.rules.localday import local_day
from motcua.rules.simulation import Measured, measure, simulate
from motcua.rules.working_time import OutsideCalendar

# What is counted of each agency: of the dossiers solved in the period, and of those open at its end.
COUNTS: Final = (
    "solved", "late", "would_be_late", "newly_late", "no_longer_late",
    "open", "open_late", "open_would_be_late", "open_newly_late", "open_no_longer_late",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What is simulated: another limit, and what a notice sets in the calendar of an agency (None: the national one).

    A limit is that of one procedure: it goes with `Asked.procedure`.
    """

    limit: Limit | None = None
    days: tuple[DayChange, ...] = ()
    weeks: tuple[WeekChange, ...] = ()
    calendar_of: UUID | None = None

    @property
    def of_calendar(self) -> bool:
        """Tell whether a calendar is changed."""
        return bool(self.days or self.weeks)

    def __bool__(self) -> bool:
        return self.limit is not None or self.of_calendar


@dataclass(frozen=True)
class Asked:
    """Which dossiers: the period [start, end), the competent agencies (None: all), the procedure (None: all)."""

    start: datetime
    end: datetime
    agencies: frozenset[UUID] | None = None
    procedure: UUID | None = None
    whole_days: bool = False


class Replayed(NamedTuple):
    """A dossier that was late or would be: its moments as known at the end of the period, `ended_at` when solved.

    `passed_over` names what could not have been done under the simulation.
    """

    id: UUID
    number: str
    version_id: UUID
    agency_id: UUID
    accepted_at: datetime
    due_was: datetime | None
    due_would: datetime | None
    ended_at: datetime | None
    measured: Measured
    passed_over: tuple[str, ...]


@dataclass(frozen=True)
class ProcedureNames:
    """A procedure as a version of it is called."""

    code: str
    vi: str
    en: str

    def name(self, language: str) -> str:
        """Return the name in `vi` or `en`."""
        return self.en if language == "en" and self.en else self.vi


@dataclass
class Simulation:
    """What came out: `COUNTS` by agency, the dossiers that were late or would be, and what could not be replayed.

    `dossiers` are in the order in which they were accepted; `unreplayed` are the numbers of those whose ledger is
    broken or lies outside the calendar: they are counted as they were.
    """

    counts: dict[UUID, Counter[str]] = field(default_factory=dict)
    dossiers: list[Replayed] = field(default_factory=list)
    unreplayed: list[str] = field(default_factory=list)

    @property
    def total(self) -> Counter[str]:
        """The counts over all agencies."""
        return sum(self.counts.values(), Counter(dict.fromkeys(COUNTS, 0)))

    def listed(self, count: str, *, agency: UUID | None = None) -> list[Replayed]:
        """Return the dossiers behind a count; `KeyError` for one that has no list (`solved`, `open`) or is none."""
        wanted = _LISTS[count]
        return [row for row in self.dossiers if (agency is None or row.agency_id == agency) and wanted(row)]


_LISTS: Final[Mapping[str, Callable[[Replayed], bool]]] = {
    "late": lambda row: row.ended_at is not None and row.measured.was_late,
    "would_be_late": lambda row: row.ended_at is not None and row.measured.would_be_late,
    "newly_late": lambda row: row.ended_at is not None and row.measured.newly_late,
    "no_longer_late": lambda row: row.ended_at is not None and row.measured.no_longer_late,
    "open_late": lambda row: row.ended_at is None and row.measured.was_late,
    "open_would_be_late": lambda row: row.ended_at is None and row.measured.would_be_late,
    "open_newly_late": lambda row: row.ended_at is None and row.measured.newly_late,
    "open_no_longer_late": lambda row: row.ended_at is None and row.measured.no_longer_late,
}
LISTED: Final = tuple(_LISTS)


def simulated(asked: Asked, change: Change) -> Simulation:
    """Replay what was solved in a period and what was open at its end under a change, and hold it against what was.

    Without a change this gives the figures `late`, and `in_progress_past` with `paused_past`, of the same dossiers.
    """
    found = Simulation()
    supposed = None
    if change.of_calendar:
        supposed = Supposed(change.days, change.weeks, change.calendar_of, local_day(asked.end))
    calendars = Calendars(supposed)
    with transaction.atomic():
        for ledger in ledgers(SOLVED_OR_OPEN, _bounds(asked)):
            agency = _responsible(ledger, asked)
            if asked.agencies is None or agency in asked.agencies:
                _reckon(found, ledger, agency, asked, change, calendars)
    found.dossiers.sort(key=lambda row: (row.accepted_at, row.id))
    return found


def procedures_named(versions: Iterable[UUID]) -> dict[UUID, ProcedureNames]:
    """Return what procedures are called in these versions of them, in one query."""
    rows = ProcedureVersion.objects.filter(id__in=set(versions))
    found = rows.values_list("id", F("procedure__code"), "name_vi", "name_en")
    return {key: ProcedureNames(code, vi, en) for key, code, vi, en in found}


def _bounds(asked: Asked) -> dict[str, Any]:
    agencies = None if asked.agencies is None else sorted(asked.agencies)
    return {"start": asked.start, "end": asked.end, "agencies": agencies, "procedure": asked.procedure}


def _responsible(ledger: Ledger, asked: Asked) -> UUID:
    """Return who held a dossier when it was solved, or at the end of the period."""
    if not ledger.held:
        return ledger.agency_id
    # What is recorded at the very end belongs to the next period.
    return ledger.agency_at(ledger.ended_at or asked.end - timedelta(microseconds=1))


def _reckon(
    found: Simulation, ledger: Ledger, agency: UUID, asked: Asked, change: Change, calendars: Calendars
) -> None:
    due_would, passed_over = ledger.due_was, tuple[str, ...]()
    try:
        answer = simulate(ledger.counting, calendars.of(ledger), limit=change.limit)
        due_would, passed_over = answer.state.due, answer.passed_over
    except (ClockRefusal, NoCalendar, OutsideCalendar):
        found.unreplayed.append(ledger.number)
    measured = measure(
        was=ledger.due_was,
        would=due_would,
        at=ledger.ended_at or ledger.paused_since or asked.end,
        whole_days=asked.whole_days,
    )
    counts = found.counts.get(agency)
    if counts is None:
        counts = found.counts[agency] = Counter()
    counts.update(_counted(measured, solved=ledger.ended_at is not None))
    if measured.was_late or measured.would_be_late:
        found.dossiers.append(
            Replayed(
                ledger.id, ledger.number, ledger.version_id, agency, ledger.accepted_at,
                ledger.due_was, due_would, ledger.ended_at, measured, passed_over,
            )
        )  # fmt: skip


@lru_cache(maxsize=16)
def _counted(measured: Measured, *, solved: bool) -> tuple[str, ...]:
    said = {
        "late": measured.was_late,
        "would_be_late": measured.would_be_late,
        "newly_late": measured.newly_late,
        "no_longer_late": measured.no_longer_late,
    }
    names = [name for name, true in said.items() if true]
    return ("solved", *names) if solved else ("open", *(f"open_{name}" for name in names))
