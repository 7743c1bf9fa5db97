"""Open dossiers after a notice changed a calendar: looked at in batches, better dates at once, worse ones only
when somebody approved them.

See docs/rules/recomputation.md. A run keeps how far it is with each batch, so one that was killed goes on there;
a dossier is listed once for each run, and a move is entered once.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.calendars.queries import YEARS_AHEAD, followers
from motcua.dossiers.actions.reckoning import LEDGERS, OPEN, Waiting, enter_moves, judge, keep, these
from motcua.dossiers.events import MovesApproved, MovesRejected, RecomputationFinished, RecomputationOpened
from motcua.dossiers.models import Recomputation
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM, Actor
from motcua.kit import sql
from motcua.rules.localday import at_local, local_day
from motcua.rules.recomputation import OutcomeKind

BATCH = 10_000
_NOBODY = UUID(int=0)


class UnableToDecide(Exception):
    """Nothing is decided; `code` says why: not_there, still_running, nothing_waits."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# Whose days from acceptance to the due time touch the days of the notice; a later date that waits for approval
# counts as due time. What passed from an agency is still reckoned by its calendar. In the order of an index that
# holds running dossiers only.
_TOUCHED = f"""
{OPEN} AND d.accepted_at < %(end)s
  AND (d.due_at >= %(begin)s OR EXISTS (
    SELECT 1 FROM dossiers_duemove m WHERE m.recomputation_id = ANY(%(others)s::uuid[]) AND m.state = 'proposed'
      AND m.dossier_id = d.id AND m.after >= %(begin)s))
  AND (%(agencies)s::uuid[] IS NULL OR d.competent_agency_id = ANY(%(agencies)s::uuid[])
    OR (d.moved_at IS NOT NULL AND EXISTS (
      SELECT 1 FROM dossiers_agencyhandover h
      WHERE h.dossier_id = d.id AND h.from_competent = ANY(%(agencies)s::uuid[]))))
"""  # noqa: S608
_COUNT = f"SELECT count(*) FROM dossiers_dossier d WHERE {_TOUCHED}"  # noqa: S608
_BATCH = f"""
WITH batch AS MATERIALIZED (
  SELECT d.procedure_id, d.id, d.competent_agency_id, d.due_at, d.moved_at FROM dossiers_dossier d
  WHERE {_TOUCHED} AND (d.procedure_id, d.id) > (%(procedure)s::uuid, %(reached)s::uuid)
  ORDER BY d.procedure_id, d.id LIMIT %(most)s)
{LEDGERS} ORDER BY b.procedure_id, b.id
"""  # noqa: S608
_PROCEDURE = "SELECT procedure_id FROM dossiers_dossier WHERE id = %s"
_FOR_US = "WHERE id = %s FOR NO KEY UPDATE"


@transaction.atomic
def open_recomputation(
    notice: int,
    *,
    calendar_id: UUID,
    title: str,
    legal_basis: str,
    first_day: date,
    last_day: date | None,
    at: datetime,
) -> UUID:
    """Open the run for a notice and return its id; one for each notice, however often it is asked for.

    `last_day` None: what the notice changed has no end.
    """
    known = Recomputation.objects.filter(notice=notice).first()
    if known is not None:
        return known.id
    run = Recomputation(
        notice=notice,
        calendar_id=calendar_id,
        title=title,
        legal_basis=legal_basis,
        first_day=first_day,
        # No calendar reaches further.
        last_day=last_day or date(local_day(at).year + YEARS_AHEAD, 12, 31),
        created_at=at,
    )
    found = sql.row(_COUNT, _touched_by(run, at))
    run.total = found[0] if found else 0
    run.save(force_insert=True)
    event = RecomputationOpened(run.id, notice=notice, dossiers=run.total)
    journal.record(event, by=SYSTEM, at=at)
    return run.id


# A run reckons by the newest calendar, with all notices in it: what waits from other runs is answered by it.
_OTHERS = """
SELECT r.id FROM dossiers_recomputation r WHERE r.id <> %s AND EXISTS (
  SELECT 1 FROM dossiers_duemove m WHERE m.recomputation_id = r.id AND m.state = 'proposed')
"""


def _touched_by(run: Recomputation, at: datetime) -> dict[str, Any]:
    agencies = followers(run.calendar_id, on=local_day(at))
    return {
        "begin": at_local(run.first_day, time(0)),
        "end": at_local(run.last_day + timedelta(days=1), time(0)),
        "agencies": None if agencies is None else sorted(agencies),
        "others": [key for (key,) in sql.rows(_OTHERS, [run.id])],
    }


@transaction.atomic
def recompute(
    recomputation_id: UUID, *, at: datetime, dossiers: Collection[UUID] | None = None, most: int = BATCH
) -> int:
    """Look at the next dossiers of a run, at most `most`, or at these; return how many were looked at.

    Better due times are entered, worse ones proposed, what is late is kept. 0: there is nothing (more) to do.
    """
    run = sql.one(Recomputation, _FOR_US, [recomputation_id])
    if run is None:
        return 0
    if dossiers is not None:
        rows = these(dossiers)
        _look(run, rows, at)
    elif run.state == Recomputation.State.DONE:
        return 0
    else:
        rows = _next(run, at, most)
        unchanged = _look(run, rows, at)
        run.unchanged += unchanged
        run.done += len(rows)
        if rows:
            run.reached = UUID(rows[-1][0])
        run.state = Recomputation.State.RUNNING
        if len(rows) < most:
            _finish(run, at)
    run.save()
    return len(rows)


def _next(run: Recomputation, at: datetime, most: int) -> list[tuple[Any, ...]]:
    last = sql.row(_PROCEDURE, [run.reached]) if run.reached else None
    place = {"procedure": last[0] if last else _NOBODY, "reached": run.reached or _NOBODY, "most": most}
    return sql.rows(_BATCH, _touched_by(run, at) | place)


def _look(run: Recomputation, rows: list[tuple[Any, ...]], at: datetime) -> int:
    """Look at these ledgers and do what follows; return how many stay as they are."""
    _overtake(run, [row[0] for row in rows])
    found = judge(rows, at=at)
    counts, better = keep(found.findings, run)
    if better:
        enter_moves(better, run, at=at)
    run.earlier += counts[OutcomeKind.EARLIER]
    run.later += counts[OutcomeKind.LATER]
    run.kept += counts[OutcomeKind.KEPT]
    run.unread += counts[OutcomeKind.UNREAD]
    return found.unchanged


# In the order of their ids, like whoever decides: two that change many of the same rows never wait for each other.
_OVERTAKE = """
UPDATE dossiers_duemove SET state = 'overtaken' WHERE id IN (
  SELECT id FROM dossiers_duemove
  WHERE recomputation_id = ANY(%s::uuid[]) AND state = 'proposed' AND dossier_id = ANY(%s::uuid[])
  ORDER BY id FOR NO KEY UPDATE)
"""


def _overtake(run: Recomputation, dossiers: list[str]) -> None:
    others = [key for (key,) in sql.rows(_OTHERS, [run.id])] if dossiers else []
    if others:
        sql.run(_OVERTAKE, [others, dossiers])


def _finish(run: Recomputation, at: datetime) -> None:
    run.state, run.finished_at = Recomputation.State.DONE, at
    event = RecomputationFinished(
        run.id,
        notice=run.notice,
        unchanged=run.unchanged,
        earlier=run.earlier,
        later=run.later,
        kept=run.kept,
        unread=run.unread,
    )
    journal.record(event, by=SYSTEM, at=at)


# --- what somebody decides --------------------------------------------------------------------------------

_DECIDE = """
UPDATE dossiers_duemove SET decided_at = %(at)s, decided_by = %(by)s, state = %(state)s WHERE id IN (
  SELECT id FROM dossiers_duemove
  WHERE recomputation_id = %(run)s AND state = 'proposed' AND decided_at IS NULL
    AND (%(agencies)s::uuid[] IS NULL OR agency_id = ANY(%(agencies)s::uuid[]))
  ORDER BY id FOR NO KEY UPDATE)
"""


@transaction.atomic
def approve_moves(
    recomputation_id: UUID, *, by: Actor, at: datetime, agencies: frozenset[UUID] | None, approve: bool
) -> int:
    """Approve, or reject, what a run proposes for these agencies (None: for all); return how many moves.

    Approved moves are entered by the job that follows; a rejected one leaves the promise as it is. Raises
    `UnableToDecide`.
    """
    run = sql.one(Recomputation, _FOR_US, [recomputation_id])
    if run is None:
        raise UnableToDecide("not_there")
    if run.state != Recomputation.State.DONE:
        raise UnableToDecide("still_running")
    named = None if agencies is None else sorted(agencies)
    state = "proposed" if approve else "rejected"
    number = sql.run(_DECIDE, {"run": run.id, "by": by.id, "at": at, "state": state, "agencies": named})
    if not number:
        raise UnableToDecide("nothing_waits")
    event = (MovesApproved if approve else MovesRejected)(
        run.id, notice=run.notice, agencies=None if named is None else tuple(named), moves=number
    )
    journal.record(event, by=by, at=at)
    return number


_APPROVED = """
SELECT id::text, dossier_id::text, before, after, decided_by FROM dossiers_duemove
WHERE recomputation_id = %s AND state = 'proposed' AND decided_at IS NOT NULL
ORDER BY agency_id, id LIMIT %s FOR NO KEY UPDATE
"""


@transaction.atomic
def apply_moves(recomputation_id: UUID, *, at: datetime, most: int = BATCH) -> int:
    """Enter the next approved moves of a run, at most `most`; return how many were looked at, 0 when none is left.

    Each is asked again with its dossier locked: what is not as it was proposed any more is overtaken.
    """
    run = sql.one(Recomputation, _FOR_US, [recomputation_id])
    if run is None:
        return 0
    moves = [Waiting(*row) for row in sql.rows(_APPROVED, [run.id, most])]
    if moves:
        enter_moves(moves, run, at=at)
    return len(moves)


_ENDED = """
UPDATE dossiers_duemove SET state = 'overtaken' WHERE id IN (
  SELECT m.id FROM dossiers_duemove m JOIN dossiers_dossier d ON d.id = m.dossier_id
  WHERE m.state = 'proposed' AND d.finished_at IS NOT NULL ORDER BY m.id FOR NO KEY UPDATE OF m)
"""


@transaction.atomic
def overtake_ended() -> int:
    """Set proposals aside whose dossier has been decided, withdrawn or stopped; return how many."""
    return sql.run(_ENDED, [])
