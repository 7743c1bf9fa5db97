"""Application `desk`."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Area desk."""

    name = "motcua.desk"
    label = "desk"
