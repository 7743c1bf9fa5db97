"""Application `journal`."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Area journal."""

    name = "motcua.journal"
    label = "journal"
