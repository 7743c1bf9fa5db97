"""Reading the restructuring register: its lines, and the totals of each year."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from motcua.organisation.models import Restructuring

# The grounds on which staff is streamlined, by the policies of NĐ 29/2023 and those before and after it.
GROUNDS = (
    "early_retirement",
    "moved_out",
    "left_at_once",
    "left_after_training",
    "lower_position",
    "other",
)
KINDS = tuple(Restructuring.Kind.values)


@dataclass(frozen=True)
class RegisterLine:
    """A line of the register as a page shows it."""

    id: UUID
    kind: str
    title: str
    legal_basis: str
    effective_on: date
    reorganisation_id: UUID | None
    units_before: int
    units_after: int
    posts_before: int
    posts_after: int
    cases: int
    ground: str
    note: str
    entered_at: datetime
    entered_label: str
    struck_at: datetime | None
    struck_reason: str

    @property
    def units_saved(self) -> int:
        """How many units fewer there are."""
        return self.units_before - self.units_after

    @property
    def posts_saved(self) -> int:
        """How many posts fewer there are."""
        return self.posts_before - self.posts_after


@dataclass(frozen=True)
class YearTotals:
    """What the standing lines of a year come to; saved is before less after."""

    year: int
    lines: int
    units_saved: int
    posts_saved: int
    cases: int


_FIELDS = tuple(RegisterLine.__dataclass_fields__)


def _lines(year: int | None, kind: str) -> QuerySet[Restructuring]:
    rows = Restructuring.objects.all()
    if year is not None:
        rows = rows.filter(effective_on__year=year)
    return rows.filter(kind=kind) if kind else rows


def register_lines(
    *, year: int | None = None, kind: str = "", first: int = 0, size: int = 50
) -> list[RegisterLine]:
    """Return lines of the register, the latest day first, struck ones among them."""
    rows = _lines(year, kind).order_by("-effective_on", "-entered_at", "id")
    return [RegisterLine(*row) for row in rows.values_list(*_FIELDS)[first : first + size]]


def register_line(line_id: UUID) -> RegisterLine | None:
    """Return one line, None where there is none."""
    row = Restructuring.objects.filter(id=line_id).values_list(*_FIELDS).first()
    return RegisterLine(*row) if row else None


def register_years() -> list[YearTotals]:
    """Return the totals of each year, the latest first; what was struck out counts nowhere."""
    rows = (
        Restructuring.objects.annotate(year=ExtractYear("effective_on"))
        .values("year")
        .annotate(
            lines=Count("id", filter=Q(struck_at__isnull=True)),
            units=Sum(F("units_before") - F("units_after"), filter=Q(struck_at__isnull=True), default=0),
            posts=Sum(F("posts_before") - F("posts_after"), filter=Q(struck_at__isnull=True), default=0),
            cases_of_year=Sum("cases", filter=Q(struck_at__isnull=True), default=0),
        )
        .order_by("-year")
        .values_list("year", "lines", "units", "posts", "cases_of_year")
    )
    return [YearTotals(*row) for row in rows]
