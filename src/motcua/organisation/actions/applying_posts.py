"""Posts, the people in them and their roles change on the day of a reorganisation."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Greatest

from motcua.accounts.models import User
from motcua.journal import actions as journal
from motcua.journal.events import SYSTEM, JournalEvent
from motcua.kit import sql
from motcua.organisation.events import PostCreated, PostFilled
from motcua.organisation.models import Grant, Holding, Post, PostSuccession, Reorganisation
from motcua.organisation.queries import on_day
from motcua.rules.reorganisation import Outcome, Plan, PostChange

_BATCH = 5000
_Key = tuple[UUID, str]


def change_posts(
    row: Reorganisation,
    plan: Plan,
    outcome: Outcome,
    agencies: Mapping[str, UUID],
    heirs: Mapping[UUID, list[UUID]],
    *,
    at: datetime,
) -> None:
    """End the posts of what ends, create and fill those of the plan, and say which follows which.

    `heirs` says who follows an agency: roles that other posts had over one that ends go over to them.
    """
    day = plan.effective
    ended = [agencies[key] for key in outcome.ended]
    before = {
        (post.agency_id, post.key): post
        for post in Post.objects.filter(on_day(day), agency_id__in=_touched(plan, outcome, agencies))
    }
    _pass_grants(row, ended, heirs, day)
    _end_posts(ended, day)
    changes = [one for one in plan.operations if isinstance(one, PostChange)]
    posts, created = _create(row, changes, agencies, before, day)
    filled = _fill(row, changes, outcome, posts, agencies, day)
    _follow(row, changes, agencies, before, posts)
    journal.record_many([(event, agency) for event, agency in (*created, *filled)], by=SYSTEM, at=at)


def _touched(plan: Plan, outcome: Outcome, agencies: Mapping[str, UUID]) -> list[UUID]:
    keys = set(outcome.ended)
    for one in plan.operations:
        if isinstance(one, PostChange):
            keys.add(one.agency)
            keys.update(source.split("/", 1)[0] for source in one.sources)
    return [agencies[key] for key in keys]


def last_day(day: date) -> Greatest:
    """Return what ends a dated row on a day; one that was to begin later never does: it ends on its first day."""
    return Greatest(F("valid_from"), Value(day, output_field=DateField()))


def still_dated(day: date) -> Q:
    """Return the condition that a dated row holds on the day or begins later."""
    return Q(valid_to__isnull=True) | Q(valid_to__gt=day)


def _pass_grants(row: Reorganisation, ended: list[UUID], heirs: Mapping[UUID, list[UUID]], day: date) -> None:
    """Let roles that posts elsewhere have over what ends go over to who follows."""
    held = Grant.objects.filter(on_day(day), agency_id__in=ended).exclude(post__agency_id__in=ended)
    wanted = {
        (grant.post_id, grant.role, heir): grant.valid_to
        for grant in held
        for heir in heirs.get(grant.agency_id, ())
    }
    there = set(
        Grant.objects.filter(still_dated(day), agency_id__in={heir for _, _, heir in wanted}).values_list(
            "post_id", "role", "agency_id"
        )
    )
    Grant.objects.filter(still_dated(day), agency_id__in=ended).update(valid_to=last_day(day))
    Grant.objects.bulk_create(
        (
            Grant(
                post_id=post, role=role, agency_id=heir, valid_from=day, valid_to=until,
                legal_basis=row.legal_basis,
            )
            for (post, role, heir), until in wanted.items()
            if (post, role, heir) not in there
        ),
        batch_size=_BATCH,
    )  # fmt: skip


# What was to begin later never does: it ends on its first day. By hand, because a country has tens of thousands.
_END = """
UPDATE {table} r SET valid_to = GREATEST(r.valid_from, %(day)s)
FROM organisation_post p WHERE p.id = r.post_id AND p.agency_id = ANY(%(agencies)s)
  AND (r.valid_to IS NULL OR r.valid_to > %(day)s)
"""
_END_POSTS = """
UPDATE organisation_post SET valid_to = GREATEST(valid_from, %(day)s)
WHERE agency_id = ANY(%(agencies)s) AND (valid_to IS NULL OR valid_to > %(day)s)
"""


def _end_posts(agencies: list[UUID], day: date) -> None:
    """Let the posts of agencies end with who holds them, who acts for them and the roles granted to them."""
    known = {"agencies": agencies, "day": day}
    for table in ("organisation_holding", "organisation_delegation", "organisation_grant"):
        sql.run(_END.format(table=table), known)
    sql.run(_END_POSTS, known)


def _create(
    row: Reorganisation,
    changes: list[PostChange],
    agencies: Mapping[str, UUID],
    before: Mapping[_Key, Post],
    day: date,
) -> tuple[dict[str, UUID], list[tuple[JournalEvent, UUID]]]:
    """Create the posts that are not there, and return the key of every post that the plan names."""
    posts: dict[str, UUID] = {}
    new: list[tuple[PostChange, Post]] = []
    for one in changes:
        there = before.get((agencies[one.agency], one.key))
        if there is None:
            there = Post(
                agency_id=agencies[one.agency], key=one.key, function=one.function, title_vi=one.title_vi[:160],
                title_en=one.title_en[:160], valid_from=day, legal_basis=row.legal_basis,
            )  # fmt: skip
            new.append((one, there))
        posts[one.name] = there.id
    Post.objects.bulk_create([post for _, post in new], batch_size=_BATCH)
    Grant.objects.bulk_create(
        (
            Grant(role=role, agency_id=post.agency_id, post=post, valid_from=day, legal_basis=row.legal_basis)
            for one, post in new
            for role in dict.fromkeys(one.roles)
        ),
        batch_size=_BATCH,
    )
    return posts, [
        (PostCreated(post.id, function=post.function, roles=tuple(dict.fromkeys(one.roles))), post.agency_id)
        for one, post in new
    ]


def _fill(
    row: Reorganisation,
    changes: list[PostChange],
    outcome: Outcome,
    posts: Mapping[str, UUID],
    agencies: Mapping[str, UUID],
    day: date,
) -> list[tuple[JournalEvent, UUID]]:
    people = dict(
        User.objects.filter(username__in=set(outcome.holders.values())).values_list("username", "id")
    )
    wanted = {
        posts[one.name]: people[outcome.holders[one.name]]
        for one in changes
        if outcome.holders.get(one.name) in people
    }
    now = dict(
        Holding.objects.filter(on_day(day), post_id__in=list(posts.values())).values_list(
            "post_id", "user_id"
        )
    )
    leaving = [post for post in posts.values() if post in now and now[post] != wanted.get(post)]
    Holding.objects.filter(on_day(day), post_id__in=leaving).update(valid_to=day)
    new = {post: user for post, user in wanted.items() if now.get(post) != user}
    Holding.objects.bulk_create(
        (
            Holding(post_id=post, user_id=user, valid_from=day, legal_basis=row.legal_basis)
            for post, user in new.items()
        ),
        batch_size=_BATCH,
    )
    agency_of = {posts[one.name]: agencies[one.agency] for one in changes}
    return [(PostFilled(post, user=user, delegated=False), agency_of[post]) for post, user in new.items()]


def _follow(
    row: Reorganisation,
    changes: list[PostChange],
    agencies: Mapping[str, UUID],
    before: Mapping[_Key, Post],
    posts: Mapping[str, UUID],
) -> None:
    rows = []
    for one in changes:
        for source in one.sources:
            agency, key = source.split("/", 1)
            rows.append(
                PostSuccession(
                    reorganisation=row,
                    predecessor=before[agencies[agency], key],
                    successor_id=posts[one.name],
                    agency_id=agencies[one.agency],
                )
            )
    PostSuccession.objects.bulk_create(rows, batch_size=_BATCH)
