"""What one version of a procedure says differently from another, field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from motcua.catalogue.sources.fee_words import PER_WORDS
from motcua.catalogue.sources.wording import limit_in_words

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """A field that two versions state differently: its name in both languages, and what stood and stands.

    `field` is one of the keys of `in_flight`, or another part of the content; an empty `before` is something
    new, an empty `after` something dropped.
    """

    field: str
    label_vi: str
    label_en: str
    before: str
    after: str


_LABELS: Final[dict[str, tuple[str, str]]] = {
    "name": ("Tên", "Name"),
    "domain": ("Lĩnh vực", "Domain"),
    "levels": ("Cấp thực hiện", "Levels"),
    "service": ("Mức độ trực tuyến", "Service level"),
    "audience": ("Đối tượng", "Audience"),
    "decision": ("Quyết định công bố", "Decision"),
    "limit": ("Thời hạn", "Time limit"),
    "fees": ("Phí, lệ phí", "Fees"),
    "components": ("Giấy tờ", "Papers"),
    "steps": ("Các bước", "Steps"),
    "results": ("Kết quả", "Results"),
    "legal_bases": ("Căn cứ pháp lý", "Legal bases"),
    "conditions": ("Điều kiện", "Conditions"),
    "competent": ("Nơi giải quyết", "Decided by"),
}
_WORDS: Final = {
    "commune": "cấp xã", "province": "cấp tỉnh", "ministry": "cấp bộ",
    "information": "chỉ cung cấp thông tin", "partial": "trực tuyến một phần", "full": "trực tuyến toàn trình",
    "unstated": "chưa rõ", "citizen": "công dân", "business": "doanh nghiệp", "foreigner": "người nước ngoài",
    "overseas_vietnamese": "người Việt Nam ở nước ngoài", "organisation": "tổ chức", "cooperative": "hợp tác xã",
    "official": "cán bộ, công chức, viên chức",
}  # fmt: skip
_PER: Final = {"copy": "bản", "page": "trang", "case": "trường hợp", **PER_WORDS}
_CHANNELS: Final = {"online": "trực tuyến", "counter": "trực tiếp", "post": "bưu chính"}


def differences(old: Content, new: Content) -> list[Difference]:
    """Return every field that differs, in the order in which people read them.

    Fields of lists (limits by channel, papers, legal bases) give one difference for each entry that changed.
    """
    found: list[Difference] = []
    for field, entries in _PARTS.items():
        before, after = entries(old), entries(new)
        label_vi, label_en = _LABELS[field]
        for key in [*before, *(key for key in after if key not in before)]:
            was, now = before.get(key, ""), after.get(key, "")
            if was != now:
                found.append(Difference(field, label_vi, label_en, was, now))
    return found


def changed_fields(old: Content, new: Content) -> set[str]:
    """Return the names of the fields that differ."""
    return {difference.field for difference in differences(old, new)}


def _one(read: Callable[[Content], str]) -> Callable[[Content], dict[str, str]]:
    return lambda content: {"": read(content)}


def _texts(key: str) -> Callable[[Content], dict[str, str]]:
    return lambda content: {str(row["vi"]): str(row["vi"]) for row in content.get(key) or ()}


def _rows(content: Content) -> Sequence[tuple[str, Mapping[str, Any]]]:
    names = {case["key"]: case["vi"] for case in content["cases"]}
    several = len(names) > 1
    return [
        (_CHANNELS[row["channel"]] + (f", {names[row['case']]}" if several else ""), row)
        for row in content["channels"]
    ]


def _limits(content: Content) -> dict[str, str]:
    return {place: f"{place}: {_limit(row)}" for place, row in _rows(content)}


def _limit(row: Mapping[str, Any]) -> str:
    if row["limit"] is not None:
        return limit_in_words(row["limit"])
    return "chưa rõ" if row["limit_doubt"] else "không quy định"


def _fees(content: Content) -> dict[str, str]:
    return {place: f"{place}: {'; '.join(_fee(fee) for fee in row['fees'])}" for place, row in _rows(content)}


def _fee(fee: Mapping[str, Any]) -> str:
    what = f"{fee['what']['vi']}: " if fee.get("what") else ""
    return what + _FEE_WORDS[fee["kind"]](fee)


def _dong(vnd: int) -> str:
    return f"{vnd:,} đồng".replace(",", ".")


def _tiers(fee: Mapping[str, Any]) -> str:
    return ", ".join(f"từ {tier['from']}: {_dong(tier['vnd'])}" for tier in fee["tiers"])


_FEE_WORDS: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "free": lambda fee: "không thu",
    "amount": lambda fee: _dong(fee["vnd"]),
    "per_unit": lambda fee: f"{_dong(fee['vnd'])}/{_PER.get(fee['per'], fee['per'])}",
    "tiered": _tiers,
    "by_reference": lambda fee: f"theo {fee['act']}",
    "percentage": lambda fee: f"{fee['rate']} % {fee['of']}",
    "foreign": lambda fee: f"{fee['amount']} {fee['currency']}",
    "unread": lambda fee: "chưa rõ",
}


def _papers(content: Content) -> dict[str, str]:
    return {row["key"]: _paper(row) for row in content["components"]}


def _paper(row: Mapping[str, Any]) -> str:
    counts = [f"{row['originals']} bản chính"] if row["originals"] else []
    counts += [f"{row['copies']} bản sao"] if row["copies"] else []
    told = ", ".join(counts) or "số lượng chưa rõ"
    return f"{row['vi']} ({told}{'' if row['required'] else ', nếu có'})"


def _bases(content: Content) -> dict[str, str]:
    return {
        row["number"] or row["vi"]: f"{row['number'] or ''} {row['vi']}".strip()
        for row in content["legal_bases"]
    }


def _competent(content: Content) -> dict[str, str]:
    return {"": _said(row.get("agency") or row.get("level") or "" for row in content["competent"])}


def _said(keys: Iterable[str]) -> str:
    return ", ".join(_WORDS.get(key, key) for key in keys)


_PARTS: Final[dict[str, Callable[[Content], dict[str, str]]]] = {
    "name": _one(lambda content: content["name"]["vi"]),
    "domain": _one(lambda content: content["domain"]["vi"]),
    "levels": _one(lambda content: _said(content["levels"])),
    "service": _one(lambda content: _said([content["service_level"]])),
    "audience": _one(lambda content: _said(content["audience"])),
    "decision": _one(lambda content: content["decision"] or ""),
    "limit": _limits,
    "fees": _fees,
    "components": _papers,
    "steps": _texts("steps"),
    "results": _texts("results"),
    "legal_bases": _bases,
    "conditions": _texts("conditions"),
    "competent": _competent,
}
