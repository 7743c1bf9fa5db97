"""Counter intake: choose the procedure, then one page, then the receipt."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.accounts.queries import actor
from motcua.catalogue.format import RunBy
from motcua.catalogue.queries import Listed, Published, current_version, search
from motcua.desk.frame import Officer, frame, officer
from motcua.desk.intake_form import IntakeForm
from motcua.desk.uploads import said_of_upload
from motcua.documents.actions import UnableToKeepFile
from motcua.dossiers import actions, words
from motcua.dossiers.actions.competence import competent_agencies
from motcua.dossiers.queries import limit_unread, places_to_choose
from motcua.kit.audience import STAFF, audience
from motcua.kit.store import StoreFull
from motcua.organisation.queries import AgencyFacts
from motcua.rules.localday import local_day


def _receiver(request: HttpRequest) -> Officer:
    who = officer(request)
    if not who.receiving:
        raise Http404
    return who


@audience(STAFF)
def choose(request: HttpRequest) -> HttpResponse:
    """Find the procedure by its name or code."""
    who = _receiver(request)
    text = request.GET.get("q", "").strip()[:100]
    found = search(text, on=local_day(who.at), most=25) if text else []
    content = {"q": text, "found": [_row(row) for row in found if row.run_by == RunBy.LOCAL]}
    return render(request, "desk/choose.html", frame(request, who, **content))


def _row(row: Listed) -> dict[str, str]:
    language = "en" if words.in_english() else "vi"
    return {
        "code": row.code,
        "name": row.name(language),
        "domain": row.domain_en if language == "en" else row.domain_vi,
    }


@audience(STAFF)
def intake(request: HttpRequest, code: str) -> HttpResponse:
    """Take a dossier at the counter; the officer's own agency receives it."""
    who = _receiver(request)
    version = current_version(code, on=local_day(who.at))
    if version is None or version.record.run_by is not RunBy.LOCAL:
        raise Http404
    agencies = competent_agencies(version.record, on=local_day(who.at))
    own = next((agency for agency in agencies if agency.id in who.receiving), None)
    cases = {case.key: case for case in version.record.cases}
    case = cases.get(request.GET.get("truong-hop", ""), version.record.cases[0])
    form = IntakeForm(
        request.POST or None,
        request.FILES or None,
        record=version.record,
        agencies=agencies,
        own=own,
        case=case.key,
        places=places_to_choose(agencies, on=local_day(who.at)),
    )
    status = 200
    if request.method == "POST":
        if form.is_valid() and (taken := _take(request, who, version, form, own)):
            return taken
        status = 422
    unread = limit_unread(version.record, channel="counter", case=case.key)
    content = {
        "form": form,
        "unread": words.refusal("limit_unconfirmed") if unread else "",
        "name": version.name("en" if words.in_english() else "vi"),
        "code": code,
        "cases": [
            {"key": key, "label": row.en if words.in_english() else row.vi, "current": key == case.key}
            for key, row in cases.items()
        ],
    }
    return render(request, "desk/intake.html", frame(request, who, **content), status=status)


def _take(
    request: HttpRequest, who: Officer, version: Published, form: IntakeForm, own: AgencyFacts | None
) -> HttpResponse | None:
    given = form.cleaned_data
    try:
        dossier = actions.receive_at_counter(
            version,
            applicant=form.applicant(),
            representative=form.representative(),
            request=given["request"] or version.record.name.vi,
            competent_id=UUID(given["agency"]),
            receiving_id=own.id if own else min(who.receiving),
            case=form.case,
            channel=given["channel"],
            delivery=given["delivery"],
            papers=form.given_papers(),
            external_number=given["external_number"].strip().upper(),
            place_code=given.get("place", ""),
            by=actor(who.user),
            at=who.at,
        )
    except actions.UnableToMove as refused:
        form.add_error(None, words.refusal(refused.code, refused.facts))
        return None
    except (UnableToKeepFile, StoreFull) as refused:
        form.add_error(None, said_of_upload(refused, _("tệp quét")))
        return None
    messages.success(
        request,
        _("Đã tiếp nhận hồ sơ %(number)s. In giấy hẹn ở mục Phiếu đã in.") % {"number": dossier.number},
    )
    return redirect("desk:dossier", dossier.id)
