"""`motcua organisation plan`: a file is checked, simulated, done; and what is wrong with it is told whole."""

import json
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from motcua.dossiers.models import AgencyHandover, Dossier
from motcua.kit import clock
from motcua.ops import organisation as command
from motcua.organisation.models import Agency, Reorganisation
from motcua.rules.localday import local_day
from tests.dossiers.reorganised import a_merger
from tests.world import World

BOTH = ("--by", "soạn", "--approved-by", "duyệt")


@pytest.fixture
def here(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Run commands in this process, on the small province with two who may reorganise it."""
    monkeypatch.setattr(command, "product", nullcontext)
    monkeypatch.setattr(command, "without_database", nullcontext)
    for name in ("soạn", "duyệt"):
        world.staff(name, world.province, "administrator", "administer")
    return world


def motcua(*arguments: object) -> Result:
    return CliRunner().invoke(command.organisation, ["plan", *(str(one) for one in arguments)])


def _file(tmp_path: Path, world: World, lines: list[dict[str, Any]], *, days: int = 0, **head: Any) -> Path:
    day = local_day(world.at) + timedelta(days=days)
    first = {
        "motcua": "reorganisation",
        "version": 1,
        "title": "Sắp xếp",
        "act": "NQ 1",
        "effective": day.isoformat(),
    }
    rows = [first | {"operations": len(lines)} | head, *lines]
    path = tmp_path / "plan.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def _told(done: Result) -> Any:
    return json.loads(done.stdout)


def test_a_dry_run_tells_what_would_move_and_writes_nothing(here: World, tmp_path: Path) -> None:
    here.a_dossier().filed().accepted()
    done = motcua(_file(tmp_path, here, a_merger(), days=3))
    assert done.exit_code == 0, done.output
    assert "1 hồ sơ chuyển" in done.stdout
    assert "xa-mot → xa-moi: 1 hồ sơ" in done.stdout
    told = _told(motcua(_file(tmp_path, here, a_merger(), days=3), "--dry-run", "--json"))
    assert (told["dossiers"], told["agencies_before"], told["agencies_after"]) == (1, 3, 2)
    assert not Reorganisation.objects.exists()


def test_applied_on_its_day_all_is_done_and_a_second_time_nothing(here: World, tmp_path: Path) -> None:
    story = here.a_dossier().filed().accepted()
    path = _file(tmp_path, here, a_merger())
    first = motcua(path, "--apply", *BOTH, "--json")
    assert first.exit_code == 0, first.output
    assert _told(first) | {"id": "", "file": ""} == {
        "id": "", "file": "", "state": "applied", "applied": True, "moved": 1, "flagged": 0, "tasks": 1,
        "tasks_without_post": 0, "faults": [],
    }  # fmt: skip
    assert Dossier.objects.get(id=story.dossier.id).competent_agency == Agency.objects.get(key="xa-moi")
    second = motcua(path, "--apply", *BOTH, "--json")
    assert (_told(second)["id"], _told(second)["moved"]) == (_told(first)["id"], 1)
    assert (Reorganisation.objects.count(), AgencyHandover.objects.count()) == (1, 1)


def test_before_its_day_it_waits(here: World, tmp_path: Path) -> None:
    done = motcua(_file(tmp_path, here, a_merger(), days=2), "--apply", *BOTH)
    assert done.exit_code == 0, done.output
    assert "Đã duyệt; đến ngày 08/11/2026" in done.stdout
    assert Reorganisation.objects.get().state == "approved"


def test_every_fault_is_told_with_its_line_and_nothing_is_written(here: World, tmp_path: Path) -> None:
    lines = [
        *a_merger(),
        {"op": "rename", "agency": "khong-co", "name_vi": "X"},
        {"op": "move", "agency": "tinh", "parent": "xa-moi"},
    ]
    for options in ((), ("--apply", *BOTH)):
        done = motcua(_file(tmp_path, here, lines), *options, "--json")
        assert done.exit_code == 1, done.output
        found = {(fault["line"], fault["code"]) for fault in _told(done)["faults"]}
        assert found == {(8, "unknown_agency"), (9, "cycle"), (2, "cycle")}
    said = motcua(_file(tmp_path, here, lines)).stdout.splitlines()
    assert [line.split(", dòng ")[1].split(":")[0] for line in said[:-1]] == ["2", "8", "9"]
    assert not Reorganisation.objects.exists()
    assert not Agency.objects.filter(key="xa-moi").exists()


def test_a_file_cut_in_the_middle_is_refused_whole(here: World, tmp_path: Path) -> None:
    path = _file(tmp_path, here, a_merger())
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: len(text) * 2 // 3], encoding="utf-8")
    done = motcua(path, "--apply", *BOTH)
    assert done.exit_code == 1
    assert "chưa có gì thay đổi" in done.stdout
    assert not Reorganisation.objects.exists()


@pytest.mark.parametrize(
    "options",
    [("--apply",), ("--apply", "--by", "soạn"), ("--apply", "--by", "soạn", "--approved-by", "soạn"),
     ("--apply", "--dry-run"), ("--apply", "--by", "soạn", "--approved-by", "dan"),
     ("--apply", "--by", "khong-co", "--approved-by", "duyệt"), ("--apply", "--by", "xa-mot.head", "--approved-by", "duyệt")],
)  # fmt: skip
def test_two_people_who_may_are_needed(here: World, tmp_path: Path, options: tuple[str, ...]) -> None:
    done = motcua(_file(tmp_path, here, a_merger()), *options)
    assert (done.exit_code, len(done.stderr.strip().splitlines())) == (2, 1)
    assert not Reorganisation.objects.exists()


def test_what_is_no_file_of_ours_is_one_clear_line(here: World, tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "nothing", tmp_path, binary):
        done = motcua(path)
        assert (done.exit_code, len(done.stderr.strip().splitlines())) == (2, 1), done.output


def test_one_that_was_stopped_on_the_way_is_completed_by_the_same_command(
    here: World, tmp_path: Path
) -> None:
    from motcua.dossiers.actions import begin_reorganisation

    here.a_dossier().filed().accepted()
    path = _file(tmp_path, here, a_merger(), days=1)
    motcua(path, "--apply", *BOTH)
    plan = Reorganisation.objects.get()
    with clock.freeze(here.later(days=1)):
        begin_reorganisation(plan.id, at=here.at)
        assert _told(motcua(path, "--apply", *BOTH, "--json"))["state"] == "applied"
