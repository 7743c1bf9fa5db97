"""Many ledgers at once: read in one statement, judged by the rule, what may be entered entered in sets.

The steps of `recomputing`, which locks the run, keeps its count and records what was done.
"""

import json
import logging
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from psycopg.errors import UniqueViolation

from motcua.accounts.queries import names_of
from motcua.calendars.queries import hold_calendars, newest_notice, working_calendar
from motcua.dossiers.actions.moving import opener_of, task_due
from motcua.dossiers.events import DueMoved
from motcua.dossiers.models import DueMove, Recomputation
from motcua.dossiers.queries.ledger import calendars_by
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM, Actor
from motcua.kit import sql
from motcua.kit.ids import uuid7
from motcua.rules.clock import ClockEntry, EntryKind, ResumePolicy, replay
from motcua.rules.deadlines import Limit, due
from motcua.rules.keepers import Calendars, keeper_at
from motcua.rules.localday import local_day
from motcua.rules.recomputation import OutcomeKind, judged, outcome
from motcua.rules.refusals import Refusal
from motcua.rules.working_time import WorkingCalendar

_log = logging.getLogger(__name__)
REASON = "calendar"
_MOVES = (OutcomeKind.EARLIER, OutcomeKind.LATER)
# These leave what the due time is derived from as the start laid it.
_POLICY, _UNTIL = 3, 4
_PLAIN = frozenset({EntryKind.START.value, EntryKind.PAUSE.value, EntryKind.RECKON.value})


class Finding(NamedTuple):
    """What a notice means for one dossier whose due time it touches, and where its ledger ends.

    Keys and known moments are as the database writes them: for most of a province nothing else is done with them.
    """

    kind: OutcomeKind
    dossier: str
    agency: str
    before: str
    after: datetime
    place: int
    last_at: str
    paused_since: str | None
    held: str | None


@dataclass
class Judged:
    """What a look at many ledgers found by the calendars after a notice: the findings, and how many stay as they are."""

    notice: int
    findings: list[Finding] = field(default_factory=list)
    unchanged: int = 0


# --- reading ----------------------------------------------------------------------------------------------

# The last entry says where a ledger stands. Where it is the first too, it is the whole ledger; the others, and one
# that brings its own due time or passed to another agency, come as one text each.
LEDGERS = """
SELECT b.id::text, b.competent_agency_id::text, b.due_at::text, l.place, l.at::text, l.starts,
  l.paused_since::text,
  CASE WHEN l.place > 0 OR l.until IS NOT NULL OR b.moved_at IS NOT NULL THEN (
    SELECT json_agg(json_build_array(c.kind, c.at, c."limit"::text, c.policy, c.until, c.ground, c.calendar)
      ORDER BY c.place)::text
    FROM dossiers_clockrow c WHERE c.dossier_id = b.id) END,
  CASE WHEN b.moved_at IS NOT NULL THEN (
    SELECT json_agg(json_build_array(h.at, h.from_competent) ORDER BY h.place)::text
    FROM dossiers_agencyhandover h WHERE h.dossier_id = b.id AND h.from_competent IS NOT NULL) END
FROM batch b
CROSS JOIN LATERAL (
  SELECT c.place, c.at, c."limit"::text AS starts, c.until, c.paused_since
  FROM dossiers_clockrow c WHERE c.dossier_id = b.id ORDER BY c.place DESC LIMIT 1) l
"""
OPEN = "d.state IN ('in_progress', 'paused') AND d.due_at IS NOT NULL"
_THESE = f"""
WITH batch AS MATERIALIZED (
  SELECT d.id, d.competent_agency_id, d.due_at, d.moved_at FROM dossiers_dossier d
  WHERE d.id = ANY(%s::uuid[]) AND {OPEN} ORDER BY d.id)
{LEDGERS} ORDER BY b.id
"""  # noqa: S608


def these(ids: Iterable[UUID | str]) -> list[tuple[Any, ...]]:
    """Return the ledgers of these dossiers, as far as they are open and have a limit."""
    return sql.rows(_THESE, [list(ids)])


# --- judging ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def _pinned(agency: str, notice: int, on: date) -> WorkingCalendar:
    return working_calendar(UUID(agency), on=on, notice=notice)


@lru_cache(maxsize=1024)
def _limit(text: str) -> Limit:
    return Limit.from_json(json.loads(text))


@lru_cache(maxsize=8192)
def moment_of(text: str) -> datetime:
    """Read a moment as the database writes it."""
    return datetime.fromisoformat(text)


def judge(rows: Sequence[tuple[Any, ...]], *, at: datetime) -> Judged:
    """Ask the rule for each of these ledgers what the calendars as they stand now mean for it.

    All notices so far are in them, also those whose own runs come later: the last word on a dossier is always the
    newest calendar's, in whatever order runs are made.
    """
    found = Judged(newest_notice())
    today, holders = local_day(at), dict[str, _Known]()
    unchanged, findings = OutcomeKind.UNCHANGED, found.findings
    # A million dossiers pass through this loop: a ledger that is only its start asks for one due time and no more.
    read = datetime.fromisoformat
    for dossier, agency, before, place, last_at, starts, paused, entries, held in rows:
        known = holders.get(agency)
        if known is None:
            calendar = _pinned(agency, found.notice, today)
            known = holders[agency] = _Known(agency, calendar, found.notice, today)
        try:
            if entries is None:
                after = due(_limit(starts), received=read(last_at), calendar=known.calendar).at
                kind = judged(moment_of(before), after, counts=at)
            else:
                if held is not None:
                    known = known._replace(held=_held(held))
                kind, after = _of_many(known, moment_of(before), json.loads(entries), at)
        except Refusal as refused:
            _log.warning("dossier %s cannot be recomputed: %s", dossier, refused.code)
            kind, after = OutcomeKind.UNREAD, moment_of(before)
        if kind is unchanged:
            found.unchanged += 1
        else:
            findings.append(Finding(kind, dossier, agency, before, after, place, last_at, paused, held))
    return found


class _Known(NamedTuple):
    """By whose calendars a ledger is judged: of who holds the dossier now and held it before, as they stand now."""

    agency: str
    calendar: WorkingCalendar
    notice: int
    today: date
    held: tuple[tuple[datetime, str], ...] = ()

    def at(self, moment: datetime) -> Hashable | None:
        """Return who held the dossier then, None for who holds it now."""
        return keeper_at(self.held, moment, now=self.agency)

    def now(self, keeper: Hashable | None) -> WorkingCalendar:
        """Return a keeper's calendar with all notices so far."""
        return self.calendar if keeper is None else _pinned(str(keeper), self.notice, self.today)

    def then(self, ledger: Sequence[ClockEntry]) -> Calendars:
        """Return the calendars that the entries of a ledger name."""
        if self.held:
            return calendars_by(ledger, self._then)
        return {entry.calendar: _pinned(self.agency, entry.calendar, local_day(entry.at)) for entry in ledger}

    def _then(self, keeper: Hashable | None, notice: int, moment: datetime) -> WorkingCalendar:
        return _pinned(self.agency if keeper is None else str(keeper), notice, local_day(moment))


@lru_cache(maxsize=1024)
def _held(text: str) -> tuple[tuple[datetime, str], ...]:
    return tuple((datetime.fromisoformat(until), agency) for until, agency in json.loads(text))


def _of_many(
    known: _Known, before: datetime, entries: list[list[Any]], at: datetime
) -> tuple[OutcomeKind, datetime]:
    """Judge a ledger of several entries."""
    if all(entry[0] in _PLAIN and entry[_UNTIL] is None for entry in entries):
        _kind, begun, limit, *_rest = entries[0]
        began = datetime.fromisoformat(begun)
        calendar = known.now(known.at(began)) if known.held else known.calendar
        after = due(_limit(limit), received=began, calendar=calendar).at
        held = [
            datetime.fromisoformat(entry[1])
            for entry in entries
            if entry[0] == EntryKind.PAUSE and entry[_POLICY] != ResumePolicy.NONE
        ]
        return judged(before, after, counts=min(held, default=at)), after
    ledger = [_entry(entry, known) for entry in entries]
    stands = replay(ledger, known.then(ledger))
    now = {entry.keeper: known.now(entry.keeper) for entry in ledger} if known.held else known.calendar
    kind, stood, found = outcome(stands, now, at=at)
    if stood != before or found is None:
        raise Refusal("not_as_derived")
    return kind, found


def _entry(entry: list[Any], known: _Known) -> ClockEntry:
    kind, at, limit, policy, until, ground, calendar = entry
    moment = datetime.fromisoformat(at)
    return ClockEntry(
        EntryKind(kind),
        moment,
        limit=_limit(limit) if limit else None,
        policy=ResumePolicy(policy) if policy else None,
        until=datetime.fromisoformat(until) if until else None,
        ground=ground,
        calendar=calendar,
        keeper=known.at(moment) if known.held else None,
    )


# --- keeping what was found -------------------------------------------------------------------------------

_STATES = {
    OutcomeKind.EARLIER: DueMove.State.PROPOSED.value,
    OutcomeKind.LATER: DueMove.State.PROPOSED.value,
    OutcomeKind.KEPT: DueMove.State.KEPT.value,
    OutcomeKind.UNREAD: DueMove.State.UNREAD.value,
}
_KEEP = """
COPY dossiers_duemove (id, recomputation_id, dossier_id, agency_id, before, after, state) FROM STDIN
"""
_KNOWN = "SELECT dossier_id::text FROM dossiers_duemove WHERE recomputation_id = %s AND dossier_id = ANY(%s::uuid[])"


class Waiting(NamedTuple):
    """A move that may be entered: its key, whose it is, from when to when, and who approved it."""

    id: str
    dossier: str
    before: datetime
    after: datetime
    by: UUID | None = None


def keep(findings: Sequence[Finding], run: Recomputation) -> tuple[Counter[OutcomeKind], list[Waiting]]:
    """Write down what was found, each dossier once; return how many of each kind, and the moves for the better."""
    try:
        # One dossier that was looked at by itself before would spoil the whole batch.
        with transaction.atomic():
            return _copied(findings, run)
    except UniqueViolation:
        known = {key for (key,) in sql.rows(_KNOWN, [run.pk, [finding.dossier for finding in findings]])}
        return _copied([finding for finding in findings if finding.dossier not in known], run)


def _copied(findings: Sequence[Finding], run: Recomputation) -> tuple[Counter[OutcomeKind], list[Waiting]]:
    counts, better, lines = Counter[OutcomeKind](), list[Waiting](), list[str]()
    key, said = str(run.pk), dict[datetime, str]()
    for kind, dossier, agency, before, after, *_rest in findings:
        new = str(uuid7())
        text = said.get(after) or said.setdefault(after, after.isoformat())
        lines.append(f"{new}\t{key}\t{dossier}\t{agency}\t{before}\t{text}\t{_STATES[kind]}\n")
        counts[kind] += 1
        if kind is OutcomeKind.EARLIER:
            better.append(Waiting(new, dossier, moment_of(before), after))
    if lines:
        with connection.cursor() as cursor, cursor.copy(_KEEP) as copy:
            copy.write("".join(lines))
    return counts, better


# --- entering ---------------------------------------------------------------------------------------------

# Whoever works on one of them now goes first, and nobody who only refers to one is kept waiting.
_LOCK = "SELECT id FROM dossiers_dossier WHERE id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE"
_ENTRY = """
COPY dossiers_clockrow
  (id, dossier_id, place, kind, at, policy, reason, legal_basis, by, ground, calendar, due_after, paused_since)
FROM STDIN
"""
_DOSSIERS = """
UPDATE dossiers_dossier d SET due_at = moved.after, revision = d.revision + 1
FROM unnest(%s::uuid[], %s::timestamptz[]) AS moved (id, after) WHERE d.id = moved.id
"""
_OPEN_TASKS = """
SELECT subject_id::text, id, process_id, step, agency_id, opened_at, due_at FROM workflow_task
WHERE subject_id = ANY(%s::uuid[]) AND completed_at IS NULL
"""
_TASKS = """
UPDATE workflow_task t SET due_at = moved.after FROM unnest(%s::uuid[], %s::timestamptz[]) AS moved (id, after)
WHERE t.id = moved.id
"""
_SETTLE = """
UPDATE dossiers_duemove SET state = %s, decided_at = coalesce(decided_at, %s) WHERE id = ANY(%s::uuid[])
"""
# What was approved is not what would be entered: somebody is asked again.
_AGAIN = """
UPDATE dossiers_duemove m SET before = now.before, after = now.after, decided_at = NULL, decided_by = NULL
FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS now (id, before, after) WHERE m.id = now.id
"""


def enter_moves(moves: Sequence[Waiting], run: Recomputation, *, at: datetime) -> int:
    """Enter moves into their ledgers, each asked again with its dossier locked; return how many were entered.

    A better date is entered as it is found now; a worse one only as it was proposed, else it is proposed anew. What
    moves nothing any more is overtaken. Part of the caller's transaction.
    """
    hold_calendars()
    keys = [move.dossier for move in moves]
    sql.rows(_LOCK, [keys])
    judged_now = judge(these(keys), at=at)
    found = {finding.dossier: finding for finding in judged_now.findings if finding.kind in _MOVES}
    holds, again = list[_Hold](), list[_Hold]()
    for move in moves:
        if finding := found.get(move.dossier):
            now = move._replace(before=moment_of(finding.before), after=finding.after)
            holds_now = now == move or finding.kind is OutcomeKind.EARLIER
            (holds if holds_now else again).append((now, finding))
    if holds:
        _enter(holds, run, judged_now.notice, at)
        sql.run(_SETTLE, [DueMove.State.APPLIED.value, at, [move.id for move, _ in holds]])
    if again:
        asked = [move for move, _ in again]
        sql.run(_AGAIN, [[m.id for m in asked], [m.before for m in asked], [m.after for m in asked]])
    if gone := [move.id for move in moves if move.dossier not in found]:
        sql.run(_SETTLE, [DueMove.State.OVERTAKEN.value, at, gone])
    return len(holds)


_Hold = tuple[Waiting, Finding]


def _enter(holds: Sequence[_Hold], run: Recomputation, notice: int, at: datetime) -> None:
    with connection.cursor() as cursor, cursor.copy(_ENTRY) as copy:
        for move, finding in holds:
            copy.write_row(
                (
                    uuid7(), UUID(move.dossier), finding.place + 1, EntryKind.RECKON.value,
                    # Another machine's clock may be a little ahead; a ledger never goes back.
                    max(at, moment_of(finding.last_at)), "", REASON, run.legal_basis, move.by, "", notice, move.after,
                    moment_of(finding.paused_since) if finding.paused_since else None,
                )
            )  # fmt: skip
    keys = [move.dossier for move, _ in holds]
    sql.run(_DOSSIERS, [keys, [move.after for move, _ in holds]])
    _follow(keys, {hold[0].dossier: hold for hold in holds})
    approvers = names_of({move.by for move, _ in holds if move.by is not None})
    for by in dict.fromkeys(move.by for move, _ in holds):
        events = [(_moved(move, run), UUID(row.agency)) for move, row in holds if move.by == by]
        journal.record_many(events, by=_actor(by, approvers), at=at)


class _OpenTask(NamedTuple):
    id: UUID
    process_id: UUID
    step: str
    agency_id: UUID
    opened_at: datetime
    due_at: datetime | None


def _follow(dossiers: list[str], holds: Mapping[str, _Hold]) -> None:
    """Let the open task of each dossier follow its due time."""
    due_of = dict[UUID, datetime | None]()
    for dossier, *row in sql.rows(_OPEN_TASKS, [dossiers]):
        task, (move, finding) = _OpenTask(*row), holds[dossier]
        opener = task.agency_id
        if finding.held is not None:
            held = tuple((until, UUID(agency)) for until, agency in _held(finding.held))
            opener = opener_of(task, held, now=UUID(finding.agency))
        due_of[task.id] = task_due(
            task, process_id=task.process_id, before=move.before, due_at=move.after, opener=opener
        )
    if due_of:
        sql.run(_TASKS, [list(due_of), list(due_of.values())])


def _actor(by: UUID | None, names: Mapping[UUID, str]) -> Actor:
    return SYSTEM if by is None else Actor(by, names.get(by, ""))


def _moved(move: Waiting, run: Recomputation) -> DueMoved:
    return DueMoved(
        UUID(move.dossier),
        due_before=move.before.isoformat(),
        due_after=move.after.isoformat(),
        notice=run.notice,
        title=run.title,
        reason=REASON,
        legal_basis=run.legal_basis,
    )
