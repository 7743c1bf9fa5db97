"""Interleaved rounds, and what comes out of them."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

# A part runs something so many times and returns the seconds that took.
Part = Callable[[int], float]


@dataclass(frozen=True)
class Outcome:
    """One measurement: ours and the yardstick in `unit`, their ratio, and where the ratio must lie.

    `spread` holds the smallest and the largest ratio of a round. `aside` says what else was seen.
    """

    name: str
    ours: float
    yardstick: float
    unit: str
    ratio: float
    target: float
    at_least: bool
    spread: tuple[float, float]
    aside: str = ""

    @property
    def met(self) -> bool:
        """Tell whether the ratio keeps the target."""
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target

    @property
    def wanted(self) -> str:
        """Say the target."""
        return f"{'≥' if self.at_least else '≤'} {self.target:.2f}"


@dataclass(frozen=True)
class Timing:
    """Seconds of one operation, ours and the yardstick's, round by round."""

    ours: tuple[float, ...]
    bare: tuple[float, ...]

    def as_rate(self, name: str, *, target: float, aside: str = "") -> Outcome:
        """Compare rates: ours against the yardstick's, at least `target`."""
        ratios = [bare / ours for ours, bare in zip(self.ours, self.bare, strict=True)]
        return Outcome(
            name,
            1 / median(self.ours),
            1 / median(self.bare),
            "/s",
            median(ratios),
            target,
            True,
            (min(ratios), max(ratios)),
            aside,
        )

    def as_cost(self, name: str, *, target: float, unit: str = "ms", aside: str = "") -> Outcome:
        """Compare costs: ours against the yardstick's, at most `target`; `unit` is ms or µs."""
        factor = {"ms": 1e3, "µs": 1e6}[unit]
        ratios = [ours / bare for ours, bare in zip(self.ours, self.bare, strict=True)]
        return Outcome(
            name,
            factor * median(self.ours),
            factor * median(self.bare),
            unit,
            median(ratios),
            target,
            False,
            (min(ratios), max(ratios)),
            aside,
        )


def endless(paths: Sequence[str]) -> Iterator[str]:
    """Give the paths in turn, for ever."""
    while True:
        yield from paths


def repeating(operation: Callable[[], object]) -> Part:
    """Make a part of a single operation."""

    def part(times: int) -> float:
        began = time.perf_counter()
        for _ in range(times):
            operation()
        return time.perf_counter() - began

    return part


def interleaved(
    ours: Part, bare: Part, *, rounds: int, each: int, warm_up: int, bare_times: int = 1
) -> Timing:
    """Time ours and the yardstick in turns, `each` operations at a time, so that both meet the same noise.

    The order turns round at every round: what one leaves behind for the other evens out. A yardstick that is
    much faster runs `bare_times` as often, so that its rounds are long enough to meet that noise at all.
    """
    ours(warm_up)
    bare(warm_up)
    of_ours: list[float] = []
    of_bare: list[float] = []
    for number in range(rounds):
        turns = ((ours, each, of_ours), (bare, each * bare_times, of_bare))
        for part, times, found in turns[:: 1 if number % 2 == 0 else -1]:
            gc.collect()
            found.append(part(times) / times)
    return Timing(tuple(of_ours), tuple(of_bare))
