"""Excel workbooks from outside, opened with care: bounded when unpacked, no macros, no formulas, no entities."""

from __future__ import annotations

import io
import os
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

# Where lxml happens to be installed the library would read by it, past the guard against entities.
os.environ["OPENPYXL_LXML"] = "False"

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils import get_column_letter

from motcua.catalogue.sources.faults import SourceFault

# The whole country's catalogue comes to about half of this.
MOST_UNPACKED = 256 * 1024 * 1024
MOST_PARTS = 2_000
MOST_ROWS = 100_000
# No known layout is wider; a sheet that claims 16,384 columns is not read that far.
MOST_COLUMNS = 40


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its number as Excel shows it and its cells as text, "" for an empty one."""

    number: int
    cells: tuple[str, ...]

    def at(self, column: int) -> str:
        """Return the cell of a column counted from 0, "" past the end of the row."""
        return self.cells[column] if column < len(self.cells) else ""


class Workbook:
    """An opened workbook whose rows are read when asked for."""

    def __init__(self, book: openpyxl.Workbook, file: str) -> None:
        self._book = book
        self.file = file

    @property
    def sheets(self) -> tuple[str, ...]:
        """Return the names of the sheets, hidden ones too."""
        return tuple(sheet.title for sheet in self._book.worksheets)

    def rows(self, sheet: str) -> Iterator[Row]:
        """Yield the rows of a sheet that have text, at most MOST_COLUMNS wide.

        Raises SourceFault at a formula or an error value, naming the cell, and past MOST_ROWS rows.
        """
        # With a bound of our own: the size that a sheet states of itself may be made up.
        rows = self._book[sheet].iter_rows(max_col=MOST_COLUMNS)
        number = 0
        while (cells := self._next(rows)) is not None:
            number += 1
            if number > MOST_ROWS:
                raise self.fault(f"trang “{sheet}” có hơn {MOST_ROWS} dòng; hãy chia nhỏ hoặc bỏ dòng trống.")
            if all(cell is EMPTY_CELL for cell in cells):
                continue
            row = Row(number, tuple(self._text(cell, sheet) for cell in cells))
            if any(cell.strip() for cell in row.cells):
                yield row

    def fault(self, problem: str, *, cell: str | None = None) -> SourceFault:
        """Return the refusal of this workbook."""
        return SourceFault(problem, file=self.file, cell=cell)

    def _next(self, rows: Iterator[tuple[object, ...]]) -> tuple[object, ...] | None:
        try:
            return next(rows, None)
        except Exception as error:
            raise _broken(self.file, error) from error

    def _text(self, cell: object, sheet: str) -> str:
        kind, value = getattr(cell, "data_type", "n"), getattr(cell, "value", None)
        if kind in ("f", "e"):
            place = f"{get_column_letter(getattr(cell, 'column', 1))}{getattr(cell, 'row', 1)}"
            what = "công thức" if kind == "f" else f"giá trị lỗi {value}"
            raise self.fault(f"ô chứa {what} (trang “{sheet}”); thay bằng giá trị rồi lưu lại.", cell=place)
        return _plain(value)


def _plain(value: object) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/%Y")
    return str(value)


def open_workbook(data: bytes, *, file: str) -> Workbook:
    """Open the bytes of an .xlsx file.

    Raises SourceFault for what is no workbook, has macros, is encrypted or broken, or would unpack to more than
    MOST_UNPACKED bytes or MOST_PARTS parts.
    """
    _check_parts(data, file)
    try:
        with warnings.catch_warnings():
            # It warns of styles and extensions that do not matter here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    except Exception as error:
        # A file made to harm fails inside the library in any way it likes.
        raise _broken(file, error) from error
    return Workbook(book, file)


def _broken(file: str, error: Exception) -> SourceFault:
    if _declares_entities(error):
        return SourceFault("sổ tính khai báo thực thể XML, có thể gây hại; không mở tệp này.", file=file)
    return SourceFault(
        "sổ tính hỏng hoặc không đọc được an toàn; mở bằng Excel và lưu lại dạng .xlsx.", file=file
    )


def _declares_entities(error: BaseException | None) -> bool:
    """Tell whether defusedxml, with which openpyxl parses, is behind an error of openpyxl."""
    while error is not None and not isinstance(error, DefusedXmlException):
        error = error.__cause__ or error.__context__
    return error is not None


def _check_parts(data: bytes, file: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise _broken(file, error) from error
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        raise SourceFault("tệp này không phải sổ tính Excel (.xlsx); cần tệp JSON hoặc .xlsx.", file=file)
    if any(name.endswith("vbaproject.bin") for name in names):
        raise SourceFault("sổ tính có macro; lưu lại dạng .xlsx không macro.", file=file)
    if any(part.flag_bits & 1 for part in parts):
        raise SourceFault("sổ tính đặt mật khẩu; bỏ mật khẩu rồi lưu lại.", file=file)
    # What a part unpacks to beyond its stated size is cut off by zipfile, so the statement can be trusted.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        most = MOST_UNPACKED // 1024 // 1024
        raise SourceFault(f"sổ tính giải nén ra quá {most} MB; hãy chia nhỏ.", file=file)
