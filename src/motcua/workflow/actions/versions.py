"""Whatever runs under the version before, taken along to a new one, and put back: one subject at a time.

See docs/rules/scenarios.md, "Versions and those in flight". The caller holds the subject's lock, records what happened
to it, and knows where it is worked on and until when.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM, Actor
from motcua.organisation.queries import holders
from motcua.rules.localday import local_day
from motcua.rules.process import Advance, Machine, Marking, Node, NodeKind, ProcessRefused
from motcua.rules.process.moving import Policy
from motcua.workflow.actions.drafting import UnableToDraft
from motcua.workflow.actions.running import Opening, begin_run
from motcua.workflow.events import InFlightFinished, InFlightUndoAsked, InFlightUndone
from motcua.workflow.models import InFlight, InFlightMove, Task, Token
from motcua.workflow.queries import Way, facts_of, function_of, someone_for, tokens_of, way_between

_TIMED = frozenset({NodeKind.TIMER, NodeKind.BOUNDARY_TIMER})
# A task that ended like this was worked on: what it belongs to has gone on.
_WORKED = ("done", "decided", "failed", "sent_back")
_ENDED_BY_MOVE = ("moved", "restarted")

# The caller says where a node is worked on and until when, if it has been open since this moment.
Reopener = Callable[[Node, datetime], Opening]


@dataclass(frozen=True)
class Subject:
    """What is moved: its kind and key, since when it is paused (None: it is not), and who opens its places."""

    kind: str
    id: UUID
    paused_at: datetime | None
    reopener: Reopener


class Carried(NamedTuple):
    """What became of a subject; `went` is its new beginning where it began anew."""

    move: InFlightMove
    before: Marking
    after: Marking
    went: Advance | None = None

    @property
    def moved(self) -> bool:
        """Whether it runs under the other version now."""
        return self.move.state in (InFlightMove.State.MOVED, InFlightMove.State.PUT_BACK)


def locked_run(version_id: UUID, state: InFlight.State) -> InFlight | None:
    """Lock a version's run in this state, so that two batches take turns; None where it is in no such state."""
    return InFlight.objects.select_for_update().filter(version_id=version_id, state=state).first()


def way_of(run: InFlight) -> Way:
    """Return the way that a run takes its subjects."""
    return way_between(run.source_id, run.version_id)


def carry_over(run: InFlight, subject: Subject, *, by: UUID | None, at: datetime) -> Carried | None:
    """Take a subject along to the new version, or keep it where it is and write down why; once for each subject.

    None for one that has ended meanwhile.
    """
    way = way_of(run)
    tokens = tokens_of(subject.id)
    marking = tuple(sorted(token.place for token in tokens))
    if not marking:
        return None
    try:
        target = way.take(marking, facts_of(subject.id))
        _refuse_asking_in_a_pause(way, target, subject)
    except ProcessRefused as refused:
        return Carried(
            keep_back(run, subject, reason=refused.code, place=refused.where, at=at), marking, marking
        )
    went = None
    if way.policy.kind is Policy.RESTART:
        went = _restart(run, subject, by, at)
    else:
        _move(run, subject, tokens, target, by, at)
    move = _noted(
        run,
        subject,
        state=InFlightMove.State.MOVED,
        before=_told(tokens),
        after=_told(tokens_of(subject.id)),
        at=at,
    )
    return Carried(move, marking, target, went)


def keep_back(run: InFlight, subject: Subject, *, reason: str, place: str = "", at: datetime) -> InFlightMove:
    """Write down that a subject stays under the version before, and why."""
    return _noted(run, subject, state=InFlightMove.State.KEPT, reason=reason[:40], place=place[:80], at=at)


def _noted(run: InFlight, subject: Subject, **said: Any) -> InFlightMove:
    return InFlightMove.objects.create(
        version_id=run.version_id, subject_kind=subject.kind, subject_id=subject.id, **said
    )


def _refuse_asking_in_a_pause(way: Way, target: Marking, subject: Subject) -> None:
    """A partner is not asked while the applicant is: what begins with a partner's part waits until the pause ends."""
    if way.policy.kind is not Policy.RESTART or subject.paused_at is None:
        return
    for place in target:
        if place in way.new.nodes and way.new.nodes[place].kind is NodeKind.CALL:
            raise ProcessRefused("paused", place)


# --- begun anew -----------------------------------------------------------------------------------------------


def _restart(run: InFlight, subject: Subject, by: UUID | None, at: datetime) -> Advance:
    _clear(subject, "restarted", by, at)

    def opener(node: Node) -> Opening:
        if subject.paused_at is None:
            return subject.reopener(node, at)
        # While it is paused nobody works on it, and its timers stand still.
        return subject.reopener(node, subject.paused_at) if node.kind in _TIMED else Opening(None, None)

    return begin_run(subject.kind, subject.id, process_id=run.version_id, opener=opener, at=at)


def _clear(subject: Subject, outcome: str, by: UUID | None, at: datetime) -> None:
    Token.objects.filter(subject_id=subject.id).delete()
    open_now = Task.objects.filter(subject_id=subject.id, completed_at__isnull=True)
    open_now.update(completed_at=at, completed_by=by, outcome=outcome)


# --- moved by a mapping ---------------------------------------------------------------------------------------


def _move(
    run: InFlight, subject: Subject, tokens: list[Token], target: Marking, by: UUID | None, at: datetime
) -> None:
    way = way_of(run)
    standing = {token.place: token for token in tokens}
    origin = {
        way.places[place]: token
        for place, token in standing.items()
        if place in way.places and not _is_boundary(way.old, place)
    }
    tasks = _open_tasks(subject.id)
    _clear(subject, "moved", by, at)
    crossing = _Crossing(subject, run.version_id, way.old, way.new, at)
    for place in target:
        token = origin.get(place) or standing.get(place)
        crossing.token(place, token)
        if token is not None and token.place in tasks:
            crossing.task(place, tasks[token.place])
    crossing.write()


def _is_boundary(engine: Machine, place: str) -> bool:
    return place in engine.nodes and engine.nodes[place].kind is NodeKind.BOUNDARY_TIMER


def _open_tasks(subject_id: UUID) -> dict[str, Task]:
    rows = Task.objects.filter(subject_id=subject_id, completed_at__isnull=True)
    return {task.step: task for task in rows}


class _Crossing:
    """Tokens and tasks on their way from one version to another, written at the end in two statements."""

    def __init__(self, subject: Subject, process_id: UUID, old: Machine, new: Machine, at: datetime) -> None:
        self.subject, self.process_id, self.old, self.new, self.at = subject, process_id, old, new, at
        self.tokens: list[Token] = []
        self.tasks: list[Task] = []

    def token(self, place: str, before: Token | None) -> None:
        """Let a token come to a place from where it stood; a timer with the same limit keeps its time."""
        node = self.new.nodes.get(place)
        agency_id, due_at, entered_at = None, None, before.entered_at if before else self.at
        if node is not None and node.kind in _TIMED:
            known = self.old.nodes.get(before.place) if before else None
            if before and known and known.kind is node.kind and known.limit == node.limit:
                agency_id, due_at = before.agency_id, before.due_at
            else:
                # A timer that was not running begins now; in a pause it stands still, as from its beginning.
                opening = self.subject.reopener(node, self.subject.paused_at or self.at)
                agency_id, due_at, entered_at = opening.agency_id, opening.due_at, self.at
        elif node is not None:
            agency_id = self.subject.reopener(node, self.at).agency_id
        self.tokens.append(
            Token(
                subject_kind=self.subject.kind,
                subject_id=self.subject.id,
                process_id=self.process_id,
                place=place,
                agency_id=agency_id,
                entered_at=entered_at,
                due_at=due_at,
            )
        )

    def task(self, place: str, *candidates: Task | None) -> None:
        """Open the task of a place for who had it; its limit counts from when it was first opened.

        Another function, another agency, or a holder who is none any more: it is opened anew for whoever is.
        """
        node = self.new.nodes.get(place)
        function = function_of(node) if node else None
        if node is None or function is None:
            return
        agency_id = self.subject.reopener(node, self.at).agency_id
        if agency_id is None:
            return
        people = holders(agency_id, function, on=local_day(self.at))
        able = {person.user_id for person in people} | {None}
        for before in candidates:
            if (
                before
                and (before.function, before.agency_id) == (function, agency_id)
                and before.holder_id in able
            ):
                due_at = self.subject.reopener(node, before.opened_at).due_at
                self._open(node.key, function, agency_id, before.post_id, before.holder_id,
                           before.opened_at, due_at, before.note)  # fmt: skip
                return
        person = someone_for(self.subject.id, agency_id=agency_id, function=function, on=local_day(self.at))
        post_id, holder_id = (person.post_id, person.user_id) if person else (None, None)
        due_at = self.subject.reopener(node, self.at).due_at
        note = next((before.note for before in candidates if before), "")
        self._open(node.key, function, agency_id, post_id, holder_id, self.at, due_at, note)

    def _open(
        self,
        step: str,
        function: str,
        agency_id: UUID,
        post_id: UUID | None,
        holder_id: UUID | None,
        opened_at: datetime,
        due_at: datetime | None,
        note: str,
    ) -> None:
        self.tasks.append(
            Task(
                subject_kind=self.subject.kind,
                subject_id=self.subject.id,
                process_id=self.process_id,
                step=step,
                function=function,
                agency_id=agency_id,
                post_id=post_id,
                holder_id=holder_id,
                opened_at=opened_at,
                due_at=due_at,
                note=note,
            )
        )

    def write(self) -> None:
        """Write them all."""
        Token.objects.bulk_create(self.tokens)
        Task.objects.bulk_create(self.tasks)


# --- put back -------------------------------------------------------------------------------------------------


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


def put_back(run: InFlight, subject: Subject, *, by: UUID | None, at: datetime) -> Carried:
    """Put a subject back to where it stood under the version before, unless it has gone on since."""
    move = InFlightMove.objects.select_for_update().get(version_id=run.version_id, subject_id=subject.id)
    tokens = tokens_of(subject.id)
    marking = tuple(sorted(token.place for token in tokens))
    before = tuple(sorted(row["place"] for row in move.before))
    if _gone_on(run, subject.id, tokens, move):
        return Carried(_closed(move, InFlightMove.State.GONE_ON, at), marking, marking)
    way = way_of(run)
    tasks, earlier = _open_tasks(subject.id), _tasks_before(run, subject.id, move.at)
    standing = {token.place: token for token in tokens}
    _clear(subject, "put_back", by, at)
    crossing = _Crossing(subject, run.source_id, way.new, way.old, at)
    for row in move.before:
        crossing.tokens.append(_as_before(row, subject, run.source_id, standing))
        if subject.paused_at is None:
            crossing.task(
                row["place"], tasks.get(way.places.get(row["place"], "")), earlier.get(row["place"])
            )
    crossing.write()
    return Carried(_closed(move, InFlightMove.State.PUT_BACK, at), marking, before)


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


def _told(tokens: Collection[Token]) -> list[dict[str, str | None]]:
    return [
        {
            "place": token.place,
            "agency": str(token.agency_id) if token.agency_id else None,
            "entered_at": token.entered_at.isoformat(),
            "due_at": token.due_at.isoformat() if token.due_at else None,
        }
        for token in tokens
    ]


def _as_before(
    row: Mapping[str, str | None], subject: Subject, process_id: UUID, standing: Mapping[str, Token]
) -> Token:
    due_at = datetime.fromisoformat(row["due_at"]) if row["due_at"] else None
    now = standing.get(row["place"] or "")
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


# --- the end of a run -----------------------------------------------------------------------------------------


def finish_in_flight(run: InFlight, *, at: datetime) -> None:
    """Close a run that has nothing left to look at; part of the caller's batch."""
    counts = _counts(run)
    if run.state == InFlight.State.UNDOING:
        run.state, run.undone_at = InFlight.State.UNDONE, at
        undone = InFlightUndone(
            run.version_id, put_back=counts.get("put_back", 0), gone_on=counts.get("gone_on", 0)
        )
        journal.record(undone, by=SYSTEM, at=at)
    else:
        run.state, run.finished_at = InFlight.State.DONE, at
        finished = InFlightFinished(
            run.version_id, policy=run.policy, moved=counts.get("moved", 0), kept=counts.get("kept", 0)
        )
        journal.record(finished, by=SYSTEM, at=at)
    run.save()


def _counts(run: InFlight) -> dict[str, int]:
    rows = InFlightMove.objects.filter(version_id=run.version_id).order_by()
    return dict(rows.values("state").annotate(n=Count("id")).values_list("state", "n"))
