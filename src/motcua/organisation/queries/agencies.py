"""Agencies, their desks and the territories as they are on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from motcua.organisation.models import Agency, AgencyVersion, OneStopDesk, Territory
from motcua.organisation.queries.in_memory import in_memory


def on_day(day: date, prefix: str = "") -> Q:
    """Return the condition that a dated row holds on `day`."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
    )


@dataclass(frozen=True)
class AgencyFacts:
    """An agency as it is on a day."""

    id: UUID
    key: str
    name_vi: str
    name_en: str
    short_vi: str
    kind: str
    level: str
    parent_id: UUID | None
    territory_code: str
    code: str
    number_template: str
    outside: bool

    def name(self, language: str) -> str:
        """Return the name in `vi` or `en`."""
        return self.name_en if language == "en" and self.name_en else self.name_vi


_FIELDS = (
    "agency_id",
    "agency__key",
    "name_vi",
    "name_en",
    "short_vi",
    "kind",
    "level",
    "parent_id",
    "territory_code",
    "code_qd20",
    "number_template",
    "outside",
)


def _facts(rows: QuerySet[AgencyVersion]) -> list[AgencyFacts]:
    return [AgencyFacts(*row) for row in rows.values_list(*_FIELDS)]


def agency_facts(agency_id: UUID, *, on: date) -> AgencyFacts:
    """Return an agency as it is on a day; before its first or after its last day, as it was nearest to it."""
    versions = AgencyVersion.objects.filter(agency_id=agency_id)
    for rows in (versions.filter(on_day(on)), versions.order_by("-valid_from")):
        if found := _facts(rows[:1]):
            return found[0]
    raise Agency.DoesNotExist(agency_id)


def agencies_facts(ids: Iterable[UUID], *, on: date) -> dict[UUID, AgencyFacts]:
    """Return several agencies as they are on a day, by id, in one query."""
    rows = AgencyVersion.objects.filter(on_day(on), agency_id__in=set(ids))
    return {facts.id: facts for facts in _facts(rows)}


def agencies(*, on: date, level: str | None = None, kind: str | None = None) -> list[AgencyFacts]:
    """Return the living agencies of a day, by name."""
    rows = AgencyVersion.objects.filter(on_day(on)).order_by("search_text")
    if level:
        rows = rows.filter(level=level)
    if kind:
        rows = rows.filter(kind=kind)
    return _facts(rows)


def agency_by_key(key: str) -> UUID | None:
    """Return the id of the agency with this key; whatever somebody typed in its place finds none."""
    if "\0" in key:
        return None
    return Agency.objects.filter(key=key).values_list("id", flat=True).first()


# How a process names a partner: one agency by its key, or what is nearest of a kind.
_NEAREST = "near:"
SAME = "same"


def partner_of(
    partner: str, agency_id: UUID | None, *, on: date, procedure_id: UUID | None = None
) -> AgencyFacts | None:
    """Return the agency that a process names as partner of an agency on a day; None where there is none.

    `same` is the agency itself; `near:<kind>` the one of that kind at the same territory, else below the same parent,
    else the only one of its kind; anything else is the key of an agency, or of one that it followed. What a partner
    is asked for may have been given to another one by act where the agency works: `procedure_id` says what that is.
    """
    if agency_id is None:
        return None
    if partner == SAME:
        return agency_facts(agency_id, on=on)
    if partner.startswith(_NEAREST):
        named = _nearest(partner.removeprefix(_NEAREST), agency_id, on)
        found = named.id if named else None
    else:
        found = agency_by_key(partner)
        named = agencies_facts([found], on=on).get(found) if found else None
    if found is None or (named is not None and procedure_id is None):
        return named
    standing = in_memory().standing
    work = standing.agencies.on(agency_id, on) or next(reversed(standing.agencies.all_of(agency_id)), None)
    acting = standing.acting_for(
        found, procedure_id, standing.where(work.place if work else "", on=on), on=on
    )
    return agencies_facts([acting], on=on).get(acting) if acting else None


def _nearest(kind: str, agency_id: UUID, on: date) -> AgencyFacts | None:
    own = agency_facts(agency_id, on=on)
    found = agencies(on=on, kind=kind)
    for close in (
        [row for row in found if row.territory_code and row.territory_code == own.territory_code],
        [row for row in found if row.parent_id == agency_id],
        [row for row in found if row.parent_id is not None and row.parent_id == own.parent_id],
        found,
    ):
        if len(close) == 1:
            return close[0]
    return None


def code_is_ours(code: str) -> bool:
    """Tell whether an agency here has, had or will have this code; codes are never given twice."""
    return AgencyVersion.objects.filter(code_qd20=code).exists()


def desk_of(agency_id: UUID, *, on: date) -> OneStopDesk | None:
    """Return the one-stop desk of an agency on a day."""
    return OneStopDesk.objects.filter(on_day(on), agency_id=agency_id).order_by("valid_from").first()


def province_name(*, on: date) -> str:
    """Return the name of the province that runs here, as its People's Committee is called."""
    row = AgencyVersion.objects.filter(on_day(on), kind=AgencyVersion.Kind.PROVINCE).first()
    return row.name_vi if row else ""


def provinces(*, on: date) -> list[tuple[str, str]]:
    """Return (code, name) of every province of the country on a day."""
    rows = Territory.objects.filter(on_day(on), kind="province").order_by("name")
    return list(rows.values_list("code", "name"))


def territories_below(codes: Iterable[str], *, on: date) -> list[tuple[str, str]]:
    """Return (code, name) of the territories that lie directly in these on a day, by name."""
    rows = Territory.objects.filter(on_day(on), parent_code__in={code for code in codes if code})
    return list(rows.order_by("name", "code").values_list("code", "name"))
