"""Application `documents`."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Area documents."""

    name = "motcua.documents"
    label = "documents"
