"""Papers of a procedure, cut from the glued table of the national portal's pages.

The table has a heading for each case, and rows of a name, the files of its forms, and the number of copies.
The portal shows rows in no order of their own, so a heading that stands among the rows heads none of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from motcua.catalogue.sources.clean import one_line
from motcua.catalogue.sources.paper_names import (
    PaperName,
    form_of,
    is_remark,
    is_required,
    is_shown_only,
    paper_keys,
    read_name,
    without_bullet,
)
from motcua.catalogue.sources.reading import Cells, Doubt, Reason
from motcua.catalogue.sources.words import is_blank
from motcua.kit.text import fold

HEAD: Final = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
_SECTION = "Thành phần hồ sơ"
_NEXT_SECTION = "Căn cứ pháp lý"
_QUANTITY = re.compile(r"(?P<originals>[0-9]) bản chính(?:,(?P<copies>[0-9]{1,2}) bản sao)?")
_DIGITS_BEFORE = re.compile(r"[0-9]*\Z")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")

# Headings that say how papers are handed over, or nothing: their rows belong to every case.
_SHOW = re.compile(r"(?:cac )?(?:giay to )?(?:can |phai )?xuat trinh")
_SUBMIT = re.compile(r"(?:cac )?giay to (?:can |phai )?(?:nop|gui)")
_PLAIN = re.compile(
    r"(?:\d |[a-d] )?(?:thanh phan(?: va)?(?: so luong)? )?ho so(?: bao)?(?: gom)?(?: co)?(?: cac giay to)?(?: sau)?(?: day)?"
)
_NOTE = re.compile(r"(?:luu y|ghi chu|chu y)(?: them| khac| chung)?")
_CASE = re.compile(r"(?:neu|khi) |.*\b(?:truong hop|doi voi|cap lai|cap moi|cap doi|gia han|lan dau)\b")
# Papers of somebody who acts for another come on top of those of any case.
_ADDED = re.compile(r"(?:doi voi )?(?:truong hop |nguoi )(?:duoc )?(?:\w+ ){0,4}uy quyen\b")
# A heading longer than this is a note put in its place, unless it names a case and draws no conclusion from it.
_MOST_HEADING: Final = 300

_NO_QUANTITY: Final = "Nguồn không ghi số lượng bản chính, bản sao."
_IS_REMARK: Final = "Dòng này giống tiêu đề hoặc ghi chú hơn là một giấy tờ."
_GLUED_QUANTITY: Final = "Số lượng dính liền với chữ số đứng trước, cần xem lại."
_GLUED_FILE: Final = "Tên tệp mẫu đơn dính liền với tên giấy tờ, chưa tách được."
_UNCLEAR_CASE: Final = "Chưa rõ giấy tờ này thuộc trường hợp nào."


@dataclass
class Papers:
    """The papers of one record in the project's format, its cases in the order of their headings, and coverage."""

    components: list[dict[str, object]] = field(default_factory=list)
    cases: list[dict[str, str]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    cells: Cells = field(default_factory=Cells)


@dataclass(frozen=True)
class _Row:
    """A row as cut: no number of copies where the row ended without one."""

    source: str
    originals: int = 0
    copies: int = 0
    unsure: bool = False


@dataclass(frozen=True)
class _Section:
    """What a heading says of its rows; `case` is None where they belong to every case."""

    heading: str
    case: str | None = None
    group: str | None = None
    when: str | None = None
    unclear: bool = False


def papers_table(page: str) -> str | None:
    """Return the cell of papers from the text of a whole page, None where the page has no table of papers.

    For crawled records whose own cell begins too early, at the same words in the text of the steps.
    """
    page = unicodedata.normalize("NFC", page)
    first, last = page.find(HEAD), page.rfind(HEAD)
    start = page.rfind(_SECTION, 0, first) if first >= 0 else -1
    end = page.find(_NEXT_SECTION, last) if last >= 0 else -1
    return page[start + len(_SECTION) : end] if start >= 0 and end >= 0 else None


def read_papers(cell: str, *, page: str = "") -> Papers:
    """Read the glued cell "<case>Tên giấy tờMẫu đơn, tờ khaiSố lượng<name><file>1 bản chính,2 bản sao<name>…".

    The cells count rows. Keys do not depend on the order of the rows. A row whose number of copies is not stated
    is kept with none of either, not required, and doubted as `component.<key>`. The words of a heading about
    people who act for another go into `when` of its rows, which are then not required; so do those of a heading
    that may or may not be a case, doubted as `case.<n>`, n counted over the headings from 1. Where the cell holds
    no table, the one in the text of the `page` is read, with a doubt.
    """
    text = unicodedata.normalize("NFC", cell)
    papers = Papers()
    if HEAD not in text:
        if is_blank(text):
            return papers
        table = papers_table(page)
        parsed = "" if table is None else "read from the text of the page"
        papers.doubts.append(Doubt("components", one_line(text), parsed, Reason.UNCUT_CELLS))
        if table is None:
            papers.cells = Cells(total=1, doubted=1)
            return papers
        text = table
    tables = list(_tables(text))
    drafts: list[tuple[_Section, _Row, PaperName]] = []
    for number, (heading, rows) in enumerate(tables, 1):
        section = _section(papers, heading, number, alone=len(tables) == 1) if rows else None
        drafts += [(section, row, read_name(row.source)) for row in rows if section]
    drafts = _once(papers, drafts)
    _add_ordinary_case(papers, drafts)
    for (section, row, name), key in zip(drafts, _keys_of(drafts), strict=True):
        _add(papers, section, row, name, key)
    return papers


def _tables(text: str) -> Iterator[tuple[str, list[_Row]]]:
    """Yield each heading with the rows below it; the words after the last number head the next table."""
    heading, *bodies = text.split(HEAD)
    for number, body in enumerate(bodies, 1):
        rows, left = _rows(body)
        if number == len(bodies) and not is_blank(left):
            rows.append(_Row(left))
        yield heading, rows
        heading = left


def _rows(body: str) -> tuple[list[_Row], str]:
    rows: list[_Row] = []
    start = 0
    for found in _QUANTITY.finditer(body):
        before = _DIGITS_BEFORE.search(body, start, found.start())
        digits = before.group() if before else ""
        if digits == "0":
            # "01 bản chính" is written by a person inside the name; the portal writes no leading zero.
            continue
        unsure = digits.endswith("1") and not _YEAR.fullmatch(digits)
        copies = int(found["copies"] or 0)
        rows.append(_Row(body[start : found.start()], int(found["originals"]), copies, unsure))
        start = found.end()
    return rows, body[start:]


def _section(papers: Papers, heading: str, number: int, *, alone: bool) -> _Section:
    """Tell what a heading says of its rows; a new case is added to the papers, an unclear one doubted."""
    words = without_bullet(one_line(heading)).rstrip(" :;,(.-")
    plain = fold(words)
    if is_blank(words) or _PLAIN.fullmatch(plain) or _SUBMIT.fullmatch(plain):
        return _Section(words)
    if _SHOW.fullmatch(plain):
        return _Section(words, group="show")
    if _ADDED.match(plain):
        return _Section(words, when=words)
    if _NOTE.fullmatch(plain):
        return _Section(words, when=words, unclear=True)
    named = _CASE.match(plain) is not None
    tidy = len(words) <= _MOST_HEADING or (named and " thi " not in plain)
    if tidy and named and not alone:
        return _Section(words, case=_case(papers, words))
    if tidy and alone and not named:
        # The title of the one list that there is.
        return _Section(words)
    papers.doubts.append(Doubt(f"case.{number}", heading, words, Reason.UNCLEAR_CASE))
    return _Section(words, when=words, unclear=True)


def _case(papers: Papers, words: str) -> str:
    """Return the key of a case, the same for the same words."""
    for case in papers.cases:
        if case["vi"] == words:
            return case["key"]
    key = f"p{len(papers.cases) + 1}"
    papers.cases.append({"key": key, "vi": words})
    return key


def _once(
    papers: Papers, drafts: list[tuple[_Section, _Row, PaperName]]
) -> list[tuple[_Section, _Row, PaperName]]:
    """Drop rows that repeat another one word for word under the same heading; they count as read."""
    once = list(dict.fromkeys(drafts))
    repeated = Cells(total=len(drafts) - len(once), structured=len(drafts) - len(once))
    papers.cells.add(repeated)
    return once


def _add_ordinary_case(papers: Papers, drafts: list[tuple[_Section, _Row, PaperName]]) -> None:
    """Put the ordinary case in front where rows without a case stand beside cases: none of those must apply."""
    if papers.cases and any(section.case is None and section.when is None for section, _, _ in drafts):
        papers.cases.insert(0, {"key": "ordinary", "vi": "Thông thường"})


def _keys_of(drafts: list[tuple[_Section, _Row, PaperName]]) -> list[str]:
    return paper_keys((name.text, (name.text, section.heading, row.source)) for section, row, name in drafts)


def _add(papers: Papers, section: _Section, row: _Row, name: PaperName, key: str) -> None:
    reason, told = _row_doubt(row, name)
    papers.cells.total += 1
    if reason is not None:
        parsed = f"{row.originals}/{row.copies}" if row.originals + row.copies else ""
        papers.doubts.append(Doubt(f"component.{key}", one_line(row.source), parsed, reason))
    if not name.text:
        papers.cells.doubted += 1
        return
    counted = row.originals + row.copies > 0
    papers.cells.structured += counted
    papers.cells.doubted += not counted
    papers.components.append(
        {
            "key": key,
            "vi": name.text,
            "group": section.group or ("show" if is_shown_only(name.text) else "submit"),
            "case": section.case,
            "originals": row.originals,
            "copies": row.copies,
            "form": form_of(name.text),
            "replaceable_by": None,
            "required": _is_asked(section, row, name),
            "note": None,
            "source": one_line(row.source),
            "form_file": "; ".join(name.files) or None,
            "when": section.when,
            "doubt": told or (_UNCLEAR_CASE if section.unclear else None),
        }
    )


def _row_doubt(row: _Row, name: PaperName) -> tuple[Reason | None, str | None]:
    """Return why a person must look at a row, for programs and in Vietnamese; None for a row in order."""
    if not name.text or is_remark(name.text):
        return Reason.UNREADABLE_PAPER, _IS_REMARK
    if row.originals + row.copies == 0:
        return Reason.MISSING_QUANTITY, _NO_QUANTITY
    if row.unsure:
        return Reason.UNREADABLE_PAPER, _GLUED_QUANTITY
    if name.uncut:
        return Reason.UNREADABLE_PAPER, _GLUED_FILE
    return None, None


def _is_asked(section: _Section, row: _Row, name: PaperName) -> bool:
    """Tell whether everybody in the case must hand in the paper: nothing in the row or its heading limits it."""
    counted = row.originals + row.copies > 0
    return counted and section.when is None and not is_remark(name.text) and is_required(name.text)
