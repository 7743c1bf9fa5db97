"""Application `portal`."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Area portal."""

    name = "motcua.portal"
    label = "portal"
