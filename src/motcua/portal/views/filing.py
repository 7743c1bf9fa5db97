"""Filing, page by page: a draft saved at each, checked, and filed once."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

import segno
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.accounts.queries import actor, person, signed_in
from motcua.catalogue.queries import current_version, published
from motcua.dossiers import actions, words
from motcua.dossiers.access import Dossier, own_dossiers
from motcua.dossiers.actions import UnableToMove
from motcua.dossiers.actions.competence import competent_agencies
from motcua.dossiers.actions.drafts import takes_online
from motcua.dossiers.queries import door_open, identity_of, places_to_choose
from motcua.dossiers.tracking import address_of, secret_text
from motcua.kit import clock
from motcua.kit.audience import CITIZEN, audience, to_sign_in
from motcua.organisation import queries as organisation
from motcua.portal import stash
from motcua.portal.drafts import PAGES, Draft, after_saving, draft_for, frame, own
from motcua.portal.forms import (
    ApplicantForm,
    Known,
    OfficeForm,
    applicant_form,
    matching,
    person_initial,
)
from motcua.portal.views import check, papers
from motcua.portal.wording import language, said
from motcua.rules.transitions import State

# Beyond this many agencies a box to narrow the list stands above it.
MANY = 15
_TYPED: Mapping[str, type[ApplicantForm] | type[OfficeForm]] = {
    "nguoi-nop": ApplicantForm,
    "noi-nop": OfficeForm,
}


@audience(CITIZEN)
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is about to begin, with the drafts that are there already; begin a draft on POST."""
    user, on = signed_in(request), clock.today()
    version = current_version(code, on=on)
    if version is None:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            draft = actions.start_draft(
                version,
                owner=user,
                channel="online",
                door="portal",
                language=get_language() or "vi",
                by=actor(user),
                at=clock.now(),
            )
        except UnableToMove as refusal:
            refused = words.refusal(refusal.code, refusal.facts)
        else:
            return redirect("portal:page", id=draft.id, page="nguoi-nop")
    drafts = [
        row
        for row in own_dossiers(user)
        if row.state == State.DRAFT and row.procedure_id == version.procedure_id
    ]
    context = {
        "name": said(version.record.name),
        "code": code,
        "drafts": drafts,
        "may_file": takes_online(version) and door_open("portal", on=on),
        "refused": refused,
        "nav_current": "search",
    }
    return render(request, "portal/start.html", context, status=422 if refused else 200)


def keep_typed(request: HttpRequest, id: UUID, page: str) -> HttpResponse:
    """Answer a filing page without a session: keep what was typed until its owner has signed in again."""
    back = reverse("portal:page", args=[id, page])
    if request.method != "POST":
        return to_sign_in(request)
    if page in _TYPED:
        stash.keep(request, _TYPED[page], draft=id, page=page)
        say = _(
            "Phiên làm việc đã hết. Không mất gì cả: các trang đã lưu vẫn còn, chữ vừa gõ được giữ lại. "
            "Đăng nhập để làm tiếp."
        )
    else:
        say = _(
            "Phiên làm việc đã hết nên hồ sơ chưa được nộp. Các trang đã lưu vẫn còn: đăng nhập để làm tiếp."
        )
    return to_sign_in(request, back=back, say=say)


@audience(CITIZEN, otherwise=keep_typed)
def page(request: HttpRequest, id: UUID, page: str) -> HttpResponse:
    """Show or save one page of a draft."""
    if page not in PAGES:
        raise Http404
    draft = draft_for(request, id)
    if isinstance(draft, HttpResponseRedirect):
        return draft
    return _VIEWS[page](request, draft)


def _applicant(request: HttpRequest, draft: Draft) -> HttpResponse:
    facts = person(signed_in(request))
    fill_in = partial(
        applicant_form(draft.record), record=draft.record, person=facts, known=_known(draft.dossier)
    )
    typed: dict[str, Any] = {}
    if request.method == "POST":
        form = fill_in(request.POST)
        if form.is_valid() and _saved_people(form, draft):
            return after_saving(request, draft, "nguoi-nop")
    else:
        typed = stash.take(request, draft=draft.id, page="nguoi-nop")
        initial = person_initial(facts) | _given(draft.dossier) | typed
        form = fill_in(initial=initial)
    return _filled(request, draft, "nguoi-nop", form, typed, {})


def _saved_people(form: ApplicantForm, draft: Draft) -> bool:
    try:
        actions.save_people(
            draft.dossier,
            applicant=form.applicant(),
            representative=form.representative(),
            request=form.cleaned_data["request"],
            at=clock.now(),
        )
    except UnableToMove as refused:
        form.add_error(None, words.refusal(refused.code, refused.facts))
        return False
    return True


def _known(dossier: Dossier) -> Known | None:
    party = dossier.applicant
    if party is None:
        return None
    filing_for = "other" if dossier.representative else "self"
    return Known(identity_of(party), filing_for, party.kind, party.name)


def _given(dossier: Dossier) -> dict[str, Any]:
    party, filer = dossier.applicant, dossier.representative
    if party is None:
        return {}
    given = {
        "filing_for": "other" if filer else "self",
        "kind": party.kind,
        "name": party.name,
        "birth_date": party.birth_date,
        "phone": party.phone,
        "email": party.email,
        "address": party.address,
        "request": dossier.request,
    }
    if filer:
        given |= {"filer_name": filer.name, "filer_phone": filer.phone, "filer_email": filer.email}
    return given


def _office(request: HttpRequest, draft: Draft) -> HttpResponse:
    everywhere = competent_agencies(draft.record, on=clock.today())
    places = places_to_choose(everywhere, on=clock.today())
    wanted = request.GET.get("tim", "")[:80]
    chosen = draft.dossier.competent_agency_id
    offered = matching(everywhere, wanted) or everywhere
    typed: dict[str, Any] = {}
    if request.method == "POST":
        form = OfficeForm(request.POST, record=draft.record, agencies=everywhere, places=places)
        if form.is_valid() and _saved_office(form, draft):
            return after_saving(request, draft, "noi-nop")
    else:
        typed = stash.take(request, draft=draft.id, page="noi-nop")
        only = offered[0].id if len(offered) == 1 else chosen
        initial = {
            "agency": str(only or ""),
            "case": draft.dossier.case,
            "place": draft.dossier.place_code,
            "delivery": draft.dossier.delivery,
        }
        shown = offered if not chosen else [a for a in everywhere if a in offered or a.id == chosen]
        form = OfficeForm(record=draft.record, agencies=shown, places=places, initial=initial | typed)
    more = {
        "wanted": wanted,
        "searchable": len(everywhere) > MANY,
        "none_found": bool(wanted) and not matching(everywhere, wanted),
        "found": len(offered),
    }
    return _filled(request, draft, "noi-nop", form, typed, more)


def _saved_office(form: OfficeForm, draft: Draft) -> bool:
    given = form.cleaned_data
    try:
        actions.save_office(
            draft.dossier,
            agency_id=UUID(given["agency"]),
            case=given.get("case") or draft.dossier.case,
            delivery=given["delivery"],
            place_code=given.get("place", ""),
            at=clock.now(),
        )
    except UnableToMove as refused:
        form.add_error("agency", words.refusal(refused.code, refused.facts))
        return False
    return True


def _filled(
    request: HttpRequest,
    draft: Draft,
    page: str,
    form: ApplicantForm | OfficeForm,
    typed: Mapping[str, Any],
    more: Mapping[str, Any],
) -> HttpResponse:
    context = frame(draft, page) | {"form": form, "typed": bool(typed)} | dict(more)
    template = "portal/applicant.html" if page == "nguoi-nop" else "portal/office.html"
    return render(request, template, context, status=422 if form.errors else 200)


_VIEWS: Mapping[str, Callable[[HttpRequest, Draft], HttpResponse]] = {
    "nguoi-nop": _applicant,
    "noi-nop": _office,
    "giay-to": papers.listing,
    "kiem-tra": check.check,
}


@audience(CITIZEN)
def sent(request: HttpRequest, id: UUID) -> HttpResponse:
    """Confirm a filed dossier: its number, what is promised, what happens next, and how to follow it."""
    dossier = own(request, id)
    if dossier.state == State.DRAFT or dossier.receiving_agency_id is None:
        return redirect("portal:page", id=id, page="kiem-tra")
    address = address_of(bytes(dossier.secret))
    receiving = organisation.agency_facts(dossier.receiving_agency_id, on=clock.today())
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=5, border=2, svgclass=None, lineclass=None, title=_("Mã QR để theo dõi hồ sơ")
    )
    context = {
        "dossier": dossier,
        "name": said(published(dossier.version_id).record.name),
        "acknowledge": words.moment(dossier.acknowledge_by) if dossier.acknowledge_by else "",
        "receiving": receiving.name(language()),
        "secret": secret_text(bytes(dossier.secret)),
        "qr": mark_safe(drawn),
        "nav_current": "mine",
    }
    return render(request, "portal/sent.html", context)
