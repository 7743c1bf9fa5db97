import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.rules.process import (
    DEFAULT_PROCESS,
    Datum,
    DatumKind,
    Machine,
    NodeKind,
    Process,
    ProcessRefused,
    task,
)
from motcua.rules.process.faults import Deed
from motcua.rules.process.proposing import propose
from motcua.rules.process.scenarios import (
    Act,
    Scenario,
    ScenarioRefused,
    coverage,
    faults_of_scenarios,
    play,
)
from tests.rules.process.drawn import drawn, error, side_by_side, timer
from tests.rules.process.random_processes import ALL_EXTRAS, random_values, sound_process

FULL = Datum("full", DatumKind.TRUTH)
PROCESS = drawn(
    "start>look look>x1 x1>ask ask>look x1>sign sign>end t>hurry hurry>end2 f>call call>end2",
    nodes=[
        task("look", "specialist", "look", sets=("full",)),
        timer("t", "sign"),
        error("f", "sign"),
    ],
    conditions={"x1>sign": {"var": "full"}},
    defaults=["x1>ask"],
    data=[FULL],
)


def _act(node: str, deed: Deed = Deed.DONE, **data: Any) -> Act:
    return Act(node, deed, data)


def _scenario(*acts: Act, key: str = "s", **more: Any) -> Scenario:
    return Scenario(key, "Hồ sơ đủ", acts, **more)


STRAIGHT = _scenario(_act("look", full=True), _act("sign"), end="end")
AROUND = _scenario(
    _act("look", full=False),
    _act("ask"),
    _act("look", full=True),
    _act("t", Deed.EXPIRED),
    _act("hurry"),
    key="a",
)
FAILING = _scenario(_act("look", full=True), _act("sign", Deed.FAILED), _act("call"), key="f", end="end2")


def test_a_scenario_that_goes_as_expected_passes() -> None:
    played = play(PROCESS, AROUND)
    assert played.passed
    assert [act.marking for act in played.acts] == [
        ("look",), ("ask",), ("look",), ("sign", "t"), ("hurry",), (),
    ]  # fmt: skip
    assert [act.offered for act in played.acts] == [(), ("look",), ("ask",), ("look",), ("sign",), ("hurry",)]
    assert played.acts[4].flows == ("t>hurry",)


WRONG = {
    "not there": (_scenario(_act("sign")), ("not_waiting", 1, "sign")),
    "too short": (_scenario(_act("look", full=True)), ("not_ended", 1, "sign, t")),
    "too long": (_scenario(*STRAIGHT.acts, _act("sign")), ("not_waiting", 3, "sign")),
    "other end": (_scenario(*FAILING.acts, end="end"), ("other_end", 3, "end2")),
    "says nothing": (_scenario(_act("look")), ("data_missing", 1, "full")),
    "says something else": (_scenario(_act("look", full="yes")), ("bad_data", 1, "full")),
    "knows too much": (_scenario(given={"colour": "red"}), ("bad_data", 0, "colour")),
    "cannot fail": (_scenario(_act("look", Deed.FAILED)), ("no_error_path", 1, "look")),
    "runs out too early": (_scenario(_act("t", Deed.EXPIRED)), ("not_waiting", 1, "t")),
}


@pytest.mark.parametrize(("scenario", "expected"), WRONG.values(), ids=WRONG.keys())
def test_one_that_does_not_tells_why_and_where(scenario: Scenario, expected: tuple[str, int, str]) -> None:
    played = play(PROCESS, scenario)
    assert (played.reason, played.at, played.node) == expected
    assert not played.passed


def test_coverage_counts_what_passes() -> None:
    failing = _scenario(_act("look", full=True), _act("sign", Deed.FAILED), key="stops")
    found = coverage(PROCESS, [play(PROCESS, STRAIGHT), play(PROCESS, failing)])
    assert found.flows == ("start>look", "look>x1", "x1>sign", "sign>end")
    assert found.missing_boundaries == ("t", "f")
    assert set(found.missing_nodes) == {"ask", "hurry", "end2", "call", "t", "f"}
    assert not found.whole
    assert coverage(PROCESS, [play(PROCESS, one) for one in (STRAIGHT, AROUND, FAILING)]).whole


def test_what_no_scenario_covers_stops_publication() -> None:
    assert [fault.kind for fault in faults_of_scenarios(PROCESS, [])] == ["no_scenario"]
    assert faults_of_scenarios(PROCESS, [STRAIGHT, AROUND, FAILING]) == ()
    faults = faults_of_scenarios(PROCESS, [STRAIGHT, AROUND, STRAIGHT])
    assert {(fault.kind, fault.element) for fault in faults} == {
        ("repeated_scenario", "s"),
        ("flow_without_scenario", "f>call"),
        ("flow_without_scenario", "call>end2"),
        ("boundary_without_scenario", "f"),
    }


def test_a_failing_scenario_stops_publication() -> None:
    short = _scenario(_act("look", full=True), key="short")
    fault = next(one for one in faults_of_scenarios(PROCESS, [short]) if one.kind == "failing_scenario")
    assert (fault.element, fault.facts) == ("short", {"reason": "not_ended", "at": 1, "node": "sign, t"})


@pytest.mark.parametrize("scenario", [STRAIGHT, AROUND, FAILING, _scenario(given={"full": True})])
def test_a_scenario_comes_back_from_json(scenario: Scenario) -> None:
    assert Scenario.from_json(json.loads(json.dumps(scenario.to_json()))) == scenario


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("missing_field", {"acts": []}),
        ("missing_field", {"key": "s"}),
        ("missing_field", {"key": "s", "acts": [], "title": 5}),
        ("missing_field", {"key": "s", "acts": [{"deed": "done"}]}),
        ("missing_field", {"key": "s", "acts": ["look"]}),
        ("unknown_deed", {"key": "s", "acts": [{"node": "a", "deed": "slept"}]}),
        ("bad_data", {"key": "s", "acts": [{"node": "a", "data": {"x": [1]}}]}),
        ("bad_data", {"key": "s", "acts": [], "given": [1]}),
    ],
)
def test_what_is_no_scenario_is_refused(code: str, data: dict[str, Any]) -> None:
    with pytest.raises(ScenarioRefused) as refused:
        Scenario.from_json(data)
    assert refused.value.code == code


def test_proposals_go_every_way_with_few_scenarios() -> None:
    proposed = propose(PROCESS)
    assert coverage(PROCESS, [play(PROCESS, one) for one in proposed]).whole
    assert len(proposed) <= 3
    assert len({one.key for one in proposed}) == len(proposed)
    assert [len(one.acts) for one in propose(DEFAULT_PROCESS)] == [4]


def test_proposals_begin_with_what_is_given() -> None:
    process = drawn(
        "start>x1 x1>a x1>b a>end b>end",
        conditions={"x1>a": {"var": "full"}},
        defaults=["x1>b"],
        data=[FULL],
    )
    proposed = propose(process, given=["full"])
    assert sorted(str(one.given) for one in proposed) == ["{'full': False}", "{'full': True}"]
    assert coverage(process, [play(process, one) for one in proposed]).whole


def test_proposals_find_the_data_that_open_a_far_gateway() -> None:
    area = Datum("area", DatumKind.NUMBER)
    process = drawn(
        "start>look look>x1 x1>a x1>b a>c b>c c>x2 x2>d x2>e d>end e>end",
        nodes=[task("look", "specialist", "look", sets=("full", "area"))],
        conditions={
            "x1>a": {"var": "full"},
            "x2>d": {"and": [{"var": "full"}, {">": [{"var": "area"}, 500]}]},
        },
        defaults=["x1>b", "x2>e"],
        data=[FULL, area],
    )
    proposed = propose(process)
    assert len(proposed) <= 3
    assert coverage(process, [play(process, one) for one in proposed]).whole


@pytest.mark.parametrize("process", [side_by_side(10, 6), side_by_side(4, 5, remind=True)])
def test_large_processes_get_proposals_too(process: Process) -> None:
    proposed = propose(process)
    assert coverage(process, [play(process, one) for one in proposed]).whole


def _walks(process: Process, random: Random) -> set[str]:
    """Walk at random, a hundred times; return the flows of the walks that came to an end."""
    machine, found = Machine(process), set[str]()
    for _ in range(100):
        data: dict[str, Any] = {}
        advance = machine.begin(data)
        flows = set(advance.flows)
        for _ in range(100):
            if not advance.marking:
                found |= flows
                break
            key = random.choice([place for place in advance.marking if place in machine.nodes])
            if machine.nodes[key].kind is NodeKind.BOUNDARY_TIMER:
                advance = machine.expire(advance.marking, key, data)
            else:
                try:
                    if random.random() < 0.7:
                        raise ProcessRefused("no_error_path")
                    advance = machine.fail(advance.marking, key, data)
                except ProcessRefused:
                    data.update(random_values(process, machine.nodes[key].sets, random))
                    advance = machine.complete(advance.marking, key, data)
            flows.update(advance.flows)
    return found


@settings(max_examples=40, deadline=None, database=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_proposals_cover_whatever_random_walks_come_across(seed: int) -> None:
    random = Random(seed)
    process = sound_process(random, size=random.randint(3, 12), extras=ALL_EXTRAS)
    found = coverage(process, [play(process, one) for one in propose(process)])
    assert not _walks(process, random).intersection(found.missing_flows)
