"""Which case of a procedure each way to file is for, when a source lists one channel several times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from motcua.catalogue.sources.clean import one_line, sentences
from motcua.catalogue.sources.method_table import MethodCell
from motcua.kit.text import fold

ORDINARY: Final = "ordinary"
ORDINARY_NAME: Final = "Thông thường"
_MARK = re.compile(r"^[\s\-+*•]*(?:\(?(?:\d{1,2}|[ivx]{1,4}|[a-zđ])\)|\d{1,2}\.(?!\d))\s*[-+*]?\s*")
_DASH = re.compile(r"^[\s\-+*•]+")
_CASE_WORDS = re.compile(r"(?:trường hợp|đối với|tại (?:cơ quan|ủy ban|uỷ ban|tổ chức|bộ|sở))", re.IGNORECASE)
# A colon after these opens the list of what the case is; after other words it ends the case.
_ENDS = re.compile(
    r"(?<!đề nghị)(?<!nội dung)(?<!nội dung sau)(?<!trường hợp)(?<!trường hợp sau)(?<!sau đây):"
    r"|\n|\* ?Cách thức|\. (?=[A-ZĐ])|,? thì | \((?=\d)"
)
# A row that opens with these tells of a part of the work, or of its length, and not of a case.
_PART = re.compile(
    r"(?:trong )?(?:thời hạn|thời gian)|tiếp nhận|thẩm định|kiểm tra|\(?áp dụng", re.IGNORECASE
)


_LIMIT_FIRST = re.compile(r"(?:trong thời hạn )?\d+ (?:ngày|giờ|tháng)", re.IGNORECASE)


def case_label(description: str) -> str:
    """Return the words that tell for which case a row is, "" where its description tells none."""
    text = "\n".join(sentences(description))
    marked = _MARK.match(text)
    body = text[marked.end() :] if marked else _DASH.sub("", text)
    head = one_line(_ENDS.split(body, maxsplit=1)[0])
    start = _CASE_WORDS.search(head)
    if marked or (start and start.start() == 0):
        return head.strip(" .,;-")
    if start is None or (_PART.match(head) and not _LIMIT_FIRST.match(head)):
        return ""
    # "18 ngày làm việc … đối với trường hợp nộp tiền": the case follows its limit.
    return head[start.start() :].strip(" .,;-")


def cases_of(cells: Sequence[MethodCell]) -> tuple[list[str], list[dict[str, str]], bool]:
    """Return the case key of each row, the cases in order of first appearance, and whether a row was unclear.

    Rows are told apart only where a channel has several: then all of them but at most one must name their
    case, and no two the same, or the whole channel falls back to the ordinary case.
    """
    counted = Counter(cell.channel for cell in cells)
    labels = [case_label(cell.description) for cell in cells]
    telling = {channel for channel, times in counted.items() if times > 1 and _told(channel, cells, labels)}
    if not telling:
        return [ORDINARY] * len(cells), [_ordinary()], False
    names: dict[str, str] = {}
    for cell, label in zip(cells, labels, strict=True):
        if cell.channel in telling and label:
            names.setdefault(fold(label), label)
    keys = {folded: f"c{number}" for number, folded in enumerate(names, start=1)}
    by_row = [
        keys.get(fold(label), ORDINARY) if cell.channel in telling or counted[cell.channel] == 1 else ORDINARY
        for cell, label in zip(cells, labels, strict=True)
    ]
    named = {
        keys[folded]: {"key": keys[folded], "vi": one_line(name, most=300)} for folded, name in names.items()
    }
    cases = [named.get(key, _ordinary()) for key in dict.fromkeys(by_row)]
    return by_row, cases, ORDINARY in by_row


def _ordinary() -> dict[str, str]:
    return {"key": ORDINARY, "vi": ORDINARY_NAME}


def _told(channel: str, cells: Sequence[MethodCell], labels: Sequence[str]) -> bool:
    own = [fold(label) for cell, label in zip(cells, labels, strict=True) if cell.channel == channel]
    return len(set(own)) == len(own) and own.count("") <= 1
