"""Who is responsible, from memory at the size of the nation, and how soon another process knows of a change."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import cycle, islice
from statistics import median
from typing import IO
from uuid import UUID

from motcua.dossiers.queries.responsible import responsible
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.ops.bench.nation import DAY, Extent, Nation, invent_nation
from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome
from motcua.ops.bench.twin import analyse
from motcua.organisation.actions import end_competence, grant_competence
from motcua.organisation.queries import agency_by_key
from motcua.rules.localday import local_day

# Both must hold: the ratio is the larger share that one of them takes of what it may.
_MOST_MS = 0.2
_MOST_SECONDS = 2.0
TARGET = 1.0
# A step that meets all procedures at places far from each other, and days before and after now.
_STEP = 977
_BASIS = "Đo tốc độ"


def measure(stage: Stage) -> Outcome:
    """Time look-ups of all procedures at all places, then change one and wait until another process says so."""
    sizes, on = stage.sizes, local_day(clock.now())
    nation = invent_nation(Extent(**sizes.nation))
    analyse(stage.ground)
    rounds = [_looked_up(nation, sizes.look_ups, (on, on, DAY, on)) for _ in range(sizes.rounds)]
    with _watching(nation.procedures[1], nation.communes[0], on) as (told, first):
        delays = [delay for _ in range(sizes.changes) for delay in _changed(nation, on, told)]
    each = [1e3 * seconds for seconds in rounds]
    shares = [max(one / _MOST_MS, max(delays) / _MOST_SECONDS) for one in each]
    seconds, grown = first.split()
    aside = (
        f"seen elsewhere after {median(delays):.2f} s, at most {max(delays):.2f} of {_MOST_SECONDS:.0f}; "
        f"read in {float(seconds):.1f} s, {int(grown) / 1024:.0f} MB"
    )
    return Outcome(
        "responsible", median(each), _MOST_MS, "ms", median(shares), TARGET, False,
        (min(shares), max(shares)), aside,
    )  # fmt: skip


def _looked_up(nation: Nation, times: int, days: tuple[date, ...]) -> float:
    """Return the seconds of one look-up."""
    places = islice(cycle(nation.communes), 0, None, _STEP)
    asked = list(zip(islice(cycle(nation.procedures), times), places, cycle(days), strict=False))
    procedure, place, on = asked[0]
    responsible(procedure, place, on=on)
    began = time.perf_counter()
    for procedure, place, on in asked:
        responsible(procedure, place, on=on)
    return (time.perf_counter() - began) / times


@contextmanager
def _watching(procedure: UUID, place: str, on: date) -> Iterator[tuple[IO[str], str]]:
    """Start the other process; give what it tells, and what it said of its first answer."""
    command = [sys.executable, "-m", "motcua.ops.bench.watching", str(procedure), place, on.isoformat()]
    other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    try:
        yield other.stdout, other.stdout.readline()
    finally:
        other.terminate()
        other.wait()
        other.stdout.close()


def _changed(nation: Nation, on: date, told: IO[str]) -> Iterator[float]:
    """Give a competence to another commune and take it away; give the seconds until each was seen."""
    agency = agency_by_key(f"do-{nation.communes[1]}")
    assert agency is not None
    now = clock.now()
    made = grant_competence(
        agency,
        duty="decide",
        procedure_id=nation.procedures[1],
        territory_code=nation.communes[0],
        valid_from=on,
        legal_basis=_BASIS,
        by=SYSTEM,
        at=now,
    )
    yield _waited(told)
    end_competence(made, valid_to=on, legal_basis=_BASIS, by=SYSTEM, at=now)
    yield _waited(told)


def _waited(told: IO[str]) -> float:
    began = time.perf_counter()
    told.readline()
    return time.perf_counter() - began
