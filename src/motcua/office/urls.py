"""Addresses."""

from django.urls import path

from motcua.office import views

app_name = "office"
urlpatterns = [
    path("", views.figures, name="figures"),
    path("ho-so/", views.dossiers, name="dossiers"),
]
