"""No identity data in what can never be erased: the payloads of the journal."""

import json
from datetime import date, time, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from motcua.dossiers import actions
from motcua.dossiers.actions import PartyData
from motcua.journal.models import Event
from motcua.kit.sealed import blind_index
from motcua.rules.localday import at_local
from tests.world import World

WHO_APPLIES = PartyData(
    "Lê Thị Mẹ Thử", identity="066180900018", birth_date=date(1980, 2, 29), phone="0987654321",
    email="me.thu@example.vn", address="12 Ngõ Vắng, Xã Một",
)  # fmt: skip
WHO_FILES = PartyData(
    "Nguyễn Văn Con Thử", identity="066190900017", birth_date=date(1990, 12, 1), phone="0912345678",
    email="con.thu@example.vn", address="34 Phố Đông, Xã Hai",
)  # fmt: skip


def _told(*people: PartyData) -> set[str]:
    found = set()
    for person in people:
        assert person.birth_date is not None
        found |= {
            person.name, person.identity, person.phone, person.email, person.address,
            person.birth_date.isoformat(), blind_index(person.identity).hex(),
        }  # fmt: skip
    return found


def _payloads() -> str:
    """Return all that is kept for ever of every event: payloads, labels of actors, sealed bytes."""
    rows = Event.objects.values_list("data", "actor_label", "canonical")
    return json.dumps(list(rows), ensure_ascii=False)


def _nothing_of(told: set[str]) -> None:
    said = _payloads().casefold()
    assert [text for text in told if text.casefold() in said] == []


def test_a_whole_life_leaves_no_identity_data_in_any_event(world: World) -> None:
    story = world.a_dossier()
    actions.save_people(
        story.dossier, applicant=WHO_APPLIES, representative=WHO_FILES, request="Xin cho bà Lê Thị Mẹ Thử",
        at=world.at,
    )  # fmt: skip
    story.reload().accepted()
    world.later(days=3)
    story.supplement_requested()
    world.later(days=1)
    story.resubmitted()
    story.extended(at_local(date(2026, 11, 20), time(17))).returned()
    stopped = world.a_dossier().accepted()
    actions.stop_dossier(
        stopped.dossier, reason="Tranh chấp", legal_basis="Điều 20", by=stopped.staff("leader"), at=world.at
    )

    assert Event.objects.filter(subject_kind="dossier").count() >= 13
    _nothing_of(_told(WHO_APPLIES, WHO_FILES) | {"Xin cho bà", "Nguyễn Thị Ánh", "066190900017"})


_NAMES = some.text("ABCDĐEGHIKLMNOPQRSTUVXYăâêôơư ", min_size=8, max_size=40).filter(
    lambda name: name.strip()
)


@settings(
    max_examples=8, deadline=timedelta(seconds=5), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=_NAMES,
    identity=some.from_regex(r"0[0-9]{11}", fullmatch=True),
    phone=some.from_regex(r"09[0-9]{8}", fullmatch=True),
)
def test_whatever_a_person_is_called_the_events_point_and_do_not_tell(
    world: World, name: str, identity: str, phone: str
) -> None:
    story = world.a_dossier(papers=())
    person = PartyData(f"{name.strip()}-Thử", identity=identity, phone=phone)
    actions.save_people(story.dossier, applicant=person, representative=None, request=name, at=world.at)
    by = world.as_actor("dan")
    for key in ("to-khai", "giay-chung"):
        actions.attach_paper(story.dossier, component=key, form="paper", originals=1, by=by, at=world.at)
    story.reload().accepted()

    said = _payloads()
    assert story.dossier.number in said
    assert [text for text in (person.name, identity, phone) if text in said] == []
