"""`python -m motcua.kit.postgres hold DATA`: hold a lease until told to end, for tests and by hand."""

import argparse
import contextlib
import signal
import sys
import threading
from pathlib import Path

from motcua.kit.postgres.cluster import ensure_running
from motcua.kit.postgres.errors import PostgresFault
from motcua.kit.postgres.watch import Watch


def main(arguments: list[str] | None = None) -> int:
    """Hold a lease on the server of a data folder; says "ready" and the owner's address, ends on a signal."""
    parser = argparse.ArgumentParser(prog="python -m motcua.kit.postgres", description=__doc__)
    parser.add_argument("command", choices=["hold"])
    parser.add_argument("data", type=Path)
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="for postgresql.conf"
    )
    parser.add_argument("--keep", action="store_true", help="leave the server running")
    parser.add_argument("--watch", action="store_true", help="start the server again when it dies")
    asked = parser.parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        settings = dict(entry.split("=", 1) for entry in asked.set)
        with contextlib.ExitStack() as stack:
            lease = stack.enter_context(ensure_running(asked.data, keep=asked.keep, settings=settings))
            if asked.watch:
                stack.enter_context(Watch(lease))
            sys.stdout.write(f"ready {lease.url('owner')}\n")
            sys.stdout.flush()
            ended.wait()
    except PostgresFault as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
