"""Who has a task: given back to the common queue, given to a colleague, many at once; see docs/rules/assignment.md.

Whether somebody may give a task on is asked of `dossiers.access`. Here is asked who may get it, and that the task is
still with whom the person saw it: what others did meanwhile is never written over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.dossiers.actions.moving import UnableToMove, locked, save_move
from motcua.dossiers.events import TaskAssigned, TaskGivenBack
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries.work import as_colleagues, colleagues
from motcua.journal import actions as journal
from motcua.journal.events import Actor, JournalEvent
from motcua.kit import sql
from motcua.organisation.queries import Holder
from motcua.rules.assignment import AssignmentRefused, check_new_holder, spread
from motcua.rules.localday import local_day
from motcua.rules.transitions import State
from motcua.workflow.models import Task

# More than a page shows; who gives out more does it page by page.
MOST_AT_ONCE = 200


@transaction.atomic
def give_back(
    dossier: Dossier, *, task: UUID, seen: UUID | None, reason: str, by: Actor, at: datetime
) -> None:
    """Put a task from its holder (`seen`) back into the common queue, with a reason.

    Raises `UnableToMove`: reason_needed, changed_meanwhile (it is done, or another has it).
    """
    if not reason.strip():
        raise UnableToMove("reason_needed")
    dossier = locked(dossier, expected=None)
    held = _as_seen(dossier.id, task, seen)
    if held.holder_id is None:
        raise UnableToMove("changed_meanwhile")
    event = TaskGivenBack(dossier.id, task=task, step=held.step, holder=held.holder_id, reason=reason)
    Task.objects.filter(id=task).update(holder=None, post=None, unplaced=False)
    # Whoever has a form of this dossier open saw another holder.
    save_move(dossier, State(dossier.state), at=at)
    journal.record(event, by=by, at=at, agency_id=held.agency_id)


@transaction.atomic
def give_task(
    dossier: Dossier, *, task: UUID, to: UUID, seen: UUID | None, note: str = "", by: Actor, at: datetime
) -> None:
    """Give a task from who had it (`seen`, None: nobody) to a colleague of the same function in the same agency.

    Raises `UnableToMove`: not_of_this_function, colleague_away, holds_already, changed_meanwhile.
    """
    dossier = locked(dossier, expected=None)
    held = _as_seen(dossier.id, task, seen)
    people = colleagues(held.agency_id, held.function, on=local_day(at))
    try:
        check_new_holder(to, as_colleagues(people), holder=held.holder_id)
    except AssignmentRefused as refused:
        raise UnableToMove(refused.code) from None
    post = next(person.post_id for person in people if person.user_id == to)
    event = TaskAssigned(
        dossier.id, task=task, step=held.step, from_holder=held.holder_id, holder=to, note=note
    )
    Task.objects.filter(id=task).update(holder_id=to, post_id=post, unplaced=False)
    save_move(dossier, State(dossier.state), at=at)
    journal.record(event, by=by, at=at, agency_id=held.agency_id)


def _as_seen(dossier_id: UUID, task: UUID, seen: UUID | None) -> Task:
    found = Task.objects.filter(id=task, subject_id=dossier_id, completed_at__isnull=True).first()
    if found is None or found.holder_id != seen:
        raise UnableToMove("changed_meanwhile")
    return found


@dataclass(frozen=True)
class TickedTask:
    """A task that was ticked in a list, with who had it there."""

    task: UUID
    holder: UUID | None


@dataclass(frozen=True)
class AssignedTask:
    """What became of a ticked task: who has it now, or the code of why it was passed over."""

    task: UUID
    dossier_id: UUID | None
    number: str
    holder: UUID | None
    code: str = ""


@transaction.atomic
def assign_tasks(
    agency_id: UUID, ticked: Sequence[TickedTask], *, to: UUID | None, by: Actor, at: datetime
) -> list[AssignedTask]:
    """Give many open tasks of an agency to one person, or spread them evenly (`to` None); each is given once.

    Returns what became of each, in the order given: what was done, taken or given on meanwhile is passed over
    (changed_meanwhile), and so is what the person cannot get (not_of_this_function, holds_already, nobody_present).
    Raises `UnableToMove`: nothing_ticked, too_many_ticked, colleague_away.
    """
    unique = list({row.task: row for row in ticked}.values())
    if not unique:
        raise UnableToMove("nothing_ticked")
    if len(unique) > MOST_AT_ONCE:
        raise UnableToMove("too_many_ticked", most=MOST_AT_ONCE)
    open_now = _lock_many(agency_id, unique)
    kept = [row for row in unique if row.task in open_now and open_now[row.task].holder_id == row.holder]
    targets, refused = _targets(agency_id, [open_now[row.task] for row in kept], to, at)
    _give_many(open_now, targets, by, at)
    return [_became(row, open_now.get(row.task), targets, refused) for row in unique]


# In the order of their ids, as everything that locks more than one dossier does. Only then is read who has what.
_LOCK_MANY = """
SELECT d.id, d.number FROM dossiers_dossier d
WHERE d.id IN (SELECT subject_id FROM workflow_task WHERE id = ANY(%s) AND completed_at IS NULL)
ORDER BY d.id FOR NO KEY UPDATE OF d
"""


@dataclass(frozen=True)
class _OpenTask:
    id: UUID
    dossier_id: UUID
    number: str
    step: str
    function: str
    holder_id: UUID | None


def _lock_many(agency_id: UUID, ticked: Sequence[TickedTask]) -> dict[UUID, _OpenTask]:
    """Lock the dossiers of these tasks and return those that are open at the agency, as they stand now."""
    ids = [row.task for row in ticked]
    numbers = dict(sql.rows(_LOCK_MANY, [ids]))
    rows = Task.objects.filter(id__in=ids, agency_id=agency_id, completed_at__isnull=True)
    found = rows.values_list("id", "subject_id", "step", "function", "holder_id")
    return {
        key: _OpenTask(key, subject, numbers[subject], step, function, holder)
        for key, subject, step, function, holder in found
        if subject in numbers
    }


def _targets(
    agency_id: UUID, tasks: Sequence[_OpenTask], to: UUID | None, at: datetime
) -> tuple[dict[UUID, Holder], dict[UUID, str]]:
    """Return who gets which task, and the codes of those that nobody gets."""
    targets: dict[UUID, Holder] = {}
    refused: dict[UUID, str] = {}
    for function in dict.fromkeys(task.function for task in tasks):
        mine = [task for task in tasks if task.function == function]
        people = colleagues(agency_id, function, on=local_day(at))
        known = {person.user_id: person for person in people}
        loads = as_colleagues(people, taken=[task.holder_id for task in mine if task.holder_id])
        try:
            given = spread([task.id for task in mine], loads) if to is None else {}
        except AssignmentRefused as nobody:
            refused |= dict.fromkeys((task.id for task in mine), nobody.code)
            continue
        for task in mine:
            try:
                wanted = given.get(task.id) or to
                check_new_holder(wanted, loads, holder=task.holder_id)  # type: ignore[arg-type]
                targets[task.id] = known[wanted]  # type: ignore[index]
            except AssignmentRefused as no:
                if no.code == "colleague_away":
                    raise UnableToMove(no.code) from None
                refused[task.id] = no.code
    return targets, refused


_GIVE_MANY = """
UPDATE workflow_task t SET holder_id = n.holder, post_id = n.post, unplaced = false
FROM unnest(%(tasks)s::uuid[], %(holders)s::uuid[], %(posts)s::uuid[]) AS n (id, holder, post) WHERE t.id = n.id
"""
_TOUCH_MANY = "UPDATE dossiers_dossier SET revision = revision + 1, saved_at = %s WHERE id = ANY(%s)"


def _give_many(open_now: dict[UUID, _OpenTask], targets: dict[UUID, Holder], by: Actor, at: datetime) -> None:
    if not targets:
        return
    rows = [(open_now[key], person) for key, person in targets.items()]
    sql.run(
        _GIVE_MANY,
        {
            "tasks": list(targets),
            "holders": [person.user_id for _, person in rows],
            "posts": [person.post_id for _, person in rows],
        },
    )
    sql.run(_TOUCH_MANY, [at, [task.dossier_id for task, _ in rows]])
    agencies = dict(Task.objects.filter(id__in=list(targets)).values_list("id", "agency_id"))
    events: list[tuple[JournalEvent, UUID | None]] = [
        (
            TaskAssigned(
                task.dossier_id,
                task=task.id,
                step=task.step,
                from_holder=task.holder_id,
                holder=person.user_id,
                note="",
            ),
            agencies[task.id],
        )
        for task, person in rows
    ]
    journal.record_many(events, by=by, at=at)


def _became(
    row: TickedTask, task: _OpenTask | None, targets: dict[UUID, Holder], refused: dict[UUID, str]
) -> AssignedTask:
    if task is None:
        return AssignedTask(row.task, None, "", None, "changed_meanwhile")
    if row.task in targets:
        return AssignedTask(row.task, task.dossier_id, task.number, targets[row.task].user_id)
    code = refused.get(row.task, "changed_meanwhile")
    return AssignedTask(row.task, task.dossier_id, task.number, task.holder_id, code)
