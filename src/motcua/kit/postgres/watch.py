"""A thread that starts the server again when it has died."""

import logging
import threading
import time

from motcua.kit.postgres.cluster import Lease
from motcua.kit.postgres.errors import PostgresFault
from motcua.kit.postgres.place import exclusive
from motcua.kit.postgres.process import running_server

log = logging.getLogger(__name__)


class Watch:
    """Looks at the server every two seconds as long as it is entered; leave it before releasing the lease."""

    def __init__(self, lease: Lease, *, every: float = 2.0, wait: float = 300) -> None:
        """`every`: seconds between looks; `wait`: seconds granted for a recovery."""
        self._lease = lease
        self._every = every
        self._wait = wait
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="postgres-watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns when the thread has ended."""
        self._ended.set()
        self._thread.join()

    def __enter__(self) -> "Watch":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def look(self) -> bool:
        """Look once: tells whether the server was dead and is running again. Raises PostgresFault.

        A server that lives but doesn't answer is left alone: it may be recovering or overloaded, and
        starting a second one can't help.
        """
        cluster = self._lease.cluster
        if cluster.answers() or running_server(cluster.place.pgdata) is not None:
            return False
        begun = time.monotonic()
        deadline = begun + self._wait
        with exclusive(cluster.place.start_lock, deadline=deadline):
            started = cluster.bring_up(deadline=deadline)
        if started:
            log.warning("PostgreSQL had died; running again after %.1f s", time.monotonic() - begun)
        return started

    def _run(self) -> None:
        while not self._ended.wait(self._every):
            try:
                self.look()
            except (PostgresFault, OSError) as fault:
                log.error("PostgreSQL is down and did not start: %s", fault)
