"""Reading dossiers as the lines of queues."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from motcua.dossiers.models import OPEN, Dossier, Reopening
from motcua.rules.localday import at_local
from motcua.rules.transitions import State
from motcua.workflow.models import Task

# Counts in menus stop here ("500+"): a menu must not cost more the longer the queue is.
COUNTED = 500


@dataclass(frozen=True)
class Queued:
    """A line of a queue."""

    id: UUID
    number: str
    applicant_name: str
    version_id: UUID
    state: str
    channel: str
    due_at: datetime | None
    filed_at: datetime | None
    acknowledge_by: datetime | None
    competent_id: UUID | None
    receiving_id: UUID | None
    # Of the open task that the line is about, if it is about one.
    task_id: UUID | None = None
    process_id: UUID | None = None
    step: str = ""
    holder_name: str = ""


_LINE = (
    "id",
    "number",
    "applicant_name",
    "version_id",
    "state",
    "channel",
    "due_at",
    "filed_at",
    "acknowledge_by",
    "competent_agency_id",
    "receiving_agency_id",
)


def _lines(ids: list[UUID]) -> list[Queued]:
    return [Queued(*row) for row in _rows(ids, ids)]


def _rows(ids: Iterable[UUID], wanted: list[UUID]) -> Iterator[tuple[Any, ...]]:
    rows = {row[0]: row for row in Dossier.objects.filter(id__in=set(ids)).values_list(*_LINE)}
    return (rows[key] for key in wanted if key in rows)


def _queue(tasks: QuerySet[Task], first: int, size: int) -> list[Queued]:
    page = tasks.order_by(F("due_at").asc(nulls_last=True), "id")[first : first + size]
    found = list(page.values_list("subject_id", "id", "process_id", "step", "holder__full_name"))
    rows = {row[0]: row for row in _rows((row[0] for row in found), list({row[0] for row in found}))}
    # One line for each task: a person may have two of one dossier.
    return [
        Queued(*(*rows[key], task, process, step, name or ""))
        for key, task, process, step, name in found
        if key in rows
    ]


def queue_of(user_id: UUID, *, first: int = 0, size: int = 25) -> list[Queued]:
    """Return a page of a person's open tasks, the least working time left first."""
    return _queue(Task.objects.filter(holder_id=user_id, completed_at__isnull=True), first, size)


def queue_count(user_id: UUID) -> int:
    """Return how many tasks a person has open, counted up to `COUNTED`."""
    rows = Task.objects.filter(holder_id=user_id, completed_at__isnull=True).order_by()
    return rows[:COUNTED].count()


def unassigned(pairs: set[tuple[UUID, str]], *, size: int = 25) -> list[Queued]:
    """Return tasks without a holder in these (agency, function) pairs."""
    if not pairs:
        return []
    wanted = Q()
    for agency, function in pairs:
        wanted |= Q(agency_id=agency, function=function)
    return _queue(Task.objects.filter(wanted, holder__isnull=True, completed_at__isnull=True), 0, size)


def _to_receive(agencies: set[UUID]) -> QuerySet[Dossier]:
    return Dossier.objects.filter(receiving_agency__in=agencies, state=State.FILED).order_by("filed_at", "id")


def to_receive(agencies: set[UUID], *, first: int = 0, size: int = 25) -> list[Queued]:
    """Return dossiers filed and not yet received at these agencies, the oldest first."""
    return _lines(list(_to_receive(agencies).values_list("id", flat=True)[first : first + size]))


def to_receive_count(agencies: set[UUID]) -> int:
    """Return how many wait to be received, counted up to `COUNTED`."""
    return _to_receive(agencies).order_by()[:COUNTED].count()


def awaiting_applicant(agencies: set[UUID], *, first: int = 0, size: int = 25) -> list[Queued]:
    """Return dossiers that wait for their applicant at these agencies."""
    rows = Dossier.objects.filter(
        Q(receiving_agency__in=agencies) | Q(competent_agency__in=agencies),
        state__in=[State.AWAITING_APPLICANT, State.PAUSED],
    ).order_by("saved_at", "id")
    return _lines(list(rows.values_list("id", flat=True)[first : first + size]))


def _late(agencies: set[UUID] | None, at: datetime) -> QuerySet[Dossier]:
    rows = Dossier.objects.filter(state=State.IN_PROGRESS, due_at__lt=at)
    if agencies is not None:
        rows = rows.filter(competent_agency__in=agencies)
    return rows


def late_count(agencies: set[UUID] | None, *, at: datetime) -> int:
    """Return how many run past their due time, counted up to `COUNTED`."""
    return _late(agencies, at)[:COUNTED].count()


def _to_return(agencies: set[UUID]) -> QuerySet[Dossier]:
    rows = Dossier.objects.filter(receiving_agency__in=agencies, state=State.DECIDED)
    # A result that was decided on anew is not handed out.
    reopened = Exists(Reopening.objects.filter(dossier=OuterRef("pk")))
    return rows.filter(~reopened).order_by("finished_at", "id")


def to_return(agencies: set[UUID], *, first: int = 0, size: int = 25) -> list[Queued]:
    """Return dossiers whose result waits at these agencies' desks, the longest waiting first."""
    return _lines(list(_to_return(agencies).values_list("id", flat=True)[first : first + size]))


def to_return_count(agencies: set[UUID]) -> int:
    """Return how many results wait at these desks, counted up to `COUNTED`."""
    return _to_return(agencies).order_by()[:COUNTED].count()


def open_between(agencies: Iterable[UUID] | None, first_day: date, last_day: date | None) -> dict[UUID, int]:
    """Return how many open dossiers with a limit run over some of these days, by competent agency.

    From acceptance to the due time as it stands; `agencies` None: at all of them, `last_day` None: without end.
    What a changed calendar may move; docs/rules/recomputation.md.
    """
    rows = Dossier.objects.filter(
        state__in=[State.IN_PROGRESS, State.PAUSED], due_at__gte=at_local(first_day, time(0))
    )
    if last_day is not None:
        rows = rows.filter(accepted_at__lt=at_local(last_day + timedelta(days=1), time(0)))
    if agencies is not None:
        rows = rows.filter(competent_agency__in=list(agencies))
    return dict(rows.order_by().values_list("competent_agency_id").annotate(number=Count("id")))


def open_at(agency_id: UUID) -> int:
    """Return how many dossiers an agency still has to answer for: filed and not yet returned or ended."""
    return Dossier.objects.filter(competent_agency_id=agency_id, state__in=OPEN).count()
