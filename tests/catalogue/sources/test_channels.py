"""Ways to file: the glued table cut into rows, limits and fees read, and everything uncertain named."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.catalogue.format import library_contents, read_procedure
from motcua.catalogue.sources.channels import Methods, read_methods, read_rows
from motcua.catalogue.sources.fees import FeeReading, read_fee
from motcua.catalogue.sources.method_cases import case_label
from motcua.catalogue.sources.method_table import MethodCell, cut_methods
from motcua.catalogue.sources.reading import Cells, Doubt, Reason
from tests.samples import SAMPLES, with_samples

HEADER = "Hình thức nộpThời gianPhí, lệ phíMô tả"
FREE = FeeReading([{"kind": "free"}])


def read(cell: str, steps: str = "") -> Methods:
    return read_methods(HEADER + cell, steps=steps)


def cell_of(channel: str, limit: str, description: str = "") -> MethodCell:
    return MethodCell(channel, limit, FREE, "Miễn phí", description)


def days(amount: int, unit: str = "working_day") -> dict[str, object]:
    return {"unit": unit, "amount": amount, "cutoff": None}


def limits(methods: Methods) -> list[tuple[object, object, object]]:
    return [(row["channel"], row["case"], row["limit"]) for row in methods.rows]


def doubts(methods: Methods) -> list[tuple[str, str]]:
    return [(doubt.field, doubt.reason) for doubt in methods.doubts]


CONTENT = next(iter(library_contents()))


def as_procedure(methods: Methods) -> dict[str, object]:
    return {
        **CONTENT,
        "origin": {"layout": "portal_crawl", "url": None},
        "cases": methods.cases,
        "channels": methods.rows,
        "components": [],
        "steps": [],
        "results": [],
        "legal_bases": [],
    }


def test_the_glued_table_becomes_one_row_for_each_channel() -> None:
    methods = read(
        "Trực tuyến5 Ngày làm việcMiễn phíDịch vụ bưu chính10 Ngày70,000 VNĐ(/bản)Trực tiếp1 ThángMiễn phíTại quầy."
    )
    assert limits(methods) == [
        ("online", "ordinary", days(5)),
        ("post", "ordinary", days(10, "calendar_day")),
        ("counter", "ordinary", days(1, "month")),
    ]
    assert methods.cases == [{"key": "ordinary", "vi": "Thông thường"}]
    assert methods.rows[1]["fees"] == [{"kind": "per_unit", "vnd": 70_000, "per": "copy"}]
    assert methods.rows[1]["fee_source"] == "70,000 VNĐ (/bản)"
    assert methods.rows[2]["note"] == ["Tại quầy."]
    assert methods.doubts == []
    assert methods.channel_cells == methods.fee_cells == Cells(total=3, structured=3, doubted=0)


def test_a_channel_named_inside_a_description_opens_no_row() -> None:
    methods = read("Trực tiếp5 NgàyMiễn phíTrực tiếp tại Bộ phận 1 hoặc Trực tuyến qua Cổng.")
    assert limits(methods) == [("counter", "ordinary", days(5, "calendar_day"))]
    assert methods.rows[0]["note"] == ["Trực tiếp tại Bộ phận 1 hoặc Trực tuyến qua Cổng."]


@pytest.mark.parametrize(
    ("cell", "reason", "source"),
    [
        ("1Miễn phí", Reason.UNKNOWN_UNIT, "1"),
        ("0Không có thông tin", Reason.UNKNOWN_UNIT, "0"),
        ("1.5 Ngày làm việcMiễn phí", Reason.UNREADABLE_LIMIT, "1.5 Ngày làm việc"),
        ("900 Ngày làm việcMiễn phí", Reason.UNREADABLE_LIMIT, "900 Ngày làm việc"),
        ("Không có thông tinMiễn phí", Reason.NO_LIMIT_STATED, "Không có thông tin"),
        ("Không quy địnhMiễn phí", Reason.NO_LIMIT_STATED, "Không quy định"),
        ("1250 VNĐ", Reason.GLUED_NUMBER, "(trống)"),
        ("1100,000 VNĐ", Reason.GLUED_NUMBER, "(trống)"),
    ],
)
def test_an_uncertain_limit_is_null_and_named(cell: str, reason: str, source: str) -> None:
    methods = read(f"Trực tuyến{cell}")
    (row,) = methods.rows
    assert row["limit"] is None
    assert row["limit_source"] == source
    assert row["limit_doubt"]
    assert ("channel.online.limit", reason) in doubts(methods)
    assert methods.channel_cells == Cells(total=1, structured=0, doubted=1)


def test_a_number_glued_to_the_fee_leaves_both_unread() -> None:
    methods = read("Trực tiếp1250 VNĐ")
    assert methods.rows[0]["fees"] == [{"kind": "unread"}]
    assert doubts(methods) == [
        ("channel.counter.limit", Reason.GLUED_NUMBER),
        ("channel.counter.fee", Reason.GLUED_NUMBER),
    ]
    assert methods.doubts[0].source == "1250 VNĐ"


def test_a_doubted_limit_tells_what_the_rest_of_the_record_names() -> None:
    row = read("Trực tiếp1Miễn phí", steps="Trong thời hạn 03 ngày làm việc kể từ ngày nhận hồ sơ.").rows[0]
    assert str(row["limit_doubt"]).endswith("Trình tự ghi 3 ngày làm việc.")


@pytest.mark.parametrize(
    ("limit", "description", "steps"),
    [
        ("20 Ngày", "20 ngày làm việc kể từ ngày nhận đủ hồ sơ", ""),
        ("30 Ngày làm việc", "20 ngày làm việc, kể từ ngày nhận đủ hồ sơ theo quy định", ""),
        (
            "3 Ngày làm việc",
            "Trong thời hạn 10 ngày làm việc kể từ ngày nhận hồ sơ; sau đó 03 ngày làm việc.",
            "",
        ),
        ("10 Ngày", "", "Trong thời hạn 10 ngày làm việc kể từ ngày nhận hồ sơ hợp lệ, Sở trả lời."),
        ("18 Ngày làm việc", "", "Trong thời hạn 36 ngày làm việc, kể từ ngày nhận đủ hồ sơ, Sở thẩm định."),
        ("2 Giờ", "", "Trong vòng 2 giờ làm việc kể từ khi tiếp nhận hồ sơ."),
    ],
)
def test_a_limit_against_its_own_record_keeps_its_value_and_is_doubted(
    limit: str, description: str, steps: str
) -> None:
    methods = read(f"Trực tiếp{limit}Miễn phí{description}", steps)
    assert doubts(methods) == [("channel.counter.limit", Reason.CONTRADICTS_STEPS)]
    assert methods.rows[0]["limit"] is not None
    assert str(methods.rows[0]["limit_doubt"]).startswith("Bảng của nguồn ghi ")
    assert methods.doubts[0].parsed.split()[0] == limit.split()[0]


@pytest.mark.parametrize(
    ("limit", "description", "steps"),
    [
        (
            "20 Ngày",
            "20 ngày kể từ ngày nhận đủ hồ sơ",
            "Trong thời hạn 20 ngày làm việc kể từ ngày nhận hồ sơ.",
        ),
        ("20 Ngày", "", "Cục thẩm định trong 05 ngày, Bộ quyết định trong 10 ngày."),
        ("10 Ngày", "", "Tổ chức bổ sung trong thời hạn 30 ngày kể từ ngày nhận được hồ sơ trả lại."),
        (
            "10 Ngày",
            "",
            "Hồ sơ chưa hợp lệ: trong thời hạn 10 ngày làm việc kể từ ngày nhận hồ sơ thì trả lại.",
        ),
        ("7 Ngày làm việc", "", "Giấy phép có thời hạn 5 năm; nộp trước 60 ngày."),
    ],
)
def test_what_an_officer_would_not_call_a_contradiction_is_none(
    limit: str, description: str, steps: str
) -> None:
    assert read(f"Trực tiếp{limit}Miễn phí{description}", steps).doubts == []


def test_several_rows_with_telling_descriptions_are_cases() -> None:
    methods = read_rows(
        [
            cell_of("counter", "5 ngày làm việc", "- Trường hợp không tham vấn: 05 ngày làm việc"),
            cell_of("online", "10 ngày làm việc", "(2) Trường hợp tham vấn: 10 ngày làm việc"),
            cell_of("counter", "10 ngày làm việc", "Trường hợp tham vấn: 10 ngày làm việc"),
            cell_of("online", "5 ngày làm việc", "Trường hợp không tham vấn"),
        ],
        steps="",
    )
    assert methods.cases == [
        {"key": "c1", "vi": "Trường hợp không tham vấn"},
        {"key": "c2", "vi": "Trường hợp tham vấn"},
    ]
    assert limits(methods) == [
        ("counter", "c1", days(5)),
        ("online", "c2", days(10)),
        ("counter", "c2", days(10)),
        ("online", "c1", days(5)),
    ]
    assert methods.doubts == []
    read_procedure(as_procedure(methods))


def test_one_row_without_a_case_among_several_is_the_ordinary_one_and_doubted() -> None:
    methods = read_rows(
        [
            cell_of("counter", "30 ngày", "Trong thời hạn 30 ngày"),
            cell_of("counter", "40 ngày", "Trường hợp cần kiểm tra thực tế"),
            cell_of("post", "1", ""),
        ],
        steps="",
    )
    assert [case["key"] for case in methods.cases] == ["ordinary", "c1"]
    assert doubts(methods) == [
        ("channel.counter", Reason.UNCLEAR_CASE),
        ("channel.post.limit", Reason.UNKNOWN_UNIT),
        ("channel.post", Reason.UNCLEAR_CASE),
    ]


def test_rows_that_do_not_tell_themselves_apart_are_never_chosen_from() -> None:
    methods = read_rows(
        [cell_of("post", "3 ngày làm việc"), cell_of("post", "3 ngày"), cell_of("online", "3 ngày")], steps=""
    )
    assert limits(methods) == [("post", "ordinary", None), ("online", "ordinary", days(3, "calendar_day"))]
    assert methods.rows[0]["limit_source"] == "3 ngày làm việc | 3 ngày"
    assert doubts(methods) == [("channel.post.limit", Reason.SEVERAL_ROWS)]
    assert methods.channel_cells == Cells(total=3, structured=1, doubted=2)
    assert methods.fee_cells == Cells(total=3, structured=3, doubted=0)


def test_equal_limits_of_two_stages_are_not_one_limit() -> None:
    stages = [cell_of("post", "2 ngày", "Thời hạn kiểm tra"), cell_of("post", "2 ngày", "Thời hạn công bố")]
    assert limits(read_rows(stages, steps="")) == [("post", "ordinary", None)]


def test_the_same_row_twice_stays_one_row_and_is_told() -> None:
    methods = read_rows([cell_of("online", "10 ngày"), cell_of("online", "10 ngày")], steps="")
    assert limits(methods) == [("online", "ordinary", days(10, "calendar_day"))]
    assert methods.doubts == [
        Doubt("channel.online.limit", "10 ngày; Miễn phí | 10 ngày; Miễn phí", "10 ngày", Reason.SEVERAL_ROWS)
    ]


def test_differing_fees_of_one_channel_stay_unread() -> None:
    cells = [
        cell_of("online", "3 ngày"),
        MethodCell("online", "3 ngày", read_fee("20,000 VNĐ"), "20,000 VNĐ", ""),
    ]
    methods = read_rows(cells, steps="")
    assert methods.rows[0]["fees"] == [{"kind": "unread"}]
    assert methods.rows[0]["limit"] == days(3, "calendar_day")
    assert doubts(methods) == [("channel.online.fee", Reason.SEVERAL_ROWS)]


def test_parts_that_add_up_to_the_limit_are_phases() -> None:
    description = "Trong đó:\n- Thời hạn thẩm định: 08 ngày làm việc;\n- Trả kết quả: 02 ngày làm việc."
    (row,) = read_rows([cell_of("counter", "10 ngày làm việc", description)], steps="").rows
    assert row["phases"] == [
        {"vi": "Thời hạn thẩm định: 08 ngày làm việc;", "limit": days(8)},
        {"vi": "Trả kết quả: 02 ngày làm việc.", "limit": days(2)},
    ]
    (other,) = read_rows([cell_of("counter", "11 ngày làm việc", description)], steps="").rows
    assert other["phases"] == []


def test_cases_that_happen_to_add_up_are_no_phases() -> None:
    description = "- Trường hợp cấp mới: 08 ngày làm việc;\n- Trường hợp cấp lại: 02 ngày làm việc."
    (row,) = read_rows([cell_of("counter", "10 ngày làm việc", description)], steps="").rows
    assert row["phases"] == []


def test_an_extension_is_read_where_it_is_counted_apart() -> None:
    said = "Trường hợp phức tạp có thể gia hạn nhưng không quá 15 ngày."
    (row,) = read_rows([cell_of("counter", "10 ngày", said)], steps="").rows
    assert row["extension"] == {"limit": days(15, "calendar_day"), "source": said}
    total = "Kéo dài không quá 15 ngày kể từ ngày nhận hồ sơ."
    (other,) = read_rows([cell_of("counter", "10 ngày", total)], steps="").rows
    assert other["extension"] is None


def test_a_limit_called_other_is_read_from_its_description() -> None:
    (row,) = read_rows([cell_of("post", "Khác", "15 ngày làm việc, trong đó:\na) một")], steps="").rows
    assert row["limit"] == days(15)
    methods = read_rows([cell_of("post", "Khác", "02 tháng và 15 ngày làm việc, trong đó: a) một")], steps="")
    assert methods.rows[0]["limit"] is None
    assert methods.rows[0]["phases"] == [
        {"vi": "2 tháng", "limit": days(2, "month")},
        {"vi": "15 ngày làm việc", "limit": days(15)},
    ]
    assert doubts(methods) == [("channel.post.limit", Reason.SEVERAL_LIMITS)]


def test_an_answer_on_the_same_day_takes_its_hour_from_the_description() -> None:
    said = "Nhận sau 15 giờ thì trả vào ngày làm việc tiếp theo."
    (row,) = read_rows([cell_of("counter", "Trong ngày", said)], steps="").rows
    assert row["limit"] == {"unit": "same_day", "amount": 1, "cutoff": "15:00"}


def test_what_could_not_be_cut_is_named() -> None:
    methods = read("Nộp trực tiếp, 5 ngày")
    assert methods.rows == []
    assert doubts(methods) == [("channel", Reason.UNCUT_CELLS)]
    assert methods.channel_cells == Cells(total=1, structured=0, doubted=1)
    assert read("").rows == []


@pytest.mark.parametrize(
    ("description", "label"),
    [
        ("(1) Cấp mới:\nTrong 3 ngày", "Cấp mới"),
        ("a) Duy trì\nThời hạn: 5 ngày", "Duy trì"),
        ("18 ngày làm việc đối với trường hợp nộp tiền.", "đối với trường hợp nộp tiền"),
        ("(2) Trường hợp đề nghị: đổi tên", "Trường hợp đề nghị: đổi tên"),
        ("Tại cơ quan đại diện: 10 USD", "Tại cơ quan đại diện"),
        ("Thời hạn kiểm tra (đối với bến)", ""),
        ("Nộp hồ sơ tại quầy.", ""),
        ("", ""),
    ],
)
def test_the_case_is_what_the_description_opens_with(description: str, label: str) -> None:
    assert case_label(description) == label


PIECES = [
    *(
        "Trực tuyến",
        "Trực tiếp",
        "Dịch vụ bưu chính",
        "5 Ngày làm việc",
        "1",
        "Miễn phí",
        "1250 VNĐ",
        "(",
        ")",
    )
]
PIECES += [
    "20,000 VNĐ",
    "Trường hợp a",
    "Trường hợp b: 3 ngày",
    "\n",
    "Không có thông tin",
    " 7 ngày làm việc ",
    "x",
]


@settings(max_examples=150, deadline=None, database=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=20).map("".join))
def test_whatever_is_glued_the_format_takes_the_rows_and_no_cell_is_lost(cell: str) -> None:
    methods = read(cell)
    cut, before = cut_methods(HEADER + cell)
    for cells in (methods.channel_cells, methods.fee_cells):
        assert cells.total == len(cut) + bool(before)
        assert cells.rest == 0
    if methods.rows:
        read_procedure(as_procedure(methods))


def _records() -> Iterator[dict[str, str]]:
    for path in sorted((SAMPLES / "procedures").glob("*.jsonl")):
        yield from map(json.loads, path.read_text("utf-8").splitlines())


def _real(record: dict[str, str]) -> Methods:
    return read_methods(record["cach_thuc_thuc_hien"], steps=record["trinh_tu_thuc_hien"] or "")


@with_samples
@pytest.mark.slow
def test_every_real_cell_is_read_or_named() -> None:
    channels, fees = Cells(), Cells()
    reasons: Counter[str] = Counter()
    for record in _records():
        methods = _real(record)
        channels.add(methods.channel_cells)
        fees.add(methods.fee_cells)
        reasons.update(doubt.reason for doubt in methods.doubts)
        read_procedure(as_procedure(methods))
    assert channels.total == fees.total == 5_582
    assert channels.rest == fees.rest == 0
    assert channels.structured > 4_250
    assert fees.structured > 4_480
    assert reasons[Reason.UNCUT_CELLS] == 0
    assert 120 < reasons[Reason.CONTRADICTS_STEPS] < 250


KNOWN = [
    ("1.001193", "channel.online.limit", Reason.UNKNOWN_UNIT),
    ("2.002797", "channel.counter.fee", Reason.GLUED_NUMBER),
    ("1.011871", "channel.online.fee", Reason.THOUSANDS_DROPPED),
    ("1.004936", "channel.online.fee", Reason.FREE_BESIDE_AMOUNT),
    ("2.000986", "channel.counter.limit", Reason.CONTRADICTS_STEPS),
    ("1.005071", "channel.online.limit", Reason.SEVERAL_ROWS),
    ("1.013097", "channel.counter.limit", Reason.UNREADABLE_LIMIT),
]


@with_samples
def test_known_faults_of_the_real_catalogue_are_found() -> None:
    codes = {code for code, _, _ in KNOWN}
    found = {
        (record["ma_thu_tuc"], doubt.field, doubt.reason)
        for record in _records()
        if record["ma_thu_tuc"] in codes
        for doubt in _real(record).doubts
    }
    assert set(KNOWN) <= found
