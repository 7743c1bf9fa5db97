"""Published versions as values: in force on a day, through time, found by search."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from motcua.catalogue.format import ProcedureRecord, read_procedure
from motcua.catalogue.models import Procedure, ProcedureVersion


@dataclass(frozen=True)
class Published:
    """A published version: its id and number, and what it says."""

    id: UUID
    procedure_id: UUID
    number: int
    record: ProcedureRecord

    def name(self, language: str) -> str:
        """Return the name in `vi` or `en`."""
        return self.record.name.en if language == "en" else self.record.name.vi


@lru_cache(maxsize=4096)
def published(version_id: UUID) -> Published:
    """Return a published version; kept in memory for good, because it can never change."""
    row = ProcedureVersion.objects.get(id=version_id, published_at__isnull=False)
    return Published(row.id, row.procedure_id, row.number, read_procedure(row.content))


def _current(on: date) -> QuerySet[ProcedureVersion]:
    newest = (
        ProcedureVersion.objects.filter(
            procedure=OuterRef("procedure"), published_at__isnull=False, effective_from__lte=on
        )
        .order_by("-number")
        .values("id")[:1]
    )
    living = Q(procedure__withdrawn_on__isnull=True) | Q(procedure__withdrawn_on__gt=on)
    return ProcedureVersion.objects.filter(living, id=Subquery(newest))


def current_version(code: str, *, on: date) -> Published | None:
    """Return the version of a procedure in force on a day, or None."""
    found = (
        ProcedureVersion.objects.filter(
            Q(procedure__withdrawn_on__isnull=True) | Q(procedure__withdrawn_on__gt=on),
            procedure__code=code,
            published_at__isnull=False,
            effective_from__lte=on,
        )
        .order_by("-number")
        .values_list("id", flat=True)
        .first()
    )
    return published(found) if found else None


def newest_of(procedure_id: UUID, *, on: date) -> UUID:
    """Return the id of the version in force on a day."""
    return (
        ProcedureVersion.objects.filter(
            procedure_id=procedure_id, published_at__isnull=False, effective_from__lte=on
        )
        .order_by("-number")
        .values_list("id", flat=True)[:1]
        .get()
    )


def version_in_force(procedure_id: UUID, *, on: date) -> UUID | None:
    """Return the id of the version in force on a day; None for a procedure withdrawn by then."""
    return _current(on).filter(procedure_id=procedure_id).values_list("id", flat=True).first()


@dataclass(frozen=True)
class Ended:
    """A procedure that was withdrawn: its last name, since when, and by which act."""

    code: str
    name_vi: str
    name_en: str
    since: date
    act: str


def ended(code: str, *, on: date) -> Ended | None:
    """Return what is to be said of a procedure that was withdrawn by a day; None for any other."""
    rows = ProcedureVersion.objects.filter(
        procedure__code=code, procedure__withdrawn_on__lte=on, published_at__isnull=False
    ).order_by("-number")
    fields = ("name_vi", "name_en", "procedure__withdrawn_on", "procedure__withdrawn_by_act")
    row = rows.values_list(*fields).first()
    return Ended(code, *row) if row else None


def governing(version: Published, field: str, *, on: date) -> Published:
    """Return the version whose `field` holds on a day for a dossier that began under `version`.

    A later version takes the field over when it declares so from a day that has come; one that stays silent,
    or says "stay", leaves it where it was. See docs/rules/catalogue-versions.md.
    """
    found = version
    for number, declared, effective_from, id in _later(version.procedure_id):
        policy = declared.get(field, {})
        if number > version.number and policy.get("policy") == "follow":
            since = date.fromisoformat(policy["from"]) if policy.get("from") else effective_from
            # No version governs anything before it is in force itself.
            if max(since, effective_from) <= on:
                found = published(id)
    return found


def _later(procedure_id: UUID) -> list[tuple[int, dict[str, Any], date, UUID]]:
    rows = ProcedureVersion.objects.filter(procedure_id=procedure_id, published_at__isnull=False)
    fields = ("number", "in_flight", "effective_from", "id")
    return list(rows.exclude(in_flight={}).order_by("number").values_list(*fields))


@dataclass(frozen=True)
class VersionFacts:
    """A version in the history of its procedure; `in_flight` says by field what running dossiers follow."""

    id: UUID
    procedure_id: UUID
    number: int
    published_at: datetime
    effective_from: date
    label: str
    in_flight: dict[str, Any]


def versions_of(code: str) -> list[VersionFacts]:
    """Return the published versions of a procedure, the newest first."""
    fields = (
        "id",
        "procedure_id",
        "number",
        "published_at",
        "effective_from",
        "published_label",
        "in_flight",
    )
    rows = ProcedureVersion.objects.filter(procedure__code=code, published_at__isnull=False)
    return [VersionFacts(*row) for row in rows.order_by("-number").values_list(*fields)]


def content_of(version_id: UUID) -> dict[str, Any]:
    """Return what a version says, in the project's format as it was published."""
    found: dict[str, Any] = ProcedureVersion.objects.values_list("content", flat=True).get(id=version_id)
    return found


@dataclass(frozen=True)
class Listed:
    """A procedure in a list."""

    id: UUID
    code: str
    name_vi: str
    name_en: str
    domain_key: str
    domain_vi: str
    domain_en: str
    levels: tuple[str, ...]
    service_level: str
    run_by: str

    def name(self, language: str) -> str:
        """Return the name in `vi` or `en`."""
        return self.name_en if language == "en" and self.name_en else self.name_vi


def every_current(*, on: date) -> list[tuple[str, UUID]]:
    """Return (code, id of the version in force) of every procedure on a day, by code."""
    return list(_current(on).order_by("procedure__code").values_list("procedure__code", "id"))


def known_codes() -> set[str]:
    """Return the codes of all procedures that the catalogue has or had."""
    return set(Procedure.objects.values_list("code", flat=True))


def procedure_count(*, on: date) -> int:
    """Return how many procedures are in force on a day."""
    return _current(on).count()
