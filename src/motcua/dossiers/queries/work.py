"""Reading the daily work: the open tasks of an agency, comments, opinions, what was reopened."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from motcua.dossiers.models import Comment, Opinion, Reopening
from motcua.kit import sql
from motcua.organisation import queries as organisation
from motcua.rules.assignment import Colleague


@dataclass(frozen=True)
class AgencyTask:
    """An open task of an agency, as a line of the list that its head distributes work by."""

    id: UUID
    dossier_id: UUID
    number: str
    applicant_name: str
    version_id: UUID
    process_id: UUID
    step: str
    function: str
    agency_id: UUID
    holder_id: UUID | None
    holder_name: str
    due_at: datetime | None
    opened_at: datetime


@dataclass(frozen=True)
class TaskFilter:
    """Which open tasks are asked for; empty fields ask for all."""

    holder: UUID | None = None
    unassigned: bool = False
    step: str = ""
    late: bool = False


# From each (agency, function) a page by the index, then the first of them all: an agency of a million costs as much as
# one of a hundred.
_TASKS = """
SELECT k.id, d.id, COALESCE(d.number, ''), d.applicant_name, d.version_id, k.process_id, k.step, k.function,
  k.agency_id, k.holder_id, COALESCE(u.full_name, ''), k.due_at, k.opened_at
FROM unnest(%(agencies)s::uuid[]) AS a (id)
CROSS JOIN unnest(%(functions)s::text[]) AS f (name)
CROSS JOIN LATERAL (
  SELECT t.* FROM workflow_task t
  WHERE t.completed_at IS NULL AND t.agency_id = a.id AND t.function = f.name {narrowed}
  ORDER BY t.due_at NULLS LAST, t.id LIMIT %(most)s
) k
JOIN dossiers_dossier d ON d.id = k.subject_id
LEFT JOIN accounts_user u ON u.id = k.holder_id
ORDER BY k.due_at NULLS LAST, k.id LIMIT %(size)s OFFSET %(first)s
"""
_OF_HOLDER = " AND t.holder_id = %(holder)s"
_OF_NOBODY = " AND t.holder_id IS NULL"
_OF_STEP = " AND t.step = %(step)s"
_PAST = " AND t.due_at < %(at)s"


def agency_tasks(
    agencies: Collection[UUID],
    functions: Collection[str],
    *,
    asked: TaskFilter,
    at: datetime,
    first: int = 0,
    size: int = 25,
) -> list[AgencyTask]:
    """Return a page of the open tasks of these functions at these agencies, the least working time left first."""
    narrowed = "".join(
        part
        for part, wanted in (
            (_OF_HOLDER, asked.holder),
            (_OF_NOBODY, asked.unassigned),
            (_OF_STEP, asked.step),
            (_PAST, asked.late),
        )
        if wanted
    )
    known = {
        "agencies": list(set(agencies)),
        "functions": list(functions),
        "holder": asked.holder,
        "step": asked.step,
        "at": at,
        "first": first,
        "size": size,
        "most": first + size,
    }
    # Only the fixed texts above, never what somebody typed.
    return [AgencyTask(*row) for row in sql.rows(_TASKS.format(narrowed=narrowed), known)]


_LOADS = """
SELECT holder_id, count(*) FROM workflow_task
WHERE holder_id = ANY(%s) AND completed_at IS NULL GROUP BY holder_id
"""


def open_work(people: Iterable[UUID]) -> dict[UUID, int]:
    """Return how many tasks each of these people has open; who has none is left out."""
    return {row[0]: row[1] for row in sql.rows(_LOADS, [list(set(people))])}


def colleagues(agency_id: UUID, function: str, *, on: date) -> list[organisation.Holder]:
    """Return who fills a function in an agency on a day, each person once, also who is away."""
    found = organisation.holders(agency_id, function, on=on)
    return list({person.user_id: person for person in reversed(found)}.values())[::-1]


def as_colleagues(people: Sequence[organisation.Holder], *, taken: Iterable[UUID] = ()) -> list[Colleague]:
    """Return people with their open work, less what is `taken` from whom: a holder for each task."""
    loads = open_work(person.user_id for person in people)
    for holder in taken:
        if holder in loads:
            loads[holder] -= 1
    return [Colleague(person.user_id, person.away, loads.get(person.user_id, 0)) for person in people]


@dataclass(frozen=True)
class CommentFacts:
    """A comment with who made it and when."""

    label: str
    text: str
    at: datetime


def comments_of(dossier_id: UUID) -> list[CommentFacts]:
    """Return what the staff said inside a dossier, oldest first."""
    rows = Comment.objects.filter(dossier_id=dossier_id).order_by("at", "id")
    return [CommentFacts(*row) for row in rows.values_list("label", "text", "at")]


_OPINION = (
    "id", "dossier_id", "dossier__number", "dossier__version_id", "agency_id", "asking_agency_id", "state", "question",
    "due_at", "asked_at", "asked_label", "ended_at", "ended_label", "answer", "file_id",
)  # fmt: skip


@dataclass(frozen=True)
class OpinionFacts:
    """An opinion that an agency was asked for, and its answer if there is one."""

    id: UUID
    dossier_id: UUID
    number: str
    version_id: UUID
    agency_id: UUID
    asking_agency_id: UUID
    state: str
    question: str
    due_at: datetime
    asked_at: datetime
    asked_label: str
    ended_at: datetime | None
    ended_label: str
    answer: str
    file_id: UUID | None

    def late(self, at: datetime) -> bool:
        """Whether the answer came late, or is late at this moment."""
        if self.state == Opinion.State.CALLED_OFF:
            return False
        return (self.ended_at or at) > self.due_at


def opinions_of(dossier_id: UUID) -> list[OpinionFacts]:
    """Return the opinions that were asked for a dossier, newest first."""
    rows = Opinion.objects.filter(dossier_id=dossier_id).order_by("-asked_at", "-id")
    return [OpinionFacts(*row) for row in rows.values_list(*_OPINION)]


def opinion_of(opinion_id: UUID) -> OpinionFacts | None:
    """Return one opinion; whether somebody may see it is asked of `access`."""
    row = Opinion.objects.filter(id=opinion_id).values_list(*_OPINION).first()
    return OpinionFacts(*row) if row else None


# A dossier that has ended needs no opinion any more, even before the reminder calls it off.
_RUNNING = ("in_progress", "paused")


def opinions_to_give(agencies: Collection[UUID], *, first: int = 0, size: int = 25) -> list[OpinionFacts]:
    """Return what these agencies are asked and have not answered, the nearest due time first."""
    rows = Opinion.objects.filter(agency__in=set(agencies), state="asked", dossier__state__in=_RUNNING)
    return [
        OpinionFacts(*row)
        for row in rows.order_by("due_at", "id").values_list(*_OPINION)[first : first + size]
    ]


def opinions_awaited(agencies: Collection[UUID], *, first: int = 0, size: int = 25) -> list[OpinionFacts]:
    """Return what these agencies asked of others and wait for, the nearest due time first."""
    rows = Opinion.objects.filter(asking_agency__in=set(agencies), state="asked", dossier__state__in=_RUNNING)
    return [
        OpinionFacts(*row)
        for row in rows.order_by("due_at", "id").values_list(*_OPINION)[first : first + size]
    ]


@dataclass(frozen=True)
class ReopeningFacts:
    """By which decision a dossier was reopened, and the two dossiers."""

    dossier_id: UUID
    number: str
    anew_id: UUID
    anew_number: str
    decision_number: str
    decided_on: date
    reason: str
    at: datetime
    label: str


_REOPENING = (
    "dossier_id", "dossier__number", "anew_id", "anew__number", "decision_number", "decided_on", "reason", "at", "label",
)  # fmt: skip


def reopenings_of(dossier_id: UUID) -> tuple[ReopeningFacts | None, ReopeningFacts | None]:
    """Return how a dossier was reopened, and which one it reopens; None for what is not so."""
    rows = Reopening.objects.filter(Q(dossier_id=dossier_id) | Q(anew_id=dossier_id))
    found = [ReopeningFacts(*row) for row in rows.values_list(*_REOPENING)]
    reopened = next((row for row in found if row.dossier_id == dossier_id), None)
    return reopened, next((row for row in found if row.anew_id == dossier_id), None)
