"""The process of a procedure: the electronic process follows the approved internal one (TT 01/2018 Điều 8).

Now a line of steps by the function of a post, each perhaps with a limit of its own. See docs/rules/process.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from motcua.rules.deadlines import Limit, LimitRefused
from motcua.rules.refusals import Refusal


class ProcessRefused(Refusal):
    """A process is not sound, or has no such step.

    Codes: unknown_step, no_steps, repeated_key, no_decision, two_decisions, return_not_last, unknown_kind,
    missing_field, bad_limit.
    """


class StepKind(StrEnum):
    """What a step is for."""

    WORK = "work"
    DECIDE = "decide"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class ProcessStep:
    """One step: its key, the function of the post that does it, its title, its kind.

    `limit` is how long it may take by itself; None: as long as the dossier has.
    """

    key: str
    function: str
    title_vi: str
    title_en: str
    kind: StepKind
    limit: Limit | None = None

    def to_json(self) -> dict[str, object]:
        """Give the five fields as text, and the limit of a step that has one."""
        said: dict[str, object] = {
            "key": self.key,
            "function": self.function,
            "title_vi": self.title_vi,
            "title_en": self.title_en,
            "kind": self.kind.value,
        }
        if self.limit is not None:
            said["limit"] = self.limit.to_json()
        return said

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "ProcessStep":
        """Read what `to_json` wrote; `ProcessRefused` (missing_field, unknown_kind, bad_limit) otherwise."""
        texts = [data.get(name) for name in ("key", "function", "title_vi", "title_en", "kind")]
        key, function, title_vi, title_en, kind = (text if isinstance(text, str) else "" for text in texts)
        if not (key and function and title_vi and title_en and kind):
            raise ProcessRefused("missing_field")
        if kind not in set(StepKind):
            raise ProcessRefused("unknown_kind")
        return cls(key, function, title_vi, title_en, StepKind(kind), _limit_from(data.get("limit")))


def _limit_from(data: object) -> Limit | None:
    if data is None:
        return None
    if not isinstance(data, Mapping):
        raise ProcessRefused("bad_limit")
    try:
        return Limit.from_json(data)
    except LimitRefused:
        raise ProcessRefused("bad_limit") from None


@dataclass(frozen=True, slots=True)
class Process:
    """A line of steps with unique keys, one decision, and the return of the result at its end."""

    key: str
    steps: tuple[ProcessStep, ...]

    def __post_init__(self) -> None:
        kinds = [step.kind for step in self.steps]
        faults = {
            "no_steps": not self.steps,
            "repeated_key": len({step.key for step in self.steps}) < len(self.steps),
            "no_decision": kinds.count(StepKind.DECIDE) == 0,
            "two_decisions": kinds.count(StepKind.DECIDE) > 1,
            "return_not_last": kinds.count(StepKind.RETURN) != 1 or kinds[-1] is not StepKind.RETURN,
        }
        for code, at_fault in faults.items():
            if at_fault:
                raise ProcessRefused(code)


DEFAULT_PROCESS = Process(
    "default",
    (
        ProcessStep("specialist", "specialist", "Chuyên viên thẩm định", "Examination", StepKind.WORK),
        ProcessStep("head", "head", "Trưởng phòng xem xét", "Review by the head", StepKind.WORK),
        ProcessStep("leader", "leader", "Lãnh đạo ký duyệt", "Decision", StepKind.DECIDE),
        ProcessStep("return", "receiver", "Trả kết quả", "Return of the result", StepKind.RETURN),
    ),
)


def first_step(process: Process) -> ProcessStep:
    """Give the step that follows acceptance."""
    return process.steps[0]


def step_by_key(process: Process, key: str) -> ProcessStep:
    """Give the step of this key; `ProcessRefused` (unknown_step)."""
    return process.steps[_place(process, key)]


def next_step(process: Process, key: str) -> ProcessStep | None:
    """Give the step after this one, None after the last; `ProcessRefused` (unknown_step)."""
    place = _place(process, key) + 1
    return process.steps[place] if place < len(process.steps) else None


def previous_step(process: Process, key: str) -> ProcessStep | None:
    """Give the step to hand back to, None before the first; `ProcessRefused` (unknown_step)."""
    place = _place(process, key)
    return process.steps[place - 1] if place else None


def _place(process: Process, key: str) -> int:
    for place, step in enumerate(process.steps):
        if step.key == key:
            return place
    raise ProcessRefused("unknown_step")
