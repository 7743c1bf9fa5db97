"""The national test from the file to the proof, on the database that Django is connected to."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from datetime import time as clock_time

from motcua.kit import clock
from motcua.ops.national.before import take
from motcua.ops.national.carrying_out import DRAFTED_AT, Tell, approved, begin
from motcua.ops.national.country import lay_down
from motcua.ops.national.legacy import Country
from motcua.ops.national.measuring import Measured, measure_passing
from motcua.ops.national.multiply import Spread, multiply
from motcua.ops.national.plan import plan_of
from motcua.ops.national.proof import Line, prove
from motcua.ops.national.samples import bring_samples
from motcua.reporting.periods import months
from motcua.rules.localday import at_local

# The last month before the change, whose figures must stay what they were.
MONTH = months(2025, 6)
_LAID_DOWN = at_local(date(2025, 6, 2), clock_time(9))


@dataclass(frozen=True)
class Outcome:
    """What the test came to: seconds of each stage, how fast dossiers passed, and the proof."""

    dossiers: int
    seconds: dict[str, float]
    measured: Measured
    proof: list[Line]

    @property
    def good(self) -> bool:
        """Whether all of it is proved."""
        return all(line.good for line in self.proof)


def build(country: Country, number: int, *, tell: Tell = lambda line: None) -> int:
    """Lay down the country of before with so many open dossiers; return how many dossiers there are in all."""
    with clock.freeze(_LAID_DOWN):
        agencies = lay_down(country, at=_LAID_DOWN)
    # Where the samples lie: a commune that went whole, as most did.
    office = next(fate.unit for fate in country.communes if not fate.pieces)
    samples = bring_samples(agencies[office.key], office.code)
    return multiply(Spread(country, agencies, samples), number, tell=tell) + len(samples)


def reorganise(country: Country, number: int, *, tell: Tell, settle: Callable[[], object]) -> Outcome:
    """Build, apply and prove; `settle` clears tables up and brings their statistics up to date."""
    seconds: dict[str, float] = {}

    @contextmanager
    def stage(name: str, said: str) -> Iterator[None]:
        tell(said)
        began = time.perf_counter()
        yield
        seconds[name] = round(time.perf_counter() - began, 1)

    plan = plan_of(country)
    with stage("build", "dựng cả nước trước ngày 1/7/2025"):
        built = build(country, number, tell=tell)
        settle()
        before = take(drafted=DRAFTED_AT, month=MONTH)
    with stage("approve", "kiểm tra và duyệt phương án"):
        row = approved(plan)
    with stage("facts", "tổ chức thay đổi"):
        begin(row, plan)
    with stage("dossiers", "hồ sơ bàn giao, so với một lệnh UPDATE"):
        measured = measure_passing(country, row, plan, settle=settle, tell=tell)
    with stage("prove", "chứng minh"):
        proof = prove(country, plan, before)
    return Outcome(built, seconds, measured, proof)
