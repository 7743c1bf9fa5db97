"""What every move has in common: the lock, the rule, the clock's entries."""

from datetime import datetime
from typing import Any

from django.db.models import F

from motcua.calendars.queries import working_calendar
from motcua.catalogue.queries import Published, published
from motcua.dossiers.models import ClockRow, Dossier
from motcua.dossiers.queries import clock_entries, clock_rows
from motcua.journal.events import Actor
from motcua.rules.clock import ClockEntry, ClockRefusal, ClockState, EntryKind, ResumePolicy, apply, replay
from motcua.rules.deadlines import Limit
from motcua.rules.localday import local_day
from motcua.rules.transitions import Move, MoveRefused, State, step
from motcua.rules.working_time import WorkingCalendar

# What the law of the day allows (NĐ 61/2018 Art. 11, 19); the new decree's numbers are not confirmed.
SUPPLEMENTS_ALLOWED = 1
EXTENSIONS_ALLOWED = 1


class UnableToMove(Exception):
    """The move is refused; `code` says why and `facts` fill the sentence that the interface finds for it."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def locked(dossier: Dossier, *, expected: int | None) -> Dossier:
    """Lock the dossier's row and return it as it stands now.

    `expected` is the revision that the person saw: if someone moved the dossier since, the move is refused
    rather than made on a state that nobody looked at.
    """
    row = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
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
    Dossier.objects.filter(pk=dossier.pk).update(
        state=target, revision=F("revision") + 1, saved_at=at, **changes
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


def clock_of(dossier: Dossier, *, at: datetime) -> tuple[list[ClockRow], ClockState | None]:
    """Return the stored entries of the clock and the state they add up to (None: not started)."""
    rows = clock_rows(dossier.id)
    return rows, replay(clock_entries(rows), calendar_of(dossier, at=at)) if rows else None


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
) -> ClockState:
    """Add an entry to the clock, the time of its recording as its time, and return the state after it."""
    rows, before = clock_of(dossier, at=at)
    entry = ClockEntry(kind, at, limit=limit, policy=policy, until=until)
    try:
        state = apply(before, entry, calendar_of(dossier, at=at), extensions_allowed=EXTENSIONS_ALLOWED)
    except ClockRefusal as refused:
        raise UnableToMove(refused.code) from None
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
        due_after=state.due,
    )
    return state
