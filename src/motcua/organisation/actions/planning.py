"""The plan of a reorganisation before its day: drafted, changed, proposed, given back, dropped.

Its approval and its application ask what dossiers there are, and stand in `dossiers.actions`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.organisation.events import (
    ReorganisationDrafted,
    ReorganisationDropped,
    ReorganisationProposed,
    ReorganisationReturned,
)
from motcua.organisation.models import Reorganisation
from motcua.rules.reorganisation import Fault, Plan, operation_from, written

_OPEN = (Reorganisation.State.DRAFT, Reorganisation.State.PROPOSED)


class UnableToReorganise(Exception):
    """A step of a reorganisation is refused; `code` says why, `faults` what is wrong with the plan if that is it."""

    def __init__(self, code: str, faults: Sequence[Fault] = (), **facts: Any) -> None:
        super().__init__(code)
        self.code, self.faults, self.facts = code, tuple(faults), facts


@dataclass(frozen=True)
class PlanData:
    """A plan as somebody writes it on a page; the operations are those of a file's lines, in order."""

    title: str
    legal_basis: str
    effective_on: date
    operations: Sequence[Mapping[str, Any]] = ()


def operations_of(plan: Plan) -> list[dict[str, Any]]:
    """Return the operations of a plan as they are kept, each with the line it stands on."""
    return [{**written(one), "line": one.line} for one in plan.operations]


@transaction.atomic
def draft_reorganisation(data: PlanData, *, by: Actor, at: datetime) -> UUID:
    """Begin a plan, and return its id. Raises `UnableToReorganise`: title_missing, act_missing, plan_faulty."""
    row = Reorganisation(drafted_at=at, drafted_by=by.id, drafted_label=by.label[:160])
    _write(row, data)
    row.save(force_insert=True)
    _drafted(row, by, at)
    return row.id


@transaction.atomic
def save_reorganisation(
    reorganisation_id: UUID, data: PlanData, *, expected: int, by: Actor, at: datetime
) -> int:
    """Change a draft and return its new revision; `expected` is the revision that the person saw.

    Raises `UnableToReorganise`: not_a_draft, changed_meanwhile, title_missing, act_missing, plan_faulty (a line that
    cannot be read: whether the plan can be is asked at its proposal).
    """
    row = locked_reorganisation(reorganisation_id)
    if row.state != Reorganisation.State.DRAFT:
        raise UnableToReorganise("not_a_draft")
    if row.revision != expected:
        raise UnableToReorganise("changed_meanwhile")
    _write(row, data)
    row.revision += 1
    row.save()
    _drafted(row, by, at)
    return row.revision


def _write(row: Reorganisation, data: PlanData) -> None:
    title, act = data.title.strip(), data.legal_basis.strip()
    if not title:
        raise UnableToReorganise("title_missing")
    if not act:
        raise UnableToReorganise("act_missing")
    faults: list[Fault] = []
    lines = []
    for number, said in enumerate(data.operations, 1):
        line = said.get("line")
        line = line if isinstance(line, int) else number
        plain = {name: value for name, value in said.items() if name != "line"}
        if operation := operation_from(plain, line, faults):
            lines.append({**written(operation), "line": line})
    if faults:
        raise UnableToReorganise("plan_faulty", faults)
    row.title, row.legal_basis, row.effective_on, row.operations = (
        title[:240],
        act[:240],
        data.effective_on,
        lines,
    )


def _drafted(row: Reorganisation, by: Actor, at: datetime) -> None:
    event = ReorganisationDrafted(
        row.id, effective_on=row.effective_on.isoformat(), operations=len(row.operations)
    )
    journal.record(event, by=by, at=at)


@transaction.atomic
def propose_reorganisation(
    reorganisation_id: UUID, *, faults: Sequence[Fault], by: Actor, at: datetime
) -> None:
    """Put a draft before another person; `faults` are those that its check found just now.

    Raises `UnableToReorganise`: not_a_draft, plan_faulty.
    """
    row = locked_reorganisation(reorganisation_id)
    if row.state != Reorganisation.State.DRAFT:
        raise UnableToReorganise("not_a_draft")
    if faults:
        raise UnableToReorganise("plan_faulty", faults)
    row.state, row.proposed_at, row.proposed_by = Reorganisation.State.PROPOSED, at, by.id
    row.proposed_label = by.label[:160]
    row.save()
    journal.record(ReorganisationProposed(row.id, effective_on=row.effective_on.isoformat()), by=by, at=at)


@transaction.atomic
def return_reorganisation(reorganisation_id: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Give a proposed plan, or an approved one before it begins, back to be changed.

    Raises `UnableToReorganise`: reason_needed, begun_already, not_proposed.
    """
    if not reason.strip():
        raise UnableToReorganise("reason_needed")
    row = locked_reorganisation(reorganisation_id)
    if row.state in (Reorganisation.State.APPLYING, Reorganisation.State.APPLIED):
        raise UnableToReorganise("begun_already")
    if row.state not in (Reorganisation.State.PROPOSED, Reorganisation.State.APPROVED):
        raise UnableToReorganise("not_proposed")
    row.state, row.faults, row.revision = Reorganisation.State.DRAFT, [], row.revision + 1
    row.proposed_at, row.proposed_by, row.proposed_label = None, None, ""
    row.approved_at, row.approved_by, row.approved_label = None, None, ""
    row.save()
    journal.record(ReorganisationReturned(row.id, reason=reason.strip()[:400]), by=by, at=at)


@transaction.atomic
def drop_reorganisation(reorganisation_id: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Give a plan up for good before it begins; it stays to be seen.

    Raises `UnableToReorganise`: reason_needed, begun_already, dropped_already.
    """
    if not reason.strip():
        raise UnableToReorganise("reason_needed")
    row = locked_reorganisation(reorganisation_id)
    if row.state in (Reorganisation.State.APPLYING, Reorganisation.State.APPLIED):
        raise UnableToReorganise("begun_already")
    if row.state == Reorganisation.State.DROPPED:
        raise UnableToReorganise("dropped_already")
    row.state = Reorganisation.State.DROPPED
    row.save()
    journal.record(ReorganisationDropped(row.id, reason=reason.strip()[:400]), by=by, at=at)


def locked_reorganisation(reorganisation_id: UUID) -> Reorganisation:
    """Lock a plan's row and return it; `UnableToReorganise` (not_there)."""
    row = Reorganisation.objects.select_for_update(no_key=True).filter(id=reorganisation_id).first()
    if row is None:
        raise UnableToReorganise("not_there")
    return row
