"""Reading what waits for a person in the catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from motcua.catalogue.models import ProcedureDoubt
from motcua.kit import sql

# States of a doubt that no person has settled yet: a question that was noted settles nothing.
WAITING = ("open", "asked")
# The doubts of each list of the queue; `decided` also holds those whose source no longer says so.
_STATES = {
    "open": ["open"],
    "asked": ["asked"],
    "decided": ["accepted", "corrected", "gone"],
}


@dataclass(frozen=True)
class DoubtFacts:
    """One doubt with its source, what was read, and who decided what when."""

    id: UUID
    procedure_id: UUID
    field: str
    source: str
    parsed: str
    reason: str
    state: str
    decided_label: str
    decided_at: datetime | None
    note: str


_FIELDS = (
    *("id", "procedure_id", "field", "source", "parsed", "reason", "state"),
    *("decided_label", "decided_at", "note"),
)


def doubt(doubt_id: UUID) -> DoubtFacts | None:
    """Return one doubt, or None."""
    row = ProcedureDoubt.objects.filter(id=doubt_id).values_list(*_FIELDS).first()
    return DoubtFacts(*row) if row else None


def doubts_of(procedure_id: UUID) -> list[DoubtFacts]:
    """Return all doubts of a procedure: limits first, then by field."""
    rows = ProcedureDoubt.objects.filter(procedure_id=procedure_id).values_list(*_FIELDS)
    found = [DoubtFacts(*row) for row in rows]
    return sorted(found, key=lambda row: (row.field != "limits", row.field, row.reason, str(row.id)))


def open_doubts(procedure_id: UUID) -> frozenset[str]:
    """Return the fields of a procedure that no person has settled yet."""
    return open_doubts_among([procedure_id])[procedure_id]


def open_doubts_among(procedures: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """Return the fields of each of these procedures that no person has settled yet, in one query.

    Each procedure asked for has its entry, empty where nothing waits.
    """
    fields: dict[UUID, set[str]] = {procedure_id: set() for procedure_id in procedures}
    rows = ProcedureDoubt.objects.filter(procedure_id__in=fields, state__in=WAITING)
    for procedure_id, field in rows.values_list("procedure_id", "field"):
        fields[procedure_id].add(field)
    return {procedure_id: frozenset(found) for procedure_id, found in fields.items()}


def doubt_counts(*, state: str = "open") -> dict[str, int]:
    """Return how many doubts are in a state, by reason, the most first."""
    rows = ProcedureDoubt.objects.filter(state__in=_STATES[state]).values_list("reason")
    return dict(rows.annotate(n=Count("id")).order_by("-n", "reason"))


@dataclass(frozen=True)
class QueueLine:
    """A procedure with doubts, as a line of the queue."""

    procedure_id: UUID
    code: str
    name_vi: str
    domain_vi: str
    doubts: int
    oldest: datetime
    reasons: tuple[str, ...]
    uses: int


_QUEUE = """
SELECT p.id, p.code, v.name_vi, v.domain_vi, d.n, d.oldest, d.reasons, p.uses, count(*) OVER ()
FROM (
  SELECT procedure_id, count(*) AS n, min(found_at) AS oldest, array_agg(DISTINCT reason) AS reasons
  FROM catalogue_proceduredoubt WHERE state = ANY(%(states)s::text[])
  GROUP BY procedure_id HAVING %(reason)s::text = '' OR %(reason)s::text = ANY(array_agg(reason))
) d
JOIN catalogue_procedure p ON p.id = d.procedure_id
JOIN LATERAL (
  SELECT name_vi, domain_vi, domain_key, levels FROM catalogue_procedureversion
  WHERE procedure_id = p.id ORDER BY number DESC LIMIT 1
) v ON true
WHERE (%(domain)s::text = '' OR v.domain_key = %(domain)s) AND (%(level)s::text = '' OR %(level)s::text = ANY(v.levels))
ORDER BY p.uses DESC, p.code
LIMIT %(size)s OFFSET %(first)s
"""


def doubt_queue(
    *,
    state: str = "open",
    reason: str = "",
    domain: str = "",
    level: str = "",
    first: int = 0,
    size: int = 50,
) -> list[QueueLine]:
    """Return a page of procedures with doubts in a state, what people need most first."""
    return [
        QueueLine(*(*row[:6], tuple(row[6]), row[7]))
        for row in _queue(state, reason, domain, level, first, size)
    ]


def doubt_queue_count(*, state: str = "open", reason: str = "", domain: str = "", level: str = "") -> int:
    """Return how many procedures `doubt_queue` has in all."""
    rows = list(_queue(state, reason, domain, level, 0, 1))
    return int(rows[0][8]) if rows else 0


def _queue(state: str, reason: str, domain: str, level: str, first: int, size: int) -> Iterable[Any]:
    known = {"states": _STATES[state], "reason": reason, "domain": domain, "level": level}
    return sql.rows(_QUEUE, known | {"first": first, "size": size})
