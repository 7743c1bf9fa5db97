"""Fees: every procedure states its fee and the act that sets it (NĐ 63/2010 Điều 8 khoản 2; Luật Phí và lệ
phí 97/2015/QH13). Whole đồng. See docs/rules/fees.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from motcua.rules.refusals import Refusal


class FeeRefusal(Refusal):
    """A fee makes no sense.

    Codes: unknown_kind, unknown_field, missing_vnd, bad_vnd, missing_per, missing_act, missing_tiers,
    bad_tiers, field_not_allowed, bad_quantity.
    """


class FeeKind(StrEnum):
    """How a fee is stated."""

    FREE = "free"
    AMOUNT = "amount"
    PER_UNIT = "per_unit"
    TIERED = "tiered"
    BY_REFERENCE = "by_reference"


@dataclass(frozen=True, slots=True)
class Tier:
    """The price of each unit up to `up_to` (included); None in the last tier."""

    up_to: int | None
    vnd: int


_NEEDED: Mapping[FeeKind, tuple[str, ...]] = {
    FeeKind.FREE: (),
    FeeKind.AMOUNT: ("vnd",),
    FeeKind.PER_UNIT: ("vnd", "per"),
    FeeKind.TIERED: ("tiers", "per"),
    FeeKind.BY_REFERENCE: ("act",),
}


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee in đồng: `per` names the unit, `act` the act that sets it, `at_most` the ceiling over tiers."""

    kind: FeeKind
    vnd: int | None = None
    per: str | None = None
    act: str | None = None
    tiers: tuple[Tier, ...] = ()
    at_most: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in set(FeeKind):
            raise FeeRefusal("unknown_kind")
        needed = _NEEDED[self.kind]
        given = {name for name in ("vnd", "per", "tiers") if getattr(self, name) not in (None, "", ())}
        for name in needed:
            if name not in given and not (name == "act" and self.act):
                raise FeeRefusal(f"missing_{name}")
        if given - set(needed) or (self.at_most is not None and self.kind is not FeeKind.TIERED):
            raise FeeRefusal("field_not_allowed")
        if not all(_is_money(amount) for amount in (self.vnd, self.at_most) if amount is not None):
            raise FeeRefusal("bad_vnd")
        if self.tiers:
            _check_tiers(self.tiers)

    def to_json(self) -> dict[str, object]:
        """Give `kind` and the fields that are set; a tier is `{"up_to", "vnd"}`."""
        data: dict[str, object] = {"kind": self.kind.value}
        for name in ("vnd", "per", "act", "at_most"):
            if getattr(self, name) is not None:
                data[name] = getattr(self, name)
        if self.tiers:
            data["tiers"] = [{"up_to": tier.up_to, "vnd": tier.vnd} for tier in self.tiers]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Fee":
        """Read what `to_json` wrote (None for a field left out is fine); `FeeRefusal` for anything else."""
        if not data.keys() <= {"kind", "vnd", "per", "act", "tiers", "at_most"}:
            raise FeeRefusal("unknown_field")
        if data.get("kind") not in set(FeeKind):
            raise FeeRefusal("unknown_kind")
        return cls(
            kind=FeeKind(str(data["kind"])),
            vnd=_money(data.get("vnd")),
            per=_text(data.get("per")),
            act=_text(data.get("act")),
            tiers=_tiers(data.get("tiers")),
            at_most=_money(data.get("at_most")),
        )


def charge(fee: Fee, *, quantity: int = 1) -> int | None:
    """Give the đồng to pay for this many units, None where only the act says; `FeeRefusal` (bad_quantity)."""
    if quantity < 1:
        raise FeeRefusal("bad_quantity")
    match fee.kind:
        case FeeKind.FREE:
            return 0
        case FeeKind.AMOUNT:
            return fee.vnd
        case FeeKind.PER_UNIT:
            return (fee.vnd or 0) * quantity
        case FeeKind.TIERED:
            total = _through_tiers(fee.tiers, quantity)
            return total if fee.at_most is None else min(total, fee.at_most)
        case FeeKind.BY_REFERENCE:
            return None


def _through_tiers(tiers: tuple[Tier, ...], quantity: int) -> int:
    total = below = 0
    for tier in tiers:
        top = quantity if tier.up_to is None else min(quantity, tier.up_to)
        total += (top - below) * tier.vnd
        below = top
    return total


def _check_tiers(tiers: tuple[Tier, ...]) -> None:
    """Tiers follow each other upward and the last one is open, so that every quantity has a price."""
    tops = [tier.up_to for tier in tiers[:-1]]
    bounded = [top for top in tops if top is not None and top > 0]
    if len(bounded) < len(tops) or tiers[-1].up_to is not None:
        raise FeeRefusal("bad_tiers")
    if any(low >= high for low, high in pairwise(bounded)):
        raise FeeRefusal("bad_tiers")
    if not all(_is_money(tier.vnd) for tier in tiers):
        raise FeeRefusal("bad_vnd")


def _is_money(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _money(value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or not _is_money(value):
        raise FeeRefusal("bad_vnd")
    return value


def _text(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise FeeRefusal("unknown_field")
    return value


def _tiers(value: object) -> tuple[Tier, ...]:
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise FeeRefusal("bad_tiers")
    return tuple(_tier(item) for item in value)


def _tier(item: object) -> Tier:
    if not isinstance(item, Mapping) or item.keys() != {"up_to", "vnd"}:
        raise FeeRefusal("bad_tiers")
    top = item["up_to"]
    if top is not None and (not isinstance(top, int) or isinstance(top, bool)):
        raise FeeRefusal("bad_tiers")
    price = _money(item["vnd"])
    if price is None:
        raise FeeRefusal("bad_vnd")
    return Tier(top, price)
