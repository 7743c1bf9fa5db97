"""Liên thông: one dossier at the door, its parts at the partners, each with its own number, limit and result.

The receiving unit sets the order of the agencies (NĐ 118/2025 Điều 20): that order is the process. See
docs/rules/interconnected.md.
"""

import logging
import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.catalogue.queries import Published, current_version
from motcua.dossiers.actions.concluding import conclude
from motcua.dossiers.actions.moving import UnableToMove, enter, locked, save_move, version_of
from motcua.dossiers.actions.numbering import next_number
from motcua.dossiers.actions.running import begin, go, only_return_left
from motcua.dossiers.events import (
    DossierStopped,
    DossierWithdrawn,
    PartnerAnswered,
    PartnerAnswerTaken,
    PartnerAsked,
)
from motcua.dossiers.models import Dossier, Result
from motcua.dossiers.queries import limit_for, limit_unread, partner_at
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM, Actor
from motcua.journal.queries import history_of
from motcua.kit import sql
from motcua.kit.ids import uuid7
from motcua.organisation.queries import AgencyFacts, agency_facts
from motcua.rules.clock import EntryKind
from motcua.rules.deadlines import Limit
from motcua.rules.localday import local_day
from motcua.rules.process import Node, NodeKind
from motcua.rules.process.faults import Deed
from motcua.rules.refusals import Refusal
from motcua.rules.transitions import State
from motcua.workflow.actions import Went, run_ended
from motcua.workflow.queries import DEFAULT_KEY, machine, marking_of, newest_process, process_for
from motcua.workflow.queries.calling import MOST_DEEP

_log = logging.getLogger(__name__)
# How a part ended for its whole.
GRANTED, REFUSED = Dossier.Outcome.GRANTED.value, Dossier.Outcome.REFUSED.value
# A partner may ask partners in its turn; processes that ask each other in a circle end here.
_DEEPEST = MOST_DEEP
_ENDED_WITHOUT = frozenset({State.STOPPED, State.WITHDRAWN})


def came_to(dossier: Dossier, went: Went, *, by: Actor, at: datetime) -> None:
    """Do what the places call for that a dossier came to: ask partners; conclude where only the return is left.

    Part of the caller's move. `dossier` is as its caller saved it. Raises `UnableToMove`: no_partner, and
    move_not_allowed for a process that comes to its return without a decision.
    """
    if dossier.process_id is None:
        raise UnableToMove("changed_meanwhile")
    engine = machine(dossier.process_id)
    calls = {key for key, node in engine.nodes.items() if node.kind is NodeKind.CALL}
    if passed := calls.intersection(went.left):
        # A timer took the dossier on without an answer: nobody waits for the part any more.
        call_off_parts(dossier, by=by, at=at, calls=passed)
    for place in went.entered:
        if place in calls:
            _ask(dossier, engine.nodes[place], by=by, at=at)
    if only_return_left(dossier, went.marking):
        conclude(dossier, by=by, at=at)


def _ask(whole: Dossier, node: Node, *, by: Actor, at: datetime) -> Dossier:
    """Open the part of a partner: its own number and clock, begun at once; one outside is written to."""
    day = local_day(at)
    if _depth(whole) >= _DEEPEST:
        raise UnableToMove("parts_too_deep", where=node.title("vi"))
    partner = partner_at(node, whole.competent_agency_id, on=day)
    if partner is None:
        raise UnableToMove("no_partner", where=node.title("vi"))
    version = _version_for(whole, node, at)
    # A part of the whole's own procedure would run by the whole's process, and ask the partner again.
    own = version.procedure_id != whole.procedure_id
    process_id = process_for(version.procedure_id, on=day) if own else newest_process(DEFAULT_KEY)
    if process_id is None:
        raise UnableToMove("no_process")
    part = Dossier.objects.create(**_row(whole, node, partner, version, process_id, at))
    limit = node.limit or _limit_of(version, whole)
    clock = enter(part, EntryKind.START, by=by, at=at, reason="partner_asked", limit=limit)
    save_move(part, State.IN_PROGRESS, at=at, accepted_at=at, promised_at=clock.due, due_at=clock.due)
    event = PartnerAsked(
        part.id,
        from_state=State.IN_PROGRESS,
        to_state=State.IN_PROGRESS,
        whole=whole.id,
        call=node.key,
        number=part.number or "",
        version=version.id,
        promised_at=clock.due.isoformat() if clock.due else None,
        outside=partner.outside,
    )
    journal.record(event, by=by, at=at, agency_id=partner.id)
    if not partner.outside:
        came_to(part, begin(part, by=by, at=at), by=by, at=at)
    return part


def _depth(part: Dossier) -> int:
    """Return how many wholes stand above a dossier, one in the other."""
    depth, above = 0, part.parent_id
    while above is not None and depth < _DEEPEST:
        depth += 1
        above = Dossier.objects.filter(id=above).values_list("parent_id", flat=True).first()
    return depth


def _version_for(whole: Dossier, node: Node, at: datetime) -> Published:
    """Return what the partner works by: the procedure that the step names, else the whole's own version."""
    if not node.procedure:
        return version_of(whole)
    version = current_version(node.procedure, on=local_day(at))
    if version is None:
        raise UnableToMove("no_partner_procedure", where=node.procedure)
    return version


def _limit_of(version: Published, whole: Dossier) -> Limit | None:
    """Return the limit of the partner's procedure; where nobody could read it so far, that of the whole's."""
    for record in (version.record, version_of(whole).record):
        case = whole.case if whole.case in {case.key for case in record.cases} else record.cases[0].key
        if not limit_unread(record, channel=whole.channel, case=case):
            return limit_for(record, channel=whole.channel, case=case)
    return None


def _row(
    whole: Dossier, node: Node, partner: AgencyFacts, version: Published, process_id: UUID, at: datetime
) -> dict[str, object]:
    key = uuid7()
    return {
        "id": key,
        "number": next_number(partner.id, partner.code, partner.number_template, local_day(at)),
        "secret": secrets.token_bytes(16),
        "state": State.IN_PROGRESS,
        "parent": whole,
        "call": node.key,
        "procedure_id": version.procedure_id,
        "version_id": version.id,
        "process_id": process_id,
        "case": whole.case,
        "channel": Dossier.Channel.INTERCONNECTED,
        "door": whole.door,
        "receiving_agency_id": whole.receiving_agency_id,
        "competent_agency_id": partner.id,
        "applicant_name": whole.applicant_name,
        "request": whole.request,
        "delivery": Dossier.Delivery.DESK,
        "language": whole.language,
        "created_at": at,
        "saved_at": at,
        "filed_at": at,
        "accepted_at": at,
    }


@transaction.atomic
def take_answers(whole_id: UUID, *, at: datetime) -> int:
    """Let a dossier go on by every answer of a partner that has come and still counts; return how many did.

    An answer that comes twice, or for a step that was passed, moves nothing. While the dossier waits for its
    applicant the answers wait too, and are taken when it goes on. One whose way is refused (no next partner, say)
    is logged and waits: it holds up neither the others nor who called this; `take_waiting_answers` tries it again.
    """
    whole = Dossier.objects.select_for_update(no_key=True).filter(id=whole_id).first()
    if whole is None or whole.state != State.IN_PROGRESS or whole.process_id is None:
        return 0
    taken, refused = 0, set[UUID]()
    while whole.state == State.IN_PROGRESS and (part := _answered(whole, besides=refused)):
        try:
            with transaction.atomic():
                _take(whole, part, at)
            taken += 1
        except (UnableToMove, Refusal, LookupError) as unable:
            _log.error("answer %s to dossier %s cannot be taken: %r", part.id, whole.id, unable)
            refused.add(part.id)
            whole.refresh_from_db()
    return taken


# What stands at a partner's step whose newest part has ended.
_WAITING = """
SELECT DISTINCT whole.id FROM dossiers_dossier part
JOIN dossiers_dossier whole ON whole.id = part.parent_id AND whole.state = 'in_progress'
JOIN workflow_token t ON t.subject_id = whole.id AND t.place = part.call
WHERE part.finished_at IS NOT NULL AND (%(after)s::uuid IS NULL OR whole.id > %(after)s)
ORDER BY whole.id LIMIT %(most)s
"""


def take_waiting_answers(*, at: datetime, most: int = 500) -> int:
    """Take answers that could not be taken when they came, for every dossier that has one; return how many were.

    Each dossier in a transaction of its own, in batches of `most`.
    """
    taken, last = 0, None
    while found := [row[0] for row in sql.rows(_WAITING, {"after": last, "most": most})]:
        taken += sum(take_answers(key, at=at) for key in found)
        last = found[-1]
    return taken


def _answered(whole: Dossier, *, besides: Collection[UUID]) -> Dossier | None:
    """Return a part that has ended while the whole's token still stands at its step."""
    assert whole.process_id is not None
    engine = machine(whole.process_id)
    for place in marking_of(whole.id):
        node = engine.nodes.get(place)
        if node is None or node.kind is not NodeKind.CALL:
            continue
        part = Dossier.objects.filter(parent=whole, call=place).order_by("-accepted_at", "-id").first()
        if part is not None and part.finished_at is not None and part.id not in besides:
            return part
    return None


def _take(whole: Dossier, part: Dossier, at: datetime) -> None:
    assert whole.process_id is not None
    engine = machine(whole.process_id)
    node = engine.nodes[part.call]
    outcome = part.outcome or REFUSED
    fails = any(row.kind is NodeKind.BOUNDARY_ERROR for row in engine.boundaries[node.key])
    failed = fails and (outcome == REFUSED or State(part.state) in _ENDED_WITHOUT)
    data = {node.sets[0]: outcome} if node.sets and not failed else None
    went = go(
        whole,
        node.key,
        Deed.FAILED if failed else Deed.DONE,
        outcome="failed" if failed else "answered",
        by=SYSTEM,
        at=at,
        data=data,
        note=_why_not(part, at) if outcome == REFUSED else "",
    )
    save_move(whole, State.IN_PROGRESS, at=at)
    event = PartnerAnswerTaken(
        whole.id,
        from_state=State.IN_PROGRESS,
        to_state=State.IN_PROGRESS,
        part=part.id,
        call=part.call,
        outcome=outcome,
        late=part.due_at is not None and part.finished_at is not None and part.finished_at > part.due_at,
    )
    journal.record(event, by=SYSTEM, at=at, agency_id=part.competent_agency_id)
    came_to(whole, went, by=SYSTEM, at=at)


def _why_not(part: Dossier, at: datetime) -> str:
    """Return what a partner said when it refused or stopped its part, with its name: the next step explains it."""
    reason = Result.objects.filter(dossier=part).values_list("summary", flat=True).first()
    if reason is None:
        stops = (row.data for row in history_of(part.id) if row.kind == DossierStopped.kind)
        reason = next((data["reason"] for data in stops), "")
    if not reason or part.competent_agency_id is None:
        return reason
    return f"{agency_facts(part.competent_agency_id, on=local_day(at)).name_vi}: {reason}"


def answered_without_result(part: Dossier, *, by: Actor, at: datetime) -> None:
    """Tell the dossier that a part belongs to that the partner stopped it; part of the partner's own move."""
    answered = PartnerAnswered(
        part.id,
        from_state=part.state,
        to_state=part.state,
        whole=part.parent_id,
        call=part.call,
        outcome=REFUSED,
    )
    journal.record(answered, by=by, at=at, agency_id=part.competent_agency_id)


def call_off_parts(whole: Dossier, *, by: Actor, at: datetime, calls: Collection[str] | None = None) -> int:
    """Withdraw the parts that partners still work on because their whole has ended, or has passed these `calls`.

    Return how many.
    """
    rows = Dossier.objects.filter(parent=whole, finished_at__isnull=True).order_by("id")
    parts = list(rows if calls is None else rows.filter(call__in=calls))
    for found in parts:
        part = locked(found, expected=None)
        if part.finished_at is not None:
            continue
        before = State(part.state)
        enter(part, EntryKind.STOP, by=by, at=at, reason="withdrawn")
        call_off_parts(part, by=by, at=at)
        run_ended(part.id, outcome="withdrawn", by=by.id, at=at)
        save_move(part, State.WITHDRAWN, at=at, finished_at=at, paused_at=None)
        event = DossierWithdrawn(part.id, from_state=before, to_state=State.WITHDRAWN, reason="whole_ended")
        journal.record(event, by=by, at=at, agency_id=part.competent_agency_id)
    return len(parts)
