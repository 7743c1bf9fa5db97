"""Application of the technical parts: it owns the table of counted tries."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """Technical parts."""

    name = "motcua.kit"
    label = "kit"
