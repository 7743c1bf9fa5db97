"""Who keeps which calendar."""

from datetime import date

from motcua.calendars.access import editable_calendars, may_edit
from motcua.organisation.queries import duties_of
from tests.world import World

DAY = date(2026, 11, 6)


def test_who_administers_an_agency_keeps_its_calendar_and_the_provinces_keeps_the_nations(
    world: World,
) -> None:
    of_commune = duties_of(world.staff("qt", world.commune, "administrator", "administer"), on=DAY)
    of_province = duties_of(world.staff("qtt", world.province, "administrator", "administer"), on=DAY)
    head = duties_of(world.people[f"{world.commune.key}.head"], on=DAY)

    reach = editable_calendars(of_commune, on=DAY)
    assert (reach.agencies, reach.national, reach.any) == (frozenset({world.commune.id}), False, True)
    assert may_edit(of_commune, world.commune.id, on=DAY)
    assert not may_edit(of_commune, world.neighbour.id, on=DAY)
    assert not may_edit(of_commune, None, on=DAY)
    assert may_edit(of_province, None, on=DAY)
    assert may_edit(of_province, world.province.id, on=DAY)
    assert not may_edit(of_province, world.commune.id, on=DAY)
    # Who answers for an office says when it is closed; who receives in it does not.
    assert editable_calendars(head, on=DAY).agencies == frozenset({world.commune.id})
    receiver = duties_of(world.people[f"{world.commune.key}.receiver"], on=DAY)
    assert not editable_calendars(receiver, on=DAY).any
    reform = duties_of(world.staff("cc", world.province, "reform", "see_province"), on=DAY)
    assert may_edit(reform, None, on=DAY)
    assert not may_edit(reform, world.commune.id, on=DAY)
    assert not may_edit((), None, on=DAY)
