"""Small processes by a line a flow, and their machines."""

import pytest

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import (
    Condition,
    Datum,
    DatumKind,
    Flow,
    Machine,
    Marking,
    Node,
    NodeKind,
    Process,
    ProcessRefused,
    StepKind,
)

DAY = Limit(Unit.WORKING_DAY, 1)
START, END = Node("start", NodeKind.START), Node("end", NodeKind.END)
TRUTHS = tuple(Datum(name, DatumKind.TRUTH) for name in ("x", "y"))


def task_at(key: str, *sets: str) -> Node:
    return Node(key, NodeKind.TASK, key, "", StepKind.WORK, "specialist", sets=sets)


def exclusive(key: str) -> Node:
    return Node(key, NodeKind.EXCLUSIVE)


def parallel(key: str) -> Node:
    return Node(key, NodeKind.PARALLEL)


def inclusive(key: str) -> Node:
    return Node(key, NodeKind.INCLUSIVE)


def timer_on(host: str, *, interrupts: bool = True) -> Node:
    return Node(f"late_{host}", NodeKind.BOUNDARY_TIMER, limit=DAY, host=host, interrupts=interrupts)


def error_on(host: str) -> Node:
    return Node(f"failed_{host}", NodeKind.BOUNDARY_ERROR, host=host)


def machine_of(nodes: tuple[Node, ...], *ways: str) -> Machine:
    """Make a machine; a way is `source target`, and perhaps the datum that it asks, or `else`. Flows are `source>target`."""
    flows = []
    for way in ways:
        source, target, *asked = way.split()
        condition = Condition.read({"var": asked[0]}) if asked and asked != ["else"] else None
        flows.append(Flow(f"{source}>{target}", source, target, condition, asked == ["else"]))
    return Machine(Process("p", (START, *nodes, END), tuple(flows), TRUTHS))


def refusal_of(machine: Machine, move: str, *arguments: object) -> tuple[str, str]:
    with pytest.raises(ProcessRefused) as refused:
        getattr(machine, move)(*arguments)
    return refused.value.code, refused.value.where


def marking_after(machine: Machine, *keys: str) -> Marking:
    """Give the marking after these tasks, one after the other."""
    marking = machine.begin().marking
    for key in keys:
        marking = machine.complete(marking, key).marking
    return marking
