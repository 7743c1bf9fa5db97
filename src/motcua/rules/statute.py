"""Numbers that the law of one-stop shops sets, each with its period, its act, and how sure it is.

They are data with dates and never constants: nearly every act of this field was replaced within two years.
See docs/rules/statute.md.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from motcua.rules.refusals import Refusal


class Number(StrEnum):
    """What the number is about."""

    SUPPLEMENTS_ALLOWED = "supplements_allowed"
    SUPPLEMENT_WITHIN_DAYS = "supplement_within_days"
    EXTENSIONS_ALLOWED = "extensions_allowed"
    EXTENSION_DAYS_BEFORE = "extension_days_before"
    ACKNOWLEDGEMENT_HOURS = "acknowledgement_hours"
    ANNOUNCED_BEFORE_BY_MINISTRY = "announced_before_by_ministry"
    ANNOUNCED_BEFORE_BY_PROVINCE = "announced_before_by_province"
    ANNOUNCED_AFTER_SHORTENED = "announced_after_shortened"
    ENTERED_WITHIN_BY_MINISTRY = "entered_within_by_ministry"
    ENTERED_WITHIN_BY_PROVINCE = "entered_within_by_province"
    ENTERED_WITHIN_SHORTENED = "entered_within_shortened"


# Decree 63/2010 as Decree 92/2017 amended it; that day is when the amendment came into force.
_ANNOUNCING = date(2017, 9, 25)


@dataclass(frozen=True, slots=True)
class Provision:
    """A number in force in [valid_from, valid_to); `confirmed` is False where the text itself was not seen."""

    number: Number
    value: int
    valid_from: date
    valid_to: date | None
    basis: str
    confirmed: bool


PROVISIONS: tuple[Provision, ...] = (
    Provision(Number.SUPPLEMENTS_ALLOWED, 1, date(2018, 6, 21), date(2025, 7, 1), "NĐ 61/2018 Điều 11", True),
    Provision(Number.SUPPLEMENTS_ALLOWED, 1, date(2025, 7, 1), None, "NĐ 118/2025", False),
    Provision(
        Number.SUPPLEMENT_WITHIN_DAYS, 3, date(2018, 6, 21), date(2025, 7, 1), "NĐ 61/2018 Điều 19", True
    ),
    Provision(Number.SUPPLEMENT_WITHIN_DAYS, 3, date(2025, 7, 1), None, "NĐ 118/2025", False),
    Provision(Number.EXTENSIONS_ALLOWED, 1, date(2018, 6, 21), date(2025, 7, 1), "NĐ 61/2018 Điều 19", True),
    Provision(Number.EXTENSIONS_ALLOWED, 1, date(2025, 7, 1), None, "NĐ 118/2025", False),
    Provision(
        Number.EXTENSION_DAYS_BEFORE, 1, date(2018, 6, 21), date(2025, 7, 1), "NĐ 61/2018 Điều 19", True
    ),
    # Until its text is seen an extension is allowed until the due time itself.
    Provision(Number.EXTENSION_DAYS_BEFORE, 0, date(2025, 7, 1), None, "NĐ 118/2025", False),
    Provision(Number.ACKNOWLEDGEMENT_HOURS, 8, date(2020, 5, 22), None, "NĐ 45/2020", False),
    Provision(Number.ANNOUNCED_BEFORE_BY_MINISTRY, 20, _ANNOUNCING, None, "NĐ 63/2010 Điều 15", True),
    Provision(Number.ANNOUNCED_BEFORE_BY_PROVINCE, 5, _ANNOUNCING, None, "NĐ 63/2010 Điều 15", True),
    Provision(Number.ANNOUNCED_AFTER_SHORTENED, 3, _ANNOUNCING, None, "NĐ 63/2010 Điều 15", True),
    Provision(Number.ENTERED_WITHIN_BY_MINISTRY, 10, _ANNOUNCING, None, "NĐ 63/2010 Điều 24", True),
    Provision(Number.ENTERED_WITHIN_BY_PROVINCE, 5, _ANNOUNCING, None, "NĐ 63/2010 Điều 24", True),
    Provision(Number.ENTERED_WITHIN_SHORTENED, 2, _ANNOUNCING, None, "NĐ 63/2010 Điều 24", True),
)


class NotInForce(Refusal):
    """No provision sets this number on that day; code no_provision."""

    def __init__(self) -> None:
        super().__init__("no_provision")


def provision(number: Number, *, on: date) -> Provision:
    """Return the provision in force on a local day; `NotInForce` when there is none."""
    for row in PROVISIONS:
        if row.number is number and row.valid_from <= on and (row.valid_to is None or on < row.valid_to):
            return row
    raise NotInForce
