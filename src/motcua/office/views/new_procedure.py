"""A new procedure that is kept by hand: typed in one form, published, and what comes next."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.catalogue import queries as catalogue
from motcua.catalogue.actions import UnableToPublish, publish_version
from motcua.catalogue.format import FormatFault
from motcua.kit.audience import STAFF, audience
from motcua.kit.forms import PlainBoundField
from motcua.kit.templatetags.ui import day
from motcua.office.frame import frame
from motcua.office.procedure_form import ADDING, ProcedureForm, procedure_form
from motcua.office.process_frame import keeper
from motcua.rules.localday import local_day

HERE = "office:current"


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take a new procedure and publish it; a button for one more line keeps what was typed and judges nothing."""
    who = keeper(request)
    adding = ADDING.get(request.POST.get("viec", ""), "")
    data = request.POST if request.method == "POST" else None
    form = procedure_form(data, on=local_day(who.at), adding=adding)
    if form.is_bound and form.is_valid():
        try:
            publish_version(form.content, first=True, by=who.actor, at=who.at)
        except FormatFault as fault:
            form.refuse(fault)
        except UnableToPublish:
            form.refuse_taken()
        else:
            return redirect("office:procedure_published", code=form.content["code"])
    status = 422 if form.is_bound else 200
    content = {"form": form, "sections": _sections(form)}
    return render(request, "office/new_procedure.html", frame(who.duties, HERE, **content), status=status)


def _sections(form: ProcedureForm) -> list[dict[str, Any]]:
    """Return the lines of the form, as the page draws them: papers, then legal bases."""
    return [
        {
            "id": "giay-to",
            "title": _("Thành phần hồ sơ"),
            "hint": _("Mỗi dòng một loại giấy tờ. Dòng bỏ trống tên không tính."),
            "lines": _numbered(_("Giấy tờ %(n)s"), form.paper_lines),
            "full": form.full["papers"],
            "more": _("Thêm giấy tờ"),
        },
        {
            "id": "can-cu",
            "title": _("Căn cứ pháp lý"),
            "hint": _("Ít nhất một văn bản, ví dụ: Luật, 60/2014/QH13, Luật Hộ tịch."),
            "lines": _numbered(_("Văn bản %(n)s"), form.basis_lines),
            "full": form.full["bases"],
            "more": _("Thêm văn bản"),
        },
    ]


def _numbered(legend: str, lines: list[list[PlainBoundField]]) -> list[dict[str, Any]]:
    return [{"legend": legend % {"n": n}, "boxes": boxes} for n, boxes in enumerate(lines, 1)]


@audience(STAFF)
@require_safe
def published(request: HttpRequest, code: str) -> HttpResponse:
    """Say that a procedure is published, and offer its process and a trial."""
    who = keeper(request)
    versions = catalogue.versions_of(code)
    if not versions:
        raise Http404
    newest = versions[0]
    content = {
        "code": code,
        "name": catalogue.published(newest.id).name(get_language() or "vi"),
        "receives": any(duty.role == "receive" for duty in who.duties),
        # Until that day nobody can file it, and no process can be tied to it.
        "later": day(newest.effective_from) if newest.effective_from > local_day(who.at) else "",
    }
    return render(request, "office/new_procedure_published.html", frame(who.duties, HERE, **content))
