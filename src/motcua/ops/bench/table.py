"""The results as a table for people and as JSON for machines."""

import os
import platform
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from motcua.ops.bench.timing import Outcome

_HEAD = ("measurement", "ours", "yardstick", "ratio", "target", "met", "spread", "")


def table(outcomes: Iterable[Outcome]) -> list[str]:
    """Return the lines of the table."""
    rows = [_HEAD, *(_row(outcome) for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return [line.rstrip() for line in (lines[0], "-" * len(lines[0].rstrip()), *lines[1:])]


def _row(outcome: Outcome) -> tuple[str, ...]:
    low, high = outcome.spread
    return (
        outcome.name,
        f"{_figure(outcome.ours)} {outcome.unit}",
        f"{_figure(outcome.yardstick)} {outcome.unit}",
        f"{outcome.ratio:.2f}",
        outcome.wanted,
        "yes" if outcome.met else "NO",
        f"{low:.2f}-{high:.2f}",
        outcome.aside,
    )


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def as_json(outcomes: Iterable[Outcome], *, at: datetime, seconds: float, quick: bool) -> dict[str, Any]:
    """Return everything that is known of a run; `quick` results say nothing about speed."""
    return {
        "at": at.isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "quick": quick,
        "machine": {
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.platform(),
        },
        "measurements": [
            {
                "name": outcome.name,
                "ours": outcome.ours,
                "yardstick": outcome.yardstick,
                "unit": outcome.unit,
                "ratio": outcome.ratio,
                "target": outcome.wanted,
                "met": outcome.met,
                "spread": list(outcome.spread),
                "aside": outcome.aside,
            }
            for outcome in outcomes
        ],
    }
