"""How long the night takes: against one bare UPDATE of the same rows, and what the tracking page feels of it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse

from motcua.dossiers.tracking import secret_text
from motcua.kit import sql
from motcua.ops.bench.browsing import served
from motcua.ops.national.before import expect
from motcua.ops.national.carrying_out import Tell, pass_all
from motcua.ops.national.legacy import Country
from motcua.rules.reorganisation import Plan

_PAGES = 200
_IDLE = 8.0
_BARE = (
    "DROP TABLE IF EXISTS national_bare",
    """
CREATE TEMPORARY TABLE national_bare AS
SELECT b.id, own.successor AS competent, desk.successor AS receiving FROM national_before b
JOIN LATERAL (SELECT e.* FROM national_expected e WHERE e.agency = b.competent AND e.place IN (b.place, '')
  ORDER BY e.place DESC LIMIT 1) own ON true
JOIN LATERAL (SELECT e.* FROM national_expected e WHERE e.agency = b.receiving AND e.place IN (b.place, '')
  ORDER BY e.place DESC LIMIT 1) desk ON true
WHERE b.open ORDER BY b.id
""",
    "ANALYZE national_bare",
)
# Its foreign keys are checked as well: else they would be at the commit that does not come.
_UPDATE = (
    "UPDATE dossiers_dossier d SET competent_agency_id = n.competent, receiving_agency_id = n.receiving "
    "FROM national_bare n WHERE d.id = n.id",
    "SET CONSTRAINTS ALL IMMEDIATE",
)


@dataclass(frozen=True)
class Measured:
    """Seconds of the passing and of the bare UPDATE, the longest transaction, and the page's median idle and busy."""

    moved: int
    seconds: float
    bare: float
    longest: float
    page_idle: float
    page_busy: float

    @property
    def ratio(self) -> float:
        """How many times the bare UPDATE it takes."""
        return self.seconds / self.bare

    @property
    def page_ratio(self) -> float:
        """How many times slower the tracking page is meanwhile."""
        return self.page_busy / self.page_idle


def measure_passing(
    country: Country, reorganisation_id: UUID, plan: Plan, *, settle: Callable[[], object], tell: Tell
) -> Measured:
    """Let all dossiers pass and time it; the UPDATE comes first and is taken back, and `settle` clears up after it."""
    bare = _bare(country)
    settle()
    with _visited() as times:
        idle_from = time.monotonic()
        time.sleep(_IDLE)
        busy_from = time.monotonic()
        moved, seconds, longest = pass_all(reorganisation_id, plan, tell=tell)
        ended = time.monotonic()
    idle, busy = _between(times, idle_from, busy_from), _between(times, busy_from, ended)
    # A night of a few dossiers is over before the first page came.
    return Measured(moved, seconds, bare, longest, median(idle), median(busy or idle))


def _bare(country: Country) -> float:
    expect(country)
    with connection.cursor() as cursor:
        for statement in _BARE:
            cursor.execute(statement)
        with transaction.atomic():
            began = time.perf_counter()
            for statement in _UPDATE:
                cursor.execute(statement)
            seconds = time.perf_counter() - began
            transaction.set_rollback(True)
    return seconds


@contextmanager
def _visited() -> Iterator[list[tuple[float, float]]]:
    """Let a visitor in another process look at tracking pages; its moments and seconds are there at the end."""
    found: list[tuple[float, float]] = []
    secrets = sql.rows(
        "SELECT secret FROM dossiers_dossier WHERE number IS NOT NULL ORDER BY secret LIMIT %s", [_PAGES]
    )
    with TemporaryDirectory() as folder, served("motcua.config.wsgi:application") as (port, _):
        paths, times = Path(folder) / "paths", Path(folder) / "times"
        paths.write_text(
            "\n".join(reverse("portal:track", args=[secret_text(bytes(row[0]))]) for row in secrets)
        )
        times.touch()
        command = [sys.executable, "-m", "motcua.ops.national.visitor", str(port), str(paths), str(times)]
        visitor = subprocess.Popen(command, env=os.environ)
        try:
            _await(visitor, times)
            yield found
            if visitor.poll() is not None:
                raise RuntimeError("a page was not answered")
        finally:
            visitor.terminate()
            visitor.wait()
            for line in times.read_text(encoding="utf-8").splitlines():
                began, took = line.split()
                found.append((float(began), float(took)))


def _await(visitor: "subprocess.Popen[bytes]", times: Path) -> None:
    """Wait until every page has been seen once: the first ones find nothing warm."""
    until = time.monotonic() + 120
    while times.read_text(encoding="utf-8").count("\n") < _PAGES / 4:
        if visitor.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the visitor did not come")
        time.sleep(0.2)


def _between(times: list[tuple[float, float]], first: float, last: float) -> list[float]:
    return [took for began, took in times if first <= began < last]
