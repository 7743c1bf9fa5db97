"""Warning of limits that come near, once for each stage of each due time; see docs/rules/lateness.md.

When a fifth of a limit is left depends on where it began and on the calendar, so no index knows it. What is looked at
is bounded from both sides: by due time, and by when such a limit must have begun at the latest. A day that is k working
days off is looked at every k-th time: its warning is then late by a hundredth of the time that it leaves.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from motcua.calendars.queries import working_calendar
from motcua.dossiers.events import DeadlineWarned
from motcua.dossiers.models import DeadlineWarning
from motcua.dossiers.queries.warning import (
    NearLimit,
    Stretch,
    agencies_at_work,
    began,
    dossiers_near,
    limits_began,
    steps_near,
)
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM
from motcua.kit import sql
from motcua.kit.ids import uuid7
from motcua.rules.lateness import warning_due
from motcua.rules.localday import at_local, local_day
from motcua.rules.refusals import Refusal
from motcua.rules.working_time import OutsideCalendar, WorkingCalendar
from motcua.workflow.queries import limited_functions

_log = logging.getLogger(__name__)
# A fifth of 300 working days, more than any procedure has; of a longer limit it is warned this many days before.
_FURTHEST = 60
# However far off, a day is looked at once in this many times: each hour, by a job of five minutes.
_SELDOM = 12
_AN_HOUR = 60
_BATCH = 200
_SOON, _DAY = DeadlineWarning.Stage.SOON.value, DeadlineWarning.Stage.DAY.value

_Read = Callable[[tuple[datetime, UUID] | None], list[NearLimit]]


def warn_of_deadlines(*, at: datetime, turn: int = 0) -> int:
    """Warn of every limit whose time for it has come; return how many were warned of.

    `turn` counts the calls: days far off are not looked at in each; at 0 all are. Run twice, or by two workers at
    once, it warns of each limit once. A paused dossier is left in peace. An agency or a dossier that cannot be reckoned
    is logged and silences no other.
    """
    functions = limited_functions()
    warned = 0
    for agency in agencies_at_work(steps=bool(functions)):
        try:
            for new in _warned_at(agency, functions, at, turn):
                warned += new
        except (LookupError, Refusal):
            _log.exception("limits of agency %s cannot be warned of", agency)
    return warned


def _warned_at(agency: UUID, functions: frozenset[str], at: datetime, turn: int) -> Iterator[int]:
    calendar = working_calendar(agency, on=local_day(at))
    for stretch in _stretches(calendar, at, turn):
        yield _each(_dossiers_of(agency, stretch), agency, calendar, at)
        if functions:
            yield _each(_steps_of(agency, functions, stretch), agency, calendar, at)


def _dossiers_of(agency: UUID, stretch: Stretch) -> _Read:
    return lambda after: dossiers_near(agency, stretch, after=after, size=_BATCH)


def _steps_of(agency: UUID, functions: frozenset[str], stretch: Stretch) -> _Read:
    return lambda after: steps_near(agency, functions, stretch, after=after, size=_BATCH)


def _stretches(calendar: WorkingCalendar, at: datetime, turn: int) -> Iterator[Stretch]:
    """Yield today and the working days that come, each with the days off before it, as far as this turn looks."""
    today = local_day(at)
    first = at + timedelta(microseconds=1)  # at its very due time nobody needs a warning
    for ahead in range(_FURTHEST + 1):
        day = calendar.add_working_days(today, ahead) if ahead else today
        last = at_local(day + timedelta(days=1), time())
        if not ahead:
            yield Stretch(first, last, at, _DAY)
        if turn % max(1, min(ahead, _SELDOM)) == 0:
            try:
                yield from _of_a_day(calendar, day, first, last, at)
            except OutsideCalendar:
                return
        first = last


def _of_a_day(
    calendar: WorkingCalendar, day: date, first: datetime, last: datetime, at: datetime
) -> Iterator[Stretch]:
    """Yield what is due on a day before its closing, and at it: there, where most is due, the bound is the closest."""
    closing = calendar.closing(day) if calendar.is_working_day(day) else first
    for start, end in ((first, closing), (max(first, closing), last)):
        if start < end:
            yield Stretch(start, end, _began_by(calendar, start, at), _SOON)


def _began_by(calendar: WorkingCalendar, due_at: datetime, at: datetime) -> datetime:
    """Return by when a limit must have begun of which only a fifth is left if it ends at `due_at` or later.

    Four times what is left has passed since.
    """
    passed = 4 * calendar.minutes_between(at, due_at)
    if passed <= 4 * _AN_HOUR:
        return at  # a short limit gives its warning an hour before, whenever it began
    today, few, many = local_day(at), -1, 0

    def opening(days: int) -> datetime:
        return calendar.opening(calendar.add_working_days(today, -days))

    while calendar.minutes_between(opening(many), at) < passed:
        few, many = many, max(1, 2 * many)
    while many - few > 1:
        middle = (few + many) // 2
        enough = calendar.minutes_between(opening(middle), at) >= passed
        few, many = (few, middle) if enough else (middle, many)
    over = calendar.minutes_between(opening(many), at) - passed
    # To the end of the break, in which no time passes, and of the minute, because seconds do not count.
    return calendar.next_moment(calendar.add_minutes(opening(many), over)) + timedelta(minutes=1)


def _each(read: _Read, agency: UUID, calendar: WorkingCalendar, at: datetime) -> int:
    """Go through what comes near, batch after batch, each in a transaction of its own."""
    warned, after = 0, None
    while rows := read(after):
        due_now = _due_now(rows, calendar, at)
        warned += _warn(due_now, agency, at) if due_now else 0
        after = rows[-1].place
        if len(rows) < _BATCH:
            break
    return warned


def _due_now(rows: list[NearLimit], calendar: WorkingCalendar, at: datetime) -> list[tuple[NearLimit, str]]:
    ledgers = limits_began({row.dossier_id for row in rows if row.task_id is None})
    found = []
    for row in rows:
        try:
            start = row.began_at if row.task_id else began(ledgers[row.dossier_id], calendar)
            stage = _stage(row, start, calendar, at)
        except (LookupError, Refusal):
            _log.exception("the limit of dossier %s cannot be warned of", row.dossier_id)
            continue
        if stage and stage not in row.warned:
            found.append((row, stage))
    return found


def _stage(row: NearLimit, start: datetime, calendar: WorkingCalendar, at: datetime) -> str:
    """Return the warning whose time came last; an earlier one that was not sent by then is left out.

    The opening of the day on which a limit itself began is no warning of its end.
    """
    warnings = warning_due(start, row.due_at, calendar)
    moments = [(warnings.soon, _SOON)] + [(warnings.day, _DAY)] * (warnings.day >= row.began_at)
    come = [(moment, stage == _DAY, stage) for moment, stage in moments if moment <= at]
    return max(come)[2] if come else ""


# Once more under a lock: what moved, paused or ended since it was read is not warned of. A dossier that somebody
# works on this very moment waits for the next time, and so does one that another worker warns of.
_INSERT = """
INSERT INTO dossiers_deadlinewarning (id, dossier_id, task_id, stage, due_at, at)
SELECT n.id, n.dossier_id, n.task_id, n.stage, n.due_at, %(at)s
FROM unnest(%(ids)s::uuid[], %(dossiers)s::uuid[], %(tasks)s::uuid[], %(stages)s::text[], %(dues)s::timestamptz[])
  AS n (id, dossier_id, task_id, stage, due_at)
JOIN dossiers_dossier d ON d.id = n.dossier_id AND d.state = 'in_progress'
LEFT JOIN workflow_task t ON t.id = n.task_id AND t.completed_at IS NULL
WHERE n.due_at = CASE WHEN n.task_id IS NULL THEN d.due_at ELSE t.due_at END
FOR NO KEY UPDATE OF d SKIP LOCKED
ON CONFLICT DO NOTHING
RETURNING id
"""


@transaction.atomic
def _warn(due_now: list[tuple[NearLimit, str]], agency: UUID, at: datetime) -> int:
    new = {uuid7(): (row, stage) for row, stage in due_now}
    inserted = sql.rows(
        _INSERT,
        {
            "at": at,
            "ids": list(new),
            "dossiers": [row.dossier_id for row, _ in new.values()],
            "tasks": [row.task_id for row, _ in new.values()],
            "stages": [stage for _, stage in new.values()],
            "dues": [row.due_at for row, _ in new.values()],
        },
    )
    warned = [new[key] for (key,) in inserted]
    events = [
        DeadlineWarned(row.dossier_id, task=row.task_id, stage=stage, due_at=row.due_at.isoformat())
        for row, stage in warned
    ]
    journal.record_many(((event, agency) for event in events), by=SYSTEM, at=at)
    return len(events)
