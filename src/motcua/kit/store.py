"""Files by content: a file is named by the hash of its bytes, written once and never changed."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Stored:
    """What the store knows of a file: its hash (hex) and its size in bytes."""

    sha256: str
    size: int


class StoreFull(OSError):
    """No space is left; nothing was kept of the file."""


class TooLarge(ValueError):
    """The file has more bytes than the caller allows."""


class FileStore(Protocol):
    """Keeps files by the hash of their bytes."""

    def put(self, stream: BinaryIO, *, limit: int) -> Stored: ...

    def open(self, sha256: str) -> BinaryIO: ...

    def exists(self, sha256: str) -> bool: ...

    def sweep(self, keep: Collection[str], *, older_than: datetime) -> int: ...


class DiskStore:
    """A folder of files, written to a temporary name, synced, then renamed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, stream: BinaryIO, *, limit: int) -> Stored:
        """Keep the stream's bytes; raises `TooLarge` or `StoreFull`, and then nothing is left behind."""
        with _no_space():
            incoming = self.root / "incoming"
            incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=incoming)
            try:
                with os.fdopen(handle, "wb") as out:
                    stored = _copy(stream, out, limit)
                    out.flush()
                    os.fsync(out.fileno())
                target = self._path(stored.sha256)
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                os.replace(name, target)
                _sync_folder(target.parent)
                return stored
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def open(self, sha256: str) -> BinaryIO:
        """Open a kept file for reading; FileNotFoundError if there is none."""
        return self._path(sha256).open("rb")

    def exists(self, sha256: str) -> bool:
        """Tell whether the file is kept."""
        return self._path(sha256).exists()

    def sweep(self, keep: Collection[str], *, older_than: datetime) -> int:
        """Remove files that no row names and that are older than the moment; return how many."""
        removed = 0
        for path in self.root.rglob("*"):
            if path.is_file() and path.name not in keep and path.stat().st_mtime < older_than.timestamp():
                path.unlink()
                removed += 1
        return removed

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise FileNotFoundError(sha256)
        return self.root / sha256[:2] / sha256


class FakeStore:
    """A store in memory for tests; `room` is the number of bytes it holds before it is full."""

    def __init__(self, room: int = 1 << 30) -> None:
        self.files: dict[str, bytes] = {}
        self.room = room

    def put(self, stream: BinaryIO, *, limit: int) -> Stored:
        """Keep the bytes in memory."""
        out = BytesIO()
        stored = _copy(stream, out, limit)
        if sum(map(len, self.files.values())) + stored.size > self.room:
            raise StoreFull(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.files[stored.sha256] = out.getvalue()
        return stored

    def open(self, sha256: str) -> BinaryIO:
        """Open a kept file."""
        if sha256 not in self.files:
            raise FileNotFoundError(sha256)
        return BytesIO(self.files[sha256])

    def exists(self, sha256: str) -> bool:
        """Tell whether the file is kept."""
        return sha256 in self.files

    def sweep(self, keep: Collection[str], *, older_than: datetime) -> int:
        """Remove files that no row names."""
        gone = [name for name in self.files if name not in keep]
        for name in gone:
            del self.files[name]
        return len(gone)


def _copy(stream: BinaryIO, out: BinaryIO, limit: int) -> Stored:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"more than {limit} bytes")
        digest.update(chunk)
        out.write(chunk)
    return Stored(digest.hexdigest(), size)


@contextmanager
def _no_space() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(error.errno, os.strerror(error.errno)) from error
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
