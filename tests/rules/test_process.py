import json
from dataclasses import replace

import pytest

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import (
    DEFAULT_PROCESS,
    Process,
    ProcessRefused,
    ProcessStep,
    StepKind,
    first_step,
    next_step,
    previous_step,
    step_by_key,
)


def test_the_default_process_goes_from_the_specialist_to_the_return() -> None:
    line = []
    step: ProcessStep | None = first_step(DEFAULT_PROCESS)
    while step is not None:
        line.append((step.key, step.function, step.kind.value))
        following = next_step(DEFAULT_PROCESS, step.key)
        assert following is None or previous_step(DEFAULT_PROCESS, following.key) == step
        step = following
    assert line == [
        ("specialist", "specialist", "work"),
        ("head", "head", "work"),
        ("leader", "leader", "decide"),
        ("return", "receiver", "return"),
    ]


def test_there_is_nobody_before_the_first_step() -> None:
    assert previous_step(DEFAULT_PROCESS, "specialist") is None


@pytest.mark.parametrize("ask", [next_step, previous_step, step_by_key])
def test_an_unknown_step_is_refused(ask: object) -> None:
    with pytest.raises(ProcessRefused) as refused:
        ask(DEFAULT_PROCESS, "nobody")  # type: ignore[operator]
    assert refused.value.code == "unknown_step"


def _process(*kinds: str, same_key: bool = False) -> Process:
    steps = [
        ProcessStep("x" if same_key else f"step{n}", "leader", "Bước", "Step", StepKind(kind))
        for n, kind in enumerate(kinds)
    ]
    return Process("p", tuple(steps))


@pytest.mark.parametrize(
    ("code", "kinds", "same_key"),
    [
        ("no_steps", (), False),
        ("repeated_key", ("decide", "return"), True),
        ("no_decision", ("work", "return"), False),
        ("two_decisions", ("decide", "decide", "return"), False),
        ("return_not_last", ("return", "decide"), False),
        ("return_not_last", ("work", "decide"), False),
    ],
)
def test_an_unsound_process_is_refused(code: str, kinds: tuple[str, ...], same_key: bool) -> None:
    with pytest.raises(ProcessRefused) as refused:
        _process(*kinds, same_key=same_key)
    assert refused.value.code == code


def test_the_shortest_process_is_sound() -> None:
    assert len(_process("decide", "return").steps) == 2


def test_steps_come_back_from_json() -> None:
    for step in DEFAULT_PROCESS.steps:
        assert ProcessStep.from_json(json.loads(json.dumps(step.to_json()))) == step
    good = DEFAULT_PROCESS.steps[0].to_json()
    for code, data in (("unknown_kind", {**good, "kind": "sleep"}), ("missing_field", {**good, "key": ""})):
        with pytest.raises(ProcessRefused) as refused:
            ProcessStep.from_json(data)
        assert refused.value.code == code


def test_a_step_keeps_its_limit_and_one_without_writes_none() -> None:
    plain = DEFAULT_PROCESS.steps[0]
    assert "limit" not in plain.to_json()
    limited = replace(plain, limit=Limit(Unit.WORKING_DAY, 2))
    assert ProcessStep.from_json(json.loads(json.dumps(limited.to_json()))) == limited


@pytest.mark.parametrize("limit", ["2 days", {"unit": "year", "amount": 1}, {"unit": "month"}, [1]])
def test_what_is_no_limit_is_refused(limit: object) -> None:
    with pytest.raises(ProcessRefused) as refused:
        ProcessStep.from_json({**DEFAULT_PROCESS.steps[0].to_json(), "limit": limit})
    assert refused.value.code == "bad_limit"
