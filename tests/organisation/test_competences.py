"""Giving a procedure to an agency by act: dated, journalled, one at a place, ended by another act."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from motcua.journal.events import SYSTEM
from motcua.journal.queries import history_of
from motcua.organisation import words
from motcua.organisation.actions import UnableToEmpower, end_competence, grant_competence
from motcua.organisation.models import Competence, Territory
from motcua.rules.competence import Duty
from tests.world import START, World

FIRST, SECOND, THIRD = date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)


@pytest.fixture
def place(world: World) -> World:
    """The world with one registered territory."""
    Territory.objects.create(code="66001", name="Một", kind="commune", valid_from=START)
    return world


def _grant(world: World, **more: Any) -> UUID:
    known: dict[str, Any] = {
        "duty": "decide",
        "procedure_id": world.procedure.procedure_id,
        "valid_from": FIRST,
        "legal_basis": "QĐ 5/2026/QĐ-UBND",
        "territory_code": "66001",
    }
    agency = more.pop("agency", world.commune)
    return grant_competence(agency.id, by=SYSTEM, at=world.at, **(known | more))


def _end(world: World, id: UUID, day: date, act: str = "QĐ 6") -> None:
    end_competence(id, valid_to=day, legal_basis=act, by=SYSTEM, at=world.at)


def _refusal(deed: Callable[[], object]) -> str:
    with pytest.raises(UnableToEmpower) as caught:
        deed()
    assert caught.value.code in words.known_refusals()
    return caught.value.code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"legal_basis": " "}, "act_missing"),
        ({"valid_to": FIRST}, "days_reversed"),
        ({"valid_from": date(2020, 1, 1)}, "agency_absent"),
        ({"territory_code": "77"}, "place_unknown"),
        ({"valid_from": SECOND}, "competence_taken"),
        ({"valid_from": SECOND, "territory_code": "", "duty": "receive"}, ""),
        ({"valid_from": SECOND, "duty": "receive"}, ""),
        ({"valid_from": START, "valid_to": FIRST}, ""),
    ],
)
def test_what_can_be_given(place: World, more: dict[str, Any], code: str) -> None:
    _grant(place)
    if code:
        assert _refusal(lambda: _grant(place, agency=place.neighbour, **more)) == code
    else:
        _grant(place, agency=place.neighbour, **more)
    assert Competence.objects.count() == (1 if code else 2)


def test_wherever_they_work_several_may_have_it_but_each_once(place: World) -> None:
    _grant(place, territory_code="")
    _grant(place, territory_code="", agency=place.neighbour)
    assert _refusal(lambda: _grant(place, territory_code="", valid_from=SECOND)) == "competence_taken"


def test_it_ends_by_another_act_and_both_are_in_the_journal(place: World) -> None:
    made = _grant(place)
    assert _refusal(lambda: _end(place, made, SECOND, "")) == "act_missing"
    _end(place, made, SECOND)
    assert _refusal(lambda: _end(place, made, SECOND)) == "competence_over"
    assert _refusal(lambda: _end(place, made, THIRD)) == "competence_over"
    assert Competence.objects.get().valid_to == SECOND
    granted, ended = history_of(made)
    assert (granted.kind, granted.data["valid_from"]) == ("competence.granted", "2026-12-01")
    assert (ended.kind, ended.data["legal_basis"]) == ("competence.ended", "QĐ 6")
    # From the day on it may be given to somebody else; what was cancelled stands in nobody's way.
    other = _grant(place, agency=place.neighbour, valid_from=SECOND)
    _end(place, other, FIRST)
    _grant(place, agency=place.neighbour, valid_from=SECOND)


def test_the_rule_and_the_rows_know_the_same_duties() -> None:
    assert {duty.value for duty in Duty} == set(Competence.Duty.values)
