"""What the page of a procedure keeps in memory follows the organisation: closed, renamed, established."""

from datetime import date

import pytest
from django.test import Client

from motcua.catalogue.queries import published
from motcua.dossiers.queries.standing import procedure_standing
from motcua.kit import clock
from motcua.organisation.models import AgencyVersion
from motcua.portal.standing import standing
from tests.interfaces.imported import imported
from tests.world import World

CODE = "9.000101"


@pytest.fixture
def place(world: World) -> AgencyVersion:
    """The department that decides on a procedure by its key."""
    department = world._agency("so-thu", "Sở Thử", "department", "province", "X1.03", world.province)
    world.publish(imported(CODE, competent=[{"agency": "so-thu"}]))
    return AgencyVersion.objects.get(agency=department)


def _places() -> tuple[str, ...]:
    now = standing(CODE, on=clock.today())
    assert now is not None
    return now.places


def test_an_agency_that_is_renamed_is_called_so_at_once(place: AgencyVersion) -> None:
    assert _places() == ("Sở Thử",)
    today = clock.today()
    AgencyVersion.objects.filter(id=place.id).update(valid_to=today)
    AgencyVersion.objects.create(
        agency=place.agency, name_vi="Sở Mới", kind=place.kind, level=place.level, valid_from=today
    )
    assert _places() == ("Sở Mới",)


@pytest.mark.parametrize("others_end", [None, date(2031, 1, 1)])
def test_a_closed_agency_is_noticed_though_no_newer_one_comes(
    place: AgencyVersion, world: World, others_end: date | None
) -> None:
    """Also where another one is to end later: the last end of all is then the same as before."""
    AgencyVersion.objects.filter(agency=world.neighbour).update(valid_to=others_end)
    on = clock.today()
    before = procedure_standing(CODE, on=on)
    AgencyVersion.objects.filter(id=place.id).update(valid_to=on)
    after = procedure_standing(CODE, on=on)
    assert before is not None
    assert after is not None
    assert before.organisation != after.organisation
    assert (before.version_id, before.door) == (after.version_id, after.door)
    assert published(after.version_id).record.code == CODE


def test_the_page_of_a_procedure_still_asks_once(
    client: Client, place: AgencyVersion, django_assert_num_queries: object
) -> None:
    client.get(f"/thu-tuc/{CODE}/")
    with django_assert_num_queries(1):  # type: ignore[operator]
        client.get(f"/thu-tuc/{CODE}/")
