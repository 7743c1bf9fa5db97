"""Tags and filters of the look: the cached frame of a page, money, days and moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.kit.forms import ErrorLink, error_list

register = template.Library()

# What differs between two visitors is cut out of the frame and put back: these marks can stand in no text.
_CSRF, _PATH, _PERSON = "\x02csrf\x03", "\x02path\x03", "\x02person\x03"
_MOST_FRAMES = 256
_frames: dict[tuple[object, ...], list[str]] = {}


@register.simple_tag(takes_context=True)
def chrome(context: template.RequestContext, name: str) -> SafeString:
    """Draw `ui/chrome/<name>.html` once per language, place, section and signed-in or not; then reuse it.

    The template gets `site`, `nav_current`, `signed_in`, `language` and `chrome.csrf`, `chrome.path`,
    `chrome.person`. A visitor who is not signed in gets no CSRF token here, so that a public page sets no
    cookie: the view that changes the language is exempt from the check.
    """
    user = context.get("user")
    signed_in = bool(user is not None and user.is_authenticated)
    site = context.get("site")
    section = context.get("nav_current", "")
    key = (name, get_language(), signed_in, section, _of(site, "province_name"), _of(site, "demonstration"))
    pieces = _frames.get(key)
    if pieces is None or settings.DEBUG:
        pieces = _frame(name, {"site": site, "nav_current": section, "signed_in": signed_in})
        if len(_frames) >= _MOST_FRAMES:
            _frames.clear()
        _frames[key] = pieces
    if len(pieces) == 1:
        return mark_safe(pieces[0])
    return mark_safe("".join(_filled(piece, context, signed_in) for piece in pieces))


def _of(site: Any, name: str) -> str:
    return str(site.get(name) if isinstance(site, dict) else getattr(site, name, None))


def _frame(name: str, known: dict[str, object]) -> list[str]:
    marks = {"csrf": _CSRF, "path": _PATH, "person": _PERSON}
    known |= {"language": get_language(), "chrome": {key: mark_safe(mark) for key, mark in marks.items()}}
    text = get_template(f"ui/chrome/{name}.html").render(known)
    pieces = [text]
    for mark in marks.values():
        pieces = [part for piece in pieces for part in _split(piece, mark)]
    return pieces


def _split(piece: str, mark: str) -> list[str]:
    parts = piece.split(mark)
    joined = [parts[0]]
    for part in parts[1:]:
        joined += [mark, part]
    return joined


def _filled(piece: str, context: template.RequestContext, signed_in: bool) -> str:
    if piece == _CSRF:
        token = str(context.get("csrf_token", "")) if signed_in else ""
        return (
            format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token) if token else ""
        )
    if piece == _PATH:
        request = context.get("request")
        return escape(request.get_full_path()) if request is not None else "/"
    if piece == _PERSON:
        user = context["user"]
        return escape(getattr(user, "full_name", "") or user.get_username())
    return piece


@register.filter
def error_links(form: BaseForm) -> list[ErrorLink]:
    """Lines of the error summary of the form."""
    return error_list(form)


@register.filter
def at(items: Sequence[Any], index: int) -> Any:
    """Return the item at the place, or None when there is none."""
    return items[index] if 0 <= index < len(items) else None


@register.filter
def money(vnd: int | None) -> str:
    """Write an amount of đồng: 15000 becomes “15.000 ₫”; None becomes an empty text."""
    return "" if vnd is None else f"{int(vnd):,}".replace(",", ".") + "\u00a0₫"


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a day as dd/mm/yyyy in local time; None becomes an empty text."""
    if value is None:
        return ""
    return f"{_local(value):%d/%m/%Y}"


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment as people say it: “17 giờ, thứ Sáu 16/01/2026”, local time; None gives an empty text."""
    if value is None:
        return ""
    at = timezone.localtime(value)
    hour = _("%(h)s giờ %(m)02d") if at.minute else _("%(h)s giờ")
    known = {"hour": hour % {"h": at.hour, "m": at.minute}, "weekday": _weekday(at), "day": f"{at:%d/%m/%Y}"}
    return _("%(hour)s, %(weekday)s %(day)s") % known


@register.filter
def stamp(value: datetime | None) -> str:
    """Write a moment shortly, in local time: “08:12 15/01/2026”; None gives an empty text."""
    return "" if value is None else f"{timezone.localtime(value):%H:%M %d/%m/%Y}"


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _weekday(at: datetime) -> str:
    names = (
        _("thứ Hai"),
        _("thứ Ba"),
        _("thứ Tư"),
        _("thứ Năm"),
        _("thứ Sáu"),
        _("thứ Bảy"),
        _("Chủ nhật"),
    )
    return names[at.weekday()]
