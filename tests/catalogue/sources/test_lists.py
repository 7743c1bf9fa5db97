"""The official lists: what is read from them, and the cell that is named when something is wrong."""

import io
import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from motcua.catalogue.sources.faults import SourceFault
from motcua.catalogue.sources.lists import HEADER, ListRow, read_list
from tests.samples import SAMPLES, with_samples

FIRST = ["1.000001", " Thủ tục  một ", "Bộ Tư pháp", "Sở Tư pháp\nỦy ban nhân dân cấp xã\n", "Hộ tịch"]
SECOND = ["2.000002", "Thủ tục hai", "Bộ Tư pháp", "", "Nuôi con nuôi"]


def a_list(tmp_path: Path, *rows: list[Any], header: tuple[str, ...] = HEADER, motto: bool = True) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    if motto:
        sheet.append(["CỘNG HÒA\nDANH SÁCH"])
        sheet.merge_cells("A1:E1")
    for row in (list(header), *rows):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    path = tmp_path / "ds.xlsx"
    path.write_bytes(file.getvalue())
    return path


def refused(path: Path) -> SourceFault:
    with pytest.raises(SourceFault) as caught:
        read_list(path)
    assert "\n" not in caught.value.message_vi
    return caught.value


@pytest.mark.parametrize("motto", [True, False])
def test_a_list_below_its_motto_row(tmp_path: Path, motto: bool) -> None:
    path = a_list(tmp_path, [*FIRST], [None] * 5, ["", " ", None], [*SECOND], motto=motto)
    found = read_list(path)
    assert found.rows == (
        ListRow(
            code="1.000001",
            name="Thủ tục một",
            issued_by="Bộ Tư pháp",
            executing=("Sở Tư pháp", "Ủy ban nhân dân cấp xã"),
            domain="Hộ tịch",
            line=3 if motto else 2,
        ),
        ListRow("2.000002", "Thủ tục hai", "Bộ Tư pháp", (), "Nuôi con nuôi", 6 if motto else 5),
    )
    assert found.duplicates == ()
    assert len(found.digest) == 64


def test_names_come_in_one_normal_form(tmp_path: Path) -> None:
    odd = unicodedata.normalize("NFD", "Thủ tục") + "\u200b\u00a0một"
    assert read_list(a_list(tmp_path, ["1.000001", odd, "", "", ""])).rows[0].name == "Thủ tục một"


def test_a_code_twice_is_left_to_the_caller(tmp_path: Path) -> None:
    found = read_list(a_list(tmp_path, [*FIRST], [*SECOND], ["1.000001", "Tên khác", "", "", ""]))
    assert [row.code for row in found.rows] == ["2.000002"]
    assert [row.name for row in found.duplicates] == ["Thủ tục một", "Tên khác"]


def test_another_header_is_named(tmp_path: Path) -> None:
    fault = refused(a_list(tmp_path, [*FIRST], header=("Mã", "Tên", "Cơ quan", "Lĩnh vực", "")))
    assert fault.line == 2
    assert "Mã số | Tên | Cơ quan ban hành | Cơ quan thực hiện | Lĩnh vực" in fault.message_vi
    assert "đang là “Mã | Tên | Cơ quan | Lĩnh vực”" in fault.message_vi


def test_a_column_more_is_another_header(tmp_path: Path) -> None:
    assert "đang là" in refused(a_list(tmp_path, [*FIRST], header=(*HEADER, "Ghi chú"))).message_vi


def test_a_formula_names_its_cell(tmp_path: Path) -> None:
    fault = refused(a_list(tmp_path, [*FIRST], ["2.000002", "Hai", '=CONCATENATE("a","b")', "", ""]))
    assert fault.cell == "C4"
    assert "ô C4: ô chứa công thức" in fault.message_vi


def test_a_code_that_excel_took_for_a_number_names_its_cell(tmp_path: Path) -> None:
    # 1.000100 as a number is 1.0001: whether zeros were lost cannot be seen any more.
    assert refused(a_list(tmp_path, [1.0001, "Tên", "", "", ""])).cell == "A3"


def test_a_missing_name_names_its_cell(tmp_path: Path) -> None:
    assert refused(a_list(tmp_path, ["1.000001", " ", "Bộ", "", ""])).cell == "B3"


def test_a_list_without_rows_is_refused(tmp_path: Path) -> None:
    assert "không có thủ tục nào" in refused(a_list(tmp_path)).message_vi


def test_a_second_sheet_with_content_is_refused(tmp_path: Path) -> None:
    path = a_list(tmp_path, [*FIRST])
    book = openpyxl.load_workbook(path)
    book.create_sheet("Thêm").append(["2.000002"])
    book.save(path)
    assert "“Thêm”" in refused(path).message_vi
    book.remove(book["Thêm"])
    book.create_sheet("Trống")
    book.save(path)
    assert len(read_list(path).rows) == 1


CSV = 'Mã số,Tên,Cơ quan ban hành,Cơ quan thực hiện,Lĩnh vực\r\n1.000001,Một,Bộ,"Sở\nXã",Hộ tịch\r\n'


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file(tmp_path: Path, mark: str, delimiter: str) -> None:
    path = tmp_path / "ds.csv"
    path.write_bytes((mark + CSV.replace(",", delimiter)).encode())
    assert read_list(path).rows == (ListRow("1.000001", "Một", "Bộ", ("Sở", "Xã"), "Hộ tịch", 2),)


def test_a_csv_formula_names_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "ds.csv"
    path.write_text(CSV + "1.000002,=1+1,Bộ,Sở,Hộ tịch\n", encoding="utf-8")
    assert refused(path).cell == "B3"


def test_an_open_quote_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ds.csv"
    path.write_text(CSV + '1.000002,"Hai,Bộ,Sở,Hộ tịch\n', encoding="utf-8")
    assert "nháy kép" in refused(path).message_vi


@pytest.mark.parametrize("data", [b"", b"\x7fELF\x02", b"\xff\xfeM\x00", b"M\xe3 s\xf4"])
def test_what_is_no_list_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "ds.csv"
    path.write_bytes(data)
    refused(path)


@with_samples
def test_the_lists_of_the_samples() -> None:
    counts = {}
    for path in sorted((SAMPLES / "procedure-lists").glob("*.xlsx")):
        found = read_list(path)
        counts[path.stem] = len(found.rows)
        assert not found.duplicates
        from_csv = read_list(path.with_suffix(".csv")).rows
        assert [(row.code, row.name, row.executing) for row in from_csv] == [
            (row.code, row.name, row.executing) for row in found.rows
        ]
    assert counts == {
        "danh-sach-tthc-BoTaiChinh": 706,
        "danh-sach-tthc-BoTuPhap": 271,
        "danh-sach-tthc-BoXayDung": 525,
        "danh-sach-tthc-NongNghiepvaMoiTruong": 537,
        "toa-an-nhan-dan": 3,
    }
