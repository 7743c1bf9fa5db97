"""A procedure, with its QR code and its sheet for a notice board."""

import io

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from motcua.catalogue import queries
from motcua.kit import clock
from motcua.kit.audience import PUBLIC, audience
from motcua.portal.procedure_page import page_for_anyone, procedure_context, seen
from motcua.portal.sheets import sheet_pdf
from motcua.portal.standing import Standing, standing
from motcua.portal.wording import one_of

# A QR code is the same as long as the site has its address.
_A_DAY = "public, max-age=86400"


@audience(PUBLIC)
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Show a procedure: the facts, what to bring, what the state has already, and one button."""
    now = standing(code, on=clock.today())
    if now is None:
        return _ended(request, code)
    what = seen(request, now)
    page = page_for_anyone(request, what)
    if page is not None:
        return HttpResponse(page)
    return render(request, "portal/procedure.html", procedure_context(what))


def _ended(request: HttpRequest, code: str) -> HttpResponse:
    """Say that a procedure was withdrawn, since when and by which act: its code still hangs on notice boards."""
    found = queries.ended(code, on=clock.today())
    if found is None:
        raise Http404
    name = one_of((found.name_vi, found.name_en))
    return render(request, "portal/ended.html", {"ended": found, "name": name}, status=410)


@audience(PUBLIC)
def procedure_qr(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the QR code that opens the page of a procedure."""
    _standing(code)
    drawn = io.BytesIO()
    address = settings.MOTCUA_ADDRESS + reverse("portal:procedure", args=[code])
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=4, border=4, light="#fff")
    return HttpResponse(drawn.getvalue(), "image/svg+xml", headers={"Cache-Control": _A_DAY})


@audience(PUBLIC)
def procedure_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Print the sheet of a procedure for a notice board."""
    now, on = _standing(code), clock.today()
    drawn = sheet_pdf(now.version.id, doubts=now.doubts, may_file=now.may_file, on=on)
    headers = {"Content-Disposition": f'inline; filename="to-roi-{code}.pdf"'}
    return HttpResponse(drawn, "application/pdf", headers=headers)


def _standing(code: str) -> Standing:
    now = standing(code, on=clock.today())
    if now is None:
        raise Http404
    return now
