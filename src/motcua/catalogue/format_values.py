"""Values inside a procedure file: texts, days, limits and fees, each refused with the place of the fault."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Set
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeVar

from motcua.rules.fees import Fee, FeeRefusal

E = TypeVar("E", bound=StrEnum)

# Largest amount that is still believable for each unit; a larger one is a slip of the keyboard.
LIMIT_UNITS: Final = {
    "same_day": 1,
    "hour": 720,
    "working_hour": 240,
    "working_day": 260,
    "calendar_day": 730,
    "month": 60,
}
# Sources often drop the thousands ("20" for 20,000); nothing in the catalogue costs less than this.
LEAST_VND: Final = 500
MOST_VND: Final = 1_000_000_000

PROCEDURE_CODE: Final = re.compile(r"[1-9]\.[0-9]{6}(\.[0-9A-Z]+)*")
# The national form, and the two that older entries of the national database still have.
RESULT_CODE: Final = re.compile(r"KQ\.[A-Z][0-9]{2}\.[0-9]{6}|(?:000\.00\.00\.)?[A-Z][0-9]{2}-KQ[0-9]{3,6}")

_SLUG = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_CUTOFF = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FEE_KEYS: Final[dict[str, frozenset[str]]] = {
    "free": frozenset(),
    "amount": frozenset({"vnd"}),
    "per_unit": frozenset({"vnd", "per"}),
    "tiered": frozenset({"tiers", "per", "max_vnd"}),
    "by_reference": frozenset({"act"}),
    "percentage": frozenset({"rate", "of"}),
    "foreign": frozenset({"amount", "currency"}),
    "unread": frozenset(),
}
_FEE_EXTRAS: Final = frozenset({"what", "act", "valid_from", "valid_to"})
_RATE = re.compile(r"(0|[1-9][0-9]{0,2})(\.[0-9]{1,6})?")
_FOREIGN_AMOUNT = re.compile(r"[1-9][0-9]{0,8}(\.[0-9]{1,2})?")
_CURRENCY = re.compile(r"(?!VND)[A-Z]{3}")


class FormatFault(ValueError):
    """A procedure file says something it may not; `path` is the place, `code` the fault for programs."""

    def __init__(self, *, path: str, code: str, message: str) -> None:
        super().__init__(f"{path or '(file)'}: {message} [{code}]")
        self.path = path
        self.code = code
        self.message = message


def _text_fault(text: str) -> tuple[str, str] | None:
    if not text:
        return "empty_text", "the text is empty"
    if not unicodedata.is_normalized("NFC", text):
        return "not_nfc", "the text is not in Unicode form NFC"
    for char in text:
        if char == "\ufffd" or unicodedata.category(char) in ("Cc", "Cf", "Co", "Cn"):
            return "invisible_character", f"the text holds U+{ord(char):04X}"
        if char != " " and char.isspace():
            return "odd_space", f"the text holds the space U+{ord(char):04X}"
    if text != text.strip() or "  " in text:
        return "untidy_space", "the text starts or ends with a space, or has two in a row"
    return None


class Node:
    """One JSON value with its place in the file; every reading method refuses with that place."""

    def __init__(self, value: object, path: str) -> None:
        self.value = value
        self.path = path

    def fault(self, code: str, message: str) -> FormatFault:
        """Return the refusal of this value."""
        return FormatFault(path=self.path, code=code, message=message)

    def _mapping(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            raise self.fault("not_an_object", "an object is expected here")
        return self.value

    def allow(self, required: Set[str], *, optional: Set[str] = frozenset()) -> None:
        """Refuse an object with a missing or an unknown key."""
        found = self._mapping()
        for key in sorted(required - found.keys()):
            raise self._child(key).fault("missing", f"the key {key!r} is missing")
        for key in sorted(found.keys() - required - optional, key=str):
            raise self._child(str(key)).fault("unknown_key", f"the key {key!r} is not part of the format")

    def _child(self, key: str) -> Node:
        return Node(None, f"{self.path}.{key}" if self.path else key)

    def has(self, key: str) -> bool:
        """Tell whether the object has this key."""
        return key in self._mapping()

    def at(self, key: str) -> Node:
        """Return the value under `key`, None where the key is absent."""
        child = self._child(key)
        child.value = self._mapping().get(key)
        return child

    def items(self, *, empty: bool = False) -> Iterator[Node]:
        """Yield the values of a list; an empty list is refused unless `empty` allows it."""
        if not isinstance(self.value, list):
            raise self.fault("not_a_list", "a list is expected here")
        if not self.value and not empty:
            raise self.fault("empty_list", "the list needs at least one entry")
        return (Node(value, f"{self.path}[{index}]") for index, value in enumerate(self.value))

    def item(self, index: int) -> Node:
        """Return one value of a list."""
        return list(self.items())[index]

    def text(self) -> str:
        """Return a visible, tidy NFC text."""
        if not isinstance(self.value, str):
            raise self.fault("not_a_text", "a text is expected here")
        found = _text_fault(self.value)
        if found is not None:
            raise self.fault(*found)
        return self.value

    def text_or_none(self) -> str | None:
        """Return a text, or None for null."""
        return None if self.value is None else self.text()

    def matching(self, pattern: re.Pattern[str], code: str) -> str:
        """Return a text that the whole pattern matches; refuse another with `code`."""
        text = self.text()
        if not pattern.fullmatch(text):
            raise self.fault(code, f"{text!r} has not the expected form")
        return text

    def slug(self) -> str:
        """Return a key of lower-case letters, digits, hyphens and underscores."""
        return self.matching(_SLUG, "bad_key")

    def choice(self, kind: type[E]) -> E:
        """Return the member of an enumeration that the text names."""
        text = self.text()
        try:
            return kind(text)
        except ValueError:
            raise self.fault("unknown_value", f"{text!r} is none of {', '.join(kind)}") from None

    def whole(self, *, least: int, most: int) -> int:
        """Return a whole number within the bounds, both included; true and false are not numbers."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.fault("not_a_number", "a whole number is expected here")
        if not least <= self.value <= most:
            raise self.fault("out_of_range", f"{self.value} is not between {least} and {most}")
        return self.value

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.fault("not_a_flag", "true or false is expected here")
        return self.value

    def day(self) -> date:
        """Return a day written YYYY-MM-DD."""
        text = self.matching(_DAY, "bad_day")
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.fault("bad_day", f"{text} is not a day of the calendar") from None


def unique(node: Node, keys: Iterable[Hashable], *, field: str | None = None) -> None:
    """Refuse a list in which one of `keys` comes twice, at the second place."""
    seen: set[Hashable] = set()
    for index, key in enumerate(keys):
        if key in seen:
            here = node.item(index)
            raise (here.at(field) if field else here).fault("duplicate", f"{key!r} comes twice")
        seen.add(key)


def limit_of(node: Node) -> dict[str, object] | None:
    """Return a limit as {"unit", "amount", "cutoff"}, or None where no limit is fixed.

    `cutoff` (HH:MM) is the hour after which receipt counts from the next working day. `then` are limits that
    follow this one; they have no cutoff and are never `same_day`, and nothing follows a `same_day`.
    """
    if node.value is None:
        return None
    node.allow({"unit", "amount", "cutoff"}, optional={"then"})
    limit = _plain_limit(node)
    if not node.has("then"):
        return limit
    following = [_plain_limit(item) for item in node.at("then").items()]
    for index, phase in enumerate(following):
        here = node.at("then").item(index)
        if phase["cutoff"] is not None or "same_day" in (phase["unit"], limit["unit"]) or here.has("then"):
            raise here.fault(
                "bad_phase", "a following limit is plain: no cut-off, no same_day, nothing after it"
            )
    return {**limit, "then": following}


def _plain_limit(node: Node) -> dict[str, object]:
    unit = node.at("unit").text()
    if unit not in LIMIT_UNITS:
        raise node.at("unit").fault("unknown_unit", f"{unit!r} is none of {', '.join(LIMIT_UNITS)}")
    amount = node.at("amount").whole(least=1, most=LIMIT_UNITS[unit])
    cutoff = node.at("cutoff")
    moment = None if cutoff.value is None else cutoff.matching(_CUTOFF, "bad_cutoff")
    return {"unit": unit, "amount": amount, "cutoff": moment}


def _vnd(node: Node) -> int:
    return node.whole(least=LEAST_VND, most=MOST_VND)


def _tiers(node: Node) -> list[dict[str, object]]:
    tiers: list[dict[str, object]] = []
    expected = 1
    for item in node.items():
        item.allow({"from", "to", "vnd"})
        if tiers and tiers[-1]["to"] is None:
            raise item.fault("tier_after_last", "no tier can follow one without an end")
        if item.at("from").whole(least=1, most=1_000_000) != expected:
            raise item.at("from").fault("tier_gap", f"this tier must start at {expected}")
        end = item.at("to")
        to = None if end.value is None else end.whole(least=expected, most=1_000_000)
        tiers.append({"from": expected, "to": to, "vnd": _vnd(item.at("vnd"))})
        expected = expected if to is None else to + 1
    if tiers[-1]["to"] is not None:
        raise node.fault("tier_open_end", "the last tier must have no end")
    return tiers


def fee_of(node: Node) -> dict[str, object]:
    """Return one fee as a checked JSON object; money in whole dong. `fee_rule` gives the fee to charge.

    Every kind may say in `what` (vi, en) what is paid for, in `act` what sets it, and from when to when it
    holds. Keys by kind: free; amount vnd; per_unit vnd, per; tiered tiers, per, max_vnd; by_reference act;
    percentage rate, of; foreign amount, currency; unread for an amount that could not be read.
    """
    node.allow({"kind"}, optional=frozenset().union(*_FEE_KEYS.values()) | _FEE_EXTRAS)
    kind = node.at("kind").text()
    if kind not in _FEE_KEYS:
        raise node.at("kind").fault("unknown_value", f"{kind!r} is none of {', '.join(_FEE_KEYS)}")
    node.allow({"kind"} | _FEE_KEYS[kind], optional=_FEE_EXTRAS)
    fee: dict[str, object] = {"kind": kind}
    fee.update({key: _FEE_READERS[key](node.at(key)) for key in sorted(_FEE_KEYS[kind])})
    if node.has("act"):
        fee["act"] = node.at("act").text()
    fee.update({key: _day_or_none(node.at(key)) for key in ("valid_from", "valid_to") if node.has(key)})
    if node.has("what"):
        what = node.at("what")
        what.allow({"vi"}, optional={"en"})
        vi = what.at("vi").text()
        fee["what"] = {"vi": vi, "en": what.at("en").text_or_none() or vi}
    return fee


def _most_vnd(node: Node) -> int | None:
    return None if node.value is None else _vnd(node)


def _day_or_none(node: Node) -> str | None:
    return None if node.value is None else node.day().isoformat()


_FEE_READERS: Final[dict[str, Callable[[Node], object]]] = {
    "vnd": _vnd,
    "tiers": _tiers,
    "max_vnd": _most_vnd,
    "per": Node.slug,
    "act": Node.text,
    "rate": lambda node: node.matching(_RATE, "bad_rate"),
    "of": Node.text,
    "amount": lambda node: node.matching(_FOREIGN_AMOUNT, "bad_amount"),
    "currency": lambda node: node.matching(_CURRENCY, "bad_currency"),
}
# What the rules can charge; the other kinds are told to people, and an officer states the amount.
_CHARGED: Final = frozenset({"free", "amount", "per_unit", "tiered", "by_reference"})


def fee_rule(fee: Mapping[str, Any]) -> Fee:
    """Return the fee of the rules that a fee of the format stands for; what it pays for is left out.

    Raises FeeRefusal where `fee` did not come through `fee_of`, or is of a kind that the rules cannot charge
    (percentage, foreign, unread).
    """
    if fee.get("kind") not in _CHARGED:
        raise FeeRefusal("unknown_kind")
    left_out = ("what", "tiers", "max_vnd", "valid_from", "valid_to")
    data = {key: value for key, value in fee.items() if key not in left_out}
    if "tiers" in fee:
        data["tiers"] = [{"up_to": tier["to"], "vnd": tier["vnd"]} for tier in fee["tiers"]]
        data["at_most"] = fee.get("max_vnd")
    return Fee.from_json(data)
