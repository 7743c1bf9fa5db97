"""Addresses."""

from django.urls import path

from motcua.office.views import (
    announcements,
    calendar_notices,
    calendars,
    confirming,
    current,
    figures,
    imports,
    posting,
    proposals,
    recomputing,
    simulation,
    versions,
)

app_name = "office"
urlpatterns = [
    path("so-lieu/", figures.figures, name="figures"),
    path("so-lieu/ho-so/", figures.dossiers, name="dossiers"),
    path("so-lieu/mo-phong/", simulation.simulation, name="simulation"),
    path("cchc/thu-tuc/", confirming.queue, name="doubts"),
    path("cchc/thu-tuc/nhap/", imports.runs, name="imports"),
    path("cchc/thu-tuc/nhap/<uuid:id>/", imports.run, name="import"),
    path("cchc/thu-tuc/nhap/<uuid:id>/danh-sach/", imports.listed, name="import_list"),
    path("cchc/thu-tuc/nhap/<uuid:id>/bao-cao.json", imports.report, name="import_report"),
    path("cchc/thu-tuc/de-xuat/", proposals.proposals, name="proposals"),
    path("cchc/thu-tuc/de-xuat/<uuid:id>/", proposals.proposal, name="proposal"),
    path("cchc/thu-tuc/cap-nhat/", current.current, name="current"),
    path("cchc/thu-tuc/cap-nhat/danh-sach/", current.listed, name="current_list"),
    path("cchc/thu-tuc/<str:code>/xac-nhan/", confirming.confirm, name="confirm"),
    path("cchc/thu-tuc/<str:code>/phien-ban/", versions.versions, name="versions"),
    path("cchc/thu-tuc/<str:code>/phien-ban/<int:number>/", versions.version, name="version"),
    path("cchc/niem-yet/", posting.overview, name="boards"),
    path("cchc/niem-yet/<slug:key>/", posting.register, name="board"),
    path("cchc/niem-yet/<slug:key>/treo/", posting.put_up, name="board_put_up"),
    path("cchc/niem-yet/<slug:key>/kiem-tra/", posting.check, name="board_check"),
    path("cchc/niem-yet/<slug:key>/to-roi.pdf", posting.sheets, name="board_sheets"),
    path("cchc/niem-yet/<slug:key>/go/<uuid:id>/", posting.take_down, name="board_take_down"),
    path("cchc/cong-bo/", announcements.register, name="announcements"),
    path("cchc/cong-bo/moi/", announcements.record, name="announcement_new"),
    path("cchc/cong-bo/<uuid:id>/", announcements.one, name="announcement"),
    path("cchc/cong-bo/<uuid:id>/sua/", announcements.amend, name="announcement_amend"),
    path("cchc/lich/tinh-lai/", recomputing.runs, name="recomputations"),
    path("cchc/lich/tinh-lai/<uuid:id>/", recomputing.run, name="recomputation"),
    path("cchc/lich/tinh-lai/<uuid:id>/duyet/", recomputing.decide, name="recomputation_decide"),
    # Every address below cchc/lich/ that is no key of an agency stands before these.
    path("cchc/lich/", calendars.overview, name="calendars"),
    path("cchc/lich/<slug:key>/", calendars.year, name="calendar"),
    path("cchc/lich/<slug:key>/thong-bao/", calendars.notices, name="calendar_notices"),
    path("cchc/lich/<slug:key>/thong-bao/moi/", calendar_notices.record, name="calendar_notice_new"),
]
