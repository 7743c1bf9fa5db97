"""A citizen who opens tracking pages again and again, in a process of its own: `python -m … PORT PATHS TIMES`.

Each line of TIMES is the moment of a request by the monotonic clock of the machine, and the seconds it took.
"""

import sys
import time
from itertools import cycle
from pathlib import Path

from motcua.ops.bench.browsing import Caller

# Between two pages: the visitor looks on, and is no load of its own.
_PAUSE = 0.05


def visit(port: int, paths: list[str], times: Path) -> None:
    """Open the pages in turn until this process is ended."""
    caller = Caller(port)
    with times.open("a", encoding="utf-8", buffering=1) as out:
        for path in cycle(paths):
            began = time.monotonic()
            caller.get(path)
            out.write(f"{began:.6f} {time.monotonic() - began:.6f}\n")
            time.sleep(_PAUSE)


if __name__ == "__main__":
    visit(int(sys.argv[1]), Path(sys.argv[2]).read_text(encoding="utf-8").split(), Path(sys.argv[3]))
