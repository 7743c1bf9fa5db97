from typing import Any

import pytest

from motcua.rules.process import (
    Awaited,
    Condition,
    Datum,
    DatumKind,
    Machine,
    Node,
    NodeKind,
    ProcessRefused,
    task,
)
from motcua.rules.process.exploring import explore
from motcua.rules.process.moving import Passage, Policy, check_mapping, identity, move_marking
from tests.rules.process.drawn import drawn, side_by_side, timer

OLD = drawn("start>a a>b b>c c>end")


def _kinds(*arguments: Any) -> set[tuple[str, str]]:
    return {(fault.kind, fault.element) for fault in check_mapping(*arguments)}


def test_what_keeps_its_key_stays_where_it_is() -> None:
    new = drawn("start>a a>b b>more more>c c>end")
    places = identity(OLD, new)
    assert places == {"a": "a", "b": "b", "c": "c"}
    assert check_mapping(OLD, new, places) == ()
    assert [move_marking(OLD, new, places, (key,)) for key in "abc"] == [("a",), ("b",), ("c",)]


def test_a_step_that_is_gone_needs_a_place_to_go_to() -> None:
    new = drawn("start>a a>d d>end")
    places = identity(OLD, new)
    assert _kinds(OLD, new, places) == {("unmapped_place", "b"), ("unmapped_place", "c")}
    (fault, _) = check_mapping(OLD, new, places)
    assert [scene.node for scene in fault.story] == ["start", "a"]
    assert check_mapping(OLD, new, {**places, "b": "d", "c": "d"}) == ()
    with pytest.raises(ProcessRefused) as refused:
        move_marking(OLD, new, places, ("b",))
    assert (refused.value.code, refused.value.where) == ("unmapped_place", "b")


def test_tokens_side_by_side_are_not_put_together() -> None:
    old = drawn("start>p1 p1>a p1>b a>p2 b>p2 p2>end")
    new = drawn("start>d d>e e>end")
    every = {"a": "d", "b": "d", "a>p2": "e", "b>p2": "e"}
    assert ("token_doubled", "d") in _kinds(old, new, every)
    apart = {**every, "b": "e"}
    # Two tokens where the new version has one at a time: one would be lost.
    assert ("unreachable_marking", "d") in _kinds(old, new, apart)
    with pytest.raises(ProcessRefused) as refused:
        move_marking(old, new, apart, ("a", "b"))
    assert refused.value.code == "unreachable_marking"


def test_a_token_that_others_would_wait_for_is_not_left_out() -> None:
    new = drawn("start>a a>p1 p1>b p1>d b>p2 d>p2 p2>c c>end")
    # At b alone the new version would wait for ever for what comes by d.
    assert ("unreachable_marking", "b") in _kinds(OLD, new, identity(OLD, new))
    assert _kinds(OLD, new, {"a": "a", "b": "a", "c": "c"}) == set()


def test_tokens_before_a_join_are_moved_by_their_flows() -> None:
    old = drawn("start>p1 p1>a p1>b a>p2 b>p2 p2>c c>end")
    new = drawn("start>p1 p1>a p1>b a>p3 b>p3 p3>c c>end")
    places = {"a": "a", "b": "b", "c": "c", "a>p2": "a>p3", "b>p2": "b>p3"}
    assert check_mapping(old, new, places) == ()
    assert move_marking(old, new, places, ("a", "b>p2")) == ("a", "b>p3")
    assert ("unmapped_place", "a>p2") in _kinds(old, new, identity(old, new))


def test_timers_go_with_their_host_but_do_not_run_out_twice() -> None:
    old = drawn("start>a a>end t>r r>end", nodes=[timer("t", "a", interrupts=False)])
    more = [timer("t", "a", interrupts=False), timer("u", "a")]
    new = drawn("start>a a>end t>r r>end u>v v>end", nodes=more)
    places = identity(old, new)
    assert move_marking(old, new, places, ("a", "t")) == ("a", "t", "u")
    assert move_marking(old, new, places, ("a", "r")) == ("a", "r", "u")
    assert check_mapping(old, new, places) == ()


def test_a_partner_cannot_become_a_task() -> None:
    call = Node("b", NodeKind.CALL, partner="p", procedure="1")
    new = drawn("start>a a>b b>c c>end", nodes=[call])
    assert identity(OLD, new) == {"a": "a", "c": "c"}
    assert _kinds(OLD, new, {"a": "a", "b": "b", "c": "c"}) == {("other_sort", "b")}
    waits = [Node("w", NodeKind.WAIT, awaits=awaits) for awaits in (Awaited.PAYMENT, Awaited.ANSWER)]
    before, after = (drawn("start>w w>end", nodes=[wait]) for wait in waits)
    assert identity(before, after) == {}


def test_places_that_are_not_there_are_named() -> None:
    assert _kinds(OLD, OLD, {"x": "a", "a": "y"}) == {("unknown_place", "x"), ("unknown_target", "y")}


def test_data_that_the_new_version_asks_must_have_been_set() -> None:
    full = Datum("full", DatumKind.TRUTH)
    new = drawn(
        "start>a a>b b>x1 x1>c x1>d c>end d>end",
        nodes=[task("a", "specialist", "a", sets=("full",))],
        conditions={"x1>c": {"var": "full"}},
        defaults=["x1>d"],
        data=[full],
    )
    assert isinstance(new.flows[3].condition, Condition)
    faults = check_mapping(OLD, new, identity(OLD, new))
    # Behind the gateway nobody asks any more, and at the first step it is still to be set.
    assert [(one.kind, one.element, one.facts["datum"]) for one in faults] == [("data_not_set", "b", "full")]
    assert check_mapping(OLD, new, {"a": "a", "b": "a", "c": "c"}) == ()


def test_every_marking_moves_to_the_same_one_in_the_same_process() -> None:
    process = side_by_side(3, 2, loop=True)
    passage = Passage(process, process, identity(process, process))
    markings = [state.marking for state in explore(process, most=50_000).origin if state.marking]
    assert len(markings) > 20
    assert [passage.move(marking) for marking in markings] == markings
    assert all(Machine(process).begin().marking == ("first",) for _ in markings[:1])


def test_what_cannot_be_looked_at_whole_is_refused_not_guessed() -> None:
    large = side_by_side(10, 6)
    passage = Passage(large, large, identity(large, large), most=500)
    begun = tuple(sorted(f"b{n}s0" for n in range(10)))
    assert passage.move(begun) == begun
    late = tuple(sorted(f"b{n}s5" for n in range(10)))
    with pytest.raises(ProcessRefused) as refused:
        passage.move(late)
    assert refused.value.code == "too_complex"
    faults = check_mapping(large, large, identity(large, large), most=500)
    assert faults[-1].kind == "too_complex"
    assert faults[-1].warning


def test_the_policies_have_names() -> None:
    assert [policy.value for policy in Policy] == ["stay", "move", "restart"]
