"""The workbook of the national database, and each way in which a workbook can be bad or made to harm."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from motcua.catalogue.sources.files import SourceFault, open_source
from motcua.catalogue.sources.workbook import MOST_UNPACKED

Write = Callable[[str, bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def refused(path: Path) -> SourceFault:
    with pytest.raises(SourceFault) as caught:
        list(open_source(path).records)
    assert caught.value.message_vi.startswith(path.name)
    assert "\n" not in caught.value.message_vi
    return caught.value


def a_book(**changed: list[list[Any]]) -> openpyxl.Workbook:
    """A workbook of the national database with one procedure; `changed` replaces the rows of a sheet by key."""
    main = ["1", "1.000288", "Tên thủ tục", "https://x", "1/QĐ-BTP", "09/01/2018", "Bộ", "Lĩnh vực", "Cấp xã"]
    sheets: dict[str, tuple[str, list[list[Any]]]] = {
        "main": ("TTHC2-CAPXA", [["TITLE"], [], ["STT", "Mã", "Tên"], main]),
        "methods": (
            "Cách thức thực hiện",
            [["STT"], ["1", "1.000288", "Tên", "Trực tiếp", "5 Ngày", "Phí", "m"]],
        ),
        "steps": ("Trình tự thực hiện", [["STT"], ["1", "1.000288", "Tên", "", "Bước 1"]]),
        "papers": (
            "TPHS",
            [["STT"], ["1", "1.000288", "Tên", "G03-KQ1", "Đơn", "", "Bộ", "x", None, "Không"]],
        ),
        "results": ("KQTH", [["STT"], ["1", "1.000288", "Tên", "KQ.G03.000340", "Bằng", "Bộ", ""]]),
        "legal": (
            "CCPL",
            [["STT"], ["1", "1.000288", "Tên", "19/2018/TT-BGDĐT", "Trích yếu", "Bộ", "22/08/2018"]],
        ),
        "conditions": ("TTHC", [["STT"], ["1", "1.000288", *[""] * 14, "Điều kiện"]]),
    }
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for key, (title, rows) in sheets.items():
        sheet = book.create_sheet(title)
        for row in changed.get(key, rows):
            sheet.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(
    data: bytes, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None
) -> bytes:
    """The same archive with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def test_the_workbook_of_the_national_database(write: Write) -> None:
    source = open_source(write("a.xlsx", saved(a_book())))
    assert source.layout == "national_database"
    [(line, record)] = source.records
    assert line == 4
    assert record["ma_tthc"] == "1.000288"
    assert record["cap_thuc_hien"] == "Cấp xã"
    assert record["cach_thuc_thuc_hien"] == [
        {"hinh_thuc_nop": "Trực tiếp", "thoi_gian": "5 Ngày", "phi_le_phi": "Phí", "mo_ta": "m"}
    ]
    assert record["trinh_tu_thuc_hien"] == [{"truong_hop_xu_ly": "", "mo_ta_chi_tiet": "Bước 1"}]
    assert record["tphs"] == [
        {
            "ma_tphs": "G03-KQ1",
            "ten_giay_to": "Đơn",
            "loai_giay_to": "",
            "co_quan_ban_hanh": "Bộ",
            "ban_chinh": True,
            "ban_sao": False,
            "bm_dien_tu": "Không",
        }
    ]
    assert record["yeu_cau_dieu_kien"] == "Điều kiện"
    assert source.notes == ()


def test_rows_of_no_procedure_are_noted(write: Write) -> None:
    rows: list[list[Any]] = [
        ["STT"],
        ["1", "2.000001", "Tên", "", "Bước 1"],
        ["2", "", "Tên", "", "Bước 2"],
    ]
    source = open_source(write("a.xlsx", saved(a_book(steps=rows))))
    assert source.notes == (
        "Trang “Trình tự thực hiện”: 2 dòng không thuộc thủ tục nào của trang TTHC2-CAPXA.",
    )


def test_a_formula_names_its_cell(write: Write) -> None:
    rows: list[list[Any]] = [["STT"], ["1", "1.000288", "Tên", "", '=HYPERLINK("https://x")']]
    fault = refused(write("a.xlsx", saved(a_book(steps=rows))))
    assert fault.cell == "E2"
    assert "ô E2" in fault.message_vi
    assert "công thức" in fault.message_vi


def test_a_missing_sheet_is_named(write: Write) -> None:
    book = a_book()
    book.remove(book["TPHS"])
    assert "“TPHS”" in refused(write("a.xlsx", saved(book))).message_vi


def test_a_wrong_code_names_its_cell(write: Write) -> None:
    rows: list[list[Any]] = [["T"], [], ["STT", "Mã", "Tên"], ["1", 1.1, "Tên", "x"]]
    assert refused(write("a.xlsx", saved(a_book(main=rows)))).cell == "B4"


def test_an_archive_that_is_no_workbook_is_refused(write: Write) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "không phải sổ tính" in refused(write("a.xlsx", out.getvalue())).message_vi


def test_a_workbook_with_macros_is_refused(write: Write) -> None:
    data = repacked(saved(a_book()), lambda _, part: part, {"xl/vbaProject.bin": b"x"})
    assert "macro" in refused(write("a.xlsx", data)).message_vi


def test_a_cut_workbook_is_refused(write: Write) -> None:
    data = saved(a_book())
    assert "hỏng" in refused(write("a.xlsx", data[: len(data) // 2])).message_vi


def test_a_workbook_that_unpacks_too_large_is_refused_unread(write: Write) -> None:
    # The statement of the size is enough: nothing of that size has to be unpacked to refuse it.
    data = bytearray(saved(a_book()))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", MOST_UNPACKED + 1)
    assert "giải nén ra quá" in refused(write("a.xlsx", bytes(data))).message_vi


def test_a_part_larger_than_it_says_is_refused(write: Write) -> None:
    book = a_book()
    book["TTHC"].append(["x" * 30_000] * 3)
    data = bytearray(saved(book))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 24 : at + 28] = struct.pack("<I", 100)
        at += 4
    assert "hỏng" in refused(write("a.xlsx", bytes(data))).message_vi


STRINGS = "xl/sharedStrings.xml"
STRINGS_KIND = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


@pytest.mark.parametrize(
    "declared",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
@pytest.mark.parametrize("part", [STRINGS, "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_entities_are_refused(write: Write, declared: bytes, part: str) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name == "[Content_Types].xml":
            override = (
                b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + STRINGS_KIND + b'"/></Types>'
            )
            return content.replace(b"</Types>", override)
        return declared + content if name == part else content

    sst = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>x</t></si></sst>'
    plain = repacked(saved(a_book()), lambda name, part: part)
    assert open_source(write("b.xlsx", plain)).layout == "national_database"
    data = repacked(plain, change, {STRINGS: change(STRINGS, sst)})
    assert "thực thể XML" in refused(write("a.xlsx", data)).message_vi


def test_a_made_up_size_of_a_sheet_costs_nothing(write: Write) -> None:
    def change(name: str, content: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return content
        start = content.index(b'<dimension ref="')
        end = content.index(b"/>", start)
        return content[:start] + b'<dimension ref="A1:XFD1048576"' + content[end:]

    source = open_source(write("a.xlsx", repacked(saved(a_book()), change)))
    assert [record["ma_tthc"] for _, record in source.records] == ["1.000288"]


def test_rows_without_end_are_refused(write: Write) -> None:
    book = a_book()
    book["TTHC2-CAPXA"].cell(row=1_000_000, column=1, value="x")
    assert "dòng" in refused(write("a.xlsx", saved(book))).message_vi
