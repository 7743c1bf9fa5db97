"""What is mine: the list, one dossier with everything about it, and the ways out."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.accounts.queries import actor, signed_in
from motcua.catalogue.queries import published
from motcua.documents import queries as documents
from motcua.dossiers import actions, words
from motcua.dossiers.access import Dossier, own_dossiers
from motcua.dossiers.actions import UnableToMove
from motcua.dossiers.queries import (
    all_papers_of,
    looks_at,
    paper_names,
    part_file,
    parts_of,
    result_of,
    tracked,
)
from motcua.dossiers.tracking import secret_text
from motcua.journal.queries import history_of
from motcua.kit import clock
from motcua.kit.audience import CITIZEN, audience
from motcua.kit.templatetags.ui import day, stamp
from motcua.notifications.queries import messages_about
from motcua.portal.drafts import own
from motcua.portal.forms import WithdrawForm
from motcua.portal.story import tell
from motcua.portal.wording import one_of, said
from motcua.rules.transitions import TABLE, Move, State

_WAITING = frozenset({State.AWAITING_APPLICANT, State.PAUSED})
_REASONS = {
    "dossier.refused": lazy("Lý do từ chối tiếp nhận"),
    "dossier.stopped": lazy("Lý do dừng giải quyết"),
    "dossier.deadline_extended": lazy("Lý do gia hạn"),
    "dossier.apology_approved": lazy("Lý do chậm"),
    "dossier.due_moved": lazy("Ngày hẹn đổi theo lịch mới"),
    "dossier.decided": lazy("Lý do của kết quả"),
    "dossier.withdrawn": lazy("Lý do rút hồ sơ"),
}
_BY = {"email": lazy("thư điện tử"), "sms": lazy("tin nhắn")}


@dataclass(frozen=True)
class Mine:
    """One line of the list."""

    url: str
    name: str
    number: str
    state: str
    about: str
    action: str
    late: bool = False


@audience(CITIZEN)
def mine(request: HttpRequest) -> HttpResponse:
    """List the drafts and dossiers of whoever is signed in."""
    rows = own_dossiers(signed_in(request))
    context = {
        "drafts": [_line(row) for row in rows if row.state == State.DRAFT],
        "dossiers": [_line(row) for row in rows if row.state != State.DRAFT],
        "nav_current": "mine",
    }
    return render(request, "portal/mine.html", context)


def _line(row: Dossier) -> Mine:
    name = one_of((row.version.name_vi, row.version.name_en))
    if row.state == State.DRAFT:
        url = reverse("portal:page", args=[row.id, "nguoi-nop" if row.applicant_id is None else "kiem-tra"])
        return Mine(
            url, name, "", row.state, _("Đã lưu %(when)s") % {"when": stamp(row.saved_at)}, _("Làm tiếp")
        )
    url = reverse("portal:one", args=[row.id])
    if row.state in _WAITING:
        return Mine(
            reverse("portal:supplement", args=[row.id]),
            name,
            row.number or "",
            row.state,
            _("Cơ quan đang chờ bạn"),
            _("Nộp bổ sung"),
        )
    late = row.state == State.IN_PROGRESS and row.due_at is not None and row.due_at < clock.now()
    return Mine(url, name, row.number or "", row.state, _about(row, late=late), _("Xem hồ sơ"), late)


def _about(row: Dossier, *, late: bool) -> str:
    if row.state == State.IN_PROGRESS and row.due_at:
        said = _("Đã quá giờ hẹn: trước %(when)s") if late else _("Hẹn trả trước %(when)s")
        return said % {"when": words.moment(row.due_at)}
    return _("Nộp ngày %(day)s") % {"day": day(row.filed_at)}


@audience(CITIZEN)
def one(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one dossier: how it stands, the promise, its way, papers, slips, messages, and who looked."""
    dossier = own(request, id)
    facts = tracked(bytes(dossier.secret), on=clock.today())
    if facts is None:
        return redirect("portal:page", id=id, page="nguoi-nop")
    context = {
        "dossier": dossier,
        "name": said(published(dossier.version_id).record.name),
        "story": tell(facts, at=clock.now()),
        "waiting": dossier.state in _WAITING,
        "may_withdraw": _may_withdraw(dossier),
        "reasons": _reasons(id),
        "papers": _papers(dossier),
        "slips": _slips(id),
        "result": result_of(id),
        "part_results": [part for part in parts_of(id) if part.result_title],
        "messages_sent": [
            {
                "title": row.title,
                "text": row.text,
                "at": stamp(row.created_at),
                "by": _BY.get(row.channel, ""),
            }
            for row in messages_about(id)
        ],
        "looks": [
            {
                "label": look.label,
                "purpose": words.LOOKS.get(look.purpose, look.purpose),
                "at": stamp(look.at),
            }
            for look in looks_at(id)
        ],
        "secret": secret_text(bytes(dossier.secret)),
        "nav_current": "mine",
    }
    return render(request, "portal/one.html", context)


def _slips(id: UUID) -> list[dict[str, object]]:
    return [
        {
            "id": slip.id,
            "name": one_of((slip.kind.name_vi, slip.kind.name_en)),
            "at": stamp(slip.issued_at),
        }
        for slip in documents.slips_of(id)
        if slip.kind.template is not None
    ]


def _may_withdraw(dossier: Dossier) -> bool:
    return (State(dossier.state), Move.WITHDRAW) in TABLE


def _reasons(id: UUID) -> list[dict[str, object]]:
    return [
        {"title": _REASONS[entry.kind], "text": text, "at": stamp(entry.at)}
        for entry in history_of(id)
        if entry.kind in _REASONS
        # Of a moved date the title of its notice says why; the reason beside it is a code.
        and (text := entry.data.get("title" if entry.kind == "dossier.due_moved" else "reason"))
    ]


def _papers(dossier: Dossier) -> list[dict[str, object]]:
    names = {key: said(name) for key, name in paper_names(dossier, on=clock.today()).items()}
    files = documents.files_of(dossier.id)
    rows: list[dict[str, object]] = []
    for paper in all_papers_of(dossier.id):
        if paper.superseded_at is not None:
            continue
        kept = files.get(paper.file_id) if paper.file_id else None
        how = {"paper": _("Bản giấy đã nộp"), "data": _("Dùng dữ liệu cơ quan đã có")}.get(paper.form, "")
        rows.append({"name": names.get(paper.component, paper.component), "file": kept, "how": how})
    return rows


@audience(CITIZEN)
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask once more, then withdraw."""
    dossier = own(request, id)
    if not _may_withdraw(dossier):
        return redirect("portal:one", id=id)
    form = WithdrawForm(initial={"revision": dossier.revision})
    if request.method == "POST":
        form = WithdrawForm(request.POST)
        if form.is_valid() and _withdrawn(request, dossier, form):
            messages.success(request, _("Đã rút hồ sơ %(number)s.") % {"number": dossier.number})
            return redirect("portal:one", id=id)
    context = {"dossier": dossier, "form": form, "name": said(published(dossier.version_id).record.name)}
    return render(
        request,
        "portal/withdraw.html",
        context | {"nav_current": "mine"},
        status=422 if form.errors else 200,
    )


def _withdrawn(request: HttpRequest, dossier: Dossier, form: WithdrawForm) -> bool:
    given = form.cleaned_data
    try:
        actions.withdraw_dossier(
            dossier,
            reason=given["reason"],
            by=actor(signed_in(request)),
            at=clock.now(),
            expected=given["revision"],
        )
    except UnableToMove as refused:
        form.add_error(None, words.refusal(refused.code, refused.facts))
        return False
    return True


@audience(CITIZEN)
def discard(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask once more, then throw a draft away."""
    dossier = own(request, id)
    if dossier.state != State.DRAFT:
        return redirect("portal:one", id=id)
    if request.method == "POST":
        try:
            actions.discard_draft(dossier)
        except UnableToMove as refused:
            messages.error(request, words.refusal(refused.code, refused.facts))
            return redirect("portal:one", id=id)
        messages.success(request, _("Đã xóa bản nháp."))
        return redirect("portal:mine")
    name = said(published(dossier.version_id).record.name)
    context = {"dossier": dossier, "name": name, "saved": stamp(dossier.saved_at), "nav_current": "mine"}
    return render(request, "portal/discard.html", context)


@audience(CITIZEN)
def slip(request: HttpRequest, id: UUID, slip: UUID) -> HttpResponse:
    """Give a slip of an own dossier as PDF."""
    dossier = own(request, id)
    drawn = documents.slip_pdf(slip, subject_id=dossier.id)
    if drawn is None:
        raise Http404
    return HttpResponse(
        drawn,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{dossier.number}.pdf"'},
    )


@audience(CITIZEN)
def file(request: HttpRequest, id: UUID, file: UUID) -> HttpResponseBase:
    """Give back a file of an own dossier, always as a download, so that nothing in it runs on this site."""
    dossier = own(request, id)
    found = documents.open_file(file, subject_id=dossier.id)
    if found is None and (part := part_file(dossier.id, file)) is not None:
        found = documents.open_file(file, subject_id=part)
    if found is None:
        raise Http404
    facts, stream = found
    return FileResponse(stream, as_attachment=True, filename=facts.name, content_type=facts.media_type)
