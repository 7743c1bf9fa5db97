"""Reading what is late and what is owed for it: the letters of apology, the list of late dossiers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.dossiers.models import Apology, ClockRow, Dossier, LateNote
from motcua.dossiers.queries.lists import COUNTED
from motcua.dossiers.queries.policy import extension_in_time, extensions_allowed
from motcua.kit import sql
from motcua.rules.clock import EntryKind
from motcua.rules.lateness import Cause, Owed
from motcua.rules.transitions import State

# The filter for dossiers of which nobody has said yet why they are late.
NO_CAUSE = "none"


def extensions_left(dossier: Dossier, *, at: datetime) -> int:
    """Return how often the due time of a dossier may still be extended."""
    used = ClockRow.objects.filter(dossier_id=dossier.id, kind=EntryKind.EXTEND.value).count()
    return max(0, extensions_allowed(dossier, at=at) - used)


def letter_left(dossier: Dossier, *, at: datetime) -> bool:
    """Tell whether one more letter of apology may be drafted, whatever it says: one that extends, or after the due
    time the one that apologises; none beside a draft that can still be approved.
    """
    due = dossier.due_at
    if due is None:
        return False
    letters = Apology.objects.filter(dossier_id=dossier.id, due_before=due)
    known = set(letters.exclude(state=Apology.State.REJECTED).values_list("state", "extends"))
    if at > due:
        return not any(not extends for _, extends in known)
    drafted = any(state == Apology.State.DRAFT for state, _ in known)
    return not drafted and extensions_left(dossier, at=at) > 0 and extension_in_time(dossier, at=at)


@dataclass(frozen=True)
class LetterFacts:
    """A letter of apology as a page shows it."""

    id: UUID
    extends: bool
    due_before: datetime
    until: datetime
    cause: str
    reason: str
    legal_basis: str
    state: str
    drafted_at: datetime
    drafted_by: UUID | None
    drafted_label: str
    decided_at: datetime | None
    decided_label: str
    note: str
    sent_at: datetime | None
    slip_id: UUID | None


_LETTER = (
    "id",
    "extends",
    "due_before",
    "until",
    "cause",
    "reason",
    "legal_basis",
    "state",
    "drafted_at",
    "drafted_by",
    "drafted_label",
    "decided_at",
    "decided_label",
    "note",
    "sent_at",
    "slip_id",
)


def letters_of(dossier_id: UUID) -> list[LetterFacts]:
    """Return the letters of apology of a dossier, newest first."""
    rows = Apology.objects.filter(dossier_id=dossier_id).order_by("-drafted_at", "-id")
    return [LetterFacts(*row) for row in rows.values_list(*_LETTER)]


@dataclass(frozen=True)
class WaitingLetter:
    """A draft that waits for approval, as a line of a list."""

    id: UUID
    dossier_id: UUID
    number: str
    applicant_name: str
    version_id: UUID
    competent_id: UUID
    extends: bool
    due_before: datetime
    until: datetime
    drafted_label: str
    drafted_at: datetime


# Drafts alone lie in the index of one draft for each dossier: however many dossiers there are, few are read.
_WAITING = """
FROM dossiers_apology a JOIN dossiers_dossier d ON d.id = a.dossier_id
WHERE a.state = 'draft' AND d.state = 'in_progress' AND d.competent_agency_id = ANY(%(agencies)s)
  AND a.drafted_by IS DISTINCT FROM %(user)s
"""


def letters_waiting(
    agencies: Collection[UUID], *, user_id: UUID, first: int = 0, size: int = 25
) -> list[WaitingLetter]:
    """Return the drafts at these agencies that this person may decide on, the nearest due time first."""
    rows = sql.rows(
        "SELECT a.id, d.id, d.number, d.applicant_name, d.version_id, d.competent_agency_id, a.extends,"
        f" a.due_before, a.until, a.drafted_label, a.drafted_at {_WAITING}"
        " ORDER BY a.due_before, a.id LIMIT %(size)s OFFSET %(first)s",
        {"agencies": list(agencies), "user": user_id, "first": first, "size": size},
    )
    return [WaitingLetter(*row) for row in rows]


def letters_waiting_count(agencies: Collection[UUID], *, user_id: UUID) -> int:
    """Return how many drafts wait for this person, counted up to `COUNTED`."""
    if not agencies:
        return 0
    found = sql.row(
        f"SELECT count(*) FROM (SELECT {_WAITING} LIMIT %(most)s) waiting",  # noqa: S608
        {"agencies": list(agencies), "user": user_id, "most": COUNTED},
    )
    return int(found[0]) if found else 0


@dataclass(frozen=True)
class LateLine:
    """A dossier that runs past its due time: who holds it, why it is late, and what is owed for it."""

    id: UUID
    number: str
    applicant_name: str
    version_id: UUID
    competent_id: UUID
    due_at: datetime
    process_id: UUID | None
    step: str
    holder_id: UUID | None
    holder_name: str
    # The partners that still have a part in hand, the one that is due first before the others.
    partners: tuple[UUID, ...]
    cause: str
    note: str
    owed: Owed


# What is owed as `rules.lateness.apology_owed` says it, which a test holds equal to this. Only letters about the
# present due time count; one that was to extend it, and was not approved in time, is no apology for being late.
_LATE = """
SELECT d.id, d.number, d.applicant_name, d.version_id, d.competent_agency_id, d.due_at,
  d.process_id, COALESCE(t.step, ''), t.holder_id, COALESCE(u.full_name, ''), COALESCE(p.partners, '{}'),
  COALESCE(n.cause, ''), COALESCE(n.note, ''), l.owed
FROM dossiers_dossier d
LEFT JOIN LATERAL (
  SELECT step, holder_id FROM workflow_task WHERE subject_id = d.id AND completed_at IS NULL
  ORDER BY due_at NULLS LAST, opened_at, id LIMIT 1
) t ON true
LEFT JOIN accounts_user u ON u.id = t.holder_id
LEFT JOIN LATERAL (
  SELECT array_agg(competent_agency_id ORDER BY due_at NULLS LAST, id) AS partners FROM dossiers_dossier part
  WHERE part.parent_id = d.id AND part.finished_at IS NULL
) p ON true
LEFT JOIN LATERAL (
  SELECT cause, note FROM dossiers_latenote WHERE dossier_id = d.id ORDER BY at DESC, id DESC LIMIT 1
) n ON true
CROSS JOIN LATERAL (
  SELECT CASE
    WHEN max(until) FILTER (WHERE state <> 'draft') >= %(at)s THEN 'sent'
    WHEN count(*) FILTER (WHERE state <> 'draft') > 0 THEN 'again_late'
    WHEN count(*) > 0 THEN 'drafted' ELSE 'owed' END AS owed
  FROM dossiers_apology
  WHERE dossier_id = d.id AND due_before = d.due_at AND NOT extends AND state <> 'rejected'
) l
WHERE d.state = 'in_progress' AND d.due_at < %(at)s
"""
_AT_AGENCIES = " AND d.competent_agency_id = ANY(%(agencies)s)"
_OF_CAUSE = " AND COALESCE(n.cause, 'none') = %(cause)s"
_OF_OWED = " AND l.owed = %(owed)s"


def late_lines(
    agencies: set[UUID] | None,
    *,
    at: datetime,
    cause: str = "",
    owed: str = "",
    first: int = 0,
    size: int = 25,
) -> list[LateLine]:
    """Return running dossiers past their due time at these agencies (None: everywhere), the latest first.

    On demand only those of a cause (a `Cause`, or `NO_CAUSE`) or with something owed (an `Owed`).
    """
    wanted: dict[str, Any] = {"at": at, "first": first, "size": size, "cause": cause, "owed": owed}
    statement = _LATE
    if agencies is not None:
        statement, wanted["agencies"] = statement + _AT_AGENCIES, list(agencies)
    statement += _OF_CAUSE * bool(cause) + _OF_OWED * bool(owed)
    rows = sql.rows(f"{statement} ORDER BY d.due_at, d.id LIMIT %(size)s OFFSET %(first)s", wanted)
    return [LateLine(*(*row[:10], tuple(row[10]), *row[11:-1], Owed(row[-1]))) for row in rows]


def late_by_agency(*, at: datetime) -> dict[UUID, int]:
    """Return how many dossiers run past their due time at each agency that has any."""
    rows = sql.rows(
        "SELECT competent_agency_id, count(*) FROM dossiers_dossier"
        " WHERE state = %s AND due_at < %s GROUP BY competent_agency_id",
        [State.IN_PROGRESS.value, at],
    )
    return dict(rows)


def late_cause_of(dossier_id: UUID) -> tuple[Cause, str] | None:
    """Return why a dossier is late, as it was said last, with what was written beside."""
    rows = LateNote.objects.filter(dossier_id=dossier_id).order_by("-at", "-id")
    found = rows.values_list("cause", "note").first()
    return (Cause(found[0]), found[1]) if found else None
