"""Health for whoever watches the machine."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from motcua.kit import clock
from motcua.kit.audience import PUBLIC, audience
from motcua.ops.health import report


@audience(PUBLIC)
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when all is well, else 503; the body names what is not."""
    found = report(at=clock.now())
    return JsonResponse(found, status=200 if found["ok"] else 503)


@audience(PUBLIC)
def alive(request: HttpRequest) -> HttpResponse:
    """Answer as soon as web server and database do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
