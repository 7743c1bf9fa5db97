"""One draft of a process: the drawing with its table beside it, saved from either side."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcua.dossiers.process_view import FUNCTIONS, NEAREST
from motcua.kit.audience import STAFF, audience
from motcua.kit.templatetags.ui import stamp
from motcua.office import process_words as say
from motcua.office.frame import Steward
from motcua.office.process_conditions import choices_of
from motcua.office.process_files import sent
from motcua.office.process_frame import (
    draft_frame,
    draft_here,
    expected,
    keeper,
    open_draft,
    partners,
    sheet_of,
    typed,
)
from motcua.office.process_table import Told, fault_marks, faults_told, table_of
from motcua.rules.process.faults import Fault
from motcua.workflow.actions import UnableToDraft, answer_doubt, drop_draft, save_drawing
from motcua.workflow.bpmn import write_bpmn
from motcua.workflow.queries import DraftFacts
from motcua.workflow.queries.drawings import read_drawing
from motcua.workflow.sources.questions import QUESTIONS


@audience(STAFF)
@require_safe
def draft(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a draft: drawing, side form, table, faults of reading, questions of an import."""
    who = keeper(request)
    return _page(request, who, draft_here(id))


def _page(
    request: HttpRequest,
    who: Steward,
    row: DraftFacts,
    *,
    refused: str = "",
    in_file: Sequence[Told] = (),
    status: int = 200,
) -> HttpResponse:
    faults = read_drawing(row.bpmn)[1]
    sheet = sheet_of(row)
    content = {
        **_table(row, faults),
        "refused": refused,
        "in_file": in_file,
        "told": faults_told(sheet, faults),
        "side": _side(row),
        "token": get_token(request),
        "doubts": [_doubt(doubt) for doubt in row.doubts],
    }
    return render(
        request, "office/process_draft.html", draft_frame(who, row, "process_draft", **content), status=status
    )


def _table(row: DraftFacts, faults: tuple[Fault, ...]) -> dict[str, Any]:
    sheet = sheet_of(row)
    editable = row.state not in ("published", "dropped")
    table = table_of(row.id, sheet, faults, partners()) if sheet else None
    return {"draft": row, "table": table, "editable": editable, "added": say.ADDED.items()}


def _side(row: DraftFacts) -> dict[str, Any]:
    sheet = sheet_of(row)
    near = [(f"near:{kind}", words) for kind, words in NEAREST.items()]
    own = [(one.key, say.partner(one.key, [one])) for one in partners()]
    data = sheet.data if sheet else ()
    return {
        "functions": FUNCTIONS.items(),
        "works": say.WORKS.items(),
        "channels": say.CHANNELS.items(),
        "awaited": say.AWAITED.items(),
        "units": say.UNITS.items(),
        "partners": [*near, *own],
        "data": [(one.name, say.datum(one)) for one in data],
        "comparisons": say.COMPARISONS.items(),
        "joined": say.JOINED.items(),
    }


def _doubt(doubt: dict[str, Any]) -> dict[str, Any]:
    question = doubt.get("question") or QUESTIONS.get(doubt.get("kind", ""), "")
    return doubt | {"question": question or doubt.get("key", "")}


@audience(STAFF)
@require_safe
def drawing(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give the editor what it draws: the drawing, its revision, the data that conditions may ask, marks at faults."""
    keeper(request)
    row = draft_here(id)
    sheet = sheet_of(row)
    data = [
        {"name": one.name, "kind": one.kind, "title": say.datum(one), "values": choices_of(one)}
        for one in (sheet.data if sheet else ())
    ]
    marks = fault_marks(read_drawing(row.bpmn)[1])
    return JsonResponse({"bpmn": row.bpmn, "revision": row.revision, "data": data, "marks": marks})


@audience(STAFF)
@require_safe
def file(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give the drawing of a draft as a BPMN file."""
    keeper(request)
    row = draft_here(id)
    return bpmn_file(row.bpmn, row.key)


def bpmn_file(bpmn: str, name: str) -> HttpResponse:
    """Return a BPMN file to be saved under a name."""
    answer = HttpResponse(bpmn, content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{name}.bpmn"'
    return answer


@audience(STAFF)
@require_POST
def save(request: HttpRequest, id: UUID) -> HttpResponse:
    """Save a drawing: from the editor, which gets the table back, or as a file that a person chose."""
    who = keeper(request)
    row = open_draft(id)
    wants_json = request.headers.get("Accept", "") == "application/json"
    given = sent(request.FILES.get("bpmn"), chosen=not wants_json)
    if given.refused:
        if wants_json:
            return JsonResponse({"said": given.refused}, status=422)
        return _page(request, who, row, refused=given.refused, in_file=given.told, status=422)
    try:
        saved = save_drawing(id, given.text, expected=expected(request), by=who.actor, at=who.at)
    except UnableToDraft as refused:
        now = draft_here(id)
        if wants_json:
            return JsonResponse(_theirs(now, refused.code), status=409)
        return _page(request, who, now, refused=say.refusal(refused.code), status=409)
    if not wants_json:
        messages.success(request, _("Đã mở tệp vào bản nháp này."))
        return redirect("office:process_draft", id=id)
    now = draft_here(id)
    table = render_to_string("office/process_table.html", _table(now, saved.faults), request)
    at = f"{timezone.localtime(who.at):%H:%M}"
    marks = fault_marks(saved.faults)
    return JsonResponse({"revision": saved.revision, "at": at, "table": table, "marks": marks})


def _theirs(now: DraftFacts, code: str) -> dict[str, Any]:
    """Say who saved meanwhile, with what they saved, so that both can be looked at."""
    known = {"who": now.saved_by_name or "–", "at": stamp(now.saved_at)}
    said = (
        _("%(who)s đã lưu bản khác lúc %(at)s.") % known if code == "changed_meanwhile" else say.refusal(code)
    )
    return {"said": said, "bpmn": now.bpmn, "revision": now.revision}


@audience(STAFF)
@require_POST
def arrange(request: HttpRequest, id: UUID) -> HttpResponse:
    """Draw everything anew in columns; what is drawn stays, where it stands does not."""
    who = keeper(request)
    row = open_draft(id)
    if row.process is None:
        raise Http404
    try:
        save_drawing(id, write_bpmn(row.process), expected=expected(request), by=who.actor, at=who.at)
    except UnableToDraft as refused:
        return _page(request, who, draft_here(id), refused=say.refusal(refused.code), status=409)
    return redirect("office:process_draft", id=id)


@audience(STAFF)
@require_POST
def drop(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give a draft up."""
    who = keeper(request)
    row = open_draft(id)
    try:
        drop_draft(id, expected=expected(request), by=who.actor, at=who.at)
    except UnableToDraft as refused:
        return _page(request, who, draft_here(id), refused=say.refusal(refused.code), status=409)
    messages.success(request, _("Đã bỏ bản nháp “%(title)s”.") % {"title": row.title_vi})
    return redirect("office:processes")


@audience(STAFF)
@require_POST
def answer(request: HttpRequest, id: UUID) -> HttpResponse:
    """Keep a person's answer to a question of the import."""
    who = keeper(request)
    open_draft(id)
    key, text = typed(request, "key"), typed(request, "answer")
    try:
        answer_doubt(id, key, text, expected=expected(request), by=who.actor, at=who.at)
    except UnableToDraft as refused:
        return _page(request, who, draft_here(id), refused=say.refusal(refused.code), status=422)
    return redirect(f"{reverse('office:process_draft', args=[id])}#cau-hoi")
