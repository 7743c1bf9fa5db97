"""Open dossiers of a whole province after a notice that adds holidays, against one dossier at a time."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice, product
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from motcua.calendars.actions import NoticeData, begin_calendar, record_notice
from motcua.calendars.queries import pinned_calendar, working_calendar
from motcua.dossiers.actions import apply_moves, approve_moves, open_recomputation, recompute
from motcua.dossiers.queries import recomputation
from motcua.journal.events import SYSTEM
from motcua.kit import clock, sql
from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome
from motcua.ops.bench.twin import analyse
from motcua.rules.calendar_notice import DayChange
from motcua.rules.clock import ClockEntry, ClockState, EntryKind, ResumePolicy, apply
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.localday import local_day
from motcua.rules.working_time import WorkingCalendar

TARGET = 20.0
_LONGEST = 30
_HOLIDAYS = 5
# Copies are committed in parts of this many: what is checked at the end of each stays in memory until then.
_PART = 100_000
_BASIS = "Đo tốc độ"


def measure(stage: Stage) -> Outcome:
    """Recompute them all by the action that also serves a single dossier, called for some of them one by one."""
    sizes, source = stage.sizes, stage.world.accepted()
    now = clock.now()
    _fill(source.id, sizes.open_dossiers, now)
    analyse(stage.ground)
    run = _notice(stage, now)
    singly = _each(run, sizes.single_dossiers)
    began = time.perf_counter()
    took = list(_timed(lambda: recompute(run, at=now)))
    total = time.perf_counter() - began
    number = sql.rows(_OPEN, [])[0][0]
    whole = total / number
    found = recomputation(run)
    assert found is not None
    entered = _enter(run, sizes.single_dossiers * 20)
    full = [seconds for seconds, number in took if number == max(number for _, number in took)]
    rates = [singly / (seconds / max(number for _, number in took)) for seconds in full]
    aside = (
        f"{number} open dossiers in {total:.1f} s, {found.done} of them touched, "
        f"{found.earlier + found.later} moved; approved: {entered * 1e6:.0f} µs each"
    )
    # The spread is that of the batches; dossiers that the notice does not touch cost nothing and lie in none.
    ratio = singly / whole
    return Outcome(
        "recompute", 1e6 * whole, 1e6 * singly, "µs", ratio, TARGET, True,
        (min(*rates, ratio), max(*rates, ratio)), aside,
    )  # fmt: skip


_OPEN = "SELECT count(*) FROM dossiers_dossier WHERE state IN ('in_progress', 'paused')"


def _timed(step: Callable[[], int]) -> Iterator[tuple[float, int]]:
    while True:
        began = time.perf_counter()
        number = step()
        if not number:
            return
        yield time.perf_counter() - began, number


_SOME = """
SELECT d.id FROM dossiers_dossier d
WHERE d.number LIKE '%%-recompute-%%' AND d.due_at >= %s ORDER BY d.id DESC LIMIT %s
"""


def _each(run: UUID, number: int) -> float:
    """Recompute some dossiers one by one, as after a doubt about a single one; return the seconds of one."""
    now = clock.now()
    keys = [key for (key,) in sql.rows(_SOME, [now, number])]
    recompute(run, at=now, dossiers=keys[:1])
    began = time.perf_counter()
    for key in keys[1:]:
        recompute(run, at=now, dossiers=[key])
    return (time.perf_counter() - began) / max(1, len(keys) - 1)


def _enter(run: UUID, most: int) -> float:
    """Approve everything and enter some of it; return the seconds of one."""
    approve_moves(run, by=SYSTEM, at=clock.now(), agencies=None, approve=True)
    began = time.perf_counter()
    number = apply_moves(run, at=clock.now(), most=most)
    return (time.perf_counter() - began) / max(1, number)


def _notice(stage: Stage, now: datetime) -> UUID:
    """Announce holidays from the second working day on, and open the run for them."""
    national = working_calendar(None, on=local_day(now))
    first = national.add_working_days(local_day(now), 2)
    days = [national.add_working_days(first, number) for number in range(_HOLIDAYS)]
    changes = tuple(DayChange(day, "holiday", "Nghỉ thêm", _BASIS) for day in days)
    calendar = begin_calendar(None, by=SYSTEM, at=now)
    number = record_notice(calendar, NoticeData("Nghỉ thêm", days=changes), by=SYSTEM, at=now)
    return open_recomputation(
        number,
        calendar_id=calendar.id,
        title="Nghỉ thêm",
        legal_basis=_BASIS,
        first_day=days[0],
        last_day=days[-1],
        at=clock.now(),
    )


# --- a million open dossiers ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Life:
    """One course of a ledger: its entries with the state after each."""

    steps: tuple[tuple[ClockEntry, ClockState], ...]

    @property
    def state(self) -> ClockState:
        return self.steps[-1][1]


def _lives(calendar: WorkingCalendar, now: datetime, pinned: int) -> Iterator[_Life]:
    """Give courses of all limits, begun on the days before now: most run, some stand, stood or were extended."""
    limits = [
        Limit(unit, n) for unit in (Unit.WORKING_DAY, Unit.CALENDAR_DAY) for n in range(1, _LONGEST + 1)
    ]
    turn = count()
    for back, limit in product(range(1, 40), limits):
        at = calendar.next_moment(now - timedelta(days=back, minutes=37 * back + limit.amount))
        life = _life(limit, at, calendar, pinned, next(turn) % 20)
        due = life.state.due
        # Some are late; what has long been late was answered.
        if due is not None and due > now - timedelta(days=2):
            yield life


def _life(limit: Limit, at: datetime, calendar: WorkingCalendar, pinned: int, turn: int) -> _Life:
    entries = [ClockEntry(EntryKind.START, at, limit=limit, calendar=pinned)]
    state = apply(None, entries[0], calendar)
    assert state.due is not None
    half = at + (state.due - at) / 4
    if turn in (0, 1):
        entries.append(ClockEntry(EntryKind.PAUSE, half, ground="supplement", calendar=pinned))
    if turn == 1:
        entries.append(
            ClockEntry(
                EntryKind.RESUME, half + timedelta(minutes=90), policy=ResumePolicy.SHIFT, ground="supplement",
                calendar=pinned,
            )
        )  # fmt: skip
    if turn == 2:
        until = calendar.closing(calendar.add_working_days(local_day(state.due), 3))
        entries.append(ClockEntry(EntryKind.EXTEND, half, until=until, calendar=pinned))
    steps, after = [], None
    for entry in entries:
        after = apply(after, entry, calendar)
        steps.append((entry, after))
    return _Life(tuple(steps))


_LIVES = """
CREATE TEMPORARY TABLE bench_life (life int, state text, accepted_at timestamptz, promised_at timestamptz,
  due_at timestamptz, paused_at timestamptz);
CREATE TEMPORARY TABLE bench_entry (life int, place int, kind text, at timestamptz, "limit" jsonb, policy text,
  until timestamptz, ground text, calendar int, due_after timestamptz, paused_since timestamptz)
"""
# Keys in the order of their making, as the product makes them.
_PLAN = """
CREATE TEMPORARY TABLE bench_open ON COMMIT DROP AS
SELECT c.number, c.number %% %s AS life,
  (lpad(to_hex(1700000000000 + c.number), 12, '0') || '7' || substr(md5(c.number::text), 1, 19))::uuid AS dossier
FROM generate_series(%s::bigint, %s::bigint) AS c(number)
"""
_OWN = {
    "id": "o.dossier",
    "applicant_id": "NULL",
    "secret": "uuid_send(o.dossier)",
    "number": "t.number || '-recompute-' || o.number",
    **{name: f"l.{name}" for name in ("state", "accepted_at", "promised_at", "due_at", "paused_at")},
}
_TASK = {
    "id": "gen_random_uuid()",
    "subject_id": "o.dossier",
    "opened_at": "l.accepted_at",
    "due_at": "l.due_at",
}
_ENTRIES = """
INSERT INTO dossiers_clockrow (id, dossier_id, place, kind, at, "limit", policy, until, reason, legal_basis, ground,
  calendar, due_after, paused_since)
SELECT gen_random_uuid(), o.dossier, e.place, e.kind, e.at, e."limit", e.policy, e.until, 'bench', '', e.ground,
  e.calendar, e.due_after, e.paused_since
FROM bench_open o JOIN bench_entry e ON e.life = o.life ORDER BY o.number, e.place
"""


def _fill(source: UUID, number: int, now: datetime) -> None:
    """Make open dossiers in SQL from one, with the ledgers of these lives."""
    calendar, pinned = pinned_calendar(None, on=local_day(now))
    lives = list(islice(_lives(calendar, now, pinned), number))
    with connection.cursor() as cursor:
        cursor.execute(_LIVES)
        with cursor.copy("COPY bench_life FROM STDIN") as copy:
            for key, life in enumerate(lives):
                first, last = life.steps[0], life.state
                state = "paused" if last.paused_at else "in_progress"
                copy.write_row((key, state, first[0].at, first[1].due, last.due, last.paused_at))
        with cursor.copy("COPY bench_entry FROM STDIN") as copy:
            for key, life in enumerate(lives):
                for place, (entry, after) in enumerate(life.steps):
                    copy.write_row(_row(key, place, entry, after))
    for first_number in range(1, number + 1, _PART):
        _part(source, len(lives), first_number, min(number, first_number + _PART - 1))


def _row(key: int, place: int, entry: ClockEntry, after: ClockState) -> tuple[object, ...]:
    limit = Jsonb(entry.limit.to_json()) if entry.limit else None
    policy = entry.policy.value if entry.policy else ""
    return (
        key, place, entry.kind.value, entry.at, limit, policy, entry.until, entry.ground, entry.calendar, after.due,
        after.paused_at,
    )  # fmt: skip


@transaction.atomic
def _part(source: UUID, lives: int, first: int, last: int) -> None:
    sql.run(_PLAN, [lives, first, last])
    _copy("dossiers_dossier", _OWN, "t.id = %s", source)
    sql.run(_ENTRIES, [])
    _copy(
        "workflow_task",
        _TASK,
        "t.subject_id = %s AND t.completed_at IS NULL AND l.state = 'in_progress'",
        source,
    )


def _copy(table: str, own: dict[str, str], which: str, source: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608
        names = [column[0] for column in cursor.description]
        columns = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(own.get(name, f't."{name}"') for name in names)
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t, bench_open o "  # noqa: S608
            f"JOIN bench_life l ON l.life = o.life WHERE {which} ORDER BY o.number",
            [source],
        )
