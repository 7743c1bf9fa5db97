"""Who sees what: not yours is not there, and every look leaves a trace."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from motcua.dossiers import access
from motcua.dossiers.access import NotToBeSeen
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries import looks_at, public_state, tracked
from motcua.dossiers.tracking import address_of, read_secret, secret_text
from motcua.journal.events import SYSTEM
from motcua.kit.ids import uuid7
from motcua.organisation.actions import delegate
from motcua.organisation.models import Post
from motcua.organisation.queries import duties_of
from motcua.rules.localday import local_day
from motcua.rules.transitions import Who
from tests.world import World


def _look(world: World, name: str, dossier_id: UUID) -> Dossier:
    user = world.people[name]
    duties = duties_of(user, on=local_day(world.at))
    return access.dossier_for(user, dossier_id, duties=duties, purpose="queue", at=world.at)


def test_not_yours_is_not_there(world: World) -> None:
    story = world.a_dossier().filed()
    answers = []
    for name, dossier_id in (("xa-hai.receiver", story.dossier.id), ("xa-mot.receiver", uuid7())):
        with pytest.raises(NotToBeSeen) as caught:
            _look(world, name, dossier_id)
        answers.append(str(caught.value))

    assert answers[0] == answers[1]
    assert looks_at(story.dossier.id) == []


def test_a_look_of_the_staff_is_logged_with_post_and_purpose(world: World) -> None:
    story = world.a_dossier().filed()
    assert _look(world, "xa-mot.specialist", story.dossier.id).id == story.dossier.id

    [look] = looks_at(story.dossier.id)
    assert (look.label, look.purpose, look.at) == ("Cán bộ xa-mot specialist, Specialist", "queue", world.at)


@pytest.mark.parametrize(
    ("roles", "seen"),
    [
        (("see_province",), True),
        (("administer",), False),
        ((), False),
    ],
)
def test_what_a_post_of_the_province_sees(world: World, roles: tuple[str, ...], seen: bool) -> None:
    story = world.a_dossier().filed()
    world.staff("tinh.vien", world.province, "administrator", *roles)
    if seen:
        assert _look(world, "tinh.vien", story.dossier.id).id == story.dossier.id
    else:
        with pytest.raises(NotToBeSeen):
            _look(world, "tinh.vien", story.dossier.id)


def test_who_administers_an_agency_does_not_read_its_dossiers(world: World) -> None:
    story = world.a_dossier().filed()
    world.staff("xa-mot.quan-tri", world.commune, "administrator", "administer")
    with pytest.raises(NotToBeSeen):
        _look(world, "xa-mot.quan-tri", story.dossier.id)


def test_a_draft_is_its_owners_alone(world: World) -> None:
    story = world.a_dossier()
    with pytest.raises(NotToBeSeen):
        _look(world, "xa-mot.receiver", story.dossier.id)
    assert access.own_dossier(world.people["dan"], story.dossier.id).id == story.dossier.id
    with pytest.raises(NotToBeSeen):
        access.own_dossier(world.people["la"], story.dossier.id)
    assert tracked(bytes(story.dossier.secret), on=local_day(world.at)) is None
    assert access.own_dossiers(world.people["la"]) == []


def test_duties_end_with_their_day_and_a_stand_in_has_them_meanwhile(world: World) -> None:
    story = world.a_dossier().filed()
    day = local_day(world.at)
    post = Post.objects.get(agency=world.commune, key="receiver")
    delegate(
        post, world.people["xa-hai.receiver"], valid_from=day, valid_to=day + timedelta(days=1),
        legal_basis="Giấy ủy quyền 1", by=SYSTEM, at=world.at,
    )  # fmt: skip
    assert _look(world, "xa-hai.receiver", story.dossier.id).id == story.dossier.id
    world.later(days=1)
    with pytest.raises(NotToBeSeen):
        _look(world, "xa-hai.receiver", story.dossier.id)


def test_the_qualities_count_at_the_right_agency(world: World) -> None:
    dossier = world.a_dossier().accepted().dossier
    day = local_day(world.at)
    found = {
        name: access.qualities(
            dossier, world.people[name], duties=duties_of(world.people[name], on=day), holder_id=None
        )
        for name in ("xa-mot.receiver", "xa-mot.leader", "xa-hai.leader")
    }
    assert found == {
        "xa-mot.receiver": {Who.RECEIVER},
        "xa-mot.leader": {Who.LEADER},
        "xa-hai.leader": frozenset(),
    }
    specialist = world.people["xa-mot.specialist"]
    as_holder = access.qualities(
        dossier, specialist, duties=duties_of(specialist, on=day), holder_id=specialist.id
    )
    assert as_holder == {Who.SPECIALIST, Who.HOLDER}


def test_an_empty_or_unknown_code_finds_nothing(world: World) -> None:
    story = world.a_dossier().filed()
    duties = duties_of(world.people["xa-mot.receiver"], on=local_day(world.at))
    for number in ("", "X1.01-261106-9999"):
        assert public_state(number) is None
        assert access.found_by_number(number, duties=duties) is None

    number = story.dossier.number
    assert number is not None
    assert access.found_by_number(number, duties=duties) == story.dossier.id
    elsewhere = duties_of(world.people["xa-hai.receiver"], on=local_day(world.at))
    assert access.found_by_number(number, duties=elsewhere) is None


def test_a_bare_code_tells_state_and_degree_only(world: World) -> None:
    story = world.a_dossier().filed()
    number = story.dossier.number
    assert number is not None
    degrees = [public_state(number)]
    story.accepted()
    degrees.append(public_state(number))
    story.returned()
    degrees.append(public_state(number))

    assert [(found.state, found.degree) for found in degrees if found] == [
        ("filed", 10), ("in_progress", 50), ("returned", 100),
    ]  # fmt: skip


def test_the_secret_of_the_qr_code_is_long_unique_and_read_back(world: World) -> None:
    first, second = world.a_dossier().filed().dossier, world.a_dossier().filed().dossier
    secret = bytes(first.secret)

    assert len(secret) == 16
    assert secret != bytes(second.secret)
    assert read_secret(secret_text(secret)) == secret
    assert address_of(secret).endswith(f"/t/{secret_text(secret)}/")
    shown = tracked(secret, on=local_day(world.at))
    assert shown is not None
    assert shown.number == first.number
    for text in ("", "a" * 21, "a" * 23, "ă" * 22, str(first.number)):
        found = read_secret(text)
        assert found is None or len(found) != 16 or not Dossier.objects.filter(secret=found).exists()
    assert tracked(bytes(16), on=local_day(world.at)) is None


@pytest.mark.parametrize(
    "who", ["xa-mot.receiver", "xa-mot.leader", "xa-hai.receiver", "xa-hai.leader", "ca-tinh", "quan-tri"]
)
@pytest.mark.parametrize("stage", ["draft", "filed", "accepted"])
def test_the_two_ways_of_loading_reach_the_same(world: World, who: str, stage: str) -> None:
    world.staff("ca-tinh", world.province, "reform", "see_province")
    world.staff("quan-tri", world.commune, "administrator", "administer")
    story = world.a_dossier()
    if stage != "draft":
        getattr(story, stage)()
    duties = duties_of(world.people[who], on=local_day(world.at))

    def reached(load: Callable[[], object]) -> bool:
        try:
            load()
        except NotToBeSeen:
            return False
        return True

    looked = reached(lambda: _look(world, who, story.dossier.id))
    moved = reached(lambda: access.dossier_to_move(story.dossier.id, duties=duties))
    assert looked is moved
