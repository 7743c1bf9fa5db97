"""Words of the catalogue for citizens, in the reader's language: fees, limits, places, levels."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue.format import (
    CompetentRecord,
    ComponentRecord,
    KeyedWords,
    PartialReasonKind,
    ProcedureRecord,
    RunBy,
    ServiceLevel,
    Words,
)
from motcua.dossiers import words
from motcua.kit.templatetags.ui import money
from motcua.organisation import queries as organisation
from motcua.rules.deadlines import Limit

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
_UNITS = {"copy": lazy("bản"), "page": lazy("trang"), "case": lazy("trường hợp")}
SERVICE_LEVELS = {
    ServiceLevel.INFORMATION: lazy("Chỉ cung cấp thông tin"),
    ServiceLevel.PARTIAL: lazy("Trực tuyến một phần"),
    ServiceLevel.FULL: lazy("Trực tuyến toàn trình"),
}
PARTIAL_REASONS = {
    PartialReasonKind.PRESENCE_REQUIRED: lazy("pháp luật yêu cầu bạn có mặt"),
    PartialReasonKind.ON_SITE_CHECK: lazy("cơ quan phải kiểm tra tại chỗ"),
    PartialReasonKind.TECHNICAL_FAILURE: lazy("hệ thống đang gặp sự cố"),
    PartialReasonKind.OTHER_TECHNICAL: lazy("điều kiện kỹ thuật chưa đủ"),
}


@dataclass(frozen=True)
class Fact:
    """One line of a facts card."""

    label: str
    value: str
    note: str = ""


def said(text: Words | KeyedWords) -> str:
    """Return a text of the catalogue in the reader's language."""
    return text.en if words.in_english() and text.en else text.vi


def language() -> str:
    """Return `vi` or `en`, as names in two languages are asked for."""
    return "en" if words.in_english() else "vi"


def one_of(pair: tuple[str, str]) -> str:
    """Return the Vietnamese or the English of a pair; Vietnamese where there is no English."""
    return pair[1] if words.in_english() and pair[1] else pair[0]


def fee_words(fee: Mapping[str, Any]) -> str:
    """Say one fee of the catalogue."""
    match fee["kind"]:
        case "free":
            text = _("Không thu phí")
        case "amount":
            text = money(fee["vnd"])
        case "per_unit":
            text = _("%(amount)s mỗi %(unit)s") % {"amount": money(fee["vnd"]), "unit": _unit(fee["per"])}
        case "tiered":
            text = "; ".join(_tier_words(tier, _unit(fee["per"])) for tier in fee["tiers"])
            if fee.get("max_vnd"):
                text = _("%(tiers)s; tối đa %(most)s") % {"tiers": text, "most": money(fee["max_vnd"])}
        case _:
            text = _("Theo %(act)s") % {"act": fee["act"]}
    what = fee.get("what")
    if not what:
        return text
    return f"{what['en'] if words.in_english() else what['vi']}: {text[:1].lower()}{text[1:]}"


def _unit(key: str) -> str:
    return str(_UNITS.get(key, key))


def _tier_words(tier: Mapping[str, Any], unit: str) -> str:
    facts = {"amount": money(tier["vnd"]), "unit": unit, "first": tier["from"], "last": tier["to"]}
    if tier["to"] is None:
        return _("từ %(unit)s thứ %(first)s: %(amount)s") % facts
    if tier["from"] == tier["to"]:
        return _("%(unit)s thứ %(first)s: %(amount)s") % facts
    return _("%(unit)s thứ %(first)s đến %(last)s: %(amount)s") % facts


def limit_facts(record: ProcedureRecord) -> list[Fact]:
    """Say the time limit of each case, channels of one limit together; a doubt is marked as such."""
    rows = []
    for case in record.cases:
        grouped: dict[tuple[str, str | None], list[str]] = {}
        for channel in record.channels_of(case.key):
            limit = words.limit_words(Limit.from_json(channel.limit) if channel.limit else None)
            names = grouped.setdefault((limit, channel.limit_doubt), [])
            names.append(str(words.CHANNELS[channel.channel.value]))
        for (limit, doubt), names in grouped.items():
            rows.append(_limit_fact(record, case, limit, doubt, names if len(grouped) > 1 else []))
    return _without_repeats(rows)


def _limit_fact(
    record: ProcedureRecord, case: KeyedWords, limit: str, doubt: str | None, channels: list[str]
) -> Fact:
    about = [said(case)] if len(record.cases) > 1 else []
    if channels:
        about.append(", ".join(channels))
    label = _("Thời hạn") + (f" ({'; '.join(about)})" if about else "")
    if doubt is None:
        return Fact(label, limit)
    note = _("Chưa xác nhận") if words.in_english() else _("Chưa xác nhận. %(why)s") % {"why": doubt}
    return Fact(label, limit, note)


def _without_repeats(rows: list[Fact]) -> list[Fact]:
    """Fold the cases into one line where they all have the same limit."""
    if len({(row.value, row.note) for row in rows}) == 1:
        return [Fact(_("Thời hạn"), rows[0].value, rows[0].note)]
    return rows


def fee_facts(record: ProcedureRecord) -> list[Fact]:
    """Say the fees: once where all channels and cases cost the same, else by channel or case."""
    costs: dict[tuple[str, ...], list[tuple[KeyedWords, str]]] = {}
    cases = {case.key: case for case in record.cases}
    for row in record.channels:
        key = tuple(fee_words(fee) for fee in row.fees)
        costs.setdefault(key, []).append((cases[row.case], str(words.CHANNELS[row.channel.value])))
    facts = []
    for fees, where in costs.items():
        label = _("Phí, lệ phí")
        if len(costs) > 1:
            several = len(record.cases) > 1
            names = dict.fromkeys(f"{said(case)}: {ch}" if several else ch for case, ch in where)
            label = f"{label} ({', '.join(names)})"
        facts.append(Fact(label, "; ".join(dict.fromkeys(fees))))
    return facts


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


def run_by_words(record: ProcedureRecord) -> str:
    """Say whose system takes the dossiers of a procedure that is not handled here; empty for one that is."""
    return {
        RunBy.LOCAL: "",
        RunBy.MINISTRY_SYSTEM: _("Hồ sơ trực tuyến của thủ tục này nộp trên hệ thống của bộ chủ quản."),
        RunBy.NATIONAL_PORTAL: _("Hồ sơ trực tuyến của thủ tục này nộp trên Cổng Dịch vụ công quốc gia."),
    }[record.run_by]


def count_words(item: ComponentRecord) -> str:
    """Say how many originals and copies of a paper are asked for."""
    parts = []
    if item.originals:
        parts.append(_("%(n)s bản chính") % {"n": item.originals})
    if item.copies:
        parts.append(_("%(n)s bản sao") % {"n": item.copies})
    return ", ".join(parts)


def note_of(item: ComponentRecord) -> str:
    """Return the note on a paper; it exists in Vietnamese only."""
    return item.note or ""
