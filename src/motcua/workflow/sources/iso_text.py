"""The parts of a procedure text: what it is called, its stated time limit, and its table of steps.

Tables come as cells with " | " between them; a row ends with an empty cell. See docs/rules/iso-processes.md.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from motcua.kit.text import nfc, squeeze

# Field codes, page marks and other leavings of a word processor.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")
_CODE = re.compile(r"Mã (?:hiệu|số)[\s|:]{0,40}(QT[^|\n]{1,40})", re.IGNORECASE)
_PROCEDURE_CODE = re.compile(r"(?<![\d.])\d\.\d{6}(?:\.[A-Z]\d{2})?(?![\d.])")
_NOT_A_TITLE = re.compile(
    r"^(?:quy trình|mã (?:hiệu|số)|lần ban hành|ngày (?:ban hành|hiệu lực)|trang|\d+$)", re.IGNORECASE
)
_LIMIT = re.compile(r"Thời (?:hạn|gian) giải quyết(?: hồ sơ)?\s*:", re.IGNORECASE)
# The next lettered or numbered part, also where its full stop was forgotten.
_NEXT_PART = re.compile(r"\n[^\S\n]*(?:[c-mđ]|\d)(?:[^\S\n]?[.)]\s*|\s+)(?=[A-ZÀ-ÝĂĐƠƯ])|Đối tượng thực hiện")
_STEPS = re.compile(r"trình tự|nội dung công việc|các bước|bước công việc", re.IGNORECASE)
_WHO = re.compile(r"trách nhiệm|người thực hiện|đơn vị thực hiện|bộ phận thực hiện", re.IGNORECASE)
_TIME = re.compile(r"thời (?:gian|hạn)", re.IGNORECASE)
_NUMBER = re.compile(r"(?:(?:bước|b)\s*)?\d{0,2}\s*[.)]?", re.IGNORECASE)
_AFTER_TABLE = re.compile(r"\*?\s*ghi chú|biểu mẫu\b", re.IGNORECASE)
_EIGHT_HOURS = re.compile(r"Đơn vị tính thời gian là ngày làm việc", re.IGNORECASE)
_MOST_ROWS = 100
_MOST_CELLS = 2_000
_MOST_TABLE = 60_000
# A heading row is short, and a text speaks of steps some dozen times.
_MOST_HEADING = 1_000
_MOST_MENTIONS = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table of steps; `times` has a text for each time column, the same one where cells are merged."""

    number: str
    title: str
    who: str
    times: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of steps: the headings of its time columns and its rows."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """What a procedure text says in which part; an empty text or None where there is no such part.

    `torn` tells that a table of steps is there but its cells could not be put into rows. `working_days` tells that
    the text says its times are in working days.
    """

    title: str
    code: str
    procedure_code: str
    issuer: str
    limit: str
    table: Table | None
    torn: bool
    working_days: bool


def read_document(text: str) -> Document:
    """Find the parts of a procedure text; never raises."""
    plain = nfc(_CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\x07", " | ")))
    found = _CODE.search(plain)
    own = _PROCEDURE_CODE.search(plain)
    head = [squeeze(cell) for line in plain[:3000].split("\n") for cell in line.split("|")]
    header = _header(plain)
    table = _table(*header) if header else None
    return Document(
        _title(plain),
        squeeze(found[1]) if found else "",
        own[0] if own else "",
        next((cell for cell in head if cell), ""),
        _limit(plain),
        table,
        header is not None and table is None,
        _EIGHT_HOURS.search(plain) is not None,
    )


def _title(plain: str) -> str:
    """Return the name that the head of the first page gives."""
    head = re.split(r"MỤC LỤC", plain[:4000])[0]
    cells = [cell for cell in head.split("|") if cell.strip()]
    for cell in cells[1:]:
        said = squeeze(" ".join(line for line in cell.split("\n") if not _NOT_A_TITLE.match(line.strip())))
        if said and not _NOT_A_TITLE.match(said):
            return said
    return ""


def _limit(plain: str) -> str:
    found = _LIMIT.search(plain)
    if found is None:
        return ""
    rest = plain[found.end() : found.end() + 8000]
    end = _NEXT_PART.search(rest)
    return (rest[: end.start()] if end else rest[:1000]).strip()


def _header(plain: str) -> tuple[list[str], list[str]] | None:
    """Find the heading row that speaks of steps, of who does them and of time; with the cells after it."""
    for found in islice(_STEPS.finditer(plain), _MOST_MENTIONS):
        start = plain.rfind("\n", 0, found.start()) + 1
        width = _width(_cells(plain[start : start + _MOST_HEADING]))
        if width:
            cells = _cells(plain[start : start + _MOST_TABLE])[:_MOST_CELLS]
            return cells[:width], cells[width:]
    return None


def _cells(text: str) -> list[str]:
    return [cell.strip() for cell in text.split("|")]


def _width(cells: Sequence[str]) -> int:
    """Return how many cells the heading row has with the empty one that ends it, 0 where it is none."""
    who = next((at for at, cell in enumerate(cells[:6]) if _WHO.match(cell)), 0)
    if not who or not any(_STEPS.search(cell) for cell in cells[:who]):
        return 0
    at = who + 1
    while at < len(cells) and _TIME.match(cells[at]):
        at += 1
    return at + 1 if at > who + 1 and at < len(cells) and not cells[at] else 0


def _table(heading: list[str], cells: list[str]) -> Table | None:
    end = next((at for at, cell in enumerate(cells) if _AFTER_TABLE.match(cell)), None)
    # The last cell may run on into the text below the table.
    cells = cells[:end] if end is not None else cells
    who = next(at for at, cell in enumerate(heading) if _WHO.match(cell))
    title = max(at for at in range(who) if _STEPS.search(heading[at]))
    layout = _Layout(title, who, len(heading))
    rows = layout.rows(cells)
    headings = tuple(squeeze(cell) for cell in heading[who + 1 : -1])
    return Table(headings, tuple(rows)) if rows else None


@dataclass(frozen=True, slots=True)
class _Layout:
    title: int
    who: int
    width: int

    def rows(self, cells: list[str]) -> list[Row]:
        """Cut the cells into rows; no rows where that can't be done without a rest."""
        # Full rows first, then such whose time cells are merged: a way through all cells, found by going back.
        way: list[tuple[int, Iterator[int]]] = [(0, self._lengths(cells, 0))]
        tried: set[int] = {0}
        while way:
            at, lengths = way[-1]
            if self._ended(cells, at):
                starts = [start for start, _ in way]
                return [self._row(cells[a:b]) for a, b in pairwise(starts)]
            length = next(lengths, None)
            if length is None or len(way) > _MOST_ROWS:
                way.pop()
            elif at + length not in tried:
                tried.add(at + length)
                way.append((at + length, self._lengths(cells, at + length)))
        return []

    def _ended(self, cells: list[str], at: int) -> bool:
        return at > 0 and not any(cell.strip("* ") for cell in cells[at:])

    def _lengths(self, cells: list[str], at: int) -> Iterator[int]:
        for length in range(self.width, self.who + 2, -1):
            row = cells[at : at + length]
            if len(row) == length and not row[-1] and self._begins(row):
                yield length

    def _begins(self, row: list[str]) -> bool:
        named = row[self.title] and row[self.who]
        return bool(named) and all(_NUMBER.fullmatch(cell) for cell in row[: self.title])

    def _row(self, cells: list[str]) -> Row:
        times = [squeeze(cell) for cell in cells[self.who + 1 : -1]]
        times += times[-1:] * (self.width - len(cells))
        number = next((cell for cell in cells[: self.title] if cell), "")
        return Row(number.strip(" .)"), cells[self.title], squeeze(cells[self.who]), tuple(times))
