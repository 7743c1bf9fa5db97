"""The operations of a plan in words, as its numbered list says them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.organisation.plan_words import FUNCTIONS, named

Said = Mapping[str, Any]
Names = Mapping[str, str]

OPERATIONS: dict[str, Promise] = {
    "merge": lazy("Hợp nhất, sáp nhập"),
    "establish": lazy("Thành lập cơ quan"),
    "rename": lazy("Đổi tên"),
    "recode": lazy("Đổi mã, địa bàn"),
    "move": lazy("Chuyển cấp trên"),
    "split": lazy("Chia, tách"),
    "transfer": lazy("Chuyển thẩm quyền"),
    "dissolve": lazy("Giải thể"),
    "post": lazy("Vị trí việc làm"),
    "territory": lazy("Đơn vị hành chính mới"),
}  # fmt: skip


def in_words(said: Said, names: Names) -> str:
    """Say a kept line in a sentence."""
    return _SENTENCES[said["op"]](said, names)


def joined(keys: Iterable[str], names: Names) -> str:
    """Return several agencies in words."""
    return _listed(named(key, names) for key in keys)


def _listed(words: Iterable[str]) -> str:
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s và %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def _more(text: str, *facts: str) -> str:
    told = [fact for fact in facts if fact]
    return f"{text} ({'; '.join(told)})" if told else text


def _fact(pattern: Any, value: Any) -> str:
    return str(pattern) % {"value": value} if value else ""


def _codes(said: Said) -> list[str]:
    return [
        _fact(lazy("mã định danh %(value)s"), said.get("code_qd20")),
        _fact(lazy("mã QCVN 102 %(value)s"), said.get("code_qcvn102")),
        _fact(lazy("địa bàn %(value)s"), said.get("territory")),
        _fact(lazy("mẫu mã hồ sơ %(value)s"), said.get("number_template")),
    ]


def _establish(said: Said, names: Names) -> str:
    text = _("Thành lập “%(name)s”") % {"name": said["name_vi"]}
    if said.get("parent"):
        text = _("%(text)s, thuộc %(parent)s") % {"text": text, "parent": named(said["parent"], names)}
    desk = _fact(lazy("mở %(value)s"), (said.get("desk") or {}).get("name_vi"))
    return _more(text, *_codes(said), desk)


def _rename(said: Said, names: Names) -> str:
    known = {"old": named(said["agency"], names), "new": said["name_vi"]}
    return _("Đổi tên %(old)s thành “%(new)s”") % known


def _recode(said: Said, names: Names) -> str:
    return _more(_("Đổi mã của %(agency)s") % {"agency": named(said["agency"], names)}, *_codes(said))


def _move(said: Said, names: Names) -> str:
    known = {"agency": named(said["agency"], names), "parent": named(said["parent"], names)}
    return _("Chuyển %(agency)s về trực thuộc %(parent)s") % known


def _merge(said: Said, names: Names) -> str:
    others = [key for key in said["from"] if key != said["into"]]
    known = {"from": joined(others, names), "into": named(said["into"], names)}
    if len(others) < len(said["from"]):
        return _("Nhập %(from)s vào %(into)s; %(into)s tiếp tục hoạt động") % known
    return _("Hợp nhất %(from)s vào %(into)s") % known


def _what(part: Said) -> str:
    places, procedures = part.get("territories") or (), part.get("procedures") or ()
    told = [
        _("địa bàn %(codes)s") % {"codes": _short(places)} if places else "",
        _("thủ tục %(codes)s") % {"codes": _short(procedures)} if procedures else "",
    ]
    return ", ".join(one for one in told if one)


_SHOWN = 6


def _short(codes: Iterable[str]) -> str:
    codes = list(codes)
    more = len(codes) - _SHOWN
    text = ", ".join(codes[:_SHOWN])
    return _("%(codes)s và %(n)s mã nữa") % {"codes": text, "n": more} if more > 0 else text


def _split(said: Said, names: Names) -> str:
    parts = "; ".join(
        _("%(what)s về %(to)s") % {"what": _what(part), "to": named(part["to"], names)}
        for part in said["parts"]
    )
    known = {"agency": named(said["agency"], names), "parts": parts, "rest": named(said["rest"], names)}
    if said["rest"] == said["agency"]:
        return _("Tách từ %(agency)s: %(parts)s; phần còn lại giữ nguyên") % known
    return _("Chia %(agency)s: %(parts)s; phần còn lại về %(rest)s") % known


def _transfer(said: Said, names: Names) -> str:
    known = {
        "what": _("thủ tục %(codes)s") % {"codes": _short(said["procedures"])},
        "from": named(said["from"], names),
        "to": named(said["to"], names),
    }
    text = _("Chuyển %(what)s từ %(from)s sang %(to)s") % known
    places = said.get("territories") or ()
    return _more(text, _("chỉ tại địa bàn %(codes)s") % {"codes": _short(places)} if places else "")


def _dissolve(said: Said, names: Names) -> str:
    known = {"agency": named(said["agency"], names)}
    if said.get("successor"):
        known["to"] = named(said["successor"], names)
        return _("Giải thể %(agency)s, %(to)s kế thừa") % known
    return _("Giải thể %(agency)s, không có cơ quan kế thừa") % known


def _post(said: Said, names: Names) -> str:
    title = said.get("title_vi") or names.get(f"{said['agency']}/{said['key']}") or said["key"]
    text = _("Vị trí “%(title)s” tại %(agency)s") % {"title": title, "agency": named(said["agency"], names)}
    holder = ""
    if "holder" in said:
        who = names.get(f"@{said['holder']}", said["holder"])
        holder = _fact(lazy("giao cho %(value)s"), who) or _("chưa có người")
    function = str(FUNCTIONS.get(said.get("function", ""), ""))
    return _more(text, function, _taken_over(title, said.get("from") or (), names), holder)


def _taken_over(title: str, sources: Iterable[str], names: Names) -> str:
    """Say whose work a post gets: shortly where the posts are called as it is."""
    places: dict[str, list[str]] = {}
    for source in sources:
        agency, _slash, key = source.partition("/")
        places.setdefault(names.get(source, key), []).append(agency)
    if set(places) == {title}:
        return _("nhận việc của vị trí cùng tên ở %(places)s") % {"places": joined(places[title], names)}
    told = [
        _("“%(title)s” ở %(places)s") % {"title": called, "places": joined(agencies, names)}
        for called, agencies in places.items()
    ]
    return _fact(lazy("nhận việc của %(value)s"), _listed(told))


def _territory(said: Said, names: Names) -> str:
    text = _("Lập đơn vị hành chính “%(name)s”, mã %(code)s") % {"name": said["name"], "code": said["code"]}
    sources = said.get("from") or ()
    whole = [row["code"] for row in sources if not row.get("partly")]
    partly = [row["code"] for row in sources if row.get("partly")]
    return _more(
        text,
        _fact(lazy("gồm toàn bộ %(value)s"), _short(whole) if whole else ""),
        _fact(lazy("một phần %(value)s"), _short(partly) if partly else ""),
    )


_SENTENCES: Mapping[str, Callable[[Said, Names], str]] = {
    "establish": _establish,
    "rename": _rename,
    "recode": _recode,
    "move": _move,
    "merge": _merge,
    "split": _split,
    "transfer": _transfer,
    "dissolve": _dissolve,
    "post": _post,
    "territory": _territory,
}
