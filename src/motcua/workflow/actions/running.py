"""Running a process for a subject: tokens move, tasks close and open, in the transaction of its caller.

The caller holds the subject's lock and records the event; what a token comes to that is no task (a partner, the end)
is in what is returned and is the caller's business.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from motcua.kit import sql
from motcua.kit.ids import uuid7
from motcua.organisation.queries import holders
from motcua.rules.localday import local_day
from motcua.rules.process import Advance, Machine, Marking, Node, NodeKind, ProcessRefused
from motcua.rules.process.conditions import Value
from motcua.rules.process.faults import Deed
from motcua.workflow.models import Task
from motcua.workflow.queries import facts_of, function_of, machine, marking_of, someone_for

BACK = "back"


class UnableToWork(Exception):
    """The task is not open any more, or the process cannot go that way; `code` and `where` say why."""

    def __init__(self, code: str = "changed_meanwhile", where: str = "") -> None:
        super().__init__(code)
        self.code, self.where = code, where


class Opening(NamedTuple):
    """Where a node is worked on, and until when."""

    agency_id: UUID | None
    due_at: datetime | None


class Went(NamedTuple):
    """What a move led to: an `Advance`, and who holds each task that was opened (None: the common queue)."""

    marking: Marking
    left: tuple[str, ...]
    entered: tuple[str, ...]
    flows: tuple[str, ...]
    holders: Mapping[str, UUID | None]


# The caller says where a node is worked on and until when: it knows the subject.
Opener = Callable[[Node], Opening]
_TIMED = frozenset({NodeKind.TIMER, NodeKind.BOUNDARY_TIMER})


def begin_run(subject_kind: str, subject_id: UUID, *, process_id: UUID, opener: Opener, at: datetime) -> Went:
    """Start a process for a subject; `UnableToWork` where its first gateway knows no way."""
    engine = machine(process_id)
    try:
        advance = engine.begin(facts_of(subject_id) if engine.process.data else {})
    except ProcessRefused as refused:
        raise UnableToWork(refused.code, refused.where) from None
    entered = _entering(engine, advance.entered, subject_id, opener, at)
    _write(_ENTER, (subject_kind, subject_id, process_id), at, entered=entered)
    return Went(*advance, {row[1]: row[5] for row in entered.tasks})


def go_on(
    subject_id: UUID,
    *,
    process_id: UUID,
    key: str,
    deed: Deed | str,
    outcome: str,
    by: UUID | None,
    opener: Opener,
    at: datetime,
    data: Mapping[str, Value] | None = None,
    back_to: str = "",
    note: str = "",
    subject_kind: str = "dossier",
    marking: tuple[str, ...] | None = None,
) -> Went:
    """Let what waits at a node go on: done, failed, run out, or handed back to an earlier task (`BACK`).

    `marking` is where the subject stands, read here where it is not given. The task there closes with `outcome`; tasks
    that end with it are called off. `data` are set before the way is chosen. Raises `UnableToWork`: changed_meanwhile
    (nothing waits there any more), or a code of `ProcessRefused`.
    """
    engine = machine(process_id)
    if data:
        _set_facts(subject_id, data, by, at)
    known = facts_of(subject_id) if engine.process.data else {}
    marking = marking_of(subject_id) if marking is None else marking
    try:
        advance = _advance(engine, marking, key, deed, known, back_to)
    except ProcessRefused as refused:
        code = "changed_meanwhile" if refused.code == "not_waiting" else refused.code
        raise UnableToWork(code, refused.where) from None
    subject = (subject_kind, subject_id, process_id)
    left = _Left(key, advance.left, outcome, by)
    entered = _entering(engine, advance.entered, subject_id, opener, at)
    if set(advance.left).isdisjoint(advance.entered):
        closed = _write(_LEAVE_AND_ENTER, subject, at, left=left, entered=entered, note=note)
    else:
        # What comes back to where it was: the old row must be gone before the new one comes.
        closed = _write(_LEAVE, subject, at, left=left, note=note)
        _write(_ENTER, subject, at, entered=entered, note=note)
    if engine.nodes[key].kind is NodeKind.TASK and key not in closed:
        raise UnableToWork
    return Went(*advance, {row[1]: row[5] for row in entered.tasks})


def _advance(
    engine: Machine, marking: tuple[str, ...], key: str, deed: Deed | str, known: Mapping[str, Value], to: str
) -> Advance:
    if deed == BACK:
        return engine.step_back(marking, key, to)
    if deed == Deed.FAILED:
        return engine.fail(marking, key, known)
    if deed == Deed.EXPIRED:
        return engine.expire(marking, key, known)
    return engine.complete(marking, key, known)


_SET = """
INSERT INTO workflow_fact (id, subject_id, name, value, set_at, set_by)
SELECT row.id, %s, row.name, row.value, %s, %s FROM unnest(%s::uuid[], %s::text[], %s::jsonb[]) AS row (id, name, value)
ON CONFLICT (subject_id, name) DO UPDATE SET value = EXCLUDED.value, set_at = EXCLUDED.set_at, set_by = EXCLUDED.set_by
"""


def _set_facts(subject_id: UUID, data: Mapping[str, Value], by: UUID | None, at: datetime) -> None:
    sql.run(
        _SET,
        [subject_id, at, by, [uuid7() for _ in data], list(data), [Jsonb(value) for value in data.values()]],
    )


class _Left(NamedTuple):
    """What is left: the place that went on with its outcome, and all that ended with it."""

    key: str
    places: tuple[str, ...]
    outcome: str
    by: UUID | None


class _Entering(NamedTuple):
    """What is entered, as rows: tokens (id, place, agency, due) and tasks (id, step, function, agency, post, holder, due)."""

    tokens: list[tuple[UUID, str, UUID | None, datetime | None]]
    tasks: list[tuple[Any, ...]]


# What is done closes with its outcome, what ends with it is called off.
# A token that goes on keeps its row; only what forks or joins makes rows or takes them away.
_GONE = "gone AS (DELETE FROM workflow_token WHERE subject_id = %(subject)s AND place = ANY(%(gone)s))"
_MOVED = """moved AS (
UPDATE workflow_token t SET place = row.place, agency_id = row.agency, entered_at = %(at)s, due_at = row.due
FROM unnest(%(moved)s::text[], %(moved_to)s::text[], %(moved_at)s::uuid[], %(moved_due)s::timestamptz[])
  AS row (old, place, agency, due)
WHERE t.subject_id = %(subject)s AND t.place = row.old)"""
_CLOSED = """closed AS (UPDATE workflow_task SET completed_at = %(at)s, completed_by = %(by)s,
  outcome = CASE WHEN step = %(key)s THEN %(outcome)s ELSE 'called_off' END
WHERE subject_id = %(subject)s AND completed_at IS NULL AND step = ANY(%(left)s)
RETURNING step)"""
_TOKENS = """token AS (
INSERT INTO workflow_token (id, subject_kind, subject_id, process_id, place, agency_id, entered_at, due_at)
SELECT row.id, %(kind)s, %(subject)s, %(process)s, row.place, row.agency, %(at)s, row.due
FROM unnest(%(tokens)s::uuid[], %(places)s::text[], %(agencies)s::uuid[], %(dues)s::timestamptz[])
  AS row (id, place, agency, due))"""
_TASKS = """task AS (
INSERT INTO workflow_task (id, subject_kind, subject_id, process_id, step, function, agency_id, post_id, holder_id,
  opened_at, due_at, note, completed_at, completed_by, outcome)
SELECT row.id, %(kind)s, %(subject)s, %(process)s, row.step, row.function, row.agency, row.post, row.holder, %(at)s,
  row.due, %(note)s, NULL, NULL, ''
FROM unnest(%(tasks)s::uuid[], %(steps)s::text[], %(functions)s::text[], %(places_of)s::uuid[], %(posts)s::uuid[],
  %(holders)s::uuid[], %(until)s::timestamptz[]) AS row (id, step, function, agency, post, holder, due))"""
_LEAVE = f"WITH {_GONE}, {_CLOSED} SELECT step FROM closed"  # noqa: S608
_ENTER = f"WITH {_TOKENS}, {_TASKS} SELECT ''"
_LEAVE_AND_ENTER = f"WITH {_GONE}, {_MOVED}, {_CLOSED}, {_TOKENS}, {_TASKS} SELECT step FROM closed"  # noqa: S608
_NO_ONE_LEFT = _Left("", (), "", None)
_NOTHING = _Entering([], [])


def _write(
    statement: str,
    subject: tuple[str, UUID, UUID],
    at: datetime,
    *,
    left: _Left = _NO_ONE_LEFT,
    entered: _Entering = _NOTHING,
    note: str = "",
) -> set[str]:
    """Write what is left and what is entered; return the steps whose tasks were closed."""
    known = {"kind": subject[0], "subject": subject[1], "process": subject[2], "at": at, "note": note}
    known |= {"key": left.key, "left": list(left.places), "outcome": left.outcome, "by": left.by}
    going_on = min(len(left.places), len(entered.tokens)) if statement is _LEAVE_AND_ENTER else 0
    known |= {"gone": list(left.places[going_on:]), "moved": list(left.places[:going_on])}
    moved = [row[1:] for row in entered.tokens[:going_on]]
    known |= zip(("moved_to", "moved_at", "moved_due"), _columns(moved, 3), strict=True)
    new = entered.tokens[going_on:]
    known |= zip(("tokens", "places", "agencies", "dues"), _columns(new, 4), strict=True)
    names = ("tasks", "steps", "functions", "places_of", "posts", "holders", "until")
    known |= zip(names, _columns(entered.tasks, 7), strict=True)
    return {row[0] for row in sql.rows(statement, known)}


def _entering(
    engine: Machine, places: Iterable[str], subject_id: UUID, opener: Opener, at: datetime
) -> _Entering:
    found = _Entering([], [])
    for place in places:
        node = engine.nodes.get(place)
        opening = opener(node) if node else Opening(None, None)
        timed = node is not None and node.kind in _TIMED
        found.tokens.append((uuid7(), place, opening.agency_id, opening.due_at if timed else None))
        if node is not None and (row := _task_row(node, subject_id, opening, at)):
            found.tasks.append(row)
    return found


def _columns(rows: list[Any], width: int) -> list[list[Any]]:
    return [[row[place] for row in rows] for place in range(width)]


def _task_row(node: Node, subject_id: UUID, opening: Opening, at: datetime) -> tuple[Any, ...] | None:
    function = function_of(node)
    if function is None or opening.agency_id is None:
        return None
    person = someone_for(subject_id, agency_id=opening.agency_id, function=function, on=local_day(at))
    holding = (person.post_id, person.user_id) if person else (None, None)
    return (uuid7(), node.key, function, opening.agency_id, *holding, opening.due_at)


_CALL_OFF = """
UPDATE workflow_task SET completed_at = %s, completed_by = %s, outcome = %s
WHERE subject_id = %s AND completed_at IS NULL
"""


def call_off_tasks(subject_id: UUID, *, outcome: str, by: UUID | None, at: datetime) -> int:
    """Close whatever is open of a subject because its process waits; its tokens stay. Return how many."""
    return sql.run(_CALL_OFF, [at, by, outcome, subject_id])


def run_ended(subject_id: UUID, *, outcome: str, by: UUID | None, at: datetime) -> int:
    """Close whatever is open of a subject and take its tokens away: its process is over. Return how many tasks."""
    sql.run("DELETE FROM workflow_token WHERE subject_id = %s", [subject_id])
    return call_off_tasks(subject_id, outcome=outcome, by=by, at=at)


def reopen_tasks(
    subject_id: UUID, *, process_id: UUID, opener: Opener, at: datetime, subject_kind: str = "dossier"
) -> None:
    """Open the tasks that a pause called off, each with its note; timers run by the opener's word.

    Who had a task has it again, as long as they fill its function and are not away; else whoever gets it now. A place
    that `opener` sends nowhere (no agency) gets no task.
    """
    engine = machine(process_id)
    places = [place for place in marking_of(subject_id) if place in engine.nodes]
    sql.run("DELETE FROM workflow_token WHERE subject_id = %s AND place = ANY(%s)", [subject_id, places])
    entered = _entering(engine, places, subject_id, opener, at)
    paused = {row[0]: row for row in sql.rows(_PAUSED, [subject_id])}
    entered = entered._replace(tasks=[_held_again(row, paused.get(row[1]), at) for row in entered.tasks])
    _write(_ENTER, (subject_kind, subject_id, process_id), at, entered=entered)
    for task in entered.tasks:
        if task[1] in paused and (note := paused[task[1]][4]):
            Task.objects.filter(id=task[0]).update(note=note)


# The last task of each step, where it was the pause that closed it.
_PAUSED = """
SELECT step, agency_id, post_id, holder_id, note FROM (
  SELECT DISTINCT ON (step) step, agency_id, post_id, holder_id, note, outcome FROM workflow_task
  WHERE subject_id = %s ORDER BY step, opened_at DESC, id DESC) last
WHERE outcome = 'paused'
"""


def _held_again(task: tuple[Any, ...], paused: tuple[Any, ...] | None, at: datetime) -> tuple[Any, ...]:
    """Return a task's row with who had it before the pause, if they may have it still."""
    key, step, function, agency_id, _, _, due_at = task
    if paused is None or paused[1] != agency_id:
        return task
    people = holders(agency_id, function, on=local_day(at))
    if not any((one.post_id, one.user_id, one.away) == (*paused[2:4], False) for one in people):
        return task
    return (key, step, function, agency_id, *paused[2:4], due_at)


def move_due(task_id: UUID, *, due_at: datetime | None) -> None:
    """Give an open task its new due time."""
    Task.objects.filter(id=task_id, completed_at__isnull=True).update(due_at=due_at)
