"""Papers beyond the list: who asked for them, how often, for which procedure."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.desk.frame import Officer, frame, officer
from motcua.desk.views.queues import DEEPEST, SIZE, page_of
from motcua.dossiers import queries, words
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import stamp
from motcua.rules.localday import local_day

_OCCASIONS = {"request": lazy("Yêu cầu bổ sung"), "counter": lazy("Nhận bổ sung tại quầy")}


@audience(STAFF)
def unlisted(request: HttpRequest) -> HttpResponse:
    """Show a head the attempts at their agencies, and the reform office those of the province."""
    who = officer(request)
    if not who.headed and not who.sees_province:
        raise Http404
    agencies = None if who.sees_province else who.headed
    today = local_day(who.at)
    # This month and the eleven before it.
    since = date(today.year - 1 + today.month // 12, today.month % 12 + 1, 1)
    page = page_of(request)
    rows = queries.attempts(agencies, first=(page - 1) * SIZE, size=SIZE + 1)
    content = {
        "counts": _counts(queries.attempt_counts(agencies, since=since)),
        "count_columns": [
            {"label": _("Tháng")},
            {"label": _("Cán bộ")},
            {"label": _("Thủ tục")},
            {"label": _("Số giấy tờ"), "number": True},
        ],
        "attempts": [_line(row, who) for row in rows[:SIZE]],
        "attempt_columns": [
            {"label": _("Hồ sơ")},
            {"label": _("Giấy tờ bị từ chối")},
            {"label": _("Cán bộ")},
            {"label": _("Khi nào")},
        ],
        "previous_url": f"?trang={page - 1}" if page > 1 else "",
        "next_url": f"?trang={page + 1}" if len(rows) > SIZE and page < DEEPEST else "",
        "position": _("Trang %(n)s") % {"n": page},
    }
    return render(request, "desk/unlisted.html", frame(request, who, **content))


def _counts(rows: list[queries.AttemptCount]) -> list[list[object]]:
    return [[f"{row.month:%m/%Y}", row.officer, f"{_name(row)} · {row.code}", row.count] for row in rows]


def _name(row: queries.AttemptCount) -> str:
    return row.name_en if words.in_english() and row.name_en else row.name_vi


def _line(row: queries.Attempt, who: Officer) -> list[Any]:
    # Who only administers an agency has no business in people's dossiers.
    opens = who.sees_province or row.agency_id in who.agencies
    number: Any = row.number
    if opens:
        number = {"url": reverse("desk:dossier", args=[row.dossier_id]), "text": row.number}
    how = f"{stamp(row.at)} · {_OCCASIONS[row.occasion]}"
    return [number, row.name, row.officer, how]
