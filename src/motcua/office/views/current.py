"""How current the catalogue is: what the official lists name against what is published here, by agency."""

import csv
from datetime import datetime
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from motcua.catalogue import queries
from motcua.catalogue.queries import CurrentLine
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import day
from motcua.kit.text import inert
from motcua.office import kept_words
from motcua.office.frame import frame, steward
from motcua.office.paging import paged
from motcua.office.wording import grouped, share
from motcua.rules.localday import local_day

SIZE = 50
_HERE = "office:current"


@audience(STAFF)
@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """Show the figure by agency, the whole first; with `dang=csv` as a file."""
    who = steward(request)
    today = local_day(who.at)
    counted = queries.kept_current(on=today)
    lines = [*counted[-1:], *counted[:-1]]
    if request.GET.get("dang") == "csv":
        return _file(lines, f"danh-muc-cap-nhat-{today:%Y-%m-%d}.csv")
    content = {
        "on": day(today),
        "keeps": who.keeps,
        "lines": [_line(line) for line in lines],
        "columns": list(kept_words.CURRENT.values()),
        "finding": _finding(lines[0]) if lines else "",
    }
    return render(request, "office/current.html", frame(who.duties, _HERE, **content))


def _finding(whole: CurrentLine) -> str:
    facts = {
        "published": grouped(whole.published),
        "listed": grouped(whole.listed),
        "share": share(kept_words.percent(whole.published, whole.listed)),
    }
    said = _("Đã công khai %(published)s trên %(listed)s thủ tục của danh mục chính thức (%(share)s).")
    if not whole.unconfirmed:
        return said % facts
    left = ngettext(
        "Còn %(n)s thủ tục chưa ai xác nhận thời hạn.",
        "Còn %(n)s thủ tục chưa ai xác nhận thời hạn.",
        whole.unconfirmed,
    )
    return f"{said % facts} {left % {'n': grouped(whole.unconfirmed)}}"


def _line(line: CurrentLine) -> dict[str, Any]:
    return {
        "name": line.agency or _("Cả danh mục"),
        "share": share(kept_words.percent(line.published, line.listed)),
        "cells": [
            {"text": grouped(number), "url": _list_url(line.agency, what) if number else ""}
            for what in kept_words.CURRENT
            for number in [getattr(line, what)]
        ],
    }


def _list_url(agency: str, what: str) -> str:
    asked = {"co-quan": agency, "so": what}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('office:current_list')}?{query}"


def _file(lines: list[CurrentLine], name: str) -> HttpResponse:
    out = StringIO()
    # Spreadsheets take a file for UTF-8 by this mark only.
    out.write("\ufeff")
    write = csv.writer(out, lineterminator="\r\n")
    words = [str(word.alone) for word in kept_words.CURRENT.values()]
    write.writerow([_("Cơ quan thực hiện"), *words, _("Tỷ lệ đã công khai (%)")])
    for line in lines:
        rate = kept_words.percent(line.published, line.listed)
        numbers = [getattr(line, what) for what in kept_words.CURRENT]
        write.writerow([inert(line.agency or _("Cả danh mục")), *numbers, "" if rate is None else str(rate)])
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@audience(STAFF)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List exactly the procedures that a number of the figure counts."""
    who = steward(request)
    what, agency = request.GET.get("so", ""), request.GET.get("co-quan", "")
    if what not in kept_words.CURRENT:
        raise Http404
    found = queries.kept_current_list(agency, what, on=local_day(who.at))
    if agency and not found and agency not in _agencies(who.at):
        raise Http404
    page, pages = paged(request.GET.get("trang", ""), SIZE, **{"co-quan": agency, "so": what})
    number = len(found)
    heading = ngettext("%(figure)s: %(n)s thủ tục", "%(figure)s: %(n)s thủ tục", number)
    content = {
        "word": kept_words.CURRENT[what],
        "heading": heading % {"figure": kept_words.CURRENT[what].alone, "n": grouped(number)},
        "agency": agency,
        "columns": [{"label": _("Mã")}, {"label": _("Tên trong danh mục")}],
        "rows": [_listed_row(code, name, what) for code, name in found[page.first : page.first + SIZE]],
        **pages(more=page.first + SIZE < number),
    }
    return render(request, "office/current_list.html", frame(who.duties, _HERE, **content))


def _agencies(at: datetime) -> set[str]:
    return {line.agency for line in queries.kept_current(on=local_day(at))}


def _listed_row(code: str, name: str, what: str) -> list[Any]:
    """A procedure that is here leads to its page of confirmation; one that is missing leads nowhere."""
    if what == "missing":
        return [code, name]
    return [code, {"url": reverse("office:confirm", args=[code]), "text": name}]
