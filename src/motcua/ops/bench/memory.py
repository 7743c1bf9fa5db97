"""Resident memory of the web worker after ten thousand requests, against that after a hundred."""

from collections.abc import Iterator
from itertools import islice
from urllib.parse import quote

from django.urls import reverse

from motcua.dossiers.tracking import secret_text
from motcua.ops.bench.browsing import Caller, resident, served
from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome
from motcua.ops.bench.world import PROCEDURE

TARGET = 1.10
_SOUGHT = ("khai sinh", "ket hon", "xac nhan tinh trang", "dat dai", "ho kinh doanh")


def measure(stage: Stage) -> Outcome:
    """Serve the product as in production, ask a mix of pages in one bounded loop, read the worker's memory."""
    sizes = stage.sizes
    dossier = stage.world.at_leader()
    with served("motcua.config.wsgi:application") as (port, worker):
        caller, paths = Caller(port), _mix(secret_text(bytes(dossier.secret)))
        try:
            _ask(caller, paths, sizes.first_requests)
            early = resident(worker)
            readings = []
            for _ in range(3):
                _ask(caller, paths, (sizes.all_requests - sizes.first_requests) // 3)
                readings.append(resident(worker))
        finally:
            caller.close()
    late = readings[-1]
    ratios = [reading / early for reading in readings]
    return Outcome(
        "memory",
        late / 1024,
        early / 1024,
        "MB",
        late / early,
        TARGET,
        False,
        (min(ratios), max(ratios)),
        f"{sizes.all_requests} requests against {sizes.first_requests}",
    )


def _ask(caller: Caller, paths: Iterator[str], times: int) -> None:
    for path in islice(paths, times):
        caller.get(path)


def _mix(secret: str) -> Iterator[str]:
    fixed = [
        reverse("portal:home"),
        reverse("portal:procedure", args=[PROCEDURE]),
        reverse("portal:track", args=[secret]),
        reverse("portal:sign_in"),
        reverse("portal:find"),
        reverse("ops:health"),
    ]
    search = reverse("portal:search")
    while True:
        for words in _SOUGHT:
            yield from fixed
            yield f"{search}?q={quote(words)}"
