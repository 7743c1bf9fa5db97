from typing import Any

import pytest

from motcua.rules.process import Datum, DatumKind, Process, task
from motcua.rules.process.cases import faults_of_conditions
from motcua.rules.process.faults import Fault
from tests.rules.process.drawn import drawn, error, timer

COLOUR = Datum("colour", DatumKind.CHOICE, values=(("red", "đỏ", "red"), ("blue", "xanh", "blue")))
FULL = Datum("full", DatumKind.TRUTH)
AREA = Datum("area", DatumKind.NUMBER)
DATA = (COLOUR, FULL, AREA)
SETTING = task("set", "specialist", "set", sets=("colour", "full", "area"))


def _is(name: str, value: object) -> dict[str, Any]:
    return {"==": [{"var": name}, value]}


def _choice(conditions: dict[str, Any], defaults: tuple[str, ...] = (), gateway: str = "x1") -> Process:
    way = " ".join(f"{gateway}>{one}" for one in ("a", "b", "c")[: len(conditions) + len(defaults)])
    ends = " ".join(f"{one}>end" for one in ("a", "b", "c")[: len(conditions) + len(defaults)])
    keyed = {f"{gateway}>{one}": condition for one, condition in conditions.items()}
    return drawn(
        f"start>set set>{gateway} {way} {ends}",
        nodes=[SETTING],
        conditions=keyed,
        defaults=[f"{gateway}>{one}" for one in defaults],
        data=DATA,
    )


def _found(process: Process) -> set[tuple[str, str, bool]]:
    return {(fault.kind, fault.element, fault.warning) for fault in faults_of_conditions(process)}


@pytest.mark.parametrize("gateway", ["x1", "o1"])
@pytest.mark.parametrize(
    "conditions",
    [
        {"a": _is("colour", "red"), "b": _is("colour", "blue")},
        {"a": {"<": [{"var": "area"}, 5]}, "b": {">=": [{"var": "area"}, 5]}},
        {"a": {"var": "full"}, "b": {"!": {"var": "full"}}},
    ],
)
def test_conditions_that_cover_all_cases_are_good(gateway: str, conditions: dict[str, Any]) -> None:
    assert _found(_choice(conditions, gateway=gateway)) == set()


def test_a_default_takes_what_the_conditions_leave() -> None:
    assert _found(_choice({"a": _is("colour", "red")}, ("b",))) == set()


def test_the_case_that_nothing_covers_is_told() -> None:
    hole = {"a": {"<": [{"var": "area"}, 5]}, "b": {">": [{"var": "area"}, 5]}}
    assert faults_of_conditions(_choice(hole)) == (Fault("uncovered_case", "x1", facts={"area": "5"}),)
    truth = {"a": {"and": [{"var": "full"}, _is("colour", "red")]}, "b": _is("colour", "blue")}
    (fault,) = [one for one in faults_of_conditions(_choice(truth)) if one.kind == "uncovered_case"]
    assert fault.facts == {"full": "false", "colour": "red"}


def test_a_condition_that_is_never_the_one_taken_is_dead() -> None:
    hidden = {"a": {"<": [{"var": "area"}, 5]}, "b": {"<": [{"var": "area"}, 3]}}
    assert ("dead_condition", "x1>b", False) in _found(_choice(hidden, ("c",)))
    # At an inclusive gateway both are taken.
    assert _found(_choice(hidden, ("c",), gateway="o1")) == set()


def test_conditions_that_hold_together_are_a_warning_where_only_one_is_taken() -> None:
    both = {"a": {"<": [{"var": "area"}, 5]}, "b": {">": [{"var": "area"}, 3]}}
    (fault,) = faults_of_conditions(_choice(both))
    assert (fault.kind, fault.element, fault.warning) == ("overlapping_conditions", "x1>b", True)
    assert fault.facts == {"first": "x1>a", "area": "4"}
    assert faults_of_conditions(_choice(both, gateway="o1")) == ()


def test_a_default_that_is_never_taken_is_a_warning() -> None:
    whole = {"a": _is("colour", "red"), "b": _is("colour", "blue")}
    assert _found(_choice(whole, ("c",))) == {("idle_default", "x1>c", True)}


def test_a_split_flow_needs_a_condition_or_is_the_default() -> None:
    process = drawn("start>x1 x1>a x1>b a>end b>end", defaults=["x1>a"])
    assert _found(process) == {("flow_without_condition", "x1>b", False)}
    assert _found(drawn("start>p1 p1>a p1>b a>p2 b>p2 p2>end")) == set()


def test_two_defaults_are_refused() -> None:
    assert _found(_choice({}, ("a", "b"))) >= {("two_defaults", "x1", False)}


def test_a_condition_where_nothing_is_chosen_is_refused() -> None:
    process = drawn(
        "start>set set>a a>p1 p1>b p1>c b>p2 c>p2 p2>end",
        nodes=[SETTING],
        conditions={"a>p1": {"var": "full"}, "p1>b": {"var": "full"}},
        data=DATA,
    )
    assert _found(process) == {
        ("misplaced_condition", "a>p1", False), ("misplaced_condition", "p1>b", False),
    }  # fmt: skip


def test_a_datum_that_is_not_declared_is_named() -> None:
    process = drawn(
        "start>set set>x1 x1>a x1>b a>end b>end",
        nodes=[task("set", "specialist", "set", sets=("size",))],
        conditions={"x1>a": _is("size", 5)},
        defaults=["x1>b"],
    )
    assert _found(process) == {("unknown_datum", "set", False), ("unknown_datum", "x1", False)}
    (wrong,) = faults_of_conditions(_choice({"a": _is("colour", "green")}, ("b",)))
    assert (wrong.kind, wrong.facts) == ("unknown_datum", {"datum": "colour"})


def test_too_many_cases_are_refused() -> None:
    numbers = [Datum(f"n{n}", DatumKind.NUMBER) for n in range(12)]
    asked = {"and": [_is(datum.name, 1) for datum in numbers]}
    process = drawn(
        "start>x1 x1>a x1>b a>end b>end", conditions={"x1>a": asked}, defaults=["x1>b"], data=numbers
    )
    names = [datum.name for datum in numbers]
    assert [(one.kind, one.element) for one in faults_of_conditions(process, given=names)] == [
        ("too_many_cases", "x1")
    ]


# What must have been set: where the datum `full` is set, and whether that is on every way to x9.
WAYS = {
    "before": ("start>set set>x9", True),
    "in one branch of a choice": ("start>x1 x1>set x1>b set>x2 b>x2 x2>x9", False),
    "in a branch beside": ("start>p1 p1>set p1>b set>p2 b>p2 p2>x9", True),
    "in some branch": ("start>o1 o1>set o1>b set>o2 b>o2 o2>x9", False),
    "in a loop that is left after it": ("start>x1 x1>set set>x2 x2>x1 x2>x9", True),
    "only on the way back": ("start>x1 x1>a a>x2 x2>set set>x1 x2>x9", False),
    "nowhere": ("start>a a>x9", False),
}


@pytest.mark.parametrize(("way", "known"), WAYS.values(), ids=WAYS.keys())
def test_data_must_be_set_on_every_way_to_where_they_are_asked(way: str, known: bool) -> None:
    process = drawn(
        f"{way} x9>y x9>z y>end z>end",
        nodes=[task("set", "specialist", "set", sets=("full",))],
        conditions={"x9>y": {"var": "full"}},
        defaults=["x9>z"],
        data=[FULL],
    )
    found = [fault for fault in faults_of_conditions(process) if fault.kind == "data_not_set"]
    assert [(one.element, one.facts) for one in found] == ([] if known else [("x9", {"datum": "full"})])
    for fault in found:
        assert all(scene.node != "set" for scene in fault.story)
        assert fault.story[-1].flows[-1].endswith(">x9")
    assert not [one for one in faults_of_conditions(process, given=["full"]) if one.kind == "data_not_set"]


@pytest.mark.parametrize("bound", [timer("t", "set"), error("t", "set")])
def test_a_step_that_was_not_done_has_set_nothing(bound: Any) -> None:
    process = drawn(
        "start>set set>x1 t>x1 x1>x9 x9>y x9>z y>end z>end",
        nodes=[task("set", "specialist", "set", sets=("full",)), bound],
        conditions={"x9>y": {"var": "full"}},
        defaults=["x9>z"],
        data=[FULL],
    )
    (fault,) = [one for one in faults_of_conditions(process) if one.kind == "data_not_set"]
    assert fault.story[-1].deed.value in ("expired", "failed")
