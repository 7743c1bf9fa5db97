"""Inclusive choices and joins: what a join waits for, by BPMN 2.0, 13.4.3."""

import pytest

from motcua.rules.process import (
    Machine,
    Node,
    NodeKind,
)
from tests.rules.process.small_machines import (
    error_on,
    exclusive,
    inclusive,
    machine_of,
    marking_after,
    parallel,
    task_at,
    timer_on,
)


def _some() -> Machine:
    return machine_of(
        (task_at("first"), inclusive("split"), task_at("a"), task_at("b"), task_at("c"), inclusive("join"), task_at("d")),
        "start first", "first split", "split a x", "split b y", "split c else", "a join", "b join", "c join",
        "join d", "d end",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "waiting"),
    [
        ({"x": True, "y": True}, ("a", "b")),
        ({"x": True, "y": False}, ("a",)),
        ({"y": True}, ("b",)),
        ({"x": False, "y": False}, ("c",)),
        ({}, ("c",)),
    ],
)
def test_an_inclusive_choice_takes_all_ways_that_hold_and_its_join_waits_for_these(
    data: dict[str, bool], waiting: tuple[str, ...]
) -> None:
    machine = _some()
    marking = machine.complete(("first",), "first", data).marking
    assert marking == waiting
    for number, key in enumerate(waiting):
        marking = machine.complete(marking, key, data).marking
        assert (marking == ("d",)) is (number == len(waiting) - 1)


def test_an_inclusive_join_stops_waiting_when_the_token_goes_another_way() -> None:
    """No block: the branch of `b` may come to the join or leave past it (BPMN 2.0, 13.4.3)."""
    machine = machine_of(
        (parallel("split"), task_at("a"), task_at("b", "x"), exclusive("asked"), inclusive("join"), task_at("c"),
         task_at("past")),
        "start split", "split a", "split b", "a join", "b asked", "asked join x", "asked past else", "join c",
        "c end", "past end",
    )  # fmt: skip
    marking = marking_after(machine, "a")
    assert marking == ("a>join", "b")
    comes = machine.complete(marking, "b", {"x": True})
    assert comes.marking == ("c",)
    passes = machine.complete(marking, "b", {"x": False})
    assert passes.marking == ("c", "past")
    assert set(passes.left) == {"b", "a>join"}
    assert passes.flows == ("b>asked", "asked>past", "join>c")


def test_an_inclusive_join_does_not_wait_for_what_can_also_come_by_a_flow_that_has_a_token() -> None:
    """The second part of 13.4.3: from `far` there is a way to either flow of the join."""
    machine = machine_of(
        (parallel("split"), task_at("near"), task_at("far", "x"), exclusive("merge"), exclusive("asked"),
         inclusive("join"), task_at("c"), task_at("other")),
        "start split", "split near", "split far", "near merge", "far asked", "asked merge x", "asked other else",
        "other join", "merge join", "join c", "c end",
    )  # fmt: skip
    assert marking_after(machine, "near") == ("c", "far")


def test_an_inclusive_join_does_not_wait_for_what_comes_only_through_itself() -> None:
    machine = machine_of(
        (exclusive("again"), inclusive("join"), parallel("split"), task_at("a"), task_at("b", "x"),
         exclusive("asked")),
        "start join", "join split", "split a", "split b", "a end", "b asked", "asked again x", "asked end else",
        "again join",
    )  # fmt: skip
    assert machine.begin().marking == ("a", "b")
    # The token at `a` comes to no join again; round the loop the one at `b` opens it alone.
    marking = machine.complete(("a", "b"), "a").marking
    assert machine.complete(marking, "b", {"x": True}).marking == ("a", "b")


@pytest.mark.parametrize("boundary", [timer_on("b"), error_on("b")])
def test_a_boundary_of_a_task_before_an_inclusive_join_is_waited_for(boundary: Node) -> None:
    machine = machine_of(
        (parallel("split"), task_at("a"), task_at("b"), boundary, task_at("other"), inclusive("join"), task_at("gone")),
        "start split", "split a", "split b", "a join", f"{boundary.key} other", "other join", "b gone", "gone end",
        "join end",
    )  # fmt: skip
    marking = marking_after(machine, "a")
    assert marking[:2] == ("a>join", "b")
    # It can come by the boundary only; once the task is done it cannot.
    assert machine.complete(marking, "b").marking == ("gone",)
    timed = boundary.kind is NodeKind.BOUNDARY_TIMER
    moved = machine.expire(marking, boundary.key) if timed else machine.fail(marking, "b")
    assert moved.marking == ("a>join", "other")
    assert machine.complete(moved.marking, "other").ended
