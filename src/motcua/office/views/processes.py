"""The list of processes; each with its versions and who runs by it; a published version as it runs."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.catalogue import queries as catalogue
from motcua.dossiers.process_view import PlaceLine, lines_of_version, marks_of
from motcua.kit.audience import STAFF, audience
from motcua.kit.forms import PlainForm
from motcua.kit.templatetags.ui import day
from motcua.office import process_words as say
from motcua.office.frame import Steward, frame
from motcua.office.process_forms import refuse
from motcua.office.process_frame import HERE, keeper, partners, typed
from motcua.office.process_publish_forms import NewDraftForm, UseForm
from motcua.office.process_use import EndUseForm, end_use, ending, use_lines
from motcua.office.views.process_drafts import bpmn_file
from motcua.rules.localday import local_day
from motcua.workflow.actions import UnableToDraft, start_draft, undo_in_flight, use_process
from motcua.workflow.queries import (
    DEFAULT_KEY,
    ProcessLine,
    VersionFacts,
    drafts,
    drawing_of,
    in_flight_of,
    newest_process,
    process_list,
    version_facts,
    versions_of,
)
from motcua.workflow.queries import process as process_of
from motcua.workflow.queries.standing import standing_under
from motcua.workflow.words import fault_words, titles_of

_EDIT = require_http_methods(["GET", "HEAD", "POST"])
# Names of more procedures than these a line does not tell.
_FEW = 3


def _language() -> str:
    return get_language() or "vi"


@audience(STAFF)
@require_safe
def processes(request: HttpRequest) -> HttpResponse:
    """List every process: newest version, who uses it, what runs, what is being drafted."""
    who = keeper(request)
    today = local_day(who.at)
    found = process_list(on=today)
    number = {"number": True}
    content = {
        "columns": [
            {"label": _("Quy trình")},
            {"label": _("Phiên bản mới nhất")},
            {"label": _("Thủ tục dùng")},
            {"label": _("Hồ sơ đang chạy"), **number},
            {"label": _("Bản nháp"), **number},
        ],
        "rows": [_row(line, today) for line in found],
        "drafts": [
            {
                "url": reverse("office:process_draft", args=[row.id]),
                "title": row.title(_language()),
                "row": row,
            }
            for row in drafts()
        ],
    }
    return render(request, "office/processes.html", frame(who.duties, HERE, **content))


def _row(line: ProcessLine, today: date) -> list[Any]:
    newest = line.newest
    said = _("số %(n)s, %(day)s") % {"n": newest.number, "day": day(newest.published_at)} if newest else "–"
    return [
        {"url": reverse("office:process", args=[line.key]), "text": line.title(_language())},
        said,
        _("Mọi thủ tục chưa có quy trình riêng") if line.is_default else _codes(line.uses, today),
        str(sum(line.running.values())),
        str(line.drafts),
    ]


def _codes(procedures: tuple[UUID, ...], today: date) -> str:
    found = [row["code"] for row in _procedures(procedures[:_FEW], today)]
    more = len(procedures) - _FEW
    return ", ".join(found) + (_(" và %(n)s thủ tục khác") % {"n": more} if more > 0 else "") or "–"


def _procedures(procedures: Iterable[UUID], today: date) -> list[dict[str, Any]]:
    found = []
    for id in procedures:
        version_id = catalogue.version_in_force(id, on=today)
        row = catalogue.published(version_id) if version_id else None
        found.append(
            {"id": id, "code": row.record.code if row else "–", "name": row.name(_language()) if row else ""}
        )
    return found


@audience(STAFF)
@_EDIT
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft: of the default process, or (`ban`) as a copy of a published version."""
    who = keeper(request)
    source = _copied(request)
    initial = {"title_vi": source.title_vi, "title_en": source.title_en, "key": source.key} if source else {}
    initial |= {"procedure": request.GET.get("thu-tuc", "")}
    form = NewDraftForm(request.POST or None, on=local_day(who.at), initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            draft_id = start_draft(
                given["key"],
                title_vi=given["title_vi"],
                title_en=given["title_en"],
                procedure_id=form.procedure_id,
                copy_of=source.id if source else None,
                by=who.actor,
                at=who.at,
            )
        except UnableToDraft as refused:
            refuse(form, say.refusal(refused.code))
        else:
            return redirect("office:process_draft", id=draft_id)
    content = {"form": form, "source": source}
    status = 422 if form.is_bound else 200
    return render(request, "office/process_new.html", frame(who.duties, HERE, **content), status=status)


def _copied(request: HttpRequest) -> VersionFacts | None:
    text = request.GET.get("ban", "")
    if not text:
        return None
    try:
        found = version_facts(UUID(text))
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


# --- one process --------------------------------------------------------------------------------------------


@audience(STAFF)
@require_safe
def process(request: HttpRequest, key: str) -> HttpResponse:
    """Show a process: its versions, its drafts, the procedures that run by it."""
    who = keeper(request)
    return _process(request, who, key)


def _process(request: HttpRequest, who: Steward, key: str, *, form: PlainForm | None = None) -> HttpResponse:
    today = local_day(who.at)
    line = next((one for one in process_list(on=today) if one.key == key), None)
    if line is None:
        raise Http404
    content = {
        "line": line,
        "title": line.title(_language()),
        "versions": [_version_row(row) for row in versions_of(key)],
        "columns": [
            {"label": _("Phiên bản")},
            {"label": _("Công bố")},
            {"label": _("Căn cứ")},
            {"label": _("Hồ sơ đang chạy"), "number": True},
            {"label": _("Hồ sơ khi đổi phiên bản")},
        ],
        "uses": use_lines(key, lambda ids: _procedures(ids, today), on=today),
        "drafts": drafts(key=key),
        "form": form or UseForm(on=today),
    }
    status = 422 if form is not None else 200
    return render(request, "office/process.html", frame(who.duties, HERE, **content), status=status)


def _version_row(row: VersionFacts) -> list[Any]:
    policy = say.POLICIES.get(str(row.in_flight.get("kind") or ""), "–")
    return [
        {
            "url": reverse("office:process_version", args=[row.key, row.number]),
            "text": _("Số %(n)s") % {"n": row.number},
        },
        day(row.published_at),
        row.legal_basis or "–",
        str(row.running),
        str(policy) if row.number > 1 else "–",
    ]


@audience(STAFF)
@_EDIT
def use(request: HttpRequest, key: str) -> HttpResponse:
    """Let a procedure run by this process from a day on; of one that does (`thu-tuc`), ask whether it should not."""
    who = keeper(request)
    if request.method != "POST" or request.POST.get("viec") == "mac-dinh":
        return _end_use(request, who, key)
    form = UseForm(request.POST, on=local_day(who.at))
    if not form.is_valid() or form.procedure_id is None:
        return _process(request, who, key, form=form)
    given = form.cleaned_data
    try:
        use_process(
            form.procedure_id,
            key,
            valid_from=given["valid_from"],
            legal_basis=given["legal_basis"],
            by=who.actor,
            at=who.at,
        )
    except UnableToDraft as refused:
        refuse(form, " ".join([say.refusal(refused.code), *_told(refused, key)]))
        return _process(request, who, key, form=form)
    known = {"code": given["procedure"], "day": day(given["valid_from"])}
    messages.success(request, _("Thủ tục %(code)s chạy theo quy trình này từ %(day)s.") % known)
    return redirect("office:process", key=key)


def _told(refused: UnableToDraft, key: str) -> list[str]:
    """Return the faults of a refusal as sentences."""
    newest = newest_process(key)
    if newest is None or not refused.faults:
        return []
    drawn = process_of(newest)
    titles = titles_of(drawn.nodes, drawn.flows, _language())
    return [f"{fault_words(fault, titles)}." for fault in refused.faults]


def _end_use(request: HttpRequest, who: Steward, key: str) -> HttpResponse:
    """Say what changes for whom before a procedure leaves the process, and let it go once that is confirmed."""
    today = local_day(who.at)
    asked = request.POST if request.method == "POST" else request.GET
    try:
        found = ending(key, UUID(asked.get("procedure", "")), on=today)
    except ValueError:
        found = None
    if found is None:
        raise Http404
    form = EndUseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            end_use(found, legal_basis=form.cleaned_data["legal_basis"], by=who.actor, on=today, at=who.at)
        except UnableToDraft as refused:
            refuse(form, say.refusal(refused.code))
        else:
            again = _("Từ hôm nay thủ tục này lại chạy theo quy trình chung.")
            messages.success(request, _("Đã bỏ dự định đổi quy trình.") if found.planned else again)
            return redirect("office:process", key=key)
    content = {
        "form": form,
        "found": found,
        "procedure": _procedures([found.use.procedure_id], today)[0],
        "key": key,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "office/process_use_end.html", frame(who.duties, HERE, **content), status=status)


# --- a published version ------------------------------------------------------------------------------------


def _version(key: str, number: int) -> VersionFacts:
    found = next((row for row in versions_of(key) if row.number == number), None)
    if found is None:
        raise Http404
    return found


def _lines(row: VersionFacts, who: Steward) -> list[PlaceLine]:
    names = {one.key: one.name(_language()) for one in partners()}
    standing = standing_under(row.id, at=who.at)
    return lines_of_version(process_of(row.id), standing, partners=names, at=who.at)


@audience(STAFF)
@require_safe
def version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Show a version as it runs: how many dossiers stand where, and how long the first still has."""
    who = keeper(request)
    row = _version(key, number)
    content = {
        "row": row,
        "title": row.title(_language()),
        "policy": say.POLICIES.get(str(row.in_flight.get("kind") or ""), "") if number > 1 else "",
        "lines": _lines(row, who),
        "drawing": reverse("office:process_version_drawing", args=[key, number]),
        "flight": _flight(row.id),
        "is_default": key == DEFAULT_KEY,
    }
    return render(request, "office/process_version.html", frame(who.duties, HERE, **content))


def _flight(version_id: UUID) -> dict[str, Any] | None:
    found = in_flight_of(version_id)
    if found is None:
        return None
    kept = [f"{number}: {say.staying(code)}" for code, number in found.kept.items()]
    return {"facts": found, "kept": kept, "undoable": found.state in ("running", "done") and found.moved}


@audience(STAFF)
@require_POST
def undo(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Ask that what a version took along be put back, as far as it has not gone on."""
    who = keeper(request)
    row = _version(key, number)
    try:
        undo_in_flight(row.id, reason=typed(request, "reason"), by=who.actor, at=who.at)
    except UnableToDraft as refused:
        messages.error(request, say.refusal(refused.code))
    else:
        messages.success(request, _("Đã ghi yêu cầu; hồ sơ chưa đi tiếp sẽ được đưa về phiên bản trước."))
    return redirect(f"{reverse('office:process_version', args=[key, number])}#dang-chay")


@audience(STAFF)
@require_safe
def version_drawing(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Give the viewer a version's drawing with what stands where now."""
    who = keeper(request)
    row = _version(key, number)
    lines = _lines(row, who)
    return JsonResponse({"bpmn": drawing_of(row.id), "marks": marks_of(lines)})


@audience(STAFF)
@require_safe
def version_file(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Give a version as a BPMN file."""
    keeper(request)
    row = _version(key, number)
    return bpmn_file(drawing_of(row.id), f"{key}-{number}")
