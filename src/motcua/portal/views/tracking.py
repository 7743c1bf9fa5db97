"""Following a dossier: by the secret of its QR code everything due to its bearer, by its number almost nothing."""

import re

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.catalogue.queries import published
from motcua.dossiers import words
from motcua.dossiers.explaining import Explanation, explain_dossier
from motcua.dossiers.queries import public_state, running_clock, tracked
from motcua.dossiers.tracking import read_secret
from motcua.kit import clock, ratelimit
from motcua.kit.audience import PUBLIC, audience
from motcua.kit.text import squeeze
from motcua.portal.forms import NumberForm
from motcua.portal.story import tell
from motcua.portal.way import tracking_page
from motcua.portal.wording import said

TRIES, WINDOW = 20, 300


@audience(PUBLIC)
def track(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the way of a dossier to whoever carries its QR code.

    One query, no session and no cookie: the page is drawn without the reader.
    """
    read = read_secret(secret)
    facts = tracked(read, on=clock.today()) if read else None
    if facts is None:
        raise Http404
    page = tracking_page(
        request,
        number=facts.number,
        name=said(published(facts.version_id).record.name),
        state=facts.state.value,
        story=tell(facts, at=clock.now()),
    )
    return HttpResponse(page, headers=_UNSEEN)


@audience(PUBLIC)
def reckoning(request: HttpRequest, secret: str) -> HttpResponse:
    """Show how the promised date was reckoned, step by step, to whoever carries the QR code."""
    number, told = _told(secret)
    context = {
        "number": number,
        "secret": secret,
        "due": words.moment(told.due) if told.due else "",
        "first": words.moment(told.original_due) if told.original_due else "",
        "moved": told.due != told.original_due,
        "paused": words.moment(told.paused_at) if told.paused_at else "",
        "entries": [
            {
                "what": words.clock_entry(entry.kind, entry.policy),
                "at": words.moment(entry.at),
                "lines": entry.lines,
                "basis": entry.basis,
            }
            for entry in told.entries
            if entry.lines
        ],
        "nav_current": "find",
    }
    return _unseen(render(request, "portal/reckoning.html", context))


@audience(PUBLIC)
def reckoning_data(request: HttpRequest, secret: str) -> HttpResponse:
    """Give the same as data."""
    number, told = _told(secret)
    data = told.to_json() | {"number": number}
    return _unseen(JsonResponse(data, json_dumps_params={"ensure_ascii": False}))


def _told(secret: str) -> tuple[str, Explanation]:
    read = read_secret(secret)
    found = running_clock(read) if read else None
    if found is None:
        raise Http404
    told = explain_dossier(found.id, agency_id=found.competent_id, passed=found.passed)
    return found.number, told


# What only the bearer of a code may see is kept by nobody on the way and found by no engine.
_UNSEEN = {
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


def _unseen(response: HttpResponse) -> HttpResponse:
    for name, value in _UNSEEN.items():
        response.headers[name] = value
    return response


@audience(PUBLIC)
def find(request: HttpRequest) -> HttpResponse:
    """Tell the state and the degree of completion of a number, and nothing else; tries are counted."""
    given = request.GET.get("ma")
    if given is None:
        return _find(request, NumberForm(), {}, 200)
    form = NumberForm(request.GET)
    if not form.is_valid():
        return _find(request, form, {}, 422)
    address = request.META.get("REMOTE_ADDR", "")
    if ratelimit.too_many("find", address, limit=TRIES, seconds=WINDOW, at=clock.now()):
        form.add_error("ma", _("Bạn đã tra cứu quá nhiều lần. Hãy đợi 5 phút rồi thử lại."))
        return _find(request, form, {}, 429)
    # Read aloud or typed from paper, the dashes become spaces.
    number = re.sub(r"[ -]+", "-", squeeze(form.cleaned_data["ma"])).upper()
    state = public_state(number)
    if state is None:
        form.add_error(
            "ma", _("Không có hồ sơ mang mã này. Xem lại mã in trên giấy tiếp nhận hoặc tin nhắn.")
        )
        return _find(request, form, {}, 404)
    found = {"number": number, "state": state.state.value, "degree": state.degree}
    return _find(request, form, {"found": found, "word": words.STATES[state.state]}, 200)


def _find(request: HttpRequest, form: NumberForm, more: dict[str, object], status: int) -> HttpResponse:
    context = {"form": form, "nav_current": "find"} | more
    response = render(request, "portal/find.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
