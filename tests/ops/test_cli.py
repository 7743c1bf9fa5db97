"""The command line as a person or a script uses it, on a database of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from motcua.kit.postgres.cluster import destroy

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the server's own user can reach when the tests run as root."""
    made = Path(tempfile.mkdtemp(prefix="motcua-cli-"))
    made.chmod(0o711)
    yield made
    for data in made.iterdir():
        if data.is_dir():
            destroy(data / "pg")
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def motcua(folder: Path) -> Run:
    """Run a command with its data in a folder of this module."""

    def run(*arguments: str, data: str = "one", **environment: str) -> subprocess.CompletedProcess[str]:
        values = os.environ | {"MOTCUA_DATA": str(folder / data)} | environment
        for name in ("MOTCUA_DATABASE_URL", "MOTCUA_KEY"):
            if name not in environment:
                values.pop(name, None)
        command = [sys.executable, "-m", "motcua.ops.cli", *arguments]
        return subprocess.run(command, env=values, capture_output=True, text=True, timeout=170)

    return run


def test_every_command_explains_itself(motcua: Run) -> None:
    for command in ("run", "migrate", "demo", "backup", "restore", "journal", "health", "manage"):
        shown = motcua(command, "--help") if command != "manage" else motcua("--help")
        assert shown.returncode == 0
        assert "Usage" in shown.stdout


def test_a_backup_brings_everything_back(motcua: Run, folder: Path) -> None:
    assert motcua("migrate", "--json").returncode == 0
    made = json.loads(motcua("demo", "--json").stdout)
    assert made["procedures"] >= 58
    assert made["dossiers"] > 50
    archive = folder / "saved.tar"
    saved = json.loads(motcua("backup", str(archive), "--json").stdout)

    assert json.loads(motcua("health", "--json").stdout)["database"] == "ok"
    again = motcua("restore", str(archive), "--json")
    assert again.returncode == 2, "a database with data is not replaced without --force"
    assert len(again.stderr.strip().splitlines()) == 1

    back = motcua("restore", str(archive), "--json", data="two")
    assert back.returncode == 0, back.stderr
    assert json.loads(back.stdout)["rows"] == saved["rows"]
    kept = {path.name for path in (folder / "one" / "files").rglob("*") if path.is_file()}
    assert {path.name for path in (folder / "two" / "files").rglob("*") if path.is_file()} == kept
    assert kept
    whole = motcua("journal", "verify", "--json", data="two")
    assert (whole.returncode, json.loads(whole.stdout)["faults"]) == (0, [])
    # The demonstration is not loaded a second time.
    assert json.loads(motcua("demo", "--json", data="two").stdout) == {"already_there": 1}


def test_bad_input_is_one_clear_line(motcua: Run, folder: Path) -> None:
    missing = motcua("restore", str(folder / "nothing.tar"))
    assert missing.returncode == 2
    rubbish = folder / "rubbish.tar"
    rubbish.write_bytes(b"not an archive")
    broken = motcua("restore", str(rubbish), data="three")
    assert broken.returncode == 2
    assert len(broken.stderr.strip().splitlines()) == 1
    assert "Traceback" not in broken.stderr
    port = motcua("run", "--port", "70000")
    assert port.returncode == 2
