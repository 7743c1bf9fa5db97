"""Counting dossiers: the only SQL of figures.

One statement reads what was known of each dossier at the end of the period and says, in one column for each
figure, whether the dossier counts there. The counts, the lists behind them and their lengths all read these
columns, so a number and its list cannot differ. The definition is `rules.figures`, held equal by test.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Case, F, IntegerField, Value, When
from psycopg import sql

from motcua.organisation.models import AgencyVersion
from motcua.reporting.periods import Period

# `known` is the past as it stood at the end of the period: nothing recorded at or after it shows. A dossier
# that had ended by then cannot change its due time any more, so its column is read; that of one still open
# comes from the last entry of its clock before the end.
_CLASSIFIED = """
WITH known AS (
    SELECT d.id, d.channel, d.state, d.accepted_at, d.version_id,
        CASE %(attribution)s WHEN 'receiving' THEN d.receiving_agency_id ELSE d.competent_agency_id END
            AS agency_id,
        d.accepted_at IS NOT NULL AS accepted,
        CASE WHEN d.finished_at < %(end)s THEN d.finished_at END AS ended_at,
        CASE WHEN d.returned_at < %(end)s THEN d.returned_at END AS returned_at,
        CASE WHEN d.finished_at < %(end)s THEN d.due_at ELSE entry.due_after END AS due_at,
        entry.paused_since AS paused_at
    FROM dossiers_dossier d
    LEFT JOIN LATERAL (
        SELECT c.paused_since, c.due_after
        FROM dossiers_clockrow c
        WHERE c.dossier_id = d.id AND c.at < %(end)s
            AND (d.finished_at IS NULL OR d.finished_at >= %(end)s)
        ORDER BY c.place DESC
        LIMIT 1
    ) entry ON true
    WHERE (
        d.accepted_at < %(end)s AND (
            d.finished_at IS NULL OR d.finished_at >= %(start)s OR d.returned_at >= %(start)s
            OR (d.due_at >= %(start)s AND d.due_at < %(end)s)
        )
        OR d.accepted_at IS NULL AND d.finished_at >= %(start)s AND d.finished_at < %(end)s
    )
    AND (
        %(agencies)s::uuid[] IS NULL
        OR CASE %(attribution)s WHEN 'receiving' THEN d.receiving_agency_id ELSE d.competent_agency_id END
            = ANY(%(agencies)s::uuid[])
    )
    AND (%(procedure)s::uuid IS NULL OR d.procedure_id = %(procedure)s::uuid)
    AND CASE %(channel)s WHEN '' THEN d.parent_id IS NULL ELSE d.channel = %(channel)s END
    AND (%(domain)s = '' OR EXISTS (
        SELECT 1 FROM catalogue_procedureversion v
        WHERE v.id = d.version_id AND v.domain_key = %(domain)s
    ))
),
measured AS (
    SELECT *, coalesce(ended_at, paused_at, %(end)s) AS measured_at,
        (coalesce(ended_at, paused_at, %(end)s) AT TIME ZONE INTERVAL '7 hours')::date AS measured_on,
        (due_at AT TIME ZONE INTERVAL '7 hours')::date AS due_on,
        ended_at >= %(start)s AS ended
    FROM known
),
placed AS (
    SELECT *,
        accepted AND (ended_at IS NULL OR ended) AS to_solve,
        accepted AND ended AND state IN ('decided', 'returned') AS solved,
        accepted AND ended_at IS NULL AND paused_at IS NULL AS in_progress,
        accepted AND ended_at IS NULL AND paused_at IS NOT NULL AS paused,
        measured_on < due_on AS before_the_day,
        CASE WHEN %(whole_days)s THEN measured_on > due_on ELSE measured_at > due_at END AS past
    FROM measured
),
classified AS (
    SELECT id, agency_id, version_id, accepted_at, ended_at, due_at AS due_at_the_end,
        to_solve,
        to_solve AND accepted_at < %(start)s AS carried_over,
        to_solve AND accepted_at >= %(start)s AS received,
        to_solve AND accepted_at >= %(start)s AND channel = 'online' AS received_online,
        to_solve AND accepted_at >= %(start)s AND channel = 'counter' AS received_counter,
        to_solve AND accepted_at >= %(start)s AND channel = 'post' AS received_post,
        to_solve AND accepted_at >= %(start)s AND channel IN ('counter', 'post') AS received_direct,
        NOT accepted AND ended AND state = 'refused' AS refused,
        NOT accepted AND ended AND state = 'withdrawn' AS withdrawn_before,
        accepted AND ended AND state = 'withdrawn' AS withdrawn,
        accepted AND ended AND state = 'stopped' AS stopped,
        solved,
        solved AND before_the_day AS early,
        solved AND NOT before_the_day AND NOT past AS on_time,
        solved AND NOT before_the_day AND past AS late,
        solved AND due_at IS NULL AS without_limit,
        in_progress,
        in_progress AND NOT past AS in_progress_within,
        in_progress AND past AS in_progress_past,
        in_progress AND due_at IS NULL AS in_progress_no_limit,
        paused,
        paused AND NOT past AS paused_within,
        paused AND past AS paused_past,
        paused AND due_at IS NULL AS paused_no_limit,
        accepted AND due_at >= %(start)s AND due_at < %(end)s AS due,
        accepted AND returned_at >= %(start)s AS returned
    FROM placed
)
"""
# The columns of `classified` that are figures: those of `rules.figures`, the channels, and three sums.
FIGURES = (
    "to_solve",
    "carried_over",
    "received",
    "received_online",
    "received_counter",
    "received_post",
    "received_direct",
    "refused",
    "withdrawn_before",
    "withdrawn",
    "stopped",
    "solved",
    "early",
    "on_time",
    "late",
    "without_limit",
    "in_progress",
    "in_progress_within",
    "in_progress_past",
    "in_progress_no_limit",
    "paused",
    "paused_within",
    "paused_past",
    "paused_no_limit",
    "due",
    "returned",
)
_BY_AGENCY = sql.SQL("{classified} SELECT agency_id, {counts} FROM classified GROUP BY agency_id")
_LENGTH = sql.SQL("{classified} SELECT count(*) FROM classified WHERE {figure}")
_LIST = sql.SQL("""{classified}
SELECT c.id, c.agency_id, d.number, d.applicant_name, v.name_vi, v.name_en,
    coalesce(c.accepted_at, d.filed_at), c.due_at_the_end, c.ended_at
FROM classified c
JOIN dossiers_dossier d ON d.id = c.id
JOIN catalogue_procedureversion v ON v.id = c.version_id
WHERE c.{figure}
ORDER BY coalesce(c.accepted_at, d.filed_at), c.id
OFFSET %(first)s LIMIT %(size)s
""")


class Attribution(StrEnum):
    """To which agency a dossier is reckoned."""

    COMPETENT = "competent"
    RECEIVING = "receiving"


@dataclass(frozen=True)
class Scope:
    """Which dossiers are counted, and how.

    `agencies` None means all. `channel` empty means all that people filed: the parts of interconnected dossiers at
    partners are counted by their own channel alone, never beside their wholes. `whole_days` lets the whole due day
    count as on time, for which there must be a legal basis.
    """

    agencies: frozenset[UUID] | None = None
    attribution: Attribution = Attribution.COMPETENT
    procedure: UUID | None = None
    domain: str = ""
    channel: str = ""
    whole_days: bool = False


@dataclass(frozen=True)
class AgencyFigures:
    """The figures of one agency, by their names; every name of `FIGURES` is there."""

    agency_id: UUID
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Counted:
    """A dossier behind a number, with its moments as they were known at the end of the period.

    `came_at` is when it was accepted, or filed where it never was. No identity data but the name.
    """

    id: UUID
    agency_id: UUID
    number: str
    applicant_name: str
    procedure_vi: str
    procedure_en: str
    came_at: datetime
    due_at: datetime | None
    ended_at: datetime | None


def _rows(statement: sql.SQL, period: Period, scope: Scope, *, figure: str = "", **more: int) -> list[Any]:
    if figure and figure not in FIGURES:
        raise KeyError(figure)
    counts = [sql.SQL("count(*) FILTER (WHERE {})").format(sql.Identifier(name)) for name in FIGURES]
    composed = statement.format(
        classified=sql.SQL(_CLASSIFIED),
        counts=sql.SQL(", ").join(counts),
        figure=sql.Identifier(figure or "id"),
    )
    agencies = None if scope.agencies is None else sorted(scope.agencies)
    known: dict[str, Any] = {
        "start": period.start,
        "end": period.end,
        "agencies": agencies,
        "attribution": scope.attribution.value,
        "procedure": scope.procedure,
        "domain": scope.domain,
        "channel": scope.channel,
        "whole_days": scope.whole_days,
        **more,
    }
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        # Compiling so many conditions takes ten times as long as reading a month of a province.
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(composed, known)
        return list(cursor.fetchall())


def figures(period: Period, scope: Scope) -> list[AgencyFigures]:
    """Return the figures of each agency that has any dossier in them, in no order."""
    rows = _rows(_BY_AGENCY, period, scope)
    return [AgencyFigures(row[0], dict(zip(FIGURES, row[1:], strict=True))) for row in rows]


def drill_down(period: Period, scope: Scope, figure: str, *, first: int = 0, size: int = 50) -> list[Counted]:
    """Return a page of the dossiers that a figure counts, by the time they came.

    `KeyError` for a figure that there is not.
    """
    return [Counted(*row) for row in _rows(_LIST, period, scope, figure=figure, first=first, size=size)]


def count(period: Period, scope: Scope, figure: str) -> int:
    """Return one figure over the whole scope: the length of its list. `KeyError` for an unknown figure."""
    return int(_rows(_LENGTH, period, scope, figure=figure)[0][0])


@dataclass(frozen=True)
class ReportingAgency:
    """An agency as it is called for short in a period; `living` is false if it had ended before or began after it."""

    id: UUID
    key: str
    name_vi: str
    name_en: str
    level: str
    living: bool

    def name(self, language: str) -> str:
        """Return the name in `vi` or `en`."""
        return self.name_en if language == "en" and self.name_en else self.name_vi


_LEVELS = ("ministry", "province", "district", "commune")


def reporting_agencies(only: frozenset[UUID] | None, *, first: date, last: date) -> list[ReportingAgency]:
    """Return all agencies (or `only` these) as they stood on day `last`, by level and name, in one query.

    Those that had ended or had not begun are among them, because a dossier of theirs may still count.
    """
    called = Case(When(short_vi="", then=F("name_vi")), default=F("short_vi"))
    begun = Case(When(valid_from__lte=last, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = (
        AgencyVersion.objects.annotate(called=called)
        .order_by("agency_id", begun, "-valid_from")
        .distinct("agency_id")
    )
    if only is not None:
        rows = rows.filter(agency_id__in=only)
    fields = (
        "agency_id", "agency__key", "called", "name_en", "level", "valid_from", "valid_to", "search_text",
    )  # fmt: skip
    ordered = sorted(rows.values_list(*fields), key=lambda row: (_LEVELS.index(row[4]), row[7], row[1]))
    return [
        ReportingAgency(agency, key, vi, en, level, begins <= last and (ends is None or ends > first))
        for agency, key, vi, en, level, begins, ends, _ in ordered
    ]
