"""The one request to complete a dossier, and the answer to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from motcua.calendars.queries import working_calendar
from motcua.dossiers.actions import slips
from motcua.dossiers.actions.moving import (
    UnableToMove,
    after,
    enter,
    locked,
    save_move,
    version_of,
)
from motcua.dossiers.actions.partners import came_to, take_answers
from motcua.dossiers.actions.running import go, opening_of, process_of, working_time_left
from motcua.dossiers.actions.unlisted import UnlistedPapers, keep_attempt
from motcua.dossiers.events import DossierResubmitted, PartPaused, PartResumed, SupplementRequested
from motcua.dossiers.models import ClockRow, Dossier, Paper, SupplementRequest
from motcua.dossiers.queries import (
    grounds_listed,
    limit_for,
    open_request,
    paper_names,
    papers_listed,
    supplements_allowed,
    wholes_of,
)
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.rules.acknowledgement import acknowledgement_due
from motcua.rules.clock import EntryKind, ResumePolicy
from motcua.rules.deadlines import Limit
from motcua.rules.localday import local_day
from motcua.rules.process import Awaited, Node
from motcua.rules.process.faults import Deed
from motcua.rules.supplement import (
    Fault,
    MoreAllowed,
    SupplementRefused,
    check_request,
    papers_in_words,
)
from motcua.rules.transitions import Move, State
from motcua.rules.working_time import OutsideCalendar
from motcua.workflow.actions import Opening, call_off_tasks, reopen_tasks
from motcua.workflow.queries import machine, marking_of, open_task_of, tokens_of

# The ground of the pause that a request for supplement makes.
SUPPLEMENT = "supplement"


@dataclass(frozen=True)
class FaultData:
    """What is wrong with a listed component, and how to put it right."""

    component: str
    fault: str
    remedy: str


def request_supplement(
    dossier: Dossier,
    *,
    faults: list[FaultData],
    ground: str,
    by: Actor,
    at: datetime,
    unlisted: Sequence[str] = (),
    more: str = "",
    expected: int | None = None,
) -> Dossier:
    """Ask the applicant, once and for all faults, to complete the dossier (form 02).

    Before acceptance no clock runs yet; after it the clock stops. Only components of the version that holds
    for the dossier may be named. `unlisted` names papers that an officer wants all the same: like keys that
    are not listed they are refused, and that refusal is kept although nothing else of the request is; so this
    cannot run inside a transaction of its caller. `more` is the ground of the procedure on which a further request
    is made. A partner asks through the door: the request is the whole's, and the part waits with it, with every part
    that it belongs to. Raises
    `UnableToMove`: not_listed, no_fault, no_ground, no_remedy, already_asked, no_such_ground,
    ground_used, second_needs_head, and the usual.
    """
    try:
        with transaction.atomic():
            if dossier.parent_id is not None:
                return _request_through_the_door(dossier, faults, ground, unlisted, more, by, at, expected)
            dossier = locked(dossier, expected=expected)
            return _request(dossier, faults, ground, unlisted, more, by, at, asking=dossier)
    except UnlistedPapers as refused:
        keep_attempt(dossier, refused.names, occasion="request", by=by, at=at)
        raise


def _request_through_the_door(
    part: Dossier,
    faults: list[FaultData],
    ground: str,
    unlisted: Sequence[str],
    more: str,
    by: Actor,
    at: datetime,
    expected: int | None,
) -> Dossier:
    """Ask for the whole what a partner lacks, and let the clocks from the whole down to the part stand together."""
    # From the top down, as every move locks them.
    whole, *between = [locked(row, expected=None) for row in reversed(wholes_of(part))]
    part = locked(part, expected=expected)
    waiting = [(row, after(row, Move.REQUEST_SUPPLEMENT, reason="-")) for row in (*between, part)]
    _request(whole, faults, ground, unlisted, more, by, at, asking=part)
    policy = ResumePolicy(version_of(whole).record.supplement_policy.value)
    for row, target in waiting:
        _pause(row, ground, policy, by, at)
        save_move(row, target, at=at, paused_at=at)
        event = PartPaused(
            row.id, from_state=State.IN_PROGRESS, to_state=target, whole=whole.id, ground=ground
        )
        journal.record(event, by=by, at=at, agency_id=row.competent_agency_id)
    return part


def _pause(dossier: Dossier, ground: str, policy: ResumePolicy, by: Actor, at: datetime) -> None:
    enter(
        dossier,
        EntryKind.PAUSE,
        by=by,
        at=at,
        reason="supplement_requested",
        legal_basis=ground[:240],
        policy=policy,
        ground=SUPPLEMENT,
    )
    call_off_tasks(dossier.id, outcome="paused", by=by.id, at=at)


def _request(
    dossier: Dossier,
    faults: list[FaultData],
    ground: str,
    unlisted: Sequence[str],
    more: str,
    by: Actor,
    at: datetime,
    *,
    asking: Dossier,
) -> Dossier:
    before = State(dossier.state)
    target = after(dossier, Move.REQUEST_SUPPLEMENT, reason="-")  # the ground is checked below
    if _check(dossier, faults, ground, unlisted, more, at):
        _check_head(asking, by)
    request = SupplementRequest.objects.create(
        dossier=dossier,
        ground=ground,
        faults=[{"component": f.component, "fault": f.fault, "remedy": f.remedy} for f in faults],
        after_acceptance=before is State.IN_PROGRESS,
        more=more,
        made_at=at,
        made_by=by.id,
    )
    changes: dict[str, datetime] = {}
    if request.after_acceptance:
        policy = ResumePolicy(version_of(dossier).record.supplement_policy.value)
        _pause(dossier, ground, policy, by, at)
        changes["paused_at"] = at
    save_move(dossier, target, at=at, **changes)
    event = SupplementRequested(
        dossier.id,
        from_state=before,
        to_state=target,
        components=tuple(fault.component for fault in faults),
        ground=ground,
        slip=slips.supplement(dossier, request=request, by=by, at=at),
    )
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)
    return dossier


def _check(
    dossier: Dossier,
    faults: list[FaultData],
    ground: str,
    unlisted: Sequence[str],
    more: str,
    at: datetime,
) -> bool:
    """Refuse an unsound request; tell whether this one goes beyond what anybody may ask."""
    day = local_day(at)
    papers = papers_listed(dossier, on=day)
    said = [text for fault in faults for text in (fault.fault, fault.remedy)]
    # A paper that is not listed must not come in by the words beside one that is.
    unlisted = (*unlisted, *papers_in_words(said, [item.name.vi for item in papers]))
    earlier = list(SupplementRequest.objects.filter(dossier=dossier).values_list("more", flat=True))
    grounds = frozenset(item.key for item in grounds_listed(dossier))
    try:
        check_request(
            [Fault(f.component, f.fault, f.remedy) for f in faults],
            listed={item.key for item in papers},
            ground=ground,
            earlier_requests=len(earlier),
            allowed=supplements_allowed(dossier, at=at),
            unlisted=unlisted,
            more=MoreAllowed(more, grounds, earlier),
        )
    except SupplementRefused as refused:
        if refused.code == "not_listed":
            raise UnlistedPapers(refused.keys) from None
        raise UnableToMove(refused.code) from None
    return len(earlier) >= supplements_allowed(dossier, at=at)


def _check_head(asking: Dossier, by: Actor) -> None:
    """Let a further request pass only from who has the dossier, or the part, that asks as its head or leader."""
    task = open_task_of(asking.id, holder_id=by.id)
    if task is None or task.function not in _HEADS:
        raise UnableToMove("second_needs_head")


_HEADS = frozenset({"head", "leader"})


@transaction.atomic
def resubmit_dossier(dossier: Dossier, *, by: Actor, at: datetime, expected: int | None = None) -> Dossier:
    """Hand the completed dossier back: the procedure's policy says how its clock goes on.

    Raises `UnableToMove` (nothing_resubmitted) until every asked component was given anew.
    """
    dossier = locked(dossier, expected=expected)
    before = State(dossier.state)
    target = after(dossier, Move.RESUBMIT)
    request = open_request(dossier.id)
    if request is None:
        raise UnableToMove("move_not_allowed")
    asked = [fault["component"] for fault in request.faults]
    if lacking := _not_given_since(dossier, asked, request.made_at, on=local_day(at)):
        raise UnableToMove("nothing_resubmitted", papers="; ".join(lacking))
    SupplementRequest.objects.filter(pk=request.pk).update(answered_at=at)
    due, paused_at = None, dossier.paused_at or request.made_at
    if before is State.PAUSED:
        due = _go_on(dossier, request.ground, by, at)
        save_move(dossier, target, at=at, paused_at=None, due_at=due)
    else:
        # It is filed anew, and an answer is owed anew.
        calendar = working_calendar(dossier.receiving_agency_id, on=local_day(at))
        try:
            owed = acknowledgement_due(filed=at, calendar=calendar)
        except OutsideCalendar as outside:
            raise UnableToMove(outside.code) from None
        save_move(dossier, target, at=at, acknowledge_by=owed.at)
    event = DossierResubmitted(
        dossier.id,
        from_state=before,
        to_state=target,
        components=tuple(asked),
        due_at=due.isoformat() if due else None,
    )
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)
    if before is State.PAUSED:
        _all_go_on(dossier, request.ground, paused_at, by, at)
    return dossier


def _all_go_on(dossier: Dossier, ground: str, paused_at: datetime, by: Actor, at: datetime) -> None:
    """Let the work go on, here and at the parts that waited too; then take what partners answered meanwhile."""
    _work_again(dossier, paused_at, by, at)
    resumed = _parts_go_on(dossier, ground, by, at)
    # From below: what a part is answered may let it answer its whole.
    taken = [take_answers(key, at=at) for key in (*reversed(resumed), dossier.id)]
    if taken[-1]:
        # They moved it on: the row of the caller is the one from before.
        dossier.refresh_from_db()


def _not_given_since(dossier: Dossier, asked: list[str], since: datetime, *, on: date) -> list[str]:
    given = set(
        Paper.objects.filter(
            dossier=dossier, superseded_at__isnull=True, added_at__gte=since, component__in=asked
        ).values_list("component", flat=True)
    )
    names = paper_names(dossier, on=on)
    return [names[key].vi if key in names else key for key in asked if key not in given]


def _go_on(dossier: Dossier, ground: str, by: Actor, at: datetime) -> datetime | None:
    """Let the clock go on as the procedure says, by its own act where it names one, else on the request's ground."""
    record = version_of(dossier).record
    own = record.deadline_policy
    policy = ResumePolicy(record.supplement_policy.value)
    limit = limit_for(record, channel=dossier.channel, case=dossier.case)
    state = enter(
        dossier,
        EntryKind.RESUME,
        by=by,
        at=at,
        reason="resubmitted",
        legal_basis=(own.basis if own else ground)[:240],
        policy=policy,
        limit=limit if policy is ResumePolicy.RESTART else None,
        ground=SUPPLEMENT,
    )
    return state.due


def _work_again(dossier: Dossier, paused_at: datetime, by: Actor, at: datetime) -> None:
    """Open the steps that the pause called off, for who had them if they still do that work; timers go on by what was left.

    A step that waited for the supplement itself is done by it.
    """
    engine = machine(process_of(dossier))
    left = {token.place: (token.agency_id, token.due_at) for token in tokens_of(dossier.id) if token.due_at}

    def opener(node: Node) -> Opening:
        agency_id, due_at = left.get(node.key, (None, None))
        if due_at is None:
            return opening_of(dossier, node, at=at)
        return Opening(agency_id, working_time_left(agency_id, since=paused_at, due_at=due_at, at=at))

    reopen_tasks(dossier.id, process_id=process_of(dossier), opener=opener, at=at)
    for place in marking_of(dossier.id):
        node = engine.nodes.get(place)
        if node is not None and node.awaits is Awaited.SUPPLEMENT:
            went = go(dossier, place, Deed.DONE, outcome="done", by=by, at=at)
            came_to(dossier, went, by=by, at=at)


def _parts_go_on(whole: Dossier, ground: str, by: Actor, at: datetime) -> list[UUID]:
    """Let the parts that waited with the whole go on, by the same policy as it; return them from the top down."""
    policy = ResumePolicy(version_of(whole).record.supplement_policy.value)
    resumed: list[UUID] = []
    above = [whole.id]
    while above:
        waiting = list(Dossier.objects.filter(parent__in=above, state=State.PAUSED).order_by("id"))
        for found in waiting:
            _part_goes_on(found, whole, ground, policy, by, at)
        above = [part.id for part in waiting]
        resumed += above
    return resumed


def _part_goes_on(
    found: Dossier, whole: Dossier, ground: str, policy: ResumePolicy, by: Actor, at: datetime
) -> None:
    part = locked(found, expected=None)
    paused_at = part.paused_at or at
    target = after(part, Move.RESUBMIT)
    limit = _first_limit(part) if policy is ResumePolicy.RESTART else None
    state = enter(
        part, EntryKind.RESUME, by=by, at=at, reason="resubmitted", legal_basis=ground[:240],
        policy=policy, limit=limit, ground=SUPPLEMENT,
    )  # fmt: skip
    save_move(part, target, at=at, paused_at=None, due_at=state.due)
    event = PartResumed(
        part.id,
        from_state=State.PAUSED,
        to_state=target,
        whole=whole.id,
        due_at=state.due.isoformat() if state.due else None,
    )
    journal.record(event, by=by, at=at, agency_id=part.competent_agency_id)
    _work_again(part, paused_at, by, at)


def _first_limit(dossier: Dossier) -> Limit | None:
    """Return the limit that the clock of a dossier began with."""
    row = ClockRow.objects.filter(dossier=dossier, kind=EntryKind.START.value).order_by("place").first()
    return Limit.from_json(row.limit) if row is not None and row.limit else None
