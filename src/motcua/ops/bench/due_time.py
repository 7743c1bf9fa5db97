"""Due time of a limit in working days, against the bare bisect on prefix sums."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from timeit import Timer

from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome, Part, interleaved
from motcua.ops.bench.world import a_calendar
from motcua.ops.bench.yardsticks import BARE_DUE, working_ordinals
from motcua.rules.deadlines import Limit, Unit, due
from motcua.rules.localday import ZONE

DAYS = 3
# Receipts at all hours of two years, free days among them.
_MOMENTS = 1_000
_STEP = timedelta(hours=17, minutes=23)
_FIRST = datetime(2025, 1, 2, 1, 0, tzinfo=UTC)


def measure(stage: Stage) -> Outcome:
    """Time one due time over many receipts; both statements run inline, with no call around the bare one."""
    calendar = a_calendar(range(2024, 2030))
    known = {
        "due": due,
        "limit": Limit(Unit.WORKING_DAY, DAYS),
        "calendar": calendar,
        "moments": [_FIRST + number * _STEP for number in range(_MOMENTS)],
        "days": working_ordinals(calendar),
        "n": DAYS,
        "bisect_right": bisect_right,
        "date": date,
        "datetime": datetime,
        "time": time,
        "ZONE": ZONE,
    }
    _check(known)
    ours = _part("for received in moments: due(limit, received=received, calendar=calendar)", known)
    bare = _part(f"for received in moments:\n    {BARE_DUE}", known)
    timing = interleaved(ours, bare, rounds=stage.sizes.rounds, each=stage.sizes.dues, warm_up=1)
    return timing.as_cost("due_time", target=3.0, unit="µs", aside=f"{_MOMENTS} receipts")


def _part(statement: str, known: dict[str, object]) -> Part:
    timer = Timer(statement, globals=known)
    return lambda times: timer.timeit(times) / _MOMENTS


def _check(known: dict[str, object]) -> None:
    """See that both find the same day for a receipt within the hours of a working day."""
    received = datetime(2025, 3, 4, 2, 0, tzinfo=UTC)
    scope = known | {"received": received}
    exec(BARE_DUE, scope)  # noqa: S102
    limit, calendar = known["limit"], known["calendar"]
    found = due(limit, received=received, calendar=calendar).at  # type: ignore[arg-type]
    if found != scope["answer"]:
        raise AssertionError(f"the yardstick says {scope['answer']}, the rule {found}")
