"""Proving a process of sixty nodes: the slowest of several shapes, against one second."""

import time
from statistics import median

from motcua.ops.bench.engine_cases import shapes_of_sixty
from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome
from motcua.rules.process.soundness import check_soundness

_NODES = 60
_SECOND = 1_000.0


def measure(stage: Stage) -> Outcome:
    """Prove each shape once a round; a sound one that is not called so is an error, not a time."""
    times: dict[str, list[float]] = {}
    for _ in range(max(1, stage.sizes.rounds // 3)):
        for name, process in shapes_of_sixty().items():
            began = time.perf_counter()
            faults = check_soundness(process)
            times.setdefault(name, []).append(1_000 * (time.perf_counter() - began))
            if faults or len(process.nodes) != _NODES:
                kinds = [fault.kind for fault in faults]
                raise AssertionError(
                    f"{name}: sound with {_NODES} nodes, found {kinds}, {len(process.nodes)}"
                )
    middle = {name: median(found) for name, found in times.items()}
    worst = max(middle, key=middle.__getitem__)
    spread = (min(times[worst]) / _SECOND, max(times[worst]) / _SECOND)
    ratio = middle[worst] / _SECOND
    said = f"worst of {len(middle)} shapes: {worst}"
    return Outcome("soundness", middle[worst], _SECOND, "ms", ratio, 1.0, False, spread, said)
