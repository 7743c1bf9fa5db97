"""Words of the catalogue for citizens, in the reader's language: fees, places, levels, papers."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue.format import (
    Audience,
    ChannelKind,
    CompetentRecord,
    ComponentRecord,
    KeyedWords,
    Level,
    PartialReasonKind,
    ProcedureRecord,
    RunBy,
    ServiceLevel,
    Words,
)
from motcua.dossiers import words
from motcua.kit.templatetags.ui import money
from motcua.kit.text import fold
from motcua.organisation import queries as organisation

LEVELS = {
    "commune": lazy("Cấp xã"),
    "province": lazy("Cấp tỉnh"),
    "ministry": lazy("Cấp bộ"),
}
_PLACES = {
    "commune": lazy("Ủy ban nhân dân xã, phường"),
    "province": lazy("Sở, ban, ngành của tỉnh"),
    "ministry": lazy("Bộ, ngành trung ương"),
}
# The kinds of agencies that solve procedures, in the order of their list.
KINDS = {
    "province": lazy("Ủy ban nhân dân tỉnh"),
    "department": lazy("Sở, ban, ngành"),
    "sub_department": lazy("Chi cục"),
    "public_service_unit": lazy("Đơn vị sự nghiệp công lập"),
    "commune": lazy("Ủy ban nhân dân xã, phường"),
}
SERVICE_LEVELS = {
    ServiceLevel.INFORMATION: lazy("Chỉ cung cấp thông tin"),
    ServiceLevel.PARTIAL: lazy("Trực tuyến một phần"),
    ServiceLevel.FULL: lazy("Trực tuyến toàn trình"),
    ServiceLevel.UNSTATED: lazy("Nguồn chưa nêu"),
}
AUDIENCES = {
    Audience.CITIZEN: lazy("Công dân Việt Nam"),
    Audience.BUSINESS: lazy("Doanh nghiệp"),
    Audience.FOREIGNER: lazy("Người nước ngoài"),
    Audience.OVERSEAS_VIETNAMESE: lazy("Người Việt Nam ở nước ngoài"),
    Audience.ORGANISATION: lazy("Cơ quan, tổ chức"),
    Audience.COOPERATIVE: lazy("Hợp tác xã"),
    Audience.OFFICIAL: lazy("Cán bộ, công chức, viên chức"),
}
PARTIAL_REASONS = {
    PartialReasonKind.PRESENCE_REQUIRED: lazy("pháp luật yêu cầu bạn có mặt"),
    PartialReasonKind.ON_SITE_CHECK: lazy("cơ quan phải kiểm tra tại chỗ"),
    PartialReasonKind.TECHNICAL_FAILURE: lazy("hệ thống đang gặp sự cố"),
    PartialReasonKind.OTHER_TECHNICAL: lazy("điều kiện kỹ thuật chưa đủ"),
}


def said(text: Words | KeyedWords) -> str:
    """Return a text of the catalogue in the reader's language."""
    return text.en if words.in_english() and text.en else text.vi


def shown(text: Words | KeyedWords) -> str:
    """Return a text of the catalogue for a page; on an English page a Vietnamese one says that it is."""
    return marked(text.vi, text.en)


def marked(vi: str, en: str = "") -> str:
    """Return the text in the reader's language; Vietnamese on an English page stands in a marked span."""
    if not words.in_english():
        return vi
    return en if en and en != vi else format_html('<span lang="vi">{}</span>', vi)


def language() -> str:
    """Return `vi` or `en`, as names in two languages are asked for."""
    return "en" if words.in_english() else "vi"


def one_of(pair: tuple[str, str]) -> str:
    """Return the Vietnamese or the English of a pair; Vietnamese where there is no English."""
    return pair[1] if words.in_english() and pair[1] else pair[0]


def fee_words(fee: Mapping[str, Any]) -> str:
    """Say one fee of the catalogue, with what it is for."""
    text, what = _amount(fee), fee.get("what")
    return f"{one_of((what['vi'], what['en']))}: {_inside(text)}" if what else text


def fee_shown(fee: Mapping[str, Any]) -> str:
    """Say one fee for a page, as `fee_words`; Vietnamese on an English page says that it is."""
    text, what = _amount(fee), fee.get("what")
    return format_html("{}: {}", marked(what["vi"], what["en"]), _inside(text)) if what else text


def _inside(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def _amount(fee: Mapping[str, Any]) -> str:
    kind = fee["kind"]
    if kind in _KINDS:
        return _with_bounds(fee, _KINDS[kind](fee))
    return _with_bounds(fee, _("Theo %(act)s") % {"act": fee["act"]})


def _tiered(fee: Mapping[str, Any]) -> str:
    text = "; ".join(_tier_words(tier, _unit(fee["per"])) for tier in fee["tiers"])
    if not fee.get("max_vnd"):
        return text
    return _("%(tiers)s; tối đa %(most)s") % {"tiers": text, "most": money(fee["max_vnd"])}


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "free": lambda fee: _("Không thu phí"),
    "amount": lambda fee: money(fee["vnd"]),
    "per_unit": lambda fee: (
        _("%(amount)s mỗi %(unit)s") % {"amount": money(fee["vnd"]), "unit": _unit(fee["per"])}
    ),
    "tiered": _tiered,
    "percentage": lambda fee: _("%(rate)s %% của %(of)s") % {"rate": _rate(fee["rate"]), "of": fee["of"]},
    "foreign": lambda fee: f"{_rate(fee['amount'])}\u00a0{fee['currency']}",
    "unread": lambda fee: _("Chưa đọc được số tiền"),
}


def _rate(text: str) -> str:
    return text if words.in_english() else text.replace(".", ",")


def _with_bounds(fee: Mapping[str, Any], text: str) -> str:
    """Add from when to when a fee holds, and what sets it where that is not the amount itself."""
    since, until = fee.get("valid_from"), fee.get("valid_to")
    if since and until:
        text = _("%(fee)s (từ %(since)s đến %(until)s)") % {
            "fee": text, "since": _day(since), "until": _day(until)
        }  # fmt: skip
    elif since:
        text = _("%(fee)s (từ %(since)s)") % {"fee": text, "since": _day(since)}
    elif until:
        text = _("%(fee)s (đến hết %(until)s)") % {"fee": text, "until": _day(until)}
    if fee.get("act") and fee["kind"] != "by_reference":
        text = _("%(fee)s, theo %(act)s") % {"fee": text, "act": fee["act"]}
    return text


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}"


def _unit(key: str) -> str:
    return str(words.FEE_UNITS.get(key, key))


def _tier_words(tier: Mapping[str, Any], unit: str) -> str:
    facts = {"amount": money(tier["vnd"]), "unit": unit, "first": tier["from"], "last": tier["to"]}
    if tier["to"] is None:
        return _("từ %(unit)s thứ %(first)s: %(amount)s") % facts
    if tier["from"] == tier["to"]:
        return _("%(unit)s thứ %(first)s: %(amount)s") % facts
    return _("%(unit)s thứ %(first)s đến %(last)s: %(amount)s") % facts


def executing_here(record: ProcedureRecord, *, on: date) -> list[str]:
    """Return who solves a procedure as its source spells them, without the departments of other provinces.

    The national record lists whoever has taken the procedure up; a reader here has no use for another
    province's. Where all are of other provinces, all are kept: who else it would be is not known.
    """
    named = (record.agencies.executing or record.agencies.deciding) if record.agencies else ()
    ours = fold(organisation.province_name(on=on))
    elsewhere = [fold(name) for _code, name in organisation.provinces(on=on)]
    others = [_bare(name) for name in elsewhere if _bare(name) and not ours.endswith(_bare(name))]
    here = [name for name in named if not any(fold(name).endswith(f" {other}") for other in others)]
    return here or list(named)


def _bare(name: str) -> str:
    return name.removeprefix("tinh ").removeprefix("thanh pho ")


def place_words(record: ProcedureRecord, *, on: date) -> list[str]:
    """Name who decides."""
    return list(dict.fromkeys(_place(row, on) for row in record.competent))


def _place(row: CompetentRecord, on: date) -> str:
    if row.agency is not None:
        found = organisation.agency_by_key(row.agency)
        name = organisation.agency_facts(found, on=on).name(language()) if found else row.agency
    else:
        name = str(_PLACES[row.level.value]) if row.level else ""
    return f"{said(row.body)}, {name}" if row.body else name


_RUN_BY = {
    RunBy.MINISTRY_SYSTEM: lazy("Hồ sơ trực tuyến của thủ tục này nộp trên hệ thống của bộ chủ quản."),
    RunBy.NATIONAL_PORTAL: lazy("Hồ sơ trực tuyến của thủ tục này nộp trên Cổng Dịch vụ công quốc gia."),
}


def where_words(record: ProcedureRecord, *, door_shut: bool) -> str:
    """Say where a procedure is filed that cannot be filed on this site."""
    said_so = [str(_RUN_BY[record.run_by])] if record.run_by in _RUN_BY else []
    if door_shut:
        said_so.append(
            _("Cổng của tỉnh hiện không nhận hồ sơ trực tuyến: hãy nộp tại Cổng Dịch vụ công quốc gia.")
        )
    if record.levels == (Level.MINISTRY,):
        said_so.append(_("Thủ tục này do cơ quan trung ương giải quyết: nộp tại cơ quan đó."))
    elif any(row.channel is ChannelKind.POST for row in record.channels):
        said_so.append(
            _("Bạn có thể nộp trực tiếp tại bộ phận một cửa bất kỳ trong tỉnh hoặc qua bưu chính.")
        )
    else:
        said_so.append(_("Bạn có thể nộp trực tiếp tại bộ phận một cửa bất kỳ trong tỉnh."))
    return " ".join(said_so)


def count_words(item: ComponentRecord) -> str:
    """Say how many originals and copies of a paper are asked for; in plain words where that is not known."""
    parts = []
    if item.originals:
        parts.append(_("%(n)s bản chính") % {"n": item.originals})
    if item.copies:
        parts.append(_("%(n)s bản sao") % {"n": item.copies})
    return ", ".join(parts) or _("số lượng chưa rõ")


def note_of(item: ComponentRecord) -> str:
    """Return the note on a paper; it exists in Vietnamese only."""
    return item.note or ""
