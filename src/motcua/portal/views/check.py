"""The last page of a draft: everything once more, the declaration, and the filing itself."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.accounts.queries import actor, signed_in
from motcua.catalogue.queries import open_doubts
from motcua.documents.queries import files_of
from motcua.dossiers import actions, words
from motcua.dossiers.actions import UnableToMove
from motcua.dossiers.actions.intake import missing_papers
from motcua.dossiers.queries import papers_of
from motcua.kit import clock
from motcua.kit.templatetags.ui import day
from motcua.organisation import queries as organisation
from motcua.portal import wording
from motcua.portal.drafts import Draft, frame, own
from motcua.portal.facts import Way, online_way
from motcua.portal.forms import DeclarationForm
from motcua.rules.identity import mask_tail
from motcua.rules.transitions import State


@dataclass(frozen=True)
class Row:
    """One answer with the page that mends it."""

    label: str
    value: str
    url: str


def check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Show every answer with its way back, and file on POST."""
    if request.method != "POST":
        form = DeclarationForm(initial={"revision": draft.dossier.revision})
    else:
        form = DeclarationForm(request.POST)
        if form.is_valid() and (answer := _filed(request, draft, form)):
            return answer
    context = frame(draft, "kiem-tra") | {
        "form": form,
        "people": _people(draft),
        "office": _office(draft),
        "papers": _papers(draft),
        "missing": missing_papers(draft.dossier),
        "way": _online(draft),
    }
    return render(request, "portal/check.html", context, status=422 if form.errors else 200)


def _online(draft: Draft) -> Way | None:
    return online_way(draft.record, case=draft.dossier.case, doubts=open_doubts(draft.dossier.procedure_id))


def _filed(request: HttpRequest, draft: Draft, form: DeclarationForm) -> HttpResponse | None:
    """File the draft and send on; None when the form now says why it could not be filed."""
    user = signed_in(request)
    try:
        actions.file_dossier(
            draft.dossier, by=actor(user), at=clock.now(), expected=form.cleaned_data["revision"]
        )
    except UnableToMove as refused:
        if own(request, draft.id).state != State.DRAFT:
            return redirect("portal:sent", id=draft.id)
        if refused.code == "version_changed":
            return redirect("portal:page", id=draft.id, page="giay-to")
        form.add_error(None, words.refusal(refused.code, refused.facts))
        return None
    return redirect("portal:sent", id=draft.id)


def _way(draft: Draft, page: str) -> str:
    return f"{reverse('portal:page', args=[draft.id, page])}?ve=kiem-tra"


def _people(draft: Draft) -> list[Row]:
    dossier, url = draft.dossier, _way(draft, "nguoi-nop")
    party, filer = dossier.applicant, dossier.representative
    if party is None:
        return [Row(_("Người nộp hồ sơ"), _("Chưa khai"), url)]
    number = _("Mã số thuế") if party.kind == "organisation" else _("Số định danh cá nhân")
    rows = [
        Row(_("Người đứng tên hồ sơ"), party.name, url),
        Row(number, mask_tail(party.identity_tail) or _("Không có"), url),
        Row(_("Ngày sinh"), day(party.birth_date), url),
        Row(_("Số điện thoại"), party.phone, url),
        Row(_("Thư điện tử"), party.email, url),
        Row(_("Địa chỉ liên hệ"), party.address, url),
        Row(_("Nội dung đề nghị"), dossier.request or draft.name, url),
    ]
    if filer:
        rows.insert(0, Row(_("Người nộp thay"), f"{filer.name}, {filer.phone}", url))
    return [row for row in rows if row.value]


def _office(draft: Draft) -> list[Row]:
    dossier, url = draft.dossier, _way(draft, "noi-nop")
    if dossier.competent_agency_id is None:
        return [Row(_("Nơi giải quyết"), _("Chưa chọn"), url)]
    rows = [
        Row(_("Nơi giải quyết"), _agency(dossier.competent_agency_id), url),
        Row(_("Cách nhận kết quả"), str(words.DELIVERIES[dossier.delivery]), url),
    ]
    if len(draft.record.cases) > 1:
        case = next(row for row in draft.record.cases if row.key == dossier.case)
        rows.insert(0, Row(_("Trường hợp"), wording.said(case), url))
    return rows


def _agency(agency_id: UUID) -> str:
    return organisation.agency_facts(agency_id, on=clock.today()).name(wording.language())


def _papers(draft: Draft) -> list[Row]:
    given, files = papers_of(draft.id), files_of(draft.id)
    rows = []
    for item in draft.components:
        paper = given.get(item.key)
        if paper is None:
            value = _("Chưa có (bắt buộc)") if item.required else _("Không nộp")
        elif paper.file_id and paper.file_id in files:
            value = files[paper.file_id].name
        else:
            value = _("Dùng dữ liệu cơ quan đã có")
        url = reverse("portal:paper", args=[draft.id, item.key])
        rows.append(Row(wording.said(item.name), value, f"{url}?ve=kiem-tra"))
    return rows
