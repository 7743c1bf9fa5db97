"""Filing: what must be there, which door, which three agencies, whose number."""

from datetime import date, time
from uuid import UUID

import pytest

from motcua.accounts.queries import actor
from motcua.dossiers import actions
from motcua.dossiers.actions import PartyData
from motcua.dossiers.models import Door, Dossier
from motcua.dossiers.queries import all_papers_of, papers_of
from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.organisation.queries import duties_of
from motcua.rules.localday import at_local, local_day
from tests.dossiers.asking import refused
from tests.world import World, a_procedure


def test_a_draft_without_its_required_papers_is_not_filed_and_the_papers_are_named(world: World) -> None:
    story = world.a_dossier(papers=("anh",))
    with pytest.raises(actions.UnableToMove) as caught:
        story.filed()

    assert caught.value.code == "missing_papers"
    assert caught.value.facts["papers"] == "Tờ khai; Giấy chứng nhận"
    assert story.reload().dossier.number is None


def test_a_paper_on_paper_or_known_to_the_state_counts_and_a_removed_one_does_not(world: World) -> None:
    story = world.a_dossier(papers=("anh",))
    by = world.as_actor("dan")
    actions.attach_paper(story.dossier, component="to-khai", form="paper", originals=1, by=by, at=world.at)
    actions.attach_paper(story.dossier, component="giay-chung", form="data", by=by, at=world.at)
    actions.remove_paper(story.dossier, component="to-khai", at=world.at)
    with refused("missing_papers"):
        story.filed()
    actions.attach_paper(story.dossier, component="to-khai", form="paper", originals=1, by=by, at=world.at)

    assert story.filed().dossier.state == "filed"
    assert set(papers_of(story.dossier.id)) == {"to-khai", "giay-chung", "anh"}
    assert len(all_papers_of(story.dossier.id)) == 4  # what was taken back stays to be seen
    with refused("move_not_allowed"):
        actions.remove_paper(story.dossier, component="to-khai", at=world.at)


def test_a_draft_that_nobody_filled_in_is_not_filed(world: World) -> None:
    procedure, by = world.publish(a_procedure("9.000008", components=[])), world.as_actor("dan")
    draft = actions.start_draft(
        procedure,
        owner=world.people["dan"],
        channel="online",
        door="portal",
        language="vi",
        by=by,
        at=world.at,
    )
    with refused("missing_people"):
        actions.file_dossier(draft, by=by, at=world.at)
    actions.save_people(
        draft, applicant=PartyData("Nguyễn Thị Ánh"), representative=None, request="", at=world.at
    )
    with refused("missing_office"):
        actions.file_dossier(draft, by=by, at=world.at)
    with refused("not_competent"):
        actions.save_office(draft, agency_id=world.province.id, case="ordinary", delivery="desk", at=world.at)
    actions.save_office(draft, agency_id=world.commune.id, case="ordinary", delivery="desk", at=world.at)

    assert actions.file_dossier(draft, by=by, at=world.at).number == "X1.01-261106-0001"
    with refused("move_not_allowed"):
        actions.file_dossier(draft, by=by, at=world.at)


def test_the_portal_closes_by_its_date_and_the_desk_stays_open(world: World) -> None:
    Door.objects.filter(kind="portal").delete()
    actions.open_door(
        "portal",
        valid_from=date(2025, 7, 1),
        valid_to=date(2026, 11, 7),
        legal_basis="thử",
        by=SYSTEM,
        at=world.at,
    )
    assert world.a_dossier().filed().dossier.state == "filed"
    last_minute = world.a_dossier()
    world.later(hours=15)  # 0:00 on 7 November in Viet Nam

    with refused("door_closed"):
        last_minute.filed()
    assert last_minute.reload().dossier.state == "draft"
    assert world.a_dossier(channel="counter", owner="xa-mot.receiver").filed().dossier.state == "filed"


@pytest.mark.parametrize(
    "changes",
    [{"run_by": "ministry_system"}, {"service_level": "information"}, {"channels": None}],
    ids=["a ministry's system", "information only", "no online channel"],
)
def test_the_portal_takes_only_what_it_runs(world: World, changes: dict[str, object]) -> None:
    content = a_procedure("9.000009")
    if "channels" in changes:
        changes = {"channels": [row for row in content["channels"] if row["channel"] != "online"]}
    procedure = world.publish(content | changes)

    with refused("no_online_channel"):
        world.a_dossier(procedure=procedure)
    assert not Dossier.objects.exists()
    assert (
        world.a_dossier(procedure=procedure, channel="counter", owner="xa-mot.receiver")
        .filed()
        .dossier.number
    )


def test_a_number_given_elsewhere_stands_beside_ours_and_is_taken_once(world: World) -> None:
    code = "G22.99-261106-0007"
    story = world.a_dossier()
    actions.file_dossier(story.dossier, by=world.as_actor("dan"), at=world.at, external_number=code)
    story.reload()
    assert (story.dossier.number, story.dossier.external_number) == ("X1.01-261106-0001", code)

    for bad, refusal in (
        (code, "external_number_taken"),
        ("mã-thường", "external_number"),
        ("A" * 65, "external_number"),
        ("H 1", "external_number"),
    ):
        other = world.a_dossier()
        with refused(refusal):
            actions.file_dossier(other.dossier, by=world.as_actor("dan"), at=world.at, external_number=bad)
        assert other.reload().dossier.state == "draft"
    # What was refused took no number.
    assert world.a_dossier().filed().dossier.number == "X1.01-261106-0002"


def test_three_agencies_are_kept_and_each_sees_the_dossier(world: World) -> None:
    third = world.staff("ho-tro", world.province, "receiver", "receive")
    story = world.a_dossier(agency=world.commune)
    actions.file_dossier(
        story.dossier, by=world.as_actor("dan"), at=world.at, support_agency_id=world.province.id
    )
    story.reload()
    dossier = story.dossier

    assert (dossier.support_agency_id, dossier.receiving_agency_id, dossier.competent_agency_id) == (
        world.province.id, world.commune.id, world.commune.id,
    )  # fmt: skip
    event = history_of(dossier.id)[-1]
    named = [UUID(event.data[key]) for key in ("support", "receiving", "competent")]
    assert named == [world.province.id, world.commune.id, world.commune.id]
    assert _sees(world, "xa-mot.receiver", dossier)
    assert _sees(world, third.username, dossier)
    assert not _sees(world, "xa-hai.receiver", dossier)


def _sees(world: World, name: str, dossier: Dossier) -> bool:
    from motcua.dossiers.access import NotToBeSeen, dossier_for

    user = world.people[name]
    duties = duties_of(user, on=local_day(world.at))
    try:
        return dossier_for(user, dossier.id, duties=duties, purpose="test", at=world.at).id == dossier.id
    except NotToBeSeen:
        return False


def test_the_acknowledgement_is_owed_within_eight_working_hours(world: World) -> None:
    # Friday 09:00: 150 + 210 minutes that day, 120 more on Monday from 07:00.
    assert world.a_dossier().filed().dossier.acknowledge_by == at_local(date(2026, 11, 9), time(9))


def test_one_who_files_for_another_is_kept_apart_from_the_applicant(world: World) -> None:
    story = world.a_dossier()
    actions.save_people(
        story.dossier,
        applicant=PartyData("Lê Thị Mẹ", identity="066180900018"),
        representative=PartyData("Nguyễn Thị Ánh", identity="066190900017", phone="0912345678"),
        request="Xin xác nhận",
        at=world.at,
    )
    story.filed()
    dossier = story.dossier
    assert (dossier.applicant.name, dossier.representative.name) == ("Lê Thị Mẹ", "Nguyễn Thị Ánh")
    assert dossier.applicant_name == "Lê Thị Mẹ"
    assert bytes(dossier.applicant.identity_sealed) != bytes(dossier.representative.identity_sealed)
    assert b"066180900018" not in bytes(dossier.applicant.identity_sealed)
    with refused("move_not_allowed"):
        actions.save_people(
            dossier, applicant=PartyData("Khác"), representative=None, request="", at=world.at
        )


def test_every_move_says_who_when_from_and_to(world: World) -> None:
    story = world.a_dossier().returned()
    rows = history_of(story.dossier.id)

    assert [(row.data["from_state"], row.data["to_state"]) for row in rows] == [
        ("", "draft"), ("draft", "filed"), ("filed", "in_progress"), ("in_progress", "in_progress"),
        ("in_progress", "in_progress"), ("in_progress", "decided"), ("decided", "returned"),
    ]  # fmt: skip
    assert rows[2].actor_label == actor(world.people["xa-mot.receiver"]).label
    assert {row.at for row in rows} == {world.at}
