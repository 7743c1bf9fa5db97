"""Addresses of every interface."""

from django.urls import include, path

urlpatterns = [
    path("", include("motcua.portal.urls")),
    path("quay/", include("motcua.desk.urls")),
    path("", include("motcua.office.urls")),
    path("api/partner/v1/", include("motcua.api.urls")),
    path("suc-khoe/", include("motcua.ops.urls")),
]
handler400 = "motcua.kit.web.bad_request"
handler403 = "motcua.kit.web.forbidden"
handler404 = "motcua.kit.web.not_found"
handler500 = "motcua.kit.web.failed"
