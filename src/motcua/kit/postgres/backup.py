"""One archive with the database and the file stores; checked in full before anything is restored from it.

The archive is a plain .tar: `database.dump` (pg_dump, custom format), `files/<store>/...`, and last
`manifest.json` with the versions, the time, the rows of each table and the SHA-256 of each member. The hashes
show damage; they are no signature, so keep archives where only trusted people write.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg
from psycopg import sql

from motcua.kit.postgres.cluster import Lease
from motcua.kit.postgres.errors import BackupFault
from motcua.kit.postgres.server import Server, drop_database, fresh_database, row_counts, swap, tables_in

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
_MANIFEST_LIMIT = 1_000_000_000
_PIECE = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What an archive says about itself; `server` is the PostgreSQL version, `made_at` an ISO time."""

    format: int
    product: str
    made_at: str
    server: str
    tables: dict[str, int]
    members: dict[str, dict[str, Any]] = field(default_factory=dict)


def backup(
    source: Lease | str, to: Path, *, at: datetime, product: str = "", extra: Mapping[str, Path] | None = None
) -> Manifest:
    """Write the database and the file stores (`extra`: name -> folder) into one new archive (0600).

    The dump and the counts see the same instant; files are read after it, so every file that a row names is
    there, provided that nothing deletes files younger than the backup takes. `source`: a lease, or the URL of
    a server. `at`: aware. Raises BackupFault, or the OSError of a full disk; then no archive is left.
    """
    for name in extra or {}:
        if PurePosixPath(name).parts != (name,) or name == "..":
            raise BackupFault(f"{name!r} is no name for a file store")
    if to.exists():
        raise BackupFault(f"{to} is already there; choose another name")
    server = Server.of(source)
    with _scratch(to.parent) as scratch:
        dump, half = scratch / DUMP, scratch / "archive.tar"
        tables = _dump(server, dump)
        manifest = Manifest(FORMAT, product, at.isoformat(), server.version, tables)
        with half.open("xb") as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                _add(tar, DUMP, dump, manifest)
                for name, folder in sorted((extra or {}).items()):
                    for path, inner in _files(folder):
                        _add(tar, f"files/{name}/{inner}", path, manifest)
                text = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
                tar.addfile(_entry(MANIFEST, len(text)), BytesIO(text))
            out.flush()
            os.fsync(out.fileno())
        half.chmod(0o600)
        half.rename(to)
    return manifest


def verify(archive: Path) -> Manifest:
    """The manifest of an archive of which every member is present and unharmed; else BackupFault."""
    with _opened(archive) as tar:
        return _verified(tar, archive)


def restore(
    target: Lease | str,
    archive: Path,
    *,
    force: bool = False,
    keep_previous: bool = False,
    extra: Mapping[str, Path] | None = None,
) -> Manifest:
    """Put the database and the file stores back as the archive has them.

    The archive is verified first; the rows go into a fresh database, are counted, and only then it takes the
    name of the old one, in one transaction. Files go into the folders in `extra`: none is removed, and one
    is replaced only if its content differs. A database with tables is refused without `force`; the old one is
    dropped, or kept as `<name>_before_<digits>` with `keep_previous`. Raises BackupFault; then the old
    database is as it was.
    """
    server = Server.of(target)
    with _opened(archive) as tar:
        manifest = _verified(tar, archive)
        _check_target(server, manifest, force=force)
        stores = _stores(manifest, extra or {})
        fresh = fresh_database(server)
        try:
            _load(server, fresh, tar)
            _compare(server, fresh, manifest)
            for member, path in stores.items():
                _put_file(tar, member, path, sha256=manifest.members[member]["sha256"])
            previous = swap(server, fresh)
        except (OSError, psycopg.Error, subprocess.SubprocessError) as fault:
            drop_database(server, fresh)
            raise BackupFault(
                f"restoring {archive} failed, the old database is untouched: {fault}"
            ) from fault
        except BaseException:
            drop_database(server, fresh)
            raise
    if not keep_previous:
        drop_database(server, previous)
    return manifest


def _dump(server: Server, to: Path) -> dict[str, int]:
    with psycopg.connect(server.url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        counts = row_counts(connection)
        command: list[str | Path] = [
            server.tools.bin / "pg_dump",
            "--format=custom",
            f"--snapshot={row[0]}",
            f"--file={to}",
        ]
        command += ["--no-password", f"--dbname={server.address()}"]
        done = subprocess.run(command, env=server.environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupFault(f"pg_dump failed: {done.stderr.strip()}")
    return counts


def _load(server: Server, database: str, tar: tarfile.TarFile) -> None:
    command = [str(server.tools.bin / "pg_restore"), "--exit-on-error", "--no-owner", "--no-password"]
    command.append(f"--dbname={server.address(database)}")
    if not server.knows_roles():
        command.append("--no-privileges")
    with _member(tar, DUMP) as dump, tempfile.TemporaryFile("w+", errors="replace") as said:
        running = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=said, env=server.environment())
        assert running.stdin is not None
        with contextlib.suppress(BrokenPipeError), running.stdin as pipe:
            shutil.copyfileobj(dump, pipe, _PIECE)
        if running.wait():
            said.seek(0)
            raise BackupFault(f"pg_restore failed, the old database is untouched: {said.read().strip()}")


def _compare(server: Server, database: str, manifest: Manifest) -> None:
    with psycopg.connect(server.at(database)) as connection:
        counts = row_counts(connection)
        connection.rollback()
        connection.autocommit = True
        connection.execute(sql.SQL("ANALYZE"))
    if counts != manifest.tables:
        wrong = sorted(
            name for name in counts | manifest.tables if counts.get(name) != manifest.tables.get(name)
        )
        raise BackupFault(f"after restoring, the rows differ from the manifest in: {', '.join(wrong)}")


def _check_target(server: Server, manifest: Manifest, *, force: bool) -> None:
    made_by = int(manifest.server.split(".")[0])
    if int(server.version.split(".")[0]) < made_by:
        raise BackupFault(
            f"the archive comes from PostgreSQL {manifest.server}, the server is {server.version}: "
            "restore into the same or a newer major version"
        )
    with psycopg.connect(server.url) as connection:
        tables = tables_in(connection)
    if tables and not force:
        raise BackupFault(f"the database is not empty ({len(tables)} tables); force replaces all of it")


def _stores(manifest: Manifest, extra: Mapping[str, Path]) -> dict[str, Path]:
    """Where each file of the archive goes."""
    targets = {}
    for member in manifest.members:
        parts = PurePosixPath(member).parts
        if parts[0] == "files":
            if parts[1] not in extra:
                raise BackupFault(f"the archive has files of '{parts[1]}': say into which folder they go")
            targets[member] = extra[parts[1]].joinpath(*parts[2:])
    return targets


def _verified(tar: tarfile.TarFile, archive: Path) -> Manifest:
    try:
        manifest = _manifest(tar)
    except (KeyError, ValueError, TypeError, tarfile.TarError) as fault:
        raise BackupFault(f"{archive} is no archive of this product, or its manifest is damaged") from fault
    if manifest.format != FORMAT:
        raise BackupFault(f"{archive} has format {manifest.format}; this version reads format {FORMAT}")
    try:
        _check_members(tar, manifest)
    except tarfile.TarError as fault:
        raise BackupFault(f"{archive} is cut short or damaged: {fault}") from fault
    return manifest


def _check_members(tar: tarfile.TarFile, manifest: Manifest) -> None:
    names = [entry.name for entry in tar.getmembers()]
    if len(set(names)) != len(names) or set(names) != {*manifest.members, MANIFEST}:
        raise BackupFault("the archive does not hold exactly what its manifest lists")
    for entry in tar.getmembers():
        parts = PurePosixPath(entry.name).parts
        inside = entry.name in (DUMP, MANIFEST) or (parts[0] == "files" and len(parts) > 2)
        if not entry.isreg() or not inside or ".." in parts or str(PurePosixPath(entry.name)) != entry.name:
            raise BackupFault(f"the archive has a member that does not belong there: {entry.name}")
        if entry.name != MANIFEST and _hash(tar, entry.name) != manifest.members[entry.name]["sha256"]:
            raise BackupFault(f"the archive is damaged or was changed: {entry.name}")


def _manifest(tar: tarfile.TarFile) -> Manifest:
    if tar.getmember(MANIFEST).size > _MANIFEST_LIMIT:
        raise ValueError(MANIFEST)
    with _member(tar, MANIFEST) as text:
        manifest = Manifest(**json.load(text))
    if not isinstance(manifest.members, dict) or not isinstance(manifest.tables, dict):
        raise ValueError(MANIFEST)
    if DUMP not in manifest.members:
        raise KeyError(DUMP)
    return manifest


def _hash(tar: tarfile.TarFile, name: str) -> str:
    with _member(tar, name) as source:
        return hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise BackupFault(f"{name} is not a file")
    return found


def _put_file(tar: tarfile.TarFile, member: str, path: Path, *, sha256: str) -> None:
    """Put one file of a store in its place, unless the same content is there already."""
    if path.is_file():
        with path.open("rb") as present:
            if hashlib.file_digest(present, "sha256").hexdigest() == sha256:
                return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, half = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out, _member(tar, member) as source:
            shutil.copyfileobj(source, out, _PIECE)
            out.flush()
            os.fsync(out.fileno())
        os.replace(half, path)
    except BaseException:
        Path(half).unlink(missing_ok=True)
        raise


class _Hashed:
    """Reads a file and remembers the hash of what was read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.seen = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.seen.update(piece)
        return piece


def _add(tar: tarfile.TarFile, name: str, path: Path, manifest: Manifest) -> None:
    try:
        source = path.open("rb")
    except FileNotFoundError:
        # A store may sweep an orphan while we walk; a file that a row names is never swept.
        return
    with source:
        size = os.fstat(source.fileno()).st_size
        hashed = _Hashed(source)
        tar.addfile(_entry(name, size), hashed)
    manifest.members[name] = {"sha256": hashed.seen.hexdigest(), "size": size}


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, path.relative_to(folder).as_posix()


@contextlib.contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    """A private folder beside the archive, so that moving is no copying."""
    with tempfile.TemporaryDirectory(prefix=".motcua-backup-", dir=parent) as folder:
        yield Path(folder)


@contextlib.contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    with contextlib.ExitStack() as stack:
        try:
            # Uncompressed only: a small archive can't blow up into a large one.
            tar = stack.enter_context(tarfile.open(archive, mode="r:"))
        except (OSError, tarfile.TarError) as fault:
            raise BackupFault(f"{archive} can't be read: {fault}") from fault
        yield tar
