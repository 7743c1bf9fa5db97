"""Addresses."""

from django.urls import path

from motcua.desk.views import apologies, dossier, intake, late, moves, queues, unlisted

app_name = "desk"
_DOSSIER = "ho-so/<uuid:id>/"
urlpatterns = [
    path("", queues.queue, name="queue"),
    path("cho-tiep-nhan/", queues.to_receive, name="to_receive"),
    path("cho-tra/", queues.to_return, name="to_return"),
    path("cho-bo-sung/", queues.awaiting, name="awaiting"),
    path("tre-han/", late.late, name="late"),
    path("thu-xin-loi/", apologies.waiting, name="letters"),
    path("ngoai-danh-muc/", unlisted.unlisted, name="unlisted"),
    path("tim/", queues.find, name="find"),
    path("tiep-nhan/", intake.choose, name="intake"),
    path("tiep-nhan/<str:code>/", intake.intake, name="intake_form"),
    path(_DOSSIER, dossier.dossier, name="dossier"),
    path(_DOSSIER + "nhan-viec/", dossier.take, name="take"),
    path(_DOSSIER + "so-dinh-danh/", dossier.reveal, name="reveal"),
    path(_DOSSIER + "cach-tinh-han.json", dossier.deadline, name="deadline"),
    path(_DOSSIER + "phieu-kiem-soat.pdf", dossier.control_sheet, name="control_sheet"),
    path(_DOSSIER + "phieu/<uuid:slip>.pdf", dossier.slip, name="slip"),
    path(_DOSSIER + "tep/<uuid:file>/", dossier.file, name="file"),
    path(_DOSSIER + "thu-xin-loi/<uuid:letter>/", apologies.letter, name="letter"),
    path(_DOSSIER + "ly-do-tre/", apologies.late_cause, name="late_cause"),
    path(_DOSSIER + "<slug:slug>/", moves.move, name="move"),
]
