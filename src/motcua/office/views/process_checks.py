"""The check of a draft, and its scenarios: what stops publication, what was tried and what was not."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.dossiers.process_view import title_of
from motcua.kit.audience import STAFF, audience
from motcua.office import process_words as say
from motcua.office.frame import Steward
from motcua.office.process_forms import refuse
from motcua.office.process_frame import draft_frame, draft_here, expected, keeper, open_draft, sheet_of, typed
from motcua.office.process_scenario_form import MOST_ROWS, ScenarioForm, acts_told, reason, usual_title
from motcua.office.process_table import fault_marks, faults_told
from motcua.rules.localday import local_day
from motcua.rules.process import Process
from motcua.rules.process.proposing import propose
from motcua.rules.process.scenarios import Coverage, Played, Scenario
from motcua.workflow.actions import UnableToDraft, save_scenarios
from motcua.workflow.bpmn.names import id_of
from motcua.workflow.queries import Checked, DraftFacts, check_draft


def _checked(who: Steward, row: DraftFacts) -> Checked:
    return check_draft(row, on=local_day(who.at))


@audience(STAFF)
@require_safe
def check(request: HttpRequest, id: UUID) -> HttpResponse:
    """Tell everything that stops publication and everything people should know, each with where it stands."""
    who = keeper(request)
    row = draft_here(id)
    checked = _checked(who, row)
    told = faults_told(sheet_of(row), checked.faults)
    content = {
        "errors": [one for one in told if not one.warning],
        "warnings": [one for one in told if one.warning],
        "limit": say.limit(checked.limit) if checked.limit else "",
        "agencies": len(checked.agencies),
        "covered": _covered(checked.coverage),
        "drawing": reverse("office:process_check_drawing", args=[id]),
    }
    return render(request, "office/process_check.html", draft_frame(who, row, "process_check", **content))


@audience(STAFF)
@require_safe
def check_drawing(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give the viewer the drawing with a mark at each fault."""
    who = keeper(request)
    row = draft_here(id)
    return JsonResponse({"bpmn": row.bpmn, "marks": fault_marks(_checked(who, row).faults)})


def _covered(found: Coverage | None) -> dict[str, int] | None:
    if found is None:
        return None
    return {
        "flows": len(found.flows),
        "all_flows": len(found.flows) + len(found.missing_flows),
        "boundaries": len(found.boundaries),
        "all_boundaries": len(found.boundaries) + len(found.missing_boundaries),
    }


# --- scenarios ----------------------------------------------------------------------------------------------


@audience(STAFF)
@require_safe
def scenarios(request: HttpRequest, id: UUID) -> HttpResponse:
    """List the scenarios of a draft as they were played just now, and what they cover."""
    who = keeper(request)
    return _scenarios(request, who, draft_here(id))


def _scenarios(
    request: HttpRequest, who: Steward, row: DraftFacts, *, refused: str = "", status: int = 200
) -> HttpResponse:
    checked = _checked(who, row)
    process = checked.process
    content = {
        "refused": refused,
        "process": process,
        "rows": [_played(row.id, one, process) for one in checked.played] if process else [],
        "covered": _covered(checked.coverage),
        "missing": _missing(checked.coverage, process) if process and checked.coverage else [],
        "drawing": reverse("office:process_scenario_drawing", args=[row.id]),
    }
    return render(
        request,
        "office/process_scenarios.html",
        draft_frame(who, row, "process_scenarios", **content),
        status=status,
    )


def _played(id: UUID, played: Played, process: Process) -> dict[str, Any]:
    language = get_language() or "vi"
    scenario = played.scenario
    return {
        "key": scenario.key,
        "title": scenario.title or scenario.key,
        "acts": acts_told(scenario, process, language),
        "passed": played.passed,
        "reason": reason(played, process, language),
        "url": reverse("office:process_scenario", args=[id, id_of(scenario.key)]),
    }


def _missing(found: Coverage, process: Process) -> list[str]:
    titles = {node.key: title_of(node) for node in process.nodes}
    ends = {flow.key: (titles.get(flow.source), titles.get(flow.target)) for flow in process.flows}
    ways = [
        _("từ “%(from)s” đến “%(to)s”") % {"from": ends[key][0], "to": ends[key][1]}
        for key in found.missing_flows
    ]
    return [*ways, *(f"“{titles[key]}”" for key in found.missing_boundaries)]


@audience(STAFF)
@require_safe
def scenario_drawing(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give the viewer the drawing with what passing scenarios went through, and what none did."""
    who = keeper(request)
    row = draft_here(id)
    found = _checked(who, row).coverage
    marks = []
    if found is not None:
        marks = [{"id": id_of(key), "kind": "done", "text": ""} for key in (*found.nodes, *found.flows)]
        missing = (*found.missing_nodes, *found.missing_flows)
        marks += [{"id": id_of(key), "kind": "missing", "text": ""} for key in missing]
    return JsonResponse({"bpmn": row.bpmn, "marks": marks})


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def proposed(request: HttpRequest, id: UUID) -> HttpResponse:
    """Propose scenarios that go every way; a person looks at them, names them and keeps those that are right."""
    who = keeper(request)
    row = open_draft(id)
    process = row.process
    if process is None:
        raise Http404
    language = get_language() or "vi"
    found = propose(process)
    titles: list[str] = []
    for one in found:
        titles.append(usual_title(one, process, language, titles))
    if request.method == "POST":
        chosen = _chosen(request, row, found, titles)
        try:
            save_scenarios(id, chosen, expected=expected(request), by=who.actor, at=who.at)
        except UnableToDraft as refused:
            return _scenarios(request, who, draft_here(id), refused=say.refusal(refused.code), status=409)
        messages.success(request, _("Đã ghi các kịch bản đã chọn."))
        return redirect("office:process_scenarios", id=id)
    rows = [
        {"n": n, "title": title, "acts": acts_told(one, process, language)}
        for n, (one, title) in enumerate(zip(found, titles, strict=True), 1)
    ]
    content = {"rows": rows, "kept": len(row.scenarios)}
    return render(
        request, "office/process_proposed.html", draft_frame(who, row, "process_scenarios", **content)
    )


def _chosen(
    request: HttpRequest, row: DraftFacts, found: tuple[Scenario, ...], titles: list[str]
) -> list[dict[str, Any]]:
    taken = {str(one.get("key")) for one in row.scenarios}
    kept: list[dict[str, Any]] = list(row.scenarios)
    for n, (one, title) in enumerate(zip(found, titles, strict=True), 1):
        if request.POST.get(f"chon-{n}"):
            said = one.to_json() | {"title": typed(request, f"ten-{n}")[:200] or title}
            said["key"] = _fresh(taken)
            taken.add(str(said["key"]))
            kept.append(said)
    return kept


def _fresh(taken: set[str]) -> str:
    number = len(taken) + 1
    while f"kich-ban-{number}" in taken:
        number += 1
    return f"kich-ban-{number}"


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def scenario(request: HttpRequest, id: UUID, key: str) -> HttpResponse:
    """Write or change one scenario; `moi` begins a new one."""
    who = keeper(request)
    row = open_draft(id)
    process = row.process
    if process is None:
        raise Http404
    before = _scenario(row, key)
    others = [one for one in row.scenarios if one.get("key") != before.key]
    if request.method == "POST" and request.POST.get("viec") == "bo":
        said = _kept(request, who, row, others)
        messages.add_message(
            request, *((messages.ERROR, said) if said else (messages.SUCCESS, _("Đã bỏ kịch bản.")))
        )
        return redirect("office:process_scenarios", id=id)
    more = request.POST.get("viec") == "them"
    form = ScenarioForm(request.POST or None, scenario=before, process=process, more=more)
    if request.method == "POST" and not more and form.is_valid():
        written = form.scenario.to_json()
        known = [written if one.get("key") == before.key else one for one in row.scenarios]
        said = _kept(request, who, row, known if written in known else [*known, written])
        if not said:
            messages.success(request, _("Đã lưu kịch bản thử."))
            return redirect("office:process_scenarios", id=id)
        # What was typed stays in its boxes, and saving again puts it beside what others have saved.
        refuse(form, said)
        row = draft_here(id)
    content = {"form": form, "new": key == "moi", "revision": row.revision, "full": form.number >= MOST_ROWS}
    status = 422 if form.is_bound and not more else 200
    return render(
        request,
        "office/process_scenario.html",
        draft_frame(who, row, "process_scenarios", **content),
        status=status,
    )


def _scenario(row: DraftFacts, key: str) -> Scenario:
    if key == "moi":
        return Scenario(_fresh({str(one.get("key")) for one in row.scenarios}), "", ())
    found = next((one for one in row.scenarios if id_of(str(one.get("key"))) == key), None)
    if found is None:
        raise Http404
    return Scenario.from_json(found)


def _kept(request: HttpRequest, who: Steward, row: DraftFacts, scenarios: list[dict[str, Any]]) -> str:
    """Save the scenarios; return what stands against it."""
    try:
        save_scenarios(row.id, scenarios, expected=expected(request), by=who.actor, at=who.at)
    except UnableToDraft as refused:
        return say.refusal(refused.code)
    return ""
