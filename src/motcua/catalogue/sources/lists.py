"""The official lists of procedures that the ministries publish: code, name, agencies, domain."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from motcua.catalogue.format_values import PROCEDURE_CODE
from motcua.catalogue.sources.faults import SourceFault, read_source
from motcua.catalogue.sources.textfile import decode_text
from motcua.catalogue.sources.workbook import Row, Workbook, open_workbook
from motcua.kit.text import nfc, squeeze

HEADER: Final = ("Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực")
_DELIMITERS: Final = ",;\t"


@dataclass(frozen=True)
class ListRow:
    """One procedure of an official list; `line` is the row in the file, `executing` may be empty."""

    code: str
    name: str
    issued_by: str
    executing: tuple[str, ...]
    domain: str
    line: int


@dataclass(frozen=True)
class OfficialList:
    """An official list: rows whose code stands once, and those whose code stands more than once.

    `digest` is the SHA-256 of the file in hexadecimal.
    """

    name: str
    digest: str
    rows: tuple[ListRow, ...]
    duplicates: tuple[ListRow, ...]


def read_list(path: Path) -> OfficialList:
    """Return the official list in an .xlsx or .csv file, texts in NFC and tidy, blank rows left out.

    Raises SourceFault, naming the cell where there is one, for another header, a formula, a wrong code, a
    missing name, a second sheet with content, and for whatever is no such file.
    """
    data = read_source(path)
    rows = _sheet_rows(data, path.name) if data[:4] == b"PK\x03\x04" else _csv_rows(data, path.name)
    found = [_row(row, path.name) for row in _below_header(rows, path.name)]
    if not found:
        raise SourceFault("danh sách không có thủ tục nào dưới dòng tiêu đề.", file=path.name)
    times = Counter(row.code for row in found)
    return OfficialList(
        name=path.name,
        digest=hashlib.sha256(data).hexdigest(),
        rows=tuple(row for row in found if times[row.code] == 1),
        duplicates=tuple(row for row in found if times[row.code] > 1),
    )


def _sheet_rows(data: bytes, file: str) -> Iterator[Row]:
    book = open_workbook(data, file=file)
    filled = [sheet for sheet in book.sheets if _has_rows(book, sheet)]
    if len(filled) != 1:
        names = ", ".join(f"“{sheet}”" for sheet in filled) or "không trang nào"
        raise book.fault(f"cần đúng một trang tính có nội dung, đang có: {names}; bỏ các trang khác.")
    return book.rows(filled[0])


def _has_rows(book: Workbook, sheet: str) -> bool:
    return next(book.rows(sheet), None) is not None


def _csv_rows(data: bytes, file: str) -> Iterator[Row]:
    text, _ = decode_text(data, file=file)
    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            problem = "sai cấu trúc CSV (thường do thiếu dấu nháy kép); hãy xuất lại."
            raise SourceFault(problem, file=file, line=reader.line_num) from error
        if cells is None:
            return
        number += 1
        for column, cell in enumerate(cells):
            if cell.startswith("="):
                raise _fault("ô chứa công thức; thay bằng giá trị rồi lưu lại.", file, column, number)
        if any(cell.strip() for cell in cells):
            yield Row(number, tuple(cells))


def _below_header(rows: Iterable[Row], file: str) -> Iterator[Row]:
    """Pass over titles, which stand in one merged cell, and check the header that must follow."""
    waiting = iter(rows)
    for row in waiting:
        shown = [_tidy(cell) for cell in row.cells]
        if sum(map(bool, shown)) <= 1:
            continue
        while shown and not shown[-1]:
            shown.pop()
        if [cell.casefold() for cell in shown] != [cell.casefold() for cell in HEADER]:
            found = " | ".join(shown)[:120]
            problem = f"tiêu đề cột phải là “{' | '.join(HEADER)}”, đang là “{found}”; sửa lại dòng tiêu đề."
            raise SourceFault(problem, file=file, line=row.number)
        return chain(waiting)
    raise SourceFault(f"không thấy dòng tiêu đề “{' | '.join(HEADER)}”.", file=file)


def _row(row: Row, file: str) -> ListRow:
    code, name, issued_by, _, domain = (_tidy(row.at(column)) for column in range(len(HEADER)))
    if not PROCEDURE_CODE.fullmatch(code):
        problem = f"mã số “{code[:40]}” phải có dạng 1.000094; đặt cột mã là kiểu chữ rồi sửa lại."
        raise _fault(problem, file, 0, row.number)
    if not name:
        raise _fault("thiếu tên thủ tục; điền tên hoặc bỏ dòng này.", file, 1, row.number)
    agencies = (_tidy(line) for line in row.at(3).splitlines())
    executing = tuple(dict.fromkeys(agency for agency in agencies if agency))
    return ListRow(code, name, issued_by, executing, domain, row.number)


def _tidy(cell: str) -> str:
    return squeeze(nfc(cell))


def _fault(problem: str, file: str, column: int, row: int) -> SourceFault:
    return SourceFault(problem, file=file, line=row, cell=f"{chr(ord('A') + column)}{row}")
