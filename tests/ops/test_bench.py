"""The measurements run, each on tiny sizes, and say a ratio; how fast anything is, no test asks."""

import json
import math
import os
import subprocess
import sys
from typing import Any

import pytest

from motcua.ops.bench.browsing import Answer, Unexpected, form_of
from motcua.ops.bench.replay import NotTheSame, check_equal
from motcua.ops.bench.run import MEASUREMENTS
from motcua.ops.bench.sizes import FULL, QUICK
from motcua.ops.bench.table import table
from motcua.ops.bench.timing import Timing, interleaved

pytestmark = pytest.mark.xdist_group("bench")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Run the whole bench once, as a person would, with tiny sizes."""
    folder = tmp_path_factory.mktemp("bench")
    command = [sys.executable, "-m", "motcua.ops.cli", "bench", "--quick", "--json", "--out", "bench.json"]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_DATABASE")
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment | {"TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    written = json.loads((folder / "bench.json").read_text(encoding="utf-8"))
    assert json.loads(done.stdout) == written
    assert written["quick"] is True
    assert [path.name for path in folder.iterdir()] == ["bench.json"], "the ground was not removed"
    return {row["name"]: row for row in written["measurements"]}


@pytest.mark.slow
@pytest.mark.parametrize("name", MEASUREMENTS)
def test_each_measurement_runs_and_says_a_ratio(name: str, measured: dict[str, dict[str, Any]]) -> None:
    row = measured[name]
    low, high = row["spread"]

    assert math.isfinite(row["ratio"])
    assert 0 < low <= row["ratio"] <= high
    assert row["ours"] > 0
    assert row["yardstick"] > 0


@pytest.mark.slow
def test_the_oracle_says_how_often_it_was_asked_and_how_often_it_differs(
    measured: dict[str, dict[str, Any]],
) -> None:
    row = measured["oracle"]

    assert (row["ours"], row["yardstick"], row["unit"]) == (QUICK.oracle_cases, QUICK.oracle_cases, "cases")
    assert row["aside"] == "0 disagreements"
    assert row["met"] is True
    assert FULL.oracle_cases == 10_000


@pytest.mark.slow
def test_an_explanation_costs_at_most_fifty_due_times(measured: dict[str, dict[str, Any]]) -> None:
    assert measured["explanation"]["target"] == "≤ 50.00"
    assert measured["explanation"]["aside"].startswith("working days alone")


def test_ours_and_the_yardstick_take_turns() -> None:
    heard: list[tuple[str, int]] = []

    def part(name: str, seconds: float) -> Any:
        def run(times: int) -> float:
            heard.append((name, times))
            return seconds * times

        return run

    timing = interleaved(part("ours", 4.0), part("bare", 1.0), rounds=2, each=5, warm_up=3, bare_times=2)

    assert heard == [("ours", 3), ("bare", 3), ("ours", 5), ("bare", 10), ("bare", 10), ("ours", 5)]
    assert timing == Timing((4.0, 4.0), (1.0, 1.0))


def test_a_rate_must_reach_its_target_and_a_cost_must_stay_below() -> None:
    timing = Timing((4.0, 2.0, 4.0), (1.0, 1.0, 2.0))

    rate = timing.as_rate("a", target=0.5)
    assert (rate.ours, rate.yardstick, rate.ratio, rate.spread) == (0.25, 1.0, 0.5, (0.25, 0.5))
    assert rate.met
    assert not timing.as_rate("a", target=0.51).met

    cost = timing.as_cost("b", target=2.0)
    assert (cost.ours, cost.yardstick, cost.ratio, cost.spread) == (4000.0, 1000.0, 2.0, (2.0, 4.0))
    assert cost.met
    assert not timing.as_cost("b", target=1.9).met


def test_the_table_says_what_was_missed() -> None:
    timing = Timing((4.0,), (1.0,))
    lines = table([timing.as_rate("filing", target=0.3), timing.as_cost("due_time", target=5.0, unit="µs")])

    assert [line.split()[0] for line in lines[2:]] == ["filing", "due_time"]
    assert "≥ 0.30" in lines[2]
    assert "NO" in lines[2].split()
    assert "≤ 5.00" in lines[3]
    assert "yes" in lines[3].split()


def test_a_yardstick_that_writes_other_rows_is_refused() -> None:
    ours = {"journal_event": (40, 16_000), "dossiers_dossier": (40, 20_000)}

    assert check_equal(ours, {"dossiers_dossier": (40, 20_100), "journal_event": (40, 15_900)}).startswith(
        "80 rows"
    )
    for other in (
        {"journal_event": (40, 16_000)},
        ours | {"journal_event": (39, 16_000)},
        ours | {"journal_event": (40, 15_000)},
        ours | {"journal_outboxentry": (40, 4_000)},
    ):
        with pytest.raises(NotTheSame):
            check_equal(ours, other)


def test_a_form_is_read_as_a_browser_sends_it() -> None:
    page = Answer(
        200,
        [],
        b"""<form action="/a/"><input name="q" value="x"></form>
        <form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="t">
        <input type="checkbox" name="declared"><input type="radio" name="to" value="1">
        <input type="radio" name="to" value="2"><textarea name="note">
        </textarea><input type="submit" name="later"></form>""",
    )

    fields = form_of(page, having="declared")

    assert fields == {"csrfmiddlewaretoken": "t", "declared": "on", "to": "1", "note": ""}
    with pytest.raises(Unexpected):
        form_of(page, having="nothing")
