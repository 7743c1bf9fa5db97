"""Application `catalogue`."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Area catalogue."""

    name = "motcua.catalogue"
    label = "catalogue"
