"""Who gets a task: never who is away, evenly, and the same answer for the same question."""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.assignment import (
    AssignmentRefused,
    Colleague,
    check_new_holder,
    chosen,
    may_give,
    spread,
)

A, B, C, D = (UUID(int=place) for place in range(1, 5))
people_of_any_kind = st.lists(
    st.builds(Colleague, st.sampled_from([A, B, C, D]), st.booleans(), st.integers(0, 9)),
    max_size=4,
    unique_by=lambda person: person.id,
)


def _tasks(count: int) -> list[UUID]:
    return [UUID(int=100 + place) for place in range(count)]


def test_the_example_of_the_page() -> None:
    given_to = spread(_tasks(5), [Colleague(A, load=4), Colleague(B, load=1), Colleague(C, away=True)])
    assert list(given_to.values()) == [B, B, B, A, B]


def test_equals_get_their_turn_in_order() -> None:
    assert list(spread(_tasks(4), [Colleague(A), Colleague(B)]).values()) == [A, B, A, B]


def test_two_posts_are_one_person() -> None:
    given_to = spread(_tasks(4), [Colleague(A), Colleague(B), Colleague(A)])
    assert Counter(given_to.values()) == {A: 2, B: 2}


@pytest.mark.parametrize("people", [[], [Colleague(A, away=True)]])
def test_nothing_is_spread_over_nobody(people: list[Colleague]) -> None:
    with pytest.raises(AssignmentRefused) as caught:
        spread(_tasks(1), people)
    assert caught.value.code == "nobody_present"


@given(people_of_any_kind, st.integers(0, 30))
def test_a_spread_is_whole_and_fair(people: list[Colleague], count: int) -> None:
    present = {person.id: person.load for person in people if not person.away}
    if not present:
        return
    given_to = spread(_tasks(count), people)
    assert list(given_to) == _tasks(count)
    got = Counter(given_to.values())
    assert set(got) <= set(present)
    most = max((present[key] + got[key] for key in got), default=0)
    # Nobody who got something has more than one task over anybody who is there.
    assert all(most <= present[key] + got[key] + 1 for key in present)


@given(people_of_any_kind, st.uuids())
def test_who_is_away_is_never_chosen(people: list[Colleague], key: UUID) -> None:
    found = chosen(key, people)
    assert (found is None) == all(person.away for person in people)
    assert found is None or not found.away


def test_the_work_is_spread_by_the_key() -> None:
    people = [Colleague(A), Colleague(B, away=True), Colleague(C)]
    found = Counter(person.id for key in range(100) if (person := chosen(UUID(int=key), people)))
    assert found == {A: 50, C: 50}


@pytest.mark.parametrize(
    ("to", "code"),
    [(D, "not_of_this_function"), (B, "colleague_away"), (A, "holds_already"), (C, "")],
)
def test_who_may_get_a_task(to: UUID, code: str) -> None:
    people = [Colleague(A), Colleague(B, away=True), Colleague(C)]
    if not code:
        check_new_holder(to, people, holder=A)
        return
    with pytest.raises(AssignmentRefused) as caught:
        check_new_holder(to, people, holder=A)
    assert caught.value.code == code


def test_who_is_away_keeps_what_they_have_but_gets_nothing_back() -> None:
    with pytest.raises(AssignmentRefused, match="colleague_away"):
        check_new_holder(A, [Colleague(A, away=True)], holder=A)


@pytest.mark.parametrize(
    ("by", "headed", "may"),
    [(A, (), True), (B, (), False), (B, (D,), True), (B, (C,), False)],
)
def test_who_may_give_a_task_on(by: UUID, headed: tuple[UUID, ...], may: bool) -> None:
    assert may_give(holder=A, by=by, agency=D, headed=headed) is may
    assert may_give(holder=None, by=by, agency=D, headed=headed) is (D in headed)
