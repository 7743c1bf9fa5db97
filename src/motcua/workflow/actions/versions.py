"""Whatever runs under the version before, taken along to a new one: moved by a mapping, or begun anew.

See docs/rules/scenarios.md, "Versions and those in flight". The caller holds the subjects' locks, records what happened
to them, and knows where they are worked on and until when.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count

from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM
from motcua.rules.process import Marking, Node, NodeKind, ProcessRefused
from motcua.rules.refusals import Refusal
from motcua.workflow.actions.crossing import (
    TIMED,
    Crossing,
    People,
    Subject,
    clear,
    open_tasks_by_subject,
    tokens_by_subject,
    write,
)
from motcua.workflow.actions.running import Opening, Went, begin_run
from motcua.workflow.events import InFlightFinished, InFlightUndone
from motcua.workflow.models import InFlight, InFlightMove, Task, Token
from motcua.workflow.queries import Way, facts_of, next_in_flight, tokens_of, way_between

# What cannot be reckoned for one subject stops no other.
_UNRECKONED = "not_reckoned"


class Carried(NamedTuple):
    """What became of a subject; `went` is its new beginning where it began anew."""

    move: InFlightMove
    before: Marking
    after: Marking
    went: Went | None = None

    @property
    def moved(self) -> bool:
        """Whether it runs under the other version now."""
        return self.move.state in (InFlightMove.State.MOVED, InFlightMove.State.PUT_BACK)


def locked_run(version_id: UUID, state: InFlight.State) -> InFlight | None:
    """Lock a version's run in this state, so that two batches take turns; None where it is in no such state."""
    return InFlight.objects.select_for_update().filter(version_id=version_id, state=state).first()


def look_next(run: InFlight, *, most: int) -> list[UUID]:
    """Return the subjects that a run looks at next, in the order of their ids; none: it has looked at all.

    It remembers how far it came, so that those who were kept are not passed in each batch again. At its end it looks
    once from the beginning, for whoever came behind it.
    """
    found = next_in_flight(run.source_id, run.version_id, most=most, after=run.reached)
    if found:
        run.reached = found[-1]
        run.save(update_fields=["reached"])
    elif run.reached is not None:
        found = next_in_flight(run.source_id, run.version_id, most=most)
    return found


def way_of(run: InFlight) -> Way:
    """Return the way that a run takes its subjects."""
    return way_between(run.source_id, run.version_id)


# --- moved by a mapping ---------------------------------------------------------------------------------------


def carry_over(run: InFlight, subjects: Sequence[Subject], *, at: datetime) -> list[Carried]:
    """Move subjects to the new version by its mapping, or keep them where they are and write down why; each once.

    Written in a few statements for all of them. One that has ended meanwhile is left out.
    """
    ids = [subject.id for subject in subjects]
    tokens, tasks, people = tokens_by_subject(ids), open_tasks_by_subject(ids), People(at)
    crossings: list[Crossing] = []
    found: list[Carried] = []
    for subject in subjects:
        if subject.id not in tokens:
            continue
        carried, crossing = _crossed(run, subject, tokens[subject.id], tasks.get(subject.id, {}), people, at)
        found.append(carried)
        if crossing is not None:
            crossings.append(crossing)
    clear((crossing.subject.id for crossing in crossings), outcome="moved", by=None, at=at)
    write(crossings)
    InFlightMove.objects.bulk_create([carried.move for carried in found])
    return found


def _crossed(
    run: InFlight,
    subject: Subject,
    tokens: list[Token],
    tasks: dict[str, Task],
    people: People,
    at: datetime,
) -> tuple[Carried, Crossing | None]:
    way = way_of(run)
    marking = marking_in(tokens)
    try:
        target = way.take(marking)
        crossing = Crossing(subject, run.version_id, way.old, way.new, people, at)
        _cross(crossing, way, target, tokens, tasks)
    except (Refusal, LookupError) as refused:
        return Carried(_kept(run, subject, refused, at), marking, marking), None
    move = _noted(
        run, subject, state=InFlightMove.State.MOVED, before=told(tokens), after=told(crossing.tokens), at=at
    )
    return Carried(move, marking, target), crossing


def _cross(
    crossing: Crossing, way: Way, target: Marking, tokens: list[Token], tasks: dict[str, Task]
) -> None:
    standing = {token.place: token for token in tokens}
    origin = {
        way.places[place]: token
        for place, token in standing.items()
        if place in way.places and not _is_boundary(way, place)
    }
    for place in target:
        # A timer on a step is not mapped: it is armed with its step, and known by its own key.
        token = origin.get(place) or standing.get(place)
        crossing.token(place, token)
        if token is not None and (token.place in tasks or crossing.subject.paused_at is None):
            # What waited before a join, where nobody worked, may come to a step where somebody does.
            crossing.task(place, tasks.get(token.place))


def _is_boundary(way: Way, place: str) -> bool:
    return place in way.old.nodes and way.old.nodes[place].kind is NodeKind.BOUNDARY_TIMER


# --- begun anew -----------------------------------------------------------------------------------------------


def begin_anew(run: InFlight, subject: Subject, *, at: datetime) -> Carried | None:
    """Let a subject begin anew under the new version, or keep it and write down why; None for one that has ended."""
    way, tokens = way_of(run), tokens_of(subject.id)
    marking = marking_in(tokens)
    if not marking:
        return None
    try:
        target = way.take(marking, facts_of(subject.id))
        _refuse_asking_in_a_pause(way, target, subject)
    except ProcessRefused as refused:
        move = _kept(run, subject, refused, at)
        move.save(force_insert=True)
        return Carried(move, marking, marking)
    clear([subject.id], outcome="restarted", by=None, at=at)
    went = begin_run(
        subject.kind,
        subject.id,
        process_id=run.version_id,
        opener=lambda node: _opened(subject, node, at),
        at=at,
    )
    after = told(tokens_of(subject.id))
    move = _noted(run, subject, state=InFlightMove.State.MOVED, before=told(tokens), after=after, at=at)
    move.save(force_insert=True)
    return Carried(move, marking, target, went)


def _opened(subject: Subject, node: Node, at: datetime) -> Opening:
    if subject.paused_at is None:
        return subject.reopener(node, at)
    # While it is paused nobody works on it, and its timers stand still.
    return subject.reopener(node, subject.paused_at) if node.kind in TIMED else Opening(None, None)


def _refuse_asking_in_a_pause(way: Way, target: Marking, subject: Subject) -> None:
    """A partner is not asked while the applicant is: what begins with a partner's part stays until then."""
    if subject.paused_at is None:
        return
    for place in target:
        if place in way.new.nodes and way.new.nodes[place].kind is NodeKind.CALL:
            raise ProcessRefused("paused", place)


# --- what is written down -------------------------------------------------------------------------------------


def keep_back(
    run: InFlight, ids: Iterable[UUID], *, reason: str, kind: str = "dossier", at: datetime
) -> None:
    """Write down that subjects stay under the version before, and why."""
    InFlightMove.objects.bulk_create(
        InFlightMove(
            version_id=run.version_id,
            subject_kind=kind,
            subject_id=subject_id,
            state=InFlightMove.State.KEPT,
            reason=reason[:40],
            at=at,
        )
        for subject_id in ids
    )


def _kept(run: InFlight, subject: Subject, refused: Exception, at: datetime) -> InFlightMove:
    reason, place = getattr(refused, "code", _UNRECKONED), getattr(refused, "where", "")
    return _noted(
        run, subject, state=InFlightMove.State.KEPT, reason=str(reason)[:40], place=str(place)[:80], at=at
    )


def _noted(run: InFlight, subject: Subject, **said: Any) -> InFlightMove:
    return InFlightMove(version_id=run.version_id, subject_kind=subject.kind, subject_id=subject.id, **said)


def marking_in(tokens: Collection[Token]) -> Marking:
    """Return where these tokens stand."""
    return tuple(sorted(token.place for token in tokens))


def told(tokens: Collection[Token]) -> list[dict[str, str | None]]:
    """Return tokens as they are kept to be put back."""
    return [
        {
            "place": token.place,
            "agency": str(token.agency_id) if token.agency_id else None,
            "entered_at": token.entered_at.isoformat(),
            "due_at": token.due_at.isoformat() if token.due_at else None,
        }
        for token in tokens
    ]


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
