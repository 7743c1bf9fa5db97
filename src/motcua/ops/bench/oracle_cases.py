"""Random short cases for the oracle, each from its own seed, and the comparison with the rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from motcua.ops.bench.oracle import BeyondLine, Impossible, Line, Walked, due_by_walking, walked_again
from motcua.rules.clock import ClockEntry, ClockRefusal, ClockState, EntryKind, ResumePolicy, apply, due_under
from motcua.rules.deadlines import Limit, Unit, due
from motcua.rules.working_time import DayEntry, DayKind, OutsideCalendar, Shift, Week, WorkingCalendar

_GROUNDS = ("", "supplement", "payment")
_HOURS = (Unit.HOUR, Unit.WORKING_HOUR)
_FREE = (DayKind.HOLIDAY, DayKind.SUBSTITUTE_OFF, DayKind.SWAP_OFF, DayKind.CLOSURE)
# Weekdays work more often than not, weekends now and then.
_OFTEN, _SELDOM = 0.9, 0.2
_FIRST_YEARS = (2023, 2024, 2026, 2027)
_LAST = "outside"


@dataclass(frozen=True)
class Case:
    """Days, a limit, a receipt, and what happens to the clock; `noticed` are the days after a later notice."""

    weeks: tuple[Week, ...]
    entries: tuple[DayEntry, ...]
    noticed: tuple[DayEntry, ...]
    first: date
    last: date
    limit: Limit
    received: datetime
    ledger: tuple[ClockEntry, ...]


def a_case(seed: int) -> Case:
    """Make the case of a seed; the same seed makes the same case."""
    random = Random(seed)  # noqa: S311
    limit = _a_limit(random)
    months = any(phase.unit is Unit.MONTH for phase in limit.phases)
    first = date(random.choice(_FIRST_YEARS), random.randint(1, 12), random.randint(1, 28))
    last = first + timedelta(days=190 if months else 75)
    weeks = [Week(first - timedelta(days=random.randint(0, 9)), _a_week(random))]
    if random.random() < 0.3:
        weeks.append(Week(first + timedelta(days=random.randint(3, 40)), _a_week(random)))
    entries = tuple(_an_entry(random, first, last) for _ in range(random.randint(0, 12)))
    more = tuple(_an_entry(random, first, last) for _ in range(random.randint(0, 4)))
    received = datetime.combine(first, time(), UTC) + timedelta(seconds=random.randint(86_400, 12 * 86_400))
    ledger = tuple(_a_ledger(random, limit, received))
    return Case(tuple(weeks), entries, entries + more, first, last, limit, received, ledger)


def _a_clock_time(random: Random) -> int:
    """Give a minute of the day, mostly a round one."""
    return random.choice((30, 30, 30, 1)) * random.randint(0, 47) + random.choice((0, 0, 0, 7))


def _shifts(random: Random, most: int = 3) -> tuple[Shift, ...]:
    edges = sorted({_a_clock_time(random) for _ in range(2 * random.randint(1, most))})
    pairs = zip(edges[::2], edges[1::2], strict=False)
    shifts = [Shift(time(a // 60, a % 60), time(b // 60, b % 60)) for a, b in pairs]
    if shifts and random.random() < 0.2:
        # One shift follows the other without a break.
        middle = shifts[0]
        half = (middle.start.hour * 60 + middle.start.minute + middle.end.hour * 60 + middle.end.minute) // 2
        cut = time(half // 60, half % 60)
        if middle.start < cut:
            shifts[:1] = [Shift(middle.start, cut), Shift(cut, middle.end)]
    if random.random() < 0.03:
        shifts = [Shift(time(0), time(23, 59))]
    return tuple(shifts)


def _a_week(random: Random) -> dict[int, tuple[Shift, ...]]:
    return {day: _shifts(random) for day in range(7) if random.random() < (_OFTEN if day < 5 else _SELDOM)}


def _an_entry(random: Random, first: date, last: date) -> DayEntry:
    day = first + timedelta(days=random.randint(0, min(45, (last - first).days)))
    kind = random.choice(list(DayKind))
    own = _shifts(random) if kind not in (*_FREE, DayKind.AS_USUAL) and random.random() < 0.4 else None
    return DayEntry(day, kind, kind.value, "", own)


def _an_amount(random: Random, unit: Unit) -> int:
    most = {Unit.MONTH: 3, Unit.CALENDAR_DAY: 20, Unit.WORKING_DAY: 12, Unit.HOUR: 90, Unit.WORKING_HOUR: 30}
    return random.randint(1, most[unit])


def _a_limit(random: Random) -> Limit:
    cutoff = random.choice((None, None, time(15), time(random.randint(0, 23), random.randint(0, 59))))
    units = [unit for unit in Unit if unit not in (Unit.SAME_DAY, Unit.MONTH)]
    unit = random.choice([*units * 3, Unit.SAME_DAY, Unit.SAME_DAY, Unit.MONTH])
    if unit is Unit.SAME_DAY:
        return Limit(unit, random.randint(0, 1), cutoff)
    then: tuple[Limit, ...] = ()
    if random.random() < 0.35:
        following = [random.choice(units) for _ in range(random.randint(1, 2))]
        then = tuple(Limit(one, max(1, _an_amount(random, one) // 2)) for one in following)
    return Limit(unit, _an_amount(random, unit), cutoff, then)


def _a_ledger(random: Random, limit: Limit, received: datetime) -> Iterator[ClockEntry]:
    """Give entries in the order of their times: most can follow one another, some cannot."""
    yield ClockEntry(EntryKind.START, received, None if random.random() < 0.03 else limit)
    at, holding = received, set[str]()
    for _ in range(random.randint(0, 8)):
        at += timedelta(minutes=random.choice((0, 1, 45, 200, 700, 1_440, 4_000)) * random.randint(0, 2))
        at += timedelta(seconds=random.randint(0, 20_000))
        kind = random.choice(_AFTER_A_PAUSE if holding else _RUNNING)
        ground = random.choice(sorted(holding) if kind is EntryKind.RESUME and holding else _GROUNDS)
        if kind is EntryKind.PAUSE:
            holding.add(ground)
        elif kind is EntryKind.RESUME:
            holding.discard(ground)
        elif kind is EntryKind.RESTART:
            holding.clear()
        yield _an_event(random, kind, at, ground)


# What is likely to follow while the clock runs, and while it stands.
_RUNNING = [EntryKind.PAUSE] * 8 + [*(EntryKind.EXTEND, EntryKind.EXTEND, EntryKind.RECKON), *EntryKind]
_AFTER_A_PAUSE = [EntryKind.RESUME] * 9 + [*[EntryKind.PAUSE] * 4, *EntryKind]


def _an_event(random: Random, kind: EntryKind, at: datetime, ground: str) -> ClockEntry:
    policy = random.choice(list(ResumePolicy)) if kind is EntryKind.RESUME else None
    anew = kind in (EntryKind.START, EntryKind.RESTART) or policy is ResumePolicy.RESTART
    own = anew and random.random() < 0.2
    until = (at + timedelta(days=random.randint(1, 20))).replace(second=0, microsecond=0)
    return ClockEntry(
        kind,
        at,
        limit=Limit(Unit.WORKING_DAY, random.randint(1, 5)) if own else None,
        policy=policy,
        until=until if kind is EntryKind.EXTEND else None,
        ground=ground if kind in (EntryKind.PAUSE, EntryKind.RESUME) else "",
        calendar=int(kind is EntryKind.RECKON),
    )


# --- the comparison


def disagreements(seeds: Iterable[int]) -> Iterator[str]:
    """Name each case in which the rules and the oracle differ, and in what."""
    for seed in seeds:
        difference = compared(a_case(seed))
        if difference is not None:
            yield f"case {seed}: {difference}"


def compared(case: Case) -> str | None:
    """Say in what the rules and the oracle differ, if in anything; both may find no place in the calendar."""
    calendars = [
        WorkingCalendar(case.weeks, days, case.first, case.last) for days in (case.entries, case.noticed)
    ]
    lines = [Line(case.weeks, days, case.first, case.last) for days in (case.entries, case.noticed)]
    ours = _due_of_rules(case, calendars[0])
    theirs = _due_of_oracle(case, lines[0])
    if ours != theirs:
        return f"{case.limit} received {case.received}: {ours}, the oracle {theirs}"
    return _compared_ledgers(case, calendars, lines)


def _due_of_rules(case: Case, calendar: WorkingCalendar) -> datetime | str:
    try:
        return due(case.limit, received=case.received, calendar=calendar).at
    except OutsideCalendar:
        return _LAST


def _due_of_oracle(case: Case, line: Line) -> datetime | str:
    try:
        return due_by_walking(case.limit, case.received, line)
    except BeyondLine:
        return _LAST


def _compared_ledgers(case: Case, calendars: list[WorkingCalendar], lines: list[Line]) -> str | None:
    state: ClockState | None = None
    walked = Walked()
    newest = 0
    for number, entry in enumerate(case.ledger):
        newest = max(newest, entry.calendar)
        said, state = _applied(state, entry, calendars[newest])
        heard = _entered(walked, entry, lines[newest])
        if said != heard:
            return f"entry {number} ({entry.kind}): {said or 'taken'}, the oracle {heard or 'taken'}"
        if said == _LAST:
            return None
        if state is None:
            continue
        ours = (state.due, state.original_due, state.remaining_minutes)
        theirs = (walked.due, walked.original, walked.left)
        if ours != theirs:
            return f"entry {number} ({entry.kind}): {ours}, the oracle {theirs}"
    return _compared_derivations(state, walked, calendars, lines)


def _compared_derivations(
    state: ClockState | None, walked: Walked, calendars: list[WorkingCalendar], lines: list[Line]
) -> str | None:
    """Derive the due time once more, under each of the calendars."""
    for calendar, line in zip(calendars, lines, strict=True):
        try:
            ours: datetime | str | None = due_under(state, calendar) if state else None
        except OutsideCalendar:
            ours = _LAST
        try:
            theirs: datetime | str | None = walked_again(walked.movements, line)
        except BeyondLine:
            theirs = _LAST
        if ours != theirs:
            return f"derived again: {ours}, the oracle {theirs}"
    return None


def _applied(
    state: ClockState | None, entry: ClockEntry, calendar: WorkingCalendar
) -> tuple[str, ClockState | None]:
    try:
        return "", apply(state, entry, calendar)
    except ClockRefusal:
        return "refused", state
    except OutsideCalendar:
        return _LAST, state


def _entered(walked: Walked, entry: ClockEntry, line: Line) -> str:
    try:
        walked.enter(entry, line)
    except Impossible:
        return "refused"
    except BeyondLine:
        return _LAST
    return ""
