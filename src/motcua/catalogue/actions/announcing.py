"""The register of decisions that announce procedures (NĐ 63/2010 Điều 13 to 15)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from motcua.catalogue.events import AnnouncementAmended, AnnouncementRecorded
from motcua.catalogue.models import Announced, Announcement
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit.text import nfc
from motcua.rules.announcement import Announcement as Dates
from motcua.rules.announcement import AnnouncementRefused
from motcua.rules.localday import local_day

_CODE = re.compile(r"[1-9]\.[0-9]{6}(\.[0-9A-Z]+)*")
_PLAIN = ("number", "issued_by", "level", "signed_on", "effective_on", "shortened", "entered_on")


class UnableToAnnounce(Exception):
    """The register is not changed; `subject` is the code of the procedure that is meant, if one is.

    Codes: no_number, no_issuer, too_long, no_procedures, bad_kind, bad_code, code_twice, day_ahead,
    already_recorded, not_recorded, and those of `AnnouncementRefused`.
    """

    def __init__(self, code: str, subject: str = "") -> None:
        super().__init__(code, subject)
        self.code = code
        self.subject = subject


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a decision says: by whom, its days (local), and the codes it announces by kind (`Announced.Kind`)."""

    number: str
    issued_by: str
    level: str
    signed_on: date
    effective_on: date
    shortened: bool = False
    entered_on: date | None = None
    procedures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@transaction.atomic
def record_announcement(decision: Decision, *, by: Actor, at: datetime) -> UUID:
    """Write a decision of announcement into the register and return its id. Raises `UnableToAnnounce`."""
    codes = _checked(decision, at)
    row = Announcement(recorded_at=at, recorded_by=by.id, recorded_label=by.label[:160])
    _save(row, decision)
    _list(row, codes)
    event = AnnouncementRecorded(row.id, number=row.number, codes=tuple(codes))
    journal.record(event, by=by, at=at)
    return row.id


@transaction.atomic
def amend_announcement(announcement_id: UUID, decision: Decision, *, by: Actor, at: datetime) -> None:
    """Put right or complete what the register says of a decision; nothing changed, nothing recorded.

    Raises `UnableToAnnounce`.
    """
    row = Announcement.objects.select_for_update().filter(id=announcement_id).first()
    if row is None:
        raise UnableToAnnounce("not_recorded")
    codes = _checked(decision, at)
    before = {name: getattr(row, name) for name in _PLAIN}
    _save(row, decision)
    after = {name: getattr(row, name) for name in _PLAIN}
    before["procedures"], after["procedures"] = dict(row.procedures.values_list("code", "kind")), codes
    if before["procedures"] != codes:
        row.procedures.all().delete()
        _list(row, codes)
    changed = [name for name, value in after.items() if value != before[name]]
    if changed:
        # Both sides, so that nobody can make a late decision timely without a trace.
        event = AnnouncementAmended(
            row.id,
            number=row.number,
            before={name: _told(before[name]) for name in changed},
            after={name: _told(after[name]) for name in changed},
        )
        journal.record(event, by=by, at=at)


def _told(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _checked(decision: Decision, at: datetime) -> dict[str, str]:
    """Return the kind of each announced code; raise where the decision cannot be so."""
    number, issuer = _tidy(decision.number), _tidy(decision.issued_by)
    if not number:
        raise UnableToAnnounce("no_number")
    if not issuer:
        raise UnableToAnnounce("no_issuer")
    if len(number) > 80 or len(issuer) > 240:
        raise UnableToAnnounce("too_long")
    today = local_day(at)
    if decision.signed_on > today or (decision.entered_on is not None and decision.entered_on > today):
        raise UnableToAnnounce("day_ahead")
    try:
        Dates(decision.level, decision.signed_on, decision.effective_on, entered_on=decision.entered_on)
    except AnnouncementRefused as refused:
        raise UnableToAnnounce(refused.code) from None
    return _codes(decision.procedures)


def _codes(procedures: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for kind, codes in procedures.items():
        if kind not in Announced.Kind.values:
            raise UnableToAnnounce("bad_kind")
        for code in codes:
            if len(code) > 40 or not _CODE.fullmatch(code):
                raise UnableToAnnounce("bad_code", code)
            if code in kinds:
                raise UnableToAnnounce("code_twice", code)
            kinds[code] = kind
    if not kinds:
        raise UnableToAnnounce("no_procedures")
    return kinds


def _save(row: Announcement, decision: Decision) -> None:
    for name in _PLAIN:
        value = getattr(decision, name)
        setattr(row, name, _tidy(value) if isinstance(value, str) else value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # The one constraint a checked decision can break: the same number, issuer and day.
        raise UnableToAnnounce("already_recorded") from None


def _list(row: Announcement, codes: Mapping[str, str]) -> None:
    Announced.objects.bulk_create(
        Announced(announcement=row, code=code, kind=kind) for code, kind in codes.items()
    )


def _tidy(text: str) -> str:
    return " ".join(nfc(text).split())
