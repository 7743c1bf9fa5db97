"""A value in the memory of each process that keeps up with what it was read from."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final, Generic, TypeVar

from django.db import connection

R = TypeVar("R", bound=Hashable)
V = TypeVar("V")

# The present one, and that of a transaction which has changed something and is not through yet.
_KEPT: Final = 2
# Changes while it is read are read again; whoever changes something all the time is answered all the same.
_TRIES: Final = 3


class Fresh(Generic[R, V]):
    """A value read from the database, and read anew once its revision there is another one.

    The revision is asked for at most once in `every` seconds of `monotonic`; inside a transaction each time, so that
    who acts by the value sees the newest, and what they changed themselves. `read(revision, before)` gets the last
    revision and value that were read, to take over what did not change.
    """

    def __init__(
        self,
        revision: Callable[[], R],
        read: Callable[[R, tuple[R, V] | None], V],
        *,
        every: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._revision, self._read = revision, read
        self._every, self._monotonic = every, monotonic
        self._lock = Lock()
        self._values: OrderedDict[R, V] = OrderedDict()
        # The value and until when nobody asks: one attribute, so that threads see both or neither.
        self._now: tuple[V, float] | None = None

    def value(self) -> V:
        """Return the value, at most `every` seconds old, and the time that reading it takes."""
        now, inside = self._now, connection.in_atomic_block
        if now is not None and not inside and self._monotonic() < now[1]:
            return now[0]
        if not self._lock.acquire(blocking=inside or now is None):
            # Another thread is reading it; nobody waits for that.
            assert now is not None
            return now[0]
        try:
            return self._asked(inside=inside)
        finally:
            self._lock.release()

    def _asked(self, *, inside: bool) -> V:
        until = self._monotonic() + self._every
        # Asked for before the rows: a value may be newer than its revision says, never older.
        revision = self._revision()
        for _ in range(_TRIES):
            if revision in self._values:
                break
            value = self._read(revision, next(reversed(self._values.items()), None))
            before, revision = revision, self._revision()
            if revision != before and revision in self._values:
                break
            self._values[before] = value
        found = revision if revision in self._values else before
        self._values.move_to_end(found)
        while len(self._values) > _KEPT:
            self._values.popitem(last=False)
        if not inside:
            self._now = (self._values[found], until)
        return self._values[found]
