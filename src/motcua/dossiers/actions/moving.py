"""What every move has in common: the lock, the rule, the clock's entries."""

from collections.abc import Hashable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from motcua.calendars.queries import hold_calendars, pinned_calendar, working_calendar
from motcua.catalogue.queries import Published, published
from motcua.dossiers.models import ClockRow, Dossier
from motcua.dossiers.queries import Held, clock_rows, derived, extensions_allowed, held_before
from motcua.journal.events import Actor
from motcua.journal.queries import CLOCKS_DIFFER, newest_event_of
from motcua.kit import sql
from motcua.rules.clock import ClockEntry, ClockRefusal, ClockState, EntryKind, ResumePolicy, apply
from motcua.rules.deadlines import Limit, due
from motcua.rules.keepers import keeper_at
from motcua.rules.localday import local_day
from motcua.rules.process import StepKind
from motcua.rules.transitions import Move, MoveRefused, State, step
from motcua.rules.working_time import OutsideCalendar, WorkingCalendar
from motcua.workflow.actions import move_due
from motcua.workflow.queries import node_of, open_tasks_of


class UnableToMove(Exception):
    """The move is refused; `code` says why and `facts` fill the sentence that the interface finds for it."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


_COLUMNS = {
    key: field.column for field in Dossier._meta.concrete_fields for key in (field.name, field.attname)
}
# Not FOR UPDATE: whoever only refers to the row, a batch of moves at its commit, need not wait.
_LOCK = "WHERE id = %s FOR NO KEY UPDATE"


def locked(dossier: Dossier, *, expected: int | None) -> Dossier:
    """Lock the dossier's row and return it as it stands now.

    `expected` is the revision that the person saw: if someone moved the dossier since, the move is refused
    rather than made on a state that nobody looked at.
    """
    row = sql.one(Dossier, _LOCK, [dossier.pk])
    if row is None:
        raise UnableToMove("changed_meanwhile")
    if expected is not None and row.revision != expected:
        raise UnableToMove("changed_meanwhile")
    return row


def after(dossier: Dossier, move: Move, *, reason: str = "") -> State:
    """Return the state that a move leads to, or refuse it by the table of moves."""
    try:
        row = step(State(dossier.state), move)
    except MoveRefused:
        raise UnableToMove("move_not_allowed") from None
    if row.needs_reason and not reason.strip():
        raise UnableToMove("reason_needed")
    return row.target


def save_move(dossier: Dossier, target: State, *, at: datetime, **changes: Any) -> None:
    """Write the state and what changes with it; the revision grows by one."""
    columns = {_COLUMNS[name]: value for name, value in changes.items()}
    # Column names come from the model, never from outside.
    settings = "".join(f", {column} = %s" for column in columns)
    sql.run(
        f"UPDATE dossiers_dossier SET state = %s, revision = revision + 1, saved_at = %s{settings} WHERE id = %s",  # noqa: S608
        [target.value, at, *columns.values(), dossier.pk],
    )
    dossier.state, dossier.revision, dossier.saved_at = target, dossier.revision + 1, at
    for name, value in changes.items():
        setattr(dossier, name, value)


def version_of(dossier: Dossier) -> Published:
    """Return the version of the procedure that the dossier follows."""
    return published(dossier.version_id)


def calendar_of(dossier: Dossier, *, at: datetime) -> WorkingCalendar:
    """Return the calendar that the dossier's clock runs by: that of the competent agency."""
    return working_calendar(dossier.competent_agency_id, on=local_day(at))


def enter(
    dossier: Dossier,
    kind: EntryKind,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    legal_basis: str = "",
    limit: Limit | None = None,
    policy: ResumePolicy | None = None,
    until: datetime | None = None,
    ground: str = "",
) -> ClockState:
    """Add an entry to the clock, the time of its recording as its time, and return the state after it.

    The state before is derived from the entries. The entry is reckoned by the calendar as it stands now, which no
    notice changes until the entry is committed.
    """
    hold_calendars()
    newest = newest_event_of(dossier.id)
    if newest is not None and at < newest - CLOCKS_DIFFER:
        # A server's clock that was set back: what was late at the last event must not be early now.
        raise UnableToMove("out_of_order")
    rows, held = clock_rows(dossier.id), held_before(dossier)
    # Not simply who holds it now: the clock of the machine that handed it over may be a little ahead.
    keeper = keeper_at(held, at, now=dossier.competent_agency_id)
    calendar, pinned = pinned_calendar(_whose(keeper, dossier), on=local_day(at))
    entry = ClockEntry(
        kind, at, limit=limit, policy=policy, until=until, ground=ground, calendar=pinned, keeper=keeper
    )
    state = _state_after(dossier, rows, entry, calendar, held)
    ClockRow.objects.create(
        dossier=dossier,
        place=len(rows),
        kind=kind.value,
        at=at,
        limit=limit.to_json() if limit else None,
        policy=policy.value if policy else "",
        until=until,
        reason=reason,
        legal_basis=legal_basis,
        by=by.id,
        ground=ground,
        calendar=pinned,
        due_after=state.due,
        paused_since=state.paused_at,
    )
    return state


def check_extension(dossier: Dossier, *, until: datetime, at: datetime) -> None:
    """Ask whether the due time could be extended at this moment, and write nothing; `UnableToMove` if not."""
    calendar, pinned = pinned_calendar(dossier.competent_agency_id, on=local_day(at))
    entry = ClockEntry(EntryKind.EXTEND, at, until=until, calendar=pinned)
    _state_after(dossier, clock_rows(dossier.id), entry, calendar, held_before(dossier))


def _whose(keeper: Hashable | None, dossier: Dossier) -> UUID | None:
    return keeper if isinstance(keeper, UUID) else dossier.competent_agency_id


def _state_after(
    dossier: Dossier, rows: list[ClockRow], entry: ClockEntry, calendar: WorkingCalendar, held: Held
) -> ClockState:
    allowed = extensions_allowed(dossier, at=entry.at) if entry.kind is EntryKind.EXTEND else None
    try:
        before = derived(rows, agency_id=dossier.competent_agency_id, held=held) if rows else None
        return apply(before, entry, calendar, extensions_allowed=allowed)
    except (ClockRefusal, OutsideCalendar) as refused:
        raise UnableToMove(refused.code) from None


def follow_due(dossier: Dossier, *, before: datetime | None) -> None:
    """Let the open tasks follow the dossier's due time, which was `before` and is the dossier's now.

    A task that keeps a limit of its own keeps it, but is never due later than the dossier; see docs/rules/process.md.
    """
    held = held_before(dossier)
    for task in open_tasks_of(dossier.id):
        opener = opener_of(task, held, now=dossier.competent_agency_id)
        due_at = task_due(
            task, process_id=dossier.process_id, before=before, due_at=dossier.due_at, opener=opener
        )
        if due_at != task.due_at:
            move_due(task.id, due_at=due_at)


class OpenTask(Protocol):
    """What is asked of an open task to say when it is due."""

    @property
    def step(self) -> str: ...
    @property
    def agency_id(self) -> UUID: ...
    @property
    def opened_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime | None: ...


def opener_of(task: OpenTask, held: Held, *, now: UUID | None) -> UUID:
    """Return whose task it was when it was opened: of who held the dossier then, if it passed on with it."""
    keeper = keeper_at(held, task.opened_at, now=now) if task.agency_id == now else None
    return keeper if isinstance(keeper, UUID) else task.agency_id


def task_due(
    task: OpenTask,
    *,
    process_id: UUID | None,
    before: datetime | None,
    due_at: datetime | None,
    opener: UUID,
) -> datetime | None:
    """Return when an open task is due after the due time of its dossier went from `before` to `due_at`.

    A limit of its own runs by the calendar of `opener`.
    """
    if task.due_at != before and task.due_at is not None:
        return min(task.due_at, due_at) if due_at else task.due_at
    node = node_of(process_id, task.step)
    if node is None or node.work is StepKind.RETURN:
        return due_at if node is None else task.due_at
    return own_due(node.limit, opener, opened=task.opened_at, latest=due_at)


def own_due(
    limit: Limit | None, agency_id: UUID, *, opened: datetime, latest: datetime | None
) -> datetime | None:
    """Return when a step with this limit of its own is due, never later than `latest`; without one it is `latest`."""
    if limit is None:
        return latest
    own = due(limit, received=opened, calendar=working_calendar(agency_id, on=local_day(opened))).at
    return own if latest is None else min(own, latest)
