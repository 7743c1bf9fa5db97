"""Reading what runs: published processes, tokens, tasks and who gets them."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from motcua.kit import sql
from motcua.organisation import queries as organisation
from motcua.rules.assignment import Colleague, chosen
from motcua.rules.process import (
    WAITING,
    Datum,
    Machine,
    Marking,
    Node,
    NodeKind,
    Process,
    ProcessRefused,
    read_definition,
)
from motcua.rules.process.conditions import Value
from motcua.workflow.models import Fact, ProcessUse, ProcessVersion, Task, Token

# The process of every procedure that has none of its own.
DEFAULT_KEY = "default"


@lru_cache(maxsize=512)
def machine(version_id: UUID) -> Machine:
    """Return a published process laid out for running; kept in memory for good, because it can never change."""
    row = ProcessVersion.objects.get(id=version_id)
    return Machine(read_definition(row.key, row.definition))


def process(version_id: UUID) -> Process:
    """Return a published process."""
    return machine(version_id).process


def node_of(version_id: UUID | None, key: str) -> Node | None:
    """Return the node of a published process at which a task stands; None where there is none of this key."""
    return machine(version_id).nodes.get(key) if version_id else None


def step_title(version_id: UUID | None, key: str, language: str) -> str:
    """Return how a step of a published process is called; empty where it has no such step."""
    node = node_of(version_id, key)
    return node.title(language) if node else ""


def newest_process(key: str) -> UUID | None:
    """Return the id of the newest published version of a process."""
    rows = ProcessVersion.objects.filter(key=key).order_by("-number")
    return rows.values_list("id", flat=True).first()


# Shared by whoever begins a run, held alone by whoever publishes.
PUBLICATION = "hashtext('workflow.publication')"
_NEWEST = """
SELECT NOT EXISTS (
  SELECT 1 FROM workflow_processversion newer JOIN workflow_processversion own ON own.id = %s
  WHERE newer.key = own.key AND newer.number > own.number)
"""


def still_newest(version_id: UUID) -> bool:
    """Tell whether a version is the newest of its process, and let nobody publish until the transaction ends.

    So a run that begins under it is there when the next version looks for those in flight.
    """
    sql.run(f"SELECT pg_advisory_xact_lock_shared({PUBLICATION})", [])
    found = sql.row(_NEWEST, [version_id])
    return found is not None and bool(found[0])


# Who watches over a wait that names nobody.
WATCHER = "specialist"


def function_of(node: Node) -> str | None:
    """Return the function whose post gets a task for a node; None for a node that nobody works on."""
    if node.kind is NodeKind.TASK:
        return node.function
    return node.function or WATCHER if node.kind is NodeKind.WAIT else None


def data_asked(version_id: UUID | None, key: str) -> tuple[Datum, ...]:
    """Return the data that completing a step has to set."""
    if version_id is None:
        return ()
    engine = machine(version_id)
    node = engine.nodes.get(key)
    known = {datum.name: datum for datum in engine.process.data}
    return tuple(known[name] for name in (node.sets if node else ()) if name in known)


def can_fail(version_id: UUID | None, key: str) -> bool:
    """Tell whether a step has an error path."""
    if version_id is None:
        return False
    return any(row.kind is NodeKind.BOUNDARY_ERROR for row in machine(version_id).boundaries.get(key, ()))


@lru_cache(maxsize=512)
def main_way(version_id: UUID) -> frozenset[str]:
    """Return the nodes of a process that a dossier passes when nothing special happens.

    At an exclusive gateway the default is taken, else the first way; boundaries are left aside.
    """
    engine = machine(version_id)
    found: set[str] = set()
    ahead = [engine.start]
    while ahead:
        key = ahead.pop()
        if key in found:
            continue
        found.add(key)
        flows = engine.out[key]
        if engine.nodes[key].kind is NodeKind.EXCLUSIVE and flows:
            flows = (next((flow for flow in flows if flow.default), flows[0]),)
        ahead.extend(flow.target for flow in flows)
    return frozenset(found)


def following(version_id: UUID, key: str) -> list[str]:
    """Return the nodes that wait next after a step, as far as no data decide: beyond gateways, in drawn order."""
    engine = machine(version_id)
    found: dict[str, None] = {}
    seen: set[str] = set()
    ahead = list(engine.out_keys.get(key, ()))
    while ahead:
        target = engine.flows[ahead.pop(0)].target
        if target in seen:
            continue
        seen.add(target)
        if engine.nodes[target].kind in WAITING:
            found[target] = None
        else:
            ahead.extend(engine.out_keys[target])
    return list(found)


_USED = """
SELECT v.id FROM workflow_processversion v
WHERE v.key = COALESCE((SELECT u.key FROM workflow_processuse u WHERE u.procedure_id = %(procedure)s
  AND u.valid_from <= %(day)s AND (u.valid_to IS NULL OR u.valid_to > %(day)s)), %(default)s)
ORDER BY v.number DESC LIMIT 1
"""


def process_for(procedure_id: UUID, *, on: date) -> UUID | None:
    """Return the newest version of the process that a procedure runs by on a day: its own, else the default one."""
    found = sql.row(_USED, {"procedure": procedure_id, "day": on, "default": DEFAULT_KEY})
    return found[0] if found else None


def process_uses(key: str, *, on: date) -> list[UUID]:
    """Return the procedures that run by a process of their own on a day."""
    rows = ProcessUse.objects.filter(organisation.on_day(on), key=key).order_by("procedure_id")
    return list(rows.values_list("procedure_id", flat=True))


_LIMITED = """
SELECT DISTINCT step->>'function' FROM workflow_processversion,
  jsonb_array_elements(CASE jsonb_typeof(definition) WHEN 'array' THEN definition ELSE definition->'nodes' END) step
WHERE step->'limit' IS NOT NULL AND step->>'function' IS NOT NULL
"""


def limited_functions() -> frozenset[str]:
    """Return the functions that do a step with a time limit of its own in any published process."""
    return frozenset(row[0] for row in sql.rows(_LIMITED, []))


def marking_of(subject_id: UUID) -> Marking:
    """Return where the tokens of a subject stand."""
    rows = sql.rows("SELECT place FROM workflow_token WHERE subject_id = %s ORDER BY place", [subject_id])
    return tuple(sorted(row[0] for row in rows))


def tokens_of(subject_id: UUID) -> list[Token]:
    """Return the tokens of a subject, by when they came."""
    return list(Token.objects.filter(subject_id=subject_id).order_by("entered_at", "place"))


def facts_of(subject_id: UUID) -> dict[str, Value]:
    """Return what the steps of a subject have set."""
    return dict(Fact.objects.filter(subject_id=subject_id).values_list("name", "value"))


@dataclass(frozen=True)
class TaskFacts:
    """A task as a page shows it."""

    id: UUID
    step: str
    function: str
    agency_id: UUID
    post_title_vi: str | None
    post_title_en: str | None
    holder_id: UUID | None
    holder_name: str | None
    opened_at: datetime
    due_at: datetime | None
    note: str
    completed_at: datetime | None
    outcome: str


_FIELDS = (
    "id",
    "step",
    "function",
    "agency_id",
    "post__title_vi",
    "post__title_en",
    "holder_id",
    "holder__full_name",
    "opened_at",
    "due_at",
    "note",
    "completed_at",
    "outcome",
)


def tasks_of(subject_id: UUID) -> list[TaskFacts]:
    """Return all tasks of a subject, oldest first."""
    rows = Task.objects.filter(subject_id=subject_id).order_by("opened_at", "id")
    return [TaskFacts(*row) for row in rows.values_list(*_FIELDS)]


_OPEN = """
SELECT t.id, t.step, t.function, t.agency_id, p.title_vi, p.title_en, t.holder_id, u.full_name, t.opened_at,
  t.due_at, t.note, t.completed_at, t.outcome,
  ARRAY(SELECT k.place FROM workflow_token k WHERE k.subject_id = t.subject_id ORDER BY k.place)
FROM workflow_task t
LEFT JOIN organisation_post p ON p.id = t.post_id
LEFT JOIN accounts_user u ON u.id = t.holder_id
WHERE t.subject_id = %s AND t.completed_at IS NULL
"""


def open_tasks_of(subject_id: UUID) -> list[TaskFacts]:
    """Return the open tasks of a subject, the one that is due first before the others."""
    return open_tasks_and_marking(subject_id)[0]


def open_tasks_and_marking(subject_id: UUID) -> tuple[list[TaskFacts], Marking | None]:
    """Return the open tasks of a subject and where it stands, in one query; None where there is no task to ask with."""
    rows = sql.rows(f"{_OPEN} ORDER BY t.due_at NULLS LAST, t.opened_at, t.id", [subject_id])
    return [TaskFacts(*row[:-1]) for row in rows], tuple(sorted(rows[0][-1])) if rows else None


def open_task_of(subject_id: UUID, *, holder_id: UUID | None = None) -> TaskFacts | None:
    """Return the open task of a subject: this person's, where they have one, else the first that is due."""
    found = open_tasks_of(subject_id)
    own = next((task for task in found if holder_id and task.holder_id == holder_id), None)
    return own or (found[0] if found else None)


def back_to(version_id: UUID, key: str, *, done: list[str]) -> str | None:
    """Return the step that a task is handed back to: of those behind it the one that was done last.

    `done` are the steps that were completed, oldest first.
    """
    try:
        behind = machine(version_id).behind(key)
    except KeyError:
        raise ProcessRefused("unknown_step", key) from None
    return next((step for step in reversed(done) if step in behind), None)


def done_steps(subject_id: UUID) -> list[str]:
    """Return the steps of a subject that were done, oldest first."""
    rows = Task.objects.filter(subject_id=subject_id, outcome="done").order_by("completed_at", "id")
    return list(rows.values_list("step", flat=True))


def someone_for(subject_id: UUID, *, agency_id: UUID, function: str, on: date) -> organisation.Holder | None:
    """Return who gets a subject's task: evenly over who fills the function and is not away, by the subject's key.

    None where nobody is there: then it waits in the common queue.
    """
    people = organisation.holders(agency_id, function, on=on)
    # By post: who fills two posts of the function gets the share of both.
    person = chosen(subject_id, [Colleague(holder.post_id, holder.away) for holder in people])
    return next(holder for holder in people if holder.post_id == person.id) if person else None
