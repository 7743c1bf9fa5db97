"""A shorthand to draw processes in tests, tangles that nobody would draw, and a check that stories are true."""

from collections.abc import Iterable
from random import Random
from typing import Any

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import (
    Condition,
    Datum,
    Flow,
    Node,
    NodeKind,
    Process,
    ProcessRefused,
    StepKind,
    task,
)
from motcua.rules.process.exploring import FreeMachine
from motcua.rules.process.faults import Scene
from motcua.rules.process.machine import Marking

DAY = Limit(Unit.WORKING_DAY, 1)
_SIGNS = {"x": NodeKind.EXCLUSIVE, "p": NodeKind.PARALLEL, "o": NodeKind.INCLUSIVE}


def drawn(
    way: str,
    *,
    nodes: Iterable[Node] = (),
    conditions: dict[str, Any] | None = None,
    defaults: Iterable[str] = (),
    data: Iterable[Datum] = (),
) -> Process:
    """Draw "start>x1 x1>a x1>b a>end b>end": each arrow is a flow of that key.

    `x…`, `p…`, `o…` with a number are gateways, `start` and `end…` what they say, all else tasks unless `nodes` says.
    """
    given = {node.key: node for node in nodes}
    keys = dict.fromkeys(key for arrow in way.split() for key in arrow.split(">"))
    found = [given.pop(key, None) or _node(key) for key in keys]
    asked = conditions or {}
    flows = tuple(
        Flow(
            arrow,
            *arrow.split(">"),
            condition=Condition.read(asked[arrow]) if arrow in asked else None,
            default=arrow in defaults,
        )
        for arrow in way.split()
    )
    return Process("drawn", (*found, *given.values()), flows, tuple(data))


def _node(key: str) -> Node:
    if key == "start":
        return Node(key, NodeKind.START)
    if key.startswith("end"):
        return Node(key, NodeKind.END)
    if key[0] in _SIGNS and key[1:].isdigit():
        return Node(key, _SIGNS[key[0]])
    return task(key, "specialist", key)


def timer(key: str, host: str, *, interrupts: bool = True, limit: Limit = DAY) -> Node:
    return Node(key, NodeKind.BOUNDARY_TIMER, limit=limit, host=host, interrupts=interrupts)


def error(key: str, host: str) -> Node:
    return Node(key, NodeKind.BOUNDARY_ERROR, host=host)


def side_by_side(
    branches: int, steps: int, *, kind: str = "p", loop: bool = False, remind: bool = False
) -> Process:
    """Draw branches of several steps between two gateways, perhaps all of it in a loop, perhaps with reminders."""
    nodes: list[Node] = []
    way = (
        [f"start>x1 x1>first first>{kind}1 {kind}2>x2 x2>x1 x2>end"]
        if loop
        else [f"start>{kind}1 {kind}2>end"]
    )
    for branch in range(branches):
        keys = [f"b{branch}s{step}" for step in range(steps)]
        way += [f"{one}>{other}" for one, other in zip([f"{kind}1", *keys], [*keys, f"{kind}2"], strict=True)]
        if remind:
            nodes += [timer(f"t{key}", key, interrupts=False) for key in keys]
            way += [f"t{key}>r{key} r{key}>end" for key in keys]
    return drawn(" ".join(way), nodes=nodes)


def tangle(random: Random, size: int) -> Process:
    """Wire nodes of all kinds at random, mostly forward: rarely sound, never drawn with care."""
    kinds = (
        [NodeKind.TASK] * 4 + [NodeKind.EXCLUSIVE] * 3 + [NodeKind.PARALLEL] * 2 + [NodeKind.INCLUSIVE] * 2
    )
    nodes = [Node("start", NodeKind.START)]
    for number in range(size):
        kind = random.choice(kinds)
        work = StepKind.WORK if kind is NodeKind.TASK else None
        nodes.append(Node(f"n{number}", kind, work=work, function="head"))
    nodes.append(Node("end", NodeKind.END))
    keys = [node.key for node in nodes[1:]]
    arrows = {("start", "n0"): None}
    for number, node in enumerate(nodes[1:-1]):
        for _ in range(1 if node.kind is NodeKind.TASK else random.choice((1, 1, 2, 2, 3))):
            near = keys[min(size, number + 1 + random.choice((0, 0, 1, 1, 2, 3)))]
            target = near if random.random() < 0.88 else random.choice(keys)
            arrows[node.key, "end" if target == node.key else target] = None
    for node in tuple(nodes):
        if node.kind is NodeKind.TASK and random.random() < 0.15:
            interrupts = random.random() < 0.5
            fails = random.random() < 0.3
            bound = (
                error(f"b{node.key}", node.key)
                if fails
                else timer(f"b{node.key}", node.key, interrupts=interrupts)
            )
            nodes.append(bound)
            arrows[bound.key, random.choice(keys)] = None
    flows = tuple(Flow(f"{one}>{other}", one, other) for one, other in arrows)
    return Process("tangle", tuple(nodes), flows)


def walked(process: Process, story: Iterable[Scene]) -> Marking | ProcessRefused:
    """Go the way of a story; give the marking at its end, or the refusal of its last deed."""
    machine = FreeMachine(process)
    marking: Marking | None = None
    story = tuple(story)
    for number, scene in enumerate(story, 1):
        ways = machine.outcomes(marking, scene.node, scene.deed)
        found = next((found for told, found in ways if told.flows == scene.flows), None)
        assert found is not None, f"no such way: {scene}"
        if isinstance(found, ProcessRefused):
            assert number == len(story)
            return found
        marking = found.marking
    return marking or ()
