"""A step of the pure engine, from stored text to stored text, beside SpiffWorkflow's load, step and dump."""

import json
from collections.abc import Callable
from itertools import cycle
from typing import Any

from motcua.ops.bench.engine_cases import RUN, office_process
from motcua.ops.bench.foreign_engine import foreign_serializer, foreign_tasks, foreign_workflow
from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome, Timing, interleaved, repeating
from motcua.rules.process import Machine
from motcua.rules.process.conditions import Value

# A stored state before a step, the step, what it sets.
Due = tuple[str, str, dict[str, Value]]
# Ours are so much faster that a round of them needs more to be measurable.
_TIMES = 50


def measure(stage: Stage) -> Outcome:
    """Time every step of one run in turn; each begins with the stored text and ends with one."""
    process = office_process()
    machine, serializer = Machine(process), foreign_serializer()

    def ours(text: str, key: str, values: dict[str, Value]) -> str:
        return _our_step(machine, text, key, values)

    def theirs(text: str, key: str, values: dict[str, Value]) -> str:
        return _their_step(serializer, text, key, values)

    began = json.dumps({"marking": machine.begin().marking, "data": {}})
    workflow = foreign_workflow(process)
    workflow.do_engine_steps()
    our_run, their_run = _states(ours, began), _states(theirs, serializer.serialize_json(workflow))
    _check(our_run, their_run, serializer)
    timing = interleaved(
        repeating(_each_in_turn(theirs, their_run)),
        repeating(_each_in_turn(ours, our_run)),
        rounds=stage.sizes.rounds,
        each=len(RUN),
        warm_up=len(RUN),
        bare_times=_TIMES,
    )
    # Ours were the part that runs more often: turn the two round.
    said = f"their text {len(their_run[-1][0]) // 1_000} KB, ours {max(len(text) for text, _, _ in our_run)} bytes"
    return Timing(timing.bare, timing.ours).as_rate("engine", target=50.0, aside=said)


def _our_step(machine: Machine, text: str, key: str, values: dict[str, Value]) -> str:
    """Read marking and data, do the step, write them; the machine of a version is made once and kept."""
    stored = json.loads(text)
    data = stored["data"] | values
    advance = machine.complete(tuple(stored["marking"]), key, data)
    return json.dumps({"marking": advance.marking, "data": data})


def _their_step(serializer: Any, text: str, key: str, values: dict[str, Value]) -> str:
    """Do the same as SpiffWorkflow's manual does it, with one serializer made once."""
    workflow = serializer.deserialize_json(text)
    task = next(task for task in foreign_tasks(workflow) if task.task_spec.name == key)
    task.data.update(values)
    task.run()
    workflow.do_engine_steps()
    dumped: str = serializer.serialize_json(workflow)
    return dumped


def _states(step: Callable[[str, str, dict[str, Value]], str], text: str) -> list[Due]:
    """Walk the run; give each step with the text before it, and the text at the end with no step."""
    found: list[Due] = []
    for key, values in RUN:
        found.append((text, key, values))
        text = step(text, key, values)
    return [*found, (text, "", {})]


def _each_in_turn(step: Callable[[str, str, dict[str, Value]], str], run: list[Due]) -> Callable[[], object]:
    due = cycle(run[:-1])
    return lambda: step(*next(due))


def _check(ours: list[Due], theirs: list[Due], serializer: Any) -> None:
    """See that both offered the same all the way and came to the end."""
    for (our_text, _, _), (their_text, _, _) in zip(ours, theirs, strict=True):
        workflow = serializer.deserialize_json(their_text)
        offered = [task.task_spec.name for task in foreign_tasks(workflow)]
        marking = [place for place in json.loads(our_text)["marking"] if "-" not in place]
        if marking != offered:
            raise AssertionError(f"the yardstick offers {offered}, the engine {marking}")
