"""The register of notice boards: what hangs where, who looked, and what must be seen to."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from motcua.catalogue.access import boards_for
from motcua.catalogue.actions.posting import (
    Finding,
    UnableToPost,
    check_postings,
    post_versions,
    remove_postings,
)
from motcua.catalogue.actions.withdrawing import withdraw_procedure
from motcua.catalogue.queries import Published
from motcua.catalogue.queries.posting import board_sums, postings, taken_down
from motcua.journal.models import Event
from motcua.organisation.queries import Duty
from motcua.rules.localday import local_day
from tests.world import World, a_procedure

FRIDAY = date(2026, 11, 6)
HALL = "Bảng niêm yết, sảnh tầng 1"


def _posted(world: World, *versions: Published, place: str = HALL, **changes: Any) -> list[UUID]:
    facts: dict[str, Any] = {
        "agency_id": world.commune.id,
        "posted_on": local_day(world.at),
        "by": world.as_actor("xa-mot.receiver"),
        "at": world.at,
    }
    chosen = [version.id for version in versions or (world.procedure,)]
    return post_versions(chosen, place=place, **facts | changes)


def _found(world: World, posting: UUID, finding: str, note: str = "") -> None:
    check_postings(
        {posting: Finding(finding, note)},
        agency_id=world.commune.id,
        by=world.as_actor("xa-mot.head"),
        at=world.at,
    )


def _faults(world: World, **asked: Any) -> list[tuple[str, ...]]:
    rows = postings(on=local_day(world.at), agencies=[world.commune.id], stale=True, **asked)
    return [row.faults for row in rows]


def test_what_is_put_up_is_in_the_register_with_its_version_and_day(world: World) -> None:
    (id,) = _posted(world, place="  Bảng  niêm yết ")
    (row,) = postings(on=FRIDAY)
    assert (row.id, row.code, row.number, row.place) == (id, "9.000001", 1, "Bảng niêm yết")
    assert (row.posted_on, row.posted_label) == (FRIDAY, world.as_actor("xa-mot.receiver").label)
    assert (row.faults, row.checked_at) == ((), None)
    event = Event.objects.get(kind="agency.procedures_posted")
    assert (event.subject_id, event.agency_id) == (world.commune.id, world.commune.id)
    assert event.data["versions"] == [str(world.procedure.id)]


def test_the_same_version_is_put_up_once(world: World) -> None:
    assert _posted(world) == _posted(world)
    assert Event.objects.filter(kind="agency.procedures_posted").count() == 1


def test_a_new_version_takes_the_place_of_the_old_one(world: World) -> None:
    (old,) = _posted(world)
    world.later(days=3)
    newer = world.publish(a_procedure(keywords=["mới"]))
    assert _faults(world) == [("superseded",)]
    (new,) = _posted(world, newer)
    (row,) = postings(on=local_day(world.at))
    assert (row.id, row.number, row.faults) == (new, 2, ())
    assert new != old
    (past,) = taken_down(world.commune.id)
    assert (past.number, past.removed_on) == (1, date(2026, 11, 9))


def test_what_was_found_wanting_is_hung_anew_on_the_same_place(world: World) -> None:
    (gone,) = _posted(world)
    _found(world, gone, "missing")
    assert _faults(world) == [("missing",)]
    (again,) = _posted(world)
    assert again != gone
    assert _faults(world) == []


@pytest.mark.parametrize("finding", ["missing", "damaged", "wrong_version"])
def test_the_last_finding_counts(world: World, finding: str) -> None:
    (id,) = _posted(world)
    _found(world, id, finding, "  bị che  ")
    (row,) = postings(on=FRIDAY, stale=True)
    assert (row.faults, row.finding, row.note) == ((finding,), finding, "bị che")
    assert row.checked_label == world.as_actor("xa-mot.head").label
    world.later(hours=1)
    _found(world, id, "in_place")
    assert postings(on=FRIDAY, stale=True) == []


def test_what_nobody_looked_at_for_thirty_days_is_to_be_seen_to(world: World) -> None:
    (id,) = _posted(world)
    world.later(days=30)
    assert _faults(world) == []
    world.later(days=1)
    assert _faults(world) == [("unchecked",)]
    assert _faults(world, unchecked_days=60) == []
    _found(world, id, "in_place")
    assert _faults(world) == []
    world.later(days=31)
    assert _faults(world) == [("unchecked",)]


def test_a_check_late_in_the_evening_counts_for_its_local_day(world: World) -> None:
    (id,) = _posted(world)
    world.later(hours=-3)  # six in the morning here, the evening before in Greenwich
    _found(world, id, "in_place")
    world.later(days=30)
    assert _faults(world) == []


def test_a_withdrawn_procedure_is_to_be_taken_down_from_its_day(world: World) -> None:
    _posted(world)
    withdraw_procedure(
        world.procedure.procedure_id,
        effective_on=FRIDAY + timedelta(days=2),
        legal_basis="1/QĐ-UBND",
        by=world.as_actor("xa-mot.head"),
        at=world.at,
    )
    assert _faults(world) == []
    world.later(days=2)
    assert _faults(world) == [("withdrawn",)]


def test_what_is_taken_down_no_longer_hangs(world: World) -> None:
    (id,) = _posted(world)
    by = world.as_actor("xa-mot.head")
    remove_postings([id], agency_id=world.commune.id, removed_on=FRIDAY, by=by, at=world.at)
    assert postings(on=FRIDAY) == []
    (past,) = taken_down(world.commune.id)
    assert (past.place, past.removed_label) == (HALL, by.label)
    assert Event.objects.get(kind="agency.postings_removed").data["postings"] == [str(id)]
    with pytest.raises(UnableToPost, match="not_hanging"):
        _found(world, id, "in_place")


def test_what_cannot_be_is_refused_and_leaves_nothing(world: World) -> None:
    other = world.publish(a_procedure(keywords=["khác"]))
    tomorrow, yesterday = FRIDAY + timedelta(days=1), FRIDAY - timedelta(days=1)
    attempts: dict[str, Callable[[], object]] = {
        "no_place": lambda: _posted(world, place="  "),
        "place_too_long": lambda: _posted(world, place="a" * 241),
        "day_ahead": lambda: _posted(world, posted_on=tomorrow),
        "before_version": lambda: _posted(world, posted_on=yesterday),
        "two_of_one": lambda: _posted(world, world.procedure, other),
        "no_such_version": lambda: post_versions(
            [uuid4()],
            agency_id=world.commune.id,
            place=HALL,
            posted_on=FRIDAY,
            by=world.as_actor("xa-mot.head"),
            at=world.at,
        ),
    }
    for code, refused in attempts.items():
        with pytest.raises(UnableToPost) as raised:
            refused()
        assert raised.value.code == code
    assert postings(on=FRIDAY) == []
    assert not Event.objects.filter(kind__startswith="agency.procedures").exists()


def test_a_posting_is_not_taken_down_before_it_was_put_up_nor_in_the_future(world: World) -> None:
    (id,) = _posted(world)
    by = world.as_actor("xa-mot.head")
    for day, code in (
        (FRIDAY - timedelta(days=1), "before_posted"),
        (FRIDAY + timedelta(days=1), "day_ahead"),
    ):
        with pytest.raises(UnableToPost, match=code):
            remove_postings([id], agency_id=world.commune.id, removed_on=day, by=by, at=world.at)
    with pytest.raises(UnableToPost, match="nothing_chosen"):
        remove_postings([], agency_id=world.commune.id, removed_on=FRIDAY, by=by, at=world.at)


def test_an_agency_can_touch_its_own_boards_only(world: World) -> None:
    (id,) = _posted(world)
    by = world.as_actor("xa-hai.head")
    with pytest.raises(UnableToPost, match="not_hanging"):
        remove_postings([id], agency_id=world.neighbour.id, removed_on=FRIDAY, by=by, at=world.at)
    with pytest.raises(UnableToPost, match="not_hanging"):
        check_postings({id: Finding("in_place")}, agency_id=world.neighbour.id, by=by, at=world.at)


def test_a_check_of_several_is_kept_whole_or_not_at_all(world: World) -> None:
    (id,) = _posted(world)
    by = world.as_actor("xa-mot.head")
    for findings, code in (
        ({id: Finding("in_place"), uuid4(): Finding("in_place")}, "not_hanging"),
        ({id: Finding("fine")}, "bad_finding"),
        ({id: Finding("damaged", "x" * 501)}, "note_too_long"),
        ({}, "nothing_chosen"),
    ):
        with pytest.raises(UnableToPost, match=code):
            check_postings(findings, agency_id=world.commune.id, by=by, at=world.at)
    (row,) = postings(on=FRIDAY)
    assert row.checked_at is None


def test_the_sums_count_what_the_lists_show(world: World) -> None:
    second = world.publish(a_procedure("9.000002"))
    third = world.publish(a_procedure("9.000003"))
    ids = _posted(world, world.procedure, second, third)
    _posted(world, place="Cổng phụ")
    _posted(world, agency_id=world.neighbour.id)
    _found(world, ids[0], "damaged")
    _found(world, ids[1], "in_place")
    world.publish(a_procedure("9.000003", keywords=["mới"]))
    sums = board_sums(on=FRIDAY)
    ours = sums[world.commune.id]
    assert (ours.hanging, ours.places, ours.stale, ours.last_check) == (4, 2, 2, world.at)
    assert {fault: n for fault, n in ours.by_fault.items() if n} == {"damaged": 1, "superseded": 1}
    assert sums[world.neighbour.id].stale == 0
    assert sums.keys() == {world.commune.id, world.neighbour.id}
    assert len(postings(on=FRIDAY, agencies=[world.commune.id], stale=True)) == ours.stale
    assert board_sums(on=FRIDAY, agencies=[]) == {}


def test_the_register_is_read_in_one_statement_however_long(
    world: World, django_assert_num_queries: Any
) -> None:
    versions = [world.publish(a_procedure(f"9.0001{n:02}")) for n in range(20)]
    _posted(world, *versions)
    with django_assert_num_queries(1):
        assert len(postings(on=FRIDAY)) == 20


def _duty(role: str, function: str, agency: UUID) -> Duty:
    return Duty(role, agency, uuid4(), function, "", "", agency)


def test_who_keeps_a_board_and_who_oversees_all() -> None:
    here, there = uuid4(), uuid4()
    for role in ("receive", "head", "administer"):
        boards = boards_for([_duty(role, "receiver", here)])
        assert (boards.may_keep(here), boards.may_see(there), boards.any) == (True, False, True)
    for role in ("solve", "sign", "see_agency", "see_province"):
        assert not boards_for([_duty(role, "specialist", here)]).any
    reform = boards_for([_duty("see_province", "reform", here)])
    assert (reform.may_see(there), reform.may_keep(here)) == (True, False)
