"""What an agency solves: one answer for its public page, its booklet and the sheets still to be put up."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from motcua.catalogue.actions.posting import post_versions
from motcua.catalogue.queries import every_current, published
from motcua.dossiers.queries.solved import done_in_province, solved_by, solves
from motcua.kit import clock
from motcua.office.boards import not_posted
from motcua.organisation import queries as organisation
from motcua.organisation.models import Agency
from motcua.organisation.queries import AgencyFacts
from motcua.rules.localday import local_day
from tests.interfaces.imported import imported
from tests.world import World, a_procedure

DAY = date(2026, 11, 6)
SPELT = imported("9.000013")["agencies"] | {"executing": ["Sở Thử nghiệm"]}


@pytest.fixture
def department(world: World) -> Agency:
    """A department that a source spells without its province."""
    return world._agency(
        "so-thu", "Sở Thử nghiệm tỉnh Thử", "department", "province", "X1.03", world.province
    )


@pytest.fixture
def shelf(world: World) -> World:
    """Beside the world's own: imported of communes, imported of a department, set up for the department by key."""
    commune: dict[str, Any] = {"levels": ["commune"], "competent": []}
    committees = SPELT | {"executing": ["Ủy ban nhân dân cấp xã"]}
    world.publish(imported("9.000012", agencies=committees, **commune))
    # At a commune's level, but done by others: no commune takes it for its own.
    world.publish(
        imported("9.000016", agencies=SPELT | {"executing": ["Chi cục Hải quan khu vực"]}, **commune)
    )
    world.publish(imported("9.000017", agencies=SPELT | {"executing": ["Ủy ban nhân dân"]}, **commune))
    world.publish(imported("9.000013", agencies=SPELT))
    world.publish(a_procedure("9.000014", competent=[{"agency": "so-thu"}]))
    return world


def _facts(agency: Agency, on: date) -> AgencyFacts:
    return organisation.agency_facts(agency.id, on=on)


def test_imported_procedures_are_solved_by_whom_the_source_names(shelf: World, department: Agency) -> None:
    on = local_day(shelf.at)
    found = {
        agency.key: [row.code for row in solved_by(_facts(agency, on), on=on)]
        for agency in (shelf.commune, department, shelf.province)
    }
    assert found == {
        "xa-mot": ["9.000001", "9.000012"],
        "so-thu": ["9.000014", "9.000013"],
        "tinh": [],
    }


def test_one_procedure_and_all_at_once_have_the_same_answer(shelf: World, department: Agency) -> None:
    on = local_day(shelf.at)
    for agency in (shelf.commune, department, shelf.province):
        facts = _facts(agency, on)
        every = [published(id) for _, id in every_current(on=on)]
        one_by_one = {version.record.code for version in every if solves(version.record, facts.id, on=on)}
        assert one_by_one == {row.code for row in solved_by(facts, on=on)}


def test_what_hangs_nowhere_yet_is_what_the_public_page_lists(
    client: Client, shelf: World, department: Agency
) -> None:
    on = local_day(shelf.at)
    for agency in (shelf.commune, department):
        page = client.get(f"/co-quan/{agency.key}/").content.decode()
        listed = re.findall(r'href="/thu-tuc/([0-9.]+)/"', page)
        assert [row.code for row in not_posted(_facts(agency, on), (), on=on)] == listed
        assert [row.code for row in not_posted(_facts(agency, on), listed[:1], on=on)] == listed[1:]


def test_an_imported_procedure_is_offered_for_the_board_until_it_hangs(client: Client, shelf: World) -> None:
    url = "/cchc/niem-yet/xa-mot/treo/"
    client.force_login(shelf.people["xa-mot.receiver"])
    with clock.freeze(shelf.at):
        offered = client.get(url).content.decode()
    assert 'value="9.000012"' in offered
    version = next(row for row in solved_by(_facts(shelf.commune, DAY), on=DAY) if row.code == "9.000012")
    post_versions(
        [version.id], agency_id=shelf.commune.id, place="Sảnh", posted_on=DAY,
        by=shelf.as_actor("xa-mot.receiver"), at=shelf.at,
    )  # fmt: skip
    with clock.freeze(shelf.at):
        left = client.get(url).content.decode()
    assert 'value="9.000012"' not in left
    assert 'value="9.000001"' in left


@pytest.mark.parametrize(
    ("name", "here"),
    [
        ("Hải quan cửa khẩu", False),
        ("Bảo hiểm xã hội cấp tỉnh", False),
        ("Ủy ban nhân dân cấp xã", True),
        ("Sở Xây dựng", True),
    ],
)
def test_people_are_sent_to_our_desks_only_where_the_province_solves_it(
    name: str, here: bool, world: World
) -> None:
    version = world.publish(imported("9.000018", agencies=SPELT | {"executing": [name]}))
    assert done_in_province(version.record) is here
