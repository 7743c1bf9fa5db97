"""Records of the national database: what is read, what is doubted, what is held back."""

import copy
from datetime import date
from typing import Any

import pytest

from motcua.catalogue.format import ProcedureRecord, read_procedure
from motcua.catalogue.sources.files import open_source
from motcua.catalogue.sources.national import read_national
from motcua.catalogue.sources.reading import Doubt, Reading, Reason
from tests.samples import SAMPLES, with_samples

RECORD: dict[str, Any] = {
    "stt": "1",
    "ma_tthc": "1.000288",
    "ten_tthc": "Công nhận cơ sở đạt chuẩn",
    "link_truy_cap": "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/019d2bf8-910f-71b8-b7b8-45b3e2c1f7ee",
    "so_quyet_dinh": "5756/QĐ-BGDDT",
    "ngay_quyet_dinh": "09/01/2018",
    "linh_vuc": "Giáo dục",
    "cap_thuc_hien": "Cấp tỉnh, Cấp xã",
    "doi_tuong_thuc_hien": "Công dân Việt Nam, Doanh nghiệp",
    "loai_tthc": "Loại khác",
    "tu_khoa": "trường học; mầm non, Trường học",
    "dia_chi_tiep_nhan": "",
    "co_quan_thuc_hien": "Ủy ban nhân dân cấp xã, Sở Giáo dục và Đào tạo",
    "trang_thai": "Đã công khai",
    "cach_thuc_thuc_hien": [
        {
            "hinh_thuc_nop": "Trực tuyến",
            "thoi_gian": "5 Ngày làm việc",
            "phi_le_phi": "Phí: 0 VNĐ",
            "mo_ta": "",
        },
        {"hinh_thuc_nop": "Bưu chính", "thoi_gian": "3 Khác", "phi_le_phi": "Phí: 75000 VNĐ", "mo_ta": ""},
        {"hinh_thuc_nop": "Trực tiếp", "thoi_gian": "0 Khác", "phi_le_phi": "", "mo_ta": ""},
    ],
    "trinh_tu_thuc_hien": [{"truong_hop_xu_ly": "Bước 1", "mo_ta_chi_tiet": "Nộp.\n- Nhận."}],
    "tphs": [
        {
            "ma_tphs": "G03-KQ1",
            "ten_giay_to": "- Đơn đề nghị theo Mẫu số 03",
            "ban_chinh": True,
            "ban_sao": False,
        },
        {"ma_tphs": "G03-KQ2", "ten_giay_to": "Báo cáo", "ban_chinh": True, "ban_sao": True},
    ],
    "kqth": [{"ma_ket_qua": "KQ.G03.000340", "ten_ket_qua": "Bằng công nhận"}],
    "ccpl": [
        {"so_ky_hieu": "19/2018/TT-BGDĐT", "trich_yeu": "Quy định về chuẩn", "ngay_ban_hanh": "22/08/2018"},
        {"so_ky_hieu": "43/2019/QH14", "trich_yeu": "Luật Giáo dục", "ngay_ban_hanh": ""},
    ],
    "yeu_cau_dieu_kien": "Không",
}


def read(**changed: object) -> Reading:
    return read_national({**copy.deepcopy(RECORD), **changed})


def record_of(reading: Reading) -> ProcedureRecord:
    return read_procedure({**reading.content, "effective_from": "2026-07-01"})


def doubts_of(reading: Reading) -> set[tuple[str, str]]:
    return {(doubt.field, doubt.reason) for doubt in reading.doubts}


def a_method(**changed: str) -> list[dict[str, str]]:
    return [
        {
            "hinh_thuc_nop": "Trực tiếp",
            "thoi_gian": "5 Ngày",
            "phi_le_phi": "Phí: 0 VNĐ",
            "mo_ta": "",
            **changed,
        }
    ]


def test_a_record_becomes_a_procedure_of_the_format() -> None:
    found = read()
    record = record_of(found)
    assert (record.code, record.name.vi, record.decision) == ("1.000288", RECORD["ten_tthc"], "5756/QĐ-BGDDT")
    assert found.decided_on == date(2018, 1, 9)
    assert record.origin is not None
    assert record.origin.layout == "national_database"
    assert record.origin.url == RECORD["link_truy_cap"]
    assert [str(level) for level in record.levels] == ["province", "commune"]
    assert [str(word) for word in record.audience] == ["citizen", "business"]
    assert record.keywords == ("Trường học", "mầm non")
    assert [step.vi for step in record.steps] == ["Bước 1", "Nộp.", "- Nhận."]
    assert record.conditions == ()
    assert record.agencies is not None
    assert record.agencies.executing == ("Ủy ban nhân dân cấp xã", "Sở Giáo dục và Đào tạo")
    assert [(row.code, row.name.vi) for row in record.results] == [("KQ.G03.000340", "Bằng công nhận")]


def test_limits_and_fees_by_channel() -> None:
    found = read()
    rows = {str(row.channel): row for row in record_of(found).channels}
    assert rows["online"].limit == {"unit": "working_day", "amount": 5, "cutoff": None}
    assert rows["post"].limit is None
    assert rows["counter"].limit is None
    assert rows["online"].fees == ({"kind": "free"},)
    assert rows["post"].fees == ({"kind": "amount", "vnd": 75000},)
    assert rows["counter"].fees == ({"kind": "unread"},)
    assert doubts_of(found) == {
        ("channel.post.limit", Reason.UNKNOWN_UNIT),
        ("channel.counter.limit", Reason.NO_LIMIT_STATED),
        ("channel.counter.fee", Reason.MISSING_FIELD),
    }
    channels, fees = found.coverage["channels"], found.coverage["fees"]
    assert (channels.total, channels.structured, channels.doubted) == (3, 1, 2)
    assert (fees.total, fees.structured, fees.doubted) == (3, 2, 1)


def test_a_limit_stands_in_the_description_where_the_table_says_other() -> None:
    methods = a_method(thoi_gian="Khác", mo_ta="15 ngày làm việc, trong đó:\na) xét: 10 ngày làm việc")
    [row] = record_of(read(cach_thuc_thuc_hien=methods)).channels
    assert row.limit == {"unit": "working_day", "amount": 15, "cutoff": None}


def test_phases_in_two_units_are_named_and_not_added() -> None:
    methods = a_method(thoi_gian="Khác", mo_ta="02 tháng và 15 ngày làm việc, trong đó:\na) …")
    found = read(cach_thuc_thuc_hien=methods)
    [row] = record_of(found).channels
    assert row.limit is None
    assert [phase.limit for phase in row.phases] == [
        {"unit": "month", "amount": 2, "cutoff": None},
        {"unit": "working_day", "amount": 15, "cutoff": None},
    ]
    assert ("channel.counter.limit", Reason.SEVERAL_LIMITS) in doubts_of(found)


def test_an_unknown_channel_is_named() -> None:
    found = read(cach_thuc_thuc_hien=[*a_method(), *a_method(hinh_thuc_nop="Qua điện thoại")])
    assert ("channel", Reason.UNKNOWN_CHANNEL) in doubts_of(found)
    assert len(record_of(found).channels) == 1
    assert (found.coverage["channels"].total, found.coverage["channels"].doubted) == (2, 1)


def test_papers_keep_code_form_and_quantities() -> None:
    first, second = record_of(read()).components
    assert (first.key, first.name.vi, first.form) == (
        "don-de-nghi-theo-mau-so-03",
        "Đơn đề nghị theo Mẫu số 03",
        "Mẫu số 03",
    )
    assert (first.code, first.originals, first.copies, first.required) == ("G03-KQ1", 1, 0, True)
    assert (second.originals, second.copies) == (1, 1)


def test_a_paper_without_mark_is_doubted() -> None:
    found = read(tphs=[{"ma_tphs": "", "ten_giay_to": "Báo cáo", "ban_chinh": False, "ban_sao": False}])
    [paper] = record_of(found).components
    assert (paper.originals, paper.copies, paper.required) == (0, 0, False)
    assert paper.doubt
    assert ("component.bao-cao", Reason.MISSING_QUANTITY) in doubts_of(found)
    assert (found.coverage["components"].structured, found.coverage["components"].doubted) == (0, 1)


def test_a_paper_whose_kind_contradicts_its_mark_is_doubted() -> None:
    paper = {"ten_giay_to": "Báo cáo", "loai_giay_to": "Bản Sao", "ban_chinh": True, "ban_sao": False}
    found = read(tphs=[paper])
    assert ("component.bao-cao", Reason.UNREADABLE_PAPER) in doubts_of(found)
    assert "Bản Sao" in str(record_of(found).components[0].doubt)


def test_keys_do_not_depend_on_the_order_of_the_papers() -> None:
    names = ["Giấy một", "Giấy hai", "Giấy một", "Giấy một 2"]
    rows = [{"ten_giay_to": name, "ma_tphs": str(at), "ban_chinh": True} for at, name in enumerate(names)]
    forward = {row.code: row.key for row in record_of(read(tphs=rows)).components}
    backward = {row.code: row.key for row in record_of(read(tphs=rows[::-1])).components}
    assert forward["0"] == backward["0"] == "giay-mot"
    assert forward["1"] == backward["1"] == "giay-hai"
    assert len(set(forward.values())) == 4


def test_legal_bases_by_kind_number_and_day() -> None:
    bases = record_of(read()).legal_bases
    assert [(str(base.kind), base.number, base.issued) for base in bases] == [
        ("Thông tư", "19/2018/TT-BGDĐT", date(2018, 8, 22)),
        ("Luật", "43/2019/QH14", None),
    ]


@pytest.mark.parametrize(
    ("written", "title", "kind", "number"),
    [
        ("Nghị định số 142/2025/NĐ-CP", "Quy định về phân định thẩm quyền", "Nghị định", "142/2025/NĐ-CP"),
        ("86/2018/nđ-cp", "Quy định về hợp tác", "Nghị định", "86/2018/NĐ-CP"),
        ("nghị định 146/2025", "Nghị định số 146/2025/NĐ-CP", "Nghị định", "146/2025/NĐ-CP"),
        ("66.16/2026/NQ-CP ", "", "Nghị quyết", "66.16/2026/NQ-CP"),
    ],
)
def test_numbers_written_in_other_ways(written: str, title: str, kind: str, number: str) -> None:
    [base] = record_of(read(ccpl=[{"so_ky_hieu": written, "trich_yeu": title}])).legal_bases
    assert (str(base.kind), base.number) == (kind, number)


def test_a_number_that_only_another_act_of_the_title_has_is_not_taken() -> None:
    found = read(ccpl=[{"so_ky_hieu": "?", "trich_yeu": "Nghị định sửa đổi Nghị định số 40/2018/NĐ-CP"}])
    [base] = record_of(found).legal_bases
    assert base.number is None
    assert ("legal_basis.1", Reason.UNKNOWN_LEGAL_NUMBER) in doubts_of(found)


def test_the_same_act_twice_is_one() -> None:
    rows = [
        {"so_ky_hieu": "1/2020/NĐ-CP", "trich_yeu": "A"},
        {"so_ky_hieu": "1/2020/NĐ-CP", "trich_yeu": "B"},
    ]
    assert len(record_of(read(ccpl=rows)).legal_bases) == 1


def test_an_unknown_result_code_is_doubted() -> None:
    found = read(kqth=[{"ma_ket_qua": "KQ-G03.0000029", "ten_ket_qua": "Quyết định"}])
    assert record_of(found).results[0].code is None
    assert found.doubts[-1].reason == Reason.UNKNOWN_RESULT_CODE or (
        "result.1",
        Reason.UNKNOWN_RESULT_CODE,
    ) in doubts_of(found)


@pytest.mark.parametrize("text", ["31/02/2018", "2018-01-09", "", "09/01/18"])
def test_a_day_that_is_none_is_left_out(text: str) -> None:
    assert read(ngay_quyet_dinh=text).decided_on is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ten_tthc": " "}, "ten_tthc"),
        ({"linh_vuc": None}, "linh_vuc"),
        ({"cach_thuc_thuc_hien": []}, "cach_thuc_thuc_hien"),
        ({"cach_thuc_thuc_hien": a_method(hinh_thuc_nop="?")}, "cach_thuc_thuc_hien"),
        ({"ma_tthc": "1.000288.x"}, "ma_tthc"),
        ({"trang_thai": "Hết hiệu lực"}, "trang_thai"),
    ],
)
def test_what_holds_a_record_back(changed: dict[str, object], field: str) -> None:
    found = read(**changed)
    assert [held.field for held in found.held] == [field]


def test_odd_characters_are_told_and_cleaned() -> None:
    found = read(ten_tthc="Công\u00a0nhận\u200b cơ sở")
    assert found.name == "Công nhận cơ sở"
    assert Doubt("text.ten_tthc", "", "", Reason.INVISIBLE_CHARACTERS) in found.doubts


@pytest.mark.parametrize("junk", [None, 7, "x", [None, 7, "x", []], {"a": 1}])
@pytest.mark.parametrize("key", sorted(set(RECORD) - {"stt"}))
def test_no_kind_of_value_makes_the_reading_fail(key: str, junk: object) -> None:
    found = read(**{key: junk})
    if not found.held:
        record_of(found)


@with_samples
def test_the_sample_is_read() -> None:
    [(_, record)] = open_source(SAMPLES / "schema-samples" / "csdlqg_excel_record_1.000288.json").records
    found = read_national(record)
    assert not found.held
    procedure = record_of(found)
    assert procedure.code == "1.000288"
    assert [str(row.channel) for row in procedure.channels] == ["post", "counter"]
    assert all(row.fees == ({"kind": "free"},) for row in procedure.channels)
    assert procedure.legal_bases[0].number == "19/2018/TT-BGDĐT"
    assert all(cells.rest == 0 for cells in found.coverage.values())
