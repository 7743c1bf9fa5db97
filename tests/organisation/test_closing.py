"""An office that another one acts for: refused whole, spread evenly, ended early; and the restructuring register."""

from datetime import date, timedelta
from typing import Any

import pytest

from motcua.journal.models import Event
from motcua.organisation.actions import (
    RestructuringData,
    UnableToClose,
    UnableToRegister,
    close_office,
    delegate,
    enter_restructuring,
    note_absence,
    reopen_office,
    strike_restructuring,
)
from motcua.organisation.models import Delegation, Post, Restructuring
from motcua.organisation.queries import duties_of, holders
from motcua.organisation.queries.closures import acting_between, closures
from motcua.organisation.queries.register import register_lines, register_years
from motcua.rules.localday import local_day
from tests.world import World

pytestmark = pytest.mark.django_db


def _closed(world: World, **changes: Any) -> int:
    since = local_day(world.at) + timedelta(days=1)
    given = {
        "acting": world.neighbour.id, "valid_from": since, "valid_to": since + timedelta(days=7), "legal_basis": "QĐ 45",
        "by": world.as_actor("xa-mot.head"), "at": world.at,
    }  # fmt: skip
    return close_office(world.commune.id, **(given | changes))


def _codes(refused: pytest.ExceptionInfo[UnableToClose]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def test_each_held_post_goes_to_one_of_its_function(world: World) -> None:
    assert _closed(world) == 4
    on = local_day(world.at) + timedelta(days=1)
    for function in ("receiver", "specialist", "head", "leader"):
        [holder] = holders(world.commune.id, function, on=on)
        assert holder.user_id == world.people[f"xa-hai.{function}"].id
    assert duties_of(world.people["xa-mot.leader"], on=on)
    [closure] = closures(acting_between([world.commune.id], on=on))
    assert (closure.acting_id, len(closure.posts)) == (world.neighbour.id, 4)
    event = Event.objects.get(kind="agency.office_closed")
    assert (event.subject_id, event.data["posts"]) == (world.commune.id, 4)


def test_posts_are_spread_evenly_and_not_to_who_is_away(world: World) -> None:
    for n in range(3):
        world.staff(f"xa-mot.cv{n}", world.commune, "specialist", "solve")
    world.staff("xa-hai.cv1", world.neighbour, "specialist", "solve")
    away = world.staff("xa-hai.cv2", world.neighbour, "specialist", "solve")
    day = local_day(world.at)
    since, until = day + timedelta(days=3), day + timedelta(days=4)
    note_absence(away.id, valid_from=since, valid_to=until, by=world.as_actor("xa-hai.head"), at=world.at)
    assert _closed(world) == 7
    given = list(
        Delegation.objects.filter(post__function="specialist").values_list("user__username", flat=True)
    )
    assert sorted(given) == ["xa-hai.cv1"] * 2 + ["xa-hai.specialist"] * 2


def test_a_closure_is_refused_whole_with_every_reason(world: World) -> None:
    day = local_day(world.at)
    post = Post.objects.get(agency=world.commune, key="leader")
    delegate(
        post, world.people["xa-mot.head"], valid_from=day, valid_to=day + timedelta(days=30), legal_basis="QĐ 1",
        by=world.as_actor("xa-mot.head"), at=world.at,
    )  # fmt: skip
    head = world.people["xa-hai.head"]
    since, until = day + timedelta(days=2), day + timedelta(days=3)
    note_absence(head.id, valid_from=since, valid_to=until, by=world.as_actor("xa-hai.head"), at=world.at)
    with pytest.raises(UnableToClose) as refused:
        _closed(world)
    assert _codes(refused) == ["function_without_people", "post_delegated_already"]
    assert Delegation.objects.count() == 1
    assert not Event.objects.filter(kind="agency.office_closed").exists()


def test_what_is_wrong_with_the_question_is_said_at_once(world: World) -> None:
    day = local_day(world.at)
    with pytest.raises(UnableToClose) as refused:
        _closed(world, acting=world.commune.id, legal_basis=" ", valid_from=day, valid_to=day)
    assert _codes(refused) == ["closure_act_missing", "period_empty", "same_office"]
    with pytest.raises(UnableToClose) as refused:
        _closed(world, valid_from=day - timedelta(days=1))
    assert _codes(refused) == ["period_past"]
    outside = world.partner("ca", "Công an", "police", "X1.7", world.commune, outside=True)
    with pytest.raises(UnableToClose) as refused:
        _closed(world, acting=outside.id)
    assert _codes(refused) == ["acting_not_there"]
    with pytest.raises(UnableToClose) as refused:
        close_office(
            outside.id, acting=world.commune.id, valid_from=day, valid_to=day + timedelta(days=1), legal_basis="QĐ",
            by=world.as_actor("xa-mot.head"), at=world.at,
        )  # fmt: skip
    assert _codes(refused) == ["nothing_held"]


def test_it_opens_again_today_and_a_colleagues_delegation_stays(world: World) -> None:
    day = local_day(world.at)
    world.staff("xa-mot.phó", world.commune, "leader", "sign")
    post = Post.objects.get(agency=world.commune, key="xa-mot.phó")
    _closed(world, valid_from=day, valid_to=day + timedelta(days=3))
    delegate(
        post, world.people["xa-mot.head"], valid_from=day + timedelta(days=5), valid_to=day + timedelta(days=9),
        legal_basis="QĐ", by=world.as_actor("xa-mot.head"), at=world.at,
    )  # fmt: skip
    later = world.later(days=1)
    assert reopen_office(world.commune.id, valid_from=day, by=world.as_actor("xa-mot.head"), at=later) == 5
    assert acting_between([world.commune.id], on=local_day(later)) == []
    assert Delegation.objects.filter(
        post=post, valid_from=day + timedelta(days=5), valid_to=day + timedelta(days=9)
    ).exists()
    with pytest.raises(UnableToClose) as refused:
        reopen_office(world.commune.id, valid_from=day, by=world.as_actor("xa-mot.head"), at=later)
    assert _codes(refused) == ["not_closed"]
    assert Event.objects.get(kind="agency.office_reopened").data["posts"] == 5


# --- the register -------------------------------------------------------------------------------------------


def _line(**changes: Any) -> RestructuringData:
    given = {
        "kind": "units",
        "title": "Việc",
        "legal_basis": "QĐ",
        "effective_on": date(2025, 8, 1),
        "units_before": 5,
    }
    return RestructuringData(**(given | changes))


def test_totals_of_a_year_are_those_of_its_standing_lines(world: World) -> None:
    by = world.as_actor("xa-mot.head")
    enter_restructuring(_line(units_after=2, posts_before=9, posts_after=4), by=by, at=world.at)
    wrong = enter_restructuring(_line(units_before=50), by=by, at=world.at)
    cases = _line(kind="streamlined", cases=7, ground="left_at_once", effective_on=date(2024, 2, 1))
    enter_restructuring(cases, by=by, at=world.at)
    strike_restructuring(wrong, reason="Ghi nhầm", by=by, at=world.at)
    totals = [(row.year, row.lines, row.units_saved, row.posts_saved, row.cases) for row in register_years()]
    assert totals == [(2025, 1, 3, 5, 0), (2024, 1, 0, 0, 7)]
    assert [row.struck_reason for row in register_lines(year=2025)].count("Ghi nhầm") == 1
    # What counts units has no cases, and the other way round.
    assert Restructuring.objects.get(kind="streamlined").units_before == 0
    with pytest.raises(UnableToRegister, match="struck_already"):
        strike_restructuring(wrong, reason="Nữa", by=by, at=world.at)
    kinds = set(Event.objects.filter(kind__startswith="restructuring").values_list("kind", flat=True))
    assert kinds == {"restructuring.entered", "restructuring.struck"}


@pytest.mark.parametrize(("changes", "code"), [
    ({"kind": "other"}, "kind_wrong"),
    ({"title": " "}, "title_missing"),
    ({"legal_basis": ""}, "act_missing"),
    ({"effective_on": date(2099, 1, 1)}, "day_future"),
    ({"units_before": -1}, "counts_wrong"),
    ({"units_before": 0}, "counts_missing"),
    ({"kind": "streamlined"}, "cases_missing"),
    ({"kind": "streamlined", "cases": 1, "ground": "khác"}, "ground_missing"),
])  # fmt: skip
def test_a_line_that_lacks_something_is_refused(world: World, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(UnableToRegister, match=code):
        enter_restructuring(_line(**changes), by=world.as_actor("xa-mot.head"), at=world.at)
