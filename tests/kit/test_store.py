"""Files by content: whole or not at all, refused when there is no room."""

import ctypes
import errno
import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from motcua.kit.store import DiskStore, FakeStore, FileStore, StoreFull, TooLarge

MNT_DETACH = 2


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture(params=["disk", "fake"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    return DiskStore(tmp_path / "files") if request.param == "disk" else FakeStore()


def test_a_file_is_found_by_the_hash_of_its_bytes(store: FileStore) -> None:
    content = os.urandom(3_000_000)
    stored = store.put(BytesIO(content), limit=len(content))

    assert (stored.sha256, stored.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert store.exists(stored.sha256)
    with store.open(stored.sha256) as stream:
        assert stream.read() == content
    assert store.put(BytesIO(content), limit=len(content)) == stored


def test_one_byte_too_many_is_refused_and_nothing_stays(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    with pytest.raises(TooLarge):
        store.put(BytesIO(bytes(1001)), limit=1000)
    assert _files(tmp_path) == []


def test_a_source_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(10)

    with pytest.raises(ConnectionResetError):
        DiskStore(tmp_path).put(Broken(bytes(100)), limit=1000)
    assert _files(tmp_path) == []


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "A" * 64, "/etc/passwd"])
def test_only_a_known_hash_opens_a_file(store: FileStore, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        store.open(name)


def test_files_of_people_are_read_by_their_owner_only(tmp_path: Path) -> None:
    root = tmp_path / "files"
    stored = DiskStore(root).put(BytesIO(b"x"), limit=10)
    path = root / stored.sha256[:2] / stored.sha256
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_the_sweep_takes_old_files_that_nobody_names(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    kept, orphan, fresh = (store.put(BytesIO(name), limit=10).sha256 for name in (b"kept", b"orphan", b"new"))
    moment = datetime(2026, 11, 6, tzinfo=UTC)
    for name, age in ((kept, 3), (orphan, 3), (fresh, 0)):
        at = (moment - timedelta(days=age)).timestamp()
        os.utime(tmp_path / name[:2] / name, (at, at))
    left = tmp_path / "incoming" / "tmpleft"
    left.write_bytes(b"half a file of a killed process")
    os.utime(left, (moment.timestamp() - 200_000,) * 2)

    assert store.sweep({kept}, older_than=moment - timedelta(days=1)) == 2
    assert [store.exists(name) for name in (kept, orphan, fresh)] == [True, False, True]
    assert not left.exists()


def test_the_fake_is_full_when_its_room_is_taken() -> None:
    store = FakeStore(room=10)
    store.put(BytesIO(b"12345678"), limit=100)
    with pytest.raises(StoreFull) as caught:
        store.put(BytesIO(b"9ab"), limit=100)
    assert caught.value.errno == errno.ENOSPC
    assert len(store.files) == 1
    assert store.sweep((), older_than=datetime.now(UTC)) == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_no_space_is_told_apart_from_other_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreFull):
        DiskStore(tmp_path).put(BytesIO(b"x"), limit=10)
    assert _files(tmp_path) == []

    def fail_otherwise(handle: int) -> None:
        raise OSError(errno.EIO, "bad disk")

    monkeypatch.setattr(os, "fsync", fail_otherwise)
    with pytest.raises(OSError, match="bad disk") as caught:
        DiskStore(tmp_path).put(BytesIO(b"x"), limit=10)
    assert not isinstance(caught.value, StoreFull)
    assert _files(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Path | None]:
    """A file system of 256 kB where this process may mount one, else None."""
    target = tmp_path / "small"
    target.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    failed = libc.mount(b"tmpfs", os.fsencode(target), b"tmpfs", 0, b"size=256k")
    if failed:
        with capsys.disabled():
            print("\nsmall disk: mounting is not allowed here, the store's fake stands in")
        yield None
        return
    try:
        yield target
    finally:
        assert libc.umount2(os.fsencode(target), MNT_DETACH) == 0


def test_a_disk_that_fills_up_keeps_what_it_had_and_nothing_half(small_disk: Path | None) -> None:
    store: FileStore = DiskStore(small_disk) if small_disk else FakeStore(room=256 * 1024)
    kept = store.put(BytesIO(b"k" * 100_000), limit=1_000_000)

    too_much: BinaryIO = BytesIO(b"t" * 250_000)
    with pytest.raises(StoreFull):
        store.put(too_much, limit=1_000_000)

    with store.open(kept.sha256) as stream:
        assert stream.read() == b"k" * 100_000
    if small_disk:
        assert [path.name for path in _files(small_disk)] == [kept.sha256]
    assert store.put(BytesIO(b"s" * 50_000), limit=1_000_000).size == 50_000  # room is free again
