"""The table of a draft, edited a step, a way or a datum at a time; works without the drawing and without scripts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcua.dossiers.process_view import title_of
from motcua.kit.audience import STAFF, audience
from motcua.kit.forms import PlainForm
from motcua.kit.templatetags.ui import stamp
from motcua.office import process_words as say
from motcua.office.frame import Steward
from motcua.office.process_edits import Sheet
from motcua.office.process_forms import DatumForm, FlowForm, NodeForm, refuse
from motcua.office.process_frame import (
    draft_frame,
    draft_here,
    expected,
    keeper,
    open_draft,
    partners,
    sheet_of,
)
from motcua.office.process_table import places, table_of
from motcua.rules.process import BOUNDARIES, Datum, Flow, Node, NodeKind, StepKind
from motcua.workflow.actions import UnableToDraft, save_table
from motcua.workflow.bpmn.names import id_of, key_of
from motcua.workflow.queries import DraftFacts

_EDIT = require_http_methods(["GET", "HEAD", "POST"])


def _here(request: HttpRequest, id: UUID) -> tuple[Steward, DraftFacts, Sheet]:
    who = keeper(request)
    draft = open_draft(id)
    sheet = sheet_of(draft)
    if sheet is None:
        raise Http404
    return who, draft, sheet


def _saved(who: Steward, draft: DraftFacts, sheet: Sheet, form: PlainForm | None, given: int) -> str:
    """Save the table; return what stands against it, also said in the form."""
    try:
        save_table(draft.id, sheet.to_json(), expected=given, by=who.actor, at=who.at)
    except UnableToDraft as refused:
        said = say.refusal(refused.code)
        if form is not None:
            refuse(form, said)
        return said
    return ""


def _back(id: UUID, element: str = "") -> HttpResponse:
    anchor = f"?chon={element}#e-{element}" if element else "#bang"
    return redirect(f"{reverse('office:process_draft', args=[id])}{anchor}")


def _form(
    request: HttpRequest, who: Steward, draft: DraftFacts, form: PlainForm, heading: str, **content: Any
) -> HttpResponse:
    """Show a form of the table; one that somebody else overtook shows what is saved now, and saves over that."""
    now = draft_here(draft.id)
    overtaken = form.is_bound and expected(request) != now.revision
    if overtaken:
        sheet = sheet_of(now)
        known = {"who": now.saved_by_name or "–", "at": stamp(now.saved_at)}
        content["overtaken"] = _("%(who)s đã lưu bản nháp này lúc %(at)s.") % known
        content["table"] = table_of(now.id, sheet, (), partners()) if sheet else None
    status = 409 if overtaken else 422 if form.is_bound else 200
    content |= {"form": form, "heading": heading, "revision": now.revision}
    return render(
        request, "office/process_form.html", draft_frame(who, now, "process_draft", **content), status=status
    )


# --- steps --------------------------------------------------------------------------------------------------


@audience(STAFF)
@_EDIT
def add(request: HttpRequest, id: UUID) -> HttpResponse:
    """Put a step, gateway, partner, wait, timer or end into a draft."""
    who, draft, sheet = _here(request, id)
    kind = request.GET.get("loai", NodeKind.TASK)
    if kind not in say.ADDED:
        raise Http404
    node = Node("", NodeKind(kind), work=StepKind.WORK if kind == NodeKind.TASK else None)
    at = request.POST.get("place", request.GET.get("cho", ""))
    choices = [] if node.kind in BOUNDARIES else places(sheet)
    form = NodeForm(request.POST or None, node=node, sheet=sheet, agencies=partners())
    if request.method == "POST" and form.is_valid():
        made = replace(form.node, key=sheet.fresh_key(form.node.title_vi, str(kind).replace("_", "-")))
        way, _colon, key = at.partition(":")
        on, after = (key_of(key) if way == name else "" for name in ("on", "after"))
        inserted = sheet.inserted(made, on=on, after=after)
        if not _saved(who, draft, inserted, form, expected(request)):
            messages.success(request, _("Đã thêm “%(title)s”.") % {"title": title_of(made)})
            return _back(id, id_of(made.key))
    heading = _("Thêm: %(kind)s") % {"kind": say.ADDED[NodeKind(kind)]}
    chosen = at or _usual_place(sheet, choices)
    return _form(request, who, draft, form, heading, places=choices, place=chosen)


def _usual_place(sheet: Sheet, choices: list[tuple[str, str]]) -> str:
    """Return the way into the first end: a process is usually written from the front to the back."""
    ends = {node.key for node in sheet.nodes if node.kind is NodeKind.END}
    found = next((flow.key for flow in sheet.flows if flow.target in ends), None)
    return f"on:{id_of(found)}" if found else choices[0][0] if choices else ""


@audience(STAFF)
@_EDIT
def element(request: HttpRequest, id: UUID, key: str) -> HttpResponse:
    """Change what stands at one node."""
    who, draft, sheet = _here(request, id)
    node = sheet.node(key_of(key))
    if node is None:
        raise Http404
    form = NodeForm(request.POST or None, node=node, sheet=sheet, agencies=partners())
    valid = request.method == "POST" and form.is_valid()
    if valid and not _saved(who, draft, sheet.with_node(form.node), form, expected(request)):
        return _back(id, key)
    ways = table_of(id, sheet, (), partners()).lines
    line = next((line for line in ways if line.id == id_of(node.key)), None)
    return _form(request, who, draft, form, title_of(node), line=line)


_MOVES: dict[str, Callable[[Sheet, str], Sheet]] = {
    "len": Sheet.risen,
    "xuong": Sheet.sunk,
    "bo": Sheet.without_node,
}


@audience(STAFF)
@require_POST
def move(request: HttpRequest, id: UUID, key: str) -> HttpResponse:
    """Let a step change places with a neighbour, or take it out once that was confirmed."""
    who, draft, sheet = _here(request, id)
    wish = request.POST.get("viec", "")
    node = sheet.node(key_of(key))
    if node is None or wish not in _MOVES or (wish == "bo" and node.kind is NodeKind.START):
        raise Http404
    if wish == "bo" and request.POST.get("chac") != "co":
        return _asked(request, who, draft, sheet, node)
    moved = _MOVES[wish](sheet, node.key)
    said = _saved(who, draft, moved, None, expected(request))
    if said:
        messages.error(request, said)
    elif wish == "bo":
        messages.success(request, _("Đã bỏ “%(title)s”.") % {"title": title_of(node)})
    return _back(id, "" if wish == "bo" else key)


def _asked(request: HttpRequest, who: Steward, draft: DraftFacts, sheet: Sheet, node: Node) -> HttpResponse:
    """Ask before a step goes: nothing brings it back."""
    gone = [title_of(one) for one in sheet.nodes if one.kind in BOUNDARIES and one.host == node.key]
    beyond = {flow.target for flow in sheet.out(node.key)}
    follower = sheet.node(beyond.pop()) if len(beyond) == 1 else None
    content = {
        "step": title_of(node),
        "element": id_of(node.key),
        "gone": gone,
        "follower": title_of(follower) if follower and sheet.into(node.key) else "",
        "revision": expected(request),
    }
    return render(request, "office/process_remove.html", draft_frame(who, draft, "process_draft", **content))


# --- ways ---------------------------------------------------------------------------------------------------


@audience(STAFF)
@_EDIT
def add_flow(request: HttpRequest, id: UUID) -> HttpResponse:
    """Draw a way from one node to another."""
    who, draft, sheet = _here(request, id)
    source = key_of(request.GET.get("tu", ""))
    flow = sheet.with_way(source, "").flows[-1]
    return _flow(request, who, draft, sheet, flow, _("Thêm đường đi"), new=True)


@audience(STAFF)
@_EDIT
def flow(request: HttpRequest, id: UUID, key: str) -> HttpResponse:
    """Change a way: from where, to where, on what condition; or take it out."""
    who, draft, sheet = _here(request, id)
    found = sheet.flow(key_of(key))
    if found is None:
        raise Http404
    if request.method == "POST" and request.POST.get("viec") == "bo":
        said = _saved(who, draft, sheet.without_flow(found.key), None, expected(request))
        if said:
            messages.error(request, said)
        return _back(id, id_of(found.source))
    return _flow(request, who, draft, sheet, found, _("Đường đi"), new=False)


def _flow(
    request: HttpRequest,
    who: Steward,
    draft: DraftFacts,
    sheet: Sheet,
    found: Flow,
    heading: str,
    *,
    new: bool,
) -> HttpResponse:
    form = FlowForm(request.POST or None, flow=found, sheet=sheet)
    if request.method == "POST" and form.is_valid():
        made = form.flow
        if new:
            key = sheet.with_way(made.source, made.target).flows[-1].key
            made = replace(made, key=key)
        if not _saved(who, draft, sheet.with_flow(made), form, expected(request)):
            return _back(draft.id, id_of(made.source))
    return _form(request, who, draft, form, heading, flow=found, removable=not new)


# --- data ---------------------------------------------------------------------------------------------------


@audience(STAFF)
@_EDIT
def add_datum(request: HttpRequest, id: UUID) -> HttpResponse:
    """Declare a datum that steps set and conditions ask."""
    who, draft, sheet = _here(request, id)
    return _datum(request, who, draft, sheet, None)


@audience(STAFF)
@_EDIT
def datum(request: HttpRequest, id: UUID, name: str) -> HttpResponse:
    """Change a datum, or take it out."""
    who, draft, sheet = _here(request, id)
    found = sheet.datum(name)
    if found is None:
        raise Http404
    if request.method == "POST" and request.POST.get("viec") == "bo":
        said = _saved(who, draft, sheet.without_datum(name), None, expected(request))
        if said:
            messages.error(request, said)
        return redirect(f"{reverse('office:process_draft', args=[id])}#du-lieu")
    return _datum(request, who, draft, sheet, found)


def _datum(
    request: HttpRequest, who: Steward, draft: DraftFacts, sheet: Sheet, found: Datum | None
) -> HttpResponse:
    form = DatumForm(request.POST or None, datum=found, sheet=sheet)
    if request.method == "POST" and form.is_valid():
        changed = sheet.with_datum(form.datum, instead=found.name if found else "")
        if not _saved(who, draft, changed, form, expected(request)):
            return redirect(f"{reverse('office:process_draft', args=[draft.id])}#du-lieu")
    heading = say.datum(found) if found else _("Thêm dữ liệu")
    uses = [title_of(use) for use in sheet.uses_of(found.name) if isinstance(use, Node)] if found else []
    return _form(request, who, draft, form, heading, uses=uses, removable=found is not None)
