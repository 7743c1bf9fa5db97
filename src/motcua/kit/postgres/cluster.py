"""One embedded PostgreSQL server for all processes that need it: first in starts it, last out stops it."""

import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from motcua.kit.postgres import place as places
from motcua.kit.postgres.account import Account, reachable, server_account
from motcua.kit.postgres.binaries import RECORD, Binaries, find_binaries, read_record
from motcua.kit.postgres.errors import ClusterBusy, ClusterFault
from motcua.kit.postgres.place import APP, OWNER, SOCKET_NAME, Place
from motcua.kit.postgres.process import remove_stale_pid_file, running_server

Role = Literal["app", "owner"]

DATABASE = "motcua"
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")
_ROLES = {"app": APP, "owner": OWNER}
_LOG_LIMIT = 10_000_000


class Cluster:
    """The server of one data folder: start it, ask it, stop it. Callers hold the start lock."""

    def __init__(self, data: Path, *, settings: Mapping[str, str] | None = None) -> None:
        """Find the cluster of this data folder, or choose where a new one goes."""
        data = places.prepare_data(data)
        self.settings = dict(settings or {})
        known = places.recorded_place(data)
        if known and read_record(data).get("version") and not known.pgdata.exists():
            raise ClusterFault(
                f"{data / RECORD} says that the database is in {known.pgdata}, but it is not there: "
                f"put it back, or remove {RECORD} to begin with an empty one"
            )
        self.place = known or places.choose_place(data, server_account())
        self.account: Account = server_account(self.place.pgdata)

    def url(self, role: Role = "app", *, database: str = DATABASE) -> str:
        """The address of the database for one of the two roles: a postgresql:// URL with socket and password.

        `owner` makes tables and extensions; `app` only reads and writes rows.
        """
        name = _ROLES[role]
        secret = places.passwords(self.place)[name]
        host = quote(str(self.place.sockets), safe="")
        return f"postgresql://{name}:{quote(secret, safe='')}@/{quote(database)}?host={host}&port=5432"

    def connect(self, *, database: str = "postgres", timeout: int = 5) -> psycopg.Connection:
        """An autocommit connection as the owner."""
        return psycopg.connect(self.url("owner", database=database), connect_timeout=timeout, autocommit=True)

    def answers(self) -> bool:
        """Whether the server lets us in now; the only proof of life that is believed."""
        try:
            with self.connect() as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError as fault:
            if "authentication failed" in str(fault):
                raise ClusterFault(
                    f"the server at {self.place.sockets} doesn't know our password: it is not ours, "
                    "or the passwords were replaced while it ran"
                ) from fault
            return False
        return True

    def bring_up(self, *, deadline: float) -> bool:
        """Make the server run and answer; tells whether it had to be started. `deadline`: monotonic clock."""
        alive = self.place.pgdata.exists() and running_server(self.place.pgdata) is not None
        if alive:
            found = None
        else:
            found = reachable(find_binaries(self.place.data), self.account, self.place.home)
            self._prepare(found)
            self._start(found, deadline=deadline)
        self._await_answer(deadline)
        if not read_record(self.place.data).get("provisioned"):
            self._provision()
            places.record(self.place, found or self.binaries(), provisioned=True)
        return not alive

    def binaries(self) -> Binaries:
        """The programs that belong to this cluster."""
        return find_binaries(self.place.data)

    def stop(self) -> None:
        """Stop the server if it runs: clients are cut off, what was committed stays."""
        if running_server(self.place.pgdata) is None:
            return
        found = reachable(self.binaries(), self.account, self.place.home)
        command: list[str | Path] = [
            found.bin / "pg_ctl",
            "stop",
            "-D",
            self.place.pgdata,
            "-m",
            "fast",
            "-w",
            "-t",
            "120",
        ]
        done = self.account.run(command, cwd=Path("/"), timeout=150)
        if done.returncode and running_server(self.place.pgdata) is not None:
            raise ClusterFault(f"the database did not stop: {done.stdout.strip()}")

    def _prepare(self, found: Binaries) -> None:
        account, place = self.account, self.place
        if not place.pgdata.exists():
            self._initialise(found)
        places.record(place, found)
        places.own_folder(place.sockets, uid=account.uid, gid=account.gid, mode=0o700)
        if place.log.exists() and place.log.stat().st_size > _LOG_LIMIT:
            place.log.replace(place.log.with_suffix(".log.1"))
        ours = place.pgdata / "motcua.conf"
        ours.unlink(missing_ok=True)
        places.write_private(ours, _configuration(place.sockets, self.settings))
        account.own(ours)

    def _initialise(self, found: Binaries) -> None:
        """Make the cluster beside its place and move it there when whole: never half-made."""
        account, home = self.account, self.place.home
        secret = places.passwords(self.place)[OWNER]
        for left in home.glob("pgdata.half-*"):
            shutil.rmtree(left)
        half = Path(tempfile.mkdtemp(prefix="pgdata.half-", dir=home))
        word = Path(tempfile.mkdtemp(prefix="pgdata.half-", dir=home)) / "word"
        try:
            places.write_private(word, secret)
            for path in (half, word.parent, word):
                account.own(path)
            self._initdb(found, half, word)
        finally:
            shutil.rmtree(word.parent)
        with (half / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write("\ninclude 'motcua.conf'\n")
        half.rename(self.place.pgdata)

    def _initdb(self, found: Binaries, folder: Path, word: Path) -> None:
        command: list[str | Path] = [
            found.bin / "initdb",
            "-D",
            folder,
            "--encoding=UTF8",
            "--auth=scram-sha-256",
        ]
        command += [f"--username={OWNER}", f"--pwfile={word}", "--data-checksums"]
        if self.settings.get("fsync") == "off":
            command.append("--no-sync")
        said = ""
        for locale in ("C.UTF-8", "C"):
            done = self.account.run([*command, f"--locale={locale}"], cwd=Path("/"), timeout=300)
            if done.returncode == 0:
                return
            said = done.stdout.strip()
            if "locale" not in said:
                break
        raise ClusterFault(f"initdb of PostgreSQL {found.version} failed: {said}")

    def _start(self, found: Binaries, *, deadline: float) -> None:
        pgdata = self.place.pgdata
        command: list[str | Path] = [
            found.bin / "pg_ctl",
            "start",
            "-D",
            pgdata,
            "-w",
            "-t",
            "300",
            "-l",
            self.place.log,
        ]
        while True:
            remove_stale_pid_file(pgdata, deadline=deadline)
            # The folder is this cluster's alone and its server is dead, but PostgreSQL would respect the
            # lock beside the socket as long as a zombie has that id.
            for left in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
                (self.place.sockets / left).unlink(missing_ok=True)
            begun = self.place.log.stat().st_size if self.place.log.exists() else 0
            done = self.account.run(command, cwd=Path("/"), timeout=330)
            if done.returncode == 0 or running_server(pgdata) is not None:
                return
            said = self._log_since(begun)
            # Children of a killed server need a moment to notice.
            if "shared memory block" not in said or time.monotonic() > deadline:
                raise ClusterFault(f"PostgreSQL {found.version} did not start: {done.stdout.strip()}\n{said}")
            time.sleep(0.05)

    def _log_since(self, offset: int) -> str:
        try:
            with self.place.log.open("rb") as log:
                log.seek(offset)
                return log.read(4000).decode("utf-8", "replace").strip()
        except FileNotFoundError:
            return ""

    def _await_answer(self, deadline: float) -> None:
        while not self.answers():
            if running_server(self.place.pgdata) is None:
                raise ClusterFault(f"PostgreSQL ended while starting; see {self.place.log}")
            if time.monotonic() > deadline:
                raise ClusterBusy(f"PostgreSQL is still recovering; see {self.place.log}")
            time.sleep(0.05)

    def _provision(self) -> None:
        """Make the second role, the database, its extensions and rights; harmless when repeated."""
        with self.connect() as connection:
            if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (APP,)).fetchone():
                secret = places.passwords(self.place)[APP]
                role = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}")
                connection.execute(role.format(sql.Identifier(APP), secret))
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        with self.connect(database=DATABASE) as connection, connection.transaction():
            for extension in EXTENSIONS:
                make = sql.SQL("CREATE EXTENSION IF NOT EXISTS {}")
                connection.execute(make.format(sql.Identifier(extension)))
            for right in _RIGHTS:
                connection.execute(
                    sql.SQL(right).format(app=sql.Identifier(APP), owner=sql.Identifier(OWNER))
                )


_RIGHTS = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
    "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
    "GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {app}",
)


def _configuration(sockets: Path, settings: Mapping[str, str]) -> str:
    wanted = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": f'"{sockets}"',
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "fsync": "on",
        "synchronous_commit": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_checkpoints": "off",
    }
    lines = [f"{key} = '{_quoted(value)}'" for key, value in {**wanted, **settings}.items()]
    return "# Written at each start; change the settings of the product instead.\n" + "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


class Lease:
    """The right to use a running server; release it, or leave its `with`, when done.

    The last one to release stops the server, unless it took the lease with `keep`. Roles: `motcua_owner` is
    the cluster's own superuser, because restoring makes and renames databases, the watch must get in when
    all other connections are taken, and one more password in the same file would protect nothing;
    `motcua_app` may only read and write rows.
    """

    def __init__(self, cluster: Cluster, handle: int, *, keep: bool) -> None:
        """Made by `ensure_running` only."""
        self.cluster = cluster
        self.keep = keep
        self._handle: int | None = handle
        self._process = os.getpid()

    @property
    def data(self) -> Path:
        """The data folder as the caller named it, in full."""
        return self.cluster.place.data

    def url(self, role: Role = "app") -> str:
        """The address of the database `motcua` for this role (see Cluster.url)."""
        return self.cluster.url(role)

    def release(self, *, wait: float = 60) -> None:
        """Give the lease back; the last one out stops the server. A second call does nothing.

        A forked child only lets go of its handle: the lease is its parent's.
        """
        handle, self._handle = self._handle, None
        if handle is None:
            return
        if self.keep or self._process != os.getpid():
            os.close(handle)
            return
        place: Place = self.cluster.place
        try:
            with places.exclusive(place.start_lock, deadline=time.monotonic() + wait):
                # Nobody can take a lease while we hold the start lock, so what we see here stays true.
                if places.try_lock(handle):
                    self.cluster.stop()
        finally:
            os.close(handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def ensure_running(
    data: Path, *, wait: float = 300, keep: bool = False, settings: Mapping[str, str] | None = None
) -> Lease:
    """A lease on the running server of this data folder, which is made and started if need be.

    `wait`: seconds for the start, the recovery after a crash and other starters. `settings`: lines for
    postgresql.conf, used if this call starts the server. Raises PostgresFault.
    """
    deadline = time.monotonic() + wait
    data = places.prepare_data(data)
    with places.exclusive(data / "start.lock", deadline=deadline):
        cluster = Cluster(data, settings=settings)
        cluster.bring_up(deadline=deadline)
        return Lease(cluster, places.share_lock(cluster.place.lease_lock), keep=keep)


def destroy(data: Path, *, wait: float = 60) -> None:
    """Stop the server of a data folder, delete its database, wherever it lies, and the folder: for tests."""
    data = Path(os.path.realpath(data))
    if not data.is_dir():
        return
    with places.exclusive(data / "start.lock", deadline=time.monotonic() + wait):
        place = places.recorded_place(data)
        if place:
            sockets = place.sockets
            if place.pgdata.exists():
                Cluster(data).stop()
            shutil.rmtree(sockets, ignore_errors=True)
            shutil.rmtree(place.home, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)
