"""Steps and their times drawn as a process: a line, with a branch for each way that has times of its own.

See docs/rules/iso-processes.md, "How it is drawn".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from motcua.rules.deadlines import Limit
from motcua.rules.process.conditions import Condition, Datum, DatumKind
from motcua.rules.process.model import Awaited, Flow, Node, NodeKind, Process, StepKind, task
from motcua.workflow.sources.iso_limits import Course
from motcua.workflow.sources.iso_steps import Deed, Step
from motcua.workflow.sources.iso_times import Spell, days_of, limit_of
from motcua.workflow.sources.iso_timing import Timing

_WORK = {Deed.WORK: StepKind.WORK, Deed.SIGN: StepKind.DECIDE, Deed.RETURN: StepKind.RETURN}
_COURSES = {
    Course.VERIFICATION: ("Cần xác minh", "Verification is needed", "Xác minh", "Verification"),
    Course.OTHER: ("Trường hợp khác", "Other case", "Giải quyết tiếp", "Further work"),
}


def draw(key: str, title: str, steps: Sequence[Step], timings: Sequence[Timing]) -> Process:
    """Draw the process; the first timing is that of the common course, a further one of a course that branches off.

    Where it branches is decided by the first task that somebody examines: what it sets says which way to go.
    """
    kept = [step for step in steps if step.deed not in (Deed.RECEIVE, Deed.AFTER)]
    drawing = _Drawing(kept)
    plain = timings[0]
    examined = next(at for at, step in enumerate(kept) if step.prepares or _examines(step))
    for step in kept[: examined + 1]:
        drawing.step(step, plain.times.get(step.key))
    rest = examined + 1
    # There are two time columns at most; a third one is left out with a remark.
    for other in timings[1:2]:
        between = kept[rest : _last_that_differs(kept, examined, plain, other) + 1]
        if between or _more(kept[examined], plain, other) is not None:
            drawing.branch(kept[examined], between, plain, other)
            rest += len(between)
    for step in kept[rest:]:
        drawing.step(step, plain.times.get(step.key))
    return drawing.process(key, title)


def _examines(step: Step) -> bool:
    return step.always_a_task and step.deed is Deed.WORK and step.function in ("specialist", "head")


def _last_that_differs(steps: Sequence[Step], examined: int, plain: Timing, other: Timing) -> int:
    """Return the place of the last step whose limit is another one on the other course, `examined` where none is."""
    differing = [
        at for at, step in enumerate(steps) if at > examined and _limit(step, plain) != _limit(step, other)
    ]
    return differing[-1] if differing else examined


@dataclass(frozen=True, slots=True)
class _Loose:
    """An arrow that does not lead anywhere yet."""

    source: str
    condition: Condition | None = None
    default: bool = False


@dataclass
class _Drawing:
    steps: Sequence[Step]
    nodes: list[Node] = field(default_factory=lambda: [Node("start", NodeKind.START)])
    flows: list[Flow] = field(default_factory=list)
    data: dict[str, Datum] = field(default_factory=dict)
    loose: list[_Loose] = field(default_factory=lambda: [_Loose("start")])

    def step(self, step: Step, spell: Spell | None, suffix: str = "", sets: tuple[str, ...] = ()) -> None:
        """Put a step at the end; one that is done sometimes behind a gateway that can pass it by."""
        if not step.sometimes:
            self._put(_node(step, spell, suffix, (*self._sets_of(step), *sets)))
            return
        datum = f"needs_{step.key}"
        self.data.setdefault(datum, Datum(datum, DatumKind.TRUTH, f"Cần bước: {step.title}"[:160]))
        gateway = f"{step.key}{suffix}_or_not"
        self._put(Node(gateway, NodeKind.EXCLUSIVE))
        self.loose = [_Loose(gateway, _true(datum))]
        self._put(_node(step, spell, suffix, ()))
        self.loose.append(_Loose(gateway, default=True))

    def branch(self, examined: Step, between: Sequence[Step], plain: Timing, other: Timing) -> None:
        """Put both ways from the step that decides between them to the last step whose times differ."""
        datum = other.course.value
        title, title_en, further, further_en = _COURSES[other.course]
        self.data[datum] = Datum(datum, DatumKind.TRUTH, title, title_en)
        self._set(examined.key, datum)
        gateway = f"{examined.key}_way"
        self._put(Node(gateway, NodeKind.EXCLUSIVE, title, title_en))
        self.loose = [_Loose(gateway, default=True)]
        for step in between:
            self.step(step, plain.times.get(step.key))
        passed = self.loose
        self.loose = [_Loose(gateway, _true(datum))]
        more = _more(examined, plain, other)
        if more is not None:
            key = f"{examined.key}_{datum}"
            self._put(task(key, examined.function, further, further_en, limit=more.limit))
        for step in between:
            self.step(step, other.times.get(step.key), f"_{datum}")
        self.loose = [*passed, *self.loose]

    def process(self, key: str, title: str) -> Process:
        """End it."""
        self._put(Node("end", NodeKind.END))
        return Process(key, tuple(self.nodes), tuple(self.flows), tuple(self.data.values()), title)

    def _put(self, node: Node) -> None:
        for loose in self.loose:
            flow = f"{loose.source}-{node.key}"
            self.flows.append(Flow(flow, loose.source, node.key, loose.condition, loose.default))
        self.nodes.append(node)
        self.loose = [_Loose(node.key)]

    def _set(self, key: str, datum: str) -> None:
        at = next(at for at, node in enumerate(self.nodes) if node.key == key)
        node = self.nodes[at]
        self.nodes[at] = task(
            node.key, node.function, node.title_vi, node.title_en, node.work or StepKind.WORK, node.limit,
            prepares=node.prepares, sets=(*node.sets, datum),
        )  # fmt: skip

    def _sets_of(self, step: Step) -> tuple[str, ...]:
        """Return which "is this step needed?" the step answers: of all until the next task that is always done."""
        at = self.steps.index(step)
        if not step.always_a_task:
            return ()
        found: list[str] = []
        for later in self.steps[at + 1 :]:
            if later.always_a_task:
                break
            if later.sometimes:
                found.append(f"needs_{later.key}")
        return tuple(found)


def _limit(step: Step, timing: Timing) -> Limit | None:
    spell = timing.times.get(step.key)
    return limit_of(spell) if spell is not None else None


def _true(datum: str) -> Condition:
    return Condition.read({"==": [{"var": datum}, True]})


@dataclass(frozen=True, slots=True)
class _More:
    """What is left to do on the other course, with a limit where both times are known."""

    limit: Limit | None


def _more(examined: Step, plain: Timing, other: Timing) -> _More | None:
    """Return what the examined step has more on the other course than it has used up already, None where it hasn't."""
    before, after = plain.times.get(examined.key), other.times.get(examined.key)
    if before == after:
        return None
    if before is None or after is None:
        return _More(None) if after is None else None
    left = days_of(after, other.day) - days_of(before, other.day)
    return _More(limit_of(Spell(left, other.day))) if left > 0 else None


def _node(step: Step, spell: Spell | None, suffix: str, sets: tuple[str, ...]) -> Node:
    limit = limit_of(spell) if spell is not None else None
    key = step.key + suffix
    if step.deed is Deed.PARTNER:
        title = f"{step.title} ({step.partner})"
        return Node(key, NodeKind.WAIT, title, limit=limit, awaits=Awaited.ANSWER)
    return task(
        key, step.function, step.title, _ENGLISH.get(step.deed, ""), _WORK[step.deed], limit,
        prepares=step.prepares, sets=sets,
    )  # fmt: skip


_ENGLISH: Mapping[Deed, str] = {Deed.SIGN: "Decision", Deed.RETURN: "Return of the result"}
