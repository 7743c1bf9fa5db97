"""All measurements, or one of them, on a ground of their own."""

from collections.abc import Callable, Iterator
from importlib import import_module

from motcua.ops.bench.ground import prepared_ground
from motcua.ops.bench.sizes import FULL, QUICK
from motcua.ops.bench.timing import Outcome

# In this order: the queues of many dossiers, the million of a changed calendar, and the nation come last.
MEASUREMENTS = (
    *("due_time", "explanation", "oracle", "engine", "soundness"),
    *("receipt", "filing", "step", "tracking", "procedure_page", "search"),
    *("importing", "memory", "queue_page", "crowded_queue", "recompute", "responsible", "reorganise"),
)


def run_bench(*, only: str | None, quick: bool, tell: Callable[[str], object]) -> Iterator[Outcome]:
    """Measure and give each outcome as it comes; `tell` hears what goes on."""
    tell("database, tables, files")
    with prepared_ground() as ground:
        # The product can be imported only now that Django runs.
        from motcua.ops.bench.stage import Stage

        stage = Stage(ground, QUICK if quick else FULL)
        for name in MEASUREMENTS:
            if only in (None, name):
                tell(name)
                yield import_module(f"motcua.ops.bench.{name}").measure(stage)
