"""Application `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Area api."""

    name = "motcua.api"
    label = "api"
