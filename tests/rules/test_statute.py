"""Numbers of the law by date."""

from datetime import date, timedelta

import pytest

from motcua.rules.statute import PROVISIONS, NotInForce, Number, provision


@pytest.mark.parametrize("number", list(Number))
def test_each_number_has_exactly_one_provision_on_each_day_since_its_first(number: Number) -> None:
    first = min(row.valid_from for row in PROVISIONS if row.number is number)
    for step in range(0, 4000, 7):
        day = first + timedelta(step)
        holding = [
            row
            for row in PROVISIONS
            if row.number is number and row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
        ]
        assert holding == [provision(number, on=day)]
    with pytest.raises(NotInForce):
        provision(number, on=first - timedelta(1))


def test_the_day_of_change_belongs_to_the_new_act() -> None:
    assert provision(Number.EXTENSIONS_ALLOWED, on=date(2025, 6, 30)).basis.startswith("NĐ 61/2018")
    assert provision(Number.EXTENSIONS_ALLOWED, on=date(2025, 7, 1)).basis == "NĐ 118/2025"
    assert not provision(Number.EXTENSIONS_ALLOWED, on=date(2025, 7, 1)).confirmed


@pytest.mark.parametrize(
    ("number", "before", "after"),
    [(Number.EXTENSION_DAYS_BEFORE, 1, 0), (Number.SUPPLEMENT_WITHIN_DAYS, 3, 3)],
)
def test_days_of_the_old_decree_hold_until_it_expires(number: Number, before: int, after: int) -> None:
    old, new = provision(number, on=date(2025, 6, 30)), provision(number, on=date(2025, 7, 1))
    assert (old.value, old.confirmed, new.value, new.confirmed) == (before, True, after, False)
