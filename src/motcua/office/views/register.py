"""The restructuring register: its lines by year, entering one, striking one out."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import day, stamp
from motcua.office import organisation_words as say
from motcua.office.frame import frame
from motcua.office.paging import paged
from motcua.office.plan_frame import Planner, planner, reason
from motcua.office.register_forms import BOXES, RegisterForm
from motcua.office.wording import grouped
from motcua.organisation import plan_words
from motcua.organisation.actions import UnableToRegister, enter_restructuring, strike_restructuring
from motcua.organisation.queries.register import (
    KINDS,
    RegisterLine,
    YearTotals,
    register_line,
    register_lines,
    register_years,
)

SIZE = 50
HERE = "office:register"


@audience(STAFF)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Show the totals of each year, and the lines of one (`nam`) or of one kind (`loai`) behind them."""
    who = planner(request)
    told, kind = request.GET.get("nam", ""), request.GET.get("loai", "")
    year = int(told) if told.isascii() and told.isdigit() and len(told) == 4 else None
    if (told and year is None) or kind not in ("", *KINDS):
        raise Http404
    page, pages = paged(request.GET.get("trang", ""), SIZE, nam=told, loai=kind)
    lines = register_lines(year=year, kind=kind, first=page.first, size=SIZE + 1)
    content = {
        "years": [_year(row) for row in register_years()],
        "year": told,
        "kind": say.REGISTER_KINDS.get(kind, ""),
        "lines": [_line(row, who) for row in lines[:SIZE]],
        "writes": who.reach.drafts,
        **pages(more=len(lines) > SIZE),
    }
    return render(request, "office/register.html", frame(who.duties, HERE, **content))


def _year(row: YearTotals) -> dict[str, Any]:
    page = reverse("office:register")
    return {
        "year": row.year,
        "figures": [
            {"text": _change(row.units_saved, _("đơn vị")), "url": f"{page}?nam={row.year}&loai=units"},
            {"text": _change(row.posts_saved, _("vị trí")), "url": f"{page}?nam={row.year}&loai=units"},
            {
                "text": _("%(n)s trường hợp tinh giản") % {"n": grouped(row.cases)},
                "url": f"{page}?nam={row.year}&loai=streamlined",
            },
        ],
        "url": f"{page}?nam={row.year}",
        "lines": row.lines,
    }


def _change(saved: int, what: str) -> str:
    """Say by how many there are fewer, or more."""
    known = {"n": grouped(abs(saved)), "what": what}
    if saved < 0:
        return _("tăng %(n)s %(what)s") % known
    return _("giảm %(n)s %(what)s") % known if saved else _("không giảm %(what)s") % known


def _line(row: RegisterLine, who: Planner) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "act": row.legal_basis,
        "day": day(row.effective_on),
        "counts": _counts(row),
        "note": row.note,
        "plan": reverse("office:reorganisation", args=[row.reorganisation_id])
        if row.reorganisation_id
        else "",
        "entered": _("Ghi bởi %(who)s, %(at)s")
        % {"who": row.entered_label or "–", "at": stamp(row.entered_at)},
        "struck": _("Đã gạch %(at)s: %(reason)s") % {"at": stamp(row.struck_at), "reason": row.struck_reason}
        if row.struck_at
        else "",
        "may_strike": who.reach.drafts and row.struck_at is None,
    }


def _counts(row: RegisterLine) -> str:
    if row.kind == "streamlined":
        known = {"n": grouped(row.cases), "ground": say.GROUNDS.get(row.ground, row.ground)}
        return _("%(n)s trường hợp: %(ground)s") % known
    pairs = (
        (row.units_before, row.units_after, _("đơn vị")),
        (row.posts_before, row.posts_after, _("vị trí")),
    )
    told = [
        _("%(before)s %(what)s còn %(after)s (%(change)s)")
        % {
            "before": grouped(before),
            "after": grouped(after),
            "what": what,
            "change": _change(before - after, what),
        }
        for before, after, what in pairs
        if before or after
    ]
    return "; ".join(told)


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a line by hand."""
    who = planner(request, drafts=True)
    form = RegisterForm(request.POST) if request.method == "POST" else RegisterForm(initial={"kind": "units"})
    if form.is_bound and form.is_valid():
        try:
            enter_restructuring(form.typed, by=who.actor, at=who.at)
        except UnableToRegister as refused:
            form.add_error(BOXES.get(refused.code), plan_words.refusal(refused.code))
        else:
            messages.success(request, _("Đã ghi vào sổ."))
            return redirect(f"{reverse('office:register')}?nam={form.typed.effective_on.year}")
    status = 422 if form.is_bound else 200
    return render(request, "office/register_line.html", frame(who.duties, HERE, form=form), status=status)


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def strike(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask for the reason, and strike a line out."""
    who, row = planner(request, drafts=True), register_line(id)
    if row is None:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            strike_restructuring(id, reason=reason(request), by=who.actor, at=who.at)
        except UnableToRegister as why:
            refused = plan_words.refusal(why.code)
        else:
            messages.success(
                request, _("Đã gạch dòng này. Dòng vẫn xem được trong sổ và không tính vào tổng.")
            )
            return redirect(f"{reverse('office:register')}?nam={row.effective_on.year}")
    content = {"line": _line(row, who), "refused": refused, "reason": request.POST.get("ly_do", "")}
    status = 422 if refused else 200
    return render(request, "office/register_strike.html", frame(who.duties, HERE, **content), status=status)
