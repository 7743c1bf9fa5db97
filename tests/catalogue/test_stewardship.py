"""Who keeps the catalogue of the province, who only reads how it is kept, and what waits for them."""

from datetime import date
from typing import Any

import pytest

from motcua.catalogue.access import Stewardship, steward_of
from motcua.catalogue.models import Procedure, ProcedureDoubt
from motcua.catalogue.queries import open_doubts, open_doubts_among
from motcua.organisation.queries import duties_of
from tests.interfaces.catalogue_office import FEE, LEGAL, bring, reading
from tests.world import START, World

DAY = date(2026, 11, 6)
KEEPS, READS, NEITHER = Stewardship(True, True), Stewardship(False, True), Stewardship(False, False)


@pytest.mark.parametrize(
    ("at", "function", "roles", "may"),
    [
        ("province", "reform", ["see_province"], KEEPS),
        ("province", "administrator", ["administer"], KEEPS),
        ("commune", "administrator", ["administer"], NEITHER),
        ("department", "administrator", ["administer"], NEITHER),
        ("commune", "head", ["head"], READS),
        ("commune", "receiver", ["receive", "see_agency"], NEITHER),
        ("province", "leader", ["sign", "see_province"], NEITHER),
    ],
)
def test_the_catalogue_is_kept_for_the_province_and_by_it(
    world: World, at: str, function: str, roles: list[str], may: Stewardship
) -> None:
    places = {"province": world.province, "commune": world.commune}
    if at == "department":
        places[at] = world._agency("so-thu", "Sở Thử", "department", "province", "X1.03", world.province)
    user = world.staff("ai-do", places[at], function, *roles)
    assert steward_of(duties_of(user, on=DAY), on=DAY) == may
    assert steward_of((), on=DAY) == NEITHER


def test_a_province_that_is_not_there_yet_is_administered_by_nobody(world: World) -> None:
    duties = duties_of(world.staff("qtri", world.province, "administrator", "administer"), on=DAY)
    assert steward_of(duties, on=START.replace(year=2020)) == NEITHER


def test_the_open_doubts_of_several_procedures_come_in_one_query(
    world: World, django_assert_num_queries: Any
) -> None:
    bring(world, reading("9.000101", LEGAL), reading("9.000102", FEE, LEGAL))
    ids = dict(Procedure.objects.values_list("code", "id"))
    ProcedureDoubt.objects.filter(procedure__code="9.000101", field=LEGAL.field).update(state="asked")
    ProcedureDoubt.objects.filter(procedure__code="9.000102", field=LEGAL.field).update(state="accepted")
    with django_assert_num_queries(1):
        found = open_doubts_among(ids.values())
    assert found == {
        ids["9.000001"]: frozenset(),
        ids["9.000101"]: {"limits", LEGAL.field},
        ids["9.000102"]: {"limits", FEE.field},
    }
    assert found == {id: open_doubts(id) for id in ids.values()}
    assert open_doubts_among([]) == {}
