"""Letters of apology that name a new date: drafted by one, approved by another, then sent (NĐ 61/2018 Điều 19 khoản 9).

Before the due time the approved letter extends it. Afterwards a letter only apologises and says when to come: what is
late stays late. See docs/rules/lateness.md.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.dossiers.actions import slips
from motcua.dossiers.actions.moving import (
    UnableToMove,
    after,
    calendar_of,
    check_extension,
    enter,
    follow_due,
    locked,
    save_move,
)
from motcua.dossiers.events import (
    ApologyApproved,
    ApologyDrafted,
    ApologyRejected,
    ApologySent,
    DeadlineExtended,
    LateCauseNoted,
)
from motcua.dossiers.models import Apology, Dossier, LateNote
from motcua.dossiers.queries import extension_in_time
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM, Actor
from motcua.rules.clock import EntryKind
from motcua.rules.lateness import Cause
from motcua.rules.localday import local_day
from motcua.rules.transitions import Move, State
from motcua.rules.working_time import OutsideCalendar

# What the journal and the letter keep is said in the language of the office.
_GAVE_WAY = "Không còn đúng với ngày hẹn hiện nay; thay bằng thư khác."
_DRAFT, _APPROVED, _SENT = Apology.State.DRAFT, Apology.State.APPROVED, Apology.State.SENT


@transaction.atomic
def draft_apology(
    dossier: Dossier,
    *,
    until: datetime,
    cause: Cause,
    reason: str,
    legal_basis: str,
    by: Actor,
    at: datetime,
    expected: int | None = None,
) -> Apology:
    """Draft a letter of apology that names a new date (`until`, aware); nothing moves before it is approved.

    It extends the due time of a dossier that is not late. One draft at a time: one that cannot be approved any more
    gives way. Raises `UnableToMove`: apology_drafted, no_limit, not_a_working_day, outside_calendar; before the due
    time extend_after_due (at its minute), extend_not_later, extended_too_often, extend_too_late (too near to the due
    day by the law of the day); after it apology_day_past, apologised_already; and the usual.
    """
    dossier = locked(dossier, expected=expected)
    after(dossier, Move.EXTEND, reason=reason)
    if dossier.due_at is None:
        raise UnableToMove("no_limit")
    _make_way(dossier, by, at)
    extends = at <= dossier.due_at
    _check_letter(dossier, extends, until, at)
    letter = Apology.objects.create(
        dossier=dossier,
        extends=extends,
        due_before=dossier.due_at,
        until=until,
        cause=cause,
        reason=reason,
        legal_basis=legal_basis,
        drafted_at=at,
        drafted_by=by.id,
        drafted_label=by.label[:160],
    )
    event = ApologyDrafted(
        dossier.id,
        apology=letter.id,
        extends=extends,
        due_before=dossier.due_at.isoformat(),
        until=until.isoformat(),
        cause=cause,
        reason=reason,
    )
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)
    return letter


def _make_way(dossier: Dossier, by: Actor, at: datetime) -> None:
    """Let a draft that nobody can approve any more give way to a new one; refuse beside one that waits."""
    draft = Apology.objects.filter(dossier=dossier, state=_DRAFT).first()
    if draft is None:
        return
    too_late = draft.extends and at >= draft.due_before
    if draft.due_before == dossier.due_at and not too_late:
        raise UnableToMove("apology_drafted")
    _turn_down(dossier, draft, _GAVE_WAY, by, at)


def _check_letter(dossier: Dossier, extends: bool, until: datetime, at: datetime) -> None:
    """Ask everything that must hold when a letter is drafted, and still when it is approved."""
    try:
        working = calendar_of(dossier, at=at).is_working_day(local_day(until))
    except OutsideCalendar as outside:
        raise UnableToMove(outside.code) from None
    if not working:
        raise UnableToMove("not_a_working_day")
    if extends:
        check_extension(dossier, until=until, at=at)
        if not extension_in_time(dossier, at=at):
            raise UnableToMove("extend_too_late")
        return
    said = Apology.objects.filter(dossier=dossier, extends=False, state__in=[_APPROVED, _SENT])
    if dossier.due_at in set(said.values_list("due_before", flat=True)):
        raise UnableToMove("apologised_already")
    if until <= at:
        raise UnableToMove("apology_day_past")


@transaction.atomic
def approve_apology(
    dossier: Dossier, *, letter: UUID, by: Actor, at: datetime, expected: int | None = None
) -> Apology:
    """Approve a draft as somebody else than who drafted it: form 04 is issued, and what extends moves the due time now.

    Raises `UnableToMove`: approve_not_own, apology_overtaken (the due time is another than the draft says),
    extend_after_due and what refuses a draft, changed_meanwhile (somebody decided on it already).
    """
    dossier = locked(dossier, expected=expected)
    draft = _the_draft(dossier, letter)
    target = after(dossier, Move.EXTEND, reason=draft.reason)
    if by.id is None or by.id == draft.drafted_by:
        raise UnableToMove("approve_not_own")
    if draft.due_before != dossier.due_at:
        raise UnableToMove("apology_overtaken")
    _check_letter(dossier, draft.extends, draft.until, at)
    if draft.extends:
        _extend_by(dossier, draft, target, by, at)
    else:
        _apologise_by(dossier, draft, by, at)
    return draft


def _extend_by(dossier: Dossier, draft: Apology, target: State, by: Actor, at: datetime) -> None:
    state = enter(
        dossier,
        EntryKind.EXTEND,
        by=by,
        at=at,
        reason="extended",
        legal_basis=draft.legal_basis,
        until=draft.until,
    )
    save_move(dossier, target, at=at, due_at=state.due)
    follow_due(dossier, before=draft.due_before)
    _put_approval(dossier, draft, by, at)
    event = DeadlineExtended(
        dossier.id,
        from_state=State.IN_PROGRESS,
        to_state=target,
        apology=draft.id,
        due_before=draft.due_before.isoformat(),
        due_after=draft.until.isoformat(),
        cause=draft.cause,
        reason=draft.reason,
        slip=_known_slip(draft),
    )
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)


def _apologise_by(dossier: Dossier, draft: Apology, by: Actor, at: datetime) -> None:
    _put_approval(dossier, draft, by, at)
    event = ApologyApproved(
        dossier.id,
        apology=draft.id,
        due_at=draft.due_before.isoformat(),
        until=draft.until.isoformat(),
        cause=draft.cause,
        reason=draft.reason,
        slip=_known_slip(draft),
    )
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)


def _put_approval(dossier: Dossier, draft: Apology, by: Actor, at: datetime) -> None:
    draft.slip_id = slips.apology(
        dossier,
        before=draft.due_before,
        until=draft.until,
        reason=draft.reason,
        legal_basis=draft.legal_basis,
        by=by,
        at=at,
    )
    draft.state, draft.decided_at = _APPROVED, at
    draft.decided_by, draft.decided_label = by.id, by.label[:160]
    draft.save(update_fields=["slip_id", "state", "decided_at", "decided_by", "decided_label"])


def _known_slip(draft: Apology) -> UUID:
    if draft.slip_id is None:
        raise LookupError("an approved letter has its slip")
    return draft.slip_id


@transaction.atomic
def reject_apology(
    dossier: Dossier, *, letter: UUID, note: str, by: Actor, at: datetime, expected: int | None = None
) -> Apology:
    """Turn a draft down, with what is to be done otherwise; `UnableToMove`: reason_needed, changed_meanwhile."""
    dossier = locked(dossier, expected=expected)
    draft = _the_draft(dossier, letter)
    if not note.strip():
        raise UnableToMove("reason_needed")
    _turn_down(dossier, draft, note, by, at)
    return draft


def _the_draft(dossier: Dossier, letter: UUID) -> Apology:
    found = Apology.objects.filter(dossier=dossier, id=letter, state=_DRAFT).first()
    if found is None:
        raise UnableToMove("changed_meanwhile")
    return found


def _turn_down(dossier: Dossier, draft: Apology, note: str, by: Actor, at: datetime) -> None:
    draft.state, draft.decided_at, draft.note = Apology.State.REJECTED, at, note[:400]
    draft.decided_by, draft.decided_label = by.id, by.label[:160]
    draft.save(update_fields=["state", "decided_at", "note", "decided_by", "decided_label"])
    event = ApologyRejected(dossier.id, apology=draft.id, note=draft.note)
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)


@transaction.atomic
def mark_apology_sent(letter: UUID, *, at: datetime) -> bool:
    """Mark an approved letter as sent, once its message is queued; False when it was marked before."""
    if not Apology.objects.filter(id=letter, state=_APPROVED).update(state=_SENT, sent_at=at):
        return False
    about = Apology.objects.filter(id=letter).values_list("dossier_id", "dossier__competent_agency_id")
    dossier_id, agency_id = about.get()
    journal.record(ApologySent(dossier_id, apology=letter), by=SYSTEM, at=at, agency_id=agency_id)
    return True


@transaction.atomic
def note_late_cause(dossier: Dossier, *, cause: Cause, note: str = "", by: Actor, at: datetime) -> LateNote:
    """Say why a dossier that runs past its due time is late; the newest word holds. `UnableToMove`: not_late."""
    dossier = locked(dossier, expected=None)
    if dossier.state != State.IN_PROGRESS or dossier.due_at is None or at <= dossier.due_at:
        raise UnableToMove("not_late")
    said = LateNote.objects.create(dossier=dossier, cause=cause, note=note[:400], at=at, by=by.id)
    event = LateCauseNoted(dossier.id, late_note=said.id, cause=cause)
    journal.record(event, by=by, at=at, agency_id=dossier.competent_agency_id)
    return said
