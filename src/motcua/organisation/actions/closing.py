"""An office closes for a time and another one acts for it: its posts are delegated, with one act, and given back."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.organisation.actions.people import delegate, end_delegation
from motcua.organisation.events import OfficeClosed, OfficeReopened
from motcua.organisation.models import Absence, AgencyVersion, Delegation, Holding, Post
from motcua.organisation.queries import on_day
from motcua.organisation.queries.closures import acting_between
from motcua.rules.localday import local_day

# Longer than that it is no closure but a reorganisation.
_LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Reason:
    """Why an office cannot close as asked, with what fills the sentence."""

    code: str
    facts: tuple[tuple[str, Any], ...] = ()


class UnableToClose(Exception):
    """A closure is refused whole; `reasons` are all of them."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = tuple(reasons)


@transaction.atomic
def close_office(
    agency_id: UUID,
    *,
    acting: UUID,
    valid_from: date,
    valid_to: date,
    legal_basis: str,
    by: Actor,
    at: datetime,
) -> int:
    """Let people of another agency do the duties of every post that somebody holds, and return how many posts.

    Each post goes to a holder of the same function there who is not away in that time, evenly. Raises
    `UnableToClose` with all reasons: closure_act_missing, period_empty, period_past, same_office, period_long, acting_closed,
    acting_not_there,
    nothing_held, function_without_people, post_delegated_already.
    """
    reasons = _said(agency_id, acting, valid_from, valid_to, legal_basis, local_day(at))
    if reasons:
        raise UnableToClose(reasons)
    posts = _posts(agency_id, valid_from, valid_to)
    people = _people(acting, valid_from, valid_to)
    reasons = _reasons(posts, people, valid_from, valid_to)
    if reasons:
        raise UnableToClose(reasons)
    given: Counter[UUID] = Counter()
    for post in posts:
        # Evenly, and always alike: the least burdened first, then in the order of the posts.
        person = min(people[post.function], key=lambda holding: given[holding.user_id])
        given[person.user_id] += 1
        delegate(
            post,
            person.user,
            valid_from=valid_from,
            valid_to=valid_to,
            legal_basis=legal_basis.strip()[:240],
            by=by,
            at=at,
        )
    event = OfficeClosed(
        agency_id,
        acting=acting,
        valid_from=valid_from.isoformat(),
        valid_to=valid_to.isoformat(),
        posts=len(posts),
    )
    journal.record(event, by=by, at=at, agency_id=agency_id)
    return len(posts)


def _said(
    agency_id: UUID, acting: UUID, valid_from: date, valid_to: date, legal_basis: str, today: date
) -> list[Reason]:
    """Return what is wrong with the question itself."""
    reasons = []
    if not legal_basis.strip():
        reasons.append(Reason("closure_act_missing"))
    if valid_to <= valid_from:
        reasons.append(Reason("period_empty"))
    if valid_from < today:
        reasons.append(Reason("period_past"))
    if acting == agency_id:
        reasons.append(Reason("same_office"))
    if valid_to > valid_from + _LONGEST:
        reasons.append(Reason("period_long"))
    # Who acts is at work themselves: no circle of offices that act for each other.
    closed = Delegation.objects.filter(
        post__agency_id=acting, valid_from__lt=valid_to, valid_to__gt=valid_from
    )
    others = closed.exclude(user__holdings__post__agency_id=acting).exclude(valid_to=F("valid_from"))
    if others.exists():
        reasons.append(Reason("acting_closed"))
    whole = AgencyVersion.objects.filter(on_day(valid_from), agency_id=acting, outside=False)
    if not whole.exists():
        reasons.append(Reason("acting_not_there"))
    return reasons


def _posts(agency_id: UUID, valid_from: date, valid_to: date) -> list[Post]:
    """Lock and return the posts that somebody holds at some time of the period."""
    held = Holding.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=valid_from), post__agency_id=agency_id
    )
    held = held.filter(valid_from__lt=valid_to).exclude(valid_to=F("valid_from"))
    posts = Post.objects.select_for_update(no_key=True).filter(on_day(valid_from), agency_id=agency_id)
    return list(posts.filter(id__in=held.values("post_id")).order_by("key", "id"))


def _people(acting: UUID, valid_from: date, valid_to: date) -> dict[str, list[Holding]]:
    """Return who holds a post of each function there for the whole period and is never away in it."""
    away = Absence.objects.filter(valid_from__lt=valid_to, valid_to__gt=valid_from)
    away = away.exclude(valid_to=F("valid_from"))
    rows = Holding.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=valid_to),
        on_day(valid_from, "post__"),
        post__agency_id=acting,
        valid_from__lte=valid_from,
        user__is_active=True,
    ).exclude(user__in=away.values("user_id"))
    found: dict[str, list[Holding]] = defaultdict(list)
    for holding in rows.select_related("user", "post").order_by("post__key", "id"):
        found[holding.post.function].append(holding)
    return found


def _reasons(
    posts: list[Post], people: dict[str, list[Holding]], valid_from: date, valid_to: date
) -> list[Reason]:
    if not posts:
        return [Reason("nothing_held")]
    lacking = sorted({post.function for post in posts} - people.keys())
    reasons = [Reason("function_without_people", (("function", function),)) for function in lacking]
    others = Delegation.objects.filter(post__in=posts, valid_from__lt=valid_to)
    others = others.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=valid_from))
    titles = others.exclude(valid_to=F("valid_from")).order_by("post__key", "valid_from")
    for title in dict.fromkeys(titles.values_list("post__title_vi", flat=True)):
        reasons.append(Reason("post_delegated_already", (("post", title),)))
    return reasons


@transaction.atomic
def reopen_office(agency_id: UUID, *, valid_from: date, by: Actor, at: datetime) -> int:
    """End the closure that began or begins on a day, today; return how many posts are with their holders again.

    Raises `UnableToClose`: not_closed.
    """
    today = local_day(at)
    list(Post.objects.select_for_update(no_key=True).filter(agency_id=agency_id).order_by("id"))
    rows = [
        row
        for row in acting_between([agency_id], on=today)
        if row.agency_id == agency_id and row.valid_from == valid_from
    ]
    if not rows:
        raise UnableToClose([Reason("not_closed")])
    for row in rows:
        end_delegation(row.delegation_id, by=by, at=at)
    event = OfficeReopened(
        agency_id,
        valid_from=valid_from.isoformat(),
        valid_to=max(today, valid_from).isoformat(),
        posts=len(rows),
    )
    journal.record(event, by=by, at=at, agency_id=agency_id)
    return len(rows)
