"""What the name of a paper tells: the file glued to it, its form, whether it is only shown, or only sometimes asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from motcua.catalogue.sources.clean import one_line
from motcua.kit.text import fold

# Unicode puts the small and the capital letters of Vietnamese in pairs, so no range holds one of the two.
_LETTERS: Final = [chr(code) for code in (*range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA))]
_LOWER: Final = "a-z" + "".join(filter(str.islower, _LETTERS))
_UPPER: Final = "A-Z" + "".join(filter(str.isupper, _LETTERS))
_EXTENSION = r"\.(?:docx?|pdf|xlsx?|rar|zip|jpe?g|png|rtf|odt|pptx?)"
_FILE_END = re.compile(rf"{_EXTENSION}\s*\Z", re.IGNORECASE)
_FILE_BEFORE = re.compile(_EXTENSION, re.IGNORECASE)
# A file is glued to the name without a space: a capital or a digit where no word begins, or one of the words
# with which files of forms begin.
_GLUE = re.compile(
    rf"(?<=[{_LOWER}])(?=[{_UPPER}])"
    rf"|(?<=[{_LOWER})])(?<!\bm)(?<![0-9]x)(?=[0-9])"
    r"|(?:(?<=-CP)|(?<=BTC)|(?<=NMT)|(?<=BTP)|(?<=BXD))(?=[0-9])"
    rf"|(?<=[)\]”\"])(?=[{_UPPER}{_LOWER}])"
    rf"|(?<=[;,:])(?=[{_UPPER}{_LOWER}0-9])"
    rf"|(?<=[{_LOWER})”]\.)(?=[{_UPPER}{_LOWER}0-9])"
    rf"|(?<=[{_UPPER}]{{2}}\.)(?=[{_UPPER}{_LOWER}])"
    rf"|(?<=[0-9]{{2}})(?=[{_UPPER}][{_LOWER}]{{2}})"
    rf"|(?<=[{_UPPER}]{{2}})(?=[{_UPPER}][{_LOWER}])"
    rf"|(?<=[{_UPPER}{_LOWER}0-9.])(?=(?:[Mm]ẫu|[Mm]au) ?(?:số|so|đơn|[0-9])|PHỤ LỤC\b|MẪU\b)"
    rf"|(?<=[{_LOWER}])(?=(?:văn bản|bản khai|đơn|mẫu|maudon|tờ khai|tờ trình|phụ lục|giấy đề nghị|phương án"
    r"|báo cáo|biên bản|thuyết minh)\b)"
)
_MOST_FILE: Final = 130

_BULLET = re.compile(
    r"(?:[-+*•–—·!.,;:)\s]+|[0-9]+(?:\.[0-9]+)+[.)]?\s+|[0-9]{1,2}[.)](?![0-9])\s*"
    rf"|[0-9]{{1,2}}(?:/ ?|- )(?=[{_UPPER}])"
    r"|\((?:[ivx]+|[0-9]{1,2}|[a-zđ][0-9]?)\)[.:]?\s*"
    rf"|[a-zđ](?:\.?[0-9])*\)\s*|[0-9]?[a-zđ](?:\.?[0-9])*\.\s*(?=[{_UPPER}(])|[ivx]+[.)]\s+|[IVX]+\.\s+)"
)
_FORM = re.compile(
    r"\b[Mm]ẫu(?: (?:đơn|biểu))?(?: số)?:? ?(?P<no>(?=[^\s,;)]*[0-9])[0-9A-ZĐ][0-9A-Za-zĐđ./-]*)"
)
_SEVERAL = re.compile(
    rf";.|[.:,]\s*[-+*•]\s|\s[-+*]\s+[{_UPPER}]"
    r"| và (?:các )?(?:bản|giấy|văn bản|tài liệu|quyết định|hợp đồng|danh sách|hồ sơ)\b"
)
_IF_ANY = re.compile(r"\(nếu có\)", re.IGNORECASE)
_IF_ANY_CASE = re.compile(
    r"\((?:áp dụng )?(?:đối với|trường hợp|trong trường hợp|nếu|khi)\s[^()]*(?:\([^()]*\)[^()]*)*\)\s*[.;,]*$",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\(?(?:trong )?(?:trường hợp|đối với|nếu|khi)\s", re.IGNORECASE)
_SHOW = re.compile(r"(?:các )?(?:giấy tờ )?(?:phải )?xuất trình\b", re.IGNORECASE)
_SHOWN = re.compile(r"(?:\(|để )xuất trình\)?\s*[.;,]*$", re.IGNORECASE)


_REMARK = re.compile(
    r"(?:Người |Cơ quan |Cá nhân |Công dân |Tổ chức |Doanh nghiệp |Đương sự |Nhà thầu |Số lượng |Lưu ý|Ghi chú|Chú ý"
    r"|Trong thời hạn |Trừ trường hợp |Ngoài các |Riêng |Không (?:có|còn|thuộc) |\((?:Trường hợp|Đối với) )"
)
_HEADINGS: Final = {
    "giay to phai nop",
    "giay to phai xuat trinh",
    "cac giay to phai nop",
    "cac giay to phai xuat trinh",
    "giay to nop",
    "giay to xuat trinh",
    "giay to khac",
    "luu y",
    "ghi chu",
    "thanh phan ho so",
    "thanh phan ho so gom",
    "ho so gom",
    "ho so bao gom",
    "khong",
    "khong co",
    "khong quy dinh",
}


@dataclass(frozen=True)
class PaperName:
    """The name of a paper without its bullet, with the files of forms that were glued to its end.

    `uncut` tells that a file name stands at the end and could not be told from the name.
    """

    text: str
    files: tuple[str, ...] = ()
    uncut: bool = False


def read_name(source: str) -> PaperName:
    """Return the name and the files of a glued cell such as "- Tờ khai theo mẫu;Mẫu số 02.docx"."""
    name, files, uncut = _without_files(source.strip())
    named = [one_line(file) for file in files if _FILE_END.sub("", file).strip()]
    return PaperName(without_bullet(name), tuple(named), uncut)


def _without_files(text: str) -> tuple[str, list[str], bool]:
    files: list[str] = []
    while end := _FILE_END.search(text):
        start = _file_start(text, end.start())
        if start is None:
            return text, files, True
        files.insert(0, text[start:].strip())
        text = text[:start].rstrip()
    return text, files, False


def _file_start(text: str, end: int) -> int | None:
    """Find where the last file name of the text begins; None where it cannot be told."""
    others = [found.end() for found in _FILE_BEFORE.finditer(text, 0, end)]
    if others:
        return others[-1]
    near = max(0, end - _MOST_FILE)
    glued = [found.start() for found in _GLUE.finditer(text, 0, end) if found.start() > 0]
    within = [place for place in glued if place >= near]
    if within:
        return within[0]
    return glued[-1] if glued else None


def without_bullet(name: str) -> str:
    """Return the name on one line without the bullets and numbers in front of it; empty where no letter is left."""
    line = one_line(name)
    while (bullet := _BULLET.match(line)) and bullet.end() < len(line):
        line = line[bullet.end() :]
    return line.strip(" ;,") if any(char.isalpha() for char in line) else ""


def form_of(name: str) -> str | None:
    """Return the one form that the name names, e.g. "Mẫu số 40"; None for none, or for several."""
    found = {match["no"].rstrip("./-"): match for match in _FORM.finditer(name)}
    if len(found) != 1:
        return None
    number, match = found.popitem()
    text = name[match.start() : match.start("no")] + number
    return text[:1].upper() + text[1:]


def is_required(name: str) -> bool:
    """Tell whether the name asks for the paper without a condition that it states itself.

    A condition counts only where the name lists nothing: in a list it belongs to one of the entries.
    """
    if _CONDITION.match(name):
        return False
    if _SEVERAL.search(name):
        return True
    return not (_IF_ANY.search(name) or _IF_ANY_CASE.search(name))


def is_shown_only(name: str) -> bool:
    """Tell whether the name plainly says that the paper is shown and not handed in."""
    if not (_SHOW.match(name) or _SHOWN.search(name)):
        return False
    words = fold(name)
    return not ({"nop", "gui"} & set(words.split()) or "ban sao" in words)


def is_remark(name: str) -> bool:
    """Tell whether a row is no paper by its look: a heading that ends with a colon, or what a person or an office does."""
    return name.endswith(":") or bool(_REMARK.match(name)) or fold(name) in _HEADINGS


def paper_keys(papers: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
    """Return a key for each paper of a record, given as (name, order): its first words, numbered where several
    share them.

    The number follows `order`, not the place in the record, so that a page that shows its rows in another order
    gives the same keys.
    """
    drafts = list(papers)
    alike: dict[str, list[int]] = {}
    for index, (name, _) in enumerate(drafts):
        alike.setdefault("-".join(fold(name).split()[:8])[:80].strip("-") or "giay-to", []).append(index)
    keys = [""] * len(drafts)
    for key, indexes in alike.items():
        indexes.sort(key=lambda index: drafts[index][1])
        for rank, index in enumerate(indexes, 1):
            keys[index] = key if rank == 1 else f"{key}-{rank}"
    seen: set[str] = set()
    for index, key in enumerate(keys):
        # A name of its own may already end in a number.
        while key in seen:
            key += "-2"
        seen.add(key)
        keys[index] = key
    return keys
