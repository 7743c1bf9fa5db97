"""What the description of a way to file adds to its fee, or says against it."""

from __future__ import annotations

import re
from dataclasses import replace

from motcua.catalogue.sources.clean import lines, one_line
from motcua.catalogue.sources.fee_words import statements
from motcua.catalogue.sources.fees import Fee, FeeReading, read_fee
from motcua.catalogue.sources.reading import Reason

_FEE_LINE = re.compile(
    r"[-+*• ]*(?:mức )?(?:thu )?(?:phí|lệ phí)(?:, lệ phí)?(?: \(nếu có\))? ?:", re.IGNORECASE
)
_SPEAKS = re.compile(r"phí|đồng|vnđ", re.IGNORECASE)
_REDUCED = re.compile(r"\(?áp dụng mức phí", re.IGNORECASE)
# Certified copies: so much a page, less from a later page on, and never more than so much a copy.
_TIERS = re.compile(
    r"([\d.]+) ?đồng/trang[;,] ?từ trang thứ (\d+) trở lên thu ([\d.]+) ?đồng/trang"
    r"[;,] ?tối đa thu không quá ([\d.]+) ?đồng/bản",
    re.IGNORECASE,
)


def with_description(reading: FeeReading, *, shown: str, description: str) -> FeeReading:
    """Complete the fee of a cell by what its description says of fees; where the two disagree it is doubted.

    `shown` is the cell itself. A fee that is already doubted keeps its doubt.
    """
    if not _SPEAKS.search(description):
        return reading
    said = [line for line in lines(description) if _FEE_LINE.match(line)]
    if reading.doubt is Reason.MISSING_FIELD:
        return _of_lines(said) or reading
    if reading.doubt is not None:
        return reading
    tiered = _tiered(reading, description)
    if tiered is not None:
        return tiered
    if said:
        return _beside(reading, said)
    for line in lines(description):
        if _REDUCED.match(line):
            return read_fee(f"{shown} ({line})")
    unlike = _amounts(statements_of(description)) - _amounts(reading.fees)
    return replace(reading, doubt=Reason.UNREADABLE_FEE) if unlike else reading


def statements_of(description: str) -> list[Fee]:
    """Return the amounts that a description names, as bare fees."""
    return [{"vnd": price.vnd} for item in statements(one_line(description)) for price in item.prices]


def _amounts(fees: list[Fee]) -> set[object]:
    return {fee["vnd"] for fee in fees if "vnd" in fee}


def _of_lines(said: list[str]) -> FeeReading | None:
    """Read lines that each state a fee; None unless every one is certain."""
    readings = [read_fee(line.strip(" -+*•")) for line in said]
    if not readings or any(item.doubt or not item.structured for item in readings):
        return None
    return FeeReading([fee for item in readings for fee in item.fees])


def _beside(reading: FeeReading, said: list[str]) -> FeeReading:
    """Take the lines of the description where they repeat the amount shown, or name the act of a fee shown as 0."""
    stated = _of_lines(said)
    if stated is None:
        return replace(reading, doubt=Reason.UNREADABLE_FEE)
    free = all(fee["kind"] == "free" for fee in reading.fees)
    if free and _amounts(stated.fees):
        return FeeReading(doubt=Reason.FREE_BESIDE_AMOUNT)
    agrees = free or _amounts(reading.fees) <= _amounts(stated.fees)
    return stated if agrees else replace(reading, doubt=Reason.UNREADABLE_FEE)


def _tiered(reading: FeeReading, description: str) -> FeeReading | None:
    found = _TIERS.search(one_line(description))
    if found is None:
        return None
    first, start, later, most = (int(part.replace(".", "")) for part in found.groups())
    if _amounts(reading.fees) != {first} or start < 2:
        return None
    tiers = [{"from": 1, "to": start - 1, "vnd": first}, {"from": start, "to": None, "vnd": later}]
    return FeeReading([{"kind": "tiered", "tiers": tiers, "per": "page", "max_vnd": most}])
