"""A process of its own that tells when it sees that another agency decides a procedure; ended by its parent."""

import os
import sys
import time
from datetime import date
from uuid import UUID

_PAUSE = 0.005


def main() -> None:
    """Print the time and memory of the first answer, then each other answer as soon as it is seen."""
    import django

    django.setup()
    from motcua.dossiers.queries.responsible import responsible
    from motcua.ops.bench.browsing import resident

    procedure, place, day = UUID(sys.argv[1]), sys.argv[2], date.fromisoformat(sys.argv[3])
    before, began = resident(os.getpid()), time.perf_counter()
    seen = responsible(procedure, place, on=day)
    taken, grown = time.perf_counter() - began, resident(os.getpid()) - before
    print(f"{taken:.3f} {grown}", flush=True)
    while True:
        time.sleep(_PAUSE)
        found = responsible(procedure, place, on=day)
        if found != seen:
            seen = found
            print("changed", flush=True)


if __name__ == "__main__":
    main()
