"""Opening a foreign catalogue: which layout it has, and its records one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from motcua.catalogue.sources.faults import MOST_BYTES, SourceFault, read_source
from motcua.catalogue.sources.jsontext import Record, json_records
from motcua.catalogue.sources.national_book import national_records
from motcua.catalogue.sources.textfile import decode_text
from motcua.catalogue.sources.workbook import open_workbook

__all__ = ["MOST_BYTES", "SourceFault", "SourceFile", "open_source"]

PORTAL_CRAWL: Final = "portal_crawl"
PORTAL_API: Final = "portal_api"
NATIONAL_DATABASE: Final = "national_database"
OWN: Final = "own"

_MARKED: Final = "Tệp bắt đầu bằng dấu thứ tự byte (BOM) của UTF-8; đã bỏ qua dấu này."
# The keys that a record of each layout must have, and the kind of value that one of them must hold.
_LAYOUTS: Final[tuple[tuple[str, str, frozenset[str], str, type], ...]] = (
    (PORTAL_CRAWL, "ma_thu_tuc", frozenset({"ma_thu_tuc"}), "cach_thuc_thuc_hien", str),
    (PORTAL_API, "code", frozenset({"code", "executionMethods"}), "executionMethods", list),
    (NATIONAL_DATABASE, "ma_tthc", frozenset({"ma_tthc"}), "cach_thuc_thuc_hien", list),
    (OWN, "code", frozenset({"code", "channels", "components"}), "channels", list),
)


@dataclass(frozen=True)
class SourceFile:
    """An opened source: its layout, and its records with the line or row each starts on.

    `layout` is portal_crawl, portal_api, national_database or own. `records` is read once; it raises
    SourceFault where the reading comes to a fault, so nothing of a file counts until all of it was read.
    `notes` are Vietnamese sentences about what was passed over; `digest` is the file's SHA-256.
    """

    name: str
    layout: str
    records: Iterator[Record]
    notes: tuple[str, ...]
    digest: str


def open_source(path: Path) -> SourceFile:
    """Open a catalogue of a known layout: JSON, JSON lines, or the workbook of the national database.

    Raises SourceFault, one Vietnamese line with the place, for a file that is too large (refused before it is
    read), empty, a program or another kind of file, not in UTF-8, broken, or of no known layout.
    """
    data = read_source(path)
    digest = hashlib.sha256(data).hexdigest()
    if data[:4] == b"PK\x03\x04":
        found, notes = national_records(open_workbook(data, file=path.name))
        return SourceFile(path.name, NATIONAL_DATABASE, iter(found), notes, digest)
    text, marked = decode_text(data, file=path.name)
    if not text.strip():
        raise SourceFault("tệp rỗng; hãy xuất lại từ nguồn.", file=path.name)
    if text.lstrip()[:1] not in ("{", "["):
        raise SourceFault(_unknown(), file=path.name)
    records = json_records(text, file=path.name)
    first = next(records, None)
    if first is None:
        raise SourceFault("tệp không có thủ tục nào; hãy xuất lại từ nguồn.", file=path.name)
    layout = _layout_of(first[1])
    if layout is None:
        raise SourceFault(_unknown(), file=path.name, line=first[0])
    checked = _alike(chain((first,), records), layout, path.name)
    return SourceFile(path.name, layout, checked, (_MARKED,) if marked else (), digest)


def _layout_of(record: dict[str, object]) -> str | None:
    for layout, code, keys, field, kind in _LAYOUTS:
        if not keys <= record.keys() or not isinstance(record[code], str):
            continue
        if record.get(field) is None or isinstance(record[field], kind):
            return layout
    return None


def _alike(records: Iterator[Record], layout: str, file: str) -> Iterator[Record]:
    for line, record in records:
        if _layout_of(record) != layout:
            problem = "thủ tục này không cùng bố cục với thủ tục đầu tiên của tệp; tách riêng hoặc bỏ."
            raise SourceFault(problem, file=file, line=line)
        yield line, record


def _unknown() -> str:
    return (
        "không nhận ra bố cục; cần JSON của Cổng dịch vụ công (ma_thu_tuc, hoặc code và executionMethods), của cơ sở "
        "dữ liệu quốc gia (ma_tthc), của phần mềm này (code, channels, components), hoặc sổ Excel có trang TTHC2-CAPXA."
    )
