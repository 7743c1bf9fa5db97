"""Procedures that a newer list no longer names: each is withdrawn, or kept, by a person with an act."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.catalogue import actions, queries
from motcua.catalogue.actions import UnableToWithdraw
from motcua.catalogue.queries import ProposalFacts
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import day
from motcua.office import catalogue_words as say
from motcua.office import kept_words
from motcua.office.frame import Steward, frame, steward
from motcua.office.paging import paged
from motcua.office.proposal_form import ProposalForm

SIZE = 50
_HERE = "office:proposals"
_FIELDS = {
    "no_basis": "legal_basis",
    "no_day": "effective_on",
    "day_past": "effective_on",
    "day_too_far": "effective_on",
}


@audience(STAFF)
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """List the proposals of withdrawal in a state, those that wait first."""
    who = steward(request)
    asked = request.GET.get("trang-thai", "")
    state = asked if asked in kept_words.PROPOSALS else "open"
    found = queries.proposals(state=state)
    page, pages = paged(request.GET.get("trang", ""), SIZE, **{"trang-thai": asked and state})
    names = [_("Mã"), _("Thủ tục"), _("Danh mục không còn tên"), _("Đề xuất từ"), _("Quyết định")]
    content = {
        "tabs": [
            {"label": label, "url": f"?trang-thai={key}", "current": key == state}
            for key, label in kept_words.PROPOSALS.items()
        ],
        "count": len(found),
        "columns": [{"label": name} for name in names[: 4 if state == "open" else 5]],
        "rows": [_row(row) for row in found[page.first : page.first + SIZE]],
        **pages(more=page.first + SIZE < len(found)),
    }
    return render(request, "office/proposals.html", frame(who.duties, _HERE, **content))


def _row(row: ProposalFacts) -> list[Any]:
    shown: list[Any] = [
        row.code,
        {"url": reverse("office:proposal", args=[row.id]), "text": row.name_vi},
        row.because,
        day(row.made_at),
    ]
    return shown if row.state == "open" else [*shown, _decided(row)]


def _decided(row: ProposalFacts) -> str:
    parts = [say.decided(row.state, row.decided_label, row.decided_at), row.legal_basis]
    if row.effective_on:
        parts.insert(1, _("hiệu lực từ %(day)s") % {"day": day(row.effective_on)})
    return "; ".join(part for part in parts if part)


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one proposal, and decide it: withdraw from a day on, or keep, both with the basis."""
    who = steward(request)
    row = queries.proposal(id)
    if row is None:
        raise Http404
    form = ProposalForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _settled(row, who, form):
        messages.success(request, _("Đã ghi quyết định về thủ tục %(code)s.") % {"code": row.code})
        return redirect("office:proposals")
    # Somebody else may have been first: the page says who.
    row = queries.proposal(id) or row
    content = {
        "row": row,
        "form": form,
        "decided": _decided(row) if row.state != "open" else "",
        "writes": who.keeps and (row.state == "open" or form.is_bound),
    }
    status = 422 if form.is_bound else 200
    return render(request, "office/proposal.html", frame(who.duties, _HERE, **content), status=status)


def _settled(row: ProposalFacts, who: Steward, form: ProposalForm) -> bool:
    given = form.cleaned_data
    withdraw = given["decision"] == "withdraw"
    try:
        actions.decide_withdrawal(
            row.id,
            withdraw=withdraw,
            effective_on=given["effective_on"] if withdraw else None,
            legal_basis=given["legal_basis"],
            by=who.actor,
            at=who.at,
        )
    except UnableToWithdraw as refused:
        now = queries.proposal(row.id)
        first = say.settled(now.decided_label, now.decided_at) if now else ""
        form.add_error(_FIELDS.get(refused.code), say.refusal(refused.code, first))
        return False
    return True
