"""Short words of a foreign record: levels, audience, agencies, results, steps, and what counts as blank."""

from __future__ import annotations

import re
from typing import Final

from motcua.catalogue.format_records import Audience, Level
from motcua.catalogue.format_values import RESULT_CODE
from motcua.catalogue.sources.clean import lines, one_line, strip_footer
from motcua.catalogue.sources.reading import Doubt, Reason
from motcua.kit.text import fold

_LEVELS: Final = {"cap bo": Level.MINISTRY, "cap tinh": Level.PROVINCE, "cap xa": Level.COMMUNE}
_AUDIENCE: Final = {
    "cong dan viet nam": Audience.CITIZEN,
    "doanh nghiep": Audience.BUSINESS,
    "doanh nghiep viet nam": Audience.BUSINESS,
    "doanh nghiep co von dau tu nuoc ngoai": Audience.BUSINESS,
    "nguoi nuoc ngoai": Audience.FOREIGNER,
    "nguoi nuoc ngoai cu tru tai viet nam": Audience.FOREIGNER,
    "nguoi viet nam dinh cu o nuoc ngoai": Audience.OVERSEAS_VIETNAMESE,
    "to chuc khong bao gom doanh nghiep htx": Audience.ORGANISATION,
    "to chuc nuoc ngoai": Audience.ORGANISATION,
    "hop tac xa": Audience.COOPERATIVE,
    "can bo cong chuc vien chuc": Audience.OFFICIAL,
}
_BLANK: Final = {"", "khong", "khong co", "khong co thong tin", "khong quy dinh", "chua co thong tin"}
_LONGEST_BLANK: Final = 60

# A comma ends an agency only before a word that begins another one: names hold commas themselves
# ("Bộ Văn hóa, Thể thao và Du lịch").
_AGENCY_START = re.compile(
    r"(?:Ban |Bảo hiểm|Bảo tàng|Bệnh viện|Biên phòng|Bộ |Các |Cảng vụ|Chi |Chính phủ|Chủ |Cơ |Công |Cổng |Cục |Đài "
    r"|Đại |Đoàn |Đội |Đơn vị|Giám đốc|Hạt |Hải quan|Học viện|Hội |Khu Quản lý|Kho bạc|Kiểm |Lãnh |Liên |Ngân hàng"
    r"|Nhà |Người |Phòng |Quân |Quốc hội|Quỹ |Sở |Thanh tra|Thi hành án|Thuế |Thủ |Thường trực|Tòa |Toà |Tổ chức"
    r"|Tổng |Trạm |Trung tâm|Trường |UBND|Ủy |Uỷ |Văn phòng|Viện |Vụ )",
    re.IGNORECASE,
)
_ABBREVIATIONS: Final = (
    (re.compile(r"\b[Uu][ỷỶ] ban\b|\b[Uu]ỷ Ban\b|\bỦy [Bb]an\b|\bủy [Bb]an\b|\bUỷ [Bb]an\b"), "Ủy ban"),
    (re.compile(r"\bUBND\b"), "Ủy ban nhân dân"),
    (re.compile(r"\bNhân [Dd]ân\b"), "nhân dân"),
    (re.compile(r"\bBộ NN ?(?:và|&) ?MT\b|\bBộ NNMT\b|\bBộ NN&MT\b"), "Bộ Nông nghiệp và Môi trường"),
    (re.compile(r"\b[Bb]ộ tài chính\b"), "Bộ Tài chính"),
    (re.compile(r"\b[Bb]ộ xây dựng\b"), "Bộ Xây dựng"),
    (re.compile(r"([Tt])hu[ỷỶ]\b"), r"\1hủy"),
    (re.compile(r"\bTP\. ?HCM\b|\bTP\.? Hồ Chí Minh\b"), "Thành phố Hồ Chí Minh"),
    (re.compile(r"\bTP\. ?(?=[A-ZĐ])"), "Thành phố "),
)
# The spelling kept, and the other names that sources give the same agency; letter case and tone placement fold.
_CANONICAL: Final[dict[str, tuple[str, ...]]] = {
    "Ủy ban nhân dân cấp xã": (
        "Ủy ban nhân dân xã",
        "Ủy ban nhân dân xã, phường",
        "Ủy ban nhân dân xã, phường, đặc khu",
        "Ủy ban nhân dân xã, phường, thị trấn",
        "Ủy ban nhân dân cấp xã, phường, thị trấn",
    ),
    "Ủy ban nhân dân cấp tỉnh": (
        "Ủy ban nhân dân tỉnh",
        "Ủy ban nhân dân tỉnh, thành phố",
        "Ủy ban nhân dân các tỉnh, thành phố",
        "Ủy ban nhân dân tỉnh và thành phố trực thuộc Trung ương",
    ),
    "Chủ tịch Ủy ban nhân dân cấp xã": ("Chủ tịch Ủy ban nhân dân xã", "Chủ tịch Ủy ban nhân dân xã, phường"),
    "Chủ tịch Ủy ban nhân dân cấp tỉnh": (
        "Chủ tịch Ủy ban nhân dân tỉnh",
        "Chủ tịch Ủy ban nhân dân tỉnh, thành phố trực thuộc Trung ương",
    ),
    "Sở Tài chính": ("Sở Tài chính các tỉnh, thành phố", "Sở Tài chính tỉnh, thành phố"),
    "Sở Tư pháp": ("Sở Tư pháp các tỉnh, thành phố", "Sở Tư pháp tỉnh, thành phố"),
    "Sở Xây dựng": ("Sở Xây dựng các tỉnh, thành phố",),
    "Sở Nông nghiệp và Môi trường": ("Sở Nông nghiệp và Môi trường các tỉnh, thành phố",),
    "Bộ Nông nghiệp và Môi trường": (),
    "Bộ Công Thương": (),
    "Bảo hiểm xã hội cấp tỉnh": ("Bảo hiểm xã hội tỉnh",),
    "Biên phòng cửa khẩu": (),
    "Cảng vụ Hàng hải": (),
    "Cảng vụ Hàng không": (),
    "Cảng vụ Đường thủy nội địa": (),
    "Chi cục Kiểm lâm": (),
    "Chi cục Thủy sản": (),
    "Công an cấp tỉnh": ("Công an tỉnh",),
    "Công an cấp xã": ("Công an xã",),
    "Cơ quan có chức năng quản lý đất đai cấp tỉnh": (),
    "Cục Đo đạc, Bản đồ và Thông tin địa lý Việt Nam - Bộ Nông nghiệp và Môi trường": (
        "Cục Đo đạc, Bản đồ và Thông tin địa lý VN- Bộ Nông nghiệp và Môi trường",
    ),
    "Kho bạc Nhà nước các cấp": (),
    "Phòng Tư pháp": (),
    "Quốc hội": (),
    "Tòa án nhân dân": ("Tòa án nhân dân_old",),
    "Văn phòng đăng ký đất đai": (),
}
_SPELLINGS: Final = {fold(name): kept for kept, names in _CANONICAL.items() for name in (kept, *names)}

_RESULT_CODE = re.compile(rf"(?:{RESULT_CODE.pattern})(?![0-9])")
# Codes that ministries made up themselves; after them comes the next name, which begins with a capital.
_ODD_CODE = re.compile(
    r"(?:[A-Z0-9]+[.-])+(?:KQ[.-]?)?[0-9]+|[0-9]+|[a-z0-9]+(?=[A-ZĐÁÂÔƠƯỦÝ])|[A-Z0-9]+$|[a-z0-9]+$"
)


def is_blank(text: str) -> bool:
    """Tell whether the text only says that nothing is said ("Không có thông tin", "không", dashes)."""
    # Folding a whole page of text only to see that it is not blank takes time.
    return len(text) <= _LONGEST_BLANK and fold(text) in _BLANK


def read_levels(text: str) -> tuple[list[str], list[Doubt]]:
    """Return the levels of a list such as "Cấp bộ, Cấp tỉnh", in its order; unknown words are doubts."""
    found: list[str] = []
    doubts: list[Doubt] = []
    for word in _parts(text):
        level = _LEVELS.get(fold(word))
        if level is None:
            doubts.append(Doubt("levels", word, "", Reason.UNKNOWN_LEVEL))
        elif level not in found:
            found.append(level)
    return [str(level) for level in found], doubts


def read_audience(text: str) -> tuple[list[str], list[Doubt]]:
    """Return who may ask, in the order of the list, each once; words that the format lacks are doubts."""
    found: list[str] = []
    doubts: list[Doubt] = []
    # The one name of the list that holds commas outside brackets.
    text = re.sub(r"Cán bộ,\s*công chức,\s*viên chức", "Cán bộ công chức viên chức", one_line(text))
    for word in _parts(text):
        kind = _AUDIENCE.get(fold(word))
        if kind is None:
            doubts.append(Doubt("audience", word, "", Reason.UNKNOWN_AUDIENCE))
        elif kind not in found:
            found.append(kind)
    return [str(kind) for kind in found], doubts


def _parts(text: str) -> list[str]:
    """Cut at commas, semicolons and line ends outside brackets."""
    if is_blank(text):
        return []
    parts = re.split(r"[,;\n](?![^(]*\))", text)
    return [line for part in parts if (line := one_line(part)) and not is_blank(line)]


def read_agencies(text: str) -> list[str]:
    """Return the agencies named in a list, each once and in one spelling, in the order of the list.

    Commas inside a name ("Thuế tỉnh, thành phố") do not cut it.
    """
    names: list[str] = []
    for part in _parts(text):
        name = part.strip(" .-+*")
        # A part that begins no agency belongs to the name before it.
        if names and (name[:1].islower() or not _AGENCY_START.match(name + " ")):
            names[-1] = f"{names[-1]}, {name}"
        elif name:
            names.append(name)
    return list(dict.fromkeys(_spelling(name) for name in names))


def _spelling(name: str) -> str:
    for pattern, plain in _ABBREVIATIONS:
        name = pattern.sub(plain, name)
    name = name[:1].upper() + name[1:]
    return _SPELLINGS.get(fold(name), name)


def read_results(cell: str) -> tuple[list[dict[str, object]], list[Doubt]]:
    """Return the results of a glued cell "<name>Mã: <code><name>Mã: <code>" as {code, vi}.

    A code that is not of the national form is left out and named in a doubt `result.<n>`, n counted from 1;
    the footer of the portal's page is dropped.
    """
    cell = strip_footer(cell)[0]
    results: list[dict[str, object]] = []
    doubts: list[Doubt] = []
    if is_blank(cell):
        return results, doubts
    name, *rest = re.split(r"Mã:", cell)
    for index, following in enumerate(rest, 1):
        code, odd, after = _code(following.strip(), last=index == len(rest))
        results.append({"code": code, "vi": _bare(name)})
        if code is None:
            doubts.append(Doubt(f"result.{len(results)}", odd, "", Reason.UNKNOWN_RESULT_CODE))
        name = after
    if one_line(name):
        results.append({"code": None, "vi": _bare(name)})
        doubts.append(Doubt(f"result.{len(results)}", name, "", Reason.UNKNOWN_RESULT_CODE))
    return _named(results, doubts)


def _code(text: str, *, last: bool) -> tuple[str | None, str, str]:
    """Cut the code in front of the next name: the national code or None, the code as written, the rest.

    Words in the place of a code cannot be told from the name after them, and stay with it.
    """
    if national := _RESULT_CODE.match(text):
        return national.group(), national.group(), text[national.end() :]
    if odd := _ODD_CODE.match(text):
        return None, odd.group(), text[odd.end() :]
    return None, text, "" if last else text


def _bare(name: str) -> str:
    return one_line(re.sub(r"^[\s+*•.;,-]+", "", one_line(name)))


def _named(
    results: list[dict[str, object]], doubts: list[Doubt]
) -> tuple[list[dict[str, object]], list[Doubt]]:
    """Give a nameless result its code for a name, so that it stays visible; drop what has neither."""
    for result in results:
        result["vi"] = result["vi"] or result["code"]
    return [result for result in results if result["vi"]], doubts


def read_steps(text: str) -> list[str]:
    """Return the steps as tidy lines in their order; a text that says nothing gives none."""
    return [] if is_blank(text) else lines(text)


def read_conditions(text: str) -> list[str]:
    """Return the conditions as tidy lines; "Không có thông tin" and the like give none."""
    return [line for line in read_steps(text) if not is_blank(line)]
