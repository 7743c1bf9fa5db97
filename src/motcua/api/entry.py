"""Who may come in: an agency outside the system, by the key that was made for it."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from motcua.api.wording import problem
from motcua.dossiers.access import PartnerFacts, partner_by_key
from motcua.kit import clock
from motcua.kit.ratelimit import too_many
from motcua.rules.localday import local_day

# Wrong keys from one address in five minutes; requests by one key in a minute.
WRONG_KEYS, WRONG_WINDOW = 20, 300
REQUESTS, WINDOW = 600, 60
# An answer with its file as text, and room to say that the file is too large rather than that the request is.
_LARGEST_ANSWER = 3


def check(request: HttpRequest) -> HttpResponse | None:
    """Let an agency in that shows its key, and remember which it is; else answer 401, 413 or 429."""
    at = clock.now()
    partner = partner_by_key(_key_in(request), on=local_day(at))
    if partner is None:
        address = request.META.get("REMOTE_ADDR", "")
        if too_many("partner-key", address, limit=WRONG_KEYS, seconds=WRONG_WINDOW, at=at):
            return problem(429, "too_many", retry_after=WRONG_WINDOW)
        refused = problem(401, "key_needed")
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    if too_many("partner", str(partner.key_id), limit=REQUESTS, seconds=WINDOW, at=at):
        return problem(429, "too_many", retry_after=WINDOW)
    if _length_of(request) > _LARGEST_ANSWER * settings.MOTCUA_LARGEST_FILE:
        return problem(413, "request_too_large")
    request.partner = partner  # type: ignore[attr-defined]
    return None


def partner_in(request: HttpRequest) -> PartnerFacts:
    """Return the agency that came in by `check`."""
    return cast(PartnerFacts, request.partner)  # type: ignore[attr-defined]


def _key_in(request: HttpRequest) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _length_of(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() else 0
