"""Plans of reorganisations: how they are read, what is wrong with them, what they lead to."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from motcua.rules.reorganisation import (
    AgencyState,
    Plan,
    PlanRefused,
    PostState,
    Standing,
    TerritoryState,
    check,
    operation_from,
    outcome_of,
    read_plan,
)
from motcua.rules.reorganisation.reading import plan_text

DAY = date(2026, 12, 1)
HEAD = {
    "motcua": "reorganisation",
    "version": 1,
    "title": "Sắp xếp",
    "act": "NQ 1",
    "effective": "2026-12-01",
}
FUNCTIONS = ("receiver", "specialist", "head", "leader")


def _agency(key: str, **more: Any) -> AgencyState:
    return AgencyState(
        key, **({"kind": "commune", "level": "commune", "parent": "tinh", "code": f"X1.{key.upper()}"} | more)
    )


def _posts(agency: str) -> list[PostState]:
    return [PostState(agency, name, name, f"{agency}.{name}") for name in FUNCTIONS]


STANDING = Standing(
    today=date(2026, 11, 28),
    agencies={
        row.key: row
        for row in (
            _agency("tinh", kind="province", level="province", parent="", code="X1"),
            _agency("a", territory="ta", holds=True), _agency("b", territory="tb"), _agency("c", territory="tc"),
            _agency("so", kind="department", level="province"), _agency("chi-cuc", kind="sub_department", parent="so"),
            _agency("cu", living=False),
        )
    },
    posts={post.name: post for key in ("a", "b", "c") for post in _posts(key)},
    territories={code: TerritoryState(code, "t") for code in ("ta", "tb", "tc", "ta.1", "ta.2")}
    | {"t": TerritoryState("t"), "gone": TerritoryState("gone", living=False)},
    codes={"X1": "tinh", "X1.A": "a", "X1.CU": "cu"},
    procedures=frozenset({"1.001", "1.002"}),
    people=frozenset({"a.head"}),
    kinds=frozenset({"province", "commune", "department", "sub_department"}),
    levels=frozenset({"province", "commune"}),
    functions=frozenset(FUNCTIONS),
    roles=frozenset({"receive", "solve"}),
)  # fmt: skip


def _line(**said: Any) -> dict[str, Any]:
    return said


def _establish(key: str = "m", **more: Any) -> dict[str, Any]:
    new = {"op": "establish", "key": key, "name_vi": "Xã Mới", "kind": "commune", "level": "commune"}
    return new | {"parent": "tinh", "code_qd20": "X1.M"} | more


def _post(agency: str, function: str, *sources: str, **more: Any) -> dict[str, Any]:
    return {
        "op": "post",
        "agency": agency,
        "key": function,
        "function": function,
        "title_vi": function,
        "from": list(sources),
    } | more


def _staffed(agency: str, *sources: str) -> list[dict[str, Any]]:
    return [_post(agency, name, *(f"{source}/{name}" for source in sources)) for name in FUNCTIONS]


def _plan(*lines: dict[str, Any], **head: Any) -> Plan:
    text = "\n".join(json.dumps(row) for row in (HEAD | {"operations": len(lines)} | head, *lines))
    return read_plan(text)


def _codes(*lines: dict[str, Any], **head: Any) -> set[tuple[int, str]]:
    return {(fault.line, fault.code) for fault in check(_plan(*lines, **head), STANDING)}


MERGE = [_establish(), {"op": "merge", "from": ["a", "b"], "into": "m"}, *_staffed("m", "a", "b")]


def test_a_sound_plan_has_no_fault() -> None:
    assert _codes(*MERGE) == set()


def test_what_is_written_is_read_again() -> None:
    plan = _plan(
        *MERGE,
        {"op": "territory", "code": "tn", "name": "Mới", "kind": "commune", "parent": "t",
         "from": [{"code": "tb"}, {"code": "tc", "partly": True}]},
        {"op": "transfer", "procedures": ["1.001"], "from": "so", "to": "m", "territories": ["tn"]},
        {"op": "split", "agency": "c", "parts": [{"to": "m", "territories": ["tc"]}], "rest": "c"},
        _post("so", "head", holder=""),
    )  # fmt: skip
    assert read_plan(plan_text(plan)).operations == tuple(
        replace(one, line=number) for number, one in enumerate(plan.operations, 2)
    )


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([], {(1, "nothing_to_do")}),
        ([_line(op="rename", agency="x", name_vi="X")], {(2, "unknown_agency")}),
        ([_line(op="rename", agency="cu", name_vi="X")], {(2, "ended_agency")}),
        ([_establish(), _line(op="dissolve", agency="m")], {(3, "new_agency")}),
        ([_establish("a")], {(2, "key_taken")}),
        ([_establish(), _establish()],
         {(2, "key_taken"), (3, "key_taken"), (2, "code_taken"), (3, "code_taken")}),
        ([_establish("Xã Mới")], {(2, "key_wrong")}),
        ([_establish(kind="x", level="y")], {(2, "kind_wrong"), (2, "level_wrong")}),
        ([_establish(code_qd20="X1.CU")], {(2, "code_taken")}),
        ([_establish(code_qd20="X1.N"), _establish("n", code_qd20="X1.N")], {(2, "code_taken"), (3, "code_taken")}),
        ([_establish(code_qd20="")], {(2, "code_needed")}),
        ([_line(op="recode", agency="a")], {(2, "field_missing")}),
        ([_line(op="rename", agency="a", name_vi="X"), _line(op="rename", agency="a", name_vi="Y")], {(3, "changed_twice")}),
        ([_line(op="merge", **{"from": ["a"], "into": "a"})], {(2, "to_itself")}),
        ([_line(op="transfer", procedures=["1.001"], **{"from": "a", "to": "b"}),
          _line(op="transfer", procedures=["1.001"], **{"from": "b", "to": "a"})], {(2, "passes_on"), (3, "passes_on")}),
        ([_line(op="transfer", procedures=["1.001"], **{"from": "a", "to": "b"}),
          _line(op="transfer", procedures=["1.001"], **{"from": "b", "to": "c"})], {(2, "passes_on")}),
        ([_line(op="transfer", procedures=["1.001"], **{"from": "a", "to": "b"}),
          _line(op="transfer", procedures=["1.002"], **{"from": "b", "to": "a"})], set()),
        ([_line(op="transfer", procedures=["1.001"], **{"from": "a", "to": "so"})], {(2, "duty_without_post")}),
        ([_line(op="recode", agency="a", code_qd20="X1.A")], set()),
        ([_line(op="recode", agency="a", number_template="{seq}")], {(2, "template_wrong")}),
        ([_line(op="move", agency="tinh", parent="a")], {(2, "cycle")}),
        ([_line(op="move", agency="so", parent="chi-cuc")], {(2, "cycle")}),
        ([_line(op="dissolve", agency="a", successor="b"), _line(op="dissolve", agency="b", successor="a")],
         {(2, "cycle"), (3, "cycle")}),
        ([_line(op="dissolve", agency="b", successor="c"), _line(op="dissolve", agency="c", successor="a"),
          *_staffed("a", "c")[:0]], {(2, "successor_ends")}),
        ([_line(op="dissolve", agency="a", successor="b"), _line(op="merge", **{"from": ["a", "b"], "into": "c"})],
         {(3, "ends_twice"), (2, "successor_ends")}),
        ([_line(op="dissolve", agency="a")], {(2, "successor_missing")}),
        ([_line(op="dissolve", agency="so")], {(2, "successor_missing")}),
        ([_line(op="dissolve", agency="chi-cuc")], set()),
        ([_line(op="dissolve", agency="a", successor="b"), _line(op="rename", agency="a", name_vi="X")],
         {(3, "changed_and_ends")}),
        ([_establish(parent="a"), _line(op="dissolve", agency="a", successor="b")], {(2, "parent_ends")}),
        ([_line(op="transfer", procedures=["9"], **{"from": "so", "to": "a"})], {(2, "unknown_procedure")}),
        ([_line(op="transfer", procedures=["1.001"], **{"from": "so", "to": "so"})], {(2, "to_itself")}),
        ([_line(op="transfer", procedures=["1.001"], **{"from": "so", "to": "a"}),
          _line(op="transfer", procedures=["1.001"], **{"from": "so", "to": "b"})], {(3, "transfer_twice")}),
        ([_line(op="split", agency="a", rest="b",
                parts=[{"to": "c", "territories": ["ta.1"]}, {"to": "b", "territories": ["ta.1"]}])],
         {(2, "territory_twice")}),
        ([_line(op="split", agency="a", rest="a", parts=[{"to": "c"}])], {(2, "split_unclear")}),
        ([_line(op="split", agency="a", rest="a", parts=[{"to": "c", "territories": ["xx"]}])], {(2, "unknown_territory")}),
        ([_line(op="territory", code="ta", name="X", kind="commune")], {(2, "territory_taken")}),
        ([_line(op="territory", code="n1", name="X", kind="commune", **{"from": [{"code": "ta.1"}]}),
          _line(op="territory", code="n2", name="X", kind="commune", **{"from": [{"code": "ta.1"}]})], {(3, "territory_twice")}),
        ([_line(op="territory", code="n1", name="X", kind="commune", **{"from": [{"code": "gone"}]})], {(2, "territory_ended")}),
        ([_line(op="territory", code="n1", name="X", kind="commune", **{"from": [{"code": "ta"}]})], {(2, "seat_ends")}),
        ([_establish(territory="ta")], {(2, "territory_twice")}),
        ([_establish(), _line(op="merge", **{"from": ["a"], "into": "m"}), *_staffed("m", "a")[:3]], {(3, "duty_without_post")}),
        ([_post("a", "head", "b/head")], {(2, "post_elsewhere")}),
        ([*MERGE, _post("m", "head", "x/y")], {(6, "post_twice"), (8, "post_twice"), (8, "unknown_post")}),
        ([_post("a", "mới", holder="khong-co", roles=["xyz"])],
         {(2, "function_wrong"), (2, "unknown_person"), (2, "role_wrong")}),
    ],
)  # fmt: skip
def test_each_fault_with_the_line_it_stands_on(
    lines: list[dict[str, Any]], found: set[tuple[int, str]]
) -> None:
    assert _codes(*lines) == found


def test_a_day_in_the_past_is_refused() -> None:
    assert _codes(*MERGE, effective="2026-11-27") == {(1, "effective_past")}
    assert _codes(*MERGE, effective="2026-11-28") == set()


def _faults(text: str) -> set[tuple[int, str]]:
    with pytest.raises(PlanRefused) as refused:
        read_plan(text)
    assert list(refused.value.faults) == sorted(refused.value.faults, key=lambda fault: fault.line)
    return {(fault.line, fault.code) for fault in refused.value.faults}


def test_a_file_cut_at_any_place_is_refused() -> None:
    text = plan_text(_plan(*MERGE))
    for end in range(len(text.rstrip())):
        assert _faults(text[:end])


def test_all_that_is_wrong_with_a_file_is_told_at_once() -> None:
    text = "\n".join(
        [
            json.dumps(HEAD | {"operations": 5, "act": " ", "effective": "01/12/2026", "more": 1}),
            "{", "[]", "",
            json.dumps({"op": "nope"}),
            json.dumps({"op": "merge", "from": "a", "in": "m"}),
            json.dumps({"op": "rename", "agency": "a", "name_vi": "x" * 500}),
        ]
    )  # fmt: skip
    assert _faults(text) == {
        (1, "act_missing"), (1, "effective_wrong"), (1, "field_unknown"), (2, "not_json"), (3, "not_an_object"),
        (5, "unknown_op"), (6, "field_wrong"), (6, "field_unknown"), (6, "field_missing"), (7, "field_wrong"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {(1, "no_head")}),
        ("\n\n{}", {(3, "no_head")}),
        ('{"motcua": "reorganisation"}',
         {(1, "bad_version"), (1, "title_missing"), (1, "act_missing"), (1, "field_missing"), (1, "effective_wrong")}),
        ("null", {(1, "not_an_object")}),
        ("[" * 100_000, {(1, "not_json")}),
    ],
)  # fmt: skip
def test_what_is_no_plan_at_all(text: str, found: set[tuple[int, str]]) -> None:
    assert _faults(text) == found


@pytest.mark.parametrize(
    "said",
    [
        {"op": "merge", "from": ["a", 1], "into": "m"},
        {"op": "merge", "from": ["a"], "into": ["m"]},
        {"op": "split", "agency": "a", "parts": [{"to": "b", "x": 1}], "rest": "a"},
        {"op": "split", "agency": "a", "parts": {"to": "b"}, "rest": "a"},
        {"op": "establish", "key": "k", "name_vi": "K", "kind": "x", "level": "y", "outside": "yes"},
        {"op": "establish", "key": "k", "name_vi": "K", "kind": "x", "level": "y", "desk": {"name": "x"}},
        {"op": "post", "agency": "a", "key": "k", "holder": 3},
        {"op": "territory", "code": "c", "name": "n", "kind": "k", "from": [{"partly": True}]},
        {"op": ["merge"]},
    ],
)
def test_a_value_of_another_shape_is_a_fault_and_no_crash(said: dict[str, Any]) -> None:
    faults: list[Any] = []
    assert operation_from(said, 3, faults) is None
    assert [fault.line for fault in faults] == [3]


# --- what follows -------------------------------------------------------------------------------------------


def test_a_merger_leads_all_to_one_and_leaves_who_has_no_place() -> None:
    outcome = outcome_of(_plan(*MERGE), STANDING)
    assert outcome.ended == {"a": 3, "b": 3}
    assert outcome.holders["m/head"] == "a.head"
    assert outcome.unplaced == {f"b.{name}" for name in FUNCTIONS}


def test_children_go_under_the_default_successor() -> None:
    plan = _plan(_line(op="dissolve", agency="so", successor="tinh"))
    assert outcome_of(plan, STANDING).parents == {"chi-cuc": ("tinh", 0)}


def test_a_division_leads_by_place_and_the_rest_is_a_fallback() -> None:
    plan = _plan(_line(op="split", agency="a", rest="b", parts=[{"to": "c", "territories": ["ta.1"]}]))
    lines = outcome_of(plan, STANDING).lines
    assert lines.heir("a", on=DAY, places=("ta.1", "ta")).agency == "c"
    assert lines.heir("a", on=DAY, places=("ta",)) == type(lines.heir("a", on=DAY))("b", True, 1)


def test_a_division_by_procedure_flags_nothing() -> None:
    plan = _plan(_line(op="split", agency="a", rest="b", parts=[{"to": "c", "procedures": ["1.001"]}]))
    lines = outcome_of(plan, STANDING).lines
    assert lines.heir("a", on=DAY, procedure="1.001").agency == "c"
    assert not lines.heir("a", on=DAY, procedure="1.002").flagged


def test_who_goes_on_stands_where_its_territory_went() -> None:
    police = replace(STANDING.agencies["chi-cuc"], key="ca", kind="police", territory="ta.1")
    standing = replace(STANDING, agencies={**STANDING.agencies, "ca": police})
    change = {"op": "territory", "code": "tn", "name": "Mới", "kind": "ward", "from": [{"code": "ta.1"}]}
    assert outcome_of(_plan(change), standing).seats == {"ca": "tn"}
    partly = change | {"from": [{"code": "ta.1", "partly": True}]}
    assert outcome_of(_plan(partly), standing).seats == {}


def test_who_keeps_the_rest_goes_on() -> None:
    plan = _plan(_line(op="split", agency="a", rest="a", parts=[{"to": "c", "territories": ["ta.1"]}]))
    outcome = outcome_of(plan, STANDING)
    assert outcome.ended == {}
    assert outcome.lines.heir("a", on=DAY, places=("ta.2",)).agency == "a"
