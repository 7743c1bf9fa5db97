"""Application `ops`."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """Area ops."""

    name = "motcua.ops"
    label = "ops"
