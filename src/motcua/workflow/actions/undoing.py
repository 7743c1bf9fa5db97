"""What a new version took along is put back under the version before, as far as it has not gone on.

See docs/rules/scenarios.md, "Versions and those in flight".
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.process import NodeKind
from motcua.rules.process.moving import Policy
from motcua.workflow.actions.crossing import Crossing, People, Subject, clear, open_tasks_by_subject, write
from motcua.workflow.actions.drafting import UnableToDraft
from motcua.workflow.actions.versions import Carried, marking_in, way_of
from motcua.workflow.events import InFlightUndoAsked
from motcua.workflow.models import InFlight, InFlightMove, Task, Token
from motcua.workflow.queries import tokens_of

# A task that ended like this was worked on: what it belongs to has gone on.
_WORKED = ("done", "decided", "failed", "sent_back")
_ENDED_BY_MOVE = ("moved", "restarted")


@transaction.atomic
def undo_in_flight(version_id: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Ask that what a version moved be put back, as far as it has not gone on; a job does it.

    Whatever was not moved yet stays where it is. Raises `UnableToDraft`: not_there, reason_needed.
    """
    run = InFlight.objects.select_for_update().filter(version_id=version_id).first()
    if run is None or run.state in (InFlight.State.UNDOING, InFlight.State.UNDONE):
        raise UnableToDraft("not_there")
    if not reason.strip():
        raise UnableToDraft("reason_needed")
    run.state, run.undo_asked_at, run.undo_asked_by = InFlight.State.UNDOING, at, by.id
    run.save()
    journal.record(InFlightUndoAsked(version_id, reason=reason.strip()[:500]), by=by, at=at)


def put_back(run: InFlight, subject: Subject, *, at: datetime) -> Carried:
    """Put a subject back to where it stood under the version before, unless it has gone on since."""
    move = InFlightMove.objects.select_for_update().get(version_id=run.version_id, subject_id=subject.id)
    tokens = tokens_of(subject.id)
    marking = marking_in(tokens)
    if _gone_on(run, subject.id, tokens, move):
        return Carried(_closed(move, InFlightMove.State.GONE_ON, at), marking, marking)
    way = way_of(run)
    tasks = open_tasks_by_subject([subject.id]).get(subject.id, {})
    earlier = _tasks_before(run, subject.id, move.at)
    standing = {token.place: token for token in tokens}
    clear([subject.id], outcome="put_back", by=run.undo_asked_by, at=at)
    crossing = Crossing(subject, run.source_id, way.new, way.old, People(at), at)
    for row in move.before:
        place = row["place"]
        now = standing.get(way.places.get(place, place))
        crossing.tokens.append(_as_before(row, subject, run.source_id, now))
        if subject.paused_at is None:
            crossing.task(place, tasks.get(way.places.get(place, "")), earlier.get(place))
    write([crossing])
    before = marking_in(crossing.tokens)
    return Carried(_closed(move, InFlightMove.State.PUT_BACK, at), marking, before)


def not_put_back(run: InFlight, ids: Iterable[UUID], *, reason: str, at: datetime) -> None:
    """Write down that subjects that should be put back stay under the new version, and why."""
    rows = InFlightMove.objects.filter(
        version_id=run.version_id, subject_id__in=list(ids), state=InFlightMove.State.MOVED
    )
    rows.update(state=InFlightMove.State.GONE_ON, reason=reason[:40], put_back_at=at)


def _gone_on(run: InFlight, subject_id: UUID, tokens: list[Token], move: InFlightMove) -> bool:
    if {token.place for token in tokens} != {row["place"] for row in move.after}:
        return True
    if any(token.process_id != run.version_id for token in tokens):
        return True
    nodes = way_of(run).new.nodes
    asked = run.policy == Policy.RESTART and any(
        token.place in nodes and nodes[token.place].kind is NodeKind.CALL for token in tokens
    )
    worked = Task.objects.filter(subject_id=subject_id, process_id=run.version_id, outcome__in=_WORKED)
    return asked or worked.exists()


def _closed(move: InFlightMove, state: InFlightMove.State, at: datetime) -> InFlightMove:
    move.state, move.put_back_at = state, at
    move.save(update_fields=["state", "put_back_at"])
    return move


def _tasks_before(run: InFlight, subject_id: UUID, moved_at: datetime) -> dict[str, Task]:
    rows = Task.objects.filter(
        subject_id=subject_id, process_id=run.source_id, completed_at=moved_at, outcome__in=_ENDED_BY_MOVE
    )
    return {task.step: task for task in rows}


def _as_before(row: Mapping[str, str | None], subject: Subject, process_id: UUID, now: Token | None) -> Token:
    due_at = datetime.fromisoformat(row["due_at"]) if row["due_at"] else None
    if due_at is not None and now is not None and now.due_at is not None:
        # A pause since then has moved it on.
        due_at = max(due_at, now.due_at)
    return Token(
        subject_kind=subject.kind,
        subject_id=subject.id,
        process_id=process_id,
        place=row["place"] or "",
        agency_id=UUID(row["agency"]) if row["agency"] else None,
        entered_at=datetime.fromisoformat(row["entered_at"] or ""),
        due_at=due_at,
    )
