"""`motcua processes import` as a person runs it: what is read is kept where it was asked for, once."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from motcua.kit.postgres.cluster import destroy, ensure_running
from tests.workflow.sources.texts import a_text, usual

PLAIN = a_text(usual("½ ngày", "3 ngày", "½ ngày", "½ ngày", "½ ngày"), title="Cấp thẻ")
SHARED = a_text(usual("1 ngày", "", "", "", ""), limit="Trong ngày.", title="Đổi thẻ")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the server's own user can reach when the tests run as root."""
    made = Path(tempfile.mkdtemp(prefix="motcua-processes-"))
    made.chmod(0o711)
    rows = [{"_path": "một.doc", "text": PLAIN}, {"_path": "hai.doc", "text": SHARED}]
    (made / "qt.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    (made / "tra-loi.json").write_text(json.dumps({"hai.doc": {"shared_time": "even"}}), encoding="utf-8")
    yield made
    destroy(made / "data" / "pg")
    shutil.rmtree(made, ignore_errors=True)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    values = os.environ | {"MOTCUA_DATA": str(folder / "data")}
    for name in ("MOTCUA_DATABASE_URL", "MOTCUA_KEY"):
        values.pop(name, None)
    command = [sys.executable, "-m", "motcua.ops.cli", "processes", "import", "qt.jsonl", *arguments]
    return subprocess.run(command, env=values, capture_output=True, text=True, timeout=170, cwd=folder)


def kept(folder: Path) -> list[tuple[Any, ...]]:
    """The drafts in the database: source, revision, how many questions are open, how many were answered."""
    wanted = "SELECT source, revision, doubts FROM workflow_processdraft ORDER BY source"
    with ensure_running(folder / "data" / "pg") as lease, psycopg.connect(lease.url("owner")) as connection:
        rows = connection.execute(wanted).fetchall()
    found = []
    for source, revision, doubts in rows:
        answered = sum(bool(doubt.get("answer")) for doubt in doubts)
        found.append((source, revision, len(doubts) - answered, answered))
    return found


def test_what_is_read_is_kept_once_and_only_where_asked(folder: Path) -> None:
    tried = run(folder)
    assert tried.returncode == 0, tried.stderr
    assert "chưa giữ lại gì" in tried.stdout.splitlines()[-1]
    assert "--save" in tried.stdout.splitlines()[-1]
    assert not (folder / "data").exists()

    done = run(folder, "--save")
    assert done.returncode == 0, done.stderr
    assert "Đã giữ 2 bản nháp" in done.stdout.splitlines()[-1]
    first = kept(folder)
    assert first == [("hai.doc", 1, 1, 0), ("một.doc", 1, 0, 0)]
    assert json.loads(run(folder, "--save", "--json").stdout)["saved"] == 2
    assert kept(folder) == first

    # With the answers of a person the draft that nobody touched is renewed.
    assert run(folder, "--save", "--answers", "tra-loi.json").returncode == 0
    assert kept(folder) == [("hai.doc", 2, 0, 1), ("một.doc", 1, 0, 0)]
