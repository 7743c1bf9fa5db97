"""Reading the organisation as it is on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q, QuerySet

from motcua.accounts.models import User
from motcua.kit import sql
from motcua.organisation.models import Absence, Agency, AgencyVersion, Delegation, OneStopDesk, Territory


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


def partner_of(partner: str, agency_id: UUID | None, *, on: date) -> AgencyFacts | None:
    """Return the agency that a process names as partner of an agency on a day; None where there is none.

    `same` is the agency itself; `near:<kind>` the one of that kind at the same territory, else below the same parent,
    else the only one of its kind; anything else is the key of an agency.
    """
    if agency_id is None:
        return None
    if partner == SAME:
        return agency_facts(agency_id, on=on)
    if not partner.startswith(_NEAREST):
        key = agency_by_key(partner)
        return agencies_facts([key], on=on).get(key) if key else None
    own = agency_facts(agency_id, on=on)
    found = agencies(on=on, kind=partner.removeprefix(_NEAREST))
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


@dataclass(frozen=True)
class Duty:
    """One role that a person has over an agency through a post."""

    role: str
    agency_id: UUID
    post_id: UUID
    function: str
    title_vi: str
    title_en: str
    post_agency_id: UUID


# By hand, because every page of the desk begins with it.
_DUTIES = """
SELECT DISTINCT g.role, g.agency_id, p.id, p.function, p.title_vi, p.title_en, p.agency_id
FROM (
  SELECT post_id, valid_from, valid_to FROM organisation_holding WHERE user_id = %(user)s
  UNION ALL
  SELECT post_id, valid_from, valid_to FROM organisation_delegation WHERE user_id = %(user)s
) AS held
JOIN organisation_post p ON p.id = held.post_id
JOIN organisation_grant g ON g.post_id = p.id
WHERE held.valid_from <= %(day)s AND (held.valid_to IS NULL OR held.valid_to > %(day)s)
  AND p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to > %(day)s)
  AND g.valid_from <= %(day)s AND (g.valid_to IS NULL OR g.valid_to > %(day)s)
"""


def duties_of(user: User, *, on: date) -> tuple[Duty, ...]:
    """Return the roles of a person on a day: by the posts held, and by delegation."""
    if not user.is_staff_member:
        return ()
    return tuple(Duty(*row) for row in sql.rows(_DUTIES, {"user": user.id, "day": on}))


@dataclass(frozen=True)
class Holder:
    """A person in a post."""

    user_id: UUID
    name: str
    post_id: UUID
    title_vi: str
    title_en: str
    # On the day that was asked for.
    away: bool = False


# By hand, because every step of every dossier asks it.
_HOLDERS = """
SELECT u.id, u.full_name, p.id, p.title_vi, p.title_en, EXISTS (
  SELECT 1 FROM organisation_absence a
  WHERE a.user_id = u.id AND a.valid_from <= %(day)s AND a.valid_to > %(day)s) AS away
FROM organisation_post p
LEFT JOIN organisation_holding h ON h.post_id = p.id
  AND h.valid_from <= %(day)s AND (h.valid_to IS NULL OR h.valid_to > %(day)s)
LEFT JOIN organisation_delegation d ON d.post_id = p.id
  AND d.valid_from <= %(day)s AND (d.valid_to IS NULL OR d.valid_to > %(day)s)
JOIN accounts_user u ON u.id = COALESCE(d.user_id, h.user_id)
WHERE p.agency_id = %(agency)s AND p.function = %(function)s
  AND p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to > %(day)s)
ORDER BY p.key
"""


def holders(agency_id: UUID, function: str, *, on: date) -> list[Holder]:
    """Return who fills a function in an agency on a day, also who is away; a delegate stands in for the holder."""
    known = {"agency": agency_id, "function": function, "day": on}
    return [Holder(*row) for row in sql.rows(_HOLDERS, known)]


@dataclass(frozen=True)
class PostFacts:
    """A post of an agency on a day: who holds it, and who does its duties if that is another."""

    id: UUID
    title_vi: str
    title_en: str
    function: str
    holder_id: UUID | None
    holder_name: str
    delegate_id: UUID | None


_POSTS = """
SELECT p.id, p.title_vi, p.title_en, p.function, h.user_id, COALESCE(u.full_name, ''), d.user_id
FROM organisation_post p
LEFT JOIN organisation_holding h ON h.post_id = p.id
  AND h.valid_from <= %(day)s AND (h.valid_to IS NULL OR h.valid_to > %(day)s)
LEFT JOIN organisation_delegation d ON d.post_id = p.id
  AND d.valid_from <= %(day)s AND (d.valid_to IS NULL OR d.valid_to > %(day)s)
LEFT JOIN accounts_user u ON u.id = h.user_id
WHERE p.agency_id = ANY(%(agencies)s) AND p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to > %(day)s)
ORDER BY p.title_vi, p.key, p.id
"""


def posts_of(agencies: Iterable[UUID], *, on: date) -> list[PostFacts]:
    """Return the posts of these agencies on a day with who is in them, by title."""
    return [PostFacts(*row) for row in sql.rows(_POSTS, {"agencies": list(set(agencies)), "day": on})]


_HOLDERS_OF = """
SELECT DISTINCT ON (p.title_vi, p.key, u.id) u.id, u.full_name, p.id, p.title_vi, p.title_en
FROM organisation_post p
JOIN (
  SELECT post_id, user_id, valid_from, valid_to FROM organisation_holding
  UNION ALL
  SELECT post_id, user_id, valid_from, valid_to FROM organisation_delegation
) AS held ON held.post_id = p.id AND held.valid_from <= %(day)s AND (held.valid_to IS NULL OR held.valid_to > %(day)s)
JOIN accounts_user u ON u.id = held.user_id
JOIN organisation_grant g ON g.post_id = p.id
  AND g.valid_from <= %(day)s AND (g.valid_to IS NULL OR g.valid_to > %(day)s)
WHERE p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to > %(day)s)
  AND (p.function = %(function)s OR (g.role = %(role)s AND g.agency_id = ANY(%(agencies)s)))
ORDER BY p.title_vi, p.key, u.id
"""


def holders_anywhere(function: str, *, role: str, over: Iterable[UUID], on: date) -> list[Holder]:
    """Return who is in a post of this function, or of this role over one of these agencies, wherever the post is.

    Who was given a post for a while counts as its holder does; posts stand in the order of their titles.
    """
    known = {"function": function, "role": role, "agencies": list(set(over)), "day": on}
    return [Holder(*row) for row in sql.rows(_HOLDERS_OF, known)]


@dataclass(frozen=True)
class AbsenceFacts:
    """An absence with whose it is; `valid_to` is the day on which they are back."""

    id: UUID
    user_id: UUID
    name: str
    valid_from: date
    valid_to: date


def absences_of(people: Iterable[UUID], *, on: date) -> list[AbsenceFacts]:
    """Return the absences of these people that run on a day or come later, the nearest first."""
    rows = Absence.objects.filter(user__in=set(people), valid_to__gt=on).exclude(valid_to=F("valid_from"))
    fields = ("id", "user_id", "user__full_name", "valid_from", "valid_to")
    return [AbsenceFacts(*row) for row in rows.order_by("valid_from", "id").values_list(*fields)]


def away_until(people: Iterable[UUID], *, on: date) -> dict[UUID, date]:
    """Return of these people who is away on a day, each with the day on which they are back."""
    rows = Absence.objects.filter(user__in=set(people), valid_from__lte=on, valid_to__gt=on)
    return dict(rows.values_list("user_id", "valid_to"))


@dataclass(frozen=True)
class DelegationFacts:
    """A delegation of a post's duties: to whom, from when until the day on which it is over."""

    id: UUID
    post_id: UUID
    title_vi: str
    title_en: str
    user_id: UUID
    name: str
    valid_from: date
    valid_to: date | None
    legal_basis: str


_DELEGATION = (
    "id", "post_id", "post__title_vi", "post__title_en", "user_id", "user__full_name", "valid_from", "valid_to",
    "legal_basis",
)  # fmt: skip


def delegations_of(posts: Iterable[UUID], *, on: date) -> list[DelegationFacts]:
    """Return the delegations of these posts that run on a day or come later, the nearest first."""
    rows = Delegation.objects.filter(post__in=set(posts))
    rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).exclude(valid_to=F("valid_from"))
    return [DelegationFacts(*row) for row in rows.order_by("valid_from", "id").values_list(*_DELEGATION)]
