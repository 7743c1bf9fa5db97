"""Coming in, going out, and the language of the pages."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from motcua.accounts.access import TooManyTries
from motcua.accounts.actions import note_sign_in
from motcua.accounts.queries import signed_in
from motcua.dossiers.access import NotToBeSeen, own_dossier
from motcua.kit import clock
from motcua.kit.audience import PUBLIC, audience
from motcua.portal import stash
from motcua.portal.forms import SignInForm

_YEAR = 365 * 24 * 3600


def _safe(request: HttpRequest, address: str) -> str:
    """Return the address if it stays on this site, else an empty text."""
    here = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if here and address.startswith("/") else ""


@audience(PUBLIC)
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; a new session key is given to whoever comes in."""
    following = _safe(request, request.POST.get("next", request.GET.get("next", "")))
    if request.user.is_authenticated and request.method != "POST":
        return _onward(request, following)
    form = SignInForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = _entered(request, form)
        if status == 200:
            return _onward(request, following)
    context = {
        "form": form,
        "next": following,
        "demonstration": settings.MOTCUA_DEMONSTRATION,
        "accounts": getattr(settings, "MOTCUA_DEMONSTRATION_ACCOUNTS", ()),
    }
    return render(request, "portal/sign_in.html", context, status=status)


def _entered(request: HttpRequest, form: SignInForm) -> int:
    """Let someone in; return 200, or the status of the refusal that the form now says."""
    if not form.is_valid():
        return 422
    given = form.cleaned_data
    try:
        user = authenticate(request, username=given["username"].strip(), password=given["password"])
    except TooManyTries:
        form.add_error(
            None,
            _(
                "Tài khoản này bị thử quá nhiều lần. Hãy đợi 5 phút rồi đăng nhập lại; tài khoản không bị khóa."
            ),
        )
        return 429
    if user is None:
        form.add_error(
            None, _("Sai tên đăng nhập hoặc mật khẩu. Kiểm tra phím Caps Lock và bộ gõ rồi thử lại.")
        )
        return 422
    login(request, user)
    entered = signed_in(request)
    note_sign_in(entered, at=clock.now())
    _forget_what_is_anothers(request)
    return 200


def _forget_what_is_anothers(request: HttpRequest) -> None:
    """Drop texts typed into a draft that does not belong to whoever came in."""
    draft = stash.draft_of(request)
    if draft is None:
        return
    try:
        own_dossier(signed_in(request), draft)
    except NotToBeSeen:
        stash.drop(request)


def _onward(request: HttpRequest, following: str) -> HttpResponseRedirect:
    staff = signed_in(request).is_staff_member
    kept = stash.draft_of(request) is not None
    if following and (kept or _leads_to_staff(following) is staff):
        return HttpResponseRedirect(following)
    return redirect("desk:queue" if staff else "portal:mine")


def _leads_to_staff(address: str) -> bool | None:
    """Tell whether an address is one of the staff's, one of the portal's (False), or none (None)."""
    try:
        found = resolve(address.partition("?")[0].partition("#")[0])
    except Resolver404:
        return None
    return found.namespace != "portal"


@audience(PUBLIC)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.success(request, _("Bạn đã đăng xuất."))
    return redirect("portal:home")


@audience(PUBLIC)
@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and go back; exempt from the check so that public pages set no cookie."""
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(_safe(request, request.POST.get("next", "")) or reverse("portal:home"))
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=_YEAR,
            httponly=True,
            secure=request.is_secure(),
            samesite="Lax",
        )
    return response
