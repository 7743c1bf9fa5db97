from dataclasses import replace

import pytest

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import Awaited, Node, NodeKind, task
from motcua.rules.process.time_sum import (
    DAY,
    LongestPath,
    faults_of_time,
    fewest_minutes,
    longest_path,
    most_minutes,
)
from tests.rules.process.drawn import drawn, error, timer


def _days(key: str, days: int) -> Node:
    return task(key, "specialist", key, limit=Limit(Unit.WORKING_DAY, days))


def _path(way: str, *nodes: Node) -> list[tuple[str, int]]:
    found = longest_path(drawn(way, nodes=nodes))
    assert found.minutes == sum(minutes for _, minutes in found.nodes)
    return [(key, minutes // DAY) for key, minutes in found.nodes]


def test_a_line_is_the_sum_of_its_steps() -> None:
    assert _path("start>a a>b b>end", _days("a", 2), _days("b", 3)) == [("a", 2), ("b", 3)]


@pytest.mark.parametrize("kind", ["p", "x", "o"])
def test_of_branches_the_longest_counts(kind: str) -> None:
    way = f"start>{kind}1 {kind}1>a {kind}1>b a>{kind}2 b>{kind}2 {kind}2>c c>end"
    assert _path(way, _days("a", 2), _days("b", 3), _days("c", 1)) == [("b", 3), ("c", 1)]


def test_a_loop_counts_once_with_what_lies_on_its_way_back() -> None:
    way = "start>x1 x1>a a>x2 x2>b b>x1 x2>c c>end"
    assert _path(way, _days("a", 2), _days("b", 3), _days("c", 1)) == [("a", 2), ("b", 3), ("c", 1)]
    assert _path("start>a a>b b>x2 x2>a x2>end", _days("a", 2), _days("b", 3)) == [("a", 2), ("b", 3)]


def test_a_loop_in_a_loop_counts_once() -> None:
    way = "start>x1 x1>a a>x2 x2>b b>x3 x3>x2 x3>x4 x4>c c>x1 x4>d d>end"
    nodes = [_days("a", 1), _days("b", 2), _days("c", 4), _days("d", 8)]
    assert _path(way, *nodes) == [("a", 1), ("b", 2), ("c", 4), ("d", 8)]


def test_partners_waits_and_timers_count_but_not_a_wait_for_a_supplement() -> None:
    limit = Limit(Unit.WORKING_DAY, 2)
    nodes = [
        Node("call", NodeKind.CALL, limit=limit, partner="p", procedure="1"),
        Node("pay", NodeKind.WAIT, limit=limit, awaits=Awaited.PAYMENT),
        Node("add", NodeKind.WAIT, limit=limit, awaits=Awaited.SUPPLEMENT),
        Node("rest", NodeKind.TIMER, limit=limit),
    ]
    path = _path("start>call call>pay pay>add add>rest rest>end", *nodes)
    assert path == [("call", 2), ("pay", 2), ("rest", 2)]


def test_what_is_interrupted_took_until_its_timer() -> None:
    limit = Limit(Unit.WORKING_DAY, 1)
    nodes = [_days("a", 2), timer("t", "a", limit=limit), _days("b", 5)]
    assert _path("start>a a>end t>b b>end2", *nodes) == [("t", 1), ("b", 5)]
    failing = [_days("a", 2), error("f", "a"), _days("b", 5)]
    assert _path("start>a a>end f>b b>end2", *failing) == [("a", 2), ("b", 5)]


def test_a_timer_on_a_wait_for_a_supplement_costs_nothing() -> None:
    wait = Node("add", NodeKind.WAIT, awaits=Awaited.SUPPLEMENT)
    path = _path("start>add add>end t>b b>end2", wait, timer("t", "add"), _days("b", 5))
    assert path == [("b", 5)]


@pytest.mark.parametrize(
    ("limit", "most", "fewest"),
    [
        (Limit(Unit.WORKING_DAY, 3), 3 * DAY, 3 * DAY),
        (Limit(Unit.WORKING_HOUR, 4), 240, 240),
        (Limit(Unit.SAME_DAY, 1), DAY, DAY),
        (Limit(Unit.HOUR, 4), 240, 240),
        (Limit(Unit.HOUR, 72), 3 * DAY, 3 * DAY),
        # Seven days have five working days; of two, both may be a weekend, and then the next day is the last.
        (Limit(Unit.CALENDAR_DAY, 7), 5 * DAY, 5 * DAY),
        (Limit(Unit.CALENDAR_DAY, 2), 2 * DAY, DAY),
        (Limit(Unit.CALENDAR_DAY, 10), 8 * DAY, 6 * DAY),
        (Limit(Unit.MONTH, 1), 23 * DAY, 20 * DAY),
        (Limit(Unit.MONTH, 2, then=(Limit(Unit.WORKING_DAY, 15),)), 61 * DAY, 55 * DAY),
    ],
)
def test_limits_in_minutes_are_cautious(limit: Limit, most: int, fewest: int) -> None:
    assert (most_minutes(limit), fewest_minutes(limit)) == (most, fewest)


def test_a_path_that_does_not_fit_tells_its_steps_and_where_it_passes_the_limit() -> None:
    process = drawn("start>a a>b b>c c>end", nodes=[_days("a", 2), _days("b", 3), _days("c", 1)])
    assert faults_of_time(process, Limit(Unit.WORKING_DAY, 6)) == ()
    (fault,) = faults_of_time(process, Limit(Unit.WORKING_DAY, 4))
    assert (fault.kind, fault.element, fault.warning) == ("too_long", "b", False)
    assert fault.facts == {"nodes": "a, b, c", "sum": 6 * DAY, "limit": 4 * DAY}
    assert faults_of_time(process, None) == ()


def test_steps_without_limit_are_counted_as_a_warning() -> None:
    process = drawn("start>a a>b b>c c>end", nodes=[_days("b", 3)])
    (fault,) = faults_of_time(process, Limit(Unit.WORKING_DAY, 4))
    assert (fault.kind, fault.warning, fault.facts) == ("no_step_limit", True, {"count": 2, "nodes": "a, c"})


def test_a_long_process_is_reckoned_without_deep_calls() -> None:
    count = 3_000
    way = f"start>s0 s{count - 1}>end " + " ".join(f"s{n}>s{n + 1}" for n in range(count - 1))
    nodes = [replace(_days("s", 1), key=f"s{n}") for n in range(count)]
    assert longest_path(drawn(way, nodes=nodes)).minutes == count * DAY
    assert isinstance(longest_path(drawn("start>end")), LongestPath)


def test_a_whole_in_calendar_days_holds_steps_in_calendar_days() -> None:
    # Each for itself 4 and 6 such days may have 4 and 5 working days, and the 10 only 6.
    nodes = [
        task(key, "head", key, limit=Limit(Unit.CALENDAR_DAY, days)) for key, days in (("a", 4), ("b", 6))
    ]
    process = drawn("start>a a>b b>end", nodes=nodes)
    assert faults_of_time(process, Limit(Unit.CALENDAR_DAY, 10)) == ()
    assert [fault.kind for fault in faults_of_time(process, Limit(Unit.CALENDAR_DAY, 9))] == ["too_long"]


def test_the_way_back_of_a_loop_that_only_a_larger_loop_leaves_counts_too() -> None:
    way = "start>x1 x1>x2 x2>a a>x3 x3>b b>x2 x3>x1 x1>d d>end"
    assert dict(_path(way, _days("a", 1), _days("b", 2), _days("d", 8))) == {"a": 1, "b": 2, "d": 8}
