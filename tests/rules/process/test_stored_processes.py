"""How processes are stored and read, in the old form of a line, too, and what is refused."""

import json
from random import Random

import pytest

from motcua.rules.process import (
    Awaited,
    Flow,
    Machine,
    Node,
    NodeKind,
    Process,
    ProcessRefused,
    StepKind,
    Travel,
    read_definition,
    well_formed,
)
from tests.rules.process.random_processes import ALL_EXTRAS, sound_process
from tests.rules.process.small_machines import (
    DAY,
    END,
    START,
    error_on,
    marking_after,
    parallel,
    task_at,
    timer_on,
)


@pytest.mark.parametrize("seed", range(40))
def test_a_process_comes_back_as_it_was_written(seed: int) -> None:
    process = sound_process(Random(seed), size=12, extras=ALL_EXTRAS)
    stored = json.loads(json.dumps(process.to_json()))
    assert Process.from_json(stored) == process
    assert read_definition("other", stored) == process


def test_every_field_of_a_node_is_stored() -> None:
    node = Node(
        "n", NodeKind.TASK, "Việc", "Work", StepKind.DECIDE, "leader", DAY, Travel.BOTH, ("x",), True, "1.000001",
        "agency", Awaited.ANSWER, "host", False,
    )  # fmt: skip
    assert Node.from_json(json.loads(json.dumps(node.to_json()))) == node
    assert Node.from_json({"key": "g", "kind": "parallel"}) == parallel("g")


def test_the_line_form_of_old_versions_is_read_as_a_graph() -> None:
    rows = [
        {"key": "specialist", "kind": "work", "function": "specialist", "title_vi": "Thẩm định", "title_en": "Examination",
         "limit": DAY.to_json()},
        {"key": "leader", "kind": "decide", "function": "leader", "title_vi": "Ký", "title_en": "Decision"},
        {"key": "return", "kind": "return", "function": "receiver", "title_vi": "Trả", "title_en": "Return"},
    ]  # fmt: skip
    process = read_definition("old", rows)
    assert [(node.key, node.work, node.function, node.limit, node.prepares) for node in process.steps] == [
        ("specialist", StepKind.WORK, "specialist", DAY, True),
        ("leader", StepKind.DECIDE, "leader", None, False),
        ("return", StepKind.RETURN, "receiver", None, False),
    ]
    assert marking_after(Machine(process), "specialist", "leader") == ("return",)
    assert Process.from_json(process.to_json()) == process


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "task"}, "unknown_kind"),
        ({"kind": None}, "unknown_kind"),
        ({"function": ""}, "missing_field"),
        ({"title_en": ""}, "missing_field"),
        ({"key": ""}, "missing_field"),
        ({"limit": {"unit": "working_day"}}, "bad_limit"),
        ({"limit": 3}, "bad_limit"),
    ],
)
def test_an_old_line_that_lacks_something_is_refused(change: dict[str, object], code: str) -> None:
    row = {"key": "a", "kind": "work", "function": "head", "title_vi": "A", "title_en": "A"}
    with pytest.raises(ProcessRefused) as refused:
        read_definition("old", [row | change])
    assert refused.value.code == code


def _faults(nodes: tuple[Node, ...], flows: tuple[Flow, ...] = ()) -> list[tuple[str, str]]:
    return [(fault.code, fault.where) for fault in well_formed(nodes, flows)]


@pytest.mark.parametrize(
    ("nodes", "flows", "faults"),
    [
        ((END,), (), [("no_start", "")]),
        ((START,), (), [("no_end", "")]),
        ((START, Node("start2", NodeKind.START), END), (), [("two_starts", "start2")]),
        ((START, END, END), (), [("repeated_key", "end")]),
        ((START, END), (Flow("end", "start", "end"),), [("repeated_key", "end")]),
        ((START, END), (Flow("f", "start", "gone"),), [("unknown_node", "f")]),
        ((START, END), (Flow("f", "end", "start"),), [("bad_flow", "f")]),
        ((START, END, Node("t", NodeKind.TASK)), (), [("missing_field", "t")]),
        ((START, END, Node("t", NodeKind.TIMER)), (), [("bad_limit", "t")]),
        ((START, END, Node("w", NodeKind.WAIT)), (), [("missing_field", "w")]),
        ((START, END, timer_on("gone")), (), [("bad_attachment", "late_gone")]),
        ((START, END, parallel("g"), error_on("g")), (), [("bad_attachment", "failed_g")]),
        (
            (START, END, Node("w", NodeKind.WAIT, awaits=Awaited.ANSWER), error_on("w")),
            (),
            [("bad_attachment", "failed_w")],
        ),
        (
            (START, END, task_at("a"), timer_on("a")),
            (Flow("f", "a", "late_a"),),
            [("bad_flow", "f")],
        ),
    ],
)
def test_every_fault_of_form_is_named_with_its_place(
    nodes: tuple[Node, ...], flows: tuple[Flow, ...], faults: list[tuple[str, str]]
) -> None:
    assert _faults(nodes, flows) == faults
    with pytest.raises(ProcessRefused):
        Process("p", nodes, flows)
