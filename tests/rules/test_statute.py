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
