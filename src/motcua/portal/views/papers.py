"""The papers of a draft: the list with what is there, and one page for each."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.accounts.queries import actor, signed_in
from motcua.catalogue.format import ComponentRecord
from motcua.documents.queries import files_of
from motcua.dossiers import actions, words
from motcua.dossiers.access import Dossier
from motcua.dossiers.actions import UnableToMove
from motcua.dossiers.queries import papers_of
from motcua.kit import clock
from motcua.kit.audience import CITIZEN, audience, to_sign_in
from motcua.portal import wording
from motcua.portal.drafts import Draft, draft_for, frame
from motcua.portal.forms import PaperForm
from motcua.portal.uploads import attached
from motcua.rules.localday import local


@dataclass(frozen=True)
class Line:
    """One paper of the list with what stands for it now."""

    key: str
    name: str
    count: str
    required: bool
    done: bool
    detail: str


def lines(draft: Draft) -> list[Line]:
    """Return the papers of a draft with their state."""
    given, files = papers_of(draft.id), files_of(draft.id)
    found = []
    for item in draft.components:
        paper = given.get(item.key)
        detail = ""
        if paper is not None:
            kept = files.get(paper.file_id) if paper.file_id else None
            detail = kept.name if kept else _("Dùng dữ liệu cơ quan đã có")
        found.append(
            Line(
                item.key,
                wording.said(item.name),
                wording.count_words(item),
                item.required,
                paper is not None,
                detail,
            )
        )
    return found


def listing(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Show the papers as a list of tasks."""
    found = lines(draft)
    context = frame(draft, "giay-to") | {
        "lines": found,
        "lacking": sum(1 for line in found if line.required and not line.done),
    }
    return render(request, "portal/papers.html", context)


def _not_kept(request: HttpRequest, id: UUID, component: str) -> HttpResponse:
    say = _(
        "Phiên làm việc đã hết. Các trang và tệp đã lưu vẫn còn; tệp vừa chọn chưa được giữ, "
        "hãy chọn lại sau khi đăng nhập."
    )
    back = reverse("portal:paper", args=[id, component])
    return to_sign_in(request, back=back, say=say if request.method == "POST" else "")


@audience(CITIZEN, otherwise=_not_kept)
def paper(request: HttpRequest, id: UUID, component: str) -> HttpResponse:
    """Show one paper; on POST attach its file, note that the state has it, or take it back."""
    draft = draft_for(request, id)
    if isinstance(draft, HttpResponseRedirect):
        return draft
    item = next((row for row in draft.components if row.key == component), None)
    if item is None:
        raise Http404
    form = PaperForm(label=wording.said(item.name))
    status = 200
    if request.method == "POST":
        form = PaperForm(request.POST, request.FILES, label=wording.said(item.name))
        status = _changed(request, draft.dossier, item, form)
        if status == 200:
            return redirect("portal:page", id=id, page=_following(request))
    given = papers_of(draft.id).get(component)
    context = frame(draft, "giay-to") | {
        "item": item,
        "name": wording.said(item.name),
        "count": wording.count_words(item),
        "note": wording.note_of(item),
        "replaced_by": item.replaceable_by.name if item.replaceable_by else "",
        "given": given,
        "file": files_of(draft.id).get(given.file_id) if given and given.file_id else None,
        "form": form,
        "back": reverse("portal:page", args=[id, "giay-to"]),
    }
    return render(request, "portal/paper.html", context, status=status)


def _following(request: HttpRequest) -> str:
    return "kiem-tra" if request.GET.get("ve") == "kiem-tra" else "giay-to"


def _changed(request: HttpRequest, dossier: Dossier, item: ComponentRecord, form: PaperForm) -> int:
    """Do what was asked for one paper; return the status, 200 when it is done."""
    wish = request.POST.get("viec", "tep")
    if wish == "tep":
        status = attached(request, dossier, component=item.key, form=form)
        if status == 200:
            _say(request, _("Đã lưu tệp của “%(paper)s” lúc %(time)s."), item)
        return status
    by = actor(signed_in(request))
    form.full_clean()
    form.errors.clear()
    try:
        if wish == "xoa":
            actions.remove_paper(dossier, component=item.key, at=clock.now())
            _say(request, _("Đã bỏ “%(paper)s”, lưu lúc %(time)s."), item)
        elif wish == "du-lieu" and item.replaceable_by:
            actions.attach_paper(dossier, component=item.key, form="data", by=by, at=clock.now())
            _say(request, _("Đã ghi: cơ quan dùng dữ liệu thay “%(paper)s”, lưu lúc %(time)s."), item)
        else:
            raise Http404
    except UnableToMove as refused:
        form.add_error(None, words.refusal(refused.code, refused.facts))
        return 422
    return 200


def _say(request: HttpRequest, text: str, item: ComponentRecord) -> None:
    now = local(clock.now())
    messages.success(request, text % {"paper": wording.said(item.name), "time": f"{now:%H:%M}"})
