"""Is that process our server? What a `postmaster.pid` is worth, and when it may be removed."""

import contextlib
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from motcua.kit.postgres.errors import ClusterBusy

PROC = Path("/proc")
_SEGMENTS = PROC / "sysvipc" / "shm"


@dataclass(frozen=True)
class PidFile:
    """What PostgreSQL wrote into `postmaster.pid`: process, and its shared memory (key, id) if any."""

    pid: int
    segment: tuple[int, int] | None


def read_pid_file(pgdata: Path) -> PidFile | None:
    """The parsed `postmaster.pid`, or None if there is none or it is unreadable rubbish."""
    try:
        lines = (pgdata / "postmaster.pid").read_text("ascii", "replace").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None
    segment = None
    if len(lines) >= 7:
        numbers = lines[6].split()
        if len(numbers) == 2 and all(number.lstrip("-").isdigit() for number in numbers):
            segment = (int(numbers[0]), int(numbers[1]))
    return PidFile(pid, segment)


def running_server(pgdata: Path) -> int | None:
    """The process id of the living server on exactly this data folder, or None."""
    found = read_pid_file(pgdata)
    return found.pid if found and _is_our_server(found.pid, pgdata) else None


def exists(pid: int) -> bool:
    """Whether any process, even a zombie, has this id."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _is_our_server(pid: int, pgdata: Path) -> bool:
    if pid <= 1 or not exists(pid):
        return False
    command = _command(pid)
    if not command or not os.path.basename(command[0]).startswith(("postgres", "postmaster")):
        return False
    return any(os.path.realpath(part) == os.path.realpath(pgdata) for part in command[1:] if part[:1] == "/")


def _command(pid: int) -> list[str]:
    if (PROC / "self").exists():
        try:
            state = (PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
            line = (PROC / str(pid) / "cmdline").read_text("utf-8", "replace")
        except (OSError, IndexError):
            return []
        return [] if state in "ZX" else line.rstrip("\0").split("\0")
    ask = ["ps", "-o", "command=", "-p", str(pid)]
    told = subprocess.run(ask, capture_output=True, text=True, check=False)
    return told.stdout.split()


def remove_stale_pid_file(pgdata: Path, *, deadline: float) -> bool:
    """Remove a `postmaster.pid` that names some other process or a zombie; tells whether it did.

    PostgreSQL itself clears the file of a dead process, but takes any living process with that id for a
    server. Children of a killed server may still be writing: their shared memory must be free first,
    or the data would be damaged. Raises ClusterBusy if it isn't by `deadline` (monotonic).
    """
    found = read_pid_file(pgdata)
    if found is None or _is_our_server(found.pid, pgdata):
        return False
    while found.segment and _attached(*found.segment):
        if time.monotonic() > deadline:
            raise ClusterBusy(f"processes of a killed server still use {pgdata}: end them first")
        time.sleep(0.02)
    if not exists(found.pid):
        return False
    with contextlib.suppress(FileNotFoundError):
        (pgdata / "postmaster.pid").unlink()
    return True


def _attached(key: int, segment: int) -> bool:
    """Whether a process still uses the shared memory (Linux; elsewhere PostgreSQL's own check stands)."""
    try:
        rows = _SEGMENTS.read_text("ascii").splitlines()[1:]
    except OSError:
        return False
    for row in rows:
        fields = row.split()
        # key, shmid, perms, size, cpid, lpid, nattch
        if len(fields) > 6 and (int(fields[0]), int(fields[1])) == (key, segment):
            return int(fields[6]) > 0
    return False
