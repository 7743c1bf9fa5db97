"""Fee cells of foreign catalogues: the fees of the format that they state for certain, and why not where not.

A source that shows "Miễn phí" or a round number often says something else in the brackets behind it: the two
are read together, and where they disagree the amount stays unread for a person to set.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from motcua.catalogue.format_values import LEAST_VND, MOST_VND
from motcua.catalogue.sources.clean import one_line
from motcua.catalogue.sources.fee_words import (
    COUNCIL_ACT,
    FOREIGN,
    PERCENT,
    Price,
    Statement,
    malformed,
    statements,
    unit_after,
)
from motcua.catalogue.sources.reading import Reason

Fee = dict[str, object]

# Nothing in the catalogues costs less than this: "20" is 20,000 with its thousands dropped.
_LEAST_BELIEVED: Final = 1_000
_VALUE = re.compile(
    r"(?P<free>Miễn (?:lệ )?phí|Không thu(?: (?:lệ )?phí)?|Không(?: có| mất phí)?(?= *$))"
    r"|(?P<none>Không có thông tin)"
    r"|(?P<number>\d[\d.,]*) ?(?P<currency>VNĐ|VND|Việt Nam Đồng|đồng|đ|USD|EUR)(?!\w)",
    re.IGNORECASE,
)
_KIND_OF_FEE = re.compile(r"^(?:phí, lệ phí|lệ phí|phí|giá)(?: \(nếu có\))? ?: ?", re.IGNORECASE)
_SAYS_FEE = re.compile(
    r"(?:mức )?(?:thu|phí|lệ phí|thu lệ phí|thu phí|phí, lệ phí|phí thực hiện|đồng|đông|lần(?: cấp)?|hồ sơ)(?: là| \(nếu có\))?",
    re.IGNORECASE,
)
# How and where to pay says nothing about how much.
_PAYING = re.compile(r"(?:có thể|phải|được|sẽ) (?:nộp|hoàn trả)|nộp (?:lệ )?phí", re.IGNORECASE)
_CONDITION = re.compile(r"đối với|(?:cho|với|khi|nếu) (?!đến)", re.IGNORECASE)
_UNIT_FIRST = re.compile(r"^(?:đồng|đông|đ)? ?/ ?[\w ]{0,20}", re.IGNORECASE)
_EXEMPT_TAIL = re.compile(r"[ (]*(?:được )?miễ?n(?: ?(?:lệ )?phí)?(?: kể)? từ.*", re.IGNORECASE)
_PERIOD_WORDS = re.compile(r"từ ngày .* đến", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+")
_FOREIGN_UNITS: Final = frozenset({"USD", "EUR"})

SAID: Final = {
    Reason.MISSING_FIELD: "Nguồn không có thông tin về phí, lệ phí.",
    Reason.FREE_BESIDE_AMOUNT: "Nguồn ghi miễn phí nhưng phần mô tả nêu số tiền.",
    Reason.THOUSANDS_DROPPED: "Số tiền của nguồn dường như thiếu ba số không.",
    Reason.OTHER_CURRENCY: "Nguồn ghi đồng Việt Nam nhưng phần mô tả nêu ngoại tệ.",
    Reason.UNNAMED_REFERENCE: "Nguồn dẫn chiếu quy định khác mà không nêu tên văn bản.",
    Reason.UNREADABLE_FEE: "Số tiền và phần mô tả của nguồn chưa đọc được chắc chắn.",
    Reason.GLUED_NUMBER: "Nguồn dính số của thời hạn vào số tiền, không tách được chắc chắn.",
}


@dataclass(frozen=True)
class FeeReading:
    """The fees of one cell in the format, at least one; `doubt` says why a person must look, None if nobody must."""

    fees: list[Fee] = field(default_factory=lambda: [unread()])
    doubt: Reason | None = None

    @property
    def structured(self) -> bool:
        """Whether every fee was read."""
        return all(fee["kind"] != "unread" for fee in self.fees)


def unread() -> Fee:
    """Return the fee that stands for an amount that could not be read."""
    return {"kind": "unread"}


# A little more than the longest fee of the five files; what is longer is no price list but a page.
_MOST_CELL: Final = 6_000


def read_fee(cell: str) -> FeeReading:
    """Read one fee cell: "Miễn phí", "150,000 VNĐ(/bản)", "Phí: 75.000 Đồng", an act that sets the amount.

    The cell is the shown value with the description of the fee behind it, if any, in brackets or not.
    Periods of reduced fees are inclusive on both ends, as the acts write them.
    """
    if len(cell) > _MOST_CELL:
        return _doubt(Reason.UNREADABLE_FEE)
    text = _KIND_OF_FEE.sub("", one_line(cell))
    value = _VALUE.match(text)
    if not text or (value and value["none"]):
        return _nothing_shown(text[value.end() :] if value else "")
    said = _inside(text[value.end() :] if value else text)
    if value is None:
        return _of_words(said)
    if value["free"] or _number(value["number"]) == 0:
        return _free_or(said)
    if malformed(said):
        return _doubt(Reason.UNREADABLE_FEE)
    return _of_value(value, said)


def fee_of_amount(value: object, currency: str, description: str) -> FeeReading:
    """Read a fee whose amount a source gives as a number, with its currency ("" for dong) and description."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return _doubt(Reason.UNREADABLE_FEE)
    if not amount.is_finite() or not 0 <= amount <= MOST_VND or amount != amount.to_integral_value():
        return _doubt(Reason.UNREADABLE_FEE)
    unit = currency.strip().upper() or "VND"
    if unit not in {"VND", "VNĐ", *_FOREIGN_UNITS}:
        return _doubt(Reason.OTHER_CURRENCY)
    return read_fee(
        f"{int(amount)} {unit} ({description})" if description.strip() else f"{int(amount)} {unit}"
    )


def read_glued(description: str) -> FeeReading:
    """Read a fee whose number is glued to another one: only its own description can say it."""
    prices = _usual(statements(_inside(description)))
    fees = _priced(prices[0], ()) if len(prices) == 1 else None
    return FeeReading([fees] if fees else [unread()], Reason.GLUED_NUMBER)


def _doubt(reason: Reason) -> FeeReading:
    return FeeReading(doubt=reason)


def _number(text: str | None) -> int:
    if text is None or not _GROUPED.fullmatch(text):
        return -1
    return int(re.sub(r"[.,]", "", text))


def _inside(text: str) -> str:
    """Take off the brackets that the page puts around a description."""
    tidy = text.strip(" ;,.")
    while tidy.startswith("(") and _closes(tidy) in (len(tidy) - 1, -1):
        tidy = tidy[1:-1].strip() if tidy.endswith(")") and _closes(tidy) >= 0 else tidy[1:].strip()
    return tidy


def _closes(text: str) -> int:
    """Return where the bracket that opens the text is closed, -1 if it never is."""
    depth = 0
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return index
    return -1


def _nothing_shown(rest: str) -> FeeReading:
    """Read a cell that shows no fee: only an act named behind it can say more."""
    found = statements(_inside(rest))
    if found and all(item.refers and not item.prices for item in found) and any(map(_named, found)):
        return _referring(found)
    return _doubt(Reason.MISSING_FIELD)


def _of_words(said: str) -> FeeReading:
    """Read a cell that starts with no value: amounts each with their words, or a reference."""
    if malformed(said) or FOREIGN.search(said):
        return _doubt(Reason.UNREADABLE_FEE)
    found = statements(said)
    if any(item.prices for item in found):
        return _several(found, None)
    if any(PERCENT.search(item.text) for item in found):
        return _percentages(found)
    if found and all(item.exempts for item in found):
        return FeeReading([_with_act({"kind": "free"}, found)])
    return _referring(found) if any(item.refers for item in found) else _doubt(Reason.UNREADABLE_FEE)


def _percentages(found: Sequence[Statement]) -> FeeReading:
    fees: list[Fee] = []
    for item in found:
        part = PERCENT.search(item.text)
        if part is None:
            return _doubt(Reason.UNREADABLE_FEE)
        rate = f"{Decimal(part[1].replace(',', '.')).normalize():f}"
        fees.append({"kind": "percentage", "rate": rate, "of": one_line(part[2], most=200)})
    return FeeReading(fees)


def _free_or(said: str) -> FeeReading:
    """Read "Miễn phí" together with its description, which may say that it is not free at all."""
    found = statements(said)
    if any(item.prices for item in found) or FOREIGN.search(said) or PERCENT.search(said) or malformed(said):
        return _doubt(Reason.FREE_BESIDE_AMOUNT)
    saying = [item for item in found if not item.exempts]
    if any(item.refers for item in saying):
        return _referring(found)
    fee = _with_act({"kind": "free"}, found)
    if any(_CONDITION.search(item.text) for item in found if item.exempts):
        # Free for some: what the others pay is not said.
        return FeeReading([_for(fee, said)], Reason.UNREADABLE_FEE)
    return FeeReading([_for(fee, said if saying else "")])


def _named(item: Statement) -> bool:
    return bool(item.acts) or item.council


def _referring(found: Sequence[Statement]) -> FeeReading:
    """Return one fee for each act that sets an amount, and the exemptions that the description lists."""
    fees: list[Fee] = []
    for item in found:
        if item.exempts:
            fees.append(_with_act(_for({"kind": "free"}, item.text), [item]))
        elif _named(item):
            acts = "; ".join([COUNCIL_ACT, *item.acts] if item.council else item.acts)
            fee = _for({"kind": "by_reference", "act": acts}, _subject(item.text))
            fees.append({**fee, **_dated(item.period)} if item.period else fee)
        elif item.refers and not _PAYING.search(item.text):
            return _doubt(Reason.UNNAMED_REFERENCE)
    if all(fee["kind"] == "free" for fee in fees):
        return _doubt(Reason.UNNAMED_REFERENCE)
    return FeeReading(_once(fees))


def _once(fees: list[Fee]) -> list[Fee]:
    return [fee for index, fee in enumerate(fees) if fee not in fees[:index]]


def _subject(text: str) -> str:
    """Return what a reference is about: the words before "theo", "do" or a colon."""
    found = re.match(
        r"(?:mức )?((?:phí|lệ phí|giá|chi phí)[^:]{3,120}?) ?(?::|,? (?:thực hiện )?theo |,? do )", text, re.I
    )
    return found[1] if found and found[1].lower() not in ("lệ phí cụ thể", "phí cụ thể") else ""


def _of_value(value: re.Match[str], said: str) -> FeeReading:
    amount, currency = _number(value["number"]), value["currency"].upper()
    if not 0 <= amount < MOST_VND:
        return _doubt(Reason.UNREADABLE_FEE)
    if currency in _FOREIGN_UNITS:
        return FeeReading(
            [_for({"kind": "foreign", "amount": str(amount), "currency": currency}, _subject(said))]
        )
    found = statements(said)
    if amount < _LEAST_BELIEVED:
        return _dropped(amount, found, said)
    if FOREIGN.search(said):
        return _doubt(Reason.OTHER_CURRENCY)
    if any(item.council for item in found):
        return _doubt(Reason.UNREADABLE_FEE)
    return _several(found, amount) if any(item.prices for item in found) else _alone(amount, found, said)


def _dropped(amount: int, found: Sequence[Statement], said: str) -> FeeReading:
    """Read an amount too small to be meant: the description may give it in full, or in another currency."""
    foreign = {(number, "EUR" if name.upper() == "EUR" else "USD") for number, name in FOREIGN.findall(said)}
    if len(foreign) == 1:
        number, unit = foreign.pop()
        same = number == str(amount)
        fees = [{"kind": "foreign", "amount": number, "currency": unit}] if same else [unread()]
        return FeeReading(fees, Reason.OTHER_CURRENCY)
    prices = _usual(found)
    if len({price.vnd for price in prices}) == 1 and prices[0].vnd == amount * 1000 and _plain(found):
        fee = _priced(prices[0], found)
        return FeeReading([fee or unread()], Reason.THOUSANDS_DROPPED)
    return _doubt(Reason.OTHER_CURRENCY if foreign else Reason.THOUSANDS_DROPPED)


def _plain(found: Sequence[Statement]) -> bool:
    return not any(item.period or item.exempts for item in found)


def _usual(found: Sequence[Statement]) -> list[Price]:
    return [price for item in found if item.period is None for price in item.prices]


def _alone(amount: int, found: Sequence[Statement], said: str) -> FeeReading:
    """Return an amount whose description names no other: at most its unit, what it is for, and its act."""
    period = [item for item in found if item.period]
    if period:
        return _free_for_a_time(Price(amount, "", _labels(found)), period)
    behind = said if said.startswith(("/", "đ", "Đ")) else "/" + said[_end_of_per_one(said) :]
    bare = behind is said or _end_of_per_one(said) > 0
    fee = _priced(Price(amount, unit_after(behind) if bare else "", "" if bare else _labels(found)), found)
    return FeeReading([fee]) if fee else _doubt(Reason.UNREADABLE_FEE)


def _end_of_per_one(said: str) -> int:
    found = re.match(r"(?:trên|đối với) 0?1 ", said, re.IGNORECASE)
    return found.end() if found else 0


def _labels(found: Sequence[Statement]) -> str:
    """Return what an amount is for: the words of a description that neither refer to an act nor set a time."""
    plain = [item.text for item in found if item.period or not (item.refers or item.exempts)]
    cut = [_UNIT_FIRST.sub("", _EXEMPT_TAIL.sub("", text)) for text in plain]
    return "; ".join(
        text for text in cut if text and not (_PERIOD_WORDS.search(text) or _PAYING.search(text))
    )


def _free_for_a_time(price: Price, period: Sequence[Statement]) -> FeeReading:
    """Put the time without a fee before the fee, which counts from the day after it.

    "từ ngày … áp dụng theo Thông tư …" does not tell whether the amount is before or after that act.
    """
    last = period[0].period
    fee = _priced(price, ())
    if len(period) != 1 or last is None or fee is None or not period[0].exempts_then:
        return _doubt(Reason.UNREADABLE_FEE)
    free = _with_act({"kind": "free", **_dated(last)}, period)
    return FeeReading([free, {**fee, "valid_from": (last[1] + timedelta(days=1)).isoformat()}])


def _dated(period: tuple[date, date]) -> Fee:
    return {"valid_from": period[0].isoformat(), "valid_to": period[1].isoformat()}


def _several(found: Sequence[Statement], amount: int | None) -> FeeReading:
    """Read amounts of a description: the shown one again, one for a time, or several each with its own words."""
    timed = [item for item in found if item.period]
    usual = _usual(found)
    if timed:
        return _for_a_time(timed, usual, found, amount)
    if amount is not None and amount not in [price.vnd for price in usual]:
        return _doubt(Reason.UNREADABLE_FEE)
    if len({price.vnd for price in usual}) == 1 and len({price.per for price in usual} - {""}) <= 1:
        fee = _priced(max(usual, key=lambda price: (bool(price.per), bool(price.label))), found)
        return FeeReading([fee]) if fee else _doubt(Reason.UNREADABLE_FEE)
    if any(not price.label or price.per is None for price in usual):
        return _doubt(Reason.UNREADABLE_FEE)
    fees = [_priced(price, ()) for price in usual]
    return FeeReading([fee for fee in fees if fee]) if all(fees) else _doubt(Reason.UNREADABLE_FEE)


def _for_a_time(
    timed: Sequence[Statement], usual: Sequence[Price], found: Sequence[Statement], amount: int | None
) -> FeeReading:
    """Read "áp dụng mức phí … từ ngày … đến hết ngày …": a fee for that time, the shown one afterwards."""
    item = timed[0]
    base = amount if amount is not None else (usual[0].vnd if len(usual) == 1 else None)
    unlike = [price for price in usual if price.vnd != base]
    if len(timed) > 1 or base is None or unlike or item.period is None or len(item.prices) > 1:
        return _doubt(Reason.UNREADABLE_FEE)
    units = [price.per for price in (*usual, *item.prices)] or [""]
    after = _priced(Price(base, units[0], usual[0].label if usual else ""), ())
    if after is None:
        return _doubt(Reason.UNREADABLE_FEE)
    if {price.vnd for price in item.prices} <= {base} and item.exempts_then:
        return _free_for_a_time(Price(base, units[0], usual[0].label if usual else ""), timed)
    if not item.prices or item.exempts_then:
        return _doubt(Reason.UNREADABLE_FEE)
    reduced = _priced(Price(item.prices[0].vnd, units[-1], ""), [item])
    if reduced is None or item.prices[0].vnd >= base:
        return _doubt(Reason.UNREADABLE_FEE)
    later = (item.period[1] + timedelta(days=1)).isoformat()
    return FeeReading([{**reduced, **_dated(item.period)}, {**after, "valid_from": later}])


def _priced(price: Price, found: Sequence[Statement]) -> Fee | None:
    if price.per is None or not LEAST_VND <= price.vnd <= MOST_VND:
        return None
    fee: Fee = (
        {"kind": "per_unit", "vnd": price.vnd, "per": price.per}
        if price.per
        else {"kind": "amount", "vnd": price.vnd}
    )
    return _with_act(_for(fee, price.label), found)


def _for(fee: Fee, words: str) -> Fee:
    """Say what a fee is paid for, unless the words only repeat that it is a fee."""
    label = one_line(words, most=200).strip(" :;,.-+*")
    if (
        len(label) < 4
        or _SAYS_FEE.fullmatch(label)
        or label.lower().startswith(("theo quy định", "thông tư"))
    ):
        return fee
    return {**fee, "what": {"vi": label}}


def _with_act(fee: Fee, found: Sequence[Statement]) -> Fee:
    acts = list(dict.fromkeys(act for item in found for act in item.acts))
    return {**fee, "act": "; ".join(acts)} if acts else fee
