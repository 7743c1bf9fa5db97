"""Reading which procedures run by a process of their own: now, and from a later day on."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from motcua.workflow.models import ProcessUse


@dataclass(frozen=True)
class UseFacts:
    """A procedure runs by a process in [valid_from, valid_to)."""

    procedure_id: UUID
    key: str
    valid_from: date
    valid_to: date | None
    legal_basis: str


def uses_of(key: str, *, on: date) -> list[UseFacts]:
    """Return who runs by a process on a day, and who is to run by it later; what is over is left out."""
    return _read(Q(key=key), on)


def uses_by(procedure_id: UUID, *, on: date) -> list[UseFacts]:
    """Return by which processes a procedure runs on a day and later, the earliest first."""
    return _read(Q(procedure_id=procedure_id), on)


def _read(wanted: Q, on: date) -> list[UseFacts]:
    rows = ProcessUse.objects.filter(wanted, Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    found = rows.order_by("valid_from", "procedure_id")
    return [
        UseFacts(*row)
        for row in found.values_list("procedure_id", "key", "valid_from", "valid_to", "legal_basis")
    ]
