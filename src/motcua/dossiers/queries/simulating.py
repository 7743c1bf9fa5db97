"""Replaying many ledgers at once: a past period under another limit or calendar, and whether stored due times hold.

Ledgers are read by one statement, streamed, each with its dossier; nothing here writes. docs/rules/simulation.md.
"""

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from motcua.calendars.queries import calendar_with, calendars_known, followed_calendars, working_calendar
from motcua.catalogue.models import ProcedureVersion
from motcua.organisation.models import AgencyVersion
from motcua.organisation.queries import agency_facts
from motcua.rules.calendar_notice import DayChange
from motcua.rules.clock import ClockEntry, ClockRefusal, EntryKind, ResumePolicy, apply
from motcua.rules.deadlines import Limit
from motcua.rules.localday import local_day
from motcua.rules.simulation import Measured, measure, simulate
from motcua.rules.working_time import OutsideCalendar, WorkingCalendar

# A streamed statement is fetched in pieces of so many entries.
_PIECE: Final = 20_000
_KINDS: Final = {kind.value: kind for kind in EntryKind}
_POLICIES: Final[Mapping[str, ResumePolicy | None]] = {"": None} | {one.value: one for one in ResumePolicy}
# What is counted of each agency: of the dossiers solved in the period, and of those open at its end.
COUNTS: Final = (
    "solved", "late", "would_be_late", "newly_late", "no_longer_late",
    "open", "open_late", "open_would_be_late", "open_newly_late", "open_no_longer_late",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What is simulated: another limit, and the days of a notice set in the calendar of an agency (None: national).

    A limit is that of one procedure: it goes with `Asked.procedure`.
    """

    limit: Limit | None = None
    days: tuple[DayChange, ...] = ()
    calendar_of: UUID | None = None


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
    `NoCalendar` where none was laid down.
    """
    found = Simulation()
    calendars = _Calendars(change, on=local_day(asked.end))
    with transaction.atomic():
        for ledger in _ledgers(_SOLVED_OR_OPEN, _bounds(asked)):
            _reckon(found, ledger, asked, change, calendars)
    found.dossiers.sort(key=lambda row: (row.accepted_at, row.id))
    return found


def procedures_named(versions: Iterable[UUID]) -> dict[UUID, ProcedureNames]:
    """Return what procedures are called in these versions of them, in one query."""
    rows = ProcedureVersion.objects.filter(id__in=set(versions))
    found = rows.values_list("id", F("procedure__code"), "name_vi", "name_en")
    return {key: ProcedureNames(code, vi, en) for key, code, vi, en in found}


def _reckon(
    found: Simulation, ledger: "_Ledger", asked: Asked, change: Change, calendars: "_Calendars"
) -> None:
    due_would, passed_over = ledger.due_was, tuple[str, ...]()
    try:
        answer = simulate(ledger.entries, calendars.of(ledger), limit=change.limit)
        due_would, passed_over = answer.state.due, answer.passed_over
    except (ClockRefusal, OutsideCalendar):
        found.unreplayed.append(ledger.number)
    measured = measure(
        was=ledger.due_was,
        would=due_would,
        at=ledger.ended_at or ledger.paused_since or asked.end,
        whole_days=asked.whole_days,
    )
    counts = found.counts.get(ledger.agency_id)
    if counts is None:
        counts = found.counts[ledger.agency_id] = Counter()
    counts.update(_counted(measured, solved=ledger.ended_at is not None))
    if measured.was_late or measured.would_be_late:
        found.dossiers.append(
            Replayed(
                ledger.id, ledger.number, ledger.version_id, ledger.agency_id, ledger.accepted_at,
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


# --- stored due times ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """A stored due time that the ledger does not give: what (`due_at`, `promised_at`, `due_after`, `task`, `ledger`).

    For `ledger`, which cannot be replayed, `code` is that of the refusal.
    """

    id: UUID
    number: str
    what: str
    stored: datetime | None
    derived: datetime | None
    code: str = ""


def differing(*, every: bool = False, checked: Callable[[int], None] | None = None) -> Iterator[Difference]:
    """Derive each due time of running dossiers (`every`: of all that were accepted) anew and yield what differs.

    `checked` is called at the end with the number of ledgers that were looked at.
    """
    calendars, seen = _Calendars(Change(), on=None), 0
    with transaction.atomic():
        for ledger in _ledgers(_ACCEPTED if every else _RUNNING, {"start": None, "end": None}):
            seen += 1
            yield from _differences(ledger, calendars)
    if checked is not None:
        checked(seen)


def _differences(ledger: "_Ledger", calendars: "_Calendars") -> Iterator[Difference]:
    state = None
    known = calendars.of(ledger)
    for entry, stored in zip(ledger.entries, ledger.dues_after, strict=True):
        try:
            state = apply(state, entry, known[entry.calendar])
        except (ClockRefusal, OutsideCalendar) as refusal:
            yield Difference(ledger.id, ledger.number, "ledger", stored, None, refusal.code)
            return
        if state.due != stored:
            yield Difference(ledger.id, ledger.number, "due_after", stored, state.due)
    if state is None:
        yield Difference(ledger.id, ledger.number, "ledger", ledger.due_at, None, "not_started")
        return
    if state.due != ledger.due_at:
        yield Difference(ledger.id, ledger.number, "due_at", ledger.due_at, state.due)
    if state.original_due != ledger.promised_at:
        yield Difference(ledger.id, ledger.number, "promised_at", ledger.promised_at, state.original_due)
    if ledger.has_task and ledger.running and ledger.task_due != state.due:
        yield Difference(ledger.id, ledger.number, "task", ledger.task_due, state.due)


# --- reading ------------------------------------------------------------------------------------------------

# What was known of each dossier before the end: no entry recorded later, and no decision.
_READ = """
SELECT d.id, d.number, d.version_id, d.competent_agency_id, d.state, d.accepted_at, d.promised_at, d.due_at,
    CASE WHEN {before_end} THEN d.finished_at END, t.id IS NOT NULL, t.due_at,
    c.kind, c.at, c."limit"::text, c.policy, c.until, c.ground, c.calendar, c.due_after, c.paused_since
FROM dossiers_dossier d
{join} JOIN dossiers_clockrow c ON c.dossier_id = d.id AND (%(end)s::timestamptz IS NULL OR c.at < %(end)s)
LEFT JOIN workflow_task t ON {task}
WHERE {which}
ORDER BY d.id, c.place
"""
_BEFORE_END = "d.finished_at < %(end)s::timestamptz"
_SOLVED_OR_OPEN = _READ.format(
    before_end=_BEFORE_END,
    join="",
    task="false",
    which=f"""d.accepted_at < %(end)s
    AND (d.finished_at IS NULL OR d.finished_at >= %(end)s
        OR (d.finished_at >= %(start)s AND d.state IN ('decided', 'returned')))
    AND (%(agencies)s::uuid[] IS NULL OR d.competent_agency_id = ANY(%(agencies)s::uuid[]))
    AND (%(procedure)s::uuid IS NULL OR d.procedure_id = %(procedure)s::uuid)""",  # noqa: F541
)
_OPEN_TASK = "t.subject_id = d.id AND t.completed_at IS NULL"
_RUNNING = _READ.format(
    before_end="false", join="LEFT", task=_OPEN_TASK, which="d.state IN ('in_progress', 'paused')"
)
_ACCEPTED = _READ.format(
    before_end="false", join="LEFT", task=_OPEN_TASK, which="d.accepted_at IS NOT NULL"
)  # fmt: skip


def _bounds(asked: Asked) -> dict[str, Any]:
    agencies = None if asked.agencies is None else sorted(asked.agencies)
    return {"start": asked.start, "end": asked.end, "agencies": agencies, "procedure": asked.procedure}


class _Ledger(NamedTuple):
    """A dossier with the entries of its clock."""

    id: UUID
    number: str
    version_id: UUID
    agency_id: UUID
    state: str
    accepted_at: datetime
    promised_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    has_task: bool
    task_due: datetime | None
    entries: list[ClockEntry]
    dues_after: list[datetime | None]
    paused_since: datetime | None

    @property
    def running(self) -> bool:
        return self.state == "in_progress"

    @property
    def due_was(self) -> datetime | None:
        """The due time as the figures know it: of one that ended its last, of an open one that of its last entry."""
        if self.ended_at is not None or not self.dues_after:
            return self.due_at
        return self.dues_after[-1]


_HEAD: Final = 11


def _ledgers(statement: str, known: Mapping[str, Any]) -> Iterator[_Ledger]:
    for _id, rows in groupby(_rows(statement, known), key=itemgetter(0)):
        entries, dues, first, last = [], [], None, None
        for row in rows:
            first, last = first or row, row
            if row[_HEAD] is not None:
                entries.append(_entry(*row[_HEAD : _HEAD + 7]))
                dues.append(row[_HEAD + 7])
        if first is not None and last is not None:
            yield _Ledger(*first[:_HEAD], entries, dues, last[_HEAD + 8])


def _rows(statement: str, known: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, known)
        while piece := cursor.fetchmany(_PIECE):
            yield from piece


def _entry(
    kind: str,
    at: datetime,
    limit: str | None,
    policy: str,
    until: datetime | None,
    ground: str,
    calendar: int,
) -> ClockEntry:
    return ClockEntry(
        _KINDS[kind], at, _limit(limit) if limit else None, _POLICIES[policy], until, ground, calendar
    )


@lru_cache(maxsize=1024)
def _limit(text: str) -> Limit | None:
    stored = json.loads(text)
    return Limit.from_json(stored) if stored else None


# --- calendars ----------------------------------------------------------------------------------------------


class _Calendars:
    """The calendars that entries were reckoned by, each looked up once, with the days of a change set over them.

    A calendar follows from the agency, the notice, the year and whose child the agency is on that day, which changes
    on few days.
    """

    def __init__(self, change: Change, *, on: date | None) -> None:
        self._days = change.days
        self._turns = _days_of_change()
        self._found: dict[tuple[UUID, int, int, int], WorkingCalendar] = {}
        # By the object: the same working calendar with the same days is laid out once.
        self._changed: dict[int, tuple[WorkingCalendar, WorkingCalendar]] = {}
        self._set_in: UUID | None = None
        self._only_below: UUID | None = None
        self._below: dict[UUID, bool] = {}
        if change.days and on is not None:
            self._on = on
            self._place(change.calendar_of, on)

    def _place(self, agency_id: UUID | None, on: date) -> None:
        """Find the calendar in which the days are set; an agency without one gets its own for itself and those below."""
        self._set_in, _ = followed_calendars(agency_id, on=on)
        if agency_id is not None and all(one.agency_id != agency_id for one in calendars_known()):
            self._only_below = agency_id

    def of(self, ledger: _Ledger) -> dict[int, WorkingCalendar]:
        """Return the calendars of a ledger's entries by the number that pins each."""
        return {
            entry.calendar: self._one(ledger.agency_id, entry.calendar, entry.at) for entry in ledger.entries
        }

    def _one(self, agency_id: UUID, notice: int, at: datetime) -> WorkingCalendar:
        day = local_day(at)
        key = (agency_id, notice, day.year, bisect_right(self._turns, day))
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._with_days(
                working_calendar(agency_id, on=day, notice=notice), agency_id, notice, day
            )
        return found

    def _with_days(self, plain: WorkingCalendar, agency_id: UUID, notice: int, day: date) -> WorkingCalendar:
        if self._set_in is None or not self._concerns(agency_id):
            return plain
        known = self._changed.get(id(plain))
        if known is None or known[0] is not plain:
            with_days = calendar_with(
                agency_id, on=day, days=self._days, calendar_id=self._set_in, notice=notice
            )
            known = self._changed[id(plain)] = (plain, with_days)
        return known[1]

    def _concerns(self, agency_id: UUID) -> bool:
        if self._only_below is None:
            return True
        if agency_id not in self._below:
            owners = {one.agency_id for one in calendars_known()}
            step: UUID | None = agency_id
            seen = set[UUID]()
            while step is not None and step not in seen and step != self._only_below and step not in owners:
                seen.add(step)
                step = agency_facts(step, on=self._on).parent_id
            self._below[agency_id] = step == self._only_below
        return self._below[agency_id]


def _days_of_change() -> list[date]:
    """Return the days on which any agency became another agency's child, began or ended."""
    begun = set(AgencyVersion.objects.order_by().values_list("valid_from", flat=True).distinct())
    ended = set(AgencyVersion.objects.order_by().values_list("valid_to", flat=True).distinct())
    return sorted({*begun, *(day for day in ended if day is not None)})
