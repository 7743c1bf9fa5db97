"""An officer's queue with a hundred thousand dossiers, against the same page with a thousand."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.urls import reverse
from psycopg import sql

from motcua.ops.bench.browsing import Visitor
from motcua.ops.bench.copies import copy_dossier
from motcua.ops.bench.ground import Ground
from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome, Part, interleaved, repeating

TARGET = 1.30
HOLDER = "specialist"
_SMALL = "motcua_small"


def measure(stage: Stage) -> Outcome:
    """Time the page in two databases in turns; the small one is a copy made on the way to the large one."""
    sizes = stage.sizes
    dossier = stage.world.accepted()
    copy_dossier(dossier.id, sizes.small_queue, papers=False, spread=True)
    officer = stage.signed_in(HOLDER)
    with small_database(stage.ground) as small:
        more = sizes.large_queue - sizes.small_queue
        copy_dossier(dossier.id, more, papers=False, spread=True, first=sizes.small_queue + 1)
        analyse(stage.ground.owner_url)
        large = page_of(officer)
        timing = interleaved(
            large,
            in_database(small, page_of(officer)),
            rounds=sizes.rounds,
            each=sizes.queue_pages,
            warm_up=sizes.warm_up,
        )
    aside = f"{sizes.large_queue} dossiers against {sizes.small_queue}, one officer holds them all"
    return timing.as_cost("queue_page", target=TARGET, aside=aside)


def page_of(officer: Visitor) -> Part:
    """Read the first page of an officer's queue."""
    address = reverse("desk:queue")
    return repeating(lambda: officer.get(address).expected(200))


@contextmanager
def small_database(ground: Ground) -> Iterator[BaseDatabaseWrapper]:
    """Copy the database as it is now, and give a connection to the copy."""
    source = connections["default"].settings_dict["NAME"]
    connections.close_all()
    with psycopg.connect(ground.owner_url, dbname="postgres", autocommit=True) as owner:
        names = sql.Identifier(_SMALL), sql.Identifier(source)
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    analyse(ground.owner_url, dbname=_SMALL)
    small = connections["default"].copy()
    small.settings_dict["NAME"] = _SMALL
    try:
        yield small
    finally:
        small.close()
        with psycopg.connect(ground.owner_url, dbname="postgres", autocommit=True) as owner:
            owner.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(_SMALL)))


def analyse(url: str, *, dbname: str | None = None) -> None:
    """Let the server learn what is there."""
    with psycopg.connect(url, autocommit=True, dbname=dbname) as owner:
        owner.execute("VACUUM ANALYZE")


def in_database(database: BaseDatabaseWrapper, part: Part) -> Part:
    """Let a part run on another database than the default one."""

    def run(times: int) -> float:
        kept = connections["default"]
        connections["default"] = database
        try:
            return part(times)
        finally:
            connections["default"] = kept

    return run
