"""The database of the tests: a cluster of their own, shared by the workers and removed after the run."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from motcua.journal.models import OutboxEntry
from motcua.kit import clock
from motcua.kit.postgres.cluster import Lease, destroy, ensure_running
from motcua.rules.localday import at_local
from tests.world import World

_CLUSTER = "MOTCUA_TEST_CLUSTER"
# What is only for the speed of tests: a killed test database is thrown away.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def pytest_configure(config: pytest.Config) -> None:
    """Choose the folder of the cluster in the process that starts the run."""
    if not hasattr(config, "workerinput") and _CLUSTER not in os.environ:
        folder = tempfile.mkdtemp(prefix="motcua-test-")
        # The server runs as another user when the tests run as root: it must reach its own folder below.
        Path(folder).chmod(0o711)
        os.environ[_CLUSTER] = folder
        config.stash[_OWNED] = Path(folder)


_OWNED = pytest.StashKey[Path]()
_NOT_WALKED = pytest.StashKey[int]()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the cluster that this run started."""
    # After pytest's own last line, so that it is the last thing that is read.
    if not_walked := config.stash.get(_NOT_WALKED, 0):
        print(f"{not_walked} journeys skipped: no browser")
    folder = config.stash.get(_OWNED, None)
    if folder is not None:
        destroy(folder / "pg")
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop(_CLUSTER, None)


@pytest.fixture(scope="session")
def test_cluster() -> Iterator[Lease]:
    """The shared cluster; started by whoever needs it first."""
    with ensure_running(Path(os.environ[_CLUSTER]) / "pg", settings=_FAST) as lease:
        yield lease


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    test_cluster: Lease, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Point Django at the shared cluster."""
    from django.conf import settings as django_settings
    from django.db import connections

    from motcua.config.settings import _database

    found = _database(os.environ.get("MOTCUA_TEST_URL") or test_cluster.url("owner"))
    for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT"):
        connections["default"].settings_dict[name] = found[name]
        django_settings.DATABASES["default"][name] = found[name]


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.MOTCUA_FILES = tmp_path / "files"
    settings.MOTCUA_MESSAGES = tmp_path / "messages"
    # A checkout that was never started has no collected files, and WhiteNoise warns of that.
    settings.STATIC_ROOT = tmp_path_factory.getbasetemp() / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    # And one that was started has collected them under hashed names, perhaps of an older build.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def friday() -> datetime:
    """Friday 6 November 2026, 09:00 in Viet Nam: a working day without holidays near it."""
    from datetime import date, time

    return at_local(date(2026, 11, 6), time(9))


@pytest.fixture
def world(db: None, friday: datetime) -> Iterator[World]:
    """A small province with two communes and a department, at nine on a Friday."""
    with clock.freeze(friday):
        yield World(friday)


@pytest.fixture
def outbox(db: None) -> Any:
    """Run what the outbox owes, as the worker would."""

    def run() -> int:
        from motcua.journal.actions import run_reaction

        waiting = OutboxEntry.objects.exclude(state="done").order_by("created_at", "id")
        return sum(run_reaction(entry.id, at=clock.now()) for entry in waiting)

    return run


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run that may not skip anything (continuous integration) if something was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    session.config.stash[_NOT_WALKED] = sum("no browser" in str(report.longrepr) for report in skipped)
    # The real inputs lie beside the project where it is developed, and nowhere else.
    skipped = [report for report in skipped if "no sample data" not in str(report.longrepr)]
    if os.environ.get("MOTCUA_NO_SKIPS") and skipped and not hasattr(session.config, "workerinput"):
        session.exitstatus = 1
