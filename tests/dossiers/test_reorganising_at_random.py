"""Random plans on a small province, one after the other: nothing is lost, doubled, or changed, on any day."""

from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

import pytest

from motcua.dossiers.models import AgencyHandover, ClockRow, Dossier
from motcua.dossiers.queries import responsible_on
from motcua.journal.events import SYSTEM
from motcua.organisation.actions import TerritoryData, UnableToReorganise, register_territories
from motcua.organisation.models import Agency, Reorganisation
from motcua.organisation.queries import living
from motcua.reporting.periods import Period
from motcua.reporting.queries import Scope, figures
from motcua.rules.localday import local_day
from motcua.workflow.models import Task
from tests.dossiers.reorganised import applied, the_posts
from tests.dossiers.test_reorganising import _kept
from tests.world import START, World, a_procedure

pytestmark = pytest.mark.django_db
PLACES = ("p1", "p2", "p3")


def _dossiers(world: World, chance: Random) -> dict[UUID, date]:
    """Bring dossiers into all open states at both communes, some at a place that is known; return when each was filed."""
    other = world.publish(a_procedure("9.000002"))
    found = {}
    for number in range(14):
        agency = chance.choice([world.commune, world.neighbour])
        story = world.a_dossier(agency=agency, procedure=chance.choice([world.procedure, other])).filed()
        match number % 5:
            case 1:
                story.supplement_requested()
            case 2:
                story.accepted()
            case 3:
                story.accepted().supplement_requested()
            case 4:
                story.accepted().decided()
            case _:
                pass
        place = chance.choice(["", *PLACES])
        # Places are told at filing where an agency works at several; here a commune stands for one.
        Dossier.objects.filter(id=story.dossier.id).update(place_code=place)
        found[story.dossier.id] = local_day(world.at)
    return found


def _a_plan(world: World, chance: Random, number: int) -> list[dict[str, Any]]:
    today = local_day(world.at)
    communes = [row.key for row in Agency.objects.all() if row.key != "tinh" and living(row.id, on=today)]
    new = [f"m{number}{letter}" for letter in "ab"[: chance.randint(0, 2)]]
    lines: list[dict[str, Any]] = [
        {"op": "establish", "key": key, "name_vi": f"Xã {key}", "kind": "commune", "level": "commune", "parent": "tinh",
         "code_qd20": f"X1.{key.upper()}"}
        for key in new
    ]  # fmt: skip
    everyone = communes + new
    source = chance.choice(communes)
    sources: dict[str, set[str]] = {key: set() for key in everyone}
    match chance.choice(["merge", "split", "split", "transfer", "dissolve"]):
        case "merge":
            into = chance.choice(everyone)
            gone = sorted({source, chance.choice(communes)} - {into})
            if gone:
                lines.append({"op": "merge", "from": gone, "into": into})
                sources[into].update(gone)
        case "split":
            to, rest = chance.choice(everyone), chance.choice(everyone)
            part = {"to": to, "territories": chance.sample(PLACES, chance.randint(1, 2))}
            if chance.random() < 0.5:
                part["procedures"] = ["9.000001"]
            lines.append({"op": "split", "agency": source, "parts": [part], "rest": rest})
            for heir in {to, rest} - {source}:
                sources[heir].add(source)
        case "transfer":
            lines.append(
                {"op": "transfer", "procedures": ["9.000002"], "from": source, "to": chance.choice(everyone)}
            )
        case _:
            to = chance.choice(everyone)
            lines.append({"op": "dissolve", "agency": source, "successor": to})
            sources[to].add(source)
    for key in new:
        lines += the_posts(key, tuple(sorted(sources[key])))
    return lines


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_random_plans_one_after_the_other(world: World, seed: int) -> None:
    chance = Random(seed)
    places = [TerritoryData(code, code, "", "ward", "") for code in PLACES]
    register_territories(places, valid_from=START, legal_basis="", by=SYSTEM, at=world.at)
    filed = _dossiers(world, chance)
    before = {key: _kept(key) for key in filed}
    clocks = list(ClockRow.objects.order_by("id").values())
    past = Period(world.at - timedelta(days=40), world.at + timedelta(microseconds=1))
    counted = {row.agency_id: row.counts for row in figures(past, Scope())}
    history: dict[date, dict[UUID, UUID]] = {local_day(world.at): _now(filed)}
    done = 0
    for number in range(12):
        day = local_day(world.at) + timedelta(days=1)
        try:
            applied(world, _a_plan(world, chance, number), on=day)
        except UnableToReorganise:
            continue
        done += 1
        history[day] = _now(filed)
        # Whoever has a dossier is there, and so is who has its open work.
        assert all(living(agency, on=day) for agency in history[day].values())
        assert all(living(agency, on=day) for agency in _working(day))
    assert done >= 3
    assert {key: _kept(key) for key in filed} == before
    assert list(ClockRow.objects.order_by("id").values()) == clocks
    assert {row.agency_id: row.counts for row in figures(past, Scope())} == counted
    for day, told in history.items():
        for key in filed:
            assert responsible_on(key, day=day) == told[key], (day, key)
    _chained(filed)
    assert set(Reorganisation.objects.filter(approved_at__isnull=False).values_list("state", flat=True)) == {
        "applied"
    }


def _now(filed: dict[UUID, date]) -> dict[UUID, UUID]:
    return dict(Dossier.objects.filter(id__in=filed).values_list("id", "competent_agency_id"))


def _working(day: date) -> set[UUID]:
    return set(Task.objects.filter(completed_at__isnull=True).values_list("agency_id", flat=True))


def _chained(filed: dict[UUID, date]) -> None:
    """Each hand-over begins where the one before it ended, and the last ends where the dossier is."""
    for key in filed:
        row = Dossier.objects.get(id=key)
        steps = list(AgencyHandover.objects.filter(dossier_id=key).order_by("place"))
        assert [step.place for step in steps] == list(range(1, len(steps) + 1))
        for one, following in pairwise(steps):
            assert (one.to_competent, one.to_receiving) == (
                following.from_competent,
                following.from_receiving,
            )
        if steps:
            assert (steps[-1].to_competent, steps[-1].to_receiving) == (
                row.competent_agency_id,
                row.receiving_agency_id,
            )
