"""Coming in, going out, and the language of the pages."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from motcua.accounts.access import TooManyTries, active_user, needs_second_factor, second_factor_fits
from motcua.accounts.actions import note_sign_in
from motcua.accounts.queries import signed_in
from motcua.dossiers.access import NotToBeSeen, own_dossier
from motcua.kit import clock
from motcua.kit.audience import PUBLIC, audience
from motcua.portal import stash
from motcua.portal.forms import CodeForm, SignInForm

_YEAR = 365 * 24 * 3600
# Whoever gave the right password may take this long to give the code.
_HALF, _HALF_WAY = "motcua_half_way", timedelta(minutes=5)
_TOO_MANY = lazy(
    "Tài khoản này bị thử quá nhiều lần. Hãy đợi 5 phút rồi đăng nhập lại; tài khoản không bị khóa."
)


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
        status = _known(request, form, following)
        if status == 200:
            return _onward(request, following)
        if status == 302:
            return redirect("portal:second_factor")
    context = {
        "form": form,
        "next": following,
        "demonstration": settings.MOTCUA_DEMONSTRATION,
    }
    return render(request, "portal/sign_in.html", context, status=status)


def _known(request: HttpRequest, form: SignInForm, following: str) -> int:
    """Let someone in: 200, or 302 when their code is still to be asked for, or the status of the refusal."""
    if not form.is_valid():
        return 422
    given = form.cleaned_data
    try:
        user = authenticate(request, username=given["username"].strip(), password=given["password"])
    except TooManyTries:
        form.add_error(None, _TOO_MANY)
        return 429
    if user is None:
        form.add_error(
            None, _("Sai tên đăng nhập hoặc mật khẩu. Kiểm tra phím Caps Lock và bộ gõ rồi thử lại.")
        )
        return 422
    if needs_second_factor(user):
        until = clock.now() + _HALF_WAY
        request.session[_HALF] = {"user": str(user.pk), "next": following, "until": until.isoformat()}
        return 302
    _enter(request, user.pk)
    return 200


def _enter(request: HttpRequest, user_id: UUID) -> bool:
    """Open the session of an active account with a new key; False when there is no such account any more."""
    user = active_user(user_id)
    if user is None:
        return False
    login(request, user)
    note_sign_in(user, at=clock.now())
    _forget_what_is_anothers(request)
    return True


def _half_way(request: HttpRequest) -> dict[str, str] | None:
    """Return who gave the right password a moment ago and owes the code, or None."""
    half: dict[str, str] | None = request.session.get(_HALF)
    if half is None or datetime.fromisoformat(half["until"]) < clock.now():
        return None
    return half


@audience(PUBLIC)
@sensitive_post_parameters("code")
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask staff for the six digits of their app, after the password and before the session."""
    half = _half_way(request)
    if half is None:
        return redirect("portal:sign_in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = _code_fits(form, UUID(half["user"]))
        if status == 200:
            del request.session[_HALF]
            if _enter(request, UUID(half["user"])):
                return _onward(request, half["next"])
            return redirect("portal:sign_in")
    return render(request, "portal/second_factor.html", {"form": form}, status=status)


def _code_fits(form: CodeForm, user_id: UUID) -> int:
    user = active_user(user_id)
    if not form.is_valid() or user is None:
        return 422
    try:
        fits = second_factor_fits(user, form.cleaned_data["code"], at=clock.now())
    except TooManyTries:
        form.add_error(None, _TOO_MANY)
        return 429
    if not fits:
        form.add_error("code", _("Mã không đúng hoặc đã dùng. Đợi mã mới trên ứng dụng rồi nhập lại."))
        return 422
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
