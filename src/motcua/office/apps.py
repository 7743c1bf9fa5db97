"""Application `office`."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """Area office."""

    name = "motcua.office"
    label = "office"
