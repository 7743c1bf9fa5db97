"""A person settles what an import doubted: agrees, corrects, or asks; who and when are kept."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction

from motcua.catalogue.actions import doubting
from motcua.catalogue.actions.publishing import digest_of, publish_version
from motcua.catalogue.events import DoubtDecided
from motcua.catalogue.fields import LIMITS, NoSuchField, channels_at, part_of, replaced, source_of
from motcua.catalogue.format import FormatFault
from motcua.catalogue.models import Procedure, ProcedureDoubt, ProcedureVersion, SourceRecord
from motcua.catalogue.queries import WAITING
from motcua.catalogue.sources.merging import taken_over
from motcua.catalogue.sources.reading import Reason
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit import sql
from motcua.rules.localday import local_day

_State = ProcedureDoubt.State
_PATIENCE = "SET LOCAL lock_timeout = '3s'"


class UnableToConfirm(Exception):
    """The doubt is not settled; `code` says why, `facts` what a page says about it.

    Codes: not_open (facts: who, when), nothing_read, no_question, no_such_field, bad_value (facts: path,
    message), changed_meanwhile, nothing_imported, busy.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def lock_procedure(procedure_id: UUID) -> None:
    """Lock a procedure for this transaction; raise `UnableToConfirm` (busy) while an import holds it for long.

    An import holds all procedures for up to a minute; whoever waited that long would keep others from the site.
    """
    sql.run(_PATIENCE, ())
    try:
        Procedure.objects.select_for_update(no_key=True).get(id=procedure_id)
    except OperationalError:
        raise UnableToConfirm("busy") from None


def _locked(doubt_id: UUID) -> ProcedureDoubt:
    """Lock a doubt that still waits; its procedure first, so that two people never wait for each other."""
    procedure_id = ProcedureDoubt.objects.values_list("procedure_id", flat=True).get(id=doubt_id)
    lock_procedure(procedure_id)
    row = ProcedureDoubt.objects.select_for_update().get(id=doubt_id)
    if row.state not in WAITING:
        raise UnableToConfirm("not_open", who=row.decided_label, when=row.decided_at, field=row.field)
    return row


def _settle(rows: Sequence[ProcedureDoubt], state: str, note: str, by: Actor, at: datetime) -> None:
    for row in rows:
        row.state, row.note = state, note
        row.decided_by, row.decided_label, row.decided_at = by.id, by.label[:160], at
        row.save()
    event = DoubtDecided(
        rows[0].procedure_id,
        doubts=tuple(row.id for row in rows),
        fields=tuple(row.field for row in rows),
        decision=str(state),
    )
    journal.record(event, by=by, at=at)


def _newest(procedure_id: UUID) -> tuple[int, dict[str, Any]]:
    rows = ProcedureVersion.objects.filter(procedure_id=procedure_id).order_by("-number")
    found: tuple[int, dict[str, Any]] = rows.values_list("number", "content")[:1].get()
    return found


def _content(procedure_id: UUID) -> dict[str, Any]:
    return _newest(procedure_id)[1]


def nothing_read(field: str, content: Mapping[str, Any]) -> bool:
    """Tell whether agreeing with a field would leave a limit that nobody can promise or a fee nobody can name."""
    if field == LIMITS:
        return any(_unread_limit(row) for row in content["channels"])
    try:
        rows, part = channels_at(content, field)
    except NoSuchField:
        return False
    return any(_unread_limit(row) if part == "limit" else _unread_fee(row) for row in rows)


def _unread_limit(row: Mapping[str, Any]) -> bool:
    return row["limit"] is None and bool(row.get("limit_doubt"))


def _unread_fee(row: Mapping[str, Any]) -> bool:
    return any(fee["kind"] == "unread" for fee in row["fees"])


@transaction.atomic
def accept_doubt(doubt_id: UUID, *, by: Actor, at: datetime, note: str = "") -> None:
    """Agree with what was read. Raises `UnableToConfirm`: not_open, nothing_read."""
    row = _locked(doubt_id)
    if nothing_read(row.field, _content(row.procedure_id)):
        raise UnableToConfirm("nothing_read", field=row.field)
    _settle([row], _State.ACCEPTED, note, by, at)


@transaction.atomic
def accept_all(procedure_id: UUID, *, doubts: Sequence[UUID], by: Actor, at: datetime) -> int:
    """Agree with all of these doubts of a procedure that still wait; return how many that were.

    `doubts` are those that the person had on screen: one found meanwhile stays open. A limit of which nothing
    was read makes it raise `UnableToConfirm` (nothing_read), and nothing is agreed with.
    """
    lock_procedure(procedure_id)
    rows = list(
        ProcedureDoubt.objects.select_for_update().filter(
            procedure_id=procedure_id, id__in=doubts, state__in=WAITING
        )
    )
    content = _content(procedure_id)
    for row in rows:
        if nothing_read(row.field, content):
            raise UnableToConfirm("nothing_read", field=row.field)
    if rows:
        _settle(rows, _State.ACCEPTED, "", by, at)
    return len(rows)


@transaction.atomic
def ask_about(doubt_id: UUID, *, question: str, by: Actor, at: datetime) -> None:
    """Pass a doubt on with a question; it goes on waiting. Raises `UnableToConfirm`: not_open, no_question."""
    row = _locked(doubt_id)
    if not question.strip():
        raise UnableToConfirm("no_question", field=row.field)
    _settle([row], _State.ASKED, question.strip()[:2000], by, at)


@transaction.atomic
def correct(
    procedure_id: UUID,
    *,
    doubt: UUID | None,
    field: str,
    value: Any,
    note: str,
    by: Actor,
    at: datetime,
    expected: int | None = None,
    also: Sequence[str] = (),
    follow: bool = False,
    follow_from: date | None = None,
) -> UUID:
    """Set another value in a field and publish that as a new version; return its id.

    Shapes of `value` as in `catalogue.fields.replaced`; `also` names further fields that get the same value.
    With `follow` running dossiers follow the new value, from a day on or at once; a limit they never follow
    (`UnableToPublish`). The fields' doubts are settled by it, `doubt` among them. A later import keeps the
    value as long as the source says the same there. Raises `UnableToConfirm`: not_open, no_such_field,
    bad_value; changed_meanwhile where `expected`, the number of the version that was seen, is not the newest.
    """
    lock_procedure(procedure_id)
    if doubt is not None:
        _locked(doubt)
    number, content = _newest(procedure_id)
    if expected is not None and number != expected:
        raise UnableToConfirm("changed_meanwhile", field=field)
    fields = (field, *(other for other in also if other != field))
    # Before publishing, which may find that the source's doubt is gone with the old value.
    waiting = ProcedureDoubt.objects.filter(procedure_id=procedure_id, field__in=fields, state__in=WAITING)
    rows = list(waiting)
    declared = {"policy": "follow", "from": follow_from.isoformat() if follow_from else None}
    new, sources = _with_value(content, fields, value, local_day(at))
    try:
        version = publish_version(new, by=by, at=at, in_flight={part_of(field): declared} if follow else {})
    except FormatFault as fault:
        raise UnableToConfirm("bad_value", field=field, path=fault.path, message=fault.message) from None
    missed = set(fields) - {row.field for row in rows}
    rows += [_by_hand(procedure_id, name, sources[name], at) for name in fields if name in missed]
    for row in rows:
        row.value, row.value_source = value, sources[row.field]
    _settle(rows, _State.CORRECTED, note.strip()[:2000], by, at)
    return version


def _with_value(
    content: Mapping[str, Any], fields: Sequence[str], value: Any, today: date
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the content with the value in all fields, from today on, and each field's source."""
    try:
        sources = {name: source_of(content, name) for name in fields}
        # What a person sets now did not hold before.
        first_day = max(str(content["effective_from"]), today.isoformat())
        new = dict(content) | {"effective_from": first_day}
        for name in fields:
            new = replaced(new, name, value)
    except NoSuchField:
        raise UnableToConfirm("no_such_field", field=fields[0]) from None
    return new, sources


def _by_hand(procedure_id: UUID, field: str, source: str, at: datetime) -> ProcedureDoubt:
    """Return the row that keeps a value set unasked, the same one when it is set again."""
    row = ProcedureDoubt.objects.filter(
        procedure_id=procedure_id, field=field, reason=Reason.SET_BY_HAND
    ).first()
    if row is None:
        row = ProcedureDoubt(procedure_id=procedure_id, field=field, reason=Reason.SET_BY_HAND, found_at=at)
    row.source, row.source_digest = source, doubting.digest_of_source(source)
    return row


@transaction.atomic
def take_imported(doubt_id: UUID, *, by: Actor, at: datetime) -> UUID:
    """Let the imported record replace the version kept by hand; return the new version's id.

    What the source does not state (English, service level, who decides, supplement policy, words to search by)
    is kept from the version that it replaces. Raises `UnableToConfirm`: not_open, nothing_imported.
    """
    row = _locked(doubt_id)
    imported = SourceRecord.objects.filter(procedure_id=row.procedure_id).values_list("content", flat=True)
    found = imported.first()
    if row.reason != Reason.DIFFERS_FROM_KEPT or found is None:
        raise UnableToConfirm("nothing_imported", field=row.field)
    new = taken_over(found, kept=_content(row.procedure_id))
    new["effective_from"] = local_day(at).isoformat()
    version = publish_version(new, by=by, at=at)
    doubting.find(row.procedure_id, doubting.to_confirm(new, ()), at=at)
    row.value, row.value_source = {"taken": digest_of(found)}, ""
    _settle([row], _State.CORRECTED, "", by, at)
    return version
