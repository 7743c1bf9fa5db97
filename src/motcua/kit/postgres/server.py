"""A server as backup and restore see it: ours, or any that a URL names."""

import secrets
import time
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from motcua.kit.postgres.account import clean_environment
from motcua.kit.postgres.binaries import Binaries, candidates
from motcua.kit.postgres.cluster import Lease
from motcua.kit.postgres.errors import BackupFault, NoBinaries
from motcua.kit.postgres.place import APP, OWNER

MAINTENANCE = "postgres"


@dataclass(frozen=True)
class Server:
    """A database by its URL, the version of its server, and client programs that are new enough for it."""

    url: str
    version: str
    tools: Binaries

    @classmethod
    def of(cls, source: Lease | str) -> "Server":
        """The server behind a lease, or behind a URL whose user owns the database."""
        url = source if isinstance(source, str) else source.url("owner")
        try:
            with psycopg.connect(url) as connection:
                number = connection.info.server_version
        except psycopg.OperationalError as fault:
            raise BackupFault(f"the database can't be reached: {fault}") from fault
        if conninfo_to_dict(url).get("dbname", MAINTENANCE) == MAINTENANCE:
            raise BackupFault(f"name a database of the product, not {MAINTENANCE!r}")
        version = f"{number // 10000}.{number % 10000}"
        if not isinstance(source, str):
            return cls(url, version, source.cluster.binaries())
        major = number // 10000
        tools = [found for found in candidates() if found.major >= major]
        if not tools:
            raise NoBinaries(
                f"the server is PostgreSQL {version}: install pg_dump of version {major} or newer"
            )
        # The same major version writes archives that servers of that version can read.
        return cls(url, version, min(tools, key=lambda found: found.major))

    @property
    def database(self) -> str:
        """The name of the database."""
        return str(conninfo_to_dict(self.url)["dbname"])

    def at(self, database: str) -> str:
        """How to connect to another database of the same server, password included."""
        return make_conninfo(self.url, dbname=database)

    def address(self, database: str | None = None) -> str:
        """The same without the password: everybody can read the arguments of a program."""
        parts = conninfo_to_dict(self.url)
        parts.pop("password", None)
        return make_conninfo(**{**parts, "dbname": database or self.database})  # type: ignore[arg-type]

    def environment(self) -> dict[str, str]:
        """The environment of client programs, with the password."""
        secret = conninfo_to_dict(self.url).get("password")
        return clean_environment() | ({"PGPASSWORD": str(secret)} if secret else {})

    def administer(self) -> psycopg.Connection:
        """An autocommit connection to the maintenance database."""
        return psycopg.connect(self.at(MAINTENANCE), autocommit=True)

    def knows_roles(self) -> bool:
        """Whether the two roles named in rights exist, so that rights can be restored."""
        with self.administer() as connection:
            ask = "SELECT count(*) FROM pg_roles WHERE rolname IN (%s, %s)"
            return connection.execute(ask, (OWNER, APP)).fetchone() == (2,)


def tables_in(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """Schema and name of every table that isn't PostgreSQL's or an extension's."""
    return connection.execute(
        """
        SELECT n.nspname, c.relname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND c.relpersistence <> 't'
          AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
          AND NOT EXISTS (SELECT FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 1, 2
        """
    ).fetchall()


def row_counts(connection: psycopg.Connection) -> dict[str, int]:
    """Rows of each table, by "schema.table"."""
    counts = {}
    for schema, table in tables_in(connection):
        ask = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        row = connection.execute(ask).fetchone()
        counts[f"{schema}.{table}"] = int(row[0]) if row else 0
    return counts


def fresh_database(server: Server) -> str:
    """Make an empty database beside the real one and tell its name."""
    name = f"{server.database}_restore_{secrets.token_hex(4)}"
    make = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        with server.administer() as connection:
            connection.execute(make.format(sql.Identifier(name)))
    except psycopg.Error as fault:
        raise BackupFault(f"no new database can be made on this server: {fault}") from fault
    return name


def drop_database(server: Server, name: str) -> None:
    """Drop a database if it is there, with whoever is still connected."""
    with server.administer() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def swap(server: Server, fresh: str, *, wait: float = 30) -> str:
    """Give a fresh database the real name, in one transaction; tells the name that the old one has now.

    Clients of the old one are cut off. Raises psycopg's ObjectInUse if they come back faster than that for
    `wait` seconds.
    """
    previous = f"{server.database}_before_{secrets.token_hex(4)}"
    real, new, old = (sql.Identifier(name) for name in (server.database, fresh, previous))
    deadline = time.monotonic() + wait
    with server.administer() as connection:
        while True:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN (%s, %s)",
                (server.database, fresh),
            )
            try:
                # Renaming locks the name at once: who connects from here on waits until it is the new one.
                with connection.transaction():
                    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(real, old))
                    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(new, real))
            except psycopg.errors.ObjectInUse:
                if time.monotonic() > deadline:
                    raise
            else:
                return previous
