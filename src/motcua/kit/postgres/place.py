"""Where a cluster lies: its home, its record, its passwords, the folder of its socket."""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motcua.kit.postgres.account import Account
from motcua.kit.postgres.binaries import RECORD, Binaries, read_record
from motcua.kit.postgres.errors import ClusterBusy, ClusterFault

OWNER = "motcua_owner"
APP = "motcua_app"
SOCKET_LIMIT = 100
SOCKET_NAME = ".s.PGSQL.5432"
SHARED_STATE = Path("/var/lib")


@dataclass(frozen=True)
class Place:
    """The folders of one cluster.

    `data` is what the caller named: it holds the record and the locks. `home` holds the database (`pgdata`),
    the passwords and the log; it is `data` itself unless root asked and the server's account can't get there.
    """

    data: Path
    home: Path

    @property
    def pgdata(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.home / "pgdata"

    @property
    def log(self) -> Path:
        """What the server had to say, inside its data folder because it must be able to write there."""
        return self.pgdata / "server.log"

    @property
    def sockets(self) -> Path:
        """The folder of the socket: in the home, or a short one when that path is too long for a socket."""
        wanted = self.home / "socket"
        if len(os.fsencode(wanted / SOCKET_NAME)) <= SOCKET_LIMIT:
            return wanted
        owner = self.pgdata.stat().st_uid if self.pgdata.exists() else os.geteuid()
        return _temporary() / f"motcua-{owner}-{short_hash(self.data)}"

    @property
    def lease_lock(self) -> Path:
        """Each user holds it shared for as long as it needs the server."""
        return self.data / "lease.lock"

    @property
    def start_lock(self) -> Path:
        """Held alone by whoever starts or stops the server."""
        return self.data / "start.lock"


def short_hash(path: Path) -> str:
    """Eight hexadecimal digits that stand for a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:8]


def prepare_data(data: Path) -> Path:
    """The data folder as a full path, made if missing (0700; for root 0711, so that the server gets through).

    Raises ClusterFault if we can't write there.
    """
    data = Path(os.path.realpath(data))
    if not data.is_dir():
        data.mkdir(parents=True, exist_ok=True)
        data.chmod(0o711 if os.geteuid() == 0 else 0o700)
    if not os.access(data, os.W_OK | os.X_OK):
        raise ClusterFault(f"{data} is not writable for user {os.geteuid()}")
    return data


def recorded_place(data: Path) -> Place | None:
    """Where the record of a data folder says its cluster is, or None if it has no record."""
    record = read_record(data)
    return Place(data, Path(record["path"])) if record.get("path") else None


def choose_place(data: Path, account: Account) -> Place:
    """Where a new cluster goes, recorded at once: in `data` if the account can get there, else elsewhere.

    No mode of an existing folder is changed. Raises ClusterFault if the other place is taken.
    """
    place = Place(data, data if account.traverses(data) else _elsewhere(data, account))
    if place.pgdata.exists():
        raise ClusterFault(
            f"{place.pgdata} holds a database, but {data / RECORD} is missing: put that file back "
            "(from a backup of the folder), or move the database away to begin with an empty one"
        )
    write_private(data / RECORD, json.dumps({"path": str(place.home)}))
    return place


def _elsewhere(data: Path, account: Account) -> Path:
    name = f"motcua-{short_hash(data)}"
    if os.access(SHARED_STATE, os.W_OK) and account.traverses(SHARED_STATE):
        home = SHARED_STATE / name
    else:
        home = _temporary() / f"motcua-{os.geteuid()}-{short_hash(data)}-data"
    # Root's own folder, which the server's account may only pass through.
    own_folder(home, uid=os.geteuid(), gid=os.getegid(), mode=0o711)
    return home


def own_folder(path: Path, *, uid: int, gid: int, mode: int) -> None:
    """Make a folder of exactly this owner and mode, or accept the one that we made before.

    Whoever could put a folder or a link there first would otherwise own our socket: raises ClusterFault.
    """
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as fault:
        raise ClusterFault(f"{path} is not a folder of ours: {fault.strerror}") from fault
    try:
        about = os.fstat(handle)
        if about.st_uid not in (uid, os.geteuid()):
            raise ClusterFault(f"{path} belongs to user {about.st_uid}, not to {uid}: remove it")
        if about.st_uid != uid:
            os.fchown(handle, uid, gid)
        if stat.S_IMODE(about.st_mode) != mode:
            os.fchmod(handle, mode)
    finally:
        os.close(handle)


def _temporary() -> Path:
    return Path(os.path.realpath(tempfile.gettempdir()))


def record(place: Place, found: Binaries, **more: Any) -> None:
    """Write down which programs made and run the cluster."""
    about = read_record(place.data) | {
        "path": str(place.home),
        "binaries": str(found.bin),
        "origin": found.origin,
        "version": found.version,
    }
    about |= more
    if about != read_record(place.data):
        write_private(place.data / RECORD, json.dumps(about, indent=1))


def passwords(place: Place) -> dict[str, str]:
    """The passwords of the two roles, made at first; the file is 0600 and belongs to the invoking user."""
    path = place.home / "passwords.json"
    try:
        found: dict[str, str] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if place.pgdata.exists():
            raise ClusterFault(f"{path} is missing: without it nobody can open the database") from None
        found = {role: secrets.token_urlsafe(24) for role in (OWNER, APP)}
        write_private(path, json.dumps(found))
    except PermissionError:
        raise ClusterFault(f"{path} belongs to another user; run as that user or as root") from None
    return found


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 so that a crash leaves the old one or the new one, never half."""
    handle, half = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.replace(half, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(half)
        raise


@contextlib.contextmanager
def exclusive(path: Path, *, deadline: float) -> Iterator[None]:
    """Hold a lock file alone; `deadline` is on the monotonic clock. Raises ClusterBusy when it passes."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        while not try_lock(handle):
            if time.monotonic() > deadline:
                raise ClusterBusy(f"another process is starting or stopping the database ({path})")
            time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def try_lock(handle: int) -> bool:
    """Take a lock file alone if nobody else holds it, without waiting."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def share_lock(path: Path) -> int:
    """Hold a lock file together with others; returns the open handle that keeps it.

    The kernel frees it when the process ends, however it ends: nobody is ever miscounted.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle
