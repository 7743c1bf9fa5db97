"""Sound random processes, each broken by one change that is named."""

from dataclasses import replace
from random import Random

from motcua.rules.process import Condition, Datum, DatumKind, Flow, Node, NodeKind, Process, StepKind
from motcua.rules.process.conditions import Value
from tests.rules.process.random_processes import CHOICES, PLAIN, Block, Drawing, Extras


def broken_process(random: Random, *, size: int = 8, extras: Extras = PLAIN) -> tuple[Process, str]:
    """Draw a sound process and break it by one change; give it with the name of the change.

    `parallel_join`: a choice joined as if both ways came (deadlock). `exclusive_split`: a parallel join behind a
    choice (deadlock). `exclusive_join`: parallel branches go on without waiting for one another (doubled token).
    `no_exit`: a loop that nothing leaves. `dead_step`: a task that no flow leads to. `lost_token`: the way to the end
    is cut. `no_step`: a choice that may circle without a step.
    """
    drawing = Drawing(random, extras)
    process = drawing.whole(size, "broken")
    able = ["dead_step", "lost_token", "no_step"]
    kinds = {block.kind for block in drawing.blocks if block.join}
    # These need a block of their kind, so where there is one they come more often.
    able += ["parallel_join"] * 4 if "exclusive" in kinds else []
    able += ["exclusive_split", "exclusive_join"] * 4 if "parallel" in kinds else []
    able += ["no_exit"] * 4 if "loop" in kinds else []
    name = random.choice(able)
    return _BREAKINGS[name](process, drawing.blocks, random), name


def _one(blocks: list[Block], kind: str, random: Random) -> Block:
    return random.choice([block for block in blocks if block.kind == kind and block.join])


def _with_kind(process: Process, key: str, kind: NodeKind) -> Process:
    nodes = tuple(replace(node, kind=kind) if node.key == key else node for node in process.nodes)
    return replace(process, nodes=nodes)


def _parallel_join(process: Process, blocks: list[Block], random: Random) -> Process:
    return _with_kind(process, _one(blocks, "exclusive", random).join, NodeKind.PARALLEL)


def _exclusive_split(process: Process, blocks: list[Block], random: Random) -> Process:
    split = _one(blocks, "parallel", random).split
    process = _with_kind(process, split, NodeKind.EXCLUSIVE)
    first = next(flow.key for flow in process.flows if flow.source == split)
    asked = Condition.read({"==": [{"var": process.data[0].name}, _constant(process.data[0])]})
    flows = [
        flow if flow.source != split else replace(flow, default=flow.key == first, condition=None)
        for flow in process.flows
    ]
    flows = [
        replace(flow, condition=asked) if flow.source == split and not flow.default else flow
        for flow in flows
    ]
    return replace(process, flows=tuple(flows))


def _constant(datum: Datum) -> Value:
    return {DatumKind.TRUTH: True, DatumKind.NUMBER: 3}.get(datum.kind, CHOICES[0])


def _exclusive_join(process: Process, blocks: list[Block], random: Random) -> Process:
    join = _one(blocks, "parallel", random).join
    process = _with_kind(process, join, NodeKind.EXCLUSIVE)
    after = next(flow for flow in process.flows if flow.source == join)
    # The second token meets the first here, whatever comes behind.
    return _with_step(process, after, "meeting")


def _with_step(process: Process, flow: Flow, key: str) -> Process:
    step = Node(key, NodeKind.TASK, "Bước thêm", "Added step", StepKind.WORK, "specialist")
    flows = tuple(replace(one, target=key) if one.key == flow.key else one for one in process.flows)
    behind = Flow(f"after_{key}", key, flow.target)
    return replace(process, nodes=(*process.nodes, step), flows=(*flows, behind))


def _no_exit(process: Process, blocks: list[Block], random: Random) -> Process:
    loop = _one(blocks, "loop", random)
    flows = [flow for flow in process.flows if flow.source == loop.split]
    out = next(flow for flow in flows if not _leads(process, flow.target, loop))
    kept = tuple(replace(flow, target=loop.join) if flow.key == out.key else flow for flow in process.flows)
    return replace(process, flows=kept)


def _leads(process: Process, key: str, loop: Block) -> bool:
    """Tell whether a node is on the way back of a loop: at its head, or one step before it."""
    return key == loop.join or any(flow.source == key and flow.target == loop.join for flow in process.flows)


def _dead_step(process: Process, blocks: list[Block], random: Random) -> Process:
    tasks = [node for node in process.nodes if node.kind is NodeKind.TASK]
    dead = Node("dead", NodeKind.TASK, "Bước chết", "Dead step", StepKind.WORK, "specialist")
    flow = Flow("after_dead", "dead", random.choice(tasks).key)
    return replace(process, nodes=(*process.nodes, dead), flows=(*process.flows, flow))


def _lost_token(process: Process, blocks: list[Block], random: Random) -> Process:
    return replace(process, flows=tuple(flow for flow in process.flows if flow.target != "end"))


def _no_step(process: Process, blocks: list[Block], random: Random) -> Process:
    """Draw, before the end, a choice whose one way leads back to itself."""
    flow = next(flow for flow in process.flows if flow.target == "end")
    flows = tuple(replace(one, target="circle") if one.key == flow.key else one for one in process.flows)
    asked = Condition.read({"==": [{"var": process.data[0].name}, _constant(process.data[0])]})
    more = (Flow("round", "circle", "circle", asked), Flow("out", "circle", "end", None, True))
    return replace(process, nodes=(*process.nodes, Node("circle", NodeKind.EXCLUSIVE)), flows=(*flows, *more))


_BREAKINGS = {
    "parallel_join": _parallel_join,
    "exclusive_split": _exclusive_split,
    "exclusive_join": _exclusive_join,
    "no_exit": _no_exit,
    "dead_step": _dead_step,
    "lost_token": _lost_token,
    "no_step": _no_step,
}
