"""A bare Django site on the same database: one view, one look-up by a unique column, one small template.

Also a WSGI application of its own (`motcua.ops.bench.plain_site:application`) to be served beside the product.
"""

import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import Http404, HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

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


def show(request: HttpRequest, secret: str) -> HttpResponse:
    """Show a few columns of the dossier with this secret, given in hexadecimal."""
    from motcua.dossiers.access import Dossier

    try:
        row = Dossier.objects.values(*_FIELDS).get(secret=bytes.fromhex(secret))
    except Dossier.DoesNotExist:
        raise Http404 from None
    return HttpResponse(_page.render(Context(row)))


app_name = "plain"
urlpatterns = [path("plain/<str:secret>/", show, name="show")]


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
