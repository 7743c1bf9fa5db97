"""Mutation test of the rules of time: break them line by line and see that a test notices.

mutmut does it on a copy of what it needs, in a folder of its own; the score is printed and written into the JSON
of the benchmarks under "mutation". Less than 95 of 100 mutants killed is a failure.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ("clock", "deadlines", "shares", "working_time")
TESTS = (
    *("clock", "clock_vectors", "deadlines", "oracle", "shares", "time_properties", "vectors"),
    "working_time",
)
WANTED = 0.95
# Mutants that no test can kill may be at most this part of all.
MOST_EQUIVALENT = 0.03
_KILLED = {"killed", "timeout"}
_COPIED = (
    "docs/rules",
    "src/motcua/__init__.py",
    "src/motcua/rules",
    "src/motcua/ops/__init__.py",
    "src/motcua/ops/bench/__init__.py",
    "src/motcua/ops/bench/oracle.py",
    "src/motcua/ops/bench/oracle_cases.py",
    "src/motcua/ops/bench/timing.py",
    "tests/__init__.py",
    "tests/rules/__init__.py",
    "tests/rules/samples.py",
    "tests/rules/vectors.py",
    *(f"tests/rules/test_{name}.py" for name in TESTS),
)
_SETTINGS = """\
[tool.pytest.ini_options]
pythonpath = ["src", "."]
addopts = "-q --import-mode=importlib -p no:django -p no:randomly -p no:xdist"

[tool.mutmut]
source_paths = ["src/motcua/rules"]
only_mutate = [{modules}]
also_copy = ["docs", "src/motcua", "tests"]
pytest_add_cli_args_test_selection = ["tests/rules"]
"""

# (function, line before, line after, why nothing can tell the two apart)
EQUIVALENT: tuple[tuple[str, str, str, str], ...] = (
    (
        "working_time.WorkingCalendar._build",
        "self._minutes_before = [0]",
        "self._minutes_before = [1]",
        "only differences of these sums are ever used",
    ),
    (
        "working_time.WorkingCalendar._shifts_of",
        "return usual or next((week[weekday] for weekday in range(7) if week.get(weekday)), ())",
        "return usual or next((week[weekday] for weekday in range(8) if week.get(weekday)), ())",
        "no week has an eighth weekday, it would have been refused",
    ),
    (
        "deadlines.due",
        "unit = limit.unit",
        "unit = None",
        "the long way round gives the same due times, only later",
    ),
    (
        "deadlines._counted",
        "over = _last_day(limit, start, calendar)",
        "over = _last_day(limit, start, None)",
        "calendar days and months need no calendar",
    ),
    (
        "deadlines._receipt",
        "at_once = due.calendar.moment_of_receipt(due.received) if due.limit.cutoff else start",
        "at_once = due.calendar.moment_of_receipt(due.received) if (due.limit.cutoff) or True else start",
        "without a cutoff the start is that moment, the condition only saves the look-up",
    ),
)


@dataclass(frozen=True)
class Mutant:
    """A mutant that lived: its name, and the lines that it changed."""

    name: str
    before: str
    after: str

    @property
    def function(self) -> str:
        """The module and the function, as "clock.union" or "deadlines.Limit.to_json"."""
        module, _, mangled = self.name.removeprefix("motcua.rules.").partition(".")
        return f"{module}.{re.sub('__mutmut_[0-9]+$', '', mangled).removeprefix('x_').replace('xǁ', '').replace('ǁ', '.')}"

    @property
    def change(self) -> tuple[str, str, str]:
        """The function, the line before and the line after, as `EQUIVALENT` lists them."""
        return self.function, self.before, self.after

    def __str__(self) -> str:
        return f"{self.function}: {self.before or '(nothing)'}  →  {self.after or '(nothing)'}"


def _copy_to(folder: Path) -> None:
    for name in _COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    modules = ", ".join(f'"src/motcua/rules/{name}.py"' for name in MODULES)
    (folder / "pyproject.toml").write_text(_SETTINGS.format(modules=modules), encoding="utf-8")


def _mutmut(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        sys.exit(f"mutmut {arguments[0]} ended with code {done.returncode}:\n{done.stdout[-4000:]}")
    return done.stdout


def _survivor(folder: Path, name: str) -> Mutant:
    lines = _mutmut(folder, "show", name).splitlines()
    before = [line[1:].strip() for line in lines if line.startswith("-") and not line.startswith("---")]
    after = [line[1:].strip() for line in lines if line.startswith("+") and not line.startswith("+++")]
    return Mutant(name, " ".join(before), " ".join(after))


def _run(folder: Path, children: int) -> tuple[int, list[Mutant]]:
    """Give the number of mutants and those that lived."""
    _mutmut(folder, "run", "--max-children", str(children))
    said = re.findall(r"^\s*(motcua\.\S+): (.+)$", _mutmut(folder, "results", "--all", "true"), re.MULTILINE)
    return len(said), [_survivor(folder, name) for name, status in said if status not in _KILLED]


def _write(path: Path, result: dict[str, object]) -> None:
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(
        json.dumps(known | {"mutation": result}, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


def main() -> int:
    """Run it, print the score and the survivors, and write both down."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--children", type=int, default=2, help="how many run side by side")
    options.add_argument("--out", type=Path, default=Path("bench.json"))
    chosen = options.parse_args()
    began = time.monotonic()
    print(f"mutation of rules/{{{','.join(MODULES)}}}.py …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="motcua-mutation-") as name:
        _copy_to(Path(name))
        total, lived = _run(Path(name), chosen.children)
    listed = {row[:3] for row in EQUIVALENT}
    survivors = [mutant for mutant in lived if mutant.change not in listed]
    equivalent = len(lived) - len(survivors)
    for function, before, *_ in sorted(listed - {mutant.change for mutant in lived}):
        print(f"no longer a mutant that lives: {function}: {before}")
    counted = total - equivalent
    score = (counted - len(survivors)) / counted if counted else 0.0
    met = score >= WANTED and equivalent <= MOST_EQUIVALENT * total
    result = {
        "killed": counted - len(survivors),
        "total": counted,
        "equivalent": equivalent,
        "score": round(score, 4),
        "target": WANTED,
        "met": met,
        "seconds": round(time.monotonic() - began, 1),
        "survivors": [str(mutant) for mutant in survivors],
    }
    _write(chosen.out, result)
    for mutant in survivors:
        print(f"survived  {mutant}")
    print(
        f"mutation  {result['killed']} of {counted} killed, {score:.1%} (≥ {WANTED:.0%}), "
        f"{equivalent} equivalent, {result['seconds']} s: {'met' if met else 'NOT MET'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
