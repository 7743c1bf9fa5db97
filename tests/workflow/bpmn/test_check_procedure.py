"""`motcua processes check --publish --procedure`: the limit of the catalogue is the whole."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from motcua.kit import clock
from motcua.ops import processes
from motcua.ops.cli import main
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process import DEFAULT_PROCESS, NodeKind
from motcua.workflow.bpmn import write_bpmn
from tests.world import World, a_procedure


@pytest.fixture(autouse=True)
def _today(friday: datetime) -> Iterator[None]:
    with clock.freeze(friday):
        yield


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """Four steps of one working day each."""
    day = Limit(Unit.WORKING_DAY, 1)
    nodes = tuple(
        replace(node, limit=day) if node.kind is NodeKind.TASK else node for node in DEFAULT_PROCESS.nodes
    )
    file = tmp_path / "slow.bpmn"
    file.write_text(write_bpmn(replace(DEFAULT_PROCESS, nodes=nodes)), encoding="utf-8")
    return file


def run(file: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setattr(processes, "product", nullcontext)
    return CliRunner().invoke(
        main, ["processes", "check", str(file), "--publish", "--procedure", code, "--json"]
    )


def test_the_shortest_limit_of_the_procedure_is_the_whole(
    world: World, slow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longer = a_procedure("9.000002")
    for row in longer["channels"]:
        row["limit"] = {"unit": "working_day", "amount": 5, "cutoff": None}
    world.publish(longer)
    assert run(slow, "9.000002", monkeypatch).exit_code == 0
    longer["code"], longer["channels"][1]["limit"]["amount"] = "9.000003", 3
    world.publish(longer)
    done = run(slow, "9.000003", monkeypatch)
    found = json.loads(done.stdout)
    assert (done.exit_code, [fault["kind"] for fault in found["faults"]]) == (1, ["too_long"])
    assert found["unchecked"] == ["holders", "scenarios"]


def test_a_procedure_that_is_not_there_ends_with_two(
    world: World, slow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run(slow, "9.999999", monkeypatch)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
