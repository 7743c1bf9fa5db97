"""Reading the catalogue: search, browse, and published versions as values."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Length

from motcua.catalogue.format import ProcedureRecord, read_procedure
from motcua.catalogue.models import ProcedureVersion
from motcua.kit.text import fold

# How alike a word must be before a mistyped query still finds it.
ALIKE = 0.55


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


_LISTED = (
    "id",
    "procedure__code",
    "name_vi",
    "name_en",
    "domain_key",
    "domain_vi",
    "domain_en",
    "levels",
    "service_level",
    "run_by",
)


def _listed(rows: QuerySet[ProcedureVersion]) -> list[Listed]:
    return [Listed(*(*row[:7], tuple(row[7]), *row[8:])) for row in rows.values_list(*_LISTED)]


def search(text: str, *, on: date, domain: str = "", level: str = "", most: int = 50) -> list[Listed]:
    """Find procedures by words in any order, without diacritics, or by code; the nearest first.

    When no procedure holds every word, words that are merely alike count, so that a mistyped word finds too.
    """
    rows = _current(on)
    if domain:
        rows = rows.filter(domain_key=domain)
    if level:
        rows = rows.filter(levels__contains=[level])
    words = fold(text).split()
    if not words:
        return _listed(rows.order_by("domain_vi", "name_vi")[:most])
    if found := _holding_all(rows, words, most):
        return found
    return _alike(rows, " ".join(words), most)


def _holding_all(rows: QuerySet[ProcedureVersion], words: list[str], most: int) -> list[Listed]:
    folded = " ".join(words)
    for word in words:
        rows = rows.filter(search_text__contains=f" {word}")
    # The name stands first in the text; what is asked for by its own name comes before what only mentions it,
    # and the plain case before its variants with longer names.
    rank = Case(
        When(search_text__startswith=f" {folded} ", then=Value(0)),
        When(search_text__contains=f" {folded} ", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return _listed(rows.annotate(rank=rank).order_by("rank", Length("name_vi"), "name_vi")[:most])


def _alike(rows: QuerySet[ProcedureVersion], folded: str, most: int) -> list[Listed]:
    likeness = TrigramWordSimilarity(folded, "search_text")
    rows = rows.annotate(likeness=likeness).filter(likeness__gte=ALIKE)
    return _listed(rows.order_by("-likeness", "name_vi")[:most])


def domains(*, on: date) -> list[tuple[str, str, str, int]]:
    """Return (key, Vietnamese, English, number of procedures) of each domain, by name."""
    rows = _current(on).values("domain_key", "domain_vi", "domain_en").annotate(n=Count("id"))
    found = rows.values_list("domain_key", "domain_vi", "domain_en", F("n"))
    # Folded here, because a database without Vietnamese collation puts Đ behind all other letters.
    return sorted(found, key=lambda row: fold(row[1]))


def procedure_count(*, on: date) -> int:
    """Return how many procedures are in force on a day."""
    return _current(on).count()
