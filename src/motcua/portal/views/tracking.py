"""Following a dossier: by the secret of its QR code everything due to its bearer, by its number almost nothing."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.catalogue.queries import published
from motcua.dossiers import words
from motcua.dossiers.queries import public_state, tracked
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
    headers = {
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return HttpResponse(page, headers=headers)


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
