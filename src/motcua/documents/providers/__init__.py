"""Where files lie: a registry of stores (disk now; a bucket has the same protocol)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from motcua.kit.store import DiskStore, FileStore

_override: list[FileStore] = []


def store() -> FileStore:
    """Return the store of this deployment."""
    return _override[-1] if _override else DiskStore(settings.MOTCUA_FILES)


@contextmanager
def using(other: FileStore) -> Iterator[None]:
    """Use another store inside the block (tests of a full disk)."""
    _override.append(other)
    try:
        yield
    finally:
        _override.pop()
