"""The import as a person runs it: a report that balances, one clear line for what is no catalogue."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from motcua.kit.postgres.cluster import destroy
from motcua.ops.bench.importing import made_up_record


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the server's own user can reach when the tests run as root."""
    made = Path(tempfile.mkdtemp(prefix="motcua-import-"))
    made.chmod(0o711)
    yield made
    destroy(made / "data" / "pg")
    shutil.rmtree(made, ignore_errors=True)


def motcua(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    values = os.environ | {"MOTCUA_DATA": str(folder / "data")}
    for name in ("MOTCUA_DATABASE_URL", "MOTCUA_KEY"):
        values.pop(name, None)
    command = [sys.executable, "-m", "motcua.ops.cli", "procedures", "import", *arguments]
    return subprocess.run(command, env=values, capture_output=True, text=True, timeout=170, cwd=folder)


def lines(*numbers: int, **changes: str) -> str:
    return "".join(
        f"{json.dumps(made_up_record(number) | changes, ensure_ascii=False)}\n" for number in numbers
    )


def written(folder: Path) -> Any:
    return json.loads((folder / "out.json").read_text("utf-8"))


def test_an_import_into_an_empty_machine_balances_and_twice_is_once(folder: Path) -> None:
    (folder / "some.jsonl").write_text(
        lines(1, 2, 3) + lines(4, raw_text="Tên thủ tụcKhácMã thủ tục9.000009Số quyết định1")
    )
    dry = motcua(folder, "some.jsonl", "--report", "out.json", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    told = written(folder)
    assert (told["read"], told["published"]) == (4, ["9.000001", "9.000002", "9.000003"])
    assert [(row["code"], row["field"]) for row in told["held_back"]] == [("9.000004", "ma_thu_tuc")]

    assert motcua(folder, "some.jsonl", "--report", "out.json").returncode == 0
    first = written(folder)
    assert first == told | {"dry_run": False}
    assert len(first["new_versions"]) == 3
    assert motcua(folder, "some.jsonl", "--report", "out.json").returncode == 0
    again = written(folder)
    assert again == first | {"new_versions": []}


@pytest.mark.parametrize(
    ("name", "content", "arguments", "word"),
    [
        ("cut.jsonl", lines(1) + lines(2)[:-30], (), "cut.jsonl, dòng 2"),
        ("program.jsonl", "\x7fELF\x02\x01\x01", (), "program.jsonl"),
        ("other.jsonl", '{"colour": "red"}\n', (), "bố cục"),
        ("good.jsonl", lines(1), ("--follow", "limit"), "--follow limit"),
        ("good.jsonl", lines(1), ("--follow", "fees=1/1/2027"), "fees=2027-01-01"),
        ("good.jsonl", lines(1), ("--list", "no.xlsx"), "no.xlsx"),
        ("nothing-here.jsonl", None, (), "nothing-here.jsonl"),
    ],
)
def test_bad_input_is_one_clear_line_and_writes_nothing(
    tmp_path: Path, name: str, content: str | None, arguments: tuple[str, ...], word: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    done = motcua(tmp_path, name, "--report", "out.json", *arguments)

    refusal = [line for line in done.stderr.splitlines() if not line.endswith(" thủ tục")]
    assert done.returncode == 2
    assert len(refusal) == 1, done.stderr
    assert word in refusal[0]
    # Not even a database was made for it.
    assert not (tmp_path / "data").exists()
    assert not (tmp_path / "out.json").exists()


def test_a_list_of_another_ministry_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "good.jsonl").write_text(lines(1), encoding="utf-8")
    header = "Mã số,Tên,Cơ quan ban hành,Cơ quan thực hiện,Lĩnh vực\n"
    (tmp_path / "other.csv").write_text(
        header + "8.000001,Thủ tục khác,Bộ Khác,Sở Khác,Khác\n", encoding="utf-8"
    )
    done = motcua(tmp_path, "good.jsonl", "--list", "other.csv", "--report", "out.json")

    assert done.returncode == 2
    assert "other.csv" in done.stderr.splitlines()[-1]
    assert "bộ khác" in done.stderr.splitlines()[-1]


def test_a_report_never_takes_the_place_of_what_is_imported(tmp_path: Path) -> None:
    (tmp_path / "good.jsonl").write_text(lines(1), encoding="utf-8")
    assert motcua(tmp_path, "good.jsonl", "--report", "good.jsonl").returncode == 2
    assert (tmp_path / "good.jsonl").read_text("utf-8") == lines(1)
    assert motcua(tmp_path, "good.jsonl", "--report", "no/such/out.json").returncode == 2


@pytest.mark.parametrize(
    "report", ["sub/../good.jsonl", "/dev/null", "no/such/out.json", f"{'r' * 300}.json"]
)
def test_a_report_that_cannot_be_written_stops_the_import_before_it_begins(
    tmp_path: Path, report: str
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "good.jsonl").write_text(lines(1), encoding="utf-8")
    done = motcua(tmp_path, "good.jsonl", "--report", report)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert not (tmp_path / "data").exists()
    assert (tmp_path / "good.jsonl").read_text("utf-8") == lines(1)
    assert [path.name for path in tmp_path.glob(".bao-cao*")] == []
