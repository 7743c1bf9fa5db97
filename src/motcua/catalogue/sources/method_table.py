"""The table "ways to file" of the portal, whose cells were glued into one text, cut into its rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from motcua.catalogue.sources.clean import clean_text, one_line
from motcua.catalogue.sources.fee_notes import with_description
from motcua.catalogue.sources.fees import FeeReading, read_fee, read_glued

CHANNELS: Final = {
    "Trực tuyến": "online",
    "Trực tiếp": "counter",
    "Dịch vụ bưu chính": "post",
    "Bưu chính": "post",
}
_HEADER = "Hình thức nộpThời gianPhí, lệ phíMô tả"
_NAMES = "|".join(CHANNELS)
_UNIT = r"(?:Ngày làm việc|Ngày|Giờ làm việc|Giờ|Tuần|Tháng|Năm|Phút)"
_NOTHING = "Không có thông tin"
_MONEY = r"\d[\d.,]* ?(?:VNĐ|VND|Việt Nam Đồng|USD|EUR)"
# Where the words of the portal stand in for a number: "Không quy định", "Không phải trả kết quả …".
_WORDS = rf"[A-ZĐ](?:(?!{_NAMES})[^\d\n]){{0,160}}?"
_ROW = re.compile(
    rf"(?P<channel>{_NAMES})"
    rf"(?:(?P<limit>\d+(?:[.,]\d+)? ?{_UNIT})(?P<fee>Miễn phí|{_NOTHING}|{_MONEY})"
    rf"|(?P<bare>\d+|{_NOTHING}|{_WORDS})(?P<shown>Miễn phí|{_NOTHING})"
    rf"|(?P<worded>{_NOTHING}|{_WORDS})(?P<paid>{_MONEY})"
    rf"|(?P<glued>{_MONEY}))"
)
# "(1) Trường hợp …" opens a description; it is not the description of a fee.
_MARK = re.compile(r"\((?:\d{1,2}|[ivx]{1,4}|[a-zđ])\)")


@dataclass(frozen=True)
class MethodCell:
    """One way to file as the source says it: channel key, limit in words, fee as read, description.

    `glued` tells that the number of the limit could not be told from the fee.
    """

    channel: str
    limit: str
    fee: FeeReading
    fee_source: str
    description: str
    glued: bool = False


def cut_methods(cell: str) -> tuple[list[MethodCell], str]:
    """Cut the glued table into its rows; also return what stands before the first row, "" when nothing does."""
    text = clean_text(cell).text.removeprefix(_HEADER)
    found = list(_ROW.finditer(text))
    ends = [*(row.start() for row in found[1:]), len(text)][: len(found)]
    rows = [_cell(row, text[row.end() : end]) for row, end in zip(found, ends, strict=True)]
    return rows, (text[: found[0].start()] if found else text).strip()


def _cell(row: re.Match[str], rest: str) -> MethodCell:
    about_fee, description = _split_fee(rest)
    shown = row["fee"] or row["shown"] or row["paid"] or row["glued"]
    glued = row["glued"] is not None
    cell = shown + about_fee
    fee = read_glued(about_fee) if glued else read_fee(cell)
    return MethodCell(
        channel=CHANNELS[row["channel"]],
        limit=(row["limit"] or row["bare"] or row["worded"] or "").strip(),
        fee=with_description(fee, shown=cell, description=description),
        fee_source=one_line(f"{shown} {about_fee}"),
        description=description.strip(),
        glued=glued,
    )


def _split_fee(rest: str) -> tuple[str, str]:
    """Part the brackets that describe the fee from the description of the way to file."""
    if not rest.startswith("(") or _MARK.match(rest):
        return "", rest
    depth = 0
    for index, char in enumerate(rest):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return rest[: index + 1], rest[index + 1 :]
    end = rest.rfind(")") + 1
    return rest[:end], rest[end:]
