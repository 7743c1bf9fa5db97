"""Conditions: three values, what is refused, and the cases that stand for all data."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.process.conditions import (
    MOST_CASES,
    Condition,
    ConditionRefused,
    Datum,
    DatumKind,
    Value,
    cases_of,
)

FEE = Datum("fee", DatumKind.NUMBER)
DUE = Datum("due", DatumKind.NUMBER)
WHOLE = Datum("whole", DatumKind.TRUTH)
SITE = Datum("site", DatumKind.TRUTH)
KIND = Datum(
    "kind",
    DatumKind.CHOICE,
    "Loại",
    "Kind",
    (("new", "Mới", "New"), ("again", "Lại", "Again"), ("old", "Cũ", "")),
)
DATA = (FEE, DUE, WHOLE, SITE, KIND)

IS_WHOLE: dict[str, Any] = {"var": "whole"}
IS_NEW = {"==": [{"var": "kind"}, "new"]}


def _holds(logic: object, **data: Value) -> bool:
    return Condition.read(logic).holds(data)


@pytest.mark.parametrize(
    ("operator", "holding"),
    [("==", {5}), ("!=", {4, 6}), ("<", {4}), ("<=", {4, 5}), (">", {6}), (">=", {5, 6})],
)
def test_a_number_is_compared_from_either_side(operator: str, holding: set[int]) -> None:
    turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(operator, operator)
    for fee in (4, 5, 6):
        assert _holds({operator: [{"var": "fee"}, 5]}, fee=fee) is (fee in holding)
        assert _holds({turned: [5, {"var": "fee"}]}, fee=fee) is (fee in holding)


@pytest.mark.parametrize(
    ("logic", "data", "expected"),
    [
        (IS_WHOLE, {"whole": True}, True),
        (IS_WHOLE, {"whole": False}, False),
        ({"var": ["whole"]}, {"whole": True}, True),
        ({"!": IS_WHOLE}, {"whole": False}, True),
        ({"!": [IS_WHOLE]}, {"whole": True}, False),
        ({"not": IS_WHOLE}, {"whole": False}, True),
        ({"in": [{"var": "kind"}, ["new", "old"]]}, {"kind": "old"}, True),
        ({"in": [{"var": "kind"}, ["new", "old"]]}, {"kind": "again"}, False),
        ({"and": [IS_WHOLE, IS_NEW]}, {"whole": True, "kind": "new"}, True),
        ({"and": [IS_WHOLE, IS_NEW]}, {"whole": True, "kind": "old"}, False),
        ({"or": [IS_WHOLE, IS_NEW]}, {"whole": False, "kind": "new"}, True),
        ({"or": [IS_WHOLE, IS_NEW]}, {"whole": False, "kind": "old"}, False),
        # A truth is no number, a text none either.
        ({"==": [{"var": "fee"}, 1]}, {"fee": True}, False),
        ({"==": [{"var": "whole"}, True]}, {"whole": 1}, False),
        ({"!=": [{"var": "fee"}, 1]}, {"fee": True}, True),
        ({">": [{"var": "fee"}, 0]}, {"fee": True}, False),
        ({">": [{"var": "fee"}, 0]}, {"fee": "7"}, False),
        ({"==": [{"var": "fee"}, 1]}, {"fee": 1.0}, True),
    ],
)
def test_what_holds(logic: object, data: dict[str, Value], expected: bool) -> None:
    assert _holds(logic, **data) is expected


@pytest.mark.parametrize(
    "logic",
    [
        IS_WHOLE,
        {"!": IS_WHOLE},
        {"!=": [{"var": "kind"}, "new"]},
        {"in": [{"var": "kind"}, ["new", "again", "old"]]},
        {"and": [IS_WHOLE, IS_NEW]},
        {"!": {"and": [IS_WHOLE, IS_NEW]}},
        {"or": [IS_WHOLE, {"!": IS_WHOLE}]},
    ],
)
def test_what_nobody_has_set_is_neither_true_nor_its_opposite(logic: object) -> None:
    assert _holds(logic) is False


def test_what_is_known_can_decide_beside_what_is_not() -> None:
    assert _holds({"or": [IS_WHOLE, IS_NEW]}, kind="new") is True
    assert _holds({"or": [IS_NEW, IS_WHOLE]}, kind="new") is True
    assert _holds({"!": {"and": [IS_WHOLE, IS_NEW]}}, kind="old") is True
    assert _holds({"!": {"and": [IS_WHOLE, IS_NEW]}}, kind="new") is False


@pytest.mark.parametrize(
    ("logic", "code", "where"),
    [
        (True, "bad_operand", ""),
        ({}, "bad_operand", ""),
        ({"and": [IS_WHOLE], "or": [IS_NEW]}, "bad_operand", ""),
        ({"and": []}, "bad_operand", "and"),
        ({"and": IS_WHOLE}, "bad_operand", "and"),
        ({"+": [1, 2]}, "unknown_operator", "+"),
        ({"log": ["x"]}, "unknown_operator", "log"),
        ({"==": [{"var": "fee"}]}, "bad_operand", "=="),
        ({"==": [{"var": "fee"}, {"var": "due"}]}, "bad_operand", "=="),
        ({"==": [1, 1]}, "bad_operand", "var"),
        ({"==": [{"var": "fee"}, None]}, "bad_operand", "=="),
        ({"==": [{"var": "fee"}, float("nan")]}, "bad_operand", "=="),
        ({"==": [{"var": "fee"}, float("inf")]}, "bad_operand", "=="),
        ({"<": [{"var": "fee"}, 10**400]}, "bad_operand", "<"),
        ({"<": [{"var": "fee"}, 2**53]}, "bad_operand", "<"),
        ({"<": [{"var": "fee"}, "5"]}, "bad_operand", "<"),
        ({"<": [{"var": "fee"}, True]}, "bad_operand", "<"),
        ({"in": [{"var": "kind"}, "new"]}, "bad_operand", "in"),
        ({"in": [{"var": "kind"}, []]}, "bad_operand", "in"),
        ({"in": [["new"], {"var": "kind"}]}, "bad_operand", "in"),
        ({"var": "a.b"}, "bad_operand", "var"),
        ({"var": ""}, "bad_operand", "var"),
        ({"var": 3}, "bad_operand", "var"),
        ({"var": ["fee", 0]}, "bad_operand", "var"),
    ],
)
def test_what_is_not_of_the_part_that_we_know_is_refused_by_name(
    logic: object, code: str, where: str
) -> None:
    with pytest.raises(ConditionRefused) as refused:
        Condition.read(logic)
    assert (refused.value.code, refused.value.where) == (code, where)


def test_a_condition_that_no_person_reads_is_refused() -> None:
    deep: dict[str, Any] = IS_WHOLE
    for _ in range(12):
        deep = {"!": deep}
    assert Condition.read(deep).holds({"whole": True}) is True
    with pytest.raises(ConditionRefused, match="too_large"):
        Condition.read({"!": deep})
    assert Condition.read({"or": [IS_WHOLE] * 199})
    with pytest.raises(ConditionRefused, match="too_large"):
        Condition.read({"or": [IS_WHOLE] * 200})


@pytest.mark.parametrize("datum", DATA)
def test_a_datum_comes_back_as_it_was_written(datum: Datum) -> None:
    assert Datum.from_json(datum.to_json()) == datum


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "truth"},
        {"name": "not a name", "kind": "truth"},
        {"name": "fee", "kind": "money"},
        {"name": "kind", "kind": "choice"},
        {"name": "kind", "kind": "choice", "values": [["new", "Mới"]]},
        {"name": "kind", "kind": "choice", "values": [["new", "Mới", 3]]},
        {"name": "kind", "kind": "choice", "values": "new"},
        {"name": "fee", "kind": "number", "values": [["1", "Một", "One"]]},
    ],
)
def test_a_datum_that_says_too_little_or_too_much_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ConditionRefused, match="bad_datum"):
        Datum.from_json(data)


@pytest.mark.parametrize(
    ("datum", "accepted", "not_accepted"),
    [
        (WHOLE, (True, False), (1, "true", None)),
        (FEE, (0, -3, 2.5), (True, "5", None)),
        (KIND, ("new", "again", "old"), ("Mới", True, 1, None)),
    ],
)
def test_a_datum_accepts_its_values_only(
    datum: Datum, accepted: tuple[object, ...], not_accepted: tuple[object, ...]
) -> None:
    assert all(datum.accepts(value) for value in accepted)
    assert not any(datum.accepts(value) for value in not_accepted)


# --- all cases


def test_cases_are_the_constants_what_lies_between_and_beyond() -> None:
    asked = [
        Condition.read({"<": [{"var": "fee"}, 10]}),
        Condition.read({"and": [{">=": [{"var": "fee"}, 4]}, IS_WHOLE]}),
    ]
    found = list(cases_of(DATA, asked))
    assert {case["fee"] for case in found} == {3, 4, 7, 10, 11}
    assert len(found) == 10
    assert all(set(case) == {"fee", "whole"} for case in found)


def test_a_choice_gives_all_its_values_and_no_condition_one_case() -> None:
    assert [case["kind"] for case in cases_of(DATA, [Condition.read(IS_NEW)])] == ["new", "again", "old"]
    assert list(cases_of(DATA, [])) == [{}]


def test_the_largest_constant_still_has_a_case_on_either_side() -> None:
    most = 2**53 - 1
    for constant in (most, -most):
        found = {case["fee"] for case in cases_of(DATA, [Condition.read({"<": [{"var": "fee"}, constant]})])}
        assert min(found) < constant
        assert constant in found


@pytest.mark.parametrize(
    ("logic", "where"),
    [
        ({"var": "unknown"}, "unknown"),
        ({"==": [{"var": "kind"}, "lost"]}, "kind"),
        ({"in": [{"var": "kind"}, ["new", "lost"]]}, "kind"),
        ({"var": "fee"}, "fee"),
        ({"==": [{"var": "whole"}, "yes"]}, "whole"),
    ],
)
def test_a_condition_on_what_is_not_declared_is_refused(logic: object, where: str) -> None:
    with pytest.raises(ConditionRefused) as refused:
        list(cases_of(DATA, [Condition.read(logic)]))
    assert (refused.value.code, refused.value.where) == ("bad_datum", where)


def test_more_cases_than_are_looked_at_are_refused_before_any_is_made() -> None:
    many = [Datum(f"d{number}", DatumKind.TRUTH) for number in range(18)]
    asked = [Condition.read({"var": datum.name}) for datum in many]
    assert 2**17 <= MOST_CASES < 2**18
    assert next(cases_of(many, asked[:17])) is not None
    with pytest.raises(ConditionRefused, match="too_large"):
        next(cases_of(many, asked))


NUMBERS = st.integers(-3, 3) | st.sampled_from((-1.5, 0.25, 2.5))


def _asked(name: str) -> st.SearchStrategy[object]:
    return st.just({"var": name})


_LEAVES = st.one_of(
    st.builds(
        lambda operator, name, number, turned: {
            operator: [number, {"var": name}] if turned else [{"var": name}, number]
        },
        st.sampled_from(("==", "!=", "<", "<=", ">", ">=")), st.sampled_from(("fee", "due")), NUMBERS, st.booleans(),
    ),
    st.builds(
        lambda name, some: {"in": [{"var": name}, some]},
        st.sampled_from(("fee", "due")), st.lists(NUMBERS, min_size=1, max_size=3),
    ),
    st.builds(
        lambda operator, one: {operator: [{"var": "kind"}, one]},
        st.sampled_from(("==", "!=")), st.sampled_from(("new", "again", "old")),
    ),
    st.builds(
        lambda some: {"in": [{"var": "kind"}, some]},
        st.lists(st.sampled_from(("new", "again", "old")), min_size=1, max_size=3),
    ),
    st.sampled_from(("whole", "site")).flatmap(_asked),
)  # fmt: skip
LOGICS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda part: {"!": part}, inner),
        st.builds(
            lambda how, parts: {how: parts},
            st.sampled_from(("and", "or")),
            st.lists(inner, min_size=1, max_size=3),
        ),
    ),
    max_leaves=4,
)
WHOLE_DATA = st.fixed_dictionaries(
    {
        "fee": NUMBERS | st.floats(-10, 10),
        "due": NUMBERS | st.floats(-10, 10),
        "whole": st.booleans(),
        "site": st.booleans(),
        "kind": st.sampled_from(("new", "again", "old")),
    }
)
SOME_DATA = st.builds(
    lambda data, names: {name: data[name] for name in names},
    WHOLE_DATA,
    st.sets(st.sampled_from(("fee", "due", "whole", "site", "kind"))),
)


@given(st.lists(LOGICS, min_size=1, max_size=3), WHOLE_DATA)
def test_for_any_data_there_is_a_case_with_the_same_verdicts(
    logics: list[object], data: dict[str, Value]
) -> None:
    conditions = [Condition.read(logic) for logic in logics]
    verdicts = [condition.holds(data) for condition in conditions]
    assert any(
        [condition.holds(case) for condition in conditions] == verdicts for case in cases_of(DATA, conditions)
    )


@given(LOGICS)
def test_every_case_is_made_of_values_that_the_data_accept(logic: object) -> None:
    known = {datum.name: datum for datum in DATA}
    for case in cases_of(DATA, [Condition.read(logic)]):
        assert all(known[name].accepts(value) for name, value in case.items())


@given(LOGICS)
def test_a_condition_comes_back_from_its_json_and_means_the_same(logic: object) -> None:
    condition = Condition.read(logic)
    assert Condition.read(condition.to_json()) == condition


@given(LOGICS, SOME_DATA)
def test_never_do_a_condition_and_its_opposite_both_hold(logic: object, data: dict[str, Value]) -> None:
    assert not (_holds(logic, **data) and _holds({"!": logic}, **data))


@given(LOGICS, WHOLE_DATA)
def test_with_all_data_set_either_a_condition_or_its_opposite_holds(
    logic: object, data: dict[str, Value]
) -> None:
    assert _holds(logic, **data) is not _holds({"!": logic}, **data)


@given(LOGICS, SOME_DATA, WHOLE_DATA)
def test_what_holds_with_some_data_unset_holds_whatever_they_become(
    logic: object, some: dict[str, Value], whole: dict[str, Value]
) -> None:
    if _holds(logic, **some):
        assert _holds(logic, **(whole | some))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 2**53, 10**400, True, "7"])
def test_a_number_that_is_none_is_not_taken(value: object) -> None:
    assert not Datum("area", DatumKind.NUMBER).accepts(value)
    assert Datum("area", DatumKind.NUMBER).accepts(7.5)
