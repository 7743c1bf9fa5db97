"""The words of a fee cell: its statements, and the amounts, units, periods and acts that each one names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from motcua.catalogue.sources.clean import one_line
from motcua.kit.text import fold

# What one dossier pays once, whatever is counted: the amount is that of the dossier.
_ONCE: Final = frozenset(
    {
        "lan",
        "lan cap",
        "ho so",
        "lan cap phep",
        "lan tham dinh",
        "lan nop ho so",
        "lan gia han",
        "lan tham dinh ho so",
    }
)
_PER: Final = {
    "ban": "copy", "ban sao": "copy", "trang": "page", "trang a4": "page",
    "truong hop": "case", "giao dich": "case", "van ban": "case", "viec": "case",
    "giay": "certificate", "giay chung nhan": "certificate", "giay phep": "certificate",
    "chung chi": "certificate", "cchn": "certificate", "the": "card", "so": "book", "to khai": "declaration",
    "to khai hai quan": "declaration", "mon thi": "subject", "lo hang": "batch", "phuong tien": "vehicle",
    "xe": "vehicle", "co so": "site", "nguoi": "person", "tau": "vessel", "tan": "ton", "san pham": "product",
    "loai thuoc": "product", "phong kiem nghiem": "laboratory", "chuyen bay": "flight", "lo giong": "batch",
    "don hang": "order", "vuon giong": "garden",
}  # fmt: skip
# How a page says the units that only the sources know; "copy", "page" and "case" have their words already.
PER_WORDS: Final = {
    "certificate": "giấy", "card": "thẻ", "book": "sổ", "declaration": "tờ khai", "subject": "môn thi",
    "batch": "lô", "vehicle": "phương tiện", "site": "cơ sở", "person": "người", "vessel": "tàu", "ton": "tấn",
    "product": "sản phẩm", "laboratory": "phòng kiểm nghiệm", "flight": "chuyến bay",
    "order": "đơn hàng", "garden": "vườn giống",
}  # fmt: skip
_GROUPED = r"\d{1,3}(?:[.,]\d{3})+(?![.,]?\d)"
_DONG = r"(?:việt nam đồng|đồng|đông|vnđ|vnd|đ)(?!\w)"
_AMOUNT = re.compile(
    rf"(?<![\w.,/])(?:(?P<million>\d+(?:,\d)?) triệu(?: {_DONG})?"
    rf"|(?P<dong>{_GROUPED}|\d+) ?{_DONG}|(?P<plain>{_GROUPED})(?= ?(?:/|[;.()]|$)))",
    re.IGNORECASE,
)
_MALFORMED = re.compile(r"\d[.,]\d{4,}|\d{4,}[.,]\d{3}")
FOREIGN: Final = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d{3})*) ?(USD|EUR|đô la mỹ)(?!\w)", re.IGNORECASE)
PERCENT: Final = re.compile(r"(?<![\w.,])(\d{1,3}(?:[.,]\d{1,6})?) ?% (?:của )?([^;.%]{3,200})")
_UNIT = re.compile(
    r"^ ?(?:\([^()]{0,80}\))? ?(?:đồng|đông|đ)? ?/ ?(?:0?1 )?"
    r"([^\d\W][^\d,.;:()/+*-]*(?: ?/ ?(?:0?1 )?[^\d\W][^\d,.;:()/+*-]*)?)",
    re.IGNORECASE,
)
_DATE = r"(\d{1,2})(?:/| tháng )(\d{1,2})(?:/| năm )(\d{4})"
_PERIOD = re.compile(rf"từ (?:ngày )?{_DATE}\s*đến (?:hết )?(?:ngày )?{_DATE}", re.IGNORECASE)
_ACT = re.compile(
    r"(Luật|Nghị định|Nghị quyết|Thông tư liên tịch|Thông tư|Quyết định|Pháp lệnh)"
    r"(?: (?:số|thu phí số))? ?:? ?(\d+/\d{4}/[A-ZĐ]+(?:-[A-ZĐ]+)*)"
)
_FEE_LAW = re.compile(r"luật phí và lệ phí", re.IGNORECASE)
_COUNCIL = re.compile(r"hội đồng nhân dân|hđnd", re.IGNORECASE)
COUNCIL_ACT: Final = "Nghị quyết của Hội đồng nhân dân cấp tỉnh"
_REFERENCE = re.compile(
    r"quy định (?:của|tại|trong|hiện hành|cụ thể)|theo (?:quy định|hướng dẫn|biểu|mức|thông báo|khoản|mục)"
    r"|thông tư|văn bản giá|biểu phí|biểu mức|biểu khung|do [^,;.]{3,60} (?:quy định|quyết định|ban hành)",
    re.IGNORECASE,
)
_FREE_FROM = re.compile(r"miễ?n ?(?:(?:lệ )?phí)? ?(?:kể )?từ (?:ngày )?\d", re.IGNORECASE)
_EXEMPT = re.compile(r"^(?:miễn|không thu|không được quy định)(?!\w)|(?<!\w)được miễn(?!\w)", re.IGNORECASE)
_SPLIT = re.compile(
    r"(?<=[\w)%])[.;] *(?=[-+*]|[A-ZĐÀ-ỸÁ])|(?:^|(?<=[ ;:.)]))[-+*](?= ?[A-ZĐÀ-Ỹ\d])|; ?|\t|\n"
)
_TRIVIAL = re.compile(
    r"(?:chưa quy định|không(?: (?:có|thu|quy định|phí|thu phí|mất phí))*(?: cụ thể)?|phí, lệ phí|lệ phí|phí"
    rf"|(?:/ ?)?\d?|[a-z]|[ivx]+|{_DONG}(?:/lần)?|lần(?: cấp)?)?[ .;:]*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Price:
    """One amount in dong; `per` is a unit of the format, "" where one dossier pays it once, None if unknown."""

    vnd: int
    per: str | None
    label: str


@dataclass(frozen=True)
class Statement:
    """One thing that a fee cell says about a fee."""

    text: str
    prices: tuple[Price, ...]
    acts: tuple[str, ...]
    period: tuple[date, date] | None
    council: bool
    refers: bool
    exempts: bool

    @property
    def exempts_then(self) -> bool:
        """Whether nothing is to be paid during the period."""
        return self.period is not None and _FREE_FROM.search(self.text) is not None


def statements(text: str) -> list[Statement]:
    """Cut the words of a fee cell into what they say one after another; words that say nothing are left out."""
    return [_statement(part) for part in _parts(text) if not _TRIVIAL.fullmatch(part)]


def malformed(text: str) -> bool:
    """Tell whether a number is grouped as none can be, such as "15.000.0000"."""
    return _MALFORMED.search(text) is not None


def unit_after(text: str) -> str | None:
    """Return the unit that stands behind an amount: a key of the format, "" for once a dossier, None if unknown."""
    found = _UNIT.match(text)
    if found is None:
        return ""
    keys = [_unit(fold(part)) for part in found[1].split("/")]
    if None in keys:
        return None
    counted = [key for key in keys if key]
    return counted[0] if len(set(counted)) == 1 else None if counted else ""


def _unit(words: str) -> str | None:
    """Look up the longest beginning of the words that is a unit."""
    parts = words.split()
    for size in range(min(len(parts), 4), 0, -1):
        start = " ".join(parts[:size])
        if start in _ONCE:
            return ""
        if start in _PER:
            return _PER[start]
    return None


def _parts(text: str) -> Iterator[str]:
    """Yield the statements; what follows a semicolon without a fee of its own belongs to the one before."""
    waiting = ""
    for piece in _SPLIT.split(text):
        part = piece.strip(" -+*.;:")
        if part.startswith("(") and part.endswith(")") and part.count("(") == 1:
            part = part[1:-1].strip(" -+*.;:")
        if not part:
            continue
        if waiting.endswith((" tại", " của", " sau")) or (waiting and not _speaks_of_fees(part)):
            waiting = f"{waiting}; {part}"
            continue
        if waiting:
            yield waiting
        waiting = part
    if waiting:
        yield waiting


def _speaks_of_fees(part: str) -> bool:
    return bool(
        _AMOUNT.search(part) or _ACT.search(part) or re.search(r"phí|chi phí|mức|%|usd|giá", part, re.I)
    )


def _statement(text: str) -> Statement:
    council = _COUNCIL.search(text) is not None
    return Statement(
        text=text,
        prices=tuple(_prices(text)),
        acts=tuple(_acts(text)),
        period=_period(text),
        council=council,
        refers=council or _REFERENCE.search(text) is not None,
        exempts=_EXEMPT.search(text) is not None,
    )


def _prices(text: str) -> Iterator[Price]:
    start = 0
    for found in _AMOUNT.finditer(text):
        vnd = _vnd(found)
        if vnd:
            yield Price(vnd, unit_after(text[found.end() :]), _label(text[start : found.start()]))
        start = found.end()


def _vnd(found: re.Match[str]) -> int:
    if found["million"]:
        return int(float(found["million"].replace(",", ".")) * 1_000_000)
    return int(re.sub(r"[.,]", "", found["dong"] or found["plain"]))


def _label(text: str) -> str:
    """Return what is paid for: the words before an amount, without marks at their ends."""
    tidy = one_line(text).strip(" :;,.-–+*/=>").lstrip(")] ").rstrip("([ ")
    return one_line(tidy, most=200) if len(tidy) > 3 else ""


def _acts(text: str) -> Iterator[str]:
    seen = set()
    for kind, number in _ACT.findall(text):
        if number not in seen:
            seen.add(number)
            yield f"{kind} {number}"
    if _FEE_LAW.search(text):
        yield "Luật Phí và lệ phí"


def _period(text: str) -> tuple[date, date] | None:
    found = _PERIOD.search(text)
    if found is None:
        return None
    one, two, three, four, five, six = (int(part) for part in found.groups())
    try:
        return date(three, two, one), date(six, five, four)
    except ValueError:
        return None
