"""Papers cut out of the portal's glued table."""

from __future__ import annotations

import json
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue.sources.paper_names import form_of, is_required, is_shown_only, read_name
from motcua.catalogue.sources.papers import HEAD, Papers, papers_table, read_papers
from motcua.catalogue.sources.reading import Cells, Reason
from tests.samples import SAMPLES, with_samples


def one(row: str) -> dict[str, object]:
    found = read_papers(f"--{HEAD}{row}")
    assert len(found.components) == 1
    return found.components[0]


def doubts(found: Papers) -> list[tuple[str, str]]:
    return [(doubt.field, doubt.reason) for doubt in found.doubts]


def test_reads_a_row() -> None:
    found = read_papers(f"--{HEAD}- Tờ khai theo Mẫu số 02;Mẫu số 02.docx1 bản chính,2 bản sao")
    assert found.components == [
        {
            "key": "to-khai-theo-mau-so-02",
            "vi": "Tờ khai theo Mẫu số 02",
            "group": "submit",
            "case": None,
            "originals": 1,
            "copies": 2,
            "form": "Mẫu số 02",
            "replaceable_by": None,
            "required": True,
            "note": None,
            "source": "- Tờ khai theo Mẫu số 02;Mẫu số 02.docx",
            "form_file": "Mẫu số 02.docx",
            "when": None,
            "doubt": None,
        }
    ]
    assert (found.cases, found.doubts, found.cells) == ([], [], Cells(total=1, structured=1))


@pytest.mark.parametrize(
    ("row", "name", "originals", "copies"),
    [
        ("Đơn1 bản chính", "Đơn", 1, 0),
        ("Giấy phép0 bản chính,1 bản sao", "Giấy phép", 0, 1),
        # The year of the name, then the number of originals.
        ("Giấy phép năm 20241 bản chính", "Giấy phép năm 2024", 1, 0),
        # What a person wrote into the name has a leading zero; the portal's own number has none.
        ("Tờ khai: 01 bản chính2 bản chính", "Tờ khai: 01 bản chính", 2, 0),
        ("01 bản chính Đơn1 bản chính", "01 bản chính Đơn", 1, 0),
        ("Theo Mẫu số 181 bản chính", "Theo Mẫu số 18", 1, 0),
        ("a) Đơn1 bản chính", "Đơn", 1, 0),
        ("(ii). Đơn1 bản chính", "Đơn", 1, 0),
        ("1.3.1.2. Đơn1 bản chính", "Đơn", 1, 0),
        ("++ Đơn;1 bản chính", "Đơn", 1, 0),
        ("02 ảnh 3x4 cm2 bản chính", "02 ảnh 3x4 cm", 2, 0),
    ],
)
def test_reads_name_and_quantity(row: str, name: str, originals: int, copies: int) -> None:
    component = one(row)
    assert (component["vi"], component["originals"], component["copies"]) == (name, originals, copies)


@pytest.mark.parametrize("row", ["Giấy phép0 bản chính", "Giấy phép"])
def test_doubts_a_row_without_quantity(row: str) -> None:
    found = read_papers(f"--{HEAD}Đơn1 bản chính{row}")
    assert doubts(found) == [("component.giay-phep", Reason.MISSING_QUANTITY)]
    assert found.cells == Cells(total=2, structured=1, doubted=1)
    unread = found.components[1]
    assert (unread["originals"], unread["copies"], unread["required"]) == (0, 0, False)
    assert unread["doubt"]


def test_doubts_a_quantity_that_may_have_two_digits() -> None:
    found = read_papers(f"--{HEAD}Theo phụ lục 11 bản chính")
    assert found.components[0]["originals"] == 1
    assert doubts(found) == [("component.theo-phu-luc-1", Reason.UNREADABLE_PAPER)]


@pytest.mark.parametrize(
    "row", ["- Giấy tờ phải nộp:", "Lưu ý", "Số lượng hồ sơ: 01 bộ", "Người nộp có thể ủy quyền"]
)
def test_asks_nobody_for_a_heading_or_a_remark(row: str) -> None:
    found = read_papers(f"--{HEAD}{row}1 bản chính")
    assert [reason for _, reason in doubts(found)] == [Reason.UNREADABLE_PAPER]
    assert found.components[0]["required"] is False


def test_drops_a_row_without_a_word_but_names_it() -> None:
    found = read_papers(f"--{HEAD}****1 bản chính")
    assert found.components == []
    assert doubts(found) == [("component.giay-to", Reason.UNREADABLE_PAPER)]
    assert found.cells == Cells(total=1, doubted=1)


def test_reads_cases_from_headings() -> None:
    cell = f"Trường hợp cấp mới:{HEAD}Đơn A1 bản chính* Đối với cá nhân{HEAD}Đơn B1 bản chính"
    found = read_papers(cell)
    assert found.cases == [{"key": "p1", "vi": "Trường hợp cấp mới"}, {"key": "p2", "vi": "Đối với cá nhân"}]
    assert [(row["vi"], row["case"], row["required"]) for row in found.components] == [
        ("Đơn A", "p1", True),
        ("Đơn B", "p2", True),
    ]
    assert found.doubts == []


def test_adds_the_ordinary_case_where_papers_stand_beside_cases() -> None:
    found = read_papers(f"--{HEAD}Đơn1 bản chínhTrường hợp cấp lại{HEAD}Giấy phép cũ1 bản chính")
    assert [case["key"] for case in found.cases] == ["ordinary", "p1"]
    assert [row["case"] for row in found.components] == [None, "p1"]


@pytest.mark.parametrize(
    "heading", ["* Trường hợp ủy quyền thực hiện thủ tục:", "Đối với trường hợp ủy quyền cho cá nhân"]
)
def test_adds_the_papers_of_an_authorised_person_to_any_case(heading: str) -> None:
    found = read_papers(f"--{HEAD}Đơn1 bản chính{heading}{HEAD}Giấy ủy quyền1 bản chính")
    assert (found.cases, found.doubts) == ([], [])
    row = found.components[1]
    assert (row["case"], row["required"], row["doubt"]) == (None, False, None)
    assert row["when"] == heading.strip("* :")


def test_reads_who_is_shown_what_from_headings() -> None:
    cell = f"* Giấy tờ phải xuất trình:{HEAD}Hộ chiếu1 bản chính* Giấy tờ phải nộp:{HEAD}Tờ khai1 bản chính"
    found = read_papers(cell)
    assert [(row["vi"], row["group"], row["case"]) for row in found.components] == [
        ("Hộ chiếu", "show", None),
        ("Tờ khai", "submit", None),
    ]
    assert (found.cases, found.doubts) == ([], [])


def test_keeps_the_words_of_a_heading_that_may_be_no_case() -> None:
    found = read_papers(f"Hồ sơ năng lực:{HEAD}Bản kê1 bản chínhHồ sơ tài chính{HEAD}Báo cáo1 bản chính")
    assert found.cases == []
    assert [(row["when"], row["required"]) for row in found.components] == [
        ("Hồ sơ năng lực", False),
        ("Hồ sơ tài chính", False),
    ]
    assert doubts(found) == [("case.1", Reason.UNCLEAR_CASE), ("case.2", Reason.UNCLEAR_CASE)]


def test_takes_the_only_heading_for_a_title() -> None:
    found = read_papers(f"Hồ sơ năng lực gồm:{HEAD}Bản kê1 bản chính")
    assert (found.components[0]["when"], found.components[0]["required"], found.doubts) == (None, True, [])


def test_doubts_a_case_that_stands_alone() -> None:
    found = read_papers(f"Đối với cá nhân:{HEAD}Đơn1 bản chính")
    assert found.components[0]["when"] == "Đối với cá nhân"
    assert doubts(found) == [("case.1", Reason.UNCLEAR_CASE)]


def test_lists_a_paper_of_one_case_once() -> None:
    found = read_papers(f"--{HEAD}Đơn1 bản chínhĐơn1 bản chínhĐơn2 bản chính")
    assert [(row["key"], row["originals"]) for row in found.components] == [("don", 1), ("don-2", 2)]
    assert found.cells == Cells(total=3, structured=3)


def test_gives_the_same_keys_in_any_order_of_rows() -> None:
    rows = [f"Bản sao giấy phép hoạt động của cơ sở sản xuất {letter}1 bản chính" for letter in "ABCDE"]
    rows += ["Đơn1 bản chính", "Tờ khai1 bản chính,1 bản sao"]
    keys = []
    for seed in range(5):
        shuffled = random.Random(seed).sample(rows, len(rows))
        found = read_papers(f"--{HEAD}{''.join(shuffled)}")
        keys.append({row["vi"]: row["key"] for row in found.components})
    assert all(each == keys[0] for each in keys)
    assert len(set(keys[0].values())) == len(rows)


@pytest.mark.parametrize("cell", ["", "--", "Không có thông tin"])
def test_reads_no_papers_where_none_are_stated(cell: str) -> None:
    assert read_papers(cell) == Papers()


def test_names_a_cell_that_is_no_table() -> None:
    found = read_papers("); nộp hồ sơ tại bộ phận một cửa.")
    assert doubts(found) == [("components", Reason.UNCUT_CELLS)]
    assert found.cells == Cells(total=1, doubted=1)


def test_reads_the_table_of_the_page_where_the_cell_is_no_table() -> None:
    page = f"Bước 1 (Thành phần hồ sơ); Bước 2Thành phần hồ sơ--{HEAD}Đơn1 bản chínhCăn cứ pháp lýTên văn bản"
    assert papers_table(page) == f"--{HEAD}Đơn1 bản chính"
    found = read_papers("); Bước 2", page=page)
    assert [row["vi"] for row in found.components] == ["Đơn"]
    assert doubts(found) == [("components", Reason.UNCUT_CELLS)]
    assert found.cells == Cells(total=1, structured=1)
    assert papers_table("trang khác") is None


@pytest.mark.parametrize(
    ("source", "name", "files"),
    [
        ("Đơn theo mẫu.TK 1.001765.docx", "Đơn theo mẫu.", ("TK 1.001765.docx",)),
        ("Nghị định số 41/2026/NĐ-CPMẫu số 06.docx", "Nghị định số 41/2026/NĐ-CP", ("Mẫu số 06.docx",)),
        ("Đơn ngày 25/01/2026Mau don.docx", "Đơn ngày 25/01/2026", ("Mau don.docx",)),
        ("Đơn;MauDonDeNghi.doc", "Đơn", ("MauDonDeNghi.doc",)),
        ("Đơn theo quy định1.4. Don.docx", "Đơn theo quy định", ("1.4. Don.docx",)),
        ("Đơn theo quy địnhvăn bản đề nghị.docx", "Đơn theo quy định", ("văn bản đề nghị.docx",)),
        ("Thông tư 36/2025/TT-BTC06 TNDN.docx", "Thông tư 36/2025/TT-BTC", ("06 TNDN.docx",)),
        ("Đơn.Mẫu số 1.docxMẫu số 2.pdf", "Đơn.", ("Mẫu số 1.docx", "Mẫu số 2.pdf")),
        ("Nhà ở dưới 15 m3/ngày;Mau35.docx", "Nhà ở dưới 15 m3/ngày", ("Mau35.docx",)),
        ("Tờ khai", "Tờ khai", ()),
    ],
)
def test_tells_the_file_of_a_form_from_the_name(source: str, name: str, files: tuple[str, ...]) -> None:
    found = read_name(source)
    assert (found.text, found.files, found.uncut) == (name, files, False)


def test_doubts_a_file_that_cannot_be_told_from_the_name() -> None:
    found = read_papers(f"--{HEAD}thuyet minh du an.docx1 bản chính")
    assert doubts(found) == [("component.thuyet-minh-du-an-docx", Reason.UNREADABLE_PAPER)]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Tờ khai (Mẫu số 14-HSB)", "Mẫu số 14-HSB"),
        ("tờ khai theo mẫu 01/TBVMT.", "Mẫu 01/TBVMT"),
        ("Đơn theo Mẫu số 04.NT Phụ lục I", "Mẫu số 04.NT"),
        ("Đơn theo Mẫu số 1 hoặc Mẫu số 2", None),
        ("Đơn theo mẫu quy định", None),
    ],
)
def test_names_the_form(name: str, form: str | None) -> None:
    assert form_of(name) == form


@pytest.mark.parametrize(
    ("name", "required"),
    [
        ("Đơn", True),
        ("Tài liệu khác (nếu có).", False),
        ("Hợp đồng thuê (đối với trường hợp đi thuê)", False),
        ("Trường hợp ủy quyền: văn bản ủy quyền", False),
        ("Đối với cá nhân: hộ chiếu", False),
        ("Giấy phép (nếu có) của cơ sở", False),
        # In a list the condition belongs to the last entry.
        ("Đơn; hợp đồng thuê (nếu có)", True),
        ("Đơn và bản sao hợp đồng (nếu có)", True),
    ],
)
def test_requires_what_has_no_condition(name: str, required: bool) -> None:
    assert is_required(name) is required


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Xuất trình hộ chiếu", True),
        ("Giấy chứng nhận đăng ký xe (xuất trình)", True),
        ("Xuất trình hoặc nộp hộ chiếu", False),
        ("Bản sao kèm bản chính để đối chiếu", False),
        ("Hộ chiếu", False),
    ],
)
def test_tells_what_is_only_shown(name: str, shown: bool) -> None:
    assert is_shown_only(name) is shown


@given(
    st.lists(
        st.sampled_from(
            [HEAD, "Đơn", "Mẫu 1.docx", "1 bản chính", ",1 bản sao", "2", ":", "--", " ", "Nếu A"]
        )
    )
)
def test_counts_every_row_of_any_cell(parts: list[str]) -> None:
    found = read_papers("".join(parts))
    assert found.cells.rest == 0
    keys = [str(row["key"]) for row in found.components]
    assert len(keys) == len(set(keys))
    assert all(re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", key) for key in keys)
    known = {case["key"] for case in found.cases} | {None}
    assert {row["case"] for row in found.components} <= known
    assert all(row["doubt"] for row in found.components if row["originals"] == row["copies"] == 0)


@with_samples
@pytest.mark.parametrize(
    "name", ["bo-nong-nghiep-mt", "bo-tai-chinh", "bo-tu-phap", "bo-xay-dung", "toa-an-nhan-dan"]
)
def test_leaves_no_row_of_a_file_unnamed(name: str) -> None:
    cells = Cells()
    for line in (SAMPLES / "procedures" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        found = read_papers(record["thanh_phan_ho_so"], page=record["raw_text"])
        cells.add(found.cells)
        # Wherever the portal wrote a number of copies, a row was cut, and only there and at a cut-off end.
        assert found.cells.total >= len(re.findall(r"(?<![0-9])[1-9] bản chính", record["thanh_phan_ho_so"]))
    assert cells.total > 0
    assert (cells.structured + cells.doubted) / cells.total >= 0.95
