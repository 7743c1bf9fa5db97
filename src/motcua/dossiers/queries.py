"""Reading dossiers."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import F, Q, QuerySet

from motcua.catalogue.format import ComponentGroup, ComponentRecord, ProcedureRecord
from motcua.dossiers.models import ClockRow, Door, Dossier, Look, Paper, Party, Result, SupplementRequest
from motcua.kit.sealed import unseal
from motcua.organisation import queries as organisation
from motcua.rules.clock import ClockEntry, EntryKind, ResumePolicy
from motcua.rules.deadlines import Limit
from motcua.rules.transitions import State
from motcua.workflow.models import Task

# Counts in menus stop here ("500+"): a menu must not cost more the longer the queue is.
COUNTED = 500


def door_open(kind: str, *, on: date) -> bool:
    """Tell whether a door takes dossiers on a day."""
    return Door.objects.filter(organisation.on_day(on), kind=kind).exists()


def limit_for(record: ProcedureRecord, *, channel: str, case: str) -> Limit | None:
    """Return the time limit of a channel and case; the counter's or the first one's where none is given."""
    rows = record.channels_of(case) or record.channels_of(record.cases[0].key)
    by_channel = {row.channel.value: row for row in rows}
    row = by_channel.get(channel) or by_channel.get("counter") or rows[0]
    return Limit.from_json(row.limit) if row.limit else None


def components_needed(record: ProcedureRecord, case: str) -> list[ComponentRecord]:
    """Return the papers that a dossier of a case hands in (not those only shown)."""
    return [row for row in record.components_of(case) if row.group is ComponentGroup.SUBMIT]


def papers_of(dossier_id: UUID) -> dict[str, Paper]:
    """Return the papers that count now, by component."""
    rows = Paper.objects.filter(dossier_id=dossier_id, superseded_at__isnull=True)
    return {paper.component: paper for paper in rows}


def all_papers_of(dossier_id: UUID) -> list[Paper]:
    """Return all papers ever given, oldest first."""
    return list(Paper.objects.filter(dossier_id=dossier_id).order_by("added_at", "id"))


def clock_rows(dossier_id: UUID) -> list[ClockRow]:
    """Return the entries of a dossier's clock in order."""
    return list(ClockRow.objects.filter(dossier_id=dossier_id).order_by("place"))


def clock_entries(rows: list[ClockRow]) -> list[ClockEntry]:
    """Return stored entries as the rules read them."""
    return [
        ClockEntry(
            EntryKind(row.kind),
            row.at,
            limit=Limit.from_json(row.limit) if row.limit else None,
            policy=ResumePolicy(row.policy) if row.policy else None,
            until=row.until,
        )
        for row in rows
    ]


def open_request(dossier_id: UUID) -> SupplementRequest | None:
    """Return the supplement request that waits for the applicant."""
    return SupplementRequest.objects.filter(dossier_id=dossier_id, answered_at__isnull=True).first()


def requests_of(dossier_id: UUID) -> list[SupplementRequest]:
    """Return all supplement requests of a dossier, oldest first."""
    return list(SupplementRequest.objects.filter(dossier_id=dossier_id).order_by("made_at"))


@dataclass(frozen=True)
class Looked:
    """Who looked at a dossier, and when."""

    label: str
    purpose: str
    at: datetime


def looks_at(dossier_id: UUID, *, most: int = 50) -> list[Looked]:
    """Return who of the staff looked at a dossier, newest first."""
    rows = Look.objects.filter(dossier_id=dossier_id).order_by("-at", "-id")
    return [Looked(*row) for row in rows.values_list("label", "purpose", "at")[:most]]


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
    step: str
    holder_name: str


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


def _lines(ids: list[UUID], tasks: dict[UUID, tuple[str, str]]) -> list[Queued]:
    rows = {row[0]: row for row in Dossier.objects.filter(id__in=ids).values_list(*_LINE)}
    return [Queued(*(*rows[key], *tasks.get(key, ("", "")))) for key in ids if key in rows]


def _queue(tasks: QuerySet[Task], first: int, size: int) -> list[Queued]:
    page = tasks.order_by(F("due_at").asc(nulls_last=True), "id")[first : first + size]
    rows = {
        key: (step, name or "")
        for key, step, name in page.values_list("subject_id", "step", "holder__full_name")
    }
    return _lines(list(rows), rows)


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
    return _lines(list(_to_receive(agencies).values_list("id", flat=True)[first : first + size]), {})


def to_receive_count(agencies: set[UUID]) -> int:
    """Return how many wait to be received, counted up to `COUNTED`."""
    return _to_receive(agencies).order_by()[:COUNTED].count()


def awaiting_applicant(agencies: set[UUID], *, first: int = 0, size: int = 25) -> list[Queued]:
    """Return dossiers that wait for their applicant at these agencies."""
    rows = Dossier.objects.filter(
        Q(receiving_agency__in=agencies) | Q(competent_agency__in=agencies),
        state__in=[State.AWAITING_APPLICANT, State.PAUSED],
    ).order_by("saved_at", "id")
    return _lines(list(rows.values_list("id", flat=True)[first : first + size]), {})


def _late(agencies: set[UUID] | None, at: datetime) -> QuerySet[Dossier]:
    rows = Dossier.objects.filter(state=State.IN_PROGRESS, due_at__lt=at)
    if agencies is not None:
        rows = rows.filter(competent_agency__in=agencies)
    return rows.order_by("due_at", "id")


def late(agencies: set[UUID] | None, *, at: datetime, first: int = 0, size: int = 25) -> list[Queued]:
    """Return running dossiers past their due time at these agencies (None: everywhere), the latest first."""
    ids = list(_late(agencies, at).values_list("id", flat=True)[first : first + size])
    open_tasks = Task.objects.filter(subject_id__in=ids, completed_at__isnull=True)
    rows = {
        key: (step, name or "")
        for key, step, name in open_tasks.values_list("subject_id", "step", "holder__full_name")
    }
    return _lines(ids, rows)


def late_count(agencies: set[UUID] | None, *, at: datetime) -> int:
    """Return how many run past their due time, counted up to `COUNTED`."""
    return _late(agencies, at).order_by()[:COUNTED].count()


@dataclass(frozen=True)
class PublicState:
    """All that a bare code shows: the state and how far the work is."""

    state: State
    degree: int


# How far the work is, in per cent, by state: shown to anyone who knows the code (TT 01/2018 Art. 16).
_DEGREE = {
    State.FILED: 10,
    State.AWAITING_APPLICANT: 10,
    State.IN_PROGRESS: 50,
    State.PAUSED: 50,
    State.DECIDED: 90,
}


def public_state(number: str) -> PublicState | None:
    """Return what may be told of a dossier to anyone who knows its number."""
    if not number:
        # Most dossiers have no number from elsewhere: an empty text would find one of them.
        return None
    # Our own number comes before a code that someone brought from elsewhere.
    for wanted in (Q(number=number), Q(external_number=number)):
        rows = Dossier.objects.filter(wanted).exclude(state=State.DRAFT)
        if found := rows.values_list("state", flat=True).first():
            return PublicState(State(found), _DEGREE.get(State(found), 100))
    return None


def identity_of(party: Party | None) -> str:
    """Return the whole identity number of a person in a dossier; an empty text where none was given."""
    return unseal(party.identity_sealed) if party and party.identity_sealed else ""


@dataclass(frozen=True)
class ResultFacts:
    """The decision on a dossier as a page shows it."""

    outcome: str
    number: str
    title: str
    summary: str
    file_id: UUID | None
    decided_at: datetime


def result_of(dossier_id: UUID) -> ResultFacts | None:
    """Return the decision on a dossier, if there is one."""
    fields = ("outcome", "number", "title", "summary", "file_id", "decided_at")
    found = Result.objects.filter(dossier_id=dossier_id).values_list(*fields).first()
    return ResultFacts(*found) if found else None


@dataclass(frozen=True)
class Step:
    """A step of the work, as far as the applicant may know: who does it stays inside the agency."""

    key: str
    done_at: datetime | None
    outcome: str


@dataclass(frozen=True)
class Tracked:
    """Everything that the bearer of the QR code may know of a dossier."""

    number: str
    version_id: UUID
    process_id: UUID | None
    state: State
    filed_at: datetime
    acknowledge_by: datetime | None
    accepted_at: datetime | None
    promised_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    delivery: str
    receiving: tuple[str, str]
    competent: tuple[str, str]
    asked_at: datetime | None
    steps: tuple[Step, ...]


# One statement, because this is the page that a whole province reloads. Agencies are named as on the day.
# Texts are cast so that a column made longer does not make a kept plan useless.
_TRACKED = """
SELECT d.number::text, d.version_id, d.process_id, d.state::text, d.filed_at, d.acknowledge_by, d.accepted_at,
  d.promised_at, d.due_at, d.finished_at, d.returned_at, d.delivery::text,
  r.name_vi::text, r.name_en::text,
  CASE WHEN d.competent_agency_id <> d.receiving_agency_id THEN (SELECT ARRAY[c.name_vi::text, c.name_en::text]
    FROM organisation_agencyversion c WHERE c.agency_id = d.competent_agency_id
    AND c.valid_from <= %s AND (c.valid_to IS NULL OR c.valid_to > %s)) END,
  CASE WHEN d.state IN ('paused', 'awaiting_applicant') THEN (SELECT max(q.made_at)
    FROM dossiers_supplementrequest q WHERE q.dossier_id = d.id AND q.answered_at IS NULL) END,
  (SELECT json_agg(json_build_array(t.step, t.completed_at, t.outcome) ORDER BY t.opened_at, t.id)::text
   FROM workflow_task t WHERE t.subject_id = d.id)
FROM dossiers_dossier d
LEFT JOIN organisation_agencyversion r ON r.agency_id = d.receiving_agency_id
  AND r.valid_from <= %s AND (r.valid_to IS NULL OR r.valid_to > %s)
WHERE d.secret = %s AND d.state <> 'draft'
"""


class _Planned(psycopg.Cursor[Any]):
    """Lets the server plan a statement once per connection and not at every look."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> Self:
        return super().execute(query, params, prepare=True)


def _planned_cursor() -> CursorWrapper:
    connection.ensure_connection()
    # The stubs ask for a wrapped cursor; Django itself gives these two the driver's.
    cursor: Any = _Planned(connection.connection)
    return (
        connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
    )


def tracked(secret: bytes, *, on: date) -> Tracked | None:
    """Return what the bearer of a QR code may know of its dossier, in one query; None for no dossier."""
    with _planned_cursor() as cursor:
        cursor.execute(_TRACKED, [on, on, on, on, secret])
        row = cursor.fetchone()
    if row is None:
        return None
    receiving = (row[12] or "", row[13] or "")
    competent = tuple(row[14]) if row[14] else receiving
    steps = tuple(
        Step(key, datetime.fromisoformat(done) if done else None, outcome)
        for key, done, outcome in json.loads(row[16] or "[]")
    )
    return Tracked(*(*row[:3], State(row[3]), *row[4:12], receiving, competent, row[15], steps))


def current_due(dossier_id: UUID) -> datetime | None:
    """Return the due time of a dossier as it stands, or None where there is no limit or no clock yet."""
    return Dossier.objects.filter(id=dossier_id).values_list("due_at", flat=True).get()


def _to_return(agencies: set[UUID]) -> QuerySet[Dossier]:
    return Dossier.objects.filter(receiving_agency__in=agencies, state=State.DECIDED).order_by(
        "finished_at", "id"
    )


def to_return(agencies: set[UUID], *, first: int = 0, size: int = 25) -> list[Queued]:
    """Return dossiers whose result waits at these agencies' desks, the longest waiting first."""
    return _lines(list(_to_return(agencies).values_list("id", flat=True)[first : first + size]), {})


def to_return_count(agencies: set[UUID]) -> int:
    """Return how many results wait at these desks, counted up to `COUNTED`."""
    return _to_return(agencies).order_by()[:COUNTED].count()
