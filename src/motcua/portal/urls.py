"""Addresses."""

from django.urls import path

from motcua.portal.views import browse, catalogue, filing, mine, papers, sign_in, supplement, tracking

app_name = "portal"
_DRAFT = "nop/ho-so/<uuid:id>/"
urlpatterns = [
    path("", browse.home, name="home"),
    path("thu-tuc/", browse.search, name="search"),
    path("linh-vuc/", browse.domains, name="domains"),
    path("co-quan/", browse.agencies, name="agencies"),
    path("co-quan/<slug:key>/", browse.agency, name="agency"),
    path("co-quan/<slug:key>/niem-yet.pdf", browse.agency_booklet, name="agency_booklet"),
    path("thu-tuc/<str:code>/", catalogue.procedure, name="procedure"),
    path("thu-tuc/<str:code>/ma-qr.svg", catalogue.procedure_qr, name="procedure_qr"),
    path("thu-tuc/<str:code>/to-roi.pdf", catalogue.procedure_sheet, name="procedure_sheet"),
    path("nop/<str:code>/", filing.start, name="start"),
    path(_DRAFT + "da-nop/", filing.sent, name="sent"),
    path(_DRAFT + "giay-to/<slug:component>/", papers.paper, name="paper"),
    path(_DRAFT + "<slug:page>/", filing.page, name="page"),
    path("cua-toi/", mine.mine, name="mine"),
    path("cua-toi/<uuid:id>/", mine.one, name="one"),
    path("cua-toi/<uuid:id>/rut/", mine.withdraw, name="withdraw"),
    path("cua-toi/<uuid:id>/xoa/", mine.discard, name="discard"),
    path("cua-toi/<uuid:id>/phieu/<uuid:slip>.pdf", mine.slip, name="slip"),
    path("cua-toi/<uuid:id>/tep/<uuid:file>/", mine.file, name="file"),
    path("cua-toi/<uuid:id>/bo-sung/", supplement.supplement, name="supplement"),
    path("cua-toi/<uuid:id>/bo-sung/<slug:component>/", supplement.paper, name="supplement_paper"),
    path("tra-cuu/", tracking.find, name="find"),
    path("t/<str:secret>/", tracking.track, name="track"),
    path("t/<str:secret>/cach-tinh/", tracking.reckoning, name="reckoning"),
    path("t/<str:secret>/cach-tinh.json", tracking.reckoning_data, name="reckoning_data"),
    path("dang-nhap/", sign_in.sign_in, name="sign_in"),
    path("dang-nhap/ma/", sign_in.second_factor, name="second_factor"),
    path("dang-xuat/", sign_in.sign_out, name="sign_out"),
    path("ngon-ngu/", sign_in.language, name="language"),
]
