"""Answering a supplement request: every fault with its remedy and its own upload, then one button."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.accounts.queries import actor, signed_in
from motcua.catalogue.queries import published
from motcua.documents.queries import files_of
from motcua.dossiers import actions, words
from motcua.dossiers.access import Dossier
from motcua.dossiers.actions import UnableToMove
from motcua.dossiers.queries import open_request, paper_names, papers_of
from motcua.kit import clock
from motcua.kit.audience import CITIZEN, audience, to_sign_in
from motcua.kit.forms import PlainForm
from motcua.portal.drafts import own
from motcua.portal.forms import PaperForm
from motcua.portal.uploads import attached
from motcua.portal.wording import said
from motcua.rules.localday import local


class ResubmitForm(PlainForm):
    """The revision that the person saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


@dataclass(frozen=True)
class Fault:
    """One thing to put right."""

    component: str
    name: str
    fault: str
    remedy: str
    done: bool
    file: str
    form: PaperForm


def _faults(dossier: Dossier, request: Any, bound: dict[str, PaperForm]) -> list[Fault]:
    names = {key: said(name) for key, name in paper_names(dossier, on=clock.today()).items()}
    given, files = papers_of(dossier.id), files_of(dossier.id)
    found = []
    for row in request.faults:
        key = row["component"]
        paper = given.get(key)
        anew = paper is not None and paper.added_at >= request.made_at
        kept = files.get(paper.file_id) if paper and paper.file_id else None
        name = names.get(key, key)
        form = bound.get(key) or PaperForm(label=name, auto_id=f"id_{key}_%s")
        found.append(
            Fault(key, name, row["fault"], row["remedy"], anew, kept.name if anew and kept else "", form)
        )
    return found


def _page(
    request: HttpRequest, dossier: Dossier, form: forms.BaseForm, bound: dict[str, PaperForm], status: int
) -> HttpResponse:
    asked = open_request(dossier.id)
    if asked is None:
        return redirect("portal:one", id=dossier.id)
    faults = _faults(dossier, asked, bound)
    context = {
        "dossier": dossier,
        "name": said(published(dossier.version_id).record.name),
        "ground": asked.ground,
        "faults": faults,
        "ready": all(fault.done for fault in faults),
        "after_acceptance": asked.after_acceptance,
        "form": form,
        "revision": dossier.revision,
        "nav_current": "mine",
    }
    return render(request, "portal/supplement.html", context, status=status)


@audience(CITIZEN)
def supplement(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what is to be put right; hand the dossier back on POST."""
    dossier = own(request, id)
    if request.method != "POST":
        return _page(request, dossier, ResubmitForm(), {}, 200)
    form = ResubmitForm(request.POST)
    if form.is_valid() and _resubmitted(request, dossier, form):
        messages.success(request, _("Đã nộp bổ sung. Cơ quan sẽ xem lại hồ sơ của bạn."))
        return redirect("portal:one", id=id)
    return _page(request, dossier, form, {}, 422)


def _resubmitted(request: HttpRequest, dossier: Dossier, form: ResubmitForm) -> bool:
    try:
        actions.resubmit_dossier(
            dossier,
            by=actor(signed_in(request)),
            at=clock.now(),
            expected=form.cleaned_data["revision"],
        )
    except UnableToMove as refused:
        form.add_error(None, words.refusal(refused.code, refused.facts))
        return False
    return True


def _not_kept(request: HttpRequest, id: UUID, component: str) -> HttpResponse:
    say = _(
        "Phiên làm việc đã hết. Tệp đã lưu vẫn còn; tệp vừa chọn chưa được giữ, hãy đăng nhập rồi chọn lại."
    )
    return to_sign_in(request, back=reverse("portal:supplement", args=[id]), say=say)


@audience(CITIZEN, otherwise=_not_kept)
def paper(request: HttpRequest, id: UUID, component: str) -> HttpResponse:
    """Take in the new file for one fault."""
    dossier = own(request, id)
    asked = open_request(dossier.id)
    if asked is None or request.method != "POST":
        return redirect("portal:supplement", id=id)
    names = {key: said(name) for key, name in paper_names(dossier, on=clock.today()).items()}
    if component not in {row["component"] for row in asked.faults}:
        raise Http404
    label = names.get(component, component)
    form = PaperForm(request.POST, request.FILES, label=label, auto_id=f"id_{component}_%s")
    status = attached(request, dossier, component=component, form=form)
    if status != 200:
        return _page(request, dossier, form, {component: form}, status)
    now = local(clock.now())
    messages.success(
        request, _("Đã lưu tệp của “%(paper)s” lúc %(time)s.") % {"paper": label, "time": f"{now:%H:%M}"}
    )
    return redirect("portal:supplement", id=id)
