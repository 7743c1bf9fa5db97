"""Reading a dossier as those may who are outside the agency: by its number, by its QR code."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Q

from motcua.dossiers.models import Dossier
from motcua.dossiers.queries.handovers import PassedOn, passed_on
from motcua.dossiers.queries.versions import VersionNote, noted
from motcua.organisation.queries import agency_facts, heir_of
from motcua.rules.transitions import State


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


@dataclass(frozen=True)
class Step:
    """A step of the work, as far as the applicant may know: who does it stays inside the agency."""

    key: str
    done_at: datetime | None
    outcome: str


@dataclass(frozen=True)
class TrackedPart:
    """The part of a partner, as far as the applicant may know; names in Vietnamese and English."""

    call: str
    agency: tuple[str, str]
    state: State
    due_at: datetime | None
    finished_at: datetime | None
    outcome: str
    result: str


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
    changes: tuple[VersionNote, ...] = ()
    parts: tuple[TrackedPart, ...] = ()
    # How it passed from agency to agency, the last time last.
    passed: tuple[PassedOn, ...] = ()


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
   FROM workflow_task t WHERE t.subject_id = d.id),
  (SELECT json_agg(json_build_object('number', v.number, 'effective_from', v.effective_from, 'stays', c.stays,
    'follows', c.follows, 'at', c.at) ORDER BY v.number)::text
   FROM dossiers_versionchange c JOIN catalogue_procedureversion v ON v.id = c.version_id
   WHERE c.dossier_id = d.id),
  (SELECT json_agg(json_build_array(p.call, a.name_vi, a.name_en, p.state, p.due_at, p.finished_at, p.outcome,
    COALESCE((SELECT concat_ws(' · ', r.title, NULLIF(r.number, '')) FROM dossiers_result r
      WHERE r.dossier_id = p.id), '')) ORDER BY p.accepted_at, p.id)::text
   FROM dossiers_dossier p LEFT JOIN organisation_agencyversion a ON a.agency_id = p.competent_agency_id
    AND a.valid_from <= %s AND (a.valid_to IS NULL OR a.valid_to > %s)
   WHERE p.parent_id = d.id),
  d.id, d.moved_at IS NOT NULL, d.receiving_agency_id, d.competent_agency_id, d.place_code, d.procedure_id
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
        cursor.execute(_TRACKED, [on] * 6 + [secret])
        row = cursor.fetchone()
    if row is None:
        return None
    receiving, competent = _agencies(row, on)
    steps = tuple(
        Step(key, datetime.fromisoformat(done) if done else None, outcome)
        for key, done, outcome in json.loads(row[16] or "[]")
    )
    changes = tuple(
        noted(data, at=datetime.fromisoformat(data["at"])) for data in json.loads(row[17] or "[]")
    )
    parts = tuple(_part(*data) for data in json.loads(row[18] or "[]"))
    passed = tuple(passed_on(row[19])) if row[20] else ()
    return Tracked(
        *(*row[:3], State(row[3]), *row[4:12], receiving, competent, row[15], steps, changes, parts, passed)
    )


_Names = tuple[str, str]


def _agencies(row: tuple[Any, ...], on: date) -> tuple[_Names, _Names]:
    """Return who receives and who decides, as they are called on the day.

    Of one that ended, who follows it: from the first moment of a reorganisation, before this dossier's turn comes.
    """
    receiving_id, competent_id = row[21], row[22]
    receiving = (row[12], row[13] or "") if row[12] else _follower(row, receiving_id, on)
    if competent_id == receiving_id:
        return receiving, receiving
    return receiving, (row[14][0], row[14][1] or "") if row[14] else _follower(row, competent_id, on)


def _follower(row: tuple[Any, ...], agency_id: UUID | None, on: date) -> _Names:
    if agency_id is None:
        return "", ""
    heir = agency_id if row[10] else heir_of(agency_id, on=on, place=row[23], procedure_id=row[24])
    facts = agency_facts(heir, on=on)
    return facts.name_vi, facts.name_en


def _part(
    call: str,
    name_vi: str | None,
    name_en: str | None,
    state: str,
    due: str | None,
    finished: str | None,
    outcome: str,
    result: str,
) -> TrackedPart:
    due_at, finished_at = (datetime.fromisoformat(text) if text else None for text in (due, finished))
    return TrackedPart(
        call, (name_vi or "", name_en or ""), State(state), due_at, finished_at, outcome, result
    )


@dataclass(frozen=True)
class RunningClock:
    """Whose clock it is, by which agency's calendar it runs, and whether it passed to that agency from another."""

    id: UUID
    number: str
    competent_id: UUID | None
    passed: bool


def running_clock(secret: bytes) -> RunningClock | None:
    """Return the dossier of a QR code whose clock has been started; None where there is none."""
    rows = Dossier.objects.filter(secret=secret, accepted_at__isnull=False)
    found = rows.values_list("id", "number", "competent_agency_id", "moved_at").first()
    return RunningClock(found[0], found[1] or "", found[2], found[3] is not None) if found else None
