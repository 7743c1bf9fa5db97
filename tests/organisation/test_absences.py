"""Who is away, and who does whose duties: dated facts, entered ahead, ended early, never over one another."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.organisation import queries, words
from motcua.organisation.actions import (
    UnableToArrange,
    arrange_delegation,
    end_absence,
    end_delegation,
    note_absence,
)
from motcua.organisation.models import Absence, Delegation, Post
from motcua.rules.localday import local_day
from tests.world import World

FRIDAY, MONDAY, TUESDAY = date(2026, 11, 6), date(2026, 11, 9), date(2026, 11, 10)
NEXT = date(2026, 11, 16)


def _away(world: World, name: str = "xa-mot.specialist", first: date = FRIDAY, back: date = MONDAY) -> UUID:
    return note_absence(world.people[name].id, valid_from=first, valid_to=back, by=SYSTEM, at=world.at)


def _post(world: World, key: str = "specialist") -> Post:
    return Post.objects.get(agency=world.commune, key=key)


def _delegate(
    world: World, name: str = "xa-mot.head", first: date = FRIDAY, last: date = NEXT, key: str = "specialist"
) -> UUID:
    return arrange_delegation(
        _post(world, key).id, world.people[name].id, valid_from=first, valid_to=last, legal_basis="12/UQ",
        by=SYSTEM, at=world.at,
    )  # fmt: skip


def _refusal(deed: Callable[[], object]) -> str:
    with pytest.raises(UnableToArrange) as caught:
        deed()
    return caught.value.code


def test_away_from_the_first_day_until_the_day_of_return(world: World) -> None:
    _away(world, first=MONDAY, back=TUESDAY)
    for day, away in ((FRIDAY, False), (MONDAY, True), (TUESDAY, False)):
        [holder] = queries.holders(world.commune.id, "specialist", on=day)
        assert holder.away is away
    user = world.people["xa-mot.specialist"]
    assert queries.away_until([user.id], on=MONDAY) == {user.id: TUESDAY}
    assert queries.away_until([user.id], on=FRIDAY) == {}
    [entry] = history_of(user.id)[-1:]
    assert (entry.kind, entry.data["valid_to"]) == ("person.absence_noted", "2026-11-10")


def test_the_delegate_is_asked_not_the_holder(world: World) -> None:
    _away(world)
    _delegate(world)
    [holder] = queries.holders(world.commune.id, "specialist", on=FRIDAY)
    assert (holder.user_id, holder.away) == (world.people["xa-mot.head"].id, False)
    _away(world, "xa-mot.head")
    assert queries.holders(world.commune.id, "specialist", on=FRIDAY)[0].away


@pytest.mark.parametrize(
    ("first", "back", "code"),
    [
        (MONDAY, MONDAY, "period_empty"),
        (TUESDAY, MONDAY, "period_empty"),
        (date(2026, 11, 5), MONDAY, "period_past"),
        (MONDAY, TUESDAY, "absence_overlaps"),
        (FRIDAY, NEXT, "absence_overlaps"),
        (TUESDAY, NEXT, ""),
    ],
)
def test_which_absence_can_be_noted(world: World, first: date, back: date, code: str) -> None:
    _away(world, first=MONDAY, back=TUESDAY)
    if code:
        assert _refusal(lambda: _away(world, first=first, back=back)) == code
        assert Absence.objects.count() == 1
    else:
        _away(world, first=first, back=back)
        assert Absence.objects.count() == 2


def test_the_database_knows_it_too(world: World) -> None:
    user = world.people["xa-mot.specialist"]
    _away(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(user=user, valid_from=FRIDAY, valid_to=MONDAY, entered_at=world.at)


def test_back_early_and_cancelled_before_it_began(world: World) -> None:
    running, coming = _away(world, first=FRIDAY, back=NEXT), _away(world, first=NEXT, back=date(2026, 11, 20))
    world.later(days=4)
    end_absence(running, by=SYSTEM, at=world.at)
    end_absence(coming, by=SYSTEM, at=world.at)
    user = world.people["xa-mot.specialist"]
    assert queries.away_until([user.id], on=TUESDAY) == {}
    # The past stays: on Monday this person was away.
    assert queries.away_until([user.id], on=MONDAY) == {user.id: TUESDAY}
    assert queries.absences_of([user.id], on=FRIDAY) == [
        queries.AbsenceFacts(running, user.id, user.full_name, FRIDAY, TUESDAY)
    ]
    assert _refusal(lambda: end_absence(running, by=SYSTEM, at=world.at)) == "over_already"
    assert _refusal(lambda: end_absence(coming, by=SYSTEM, at=world.at)) == "over_already"
    # What was cancelled stands in nobody's way.
    _away(world, first=NEXT, back=date(2026, 11, 18))


@pytest.mark.parametrize(
    ("name", "first", "last", "code"),
    [
        ("xa-mot.specialist", FRIDAY, NEXT, "holds_the_post"),
        ("xa-hai.head", FRIDAY, NEXT, "not_a_colleague"),
        ("dan", FRIDAY, NEXT, "not_a_colleague"),
        ("xa-mot.leader", TUESDAY, NEXT, "delegate_away"),
        ("xa-mot.receiver", MONDAY, TUESDAY, "delegated_already"),
        ("xa-mot.receiver", NEXT, NEXT, "period_empty"),
        ("xa-mot.receiver", date(2026, 11, 5), NEXT, "period_past"),
        ("xa-mot.receiver", NEXT, date(2026, 11, 20), ""),
    ],
)
def test_which_delegation_can_be_arranged(
    world: World, name: str, first: date, last: date, code: str
) -> None:
    _delegate(world, first=FRIDAY, last=TUESDAY)
    _away(world, "xa-mot.leader", first=TUESDAY, back=date(2026, 11, 12))
    if code:
        assert _refusal(lambda: _delegate(world, name, first, last)) == code
        assert Delegation.objects.count() == 1
    else:
        _delegate(world, name, first, last)
        assert Delegation.objects.count() == 2


def test_a_delegation_ends_early_and_the_past_stays(world: World) -> None:
    made = _delegate(world)
    assert [row.id for row in queries.delegations_of([_post(world).id], on=FRIDAY)] == [made]
    world.later(days=4)
    end_delegation(made, by=SYSTEM, at=world.at)
    head = world.people["xa-mot.head"].id
    on_monday = queries.holders(world.commune.id, "specialist", on=MONDAY)
    today = queries.holders(world.commune.id, "specialist", on=local_day(world.at))
    assert [row.user_id for row in on_monday] == [head]
    assert [row.user_id for row in today] == [world.people["xa-mot.specialist"].id]
    assert history_of(_post(world).id)[-1].kind == "post.delegation_ended"
    assert _refusal(lambda: end_delegation(made, by=SYSTEM, at=world.at)) == "over_already"


def test_the_posts_of_an_agency_with_who_is_in_them(world: World) -> None:
    _delegate(world)
    found = {row.title_vi: row for row in queries.posts_of([world.commune.id], on=FRIDAY)}
    assert set(found) == {"Receiver", "Specialist", "Head", "Leader"}
    assert found["Specialist"].holder_id == world.people["xa-mot.specialist"].id
    assert found["Specialist"].delegate_id == world.people["xa-mot.head"].id
    assert found["Head"].delegate_id is None
    assert queries.posts_of([world.commune.id], on=FRIDAY - timedelta(days=1000)) == []


def test_each_refusal_has_words_of_its_own() -> None:
    said = {words.refusal(code) for code in words.known_refusals()}
    assert len(said) == len(words.known_refusals())
    assert words.refusal("no-such-code") not in said
