"""Application `reporting`."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Area reporting."""

    name = "motcua.reporting"
    label = "reporting"
