"""The way of a plan: checked and simulated, proposed, approved by another person, given back, dropped, done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcua.dossiers.actions import approve_reorganisation
from motcua.dossiers.queries import (
    FlaggedDossier,
    UnplacedTask,
    faults_of,
    flagged_dossiers,
    simulate_reorganisation,
    unplaced_tasks,
)
from motcua.kit.audience import STAFF, audience
from motcua.office.paging import paged
from motcua.office.plan_frame import Planner, faults_shown, plan_frame, plan_here, planner, reason
from motcua.office.plan_shown import figures_of, standing_of_plan
from motcua.office.plan_simulated import big_figures, pairs, procedures_told
from motcua.office.structure_shown import Names, columns
from motcua.organisation import plan_words
from motcua.organisation.actions import (
    UnableToReorganise,
    drop_reorganisation,
    propose_reorganisation,
    return_reorganisation,
)
from motcua.organisation.queries import ReorganisationFacts, plan_by_id
from motcua.organisation.queries.structure import eve, versions_of
from motcua.reporting.access import openable
from motcua.rules.reorganisation import Plan

MOST_FAULTS = 500


@audience(STAFF)
@require_safe
def check(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show all that is wrong with a plan, and what it would do on its day as things stand now."""
    who, found = planner(request), plan_here(id)
    return check_page(request, who, found)


def check_page(
    request: HttpRequest, who: Planner, found: ReorganisationFacts, *, refused: str = "", status: int = 200
) -> HttpResponse:
    """Show the check of a plan, with why something that was asked was not done."""
    content: dict[str, Any] = {"refused": refused, **standing_of_plan(request, who, found)}
    # What has begun is as it is: there is nothing left to foretell.
    if found.state in ("draft", "proposed", "approved"):
        kept = _kept(found)
        simulated = simulate_reorganisation(kept, today=who.today)
        content |= {
            "simulated": simulated,
            "faults": faults_shown(found, simulated.faults[:MOST_FAULTS]),
            "fault_count": len(simulated.faults),
            "figures": big_figures(simulated),
            "procedures": procedures_told(simulated.procedures),
            **pairs(found, kept, simulated.moving),
        }
    return render(
        request,
        "office/reorganisation_check.html",
        plan_frame(who, found, "reorganisation_check", **content),
        status=status,
    )


def _kept(found: ReorganisationFacts) -> Plan:
    kept = plan_by_id(found.id)
    if kept is None:
        raise Http404
    return kept


@audience(STAFF)
@require_POST
def propose(request: HttpRequest, id: UUID) -> HttpResponse:
    """Put a plan before another person, if nothing is wrong with it now."""
    who, found = planner(request, drafts=True), plan_here(id)
    try:
        propose_reorganisation(id, faults=faults_of(_kept(found), today=who.today), by=who.actor, at=who.at)
    except UnableToReorganise as refused:
        return _refused(request, who, id, refused)
    messages.success(request, _("Đã trình. Một người khác mở trang này để duyệt."))
    return redirect("office:reorganisation", id=id)


@audience(STAFF)
@require_POST
def approve(request: HttpRequest, id: UUID) -> HttpResponse:
    """Approve what another person proposed."""
    who, _found = planner(request, approves=True), plan_here(id)
    try:
        approve_reorganisation(id, by=who.actor, at=who.at)
    except UnableToReorganise as refused:
        return _refused(request, who, id, refused)
    messages.success(request, _("Đã duyệt. Hệ thống thực hiện vào ngày có hiệu lực."))
    return redirect("office:reorganisation", id=id)


@audience(STAFF)
@require_POST
def give_back(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give a plan back to be changed, with a reason."""
    who = _changer(request, id)
    try:
        return_reorganisation(id, reason=reason(request), by=who.actor, at=who.at)
    except UnableToReorganise as refused:
        return _refused(request, who, id, refused)
    messages.success(request, _("Đã trả lại. Kế hoạch lại là dự thảo và sửa được."))
    return redirect("office:reorganisation", id=id)


@audience(STAFF)
@require_POST
def drop(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give a plan up, with a reason."""
    who = _changer(request, id)
    try:
        drop_reorganisation(id, reason=reason(request), by=who.actor, at=who.at)
    except UnableToReorganise as refused:
        return _refused(request, who, id, refused)
    messages.success(request, _("Đã bỏ kế hoạch. Kế hoạch vẫn xem được trong danh sách."))
    return redirect("office:reorganisations")


def _changer(request: HttpRequest, id: UUID) -> Planner:
    who, _found = planner(request), plan_here(id)
    if not (who.reach.drafts or who.reach.approves):
        raise Http404
    return who


def _refused(request: HttpRequest, who: Planner, id: UUID, refused: UnableToReorganise) -> HttpResponse:
    """Show the check with why not: it names every fault."""
    said = plan_words.refusal(refused.code, refused.facts)
    return check_page(request, who, plan_here(id), refused=said, status=422)


# --- what was done ----------------------------------------------------------------------------------------

SIZE = 50


@audience(STAFF)
@require_safe
def done(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what a reorganisation did, with the dossiers and the tasks that a person has to look at."""
    who, found = planner(request), plan_here(id)
    if found.begun_at is None:
        raise Http404
    page, pages = paged(request.GET.get("trang", ""), SIZE)
    flagged = flagged_dossiers(id, first=page.first, size=SIZE + 1)
    tasks = unplaced_tasks(id, first=0, size=SIZE + 1)
    agencies = (
        {row.from_id for row in flagged} | {row.to_id for row in flagged} | {row.agency_id for row in tasks}
    )
    names = Names(versions_of(id for id in agencies if id), who.today)
    may_open = openable(
        [row.dossier_id for row in flagged] + [row.dossier_id for row in tasks], duties=who.duties
    )
    content = {
        **standing_of_plan(request, who, found),
        "figures": figures_of(found),
        "columns": columns(_("Mã hồ sơ"), _("Từ"), _("Về")),
        "rows": [
            [
                _number(row, may_open),
                names.text(row.from_id, eve(found.effective_on)),
                names.text(row.to_id, found.effective_on),
            ]
            for row in flagged[:SIZE]
        ],
        "task_columns": columns(_("Mã hồ sơ"), _("Cơ quan"), _("Nhóm việc")),
        "task_rows": [
            [
                _number(row, may_open),
                names.text(row.agency_id, found.effective_on),
                plan_words.FUNCTIONS.get(row.function, row.function),
            ]
            for row in tasks[:SIZE]
        ],
        "more_tasks": SIZE if len(tasks) > SIZE else 0,
        **pages(more=len(flagged) > SIZE),
    }
    return render(
        request, "office/reorganisation_done.html", plan_frame(who, found, "reorganisation_done", **content)
    )


def _number(row: FlaggedDossier | UnplacedTask, may_open: set[UUID]) -> Any:
    """Return a dossier's number, with the way to it for who may open it."""
    if row.dossier_id not in may_open:
        return row.number or "–"
    return {"url": reverse("desk:dossier", args=[row.dossier_id]), "text": row.number or "–"}
