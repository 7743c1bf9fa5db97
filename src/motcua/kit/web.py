"""What every page has in common: browser safety, language, plain failures, bounded uploads."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import translation

Handler = Callable[[HttpRequest], HttpResponseBase]
logger = logging.getLogger("motcua.web")

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; object-src 'none'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A single request may carry one page of files; what is larger is cut off while it arrives.
LARGEST_REQUEST = 5


class BrowserSafety:
    """Sends the strict content security policy with every page, and forbids keeping pages of dossiers."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", _CSP)
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Permissions-Policy"] = "geolocation=(), microphone=(), payment=()"
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class ChosenLanguage:
    """Vietnamese, unless the reader chose another language; the browser's own setting is not asked."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.known = {code for code, _ in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request in the reader's language."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        language = chosen if chosen in self.known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


class PlainFailures:
    """Turns a lost database or an oversized request into a page that says what to do.

    A read is tried once more on a new connection, because a restarted database leaves dead ones behind.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            # No address of ours holds such a character, and the database cannot be asked for one.
            return _page(None, "404.html", 404)
        request.motcua_again = lambda: self.get_response(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer a failure that a person can understand; leave others to the error page."""
        if isinstance(error, OperationalError | InterfaceError):
            return self._database_lost(request, error)
        if isinstance(error, RequestDataTooBig):
            return _page(request, "413.html", 413)
        return None

    def _database_lost(self, request: HttpRequest, error: Exception) -> HttpResponseBase:
        connection.close()
        if request.method in ("GET", "HEAD") and not getattr(request, "motcua_tried", False):
            request.motcua_tried = True  # type: ignore[attr-defined]
            return request.motcua_again()  # type: ignore[attr-defined, no-any-return]
        return _database_away(error)


class BoundedUpload(MemoryFileUploadHandler):
    """Stops reading a request that is larger than any page of files can be."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Refuse the whole request by its announced length, before any of it is read."""
        if content_length > LARGEST_REQUEST * settings.MOTCUA_LARGEST_FILE:
            raise RequestDataTooBig
        super().handle_raw_input(input_data, META, content_length, boundary, encoding)


def site(request: HttpRequest) -> dict[str, Any]:
    """Give templates what they say of the site itself."""
    return {
        "site": {"province_name": settings.MOTCUA_PROVINCE, "demonstration": settings.MOTCUA_DEMONSTRATION}
    }


def _page(request: HttpRequest | None, template: str, status: int) -> HttpResponse:
    return HttpResponse(get_template(template).render({}, request), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be read."""
    if isinstance(exception, RequestDataTooBig):
        return _page(None, "413.html", 413)
    return _page(None, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer someone who may not do this."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what is not there, or not for this person: the same page."""
    return render(request, "404.html", status=404)


def _database_away(error: BaseException) -> HttpResponse:
    logger.error("database: %s", error)
    response = _page(None, "503.html", 503)
    response.headers["Retry-After"] = "10"
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """Answer for a failure of ours, without touching anything that may have failed."""
    error = sys.exc_info()[1]
    # Outside the views, where a session is read or kept, no middleware is asked what an error means.
    if isinstance(error, OperationalError | InterfaceError):
        connection.close()
        return _database_away(error)
    return _page(None, "500.html", 500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was open too long or came from elsewhere."""
    return render(request, "403_csrf.html", status=403)
