"""A bare Django site on the same database: one view, one look-up by a unique column, one small template.

Also a WSGI application of its own (`motcua.ops.bench.plain_site:application`) to be served beside the product.
"""

import os
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import Http404, HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from motcua.ops.bench.timing import Part

ADDRESSES = "motcua.ops.bench.plain_site"
MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
)
_FIELDS = ("number", "state", "applicant_name", "channel", "filed_at", "accepted_at", "due_at")
# Twenty-five lines, as much of a page as a table of a row's columns needs.
_TEMPLATE = """<!doctype html>
<html lang="vi">
<head>
  <meta charset="utf-8">
  <title>{{ number }}</title>
</head>
<body>
  <h1>Hồ sơ {{ number }}</h1>
  <table>
    <tr><th>Trạng thái</th><td>{{ state }}</td></tr>
    <tr><th>Người nộp</th><td>{{ applicant_name }}</td></tr>
    <tr><th>Kênh</th><td>{{ channel }}</td></tr>
    <tr><th>Ngày nộp</th><td>{{ filed_at|date:"d/m/Y H:i" }}</td></tr>
    <tr><th>Ngày nhận</th><td>{{ accepted_at|date:"d/m/Y H:i" }}</td></tr>
    <tr><th>Hẹn trả</th><td>{{ due_at|date:"d/m/Y H:i" }}</td></tr>
  </table>
  {% if state == "returned" %}
  <p>Đã trả kết quả.</p>
  {% elif due_at %}
  <p>Sẽ trả trước {{ due_at|date:"H:i, d/m/Y" }}.</p>
  {% else %}
  <p>Chưa có ngày hẹn.</p>
  {% endif %}
</body>
</html>
"""
_page = Engine().from_string(_TEMPLATE)
_PROCEDURE_FIELDS = (
    "name_vi",
    "name_en",
    "domain_vi",
    "service_level",
    "effective_from",
    "number",
    "published_at",
)
_PROCEDURE = """<!doctype html>
<html lang="vi">
<head>
  <meta charset="utf-8">
  <title>{{ name_vi }}</title>
</head>
<body>
  <h1>{{ name_vi }}</h1>
  <table>
    <tr><th>Tên tiếng Anh</th><td>{{ name_en }}</td></tr>
    <tr><th>Lĩnh vực</th><td>{{ domain_vi }}</td></tr>
    <tr><th>Mức độ</th><td>{{ service_level }}</td></tr>
    <tr><th>Phiên bản</th><td>{{ number }}</td></tr>
    <tr><th>Từ ngày</th><td>{{ effective_from|date:"d/m/Y" }}</td></tr>
    <tr><th>Công bố</th><td>{{ published_at|date:"d/m/Y H:i" }}</td></tr>
  </table>
  {% if service_level == "full" %}
  <p>Nộp trực tuyến.</p>
  {% else %}
  <p>Nộp tại quầy.</p>
  {% endif %}
</body>
</html>
"""
_procedure_page = Engine().from_string(_PROCEDURE)


def show(request: HttpRequest, secret: str) -> HttpResponse:
    """Show a few columns of the dossier with this secret, given in hexadecimal."""
    from motcua.dossiers.access import Dossier

    try:
        row = Dossier.objects.values(*_FIELDS).get(secret=bytes.fromhex(secret))
    except Dossier.DoesNotExist:
        raise Http404 from None
    return HttpResponse(_page.render(Context(row)))


def show_procedure(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a few columns of the version with this id."""
    from motcua.catalogue.models import ProcedureVersion

    try:
        row = ProcedureVersion.objects.values(*_PROCEDURE_FIELDS).get(id=id)
    except ProcedureVersion.DoesNotExist:
        raise Http404 from None
    return HttpResponse(_procedure_page.render(Context(row)))


app_name = "plain"
urlpatterns = [
    path("plain/procedure/<uuid:id>/", show_procedure, name="show_procedure"),
    path("plain/<str:secret>/", show, name="show"),
]


def at_plain_addresses(part: Part) -> Part:
    """Let a part run with the bare site's addresses: the handler asks the settings at every request."""

    def run(times: int) -> float:
        kept, settings.ROOT_URLCONF = settings.ROOT_URLCONF, ADDRESSES
        try:
            return part(times)
        finally:
            settings.ROOT_URLCONF = kept

    return run


def plain_application() -> Any:
    """Return the same handler class as the product's with the bare middleware; it needs `ADDRESSES` as root."""
    kept = settings.MIDDLEWARE
    settings.MIDDLEWARE = list(MIDDLEWARE)
    try:
        return get_wsgi_application()
    finally:
        settings.MIDDLEWARE = kept


def __getattr__(name: str) -> Any:
    # Made only where a server asks for it: the measuring process keeps the product's addresses.
    if name != "application":
        raise AttributeError(name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    made = plain_application()
    settings.ROOT_URLCONF = ADDRESSES
    return made
