"""Reading many ledgers at once, each with its dossier and its calendars; and whether stored due times are theirs.

One statement, streamed; nothing here writes.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from motcua.calendars.queries import NoCalendar, calendar_with, working_calendar
from motcua.calendars.queries.working import followed, refs_at
from motcua.dossiers.queries.ledger import Held, calendars_by
from motcua.kit import sql
from motcua.organisation.models import AgencyVersion
from motcua.organisation.queries import agency_facts
from motcua.rules.calendar_notice import DayChange, WeekChange
from motcua.rules.clock import ClockEntry, ClockRefusal, EntryKind, ResumePolicy, apply
from motcua.rules.deadlines import Limit
from motcua.rules.keepers import Pin, keeper_at
from motcua.rules.localday import local_day
from motcua.rules.working_time import OutsideCalendar, WorkingCalendar
from motcua.workflow.queries import node_of

# A streamed statement is fetched in pieces of so many entries.
_PIECE: Final = 20_000
_KINDS: Final = {kind.value: kind for kind in EntryKind}
_POLICIES: Final[Mapping[str, ResumePolicy | None]] = {"": None} | {one.value: one for one in ResumePolicy}


# --- reading ------------------------------------------------------------------------------------------------

# What was known of each dossier before the end: no entry recorded later, and no decision. Moments come as numbers,
# microseconds since 1970: reading a million of them as texts would take longer than all the rest.
_READ = """
SELECT d.id, d.number, d.version_id, d.competent_agency_id, d.state, {accepted}, {promised}, {due},
    CASE WHEN {before_end} THEN {finished} END, {held},
    c.kind, {at}, c."limit"::text, c.policy, {until}, c.ground, c.calendar, {due_after}, {paused_since}
FROM dossiers_dossier d
{join} JOIN dossiers_clockrow c ON c.dossier_id = d.id AND (%(end)s::timestamptz IS NULL OR c.at < %(end)s)
WHERE {which}
ORDER BY d.id, c.place
"""
_MOMENTS = {
    name: f"(extract(epoch FROM {column}) * 1000000)::bigint"
    for name, column in {
        "accepted": "d.accepted_at", "promised": "d.promised_at", "due": "d.due_at", "finished": "d.finished_at",
        "at": "c.at", "until": "c.until", "due_after": "c.due_after",
        "paused_since": "c.paused_since",
    }.items()
}  # fmt: skip
# Few have passed to another agency; of the others nothing more is asked.
_HELD = """CASE WHEN d.moved_at IS NOT NULL THEN (
    SELECT json_agg(json_build_array((extract(epoch FROM h.at) * 1000000)::bigint, h.from_competent) ORDER BY h.place)::text
    FROM dossiers_agencyhandover h WHERE h.dossier_id = d.id AND h.from_competent IS NOT NULL) END"""
_BEFORE_END = "d.finished_at < %(end)s::timestamptz"
SOLVED_OR_OPEN = _READ.format(
    before_end=_BEFORE_END,
    held=_HELD,
    **_MOMENTS,
    join="",
    which="""d.accepted_at < %(end)s AND d.parent_id IS NULL
    AND (d.finished_at IS NULL OR d.finished_at >= %(end)s
        OR (d.finished_at >= %(start)s AND d.state IN ('decided', 'returned')))
    AND (%(agencies)s::uuid[] IS NULL OR d.competent_agency_id = ANY(%(agencies)s::uuid[]) OR d.moved_at IS NOT NULL)
    AND (%(procedure)s::uuid IS NULL OR d.procedure_id = %(procedure)s::uuid)""",
)
RUNNING = _READ.format(
    before_end="false",
    held=_HELD,
    **_MOMENTS,
    join="LEFT",
    which="d.state IN ('in_progress', 'paused')",
)
ACCEPTED = _READ.format(
    before_end="false", held=_HELD, **_MOMENTS, join="LEFT", which="d.accepted_at IS NOT NULL"
)


class Ledger(NamedTuple):
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
    entries: list[ClockEntry]
    dues_after: list[datetime | None]
    paused_since: datetime | None
    held: Held

    def agency_at(self, at: datetime) -> UUID:
        """Return who held the dossier at a moment."""
        keeper = keeper_at(self.held, at, now=self.agency_id)
        return keeper if isinstance(keeper, UUID) else self.agency_id

    @property
    def counting(self) -> list[ClockEntry]:
        """The entries without the stop at the end, which moves nothing."""
        ends = len(self.entries) > 1 and self.entries[-1].kind is EntryKind.STOP
        return self.entries[:-1] if ends else self.entries

    @property
    def due_was(self) -> datetime | None:
        """The due time as the figures know it: of one that ended its last, of an open one that of its last entry."""
        if self.ended_at is not None or not self.dues_after:
            return self.due_at
        return self.dues_after[-1]


_HEAD: Final = 10
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def ledgers(statement: str, known: Mapping[str, Any]) -> Iterator[Ledger]:
    """Yield the ledgers that a statement reads, as they come; within a transaction, which keeps its cursor."""
    # By the number, which is unique too: comparing texts costs a tenth of comparing ids.
    for _number, rows in groupby(_rows(statement, known), key=itemgetter(1)):
        entries, dues, first, last = [], [], None, None
        for row in rows:
            first, last = first or row, row
            if row[_HEAD] is not None:
                entries.append(_entry(*row[_HEAD : _HEAD + 7]))
                dues.append(_moment(row[_HEAD + 7]))
        if first is not None and last is not None:
            yield _ledger(first, entries, dues, _moment(last[_HEAD + 8]))


def _ledger(
    row: tuple[Any, ...],
    entries: list[ClockEntry],
    dues: list[datetime | None],
    paused_since: datetime | None,
) -> Ledger:
    key, number, version, agency, state, accepted, promised, due, ended, passed = row[:_HEAD]
    held = _held(passed) if passed else ()
    if held:
        entries = [replace(entry, keeper=keeper_at(held, entry.at, now=agency)) for entry in entries]
    return Ledger(
        key, number, version, agency, state, _EPOCH + timedelta(microseconds=accepted), _moment(promised),
        _moment(due), _moment(ended), entries, dues, paused_since, held,
    )  # fmt: skip


def _held(text: str) -> Held:
    return tuple((_EPOCH + timedelta(microseconds=at), UUID(agency)) for at, agency in json.loads(text))


def _rows(statement: str, known: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, known)
        while piece := cursor.fetchmany(_PIECE):
            yield from piece


def _entry(
    kind: str, at: int, limit: str | None, policy: str, until: int | None, ground: str, calendar: int
) -> ClockEntry:
    read = _limit(limit) if limit else None
    moment = _EPOCH + timedelta(microseconds=at)
    return ClockEntry(_KINDS[kind], moment, read, _POLICIES[policy], _moment(until), ground, calendar)


@lru_cache(maxsize=1024)
def _limit(text: str) -> Limit | None:
    stored = json.loads(text)
    return Limit.from_json(stored) if stored else None


# --- calendars ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Supposed:
    """What is set in the calendar of an agency (None: the national one) for the sake of argument.

    It holds for the agency and all below it on the day `on`, also before the agency has a calendar of its own.
    """

    days: tuple[DayChange, ...]
    weeks: tuple[WeekChange, ...]
    calendar_of: UUID | None
    on: date


class Calendars:
    """The calendars that entries were reckoned by, each looked up once, with what is supposed set over them.

    A calendar follows from the agency, the notice, the year and whose child the agency is on that day, which changes
    on few days.
    """

    def __init__(self, supposed: Supposed | None = None) -> None:
        self._supposed = supposed
        self._turns = _days_of_change()
        self._found: dict[tuple[UUID, int, int, int], WorkingCalendar] = {}
        # By the object and the calendar set in: the same calendar with the same days is laid out once.
        self._changed: dict[tuple[int, UUID], tuple[WorkingCalendar, WorkingCalendar]] = {}
        self._set_in: dict[int, UUID] = {}
        self._below: dict[UUID, bool] = {}

    def of(self, ledger: Ledger) -> dict[Pin, WorkingCalendar]:
        """Return the calendars of a ledger's entries by what pins each."""
        if ledger.held:
            return calendars_by(ledger.entries, partial(self._kept, ledger.agency_id))
        return {
            entry.calendar: self._one(ledger.agency_id, entry.calendar, entry.at) for entry in ledger.entries
        }

    def _kept(self, now: UUID, keeper: Hashable | None, notice: int, at: datetime) -> WorkingCalendar:
        return self._one(keeper if isinstance(keeper, UUID) else now, notice, at)

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
        supposed = self._supposed
        if supposed is None or not self._concerns(agency_id, supposed):
            return plain
        place = self._place(notice, supposed)
        known = self._changed.get((id(plain), place))
        if known is None:
            with_days = calendar_with(
                agency_id, on=day, days=supposed.days, weeks=supposed.weeks, calendar_id=place, notice=notice
            )
            # With the plain one, so that its place in memory is not given to another.
            known = self._changed[id(plain), place] = (plain, with_days)
        return known[1]

    def _place(self, notice: int, supposed: Supposed) -> UUID:
        """Return the calendar to set in as the notices up to this one left it: the agency's own, else its parent's."""
        if notice not in self._set_in:
            chain = followed(supposed.calendar_of, refs_at(notice), supposed.on)
            self._set_in[notice] = chain[0].calendar_id
        return self._set_in[notice]

    def _concerns(self, agency_id: UUID, supposed: Supposed) -> bool:
        if supposed.calendar_of is None:
            return True
        if agency_id not in self._below:
            step: UUID | None = agency_id
            seen = set[UUID]()
            while step is not None and step not in seen and step != supposed.calendar_of:
                seen.add(step)
                step = agency_facts(step, on=supposed.on).parent_id
            self._below[agency_id] = step == supposed.calendar_of
        return self._below[agency_id]


def _days_of_change() -> list[date]:
    """Return the days on which any agency became another agency's child, began or ended."""
    begun = set(AgencyVersion.objects.order_by().values_list("valid_from", flat=True).distinct())
    ended = set(AgencyVersion.objects.order_by().values_list("valid_to", flat=True).distinct())
    return sorted({*begun, *(day for day in ended if day is not None)})


# --- stored due times ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """A stored due time that the ledger does not give: what (`due_at`, `promised_at`, `due_after`, `task`, `ledger`).

    For `ledger`, which cannot be replayed, `code` is that of the refusal, or `no_calendar`, `not_started`.
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
    calendars, seen, wrong = Calendars(), 0, set[UUID]()
    with transaction.atomic():
        for ledger in ledgers(ACCEPTED if every else RUNNING, {"start": None, "end": None}):
            seen += 1
            for difference in _differences(ledger, calendars):
                wrong.add(difference.id)
                yield difference
        yield from _tasks_that_differ(besides=wrong)
    if checked is not None:
        checked(seen)


def _differences(ledger: Ledger, calendars: Calendars) -> Iterator[Difference]:
    state = None
    try:
        known = calendars.of(ledger)
    except NoCalendar:
        yield Difference(ledger.id, ledger.number, "ledger", ledger.due_at, None, "no_calendar")
        return
    for entry, stored in zip(ledger.entries, ledger.dues_after, strict=True):
        try:
            state = apply(state, entry, known)
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


# Most steps are due with their dossier: only the others are looked at one by one.
_OTHERS = """
SELECT d.id, d.number, t.process_id, t.step, t.due_at, d.due_at FROM workflow_task t
JOIN dossiers_dossier d ON d.id = t.subject_id AND d.state = 'in_progress'
WHERE t.completed_at IS NULL AND t.due_at IS DISTINCT FROM d.due_at
ORDER BY d.number
"""


def _tasks_that_differ(*, besides: set[UUID]) -> Iterator[Difference]:
    """Yield open steps that are due neither with their dossier nor before it by a limit of their own.

    Of a dossier whose own due time is wrong nothing more is said.
    """
    for key, number, version, step, task_due, due in sql.rows(_OTHERS, []):
        if key in besides:
            continue
        node = node_of(version, step)
        own = node is not None and node.limit is not None
        if not (own and task_due is not None and (due is None or task_due < due)):
            yield Difference(key, number, "task", task_due, due)
