"""The restructuring register: a line is entered, or struck out with a reason; none is ever deleted."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.organisation.events import RestructuringEntered, RestructuringStruck
from motcua.organisation.models import Restructuring
from motcua.organisation.queries.register import GROUNDS
from motcua.rules.localday import local_day

_Kind = Restructuring.Kind
# More than any province has: what is larger was mistyped.
MOST = 1_000_000


class UnableToRegister(Exception):
    """A line of the register is refused; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class RestructuringData:
    """What an act changed, as somebody enters it: counts only, no persons."""

    kind: str
    title: str
    legal_basis: str
    effective_on: date
    units_before: int = 0
    units_after: int = 0
    posts_before: int = 0
    posts_after: int = 0
    cases: int = 0
    ground: str = ""
    note: str = ""


@transaction.atomic
def enter_restructuring(data: RestructuringData, *, by: Actor, at: datetime) -> UUID:
    """Enter a line and return its id.

    Raises `UnableToRegister`: kind_wrong, title_missing, act_missing, day_future, counts_wrong, counts_missing
    (nothing is counted), cases_missing, ground_missing.
    """
    _check(data, local_day(at))
    units = data.kind == _Kind.UNITS
    row = Restructuring.objects.create(
        kind=data.kind,
        title=data.title.strip()[:240],
        legal_basis=data.legal_basis.strip()[:240],
        effective_on=data.effective_on,
        units_before=data.units_before if units else 0,
        units_after=data.units_after if units else 0,
        posts_before=data.posts_before if units else 0,
        posts_after=data.posts_after if units else 0,
        cases=0 if units else data.cases,
        ground="" if units else data.ground,
        note=data.note.strip()[:400],
        entered_at=at,
        entered_by=by.id,
        entered_label=by.label[:160],
    )
    event = RestructuringEntered(
        row.id,
        what=row.kind,
        effective_on=row.effective_on.isoformat(),
        units_saved=row.units_before - row.units_after,
        posts_saved=row.posts_before - row.posts_after,
        cases=row.cases,
    )
    journal.record(event, by=by, at=at)
    return row.id


def _check(data: RestructuringData, today: date) -> None:
    if data.kind not in _Kind.values:
        raise UnableToRegister("kind_wrong")
    if not data.title.strip():
        raise UnableToRegister("title_missing")
    if not data.legal_basis.strip():
        raise UnableToRegister("act_missing")
    if data.effective_on > today:
        raise UnableToRegister("day_future")
    counts = (data.units_before, data.units_after, data.posts_before, data.posts_after, data.cases)
    if not all(0 <= number <= MOST for number in counts):
        raise UnableToRegister("counts_wrong")
    if data.kind == _Kind.UNITS and not (data.units_before or data.posts_before):
        raise UnableToRegister("counts_missing")
    if data.kind == _Kind.STREAMLINED:
        if not data.cases:
            raise UnableToRegister("cases_missing")
        if data.ground not in GROUNDS:
            raise UnableToRegister("ground_missing")


@transaction.atomic
def strike_restructuring(line_id: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Strike a line out: it stays to be seen and counts no more.

    Raises `UnableToRegister`: strike_reason_needed, line_not_there, struck_already.
    """
    if not reason.strip():
        raise UnableToRegister("strike_reason_needed")
    row = Restructuring.objects.select_for_update(no_key=True).filter(id=line_id).first()
    if row is None:
        raise UnableToRegister("line_not_there")
    if row.struck_at is not None:
        raise UnableToRegister("struck_already")
    row.struck_at, row.struck_by, row.struck_reason = at, by.id, reason.strip()[:240]
    row.save(update_fields=["struck_at", "struck_by", "struck_reason"])
    journal.record(RestructuringStruck(row.id, reason=row.struck_reason), by=by, at=at)
