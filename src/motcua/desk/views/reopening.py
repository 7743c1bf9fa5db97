"""A decided dossier is reopened by a decision."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.accounts.queries import actor
from motcua.desk.frame import Officer, frame, officer
from motcua.desk.views.dossier import load
from motcua.desk.work_forms import ReopenForm
from motcua.dossiers import access, actions, words
from motcua.dossiers.access import Dossier
from motcua.dossiers.actions import UnableToMove
from motcua.kit.audience import STAFF, audience

_PLACES = {
    "decision_needed": "decision_number", "decision_day": "decided_on", "reason_needed": "reason", "reopen_days": "days",
}  # fmt: skip


@audience(STAFF)
def reopen(request: HttpRequest, id: UUID) -> HttpResponse:
    """Open a new dossier for the matter of a decided one, by a decision."""
    who = officer(request)
    row = load(who, id, "handling")
    if not access.may_reopen(row, duties=who.duties):
        raise Http404
    form = ReopenForm(request.POST or None, initial={"revision": row.revision})
    if request.method == "POST" and form.is_valid() and (anew := _reopened(row, form, who)):
        messages.success(request, _("Đã mở lại. Đây là hồ sơ mới, thời hạn bắt đầu tính."))
        return redirect("desk:dossier", anew.id)
    content = {
        "dossier": row,
        "form": form,
        "title": _("Mở lại hồ sơ theo quyết định"),
        "button": _("Mở lại hồ sơ"),
        "danger": True,
        "note": _(
            "Hồ sơ này, kết quả đã ký và số liệu của kỳ trước giữ nguyên. Một hồ sơ mới được mở với đủ giấy tờ đã nộp; "
            "người nộp được báo và không phải nộp lại."
        ),
        "back": _("Quay lại hồ sơ"),
        "back_url": reverse("desk:dossier", args=[row.id]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/work_form.html", frame(request, who, **content), status=status)


def _reopened(row: Dossier, form: ReopenForm, who: Officer) -> Dossier | None:
    given = form.cleaned_data
    try:
        return actions.reopen_dossier(
            row,
            decision_number=given["decision_number"],
            decided_on=given["decided_on"],
            reason=given["reason"],
            days=given["days"],
            by=actor(who.user),
            at=who.at,
            expected=given["revision"],
        )
    except UnableToMove as refused:
        form.add_error(_PLACES.get(refused.code), words.refusal(refused.code, refused.facts))
        return None
