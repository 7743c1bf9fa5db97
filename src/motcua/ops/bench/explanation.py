"""The explanation of a due time, against the due time alone, over the same receipts and limits."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from timeit import Timer

from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome, Part, Timing, interleaved
from motcua.ops.bench.world import a_calendar
from motcua.rules.deadlines import Limit, Unit, due

# As the catalogue has them: of twenty limits fifteen in working days, two in calendar days, the others one each.
LIMITS = (
    *(Limit(Unit.WORKING_DAY, days) for days in (1, 2, 2, 3, 3, 3, 5, 5, 5, 7, 8, 10, 10, 12, 15)),
    *(Limit(Unit.CALENDAR_DAY, days) for days in (15, 30)),
    Limit(Unit.SAME_DAY, 1),
    Limit(Unit.WORKING_HOUR, 8),
    Limit(Unit.MONTH, 1),
)
# Receipts at all hours of two years, free days among them.
_MOMENTS = 1_000
_STEP = timedelta(hours=17, minutes=23)
_FIRST = datetime(2025, 1, 2, 1, 0, tzinfo=UTC)
_BARE_TIMES = 10
_TARGET = 50.0
_EACH = "for limit, received in cases: due(limit, received=received, calendar=calendar)"


def measure(stage: Stage) -> Outcome:
    """Time all steps of many due times; a cost of fifty due times is the most that a list can bear."""
    calendar = a_calendar(range(2024, 2030))

    def compared(limits: Sequence[Limit]) -> Timing:
        moments = [_FIRST + number * _STEP for number in range(_MOMENTS)]
        cases = list(zip(islice(cycle(limits), _MOMENTS), moments, strict=True))
        known = {"due": due, "calendar": calendar, "cases": cases}
        return interleaved(
            _part(f"{_EACH}.steps", known),
            _part(_EACH, known),
            rounds=stage.sizes.rounds,
            each=stage.sizes.dues,
            warm_up=1,
            bare_times=_BARE_TIMES,
        )

    days = [limit for limit in LIMITS if limit.unit is Unit.WORKING_DAY]
    alone = compared(days).as_cost("explanation", target=_TARGET, unit="µs")
    aside = f"working days alone {alone.ratio:.1f}"
    return compared(LIMITS).as_cost("explanation", target=_TARGET, unit="µs", aside=aside)


def _part(statement: str, known: dict[str, object]) -> Part:
    timer = Timer(statement, globals=known)
    return lambda times: timer.timeit(times) / _MOMENTS
