"""Application `dossiers`."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """Area dossiers."""

    name = "motcua.dossiers"
    label = "dossiers"
