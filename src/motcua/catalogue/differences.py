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
# The parts for which a publication says what running dossiers do; a limit is a promise and always stays.
DECLARED: Final[tuple[str, ...]] = (
    "limit",
    "fees",
    "components",
    "steps",
    "results",
    "legal_bases",
    "conditions",
    "competent",
)

_WORDS: Final = {
    "commune": "cấp xã", "province": "cấp tỉnh", "ministry": "cấp bộ",
    "information": "chỉ cung cấp thông tin", "partial": "trực tuyến một phần", "full": "trực tuyến toàn trình",
    "unstated": "chưa rõ", "citizen": "công dân", "business": "doanh nghiệp", "foreigner": "người nước ngoài",
    "overseas_vietnamese": "người Việt Nam ở nước ngoài", "organisation": "tổ chức", "cooperative": "hợp tác xã",
    "official": "cán bộ, công chức, viên chức",
}  # fmt: skip
_PER: Final = {"copy": "bản", "page": "trang", "case": "trường hợp", **PER_WORDS}
_CHANNELS: Final = {"online": "trực tuyến", "counter": "trực tiếp", "post": "bưu chính"}


# Notes on how a value was read; what a procedure says is the same without them.
_NOTES: Final = frozenset({"source", "doubt", "limit_source", "limit_doubt", "fee_source", "fee_doubt"})


def _said(node: Any) -> Any:
    """Return a part of a content without the notes on how it was read."""
    if isinstance(node, list):
        return [_said(item) for item in node]
    if isinstance(node, dict):
        return {
            key: _said(value) for key, value in node.items() if key not in _NOTES and value not in (None, [])
        }
    return node


def _by_channel(*keys: str) -> Callable[[Content], Any]:
    return lambda content: [
        {key: row.get(key) for key in ("channel", "case", *keys)} for row in content["channels"]
    ]


_HELD: Final[dict[str, Callable[[Content], Any]]] = {
    "service": lambda content: [content[key] for key in ("service_level", "partial_reason", "run_by")],
    # A limit that could not be read is not the same as none fixed.
    "limit": lambda content: [
        _by_channel("limit", "phases", "extension")(content),
        [row["limit"] is None and bool(row["limit_doubt"]) for row in content["channels"]],
    ],
    "fees": _by_channel("fees"),
}


def changed_parts(old: Content, new: Content) -> list[str]:
    """Return the names of the parts that say something else, in the order in which people read them.

    Notes on how a value was read (its source, a doubt) are no part of what a procedure says.
    """
    found = []
    for part in _LABELS:
        held = _HELD.get(part, lambda content, part=part: content.get(part) or [])
        if _said(held(old)) != _said(held(new)):
            found.append(part)
    return found


def differences(old: Content, new: Content) -> list[Difference]:
    """Return every part that says something else, in the order in which people read them.

    Parts of several entries (limits by channel, papers, legal bases) give one difference for each entry that
    changed. Each part of `changed_parts` gives at least one.
    """
    return [row for part in changed_parts(old, new) for row in _rows_of(part, old, new)]


def _rows_of(part: str, old: Content, new: Content) -> list[Difference]:
    before, after = _PARTS[part](old), _PARTS[part](new)
    labels = _LABELS[part]
    keys = [*before, *(key for key in after if key not in before)]
    pairs = [(before.get(key, ""), after.get(key, "")) for key in keys]
    found = [Difference(part, *labels, was, now) for was, now in pairs if was != now]
    # The same entries in another order, or a detail without words of its own.
    return found or [Difference(part, *labels, "; ".join(before.values()), "; ".join(after.values()))]


def _one(read: Callable[[Content], str]) -> Callable[[Content], dict[str, str]]:
    return lambda content: {"": read(content)}


def _results(content: Content) -> dict[str, str]:
    return {
        row["vi"]: f"{row['vi']} ({row['code']})" if row["code"] else row["vi"] for row in content["results"]
    }


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
    if row["limit"] is None:
        return "chưa rõ" if row["limit_doubt"] else "không quy định"
    told = [limit_in_words(row["limit"])]
    told += [f"{phase['vi']}: {limit_in_words(phase['limit'])}" for phase in row.get("phases") or ()]
    told += [f"gia hạn: {row['extension']['source']}"] if row.get("extension") else []
    return "; ".join(told)


def _fees(content: Content) -> dict[str, str]:
    return {place: f"{place}: {'; '.join(_fee(fee) for fee in row['fees'])}" for place, row in _rows(content)}


def _fee(fee: Mapping[str, Any]) -> str:
    what = f"{fee['what']['vi']}: " if fee.get("what") else ""
    told = [_FEE_WORDS[fee["kind"]](fee)]
    told += [f"nhiều nhất {_dong(fee['max_vnd'])}"] if fee.get("max_vnd") else []
    told += [f"theo {fee['act']}"] if fee.get("act") and fee["kind"] != "by_reference" else []
    told += [f"từ {fee['valid_from']}"] if fee.get("valid_from") else []
    told += [f"đến hết {fee['valid_to']}"] if fee.get("valid_to") else []
    return what + ", ".join(told)


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
    cases = {case["key"]: case["vi"] for case in content["cases"]}
    return {row["key"]: _paper(row, cases) for row in content["components"]}


def _paper(row: Mapping[str, Any], cases: Mapping[str, str]) -> str:
    told = [f"{row['originals']} bản chính"] if row["originals"] else []
    told += [f"{row['copies']} bản sao"] if row["copies"] else []
    told = told or ["số lượng chưa rõ"]
    told += ["chỉ xuất trình"] if row["group"] == "show" else []
    told += [] if row["required"] else ["nếu có"]
    told += [f"trường hợp: {cases.get(row['case'], row['case'])}"] if row["case"] else []
    told += [f"khi: {row['when']}"] if row.get("when") else []
    told += [row["form"]] if row.get("form") else []
    told += [f"thay được bằng {row['replaceable_by']['name']}"] if row.get("replaceable_by") else []
    told += [row["note"]] if row.get("note") else []
    return f"{row['vi']} ({', '.join(told)})"


def _bases(content: Content) -> dict[str, str]:
    return {
        row["number"] or row["vi"]: f"{row['number'] or ''} {row['vi']}".strip()
        for row in content["legal_bases"]
    }


def _competent(content: Content) -> dict[str, str]:
    return {"": _named(row.get("agency") or row.get("level") or "" for row in content["competent"])}


def _named(keys: Iterable[str]) -> str:
    return ", ".join(_WORDS.get(key, key) for key in keys)


_PARTS: Final[dict[str, Callable[[Content], dict[str, str]]]] = {
    "name": _one(lambda content: content["name"]["vi"]),
    "domain": _one(lambda content: content["domain"]["vi"]),
    "levels": _one(lambda content: _named(content["levels"])),
    "service": _one(lambda content: _named([content["service_level"]])),
    "audience": _one(lambda content: _named(content["audience"])),
    "decision": _one(lambda content: content["decision"] or ""),
    "limit": _limits,
    "fees": _fees,
    "components": _papers,
    "steps": _texts("steps"),
    "results": _results,
    "legal_bases": _bases,
    "conditions": _texts("conditions"),
    "competent": _competent,
}
