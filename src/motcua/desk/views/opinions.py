"""Opinions of other agencies: asked about a dossier, listed for who must answer, read and answered."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.accounts.queries import actor
from motcua.catalogue.queries import published
from motcua.desk.files import file_answer
from motcua.desk.frame import Officer, frame, officer
from motcua.desk.uploads import said_of_upload
from motcua.desk.views.dossier import load
from motcua.desk.views.queues import DEEPEST, SIZE, page_of
from motcua.desk.work_block import language, opinion_lines
from motcua.desk.work_forms import AskOpinionForm, CallOffForm, GiveOpinionForm
from motcua.documents import queries as documents
from motcua.documents.actions import UnableToKeepFile
from motcua.dossiers import access, actions, queries, words
from motcua.dossiers.access import Dossier, NotToBeSeen, Opinion
from motcua.dossiers.actions import UnableToMove
from motcua.dossiers.queries.work import opinion_of, opinions_awaited, opinions_to_give
from motcua.kit.audience import STAFF, audience
from motcua.kit.store import StoreFull
from motcua.organisation.queries import agencies
from motcua.rules.localday import local_day
from motcua.rules.transitions import State

_PLACES = {
    "question_needed": "question", "opinion_days": "days", "opinion_itself": "agency", "opinion_no_agency": "agency",
    "opinion_asked": "agency", "outside_calendar": "days", "answer_needed": "answer", "reason_needed": "reason",
}  # fmt: skip


@audience(STAFF)
def opinions(request: HttpRequest) -> HttpResponse:
    """Show what my agencies are asked and have to answer, and what they asked of others and wait for."""
    who = officer(request)
    mine = access.advising_at(who.duties)
    if not mine:
        raise Http404
    page = page_of(request)
    rows = opinions_to_give(mine, first=(page - 1) * SIZE, size=SIZE + 1)
    content = {
        "lines": _lines(rows[:SIZE], who),
        "awaited": _lines(opinions_awaited(mine), who),
        "previous_url": f"?trang={page - 1}" if page > 1 else "",
        "next_url": f"?trang={page + 1}" if len(rows) > SIZE and page < DEEPEST else "",
        "position": _("Trang %(n)s") % {"n": page},
    }
    return render(request, "desk/opinions.html", frame(request, who, **content))


def _lines(rows: list[Any], who: Officer) -> list[dict[str, Any]]:
    found = opinion_lines(rows, who)
    for line in found:
        line["title"] = published(line["row"].version_id).name(language())
    return found


@audience(STAFF)
def ask(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask another agency for its opinion about a dossier."""
    who = officer(request)
    row = load(who, id, "handling")
    if not access.asks_opinions(row, duties=who.duties):
        raise Http404
    if row.state != State.IN_PROGRESS:
        messages.warning(request, words.refusal("move_not_allowed"))
        return redirect("desk:dossier", row.id)
    known = [
        (str(facts.id), facts.name(language()))
        for facts in agencies(on=local_day(who.at))
        if not facts.outside and facts.id != row.competent_agency_id
    ]
    form = AskOpinionForm(request.POST or None, agencies=known, initial={"revision": row.revision})
    if request.method == "POST" and form.is_valid() and _asked(row, form, who):
        messages.success(request, _("Đã gửi câu hỏi. Cơ quan được hỏi nhận được thông báo."))
        return redirect("desk:dossier", row.id)
    content = {
        "dossier": row,
        "form": form,
        "title": _("Hỏi ý kiến cơ quan khác"),
        "button": _("Gửi câu hỏi"),
        "back": _("Quay lại hồ sơ"),
        "back_url": reverse("desk:dossier", args=[row.id]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/work_form.html", frame(request, who, **content), status=status)


def _asked(row: Dossier, form: AskOpinionForm, who: Officer) -> bool:
    given = form.cleaned_data
    try:
        actions.ask_opinion(
            row,
            agency_id=UUID(given["agency"]),
            question=given["question"],
            days=given["days"],
            by=actor(who.user),
            at=who.at,
            expected=given["revision"],
        )
    except UnableToMove as refused:
        form.add_error(_PLACES.get(refused.code), words.refusal(refused.code, refused.facts))
        return False
    return True


def _load(who: Officer, opinion: UUID, purpose: str) -> tuple[Opinion, Dossier]:
    try:
        return access.opinion_for(who.user, opinion, duties=who.duties, at=who.at, purpose=purpose)
    except NotToBeSeen:
        raise Http404 from None


@audience(STAFF)
def opinion(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what an agency is asked with the papers of the dossier, and take its answer."""
    who = officer(request)
    row, dossier = _load(who, id, "opinion")
    answers = row.agency_id in access.advising_at(who.duties)
    open_now = row.state == "asked" and dossier.state in (State.IN_PROGRESS, State.PAUSED)
    form = GiveOpinionForm(request.POST or None, request.FILES or None) if answers else None
    sent = request.method == "POST"
    if sent and form is None:
        raise Http404
    if sent and form is not None and form.is_valid() and _given(row, form, who):
        messages.success(request, _("Đã gửi ý kiến cho cơ quan hỏi."))
        return redirect("desk:opinions")
    return _page(request, who, row.id, dossier, form if open_now or sent else None)


def _given(row: Opinion, form: GiveOpinionForm, who: Officer) -> bool:
    upload = form.cleaned_data["document"]
    try:
        actions.give_opinion(
            row.id,
            answer=form.cleaned_data["answer"],
            document=(upload.file, upload.name) if upload else None,
            by=actor(who.user),
            at=who.at,
        )
    except UnableToMove as refused:
        form.add_error(_PLACES.get(refused.code), words.refusal(refused.code, refused.facts))
        return False
    except (UnableToKeepFile, StoreFull) as refused:
        form.add_error("document", said_of_upload(refused, upload.name))
        return False
    return True


def _page(
    request: HttpRequest,
    who: Officer,
    opinion_id: UUID,
    dossier: Dossier,
    form: GiveOpinionForm | None,
    *,
    call_off: CallOffForm | None = None,
) -> HttpResponse:
    facts = opinion_of(opinion_id)
    if facts is None:
        raise Http404
    [line] = opinion_lines([facts], who)
    may_call_off = facts.state == "asked" and access.asks_opinions(dossier, duties=who.duties)
    content = {
        "dossier": dossier,
        "line": line,
        "name": published(dossier.version_id).name(language()),
        "facts": _facts(dossier, line),
        "papers": _papers(dossier, who),
        "answer_file": documents.files_of(opinion_id).get(facts.file_id) if facts.file_id else None,
        "form": form,
        "call_off": (call_off or CallOffForm()) if may_call_off else None,
        "faulty": call_off,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/opinion.html", frame(request, who, **content), status=status)


def _facts(dossier: Dossier, line: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [
        (_("Cơ quan hỏi"), line["asking"]),
        (_("Cơ quan được hỏi"), line["asked"]),
        (_("Trả lời trước"), line["until"]),
        (_("Người hỏi"), line["row"].asked_label),
        (_("Nội dung đề nghị"), dossier.request),
    ]
    return [{"label": label, "value": value, "url": ""} for label, value in rows if value]


def _papers(dossier: Dossier, who: Officer) -> list[dict[str, Any]]:
    """Return the papers that count now; a part's are those of its whole."""
    whole = queries.whole_of(dossier)
    names = queries.paper_names(whole, on=local_day(who.at))
    files = documents.files_of(whole.id)
    return [
        {
            "name": (names[key].en if words.in_english() else names[key].vi) if key in names else key,
            "file": files.get(paper.file_id) if paper.file_id else None,
        }
        for key, paper in queries.papers_of(whole.id).items()
    ]


@audience(STAFF)
@require_POST
def call_off(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask no more for an opinion."""
    who = officer(request)
    row, dossier = _load(who, id, "handling")
    if not access.asks_opinions(dossier, duties=who.duties):
        raise Http404
    form = CallOffForm(request.POST)
    if form.is_valid():
        try:
            actions.call_off_opinion(
                row.id, reason=form.cleaned_data["reason"], by=actor(who.user), at=who.at
            )
        except UnableToMove as refused:
            messages.warning(request, words.refusal(refused.code, refused.facts))
        else:
            messages.success(request, _("Đã thôi hỏi ý kiến."))
        return redirect("desk:dossier", dossier.id)
    return _page(request, who, row.id, dossier, None, call_off=form)


@audience(STAFF)
def opinion_file(request: HttpRequest, id: UUID, file: UUID) -> FileResponse:
    """Show a paper of the dossier that an opinion is about, or the file that came with the answer."""
    who = officer(request)
    row, dossier = _load(who, id, "file")
    whole = queries.whole_of(dossier)
    papers = {paper.file_id for paper in queries.papers_of(whole.id).values()}
    found = documents.open_file(file, subject_id=whole.id if file in papers else row.id)
    if found is None:
        raise Http404
    return file_answer(*found)
