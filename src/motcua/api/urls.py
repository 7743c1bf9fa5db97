"""Addresses for other systems, each behind the key of an agency, and the schema that describes them for everybody."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja.responses import Response

from motcua.api.entry import check
from motcua.api.partner import api, described
from motcua.kit.audience import PUBLIC, audience, for_machines

app_name = "partner"


@audience(PUBLIC)
def schema(request: HttpRequest) -> HttpResponse:
    """Describe the interface (OpenAPI 3.1)."""
    return Response(described())


def _guarded() -> Iterator[URLPattern]:
    """Give the addresses of the interface, each with its audience; its bare root leads nowhere."""
    for item in api.urls[0]:
        assert isinstance(item, URLPattern)
        if item.name != "api-root":
            yield URLPattern(item.pattern, for_machines(check)(item.callback), item.default_args, item.name)


urlpatterns = [path("openapi.json", schema, name="schema"), *_guarded()]
