"""The organisation as it is on a day: no two truths at once, duties by post and by delegation."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.organisation import queries
from motcua.organisation.actions import (
    Establishment,
    TerritoryData,
    appoint,
    create_post,
    delegate,
    establish_agency,
    register_territories,
)
from motcua.organisation.models import Agency, AgencyVersion, Grant, Post, Territory
from motcua.rules.numbering import NumberRefused
from tests.world import START, World

DAY = date(2026, 11, 6)


def _plan(key: str, **changes: Any) -> Establishment:
    given = {
        "name_vi": f"Ủy ban nhân dân xã {key}",
        "kind": "commune",
        "level": "commune",
        "valid_from": START,
    }
    return Establishment(key=key, **(given | changes))


def _version(agency: Agency, start: date, end: date | None = None, **changes: Any) -> AgencyVersion:
    given = {
        "name_vi": "Tên khác",
        "kind": "commune",
        "level": "commune",
        "valid_from": start,
        "valid_to": end,
    }
    return AgencyVersion.objects.create(agency=agency, **(given | changes))


def _post(world: World, start: date = START, key: str = "receiver") -> Post:
    return create_post(
        world.commune, key=key, function="receiver", title_vi="T", title_en="T", roles=("receive",),
        valid_from=start, by=SYSTEM, at=world.at,
    )  # fmt: skip


_OVERLAPS: dict[str, Callable[[World], object]] = {
    "two versions of an agency": lambda world: _version(world.commune, DAY),
    "two agencies with one code": lambda world: establish_agency(
        _plan("ba", code_qd20="X1.01"), by=SYSTEM, at=world.at
    ),
    "two posts with one key": lambda world: _post(world, DAY),
    "two holders of a post": lambda world: appoint(
        world.commune.posts.get(key="head"), world.people["dan"], valid_from=START, by=SYSTEM, at=world.at
    ),
    "the same grant twice": lambda world: Grant.objects.create(
        role="head", agency=world.commune, post=world.commune.posts.get(key="head"), valid_from=DAY
    ),
    "a territory's code twice": lambda world: [
        Territory.objects.create(code="66001", name=name, kind="commune", valid_from=START) for name in "ab"
    ],
    "two stand-ins for a post": lambda world: [
        delegate(
            world.commune.posts.get(key="head"), world.people[name], valid_from=DAY,
            valid_to=DAY + timedelta(days=5), legal_basis="1", by=SYSTEM, at=world.at,
        )
        for name in ("xa-mot.leader", "xa-hai.head")
    ],
}  # fmt: skip


@pytest.mark.parametrize("overlap", _OVERLAPS.values(), ids=_OVERLAPS)
def test_there_are_never_two_truths_on_one_day(world: World, overlap: Callable[[World], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        overlap(world)


def test_a_day_on_which_one_ends_and_the_other_begins_is_no_overlap(world: World) -> None:
    AgencyVersion.objects.filter(agency=world.commune).update(valid_to=DAY)
    _version(world.commune, DAY, code_qd20="X1.01", name_vi="Ủy ban nhân dân phường Một")

    names = [queries.agency_facts(world.commune.id, on=day).name_vi for day in (DAY - timedelta(days=1), DAY)]
    assert names == ["Ủy ban nhân dân xã Một", "Ủy ban nhân dân phường Một"]
    living = {facts.id: facts.name_vi for facts in queries.agencies(on=DAY, level="commune")}
    assert living[world.commune.id] == "Ủy ban nhân dân phường Một"
    assert len(living) == 2


def test_outside_its_life_an_agency_is_as_it_was_nearest(world: World) -> None:
    ended = establish_agency(
        _plan("cu", kind="district", level="district", valid_from=date(2020, 1, 1), valid_to=START),
        by=SYSTEM, at=world.at,
    )  # fmt: skip
    for day in (date(2019, 1, 1), date(2024, 1, 1), DAY):
        assert queries.agency_facts(ended.id, on=day).kind == "district"
    assert ended.id not in {facts.id for facts in queries.agencies(on=DAY)}
    assert ended.id not in queries.agencies_facts([ended.id], on=DAY)
    assert ended.id in {facts.id for facts in queries.agencies(on=date(2024, 1, 1), kind="district")}
    assert queries.agency_by_key("cu") == ended.id
    assert queries.agency_by_key("khong-co") is None


def test_an_agency_with_a_bad_number_template_is_not_established(world: World) -> None:
    with pytest.raises(NumberRefused):
        establish_agency(_plan("xau", number_template="{agency}-{seq:04}"), by=SYSTEM, at=world.at)
    assert queries.agency_by_key("xau") is None


def test_duties_come_with_the_post_and_end_with_it(world: World) -> None:
    user = world.people["xa-mot.head"]
    duties = queries.duties_of(user, on=DAY)
    assert {(duty.role, duty.agency_id, duty.function) for duty in duties} == {
        ("head", world.commune.id, "head"), ("see_agency", world.commune.id, "head"),
    }  # fmt: skip
    assert queries.duties_of(user, on=START - timedelta(days=1)) == ()

    successor = world.staff("moi", world.commune, "reform")
    appoint(world.commune.posts.get(key="head"), successor, valid_from=DAY, by=SYSTEM, at=world.at)
    assert queries.duties_of(user, on=DAY) == ()
    assert queries.duties_of(user, on=DAY - timedelta(days=1)) == duties
    assert {duty.role for duty in queries.duties_of(successor, on=DAY)} == {"head", "see_agency"}


def test_a_citizen_has_no_duties_whatever_post_is_written_down(world: World) -> None:
    post = _post(world, key="la")
    appoint(post, world.people["dan"], valid_from=START, by=SYSTEM, at=world.at)
    assert queries.duties_of(world.people["dan"], on=DAY) == ()


def test_a_grant_or_a_post_that_has_ended_gives_nothing(world: World) -> None:
    user = world.people["xa-mot.head"]
    post = world.commune.posts.get(key="head")
    Grant.objects.filter(post=post, role="head").update(valid_to=DAY)
    assert {duty.role for duty in queries.duties_of(user, on=DAY)} == {"see_agency"}
    Post.objects.filter(id=post.id).update(valid_to=DAY)
    assert queries.duties_of(user, on=DAY) == ()
    assert queries.holders(world.commune.id, "head", on=DAY) == []


def test_a_stand_in_does_the_duties_in_the_days_of_the_delegation(world: World) -> None:
    post, stand_in = world.commune.posts.get(key="leader"), world.people["xa-mot.head"]
    delegate(
        post, stand_in, valid_from=DAY, valid_to=DAY + timedelta(days=2), legal_basis="UQ 1", by=SYSTEM,
        at=world.at,
    )  # fmt: skip

    for days, roles, holder in (
        (-1, {"head", "see_agency"}, "xa-mot.leader"),
        (0, {"head", "see_agency", "sign"}, "xa-mot.head"),
        (1, {"head", "see_agency", "sign"}, "xa-mot.head"),
        (2, {"head", "see_agency"}, "xa-mot.leader"),
    ):
        day = DAY + timedelta(days=days)
        assert {duty.role for duty in queries.duties_of(stand_in, on=day)} == roles
        [found] = queries.holders(world.commune.id, "leader", on=day)
        assert (found.user_id, found.post_id) == (world.people[holder].id, post.id)
    last = history_of(post.id)[-1]
    assert (last.kind, last.data["delegated"], last.data["user"]) == ("post.filled", True, str(stand_in.id))


def test_holders_are_listed_by_post_and_empty_posts_are_left_out(world: World) -> None:
    _post(world, key="b-trong")
    second = world.staff("a-thu-hai", world.commune, "receiver", "receive")
    found = queries.holders(world.commune.id, "receiver", on=DAY)
    assert [holder.user_id for holder in found] == [second.id, world.people["xa-mot.receiver"].id]
    assert queries.holders(world.neighbour.id, "administrator", on=DAY) == []


def test_the_desk_and_the_province_are_as_on_the_day(world: World) -> None:
    desk = queries.desk_of(world.commune.id, on=DAY)
    assert desk is not None
    assert desk.name_vi == "Trung tâm PVHCC xa-mot"
    assert queries.desk_of(world.commune.id, on=START - timedelta(days=1)) is None
    assert queries.province_name(on=DAY) == "Ủy ban nhân dân tỉnh Thử"
    assert queries.province_name(on=START - timedelta(days=1)) == ""


def test_territories_are_registered_with_their_basis(world: World) -> None:
    rows = [
        TerritoryData("66", "Đắk Lắk", "", "province", ""),
        TerritoryData("24133", "Xã Một", "", "commune", "66"),
    ]
    made = register_territories(rows, valid_from=START, legal_basis="QĐ 19/2025", by=SYSTEM, at=world.at)
    assert made == 2
    assert queries.provinces(on=DAY) == [("66", "Đắk Lắk")]
    assert queries.provinces(on=START - timedelta(days=1)) == []
