"""The processes that the engine is measured on: one that an office would draw, and large ones to be proved."""

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import (
    Condition,
    Datum,
    DatumKind,
    Flow,
    Node,
    NodeKind,
    Process,
    StepKind,
    line,
    task,
)
from motcua.rules.process.conditions import Value

# What is done one after another in the measured run, with what is set; the supplement loop is walked once.
RUN: tuple[tuple[str, dict[str, Value]], ...] = (
    ("receive", {"complete": False}),
    ("ask", {}),
    ("receive", {"complete": True}),
    ("examine", {"fee": 250_000, "site": True}),
    ("opinion_land", {}),
    ("opinion_tax", {}),
    ("visit", {}),
    ("write", {}),
    ("head", {"agreed": True}),
    ("leader", {}),
    ("stamp", {}),
    ("give_back", {}),
)


def office_process() -> Process:
    """Give a process of eleven tasks with a loop, a parallel part and an inclusive one."""
    tasks = {"receive": ("complete",), "examine": ("fee", "site"), "head": ("agreed",)}
    names = dict.fromkeys(key for key, _ in RUN)
    gateways = {
        **dict.fromkeys(("begin", "whole", "asked", "merge"), NodeKind.EXCLUSIVE),
        **dict.fromkeys(("apart", "together"), NodeKind.INCLUSIVE),
        **dict.fromkeys(("split", "join"), NodeKind.PARALLEL),
    }
    nodes = (
        Node("start", NodeKind.START),
        *(task(key, "specialist", key, sets=tasks.get(key, ())) for key in names),
        *(Node(key, kind) for key, kind in gateways.items()),
        Node("end", NodeKind.END),
    )
    return Process("office", nodes, _office_flows(), _OFFICE_DATA)


_OFFICE_DATA = (
    Datum("complete", DatumKind.TRUTH),
    Datum("fee", DatumKind.NUMBER),
    Datum("site", DatumKind.TRUTH),
    Datum("agreed", DatumKind.TRUTH),
)


def _office_flows() -> tuple[Flow, ...]:
    whole = Condition.read({"var": "complete"})
    paid = Condition.read({"and": [{">": [{"var": "fee"}, 0]}, {"<=": [{"var": "fee"}, 1_000_000]}]})
    plain = ("start begin", "begin receive", "receive whole", "ask begin", "examine split", "split opinion_land",
             "split opinion_tax", "opinion_land join", "opinion_tax join", "join apart", "visit together",
             "write together", "together merge", "merge head", "head asked", "leader stamp", "stamp give_back",
             "give_back end")  # fmt: skip
    ends = (way.split() for way in plain)
    flows = [Flow(f"{source}-{target}", source, target) for source, target in ends]
    flows += [
        Flow("is-whole", "whole", "examine", whole),
        Flow("is-not", "whole", "ask", default=True),
        Flow("by-site", "apart", "visit", Condition.read({"var": "site"})),
        Flow("by-fee", "apart", "write", paid),
        Flow("by-none", "apart", "together", default=True),
        Flow("agrees", "asked", "leader", Condition.read({"==": [{"var": "agreed"}, True]})),
        Flow("does-not", "asked", "merge", default=True),
    ]
    return tuple(flows)


# --- sixty nodes


def shapes_of_sixty() -> dict[str, Process]:
    """Give processes of sixty nodes, each hard in its own way for a search of states."""
    return {
        "line": line("line", (_step(f"t{number}") for number in range(58))),
        "choices": _chain("choices", NodeKind.EXCLUSIVE, blocks=14, branches=2),
        "inclusive": _chain("inclusive", NodeKind.INCLUSIVE, blocks=14, branches=2),
        "two abreast": _abreast("two", branches=2, long=28),
        "four abreast": _abreast("four", branches=4, long=14),
        "fourteen abreast": _abreast("fourteen", branches=14, long=4),
        "some of eight": _abreast("some", branches=8, long=7, kind=NodeKind.INCLUSIVE),
        "overlapping": _overlapping(10),
        "timers": _with_timers(),
    }


def _step(key: str) -> Node:
    return task(key, "specialist", key, work=StepKind.WORK)


class _Drawn:
    """Nodes and flows while they are drawn."""

    def __init__(self) -> None:
        self.nodes = [Node("start", NodeKind.START)]
        self.flows: list[Flow] = []

    def add(self, node: Node, *before: str) -> str:
        self.nodes.append(node)
        self.flows += [Flow(f"{key}-{node.key}", key, node.key) for key in before]
        return node.key

    def whole(self, key: str, last: str) -> Process:
        self.add(Node("end", NodeKind.END), last)
        return Process(key, tuple(self.nodes), tuple(self.flows))


def _chain(key: str, kind: NodeKind, *, blocks: int, branches: int) -> Process:
    """One block after another: a gateway, its branches of one step, a gateway; two steps more make sixty nodes."""
    drawn, last = _Drawn(), "start"
    for number in range(blocks):
        split = drawn.add(Node(f"s{number}", kind), last)
        ways = [drawn.add(_step(f"t{number}_{branch}"), split) for branch in range(branches)]
        last = drawn.add(Node(f"j{number}", kind), *ways)
    for number in range(58 - len(drawn.nodes) + 1):
        last = drawn.add(_step(f"last{number}"), last)
    return drawn.whole(key, last)


def _abreast(key: str, *, branches: int, long: int, kind: NodeKind = NodeKind.PARALLEL) -> Process:
    """Branches of so many steps side by side; what is left of sixty nodes is a line before the end."""
    drawn = _Drawn()
    split = drawn.add(Node("split", kind), "start")
    ways = []
    for branch in range(branches):
        last = split
        for number in range(long):
            if len(drawn.nodes) < 58:
                last = drawn.add(_step(f"t{branch}_{number}"), last)
        ways.append(last)
    last = drawn.add(Node("join", kind), *ways)
    for number in range(59 - len(drawn.nodes)):
        last = drawn.add(_step(f"last{number}"), last)
    return drawn.whole(key, last)


def _overlapping(rungs: int) -> Process:
    """Two branches that wait for one another again and again, in a knot that no block holds."""
    drawn = _Drawn()
    split = drawn.add(Node("split", NodeKind.PARALLEL), "start")
    left, right = split, split
    for number in range(rungs):
        left = drawn.add(_step(f"l{number}"), left)
        left = drawn.add(Node(f"fork{number}", NodeKind.PARALLEL), left)
        right = drawn.add(_step(f"r{number}"), right)
        right = drawn.add(Node(f"meet{number}", NodeKind.PARALLEL), left, right)
        left = drawn.add(_step(f"b{number}"), left)
    last = drawn.add(Node("join", NodeKind.PARALLEL), left, right)
    for number in range(59 - len(drawn.nodes)):
        last = drawn.add(_step(f"last{number}"), last)
    return drawn.whole("overlapping", last)


def _with_timers() -> Process:
    """Four branches of three steps, each of which may run out of time and go another way."""
    drawn = _Drawn()
    split = drawn.add(Node("split", NodeKind.PARALLEL), "start")
    ways = []
    for branch in range(4):
        last = split
        for number in range(3):
            key = f"{branch}_{number}"
            host = drawn.add(_step(f"t{key}"), last)
            drawn.nodes.append(
                Node(f"b{key}", NodeKind.BOUNDARY_TIMER, limit=Limit(Unit.WORKING_DAY, 1), host=host)
            )
            other = drawn.add(_step(f"o{key}"), f"b{key}")
            last = drawn.add(Node(f"m{key}", NodeKind.EXCLUSIVE), host, other)
        ways.append(last)
    last = drawn.add(Node("join", NodeKind.PARALLEL), *ways)
    for number in range(59 - len(drawn.nodes)):
        last = drawn.add(_step(f"last{number}"), last)
    return drawn.whole("timers", last)
