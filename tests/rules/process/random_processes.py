"""Random processes, each from its own `Random`: sound by how they are drawn.

`sound_process` nests blocks: sequences, choices (with and without a default, joined by a gateway or at the next node),
parallel and inclusive blocks (also parallel or exclusive ones that an inclusive gateway joins), loops, and two shapes
that are no blocks: joins that overlap. Whatever a condition asks has been set on the way to it, by the same token:
a branch that runs beside others sets data of its own only. `Extras` adds what only we and BPMN know: partners, waits,
timers, boundaries, limits. `broken_processes` breaks them by one change.
"""

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import (
    Awaited,
    Condition,
    Datum,
    DatumKind,
    Flow,
    Node,
    NodeKind,
    Process,
    StepKind,
    Travel,
)
from motcua.rules.process.conditions import Value

FUNCTIONS = ("receiver", "specialist", "head", "leader")
# Data of this prefix are set in a branch beside others, inside a loop: in its second round the other branches still
# carry the value of the first.
AGAIN = "again_"
CHOICES = ("du", "thieu", "sai")
_BRANCHING = ("exclusive", "parallel", "inclusive", "loop", "overlapping", "crossing")


@dataclass(frozen=True)
class Extras:
    """What may stand in a process besides what other engines know; `gaps`: a choice may find no way."""

    calls: bool = False
    waits: bool = False
    timers: bool = False
    boundaries: bool = False
    limits: bool = False
    gaps: bool = False


PLAIN = Extras()
ALL_EXTRAS = Extras(calls=True, waits=True, timers=True, boundaries=True, limits=True)


def sound_process(
    random: Random, *, size: int = 8, extras: Extras = PLAIN, key: str = "random", as_body: bool = False
) -> Process:
    """Draw a sound process of about `size` tasks; `as_body`: one without loops that a loop may walk again."""
    return Drawing(random, extras).whole(size, key, as_body=as_body)


def random_values(process: Process, names: tuple[str, ...], random: Random) -> dict[str, Value]:
    """Give the data that a task sets a value each, near what conditions compare them with."""
    known = {datum.name: datum for datum in process.data}
    return {name: _value(known[name], random) for name in names}


def _value(datum: Datum, random: Random) -> Value:
    if datum.kind is DatumKind.TRUTH:
        return random.random() < 0.5
    if datum.kind is DatumKind.CHOICE:
        return random.choice(datum.values)[0]
    return random.choice((random.randint(0, 6), random.randint(0, 6) + 0.5))


@dataclass(frozen=True)
class Block:
    """Where a block was drawn: its gateways; `join` is empty where it ends at the next node."""

    kind: str
    split: str
    join: str


@dataclass(frozen=True)
class _End:
    """A loose end of the drawing: the flow that goes on from `source` has no target yet."""

    source: str
    condition: Condition | None = None
    default: bool = False


@dataclass(frozen=True)
class _Scope:
    """The data that the token of this place can ask (`seen` and `own`), and those it may set (`own`)."""

    seen: tuple[Datum, ...] = ()
    own: list[Datum] = field(default_factory=list)
    looped: bool = False
    again: bool = False

    def known(self) -> list[Datum]:
        return [*self.seen, *self.own]

    def choice(self) -> "_Scope":
        """Only one of the branches is walked: what it sets anew is not known after it."""
        return replace(self, own=list(self.own))

    def beside(self) -> "_Scope":
        """Other branches run at the same time: what was set before may be asked, not set."""
        return replace(self, seen=tuple(self.known()), own=[], again=self.looped)

    def loop(self) -> "_Scope":
        return replace(self, own=list(self.own), looped=True)


class Drawing:
    """A process while it is drawn: every part takes the loose ends before it and gives back those after it."""

    def __init__(self, random: Random, extras: Extras) -> None:
        self.random, self.extras = random, extras
        self.nodes: list[Node] = []
        self.flows: list[Flow] = []
        self.data: list[Datum] = []
        self.blocks: list[Block] = []
        self.branching = _BRANCHING

    def whole(self, size: int, key: str, *, as_body: bool = False) -> Process:
        self.nodes.append(Node("start", NodeKind.START))
        scope = _Scope(looped=as_body)
        self.branching = tuple(name for name in _BRANCHING if not (as_body and name == "loop"))
        names = [self.datum(scope) for _ in range(self.random.randint(1, 3))]
        ends = self.task([_End("start")], scope, sets=names)
        ends = self.sequence(ends, size - 1, scope)
        self.place(ends, Node("end", NodeKind.END))
        return Process(key, tuple(self.nodes), tuple(self.flows), tuple(self.data), "Ngẫu nhiên", "Random")

    def place(self, ends: list[_End], node: Node) -> list[_End]:
        """Draw a node at the end of all these flows."""
        self.nodes.append(node)
        for end in ends:
            self.link(end, node.key)
        return [_End(node.key)]

    def link(self, end: _End, target: str) -> None:
        key = f"f{len(self.flows)}"
        self.flows.append(Flow(key, end.source, target, end.condition, end.default))

    def key(self, prefix: str) -> str:
        return f"{prefix}{len(self.nodes)}"

    def gateway(self, ends: list[_End], kind: NodeKind) -> list[_End]:
        return self.place(ends, Node(self.key("g"), kind))

    # --- steps

    def datum(self, scope: _Scope) -> str:
        kind = self.random.choice(tuple(DatumKind))
        name = f"{AGAIN if scope.again else ''}d{len(self.data)}"
        values = tuple((one, one.title(), one.title()) for one in CHOICES) if kind is DatumKind.CHOICE else ()
        datum = Datum(name, kind, f"Dữ liệu {name}", f"Datum {name}", values)
        self.data.append(datum)
        scope.own.append(datum)
        return name

    def task(self, ends: list[_End], scope: _Scope, sets: list[str] | None = None) -> list[_End]:
        """Draw a task; it sets what it is told to, else now and then a datum of its scope or a new one."""
        random = self.random
        if sets is None:
            sets = []
            if random.random() < 0.4:
                old = random.random() < 0.7 and bool(scope.own)
                sets = [random.choice(scope.own).name if old else self.datum(scope)]
        key = self.key("t")
        node = Node(
            key, NodeKind.TASK, f"Bước {key[1:]}", f"Step {key[1:]}", random.choice(tuple(StepKind)),
            random.choice(FUNCTIONS), self.limit(), self.channel(), tuple(sets), random.random() < 0.2,
        )  # fmt: skip
        return self.bounded(self.place(ends, node), scope)

    def limit(self, needed: bool = False) -> Limit | None:
        if not needed and (not self.extras.limits or self.random.random() < 0.5):
            return None
        unit = self.random.choice((Unit.WORKING_DAY, Unit.WORKING_HOUR, Unit.CALENDAR_DAY))
        return Limit(unit, self.random.randint(1, 9))

    def channel(self) -> Travel | None:
        rare = self.extras.limits and self.random.random() < 0.3
        return self.random.choice(tuple(Travel)) if rare else None

    def step(self, ends: list[_End], scope: _Scope) -> list[_End]:
        """Draw something where a token waits: mostly a task."""
        able = [name for name in ("calls", "waits", "timers") if getattr(self.extras, name)]
        if not able or self.random.random() < 0.6:
            return self.task(ends, scope)
        chosen, key = self.random.choice(able), self.key("w")
        title = (f"Chờ {key}", f"Wait {key}")
        if chosen == "timers":
            return self.place(ends, Node(key, NodeKind.TIMER, *title, limit=self.limit(needed=True)))
        if chosen == "waits":
            node = Node(key, NodeKind.WAIT, *title, awaits=self.random.choice(tuple(Awaited)))
        else:
            node = Node(
                key, NodeKind.CALL, *title, limit=self.limit(), channel=self.channel(), procedure="1.000001",
                partner=self.random.choice(("territory:police", "agency-7")),
            )  # fmt: skip
        return self.bounded(self.place(ends, node), scope)

    def bounded(self, ends: list[_End], scope: _Scope) -> list[_End]:
        """Now and then attach boundaries: their ways come back behind the step, or end by themselves."""
        if not self.extras.boundaries or self.random.random() < 0.7:
            return ends
        host = self.nodes[-1]
        if self.random.random() < 0.6:
            timer = Node(self.key("b"), NodeKind.BOUNDARY_TIMER, limit=self.limit(needed=True), host=host.key)
            # A reminder that may come twice would meet itself: in no loop.
            if self.random.random() < 0.4 and not scope.looped:
                self.nodes.append(replace(timer, interrupts=False))
                reminded = self.instead(timer, ())
                self.place(reminded, Node(self.key("end"), NodeKind.END))
            else:
                self.nodes.append(timer)
                ends = ends + self.instead(timer, host.sets)
        if host.kind is not NodeKind.WAIT and self.random.random() < 0.5:
            error = Node(self.key("b"), NodeKind.BOUNDARY_ERROR, host=host.key)
            self.nodes.append(error)
            ends = ends + self.instead(error, host.sets)
        return self.gateway(ends, NodeKind.EXCLUSIVE) if len(ends) > 1 else ends

    def instead(self, boundary: Node, sets: tuple[str, ...]) -> list[_End]:
        """Draw the task behind a boundary; it sets what its host would have set."""
        key = self.key("t")
        title = (f"Bước {key[1:]}", f"Step {key[1:]}")
        node = Node(key, NodeKind.TASK, *title, StepKind.WORK, "head", sets=sets)
        return self.place([_End(boundary.key)], node)

    # --- blocks

    def sequence(self, ends: list[_End], size: int, scope: _Scope) -> list[_End]:
        """Draw about `size` tasks: steps and blocks that share them."""
        while size > 0:
            if size < 3 or self.random.random() < 0.4:
                ends = self.step(ends, scope)
                size -= 1
                continue
            part = self.random.randint(2, size)
            ends = getattr(self, self.random.choice(self.branching))(ends, part, scope)
            size -= part
        return ends

    def shares(self, size: int) -> list[int]:
        """Part the tasks among two or three branches, of which at most one is empty."""
        parts = [0] * (3 if size > 3 and self.random.random() < 0.4 else 2)
        empty = self.random.random() < 0.25
        for number in range(size):
            parts[number % (len(parts) - empty)] += 1
        self.random.shuffle(parts)
        return parts

    def exclusive(self, ends: list[_End], size: int, scope: _Scope) -> list[_End]:
        split = self.gateway(ends, NodeKind.EXCLUSIVE)[0].source
        parts = self.shares(size)
        after: list[_End] = []
        for way, part in zip(self.ways(split, len(parts), scope, together=False), parts, strict=True):
            after += self.sequence([way], part, scope.choice())
        plain = all(end.condition is None and not end.default for end in after)
        if plain and self.random.random() < 0.3:
            # They meet at whatever comes next, so that must be no gateway that joins.
            self.blocks.append(Block("exclusive", split, ""))
            return self.task(after, scope, sets=[])
        kind = NodeKind.INCLUSIVE if self.random.random() < 0.2 else NodeKind.EXCLUSIVE
        return self.joined("exclusive", split, after, kind)

    def joined(self, name: str, split: str, after: list[_End], kind: NodeKind) -> list[_End]:
        join = self.gateway(after, kind)
        # Joined by its own kind, so that a change of either gateway breaks it.
        same = kind.value == name
        self.blocks.append(Block(name if same else "mixed", split, join[0].source))
        return join

    def parallel(self, ends: list[_End], size: int, scope: _Scope) -> list[_End]:
        split = self.gateway(ends, NodeKind.PARALLEL)[0].source
        after: list[_End] = []
        found: list[Datum] = []
        for part in self.shares(size):
            branch = scope.beside()
            after += self.sequence([_End(split)], part, branch)
            found += branch.own
        if not scope.looped:
            scope.own.extend(found)
        kind = NodeKind.INCLUSIVE if self.random.random() < 0.2 else NodeKind.PARALLEL
        return self.joined("parallel", split, after, kind)

    def inclusive(self, ends: list[_End], size: int, scope: _Scope) -> list[_End]:
        split = self.gateway(ends, NodeKind.INCLUSIVE)[0].source
        parts = self.shares(size)
        after: list[_End] = []
        for way, part in zip(self.ways(split, len(parts), scope, together=True), parts, strict=True):
            after += self.sequence([way], part, scope.beside())
        return self.joined("inclusive", split, after, NodeKind.INCLUSIVE)

    def loop(self, ends: list[_End], size: int, scope: _Scope) -> list[_End]:
        """Draw a body that sets what decides whether it is walked again, perhaps with steps on the way back."""
        inner = scope.loop()
        back = 1 if size > 2 and self.random.random() < 0.4 else 0
        direct = back == 0 and self.random.random() < 0.4
        first = ends if direct else self.gateway(ends, NodeKind.EXCLUSIVE)
        head = "" if direct else first[0].source
        body = self.task(first, inner, sets=[self.datum(inner)])
        head = head or next(flow.target for flow in reversed(self.flows) if flow.source == ends[-1].source)
        body = self.sequence(body, size - 1 - back, inner)
        split = self.gateway(body, NodeKind.EXCLUSIVE)[0].source
        again, out = self.ways(split, 2, inner, together=False)
        for end in self.sequence([again], back, inner):
            self.link(end, head)
        self.blocks.append(Block("loop", split, head))
        return [out]

    def overlapping(self, ends: list[_End], size: int, scope: _Scope) -> list[_End]:
        """Draw three branches side by side of which the middle one is joined with both others."""
        parts = [max(1, size // 4)] * 4
        split = self.gateway(ends, NodeKind.PARALLEL)
        left = self.sequence(split, parts[0], scope.beside())
        right = self.sequence(split, parts[1], scope.beside())
        forked = self.gateway(left, NodeKind.PARALLEL)
        first = self.sequence(forked, parts[2], scope.beside())
        middle = self.gateway(forked + right, self.joining(scope))
        second = self.sequence(middle, parts[3], scope.beside())
        return self.gateway(first + second, self.joining(scope))

    def joining(self, scope: _Scope) -> NodeKind:
        # Round a loop there is a way past such a join back to it, and an inclusive one does not wait for what may
        # come by a flow where a token already stands (BPMN 2.0, 13.4.3): it would open too early.
        inclusive = not scope.looped and self.random.random() < 0.2
        return NodeKind.INCLUSIVE if inclusive else NodeKind.PARALLEL

    def crossing(self, ends: list[_End], size: int, scope: _Scope) -> list[_End]:
        """Draw two choices of which the second leads into the branch of the first, or past it."""
        part = max(1, size // 3)
        split = self.gateway(ends, NodeKind.EXCLUSIVE)[0].source
        left, right = self.ways(split, 2, scope, together=False)
        asked = self.gateway(self.sequence([left], part, scope.choice()), NodeKind.EXCLUSIVE)[0].source
        into, past = self.ways(asked, 2, scope, together=False)
        inner = self.gateway([*self.sequence([right], part, scope.choice()), into], NodeKind.EXCLUSIVE)
        return self.gateway([*self.sequence(inner, part, scope.choice()), past], NodeKind.EXCLUSIVE)

    # --- conditions

    def ways(self, split: str, count: int, scope: _Scope, *, together: bool) -> list[_End]:
        """Give the flows out of a choice: the last one is the default or what the others leave."""
        logics = [self.logic(scope) for _ in range(count - 1)]
        found = [_End(split, Condition.read(logic)) for logic in logics]
        if self.extras.gaps and self.random.random() < 0.15:
            found.append(_End(split, Condition.read(self.logic(scope))))
        elif self.random.random() < 0.6:
            found.append(_End(split, default=True))
        else:
            rest: dict[str, Any] = {"!": {"or": logics}}
            # Of an inclusive choice the last may hold beside the others, too.
            both = together and self.random.random() < 0.6
            found.append(
                _End(split, Condition.read({"or": [rest, self.logic(scope)]} if both else rest)),
            )
        self.random.shuffle(found)
        return found

    def logic(self, scope: _Scope) -> dict[str, Any]:
        if self.random.random() < 0.25:
            return {self.random.choice(("and", "or")): [self.comparison(scope), self.comparison(scope)]}
        return self.comparison(scope)

    def comparison(self, scope: _Scope) -> dict[str, Any]:
        random = self.random
        datum = random.choice(scope.known())
        asked: dict[str, Any] = {"var": datum.name}
        if datum.kind is DatumKind.TRUTH:
            return random.choice((asked, {"!": asked}, {"==": [asked, False]}, {"!=": [asked, False]}))
        if datum.kind is DatumKind.CHOICE:
            one = random.choice(CHOICES)
            some = random.sample(CHOICES, 2)
            return random.choice(({"==": [asked, one]}, {"!=": [asked, one]}, {"in": [asked, some]}))
        number = random.choice((random.randint(1, 5), random.randint(1, 5) + 0.5))
        operator = random.choice(("<", "<=", ">", ">=", "==", "!="))
        return {operator: random.choice(([asked, number], [number, asked]))}
