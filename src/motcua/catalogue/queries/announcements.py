"""Reading the register of decisions that announce procedures."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from motcua.catalogue.models import Announced, Announcement, ProcedureVersion
from motcua.rules.announcement import Announcement as Dates

KINDS = tuple(Announced.Kind.values)


@dataclass(frozen=True)
class AnnouncementFacts:
    """A decision as the register has it, with the codes it announces by kind, each in order."""

    id: UUID
    number: str
    issued_by: str
    level: str
    signed_on: date
    effective_on: date
    shortened: bool
    entered_on: date | None
    recorded_at: datetime
    recorded_label: str
    procedures: dict[str, tuple[str, ...]]

    @property
    def dates(self) -> Dates:
        """The days as the rule judges them."""
        return Dates(self.level, self.signed_on, self.effective_on, self.shortened, self.entered_on)

    @property
    def count(self) -> int:
        """How many procedures it announces."""
        return sum(len(codes) for codes in self.procedures.values())


_FIELDS = (
    "id",
    "number",
    "issued_by",
    "level",
    "signed_on",
    "effective_on",
    "shortened",
    "entered_on",
    "recorded_at",
    "recorded_label",
)


def announcements(*, first: int = 0, size: int = 50) -> list[AnnouncementFacts]:
    """Return decisions, the one signed last first."""
    return _facts(Announcement.objects.order_by("-signed_on", "-id"), first, size)


def announcement(announcement_id: UUID) -> AnnouncementFacts | None:
    """Return one decision, or None."""
    return next(iter(_facts(Announcement.objects.filter(id=announcement_id), 0, 1)), None)


def announcements_of(code: str) -> list[AnnouncementFacts]:
    """Return the decisions that announce a procedure, the one signed last first."""
    rows = Announcement.objects.filter(procedures__code=code).order_by("-signed_on", "-id")
    return _facts(rows, 0, 100)


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Return the Vietnamese name of each procedure that is in the catalogue, by code: that of its newest version."""
    rows = ProcedureVersion.objects.filter(procedure__code__in=set(codes), published_at__isnull=False)
    return dict(rows.order_by("number").values_list("procedure__code", "name_vi"))


def _facts(rows: QuerySet[Announcement], first: int, size: int) -> list[AnnouncementFacts]:
    found = list(rows.values_list(*_FIELDS)[first : first + size])
    by_kind: dict[UUID, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    listed = Announced.objects.filter(announcement_id__in=[row[0] for row in found]).order_by("code")
    for announcement_id, kind, code in listed.values_list("announcement_id", "kind", "code"):
        by_kind[announcement_id][kind].append(code)
    return [
        AnnouncementFacts(*(*row, {kind: tuple(codes) for kind, codes in _in_order(by_kind[row[0]])}))
        for row in found
    ]


def _in_order(by_kind: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    return [(kind, by_kind[kind]) for kind in KINDS if kind in by_kind]
