"""The ground of a run: a database cluster and folders of its own, removed with everything at the end."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from motcua.kit.postgres.cluster import Lease, destroy, ensure_running

# Only where the print fonts lie says something about the machine rather than about a deployment.
_KEPT = frozenset({"MOTCUA_PRINT_FONTS"})


class GroundRefused(Exception):
    """The run cannot be prepared; the text says why in one line."""


@dataclass(frozen=True)
class Ground:
    """A running product without people: full durability, the application's own database role."""

    folder: Path
    lease: Lease

    @property
    def data(self) -> Path:
        """Where the product on this ground keeps its files."""
        return self.folder / "data"

    @property
    def application_url(self) -> str:
        """The database as the application reaches it."""
        return self.lease.url("app")

    @property
    def owner_url(self) -> str:
        """The database as the owner of its tables reaches it."""
        return self.lease.url("owner")


class KeptGround(Ground):
    """A ground whose folder is a data folder of the product, so that the product can be run on it later."""

    @property
    def data(self) -> Path:
        """The folder itself: the product looks for its cluster there."""
        return self.folder


@contextmanager
def prepared_ground(at: Path | None = None, *, keep: bool = False) -> Iterator[Ground]:
    """Start a cluster, migrate it, give the application its rights, and start Django on it.

    `at` is the folder that it is made in, which must not be there; with `keep` it stays when all is done, and
    `MOTCUA_DATA=<at> motcua run` serves it. Django must not have been started in this process: it reads its settings
    from the environment made here.
    """
    folder = Path(tempfile.mkdtemp(prefix="motcua-bench-")) if at is None else at
    folder.mkdir(parents=True, exist_ok=at is None)
    # The server runs as another user when this runs as root: it must reach its own folder below.
    folder.chmod(0o711)
    before = dict(os.environ)
    # An asked end takes the way of all others, through the clearing up below.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with ensure_running(folder / "pg") as lease:
            ground = Ground(folder, lease) if at is None else KeptGround(folder, lease)
            _settle(ground)
            _run(ground, "-m", "motcua.ops.cli", "migrate", "--json")
            _run(ground, "-m", "django", "collectstatic", "--noinput", "-v", "0")
            import django

            django.setup()
            from django.db import connections

            try:
                yield ground
            finally:
                connections.close_all()
    finally:
        os.environ.clear()
        os.environ.update(before)
        if not keep:
            remove_ground(folder)


def remove_ground(folder: Path) -> None:
    """Stop what runs on a ground and remove it with everything in it."""
    destroy(folder / "pg")
    shutil.rmtree(folder, ignore_errors=True)


def _settle(ground: Ground) -> None:
    """Make the environment that of a deployment with default settings on this ground."""
    for name in [name for name in os.environ if name.startswith("MOTCUA_") and name not in _KEPT]:
        del os.environ[name]
    os.environ["DJANGO_SETTINGS_MODULE"] = "motcua.config.settings"
    os.environ["MOTCUA_DATA"] = str(ground.data)
    os.environ["MOTCUA_DATABASE_URL"] = ground.application_url


def _run(ground: Ground, *arguments: str) -> None:
    environment = os.environ | {"MOTCUA_OWNER_URL": ground.owner_url}
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        last = done.stderr.strip().rsplit("\n", 1)[-1]
        raise GroundRefused(f"{arguments[-1] if 'cli' in arguments[1] else arguments[2]}: {last}")
