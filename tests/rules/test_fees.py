import json
from collections.abc import Mapping

import pytest

from motcua.rules.fees import Fee, FeeKind, FeeRefusal, Tier, charge

COPIES = Fee(
    FeeKind.TIERED,
    per="trang",
    act="Thông tư 226/2016/TT-BTC",
    tiers=(Tier(2, 2000), Tier(None, 1000)),
    at_most=200_000,
)
EVERY_KIND = [
    Fee(FeeKind.FREE),
    Fee(FeeKind.FREE, act="Luật Hộ tịch"),
    Fee(FeeKind.AMOUNT, vnd=100_000),
    Fee(FeeKind.PER_UNIT, vnd=8_000, per="bản"),
    COPIES,
    Fee(FeeKind.BY_REFERENCE, act="Nghị quyết của HĐND tỉnh"),
]


@pytest.mark.parametrize(
    ("fee", "quantity", "vnd"),
    [
        (EVERY_KIND[0], 3, 0),
        (EVERY_KIND[2], 3, 100_000),
        (EVERY_KIND[3], 3, 24_000),
        (COPIES, 1, 2_000),
        (COPIES, 2, 4_000),
        (COPIES, 3, 5_000),
        (COPIES, 500, 200_000),
        (EVERY_KIND[5], 1, None),
    ],
)
def test_what_is_to_pay(fee: Fee, quantity: int, vnd: int | None) -> None:
    assert charge(fee, quantity=quantity) == vnd


@pytest.mark.parametrize("fee", EVERY_KIND)
def test_a_fee_comes_back_from_json(fee: Fee) -> None:
    assert Fee.from_json(json.loads(json.dumps(fee.to_json()))) == fee


TIERS = {"kind": "tiered", "per": "trang"}


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("unknown_kind", {"kind": "donation"}),
        ("unknown_kind", {}),
        ("unknown_field", {"kind": "free", "price": 1}),
        ("unknown_field", {"kind": "per_unit", "vnd": 1, "per": 5}),
        ("missing_vnd", {"kind": "amount"}),
        ("bad_vnd", {"kind": "amount", "vnd": -1}),
        ("bad_vnd", {"kind": "amount", "vnd": 1.5}),
        ("bad_vnd", {"kind": "amount", "vnd": True}),
        ("bad_vnd", {"kind": "amount", "vnd": "100.000"}),
        ("missing_per", {"kind": "per_unit", "vnd": 1}),
        ("missing_act", {"kind": "by_reference"}),
        ("missing_tiers", TIERS),
        ("bad_tiers", {**TIERS, "tiers": "2000"}),
        ("bad_tiers", {**TIERS, "tiers": [{"up_to": 2}]}),
        ("bad_tiers", {**TIERS, "tiers": [{"up_to": 2, "vnd": 1}]}),
        ("bad_tiers", {**TIERS, "tiers": [{"up_to": "2", "vnd": 1}, {"up_to": None, "vnd": 1}]}),
        ("bad_tiers", {**TIERS, "tiers": [{"up_to": None, "vnd": 1}, {"up_to": None, "vnd": 1}]}),
        ("bad_tiers", {**TIERS, "tiers": [{"up_to": n, "vnd": 1} for n in (3, 3, None)]}),
        ("bad_vnd", {**TIERS, "tiers": [{"up_to": None, "vnd": None}]}),
        ("field_not_allowed", {"kind": "free", "vnd": 5}),
        ("field_not_allowed", {"kind": "amount", "vnd": 5, "per": "bản"}),
        ("field_not_allowed", {"kind": "amount", "vnd": 5, "at_most": 9}),
    ],
)  # fmt: skip
def test_a_bad_fee_is_refused_by_code(code: str, data: Mapping[str, object]) -> None:
    with pytest.raises(FeeRefusal) as refused:
        Fee.from_json(data)
    assert refused.value.code == code


def test_nobody_pays_for_nothing() -> None:
    with pytest.raises(FeeRefusal, match="bad_quantity"):
        charge(COPIES, quantity=0)
