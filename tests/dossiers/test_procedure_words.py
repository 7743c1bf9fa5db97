"""Words for fees and papers: whole, in both languages, the same for every page and sheet."""

from typing import Any

import pytest
from django.utils import translation
from django.utils.safestring import SafeString

from motcua.dossiers.procedure_words import fee_shown, fee_words, joined, unit_words

RISING = {
    "kind": "tiered",
    "per": "page",
    "max_vnd": 90000,
    "tiers": [{"from": 1, "to": 1, "vnd": 1000}, {"from": 2, "to": 9, "vnd": 5000}, {"from": 10, "to": None, "vnd": 9000}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("fee", "said"),
    [
        (
            RISING,
            "trang thứ 1: 1.000\u00a0₫; trang thứ 2 đến 9: 5.000\u00a0₫; từ trang thứ 10: 9.000\u00a0₫; "
            "tối đa 90.000\u00a0₫",
        ),
        (
            {"kind": "amount", "vnd": 5000, "valid_to": "2026-12-31"},
            "5.000\u00a0₫ (đến hết ngày 31/12/2026)",
        ),
        (
            {"kind": "by_reference", "act": "TT 1/2026", "valid_from": "2026-01-01", "valid_to": None},
            "Theo TT 1/2026 (từ ngày 01/01/2026)",
        ),
        (
            {"kind": "unread", "valid_from": "2026-01-01", "valid_to": "2026-06-30", "what": {"vi": "Phí A", "en": ""}},
            "Phí A: chưa đọc được số tiền (từ ngày 01/01/2026 đến hết ngày 30/06/2026)",
        ),
    ],
)  # fmt: skip
def test_a_fee_is_said_whole_with_its_days(fee: dict[str, Any], said: str) -> None:
    with translation.override("vi"):
        assert fee_words(fee) == said
        assert fee_shown(fee) == said


def test_days_are_said_of_every_kind() -> None:
    kinds: list[dict[str, Any]] = [
        {"kind": "free"}, {"kind": "amount", "vnd": 1}, {"kind": "per_unit", "vnd": 1, "per": "copy"}, RISING,
        {"kind": "percentage", "rate": "0.15", "of": "giá"}, {"kind": "unread"},
        {"kind": "foreign", "amount": "1.5", "currency": "USD"}, {"kind": "by_reference", "act": "TT 1"},
    ]  # fmt: skip
    with translation.override("vi"):
        for fee in kinds:
            assert "đến hết ngày 30/06/2026" in fee_words(fee | {"valid_to": "2026-06-30"}), fee["kind"]


def test_vietnamese_is_plain_and_on_an_english_page_marked() -> None:
    fee = {"kind": "free", "what": {"vi": "Phí A & B", "en": "Phí A & B"}}
    with translation.override("vi"):
        assert joined([fee_shown(fee), "C"]) == "Phí A & B: không thu phí; C"
        assert not isinstance(joined([fee_shown(fee)]), SafeString)
    with translation.override("en"):
        said = joined([fee_shown(fee), "<C>"])
    assert isinstance(said, SafeString)
    assert '<span lang="vi">Phí A &amp; B</span>: ' in said
    assert said.endswith("; &lt;C&gt;")


def test_an_unknown_unit_is_said_as_it_is_called() -> None:
    with translation.override("vi"):
        assert unit_words("copy") == "bản"
        assert unit_words("to-bo") == "to bo"
