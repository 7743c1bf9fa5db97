"""How much is measured: enough for a steady ratio, or just enough to see that all of it runs."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Rounds and operations of every measurement."""

    rounds: int
    deeds: int
    pages: int
    dues: int
    oracle_cases: int
    slips: int
    queue_pages: int
    small_queue: int
    large_queue: int
    few_tasks: int
    many_tasks: int
    served: int
    first_requests: int
    all_requests: int
    warm_up: int
    records: int
    open_dossiers: int
    single_dossiers: int
    provinces: int
    passing_dossiers: int
    look_ups: int
    changes: int
    # What of `nation.Extent` is not as in the whole country.
    nation: Mapping[str, int]


FULL = Sizes(
    rounds=15,
    deeds=24,
    pages=60,
    dues=15,
    oracle_cases=10_000,
    slips=15,
    queue_pages=12,
    small_queue=1_000,
    large_queue=100_000,
    few_tasks=100,
    many_tasks=10_000,
    served=80,
    first_requests=100,
    all_requests=10_000,
    warm_up=20,
    records=2_042,
    open_dossiers=1_000_000,
    single_dossiers=300,
    provinces=12,
    passing_dossiers=100_000,
    look_ups=5_000,
    changes=5,
    nation={},
)
QUICK = Sizes(
    rounds=2,
    deeds=3,
    pages=3,
    dues=1,
    oracle_cases=20,
    slips=1,
    queue_pages=2,
    small_queue=20,
    large_queue=60,
    few_tasks=5,
    many_tasks=40,
    served=5,
    first_requests=12,
    all_requests=36,
    warm_up=2,
    records=20,
    open_dossiers=400,
    single_dossiers=10,
    provinces=2,
    passing_dossiers=400,
    look_ups=30,
    changes=1,
    nation={
        "provinces": 3,
        "districts": 4,
        "communes": 40,
        "new_provinces": 2,
        "new_communes": 12,
        "procedures": 30,
    },
)
