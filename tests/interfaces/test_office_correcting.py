"""Putting a value right: in all the places whose source says the same, and for running dossiers if wished."""

from typing import Any

import pytest
from django.test import Client

from motcua.accounts.models import User
from motcua.catalogue import queries
from motcua.catalogue.models import ProcedureDoubt, ProcedureVersion
from motcua.catalogue.sources.reading import Doubt, Reason
from motcua.kit import clock
from motcua.office.doubt_blocks import prefix_of
from tests.interfaces.catalogue_office import CODE, bring, channel, page_of, reading
from tests.world import World

LIMITS = {"amount": "5", "unit": "working_day", "cutoff": ""}


@pytest.fixture
def keeper(world: World) -> User:
    return world.staff("cchc", world.province, "reform", "see_province")


def three_ways(world: World) -> None:
    ways = ("online", "counter", "post")
    doubts = [
        Doubt(f"channel.{way}.{part}", source, "", reason)
        for way in ways
        for part, source, reason in (
            ("limit", "1", Reason.UNKNOWN_UNIT),
            ("fee", "75", Reason.THOUSANDS_DROPPED),
        )
    ]
    rows = [channel(way, days=None, source="1", fees=[{"kind": "unread"}], fee_source="75") for way in ways]
    bring(world, reading(CODE, *doubts, channels=rows))


def correct(client: Client, world: World, keeper: User, field: str, **given: Any) -> Any:
    doubt = ProcedureDoubt.objects.get(procedure__code=CODE, field=field)
    number = ProcedureVersion.objects.filter(procedure__code=CODE).latest("number").number
    boxes = {f"{prefix_of(doubt.id)}-{name}": value for name, value in ({"version": number} | given).items()}
    client.force_login(keeper)
    with clock.freeze(world.at):
        answer = client.post(page_of(), boxes | {"doubt": str(doubt.id), "viec": "sua"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return queries.versions_of(CODE)[0]


def newest() -> dict[str, Any]:
    return queries.content_of(queries.versions_of(CODE)[0].id)


def test_the_places_whose_source_says_the_same_are_offered_and_chosen(
    client: Client, world: World, keeper: User
) -> None:
    three_ways(world)
    client.force_login(keeper)
    with clock.freeze(world.at):
        page = client.get(page_of()).content.decode()
    assert 'value="channel.post.limit"' in page
    assert page.count('value="channel.counter.limit"') == 2  # beside the limits online and by post


def test_one_answer_puts_all_chosen_places_right_and_leaves_the_rest(
    client: Client, world: World, keeper: User
) -> None:
    three_ways(world)
    correct(client, world, keeper, "channel.online.limit", also=["channel.post.limit"], **LIMITS)

    limits = {row["channel"]: row["limit"] for row in newest()["channels"]}
    assert limits["online"] == limits["post"] == {"unit": "working_day", "amount": 5, "cutoff": None}
    assert limits["counter"] is None
    waiting = queries.open_doubts(queries.published(queries.versions_of(CODE)[0].id).procedure_id)
    assert {field for field in waiting if field.endswith(".limit")} == {"channel.counter.limit"}


def test_a_place_that_was_not_offered_cannot_be_smuggled_in(
    client: Client, world: World, keeper: User
) -> None:
    three_ways(world)
    doubt = ProcedureDoubt.objects.get(field="channel.online.limit")
    given = {"version": 1, "also": ["component.to-khai"]} | LIMITS
    client.force_login(keeper)
    with clock.freeze(world.at):
        boxes = {f"{prefix_of(doubt.id)}-{name}": value for name, value in given.items()}
        answer = client.post(page_of(), boxes | {"doubt": str(doubt.id), "viec": "sua"})
    assert answer.status_code == 422
    assert len(queries.versions_of(CODE)) == 1


def test_running_dossiers_follow_a_new_fee_only_when_it_is_said_so(
    client: Client, world: World, keeper: User
) -> None:
    three_ways(world)
    fee = {"kind-0": "amount", "number-0": "75000"}
    stays = correct(client, world, keeper, "channel.online.fee", follow="stay", **fee)
    assert stays.in_flight == {}
    day = {"follow_from-day": "1", "follow_from-month": "12", "follow_from-year": "2026"}
    follows = correct(client, world, keeper, "channel.post.fee", follow="follow", **fee, **day)
    assert follows.in_flight == {"fees": {"policy": "follow", "from": "2026-12-01"}}
