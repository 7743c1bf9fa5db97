"""Who may open a page: every view says it, and an architecture test reads what it said."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

PUBLIC = "public"
CITIZEN = "citizen"
STAFF = "staff"
# Another system, which shows a key with each request and has neither session nor sign-in page.
MACHINE = "machine"

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def audience(*who: str, otherwise: Callable[..., HttpResponseBase] | None = None) -> Callable[[View], View]:
    """Declare who may open a view: `PUBLIC`, `CITIZEN` (anyone signed in) or `STAFF`.

    Someone not signed in is sent to the sign-in page and comes back afterwards; `otherwise`, called like the
    view, answers in place of that. A signed-in citizen on a page
    for staff gets the same answer as for a page that does not exist. The declaration stays readable on the
    view as `motcua_audience`.
    """
    unknown = set(who) - {PUBLIC, CITIZEN, STAFF}
    if not who or unknown:
        raise ValueError(f"not an audience: {unknown or 'none'}")

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if PUBLIC not in who:
                if not request.user.is_authenticated:
                    return otherwise(request, *args, **kwargs) if otherwise else to_sign_in(request)
                if CITIZEN not in who and not getattr(request.user, "is_staff_member", False):
                    raise Http404
            return view(request, *args, **kwargs)

        guarded.motcua_audience = frozenset(who)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def for_machines(check: Callable[[HttpRequest], HttpResponseBase | None]) -> Callable[[View], View]:
    """Declare that a view is for other systems: `check` lets a request in with None, else gives the answer to it.

    It is asked before anything of the request is read. The declaration stays readable as for `audience`.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return check(request) or view(request, *args, **kwargs)

        guarded.motcua_audience = frozenset({MACHINE})  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def to_sign_in(request: HttpRequest, *, back: str | None = None, say: str = "") -> HttpResponseRedirect:
    """Send someone to sign in, to come back to `back` (else to the page asked for, if that was a read)."""
    if back is None and request.method in ("GET", "HEAD"):
        back = request.get_full_path()
    messages.info(request, say or _("Hãy đăng nhập để tiếp tục. Những gì đã lưu vẫn còn nguyên."))
    address = resolve_url(settings.LOGIN_URL)
    return HttpResponseRedirect(f"{address}?{urlencode({'next': back})}" if back else address)
