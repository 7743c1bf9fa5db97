"""Addresses of operations."""

from django.urls import path

from motcua.ops import views

app_name = "ops"
urlpatterns = [
    path("", views.health, name="health"),
    path("song/", views.alive, name="alive"),
]
