"""Words for what a procedure asks and costs, in the reader's language; pages and sheets share them.

In Vietnamese every text is plain. On an English page a text that exists in Vietnamese only is marked as such, so
what `shown`, `marked` and `fee_shown` return may be HTML there.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from motcua.catalogue.format import ComponentRecord, KeyedWords, Words
from motcua.dossiers import words
from motcua.kit.templatetags.ui import day, money

Fee = Mapping[str, Any]


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


def joined(texts: Iterable[str]) -> str:
    """Return texts as one, with marked ones staying marked."""
    if not words.in_english():
        return "; ".join(texts)
    return format_html_join("; ", "{}", ((text,) for text in texts))


def language() -> str:
    """Return `vi` or `en`, as names in two languages are asked for."""
    return "en" if words.in_english() else "vi"


def one_of(pair: tuple[str, str]) -> str:
    """Return the Vietnamese or the English of a pair; Vietnamese where there is no English."""
    return pair[1] if words.in_english() and pair[1] else pair[0]


def fee_words(fee: Fee) -> str:
    """Say one fee of the catalogue, with what it is for, from when to when it holds, and what sets it."""
    text, what = _amount(fee), fee.get("what")
    return f"{one_of((what['vi'], what['en']))}: {_inside(text)}" if what else text


def fee_shown(fee: Fee) -> str:
    """Say one fee for a page, as `fee_words`; Vietnamese on an English page says that it is."""
    what = fee.get("what")
    if not what or not words.in_english():
        return fee_words(fee)
    return format_html("{}: {}", marked(what["vi"], what["en"]), _inside(_amount(fee)))


def unit_words(key: str) -> str:
    """Say the unit that a fee is paid for."""
    return str(words.FEE_UNITS.get(key, key.replace("-", " ")))


def _inside(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def _amount(fee: Fee) -> str:
    kind = fee["kind"]
    if kind in _KINDS:
        return _with_bounds(fee, _KINDS[kind](fee))
    return _with_bounds(fee, _("Theo %(act)s") % {"act": fee["act"]})


def _per_unit(fee: Fee) -> str:
    return _("%(amount)s mỗi %(unit)s") % {"amount": money(fee["vnd"]), "unit": unit_words(fee["per"])}


def _tiered(fee: Fee) -> str:
    text = "; ".join(_tier(tier, unit_words(fee["per"])) for tier in fee["tiers"])
    if not fee.get("max_vnd"):
        return text
    return _("%(tiers)s; tối đa %(most)s") % {"tiers": text, "most": money(fee["max_vnd"])}


def _tier(tier: Mapping[str, Any], unit: str) -> str:
    facts = {"amount": money(tier["vnd"]), "unit": unit, "first": tier["from"], "last": tier["to"]}
    if tier["to"] is None:
        return _("từ %(unit)s thứ %(first)s: %(amount)s") % facts
    if tier["from"] == tier["to"]:
        return _("%(unit)s thứ %(first)s: %(amount)s") % facts
    return _("%(unit)s thứ %(first)s đến %(last)s: %(amount)s") % facts


_KINDS: Mapping[str, Callable[[Fee], str]] = {
    "free": lambda fee: _("Không thu phí"),
    "amount": lambda fee: money(fee["vnd"]),
    "per_unit": _per_unit,
    "tiered": _tiered,
    "percentage": lambda fee: _("%(rate)s %% của %(of)s") % {"rate": _decimal(fee["rate"]), "of": fee["of"]},
    "foreign": lambda fee: f"{_decimal(fee['amount'])}\u00a0{fee['currency']}",
    "unread": lambda fee: _("Chưa đọc được số tiền"),
}


def _decimal(text: str) -> str:
    return text if words.in_english() else text.replace(".", ",")


def _with_bounds(fee: Fee, text: str) -> str:
    """Add from when to when a fee holds (its last day with it), and what sets it unless that is the amount itself."""
    since, until = _day(fee.get("valid_from")), _day(fee.get("valid_to"))
    known = {"fee": text, "since": since, "until": until}
    if since and until:
        text = _("%(fee)s (từ ngày %(since)s đến hết ngày %(until)s)") % known
    elif since:
        text = _("%(fee)s (từ ngày %(since)s)") % known
    elif until:
        text = _("%(fee)s (đến hết ngày %(until)s)") % known
    if fee.get("act") and fee["kind"] != "by_reference":
        text = _("%(fee)s, theo %(act)s") % {"fee": text, "act": fee["act"]}
    return text


def _day(iso: str | None) -> str:
    return day(date.fromisoformat(iso)) if iso else ""


def count_words(item: ComponentRecord) -> str:
    """Say how many originals and copies of a paper are asked for; in plain words where that is not known."""
    parts = []
    if item.originals:
        parts.append(_("%(n)s bản chính") % {"n": item.originals})
    if item.copies:
        parts.append(_("%(n)s bản sao") % {"n": item.copies})
    return ", ".join(parts) or _("số lượng chưa rõ")
