"""The Excel export of the national database of procedures: one sheet of procedures, five of their parts."""

from __future__ import annotations

from typing import Final

from motcua.catalogue.format_values import PROCEDURE_CODE
from motcua.catalogue.sources.jsontext import Record
from motcua.catalogue.sources.workbook import Row, Workbook
from motcua.kit.text import fold, nfc, squeeze

_MAIN: Final = "TTHC2-CAPXA"
_FIRST_ROW: Final = 4
# fmt: off
_MAIN_COLUMNS: Final = (
    "stt", "ma_tthc", "ten_tthc", "link_truy_cap", "so_quyet_dinh",
    "ngay_quyet_dinh", "co_quan_ban_hanh", "linh_vuc", "cap_thuc_hien", "doi_tuong_thuc_hien",
    "loai_tthc", "tu_khoa", "dia_chi_tiep_nhan", "co_quan_thuc_hien", "co_quan_co_tham_quyen",
    "co_quan_phoi_hop", "co_quan_duoc_uy_quyen", "mo_ta", "trang_thai",
)
# fmt: on
_CODE_COLUMN: Final = 1
_FIRST_CHILD_COLUMN: Final = 3
_CHILDREN: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "Cách thức thực hiện": ("cach_thuc_thuc_hien", ("hinh_thuc_nop", "thoi_gian", "phi_le_phi", "mo_ta")),
    "Trình tự thực hiện": ("trinh_tu_thuc_hien", ("truong_hop_xu_ly", "mo_ta_chi_tiet")),
    "TPHS": (
        "tphs",
        ("ma_tphs", "ten_giay_to", "loai_giay_to", "co_quan_ban_hanh", "ban_chinh", "ban_sao", "bm_dien_tu"),
    ),
    "KQTH": ("kqth", ("ma_ket_qua", "ten_ket_qua", "co_quan_ban_hanh", "mo_ta")),
    "CCPL": (
        "ccpl",
        ("so_ky_hieu", "trich_yeu", "co_quan_ban_hanh", "ngay_ban_hanh", "ngay_hieu_luc", "dia_chi_truy_cap"),
    ),
}
_FLAGS: Final = frozenset({"ban_chinh", "ban_sao"})
_NO: Final = ("", "0", "khong", "false")
_CONDITIONS: Final = ("TTHC", 16)
# A row of titles or totals has text in one or two cells; a procedure has its name and many more.
_LEAST_CELLS: Final = 3


def national_records(book: Workbook) -> tuple[list[Record], tuple[str, ...]]:
    """Return the procedures of the workbook as the national database's JSON has them, and notes in Vietnamese.

    Each comes with its row in the sheet of procedures. Raises SourceFault for a missing sheet or a wrong code.
    """
    main = _sheet(book, _MAIN)
    for name in _CHILDREN:
        _sheet(book, name)
    records = [(row.number, _record(row)) for row in book.rows(main) if _is_procedure(row, book)]
    if not records:
        raise book.fault(f"trang “{main}” không có thủ tục nào từ dòng {_FIRST_ROW}; kiểm tra lại bố cục.")
    by_code: dict[str, list[dict[str, object]]] = {}
    for _, record in records:
        by_code.setdefault(str(record["ma_tthc"]), []).append(record)
    notes = [note for name in _CHILDREN if (note := _add_children(book, name, by_code))]
    _add_conditions(book, by_code)
    return records, tuple(notes)


def _sheet(book: Workbook, name: str) -> str:
    for sheet in book.sheets:
        if squeeze(nfc(sheet)).casefold() == name.casefold():
            return sheet
    found = ", ".join(f"“{sheet}”" for sheet in book.sheets)[:200]
    raise book.fault(f"thiếu trang tính “{name}”, chỉ có {found}; xuất lại từ cơ sở dữ liệu quốc gia.")


def _is_procedure(row: Row, book: Workbook) -> bool:
    code = _code(row)
    if row.number < _FIRST_ROW or row.at(0).strip() == "STT" or sum(map(bool, row.cells)) < _LEAST_CELLS:
        return False
    if not PROCEDURE_CODE.fullmatch(code):
        problem = f"mã thủ tục “{code[:40]}” phải có dạng 1.000288; sửa lại, để ô là kiểu chữ."
        raise book.fault(problem, cell=f"B{row.number}")
    return True


def _code(row: Row) -> str:
    return squeeze(nfc(row.at(_CODE_COLUMN)))


def _record(row: Row) -> dict[str, object]:
    record: dict[str, object] = {key: row.at(column).strip() for column, key in enumerate(_MAIN_COLUMNS)}
    record["ma_tthc"] = _code(row)
    record.update({key: [] for key, _ in _CHILDREN.values()})
    return record


def _add_children(book: Workbook, name: str, by_code: dict[str, list[dict[str, object]]]) -> str:
    key, columns = _CHILDREN[name]
    left_out = 0
    for row in book.rows(_sheet(book, name)):
        if row.number == 1:
            continue
        owners = by_code.get(_code(row), [])
        left_out += not owners
        for record in owners:
            children = record[key]
            assert isinstance(children, list)
            children.append(_child(row, columns))
    return f"Trang “{name}”: {left_out} dòng không thuộc thủ tục nào của trang {_MAIN}." if left_out else ""


def _child(row: Row, columns: tuple[str, ...]) -> dict[str, object]:
    texts = {key: row.at(_FIRST_CHILD_COLUMN + offset).strip() for offset, key in enumerate(columns)}
    # A sheet marks a flag with any sign ("x", "TRUE", "Có").
    return {key: fold(text) not in _NO if key in _FLAGS else text for key, text in texts.items()}


def _add_conditions(book: Workbook, by_code: dict[str, list[dict[str, object]]]) -> None:
    name, column = _CONDITIONS
    if name not in book.sheets:
        return
    for row in book.rows(name):
        for record in by_code.get(_code(row), []):
            record["yeu_cau_dieu_kien"] = row.at(column).strip()
