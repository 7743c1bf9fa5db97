"""A matter that was decided is dealt with anew, by a decision of the leader: in a dossier of its own.

The first dossier, its result and the figures of its day stay as they were; see docs/rules/transitions.md.
"""

import secrets
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from motcua.documents.actions import share_files
from motcua.dossiers.actions.moving import UnableToMove, enter, locked, save_move, version_of
from motcua.dossiers.actions.numbering import next_number
from motcua.dossiers.actions.partners import came_to
from motcua.dossiers.actions.running import begin
from motcua.dossiers.actions.versions import note_later_versions
from motcua.dossiers.events import DossierBegunAnew, DossierReopened
from motcua.dossiers.models import Dossier, Paper, Party, Reopening
from motcua.dossiers.queries import limit_for, limit_unread
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit.ids import uuid7
from motcua.organisation.queries import agency_facts, heir_of
from motcua.rules.clock import EntryKind
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.localday import local_day
from motcua.rules.transitions import State
from motcua.workflow.actions import run_ended
from motcua.workflow.queries import process_for

MOST_DAYS = 180
# What the new dossier takes over; its people and papers are copies of their own.
_SAME = (
    "procedure_id", "version_id", "case", "channel", "door", "support_agency_id", "receiving_agency_id",
    "competent_agency_id", "owner_id", "applicant_name", "request", "delivery", "language", "retention_class",
)  # fmt: skip


@transaction.atomic
def reopen_dossier(
    dossier: Dossier,
    *,
    decision_number: str,
    decided_on: date,
    reason: str,
    days: int | None = None,
    by: Actor,
    at: datetime,
    expected: int | None = None,
) -> Dossier:
    """Open a dossier for the same matter by a decision, its clock running at once; return the new dossier.

    `days` are the working days that the decision gives; without it the procedure's own limit counts. A result that
    still waits at the desk is not handed out any more. Raises `UnableToMove`: reopen_not_decided, reopened_before,
    reopen_the_whole (it is a partner's part), decision_needed, reason_needed, decision_day, reopen_days,
    limit_unconfirmed, no_process, changed_meanwhile.
    """
    dossier = locked(dossier, expected=expected)
    _check_reopening(dossier, decision_number, decided_on, reason, days, at)
    anew = _anew(dossier, at)
    limit = _limit_anew(anew, days)
    process_id = process_for(anew.procedure_id, on=local_day(at))
    if process_id is None:
        raise UnableToMove("no_process")
    anew.process_id = process_id
    anew.save(force_insert=True)
    Reopening.objects.create(
        dossier=dossier, anew=anew, decision_number=decision_number, decided_on=decided_on, reason=reason,
        at=at, by=by.id, label=by.label[:160],
    )  # fmt: skip
    _take_papers_over(dossier, anew, by, at)
    basis = f"Quyết định {decision_number}"[:240]
    clock = enter(anew, EntryKind.START, by=by, at=at, reason="reopened", legal_basis=basis, limit=limit)
    save_move(anew, State.IN_PROGRESS, at=at, promised_at=clock.due, due_at=clock.due)
    went = begin(anew, by=by, at=at)
    # What waits at the desk was decided and is not any more: it stays where it stands, for nobody to hand out.
    run_ended(dossier.id, outcome="reopened", by=by.id, at=at)
    save_move(dossier, State(dossier.state), at=at)
    _record_reopening(dossier, anew, decision_number, decided_on, reason, by, at)
    came_to(anew, went, by=by, at=at)
    note_later_versions(anew, pinned=version_of(anew).number, at=at)
    return anew


def _check_reopening(
    dossier: Dossier, number: str, decided_on: date, reason: str, days: int | None, at: datetime
) -> None:
    if dossier.parent_id is not None:
        raise UnableToMove("reopen_the_whole")
    if dossier.state not in (State.DECIDED, State.RETURNED):
        raise UnableToMove("reopen_not_decided")
    if Reopening.objects.filter(dossier=dossier).exists():
        raise UnableToMove("reopened_before")
    if not number.strip():
        raise UnableToMove("decision_needed")
    if not reason.strip():
        raise UnableToMove("reason_needed")
    if (
        decided_on > local_day(at)
        or dossier.finished_at is None
        or decided_on < local_day(dossier.finished_at)
    ):
        raise UnableToMove("decision_day")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise UnableToMove("reopen_days", most=MOST_DAYS)


def _anew(first: Dossier, at: datetime) -> Dossier:
    """Return the new dossier's row, not yet written: numbered by who received the first one."""
    assert first.receiving_agency_id is not None
    day = local_day(at)
    assert first.competent_agency_id is not None
    competent = _now(first, first.competent_agency_id, day)
    receiving = _now(first, first.receiving_agency_id, day)
    desk = agency_facts(receiving, on=day)
    row = Dossier(
        id=uuid7(),
        number=next_number(desk.id, desk.code, desk.number_template, day),
        secret=secrets.token_bytes(16),
        state=State.IN_PROGRESS,
        created_at=at,
        saved_at=at,
        filed_at=at,
        accepted_at=at,
        **{name: getattr(first, name) for name in _SAME}
        | {"competent_agency_id": competent, "receiving_agency_id": receiving},
    )
    row.applicant = _same_person(first.applicant)
    row.representative = _same_person(first.representative)
    return row


def _now(first: Dossier, agency_id: UUID, day: date) -> UUID:
    """Return who answers today for what an agency decided."""
    since = local_day(first.finished_at) if first.finished_at else None
    return heir_of(agency_id, on=day, since=since, place=first.place_code, procedure_id=first.procedure_id)


def _same_person(party: Party | None) -> Party | None:
    """Return a copy: each dossier keeps its people as they stood when it began, and forgets them by itself."""
    if party is None:
        return None
    names = [field.attname for field in Party._meta.concrete_fields if field.name != "id"]
    return Party.objects.create(**{name: getattr(party, name) for name in names})


def _limit_anew(anew: Dossier, days: int | None) -> Limit | None:
    if days is not None:
        return Limit(Unit.WORKING_DAY, days)
    record = version_of(anew).record
    if limit_unread(record, channel=anew.channel, case=anew.case):
        raise UnableToMove("limit_unconfirmed")
    return limit_for(record, channel=anew.channel, case=anew.case)


def _take_papers_over(first: Dossier, anew: Dossier, by: Actor, at: datetime) -> None:
    papers = list(Paper.objects.filter(dossier=first, superseded_at__isnull=True).order_by("added_at", "id"))
    ids = [paper.file_id for paper in papers if paper.file_id]
    files = share_files(ids, subject_kind="dossier", subject_id=anew.id, by=by.id, at=at)
    Paper.objects.bulk_create(
        Paper(
            dossier=anew,
            component=paper.component,
            form=paper.form,
            file_id=files.get(paper.file_id) if paper.file_id else None,
            originals=paper.originals,
            copies=paper.copies,
            added_at=paper.added_at,
            added_by=paper.added_by,
        )
        for paper in papers
    )


def _record_reopening(
    first: Dossier, anew: Dossier, number: str, decided_on: date, reason: str, by: Actor, at: datetime
) -> None:
    promised = anew.promised_at.isoformat() if anew.promised_at else None
    reopened = DossierReopened(
        first.id,
        anew=anew.id,
        number=anew.number or "",
        decision_number=number,
        decided_on=decided_on,
        reason=reason,
        promised_at=promised,
    )
    journal.record(reopened, by=by, at=at, agency_id=first.competent_agency_id)
    process_id: UUID | None = anew.process_id
    assert process_id is not None
    begun = DossierBegunAnew(
        anew.id,
        from_state=State.IN_PROGRESS,
        to_state=State.IN_PROGRESS,
        reopens=first.id,
        decision_number=number,
        process=process_id,
        promised_at=promised,
    )
    journal.record(begun, by=by, at=at, agency_id=anew.competent_agency_id)
