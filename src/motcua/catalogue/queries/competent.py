"""What the published versions say of who is competent, for those who keep it in memory."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from motcua.catalogue.models import ProcedureVersion
from motcua.kit import sql

# The number grows with every publication and withdrawal; the transaction that wrote it tells one that was rolled
# back from the next, and the newest version two databases that have come equally far.
_REVISION: Final = """
SELECT (SELECT (number, xmin::text) FROM catalogue_cataloguerevision WHERE id = 1)::text,
       (SELECT id FROM catalogue_procedureversion ORDER BY id DESC LIMIT 1)
"""


@dataclass(frozen=True, slots=True)
class VersionInForce:
    """Since when a published version is in force, and since when its procedure is withdrawn."""

    id: UUID
    procedure_id: UUID
    code: str
    number: int
    effective_from: date
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class SaidOfCompetence:
    """Who is competent as a version says: (key of an agency, level) each, and names as a foreign source has them."""

    foreign: bool
    competent: tuple[tuple[str | None, str | None], ...]
    executing: tuple[str, ...]


def catalogue_revision() -> tuple[object, ...]:
    """Return what every change of what is in force makes another."""
    return sql.row(_REVISION, ()) or ()


def versions_in_force() -> list[VersionInForce]:
    """Return every published version of every procedure."""
    rows = ProcedureVersion.objects.filter(published_at__isnull=False).order_by("procedure_id", "number")
    fields = ("id", "procedure_id", "procedure__code", "number", "effective_from", "procedure__withdrawn_on")
    return [VersionInForce(*row) for row in rows.values_list(*fields).iterator()]


def said_of_competence(*, known: Container[UUID]) -> dict[UUID, SaidOfCompetence]:
    """Return what each published version says that is not among the known ones."""
    rows = ProcedureVersion.objects.filter(published_at__isnull=False)
    ids = [id for id in rows.values_list("id", flat=True) if id not in known]
    fields = ("id", "content__origin", "content__competent", "content__agencies__executing")
    found = ProcedureVersion.objects.filter(id__in=ids).values_list(*fields)
    return {
        id: SaidOfCompetence(
            origin is not None,
            tuple((row.get("agency"), row.get("level")) for row in competent or ()),
            tuple(executing or ()),
        )
        for id, origin, competent, executing in found.iterator(chunk_size=500)
    }
