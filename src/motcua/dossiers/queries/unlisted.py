"""Reading attempts to get papers that a procedure does not list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncMonth

from motcua.dossiers.models import UnlistedPaperAttempt
from motcua.rules.localday import ZONE, at_local


@dataclass(frozen=True)
class AttemptCount:
    """How many papers beyond the list somebody asked for, for one procedure in one month (its first day)."""

    month: date
    officer: str
    code: str
    name_vi: str
    name_en: str
    count: int


@dataclass(frozen=True)
class Attempt:
    """One paper beyond the list that was asked for."""

    at: datetime
    officer: str
    occasion: str
    name: str
    dossier_id: UUID
    number: str
    code: str
    agency_id: UUID


def _of(agencies: Collection[UUID] | None) -> QuerySet[UnlistedPaperAttempt]:
    rows = UnlistedPaperAttempt.objects.all()
    return rows if agencies is None else rows.filter(agency_id__in=agencies)


def attempt_counts(agencies: Collection[UUID] | None, *, since: date, most: int = 200) -> list[AttemptCount]:
    """Count attempts at these agencies (None: everywhere) since a local day, the newest month first.

    By month, officer and procedure; the months are those of Viet Nam.
    """
    rows = (
        _of(agencies)
        .filter(at__gte=at_local(since, time(0)))
        .annotate(month=TruncMonth("at", tzinfo=ZONE))
        .values("month", "by", "dossier__procedure__code")
        # One person, although the post in the label changed within the month.
        .annotate(
            officer=Max("label"),
            name_vi=Max("dossier__version__name_vi"),
            name_en=Max("dossier__version__name_en"),
            count=Count("id"),
        )
        .order_by("-month", "-count", "officer", "dossier__procedure__code")
    )
    fields = ("month", "officer", "dossier__procedure__code", "name_vi", "name_en", "count")
    return [AttemptCount(row[0].date(), *row[1:]) for row in rows.values_list(*fields)[:most]]


def attempts(agencies: Collection[UUID] | None, *, first: int = 0, size: int = 25) -> list[Attempt]:
    """Return a page of attempts at these agencies (None: everywhere), the newest first."""
    fields = (
        "at", "label", "occasion", "name", "dossier_id", "dossier__number", "dossier__procedure__code", "agency_id"
    )  # fmt: skip
    rows = _of(agencies).order_by("-at", "-id").values_list(*fields)
    return [Attempt(*row) for row in rows[first : first + size]]
