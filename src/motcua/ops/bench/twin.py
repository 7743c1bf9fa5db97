"""A second database beside that of the run: a copy made on the way, for what must not grow with the first."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from motcua.ops.bench.ground import Ground
from motcua.ops.bench.timing import Part

_NAME = "motcua_small"


@contextmanager
def twin_database(ground: Ground) -> Iterator[BaseDatabaseWrapper]:
    """Copy the database as it is now, and give a connection to the copy; it is dropped at the end."""
    source = connections["default"].settings_dict["NAME"]
    connections.close_all()
    with psycopg.connect(ground.owner_url, dbname="postgres", autocommit=True) as owner:
        names = sql.Identifier(_NAME), sql.Identifier(source)
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    analyse(ground, dbname=_NAME)
    small = connections["default"].copy()
    small.settings_dict["NAME"] = _NAME
    try:
        yield small
    finally:
        small.close()
        with psycopg.connect(ground.owner_url, dbname="postgres", autocommit=True) as owner:
            owner.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(_NAME)))


def analyse(ground: Ground, *, dbname: str | None = None) -> None:
    """Bring the statistics up to date, as they are in a database that has been running."""
    with psycopg.connect(ground.owner_url, autocommit=True, dbname=dbname) as owner:
        owner.execute("VACUUM ANALYZE")


def inside(database: BaseDatabaseWrapper, part: Part) -> Part:
    """Let a part run on another database than the default one."""

    def run(times: int) -> float:
        kept = connections["default"]
        connections["default"] = database
        try:
            return part(times)
        finally:
            connections["default"] = kept

    return run
