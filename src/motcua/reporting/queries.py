"""Counting dossiers: the figures of agencies, and the dossiers behind each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Case, F, IntegerField, Value, When

from motcua.kit import sql
from motcua.organisation.models import AgencyVersion
from motcua.reporting.periods import Period
from motcua.reporting.statement import FIGURES, PASSED, Statement
from motcua.reporting.successors import Held, Successors

__all__ = [
    "FIGURES",
    "AgencyFigures",
    "Attribution",
    "Counted",
    "Counting",
    "ReportingAgency",
    "Scope",
    "count",
    "counting",
    "drill_down",
    "figures",
    "reporting_agencies",
]


class Attribution(StrEnum):
    """To which agency a dossier is reckoned."""

    COMPETENT = "competent"
    RECEIVING = "receiving"


_READ = {
    Attribution.COMPETENT: Statement("competent_agency_id", "from_competent"),
    Attribution.RECEIVING: Statement("receiving_agency_id", "from_receiving"),
}


@dataclass(frozen=True)
class Scope:
    """Which dossiers are counted, and how.

    `agencies` None means all. `channel` empty means all that people filed: the parts of interconnected dossiers at
    partners are counted by their own channel alone, never beside their wholes. `whole_days` lets the whole due day
    count as on time, for which there must be a legal basis. `followed_to` None counts each dossier at the agency that
    held it then; a day counts it at the one that answers on that day for what was held then.
    """

    agencies: frozenset[UUID] | None = None
    attribution: Attribution = Attribution.COMPETENT
    procedure: UUID | None = None
    domain: str = ""
    channel: str = ""
    whole_days: bool = False
    followed_to: date | None = None


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


@dataclass(frozen=True)
class Counting:
    """A period and a scope made ready to be counted: the statements, and what they are given."""

    read: Statement
    given: Mapping[str, Any]

    def figures(self) -> list[AgencyFigures]:
        """Return the figures of each agency that has any dossier in them, in no order."""
        rows = _run(self.read.by_agency(), self.given)
        return [AgencyFigures(row[0], dict(zip(FIGURES, row[1:], strict=True))) for row in rows]

    def drill_down(self, figure: str, *, first: int = 0, size: int = 50) -> list[Counted]:
        """Return a page of the dossiers that a figure counts, by the time they came.

        `KeyError` for a figure that there is not.
        """
        rows = _run(self.read.list(figure), {**self.given, "first": first, "size": size})
        return [Counted(*row) for row in rows]

    def count(self, figure: str) -> int:
        """Return one figure over the whole scope: the length of its list. `KeyError` for an unknown figure."""
        return int(_run(self.read.length(figure), self.given)[0][0])


def counting(period: Period, scope: Scope) -> Counting:
    """Make ready to count the dossiers of a scope in a period, in as many ways as are asked for."""
    agencies = None if scope.agencies is None else sorted(scope.agencies)
    given = {
        "start": period.start,
        "before_start": period.before,
        "end": period.end,
        "before_end": period.last_moment,
        "agencies": agencies,
        "sources": agencies,
        "procedure": scope.procedure,
        "domain": scope.domain,
        "channel": scope.channel,
        "whole_days": scope.whole_days,
    }
    # Nearly always nothing did, and then nobody has to ask who held what.
    passed = bool(sql.rows(PASSED, given)[0][0])
    ready = Counting(replace(_READ[scope.attribution], passed=passed), given)
    return ready if scope.followed_to is None else _followed(ready, period, scope.followed_to)


def _followed(ready: Counting, period: Period, day: date) -> Counting:
    """Let what agencies held be counted at those who answer for it on a day."""
    successors, agencies = Successors(day), ready.given["agencies"]
    followed = successors.followed(after=period.before, into=agencies)
    if not followed:
        return ready
    sources = None if agencies is None else sorted(followed.union(agencies))
    given = {**ready.given, "sources": sources, "followed": sorted(followed), "stages": successors.stages}
    read = replace(ready.read, followed=True)
    heirs = successors.heirs(Held(*row) for row in _run(read.held(), given))
    columns = ("was", "stage", "place", "of")
    given |= {name: [held[n] for held, _ in heirs] for n, name in enumerate(columns)}
    return Counting(read, given | {"heir": [heir for _, heir in heirs]})


def _run(statement: str, given: Mapping[str, Any]) -> list[Any]:
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        # Compiling so many conditions takes ten times as long as reading a month of a province.
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def figures(period: Period, scope: Scope) -> list[AgencyFigures]:
    """Return the figures of each agency that has any dossier in them, in no order."""
    return counting(period, scope).figures()


def drill_down(period: Period, scope: Scope, figure: str, *, first: int = 0, size: int = 50) -> list[Counted]:
    """Return a page of the dossiers that a figure counts; see `Counting.drill_down`."""
    return counting(period, scope).drill_down(figure, first=first, size=size)


def count(period: Period, scope: Scope, figure: str) -> int:
    """Return one figure over the whole scope; see `Counting.count`."""
    return counting(period, scope).count(figure)


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
