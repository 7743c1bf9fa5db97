"""Establishing agencies, creating posts, filling them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from motcua.accounts.models import User
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit.text import fold
from motcua.organisation.events import (
    AbsenceEnded,
    AbsenceNoted,
    AgencyEstablished,
    DelegationEnded,
    PostCreated,
    PostFilled,
    TerritoriesRegistered,
)
from motcua.organisation.models import (
    Absence,
    Agency,
    AgencyVersion,
    Delegation,
    Grant,
    Holding,
    OneStopDesk,
    Post,
    Territory,
)
from motcua.organisation.queries import on_day
from motcua.rules.localday import local_day
from motcua.rules.numbering import NumberTemplate

# What callers above the interfaces' line call an agency that they were given.
AgencyRef = Agency


@dataclass(frozen=True)
class Establishment:
    """What an agency is when it begins."""

    key: str
    name_vi: str
    kind: str
    level: str
    valid_from: date
    valid_to: date | None = None
    name_en: str = ""
    short_vi: str = ""
    parent: Agency | None = None
    territory_code: str = ""
    code_qcvn102: str = ""
    code_qd20: str = ""
    number_template: str = "{agency}-{date:%y%m%d}-{seq:04}"
    legal_basis: str = ""
    outside: bool = False


@transaction.atomic
def establish_agency(plan: Establishment, *, by: Actor, at: datetime) -> Agency:
    """Establish an agency with its first dated version; a bad number template is refused by its rule."""
    NumberTemplate.parse(plan.number_template)
    agency = Agency.objects.create(key=plan.key)
    AgencyVersion.objects.create(
        agency=agency,
        search_text=fold(plan.name_vi)[:240],
        **{name: getattr(plan, name) for name in plan.__dataclass_fields__ if name != "key"},
    )
    event = AgencyEstablished(
        agency.id,
        key=plan.key,
        valid_from=plan.valid_from.isoformat(),
        valid_to=plan.valid_to.isoformat() if plan.valid_to else None,
    )
    journal.record(event, by=by, at=at, agency_id=agency.id)
    return agency


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


def open_desk(
    agency: Agency, *, name_vi: str, name_en: str, address: str, phone: str, valid_from: date
) -> OneStopDesk:
    """Open a one-stop desk of an agency."""
    return OneStopDesk.objects.create(
        agency=agency, name_vi=name_vi, name_en=name_en, address=address, phone=phone, valid_from=valid_from
    )


@dataclass(frozen=True)
class TerritoryData:
    """A province or commune by its official code."""

    code: str
    name: str
    name_en: str
    kind: str
    parent_code: str


@transaction.atomic
def register_territories(
    rows: Iterable[TerritoryData], *, valid_from: date, legal_basis: str, by: Actor, at: datetime
) -> int:
    """Register territories from a day on; return how many."""
    made = Territory.objects.bulk_create(
        Territory(
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            kind=row.kind,
            parent_code=row.parent_code,
            valid_from=valid_from,
            legal_basis=legal_basis,
        )
        for row in rows
    )
    if made:
        event = TerritoriesRegistered(made[0].id, count=len(made), legal_basis=legal_basis)
        journal.record(event, by=by, at=at)
    return len(made)
