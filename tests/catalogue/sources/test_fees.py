"""Fee cells: what they state for certain, and why a person must look where they do not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.catalogue.format_values import Node, fee_of
from motcua.catalogue.sources.fee_notes import with_description
from motcua.catalogue.sources.fee_words import COUNCIL_ACT, PER_WORDS
from motcua.catalogue.sources.fees import SAID, Fee, FeeReading, fee_of_amount, read_fee, read_glued
from motcua.catalogue.sources.reading import Reason

FREE: Fee = {"kind": "free"}
UNREAD: Fee = {"kind": "unread"}
SUMMER = {"valid_from": "2026-04-07", "valid_to": "2026-06-30"}


def amount(vnd: int, **more: object) -> Fee:
    return {"kind": "amount", "vnd": vnd, **more}


def per(vnd: int, unit: str, **more: object) -> Fee:
    return {"kind": "per_unit", "vnd": vnd, "per": unit, **more}


def by(act: str, **more: object) -> Fee:
    return {"kind": "by_reference", "act": act, **more}


@pytest.mark.parametrize(
    ("cell", "fees"),
    [
        ("Miễn phí", [FREE]),
        ("0 VNĐ", [FREE]),
        ("Phí: 0 VNĐ", [FREE]),
        ("Miễn phí(Không quy định.)", [FREE]),
        ("Miễn phí((1))", [FREE]),
        ("Không thu phí", [FREE]),
        ("150,000 VNĐ", [amount(150_000)]),
        ("150000 VNĐ", [amount(150_000)]),
        ("Phí: 75.000 Đồng", [amount(75_000)]),
        ("500,000 Việt Nam Đồng(/hồ sơ)", [amount(500_000)]),
        ("500,000 Việt Nam Đồng(đồng/lần)", [amount(500_000)]),
        ("8,000 VNĐ(/bản)", [per(8_000, "copy")]),
        ("2,000 VNĐ(/trang)", [per(2_000, "page")]),
        ("50,000 VNĐ(/văn bản)", [per(50_000, "case")]),
        ("70,000 VNĐ(70.000 đồng/Giấy chứng nhận)", [per(70_000, "certificate")]),
        ("200,000 VNĐ(Trên 1 chứng chỉ)", [per(200_000, "certificate")]),
        (
            "950,000 VNĐ(Phí sát hạch: 950.000 đồng/hồ sơ)",
            [amount(950_000, what={"vi": "Phí sát hạch"})],
        ),
        ("1,000,000 VNĐ(01 triệu đồng/lần cấp)", [amount(1_000_000)]),
        (
            "50,000 VNĐ(theo quy định tại Thông tư số 10/2024/TT-BTC)",
            [amount(50_000, act="Thông tư 10/2024/TT-BTC")],
        ),
        (
            "400.000 đồng (Cấp mới: 400.000 đồng/lần; Phí cấp lại: 100.000 đồng/lần)",
            [amount(400_000, what={"vi": "Cấp mới"}), amount(100_000, what={"vi": "Phí cấp lại"})],
        ),
        ("theo Thông tư 226/2016/TT-BTC", [by("Thông tư 226/2016/TT-BTC")]),
        ("Miễn phí(Theo Thông tư số 226/2016/TT-BTC)", [by("Thông tư 226/2016/TT-BTC")]),
        ("Miễn phí(Theo quy định của Hội đồng nhân dân cấp tỉnh)", [by(COUNCIL_ACT)]),
        ("Miễn phí(Miễn lệ phí (Thông tư số 47/2019/TT-BTC))", [{**FREE, "act": "Thông tư 47/2019/TT-BTC"}]),
        (
            "Miễn phí(Do Hội đồng nhân dân tỉnh quyết định. Phí bản sao theo Thông tư 281/2016/TT-BTC.)",
            [by(COUNCIL_ACT), by("Thông tư 281/2016/TT-BTC", what={"vi": "Phí bản sao"})],
        ),
        ("10 USD(/bản)", [{"kind": "foreign", "amount": "10", "currency": "USD"}]),
        (
            "20% của mức thu cấp mới",
            [{"kind": "percentage", "rate": "20", "of": "mức thu cấp mới"}],
        ),
        (
            "0,15% của giá trị giao dịch",
            [{"kind": "percentage", "rate": "0.15", "of": "giá trị giao dịch"}],
        ),
    ],
)  # fmt: skip
def test_what_is_certain_is_read(cell: str, fees: list[Fee]) -> None:
    assert read_fee(cell) == FeeReading(fees)


@pytest.mark.parametrize(
    ("cell", "fees"),
    [
        (
            "800,000 VNĐ((áp dụng mức phí 400.000 đồng/hồ sơ kể từ ngày 01/7/2025 đến hết ngày 31/12/2026"
            " theo Thông tư số 64/2025/TT-BTC))",
            [
                amount(
                    400_000, act="Thông tư 64/2025/TT-BTC", valid_from="2025-07-01", valid_to="2026-12-31"
                ),
                amount(800_000, valid_from="2027-01-01"),
            ],
        ),
        (
            "250,000 VNĐ(Sát hạch (Miễn kể từ ngày 07/4/2026 đến 30/6/2026))",
            [{**FREE, **SUMMER}, amount(250_000, what={"vi": "Sát hạch"}, valid_from="2026-07-01")],
        ),
    ],
)
def test_a_reduction_for_a_time_is_followed_by_the_usual_fee(cell: str, fees: list[Fee]) -> None:
    assert read_fee(cell) == FeeReading(fees)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", Reason.MISSING_FIELD),
        ("Không có thông tin", Reason.MISSING_FIELD),
        ("Miễn phí(190.000 đồng/sổ)", Reason.FREE_BESIDE_AMOUNT),
        ("Miễn phí(Lệ phí cấp mới 200 USD/lần)", Reason.FREE_BESIDE_AMOUNT),
        ("Miễn phí(Theo quy định hiện hành của pháp luật)", Reason.UNNAMED_REFERENCE),
        ("Miễn phí(do Ủy ban nhân dân cấp tỉnh quy định)", Reason.UNNAMED_REFERENCE),
        ("40 VNĐ", Reason.THOUSANDS_DROPPED),
        ("850 VNĐ", Reason.THOUSANDS_DROPPED),
        ("150,000 VNĐ(Mức thu do Hội đồng nhân dân tỉnh quyết định)", Reason.UNREADABLE_FEE),
        ("50,000 VNĐ(Phí công bố: 100.000 đồng/lần)", Reason.UNREADABLE_FEE),
        ("15,000,000 VNĐ(15.000.0000 đồng/lần)", Reason.UNREADABLE_FEE),
        ("3,000 VNĐ(3.000 đồng/GT-lần)", Reason.UNREADABLE_FEE),
        ("4,500,000 VNĐ(Loại A, lệ phí: 1,500,000 (loại B (Miễn phí từ ngày 07/4/2026 đến 30/6/2026))",
         Reason.UNREADABLE_FEE),
        ("100,000 VNĐ(Phí hải quan 50USD/chuyến bay)", Reason.OTHER_CURRENCY),
        ("tùy hồ sơ", Reason.UNREADABLE_FEE),
    ],
)  # fmt: skip
def test_what_is_not_certain_stays_unread_and_is_named(cell: str, reason: Reason) -> None:
    assert read_fee(cell) == FeeReading([UNREAD], reason)
    assert SAID[reason]


@pytest.mark.parametrize(
    ("cell", "fee", "reason"),
    [
        ("900 VNĐ(900.000 đồng/lần)", amount(900_000), Reason.THOUSANDS_DROPPED),
        ("20 VNĐ(20.000 đ/tờ khai)", per(20_000, "declaration"), Reason.THOUSANDS_DROPPED),
        ("50 VNĐ(50USD/chuyến bay)", {"kind": "foreign", "amount": "50", "currency": "USD"}, Reason.OTHER_CURRENCY),
        ("Miễn phí(Miễn lệ phí cho hộ nghèo)", {**FREE, "what": {"vi": "Miễn lệ phí cho hộ nghèo"}},
         Reason.UNREADABLE_FEE),
    ],
)  # fmt: skip
def test_a_description_that_says_it_in_full_is_read_and_still_doubted(
    cell: str, fee: Fee, reason: Reason
) -> None:
    assert read_fee(cell) == FeeReading([fee], reason)


def test_of_a_number_glued_to_the_fee_only_the_description_is_believed() -> None:
    assert read_glued("") == FeeReading([UNREAD], Reason.GLUED_NUMBER)
    assert read_glued("(20.000đ/tờ khai)") == FeeReading([per(20_000, "declaration")], Reason.GLUED_NUMBER)
    assert read_glued("(20.000 đồng hoặc 30.000 đồng)").fees == [UNREAD]


@pytest.mark.parametrize(
    ("value", "currency", "description", "reading"),
    [
        (0, "", "", FeeReading([FREE])),
        (150_000, "VND", "", FeeReading([amount(150_000)])),
        ("8000", "", "/bản", FeeReading([per(8_000, "copy")])),
        (150, "USD", "", FeeReading([{"kind": "foreign", "amount": "150", "currency": "USD"}])),
        (25, "VND", "", FeeReading([UNREAD], Reason.THOUSANDS_DROPPED)),
        (25, "LAK", "", FeeReading([UNREAD], Reason.OTHER_CURRENCY)),
        (-1, "", "", FeeReading([UNREAD], Reason.UNREADABLE_FEE)),
        (1.5, "", "", FeeReading([UNREAD], Reason.UNREADABLE_FEE)),
        ("nan", "", "", FeeReading([UNREAD], Reason.UNREADABLE_FEE)),
        ("tùy", "", "", FeeReading([UNREAD], Reason.UNREADABLE_FEE)),
    ],
)
def test_a_structured_amount_is_read_with_the_same_care(
    value: object, currency: str, description: str, reading: FeeReading
) -> None:
    assert fee_of_amount(value, currency, description) == reading


@pytest.mark.parametrize(
    ("cell", "description", "reading"),
    [
        ("Miễn phí", "Nộp tại quầy.", FeeReading([FREE])),
        (
            "2,000 VNĐ(/trang)",
            "2.000 đồng/trang; từ trang thứ 3 trở lên thu 1.000 đồng/trang, tối đa thu không quá"
            " 200.000 đồng/bản.",
            FeeReading([{
                "kind": "tiered", "per": "page", "max_vnd": 200_000,
                "tiers": [{"from": 1, "to": 2, "vnd": 2_000}, {"from": 3, "to": None, "vnd": 1_000}],
            }]),
        ),
        ("Không có thông tin", "Phí (nếu có): Hội đồng nhân dân cấp tỉnh quyết định", FeeReading([by(COUNCIL_ACT)])),
        (
            "800,000 VNĐ",
            "Phí: 800.000 đồng/hồ sơ.\nLệ phí: 100.000 đồng/hồ sơ.",
            FeeReading([amount(800_000), amount(100_000)]),
        ),
        ("Miễn phí", "Lệ phí: 20.000 đồng", FeeReading([UNREAD], Reason.FREE_BESIDE_AMOUNT)),
        ("Miễn phí", "Phí: Thông tư 261/2016/TT-BTC", FeeReading([by("Thông tư 261/2016/TT-BTC")])),
        ("30,000 VNĐ", "Gồm 10.000 đồng và 20.000 đồng", FeeReading([amount(30_000)], Reason.UNREADABLE_FEE)),
        ("40 VNĐ", "Lệ phí: 20.000 đồng", FeeReading([UNREAD], Reason.THOUSANDS_DROPPED)),
    ],
)  # fmt: skip
def test_the_description_completes_the_fee_or_puts_it_in_doubt(
    cell: str, description: str, reading: FeeReading
) -> None:
    assert with_description(read_fee(cell), shown=cell, description=description) == reading


PIECES = [
    "Miễn phí",
    "150,000 VNĐ",
    "(",
    ")",
    " đồng/lần",
    "20.000",
    "; ",
    "từ ngày 01/7/2025 đến hết ngày 31/12/2026",
]
PIECES += [
    "theo Thông tư 10/2024/TT-BTC",
    "Hội đồng nhân dân",
    "50 USD",
    "20% của ",
    "/bản",
    "áp dụng mức phí ",
    "0",
]
cells = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=9).map("".join)


@settings(max_examples=150, deadline=None, database=None)
@given(cells)
def test_whatever_a_cell_says_the_format_takes_the_fees(cell: str) -> None:
    for reading in (
        read_fee(cell),
        read_glued(cell),
        with_description(FeeReading([FREE]), shown="", description=cell),
    ):
        assert reading.fees
        assert reading.structured or reading.doubt is not None
        for fee in reading.fees:
            fee_of(Node(fee, ""))


def test_each_unit_beyond_the_usual_ones_has_its_word() -> None:
    assert PER_WORDS["certificate"] == "giấy"
    assert not {"copy", "page", "case"} & PER_WORDS.keys()
