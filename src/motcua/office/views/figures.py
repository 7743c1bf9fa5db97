"""Pages of figures: the table, its file, and the dossiers behind a number."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.kit import clock
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import stamp
from motcua.office import wording
from motcua.office.asking import Asked, ask
from motcua.office.frame import frame
from motcua.office.tables import as_csv, table
from motcua.organisation.queries import Duty, duties_of
from motcua.reporting import queries
from motcua.reporting.access import openable
from motcua.reporting.queries import Counted

PAGE = 50


@audience(STAFF)
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show the figures of a period by agency; with `dang=csv` as a file."""
    duties = _duties(request)
    asked = ask(request.GET.dict(), duties=duties, at=clock.now())
    if not isinstance(asked, Asked):
        return render(request, "office/figures.html", frame(duties) | {"form": asked}, status=422)
    made = table(asked, queries.figures(asked.period, asked.scope))
    if request.GET.get("dang") == "csv":
        answers = asked.form.cleaned_data
        reading = "-hien-nay" if asked.scope.followed_to else ""
        return _file(as_csv(made), f"so-lieu-{answers['nam']}-{answers['ky']}{reading}.csv")
    parts = asked.scope.channel == wording.PARTS
    context = {
        "form": asked.form,
        "asked": asked,
        "table": made,
        "groups": _headed(made.shown),
        "more_groups": _headed(made.more),
        "parts": parts,
        "rates": wording.RATES,
        "definitions": wording.FIGURES.values(),
        "all_url": asked.link("figures", co_quan=""),
        "csv_url": asked.link("figures", dang="csv"),
        **_other_organisation(asked),
        "partners_url": "" if parts else asked.link("figures", kenh=wording.PARTS),
        "filed_url": asked.link("figures", kenh=""),
    }
    return render(request, "office/figures.html", frame(duties) | context)


@audience(STAFF)
@require_safe
def dossiers(request: HttpRequest) -> HttpResponse:
    """List exactly the dossiers that a figure counts."""
    duties = _duties(request)
    figure = request.GET.get("figure", "")
    if figure not in wording.FIGURES:
        raise Http404
    asked = ask(request.GET.dict(), duties=duties, at=clock.now())
    if not isinstance(asked, Asked):
        return render(request, "office/figures.html", frame(duties) | {"form": asked}, status=422)
    counting = queries.counting(asked.period, asked.scope)
    number = counting.count(figure)
    pages = max(1, -(-number // PAGE))
    page = _page(request.GET.get("trang", ""), pages)
    lines = counting.drill_down(figure, first=(page - 1) * PAGE, size=PAGE)
    word = wording.FIGURES[figure]
    context = {
        "asked": asked,
        "word": word,
        "heading": ngettext("%(figure)s: %(n)s hồ sơ", "%(figure)s: %(n)s hồ sơ", number)
        % {"figure": word.alone, "n": wording.grouped(number)},
        "place": asked.agency_name,
        "columns": _columns(asked),
        "rows": _lines(asked, lines, duties),
        "back_url": asked.link("figures", co_quan=""),
        **_pagination(asked, figure, page, pages),
    }
    return render(request, "office/dossiers.html", frame(duties) | context)


def _duties(request: HttpRequest) -> tuple[Duty, ...]:
    duties = duties_of(request.user, on=clock.today())  # type: ignore[arg-type]
    if not duties:
        raise Http404
    return duties


def _file(text: str, name: str) -> HttpResponse:
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _other_organisation(asked: Asked) -> dict[str, Any]:
    """Return the same question by the other reading of the organisation; an agency of one may not be in the other."""
    other = wording.THEN if asked.scope.followed_to else wording.NOW
    return {
        "other_url": asked.link("figures", to_chuc=other if other == wording.NOW else "", co_quan=""),
        "other_label": wording.ORGANISATIONS[other],
    }


def _headed(groups: Any) -> list[dict[str, Any]]:
    """Return the groups of columns with the words of their figures."""
    return [{"label": label, "words": [wording.FIGURES[key] for key in keys]} for label, keys in groups]


def _page(text: str, pages: int) -> int:
    """Read the number of a page; what is not one leads to the nearest that is."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(number, 1), pages)


def _pagination(asked: Asked, figure: str, page: int, pages: int) -> dict[str, str]:
    def at(number: int) -> str:
        return asked.link("dossiers", figure=figure, trang=str(number))

    return {
        "previous_url": at(page - 1) if page > 1 else "",
        "next_url": at(page + 1) if page < pages else "",
        "position": _("Trang %(n)s trên %(total)s") % {"n": page, "total": pages} if pages > 1 else "",
    }


def _columns(asked: Asked) -> list[dict[str, Any]]:
    names = [_("Mã hồ sơ"), _("Thủ tục"), _("Người nộp"), _("Cơ quan")]
    times = [_("Tiếp nhận"), _("Hẹn trả"), _("Kết thúc")]
    shown = names[: 3 if asked.agency else 4]
    return [{"label": name} for name in shown] + [{"label": name, "number": True} for name in times]


def _lines(asked: Asked, lines: list[Counted], duties: tuple[Duty, ...]) -> list[list[Any]]:
    language = get_language() or "vi"
    may_open = openable((line.id for line in lines), duties=duties)
    places = {agency.id: agency.name(language) for agency in asked.agencies}
    return [
        [
            {"url": reverse("desk:dossier", args=[line.id]), "text": line.number}
            if line.id in may_open
            else line.number,
            line.procedure_en if language == "en" and line.procedure_en else line.procedure_vi,
            line.applicant_name,
            *([] if asked.agency else [places.get(line.agency_id, "")]),
            stamp(line.came_at),
            stamp(line.due_at) or "–",
            stamp(line.ended_at) or "–",
        ]
        for line in lines
    ]
