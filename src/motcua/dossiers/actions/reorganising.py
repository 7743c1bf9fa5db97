"""A reorganisation is approved, begins on its day, and goes on until no dossier is left; docs/rules/reorganisation.md.

The facts change in one transaction, then the dossiers pass in batches. Stopped anywhere, it goes on where it stands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from motcua.dossiers.actions.passing import Passed, Way, pass_all
from motcua.dossiers.actions.passing_beside import settle_beside
from motcua.dossiers.models import OPEN
from motcua.dossiers.queries.reorganising import faults_of, moving_by, procedure_keys, standing_for
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM, Actor
from motcua.journal.queries import actors_of
from motcua.kit import sql
from motcua.organisation import queries as organisation
from motcua.organisation.actions import UnableToReorganise, change_facts, locked_reorganisation
from motcua.organisation.events import (
    ReorganisationApproved,
    ReorganisationBegun,
    ReorganisationDrafted,
    ReorganisationFinished,
    ReorganisationHeldUp,
)
from motcua.organisation.models import Reorganisation, Restructuring
from motcua.rules.localday import local_day
from motcua.rules.reorganisation import Fault, Outcome, Plan, Standing, check, outcome_of
from motcua.rules.succession import Lines, Link

_State = Reorganisation.State


@transaction.atomic
def approve_reorganisation(reorganisation_id: UUID, *, by: Actor, at: datetime) -> None:
    """Approve a proposed plan after checking it anew: on its day it is applied.

    Raises `UnableToReorganise`: not_proposed, same_person (who wrote or proposed it does not approve it), plan_faulty.
    """
    row = locked_reorganisation(reorganisation_id)
    if row.state != _State.PROPOSED:
        raise UnableToReorganise("not_proposed")
    if (
        by.id is None
        or by.id == row.proposed_by
        or by.id in actors_of(row.id, kind=ReorganisationDrafted.kind)
    ):
        raise UnableToReorganise("same_person")
    if faults := faults_of(organisation.plan_of(row), today=local_day(at)):
        raise UnableToReorganise("plan_faulty", faults)
    row.state, row.approved_at, row.approved_by = _State.APPROVED, at, by.id
    row.approved_label = by.label[:160]
    row.save()
    event = ReorganisationApproved(
        row.id, effective_on=row.effective_on.isoformat(), operations=len(row.operations)
    )
    journal.record(event, by=by, at=at)


@transaction.atomic
def begin_reorganisation(reorganisation_id: UUID, *, at: datetime) -> bool:
    """Let the organisation be as an approved plan says, if its day has come; tell whether dossiers may pass now.

    It is checked once more: with a fault nothing is done, and the plan keeps what is wrong. Asked again after it
    began it changes nothing.
    """
    row = locked_reorganisation(reorganisation_id)
    if row.state == _State.APPLYING:
        return True
    if row.state != _State.APPROVED or row.effective_on > local_day(at):
        return False
    plan = organisation.plan_of(row)
    # One that is late is judged as on its day, and as things stand: that its day is past is not its fault.
    standing = standing_for(plan, today=plan.effective)
    if faults := _late_faults(row, plan, at) or check(plan, standing):
        _hold_up(row, faults, at)
        return False
    outcome = outcome_of(plan, standing)
    moving, _tasks = moving_by(plan, outcome, today=local_day(at))
    total = sum(row.count for row in moving)
    _enter_register(row, plan, outcome, standing, at)
    done = change_facts(
        row, plan, outcome, procedures=procedure_keys(organisation.procedures_named(plan)), at=at
    )
    row.state, row.begun_at, row.faults, row.total = _State.APPLYING, at, [], total
    row.save()
    event = ReorganisationBegun(
        row.id,
        effective_on=row.effective_on.isoformat(),
        established=done.established,
        ended=done.ended,
        dossiers=total,
    )
    journal.record(event, by=SYSTEM, at=at)
    return True


def _late_faults(row: Reorganisation, plan: Plan, at: datetime) -> list[Fault]:
    """Return why a plan whose day is past cannot be done any more: a later one is, or something changed meanwhile."""
    later = Reorganisation.objects.filter(begun_at__isnull=False, effective_on__gt=row.effective_on)
    if other := later.order_by("effective_on").first():
        return [Fault.at(1, "overtaken", plan=other.title)]
    if plan.effective == local_day(at):
        return []
    now = check(plan, standing_for(plan, today=local_day(at)))
    return [fault for fault in now if fault.code != "effective_past"]


@transaction.atomic
def hold_up_unapplied(reorganisation_id: UUID, *, why: str, at: datetime) -> None:
    """Keep that a plan could not be applied for a reason that no check foresaw; `why` names it for who looks into it."""
    row = locked_reorganisation(reorganisation_id)
    if row.state == _State.APPROVED:
        _hold_up(row, [Fault.at(1, "not_applied", why=why[:200])], at)


def _hold_up(row: Reorganisation, faults: list[Fault], at: datetime) -> None:
    said = [{"line": one.line, "code": one.code, "facts": dict(one.facts)} for one in faults]
    if said != row.faults:
        row.faults = said
        row.save(update_fields=["faults"])
        journal.record(ReorganisationHeldUp(row.id, faults=len(faults)), by=SYSTEM, at=at)


def _enter_register(
    row: Reorganisation, plan: Plan, outcome: Outcome, standing: Standing, at: datetime
) -> None:
    """Write the line of the restructuring register: units and posts that the plan touches, before and after."""
    successors = {link.successor for link in outcome.links}
    went_on = {key for key in successors if key in standing.agencies} - outcome.ended.keys()
    new = outcome.parents.keys() - standing.agencies.keys()
    posts = [post for post in standing.posts.values() if post.agency in outcome.ended]
    kept = [post for post in standing.posts.values() if post.agency in went_on]
    added = outcome.holders.keys() - standing.posts.keys()
    Restructuring.objects.create(
        kind=Restructuring.Kind.UNITS,
        title=row.title,
        legal_basis=row.legal_basis,
        effective_on=row.effective_on,
        reorganisation=row,
        units_before=len(outcome.ended) + len(went_on),
        units_after=len(new) + len(went_on),
        posts_before=len(posts) + len(kept),
        posts_after=len(kept) + len(added),
        entered_at=at,
        entered_by=row.approved_by,
        entered_label=row.approved_label,
    )


# --- the dossiers -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """How far the passing of dossiers is."""

    total: int
    moved: int
    longest: float


def continue_reorganisation(
    reorganisation_id: UUID,
    *,
    at: datetime,
    now: Callable[[], datetime] | None = None,
    tell: Callable[[Progress], None] | None = None,
) -> int:
    """Let every dossier of a reorganisation that has begun pass, batch after batch; return how many passed now.

    Killed on the way it is just asked again. When none is left it is finished. `now` gives the moment of each batch;
    without it all happens `at` once.
    """
    row = Reorganisation.objects.get(id=reorganisation_id)
    if row.state != _State.APPLYING:
        return 0
    way = way_of(row, today=local_day(at))
    moved, total = 0, row.total

    def note(batch: Passed, longest: float) -> None:
        nonlocal moved
        moved += batch.count
        if tell:
            tell(Progress(total, moved, longest))

    pass_all(way, at=now or (lambda: at), after_batch=_count, tell=note)
    settle_beside(way, at=at)
    _end_reorganisation(reorganisation_id, at)
    return moved


def _count(way: Way, batch: Passed) -> None:
    """Add a batch to the counters, in its transaction."""
    Reorganisation.objects.filter(id=way.reorganisation_id).update(
        moved=F("moved") + batch.count,
        paused=F("paused") + batch.paused,
        past_due=F("past_due") + batch.past_due,
        flagged=F("flagged") + batch.flagged,
        tasks=F("tasks") + batch.tasks,
        tasks_flagged=F("tasks_flagged") + batch.tasks_flagged,
    )


@transaction.atomic
def _end_reorganisation(reorganisation_id: UUID, at: datetime) -> None:
    row = locked_reorganisation(reorganisation_id)
    if row.state != _State.APPLYING:
        return
    row.state, row.applied_at = _State.APPLIED, at
    row.save(update_fields=["state", "applied_at"])
    event = ReorganisationFinished(row.id, moved=row.moved, flagged=row.flagged, tasks=row.tasks)
    journal.record(event, by=SYSTEM, at=at)


def way_of(row: Reorganisation, *, today: date) -> Way:
    """Return how a reorganisation leads from agency to agency and from post to post, from what was written down.

    Who is in the posts is asked of today: one that is carried out late meets other people.
    """
    day, staffed = row.effective_on, max(row.effective_on, today)
    links = organisation.links_by(row.id)
    leaving: dict[UUID, list[Link[UUID]]] = {}
    for link in links:
        leaving.setdefault(link.predecessor, []).append(link)
    staff = organisation.staffing({link.successor for link in links}, on=staffed)
    return Way(
        row.id,
        day,
        Lines(links),
        organisation.post_heirs(row.id, on=staffed),
        organisation.territories_of(leaving, on=day - timedelta(days=1)),
        staff.heads,
        staff.functions,
        sources=list(leaving),
        # Only some procedures leave an agency that keeps all else.
        only={
            agency: [UUID(str(link.procedure)) for link in own if link.procedure is not None]
            for agency, own in leaving.items()
            if all(link.procedure is not None or link.successor == agency for link in own)
        },
    )


def reorganise(reorganisation_id: UUID, *, at: datetime, **more: Any) -> int:
    """Begin a plan whose day has come and let all its dossiers pass; return how many did. Done twice it does nothing."""
    if not begin_reorganisation(reorganisation_id, at=at):
        return 0
    return continue_reorganisation(reorganisation_id, at=at, **more)


_STRAGGLERS = f"""
SELECT DISTINCT s.reorganisation_id FROM organisation_succession s
JOIN organisation_reorganisation r ON r.id = s.reorganisation_id AND r.state = 'applied'
WHERE s.ends AND (
  EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.competent_agency_id = s.predecessor_id
    AND d.state IN {OPEN})
  OR EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.receiving_agency_id = s.predecessor_id
    AND d.receiving_agency_id <> d.competent_agency_id
    AND d.state IN {OPEN}))
"""  # noqa: S608


def pass_stragglers(*, at: datetime, now: Callable[[], datetime] | None = None) -> int:
    """Let open dossiers pass that came to an agency after it had ended: filed across midnight, or reopened before a plan
    that was late; return how many. For nearly always there are none.
    """
    found = sql.rows(_STRAGGLERS, ())
    rows = Reorganisation.objects.filter(id__in=[key for (key,) in found]).order_by(
        "effective_on", "applied_at"
    )
    return sum(
        pass_all(way_of(row, today=local_day(at)), at=now or (lambda: at), after_batch=_count) for row in rows
    )
