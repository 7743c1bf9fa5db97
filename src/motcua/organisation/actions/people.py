"""Creating posts, filling them, absences, and acting for another."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from motcua.accounts.models import User
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.organisation.events import AbsenceEnded, AbsenceNoted, DelegationEnded, PostCreated, PostFilled
from motcua.organisation.models import Absence, Agency, Delegation, Grant, Holding, Post
from motcua.organisation.queries import on_day
from motcua.rules.localday import local_day


@transaction.atomic
def create_post(
    agency: Agency,
    *,
    key: str,
    function: str,
    title_vi: str,
    title_en: str,
    roles: Iterable[str],
    valid_from: date,
    by: Actor,
    at: datetime,
    legal_basis: str = "",
) -> Post:
    """Create a post in an agency and grant it roles over that agency."""
    post = Post.objects.create(
        agency=agency,
        key=key,
        function=function,
        title_vi=title_vi,
        title_en=title_en,
        valid_from=valid_from,
        legal_basis=legal_basis,
    )
    granted = tuple(roles)
    Grant.objects.bulk_create(
        Grant(role=role, agency=agency, post=post, valid_from=valid_from, legal_basis=legal_basis)
        for role in granted
    )
    journal.record(PostCreated(post.id, function=function, roles=granted), by=by, at=at, agency_id=agency.id)
    return post


@transaction.atomic
def appoint(post: Post, user: User, *, valid_from: date, by: Actor, at: datetime) -> Holding:
    """Put a person into a post from a day on; whoever held it leaves it that day."""
    Holding.objects.filter(post=post, valid_to__isnull=True, valid_from__lt=valid_from).update(
        valid_to=valid_from
    )
    holding = Holding.objects.create(post=post, user=user, valid_from=valid_from)
    event = PostFilled(post.id, user=user.id, delegated=False)
    journal.record(event, by=by, at=at, agency_id=post.agency_id)
    return holding


@transaction.atomic
def delegate(
    post: Post, user: User, *, valid_from: date, valid_to: date, legal_basis: str, by: Actor, at: datetime
) -> Delegation:
    """Let a person do a post's duties for a period; the journal keeps both."""
    delegation = Delegation.objects.create(
        post=post, user=user, valid_from=valid_from, valid_to=valid_to, legal_basis=legal_basis
    )
    event = PostFilled(post.id, user=user.id, delegated=True)
    journal.record(event, by=by, at=at, agency_id=post.agency_id)
    return delegation


class UnableToArrange(Exception):
    """An absence or a delegation is refused; `code` says why, and `facts` fill the sentence for it."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@transaction.atomic
def note_absence(user_id: UUID, *, valid_from: date, valid_to: date, by: Actor, at: datetime) -> UUID:
    """Note that a person is away from a day until the day they are back; return the id of the absence.

    What they have open stays with them. Raises `UnableToArrange`: period_empty, period_past, absence_overlaps.
    """
    _check_period(valid_from, valid_to, local_day(at))
    # One at a time for each person; the constraint says the same, but not in words.
    User.objects.select_for_update(no_key=True).get(id=user_id)
    others = Absence.objects.filter(user_id=user_id, valid_from__lt=valid_to, valid_to__gt=valid_from)
    if others.exclude(valid_to=F("valid_from")).exists():
        raise UnableToArrange("absence_overlaps")
    made = Absence.objects.create(
        user_id=user_id, valid_from=valid_from, valid_to=valid_to, entered_at=at, entered_by=by.id
    )
    event = AbsenceNoted(user_id, valid_from=valid_from.isoformat(), valid_to=valid_to.isoformat())
    journal.record(event, by=by, at=at)
    return made.id


def _check_period(valid_from: date, valid_to: date, today: date) -> None:
    if valid_to <= valid_from:
        raise UnableToArrange("period_empty")
    if valid_from < today:
        # What was assigned on a day that has passed was assigned to somebody who was there.
        raise UnableToArrange("period_past")


@transaction.atomic
def end_absence(absence_id: UUID, *, by: Actor, at: datetime) -> None:
    """Let a person be back today; one that has not begun yet is cancelled. `UnableToArrange`: over_already."""
    row = Absence.objects.select_for_update(no_key=True).filter(id=absence_id).first()
    today = local_day(at)
    if row is None or row.valid_to <= max(today, row.valid_from):
        raise UnableToArrange("over_already")
    row.valid_to = max(today, row.valid_from)
    row.save(update_fields=["valid_to"])
    event = AbsenceEnded(row.user_id, valid_to=row.valid_to.isoformat())
    journal.record(event, by=by, at=at)


@transaction.atomic
def arrange_delegation(
    post_id: UUID,
    user_id: UUID,
    *,
    valid_from: date,
    valid_to: date,
    legal_basis: str,
    by: Actor,
    at: datetime,
) -> UUID:
    """Let a colleague do a post's duties for a period, after asking all that must hold; return the delegation's id.

    Raises `UnableToArrange`: period_empty, period_past, not_a_colleague (holds no post of the agency on the first
    day), holds_the_post, delegate_away (at some time of the period), delegated_already.
    """
    _check_period(valid_from, valid_to, local_day(at))
    post = Post.objects.select_for_update(no_key=True).get(id=post_id)
    held = Holding.objects.filter(on_day(valid_from), user_id=user_id)
    if not held.filter(post__agency_id=post.agency_id).exists():
        raise UnableToArrange("not_a_colleague")
    if held.filter(post=post).exists():
        raise UnableToArrange("holds_the_post")
    away = Absence.objects.filter(user_id=user_id, valid_from__lt=valid_to, valid_to__gt=valid_from)
    if away.exclude(valid_to=F("valid_from")).exists():
        raise UnableToArrange("delegate_away")
    others = Delegation.objects.filter(post=post, valid_from__lt=valid_to)
    others = others.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=valid_from))
    if others.exclude(valid_to=F("valid_from")).exists():
        raise UnableToArrange("delegated_already")
    user = User.objects.get(id=user_id)
    made = delegate(
        post, user, valid_from=valid_from, valid_to=valid_to, legal_basis=legal_basis, by=by, at=at
    )
    return made.id


@transaction.atomic
def end_delegation(delegation_id: UUID, *, by: Actor, at: datetime) -> None:
    """Let a delegation be over today; one that has not begun yet is cancelled. `UnableToArrange`: over_already."""
    row = Delegation.objects.select_for_update(no_key=True, of=("self",)).select_related("post")
    found = row.filter(id=delegation_id).first()
    today = local_day(at)
    if found is None or (found.valid_to is not None and found.valid_to <= max(today, found.valid_from)):
        raise UnableToArrange("over_already")
    found.valid_to = max(today, found.valid_from)
    found.save(update_fields=["valid_to"])
    event = DelegationEnded(found.post_id, user=found.user_id, valid_to=found.valid_to.isoformat())
    journal.record(event, by=by, at=at, agency_id=found.post.agency_id)
