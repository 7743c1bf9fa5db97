"""The rules of time and an oracle that walks minute by minute say the same; `make bench` asks it twenty times as often."""

from datetime import date, timedelta

import pytest

from motcua.ops.bench.oracle import BeyondLine, Line, due_by_walking
from motcua.ops.bench.oracle_cases import a_case, compared, disagreements
from motcua.rules.clock import EntryKind
from motcua.rules.deadlines import Limit, Unit
from motcua.rules.working_time import DEFAULT_WEEK, Week
from tests.rules.samples import ENTRIES, moment

BATCH = 50


@pytest.mark.parametrize("first", range(0, 500, BATCH))
def test_the_rules_agree_with_the_oracle(first: int) -> None:
    assert list(disagreements(range(first, first + BATCH))) == []


@pytest.mark.parametrize(
    ("received", "limit", "ends"),
    [
        ("Fri 20/11/2026 10:00", Limit(Unit.WORKING_DAY, 3), "Thu 26/11/2026 17:00"),
        ("Thu 12/02/2026 09:00", Limit(Unit.WORKING_DAY, 3), "Tue 24/02/2026 17:00"),
        ("Fri 10/04/2026 09:00", Limit(Unit.CALENDAR_DAY, 21), "Mon 04/05/2026 17:00"),
        ("Mon 23/11/2026 16:00", Limit(Unit.WORKING_HOUR, 8), "Wed 25/11/2026 16:00"),
        ("Tue 31/03/2026 09:00", Limit(Unit.MONTH, 1), "Mon 04/05/2026 17:00"),
        ("Fri 20/11/2026 16:00", Limit(Unit.HOUR, 24), "Mon 23/11/2026 07:00"),
        ("Wed 18/11/2026 16:30", Limit(Unit.SAME_DAY, 0), "Wed 18/11/2026 17:00"),
    ],
)
def test_the_oracle_itself_finds_what_was_counted_by_hand(received: str, limit: Limit, ends: str) -> None:
    line = Line((Week(date.min, DEFAULT_WEEK),), ENTRIES, date(2026, 2, 1), date(2026, 12, 31))
    assert due_by_walking(limit, moment(received), line) == moment(ends)


def test_the_oracle_stops_at_the_end_of_its_days() -> None:
    line = Line((Week(date.min, DEFAULT_WEEK),), (), date(2026, 11, 1), date(2026, 11, 30))
    with pytest.raises(BeyondLine):
        due_by_walking(Limit(Unit.WORKING_DAY, 9), moment("Fri 20/11/2026 10:00"), line)


def test_the_cases_hold_what_is_to_be_compared() -> None:
    cases = [a_case(seed) for seed in range(200)]
    assert a_case(7) == a_case(7)
    assert {case.limit.unit for case in cases} == set(Unit)
    assert {entry.kind for case in cases for entry in case.ledger} == set(EntryKind)
    assert any(len(case.weeks) > 1 for case in cases)
    assert any(case.limit.then for case in cases)
    assert sum(len(case.ledger) for case in cases) > 600


def test_a_rule_that_counted_otherwise_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from motcua.ops.bench import oracle_cases

    right = oracle_cases.due

    def a_minute_late(limit: Limit, **known: object) -> object:
        found = right(limit, **known)  # type: ignore[arg-type]
        return found._replace(at=found.at + timedelta(minutes=1))

    monkeypatch.setattr(oracle_cases, "due", a_minute_late)
    assert "the oracle" in (compared(a_case(0)) or "")
