"""People in posts on a day: their duties, who holds what, who is away, who acts for whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q

from motcua.accounts.models import User
from motcua.kit import sql
from motcua.organisation.models import Absence, Delegation


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
