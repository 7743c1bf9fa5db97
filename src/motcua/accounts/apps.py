"""Application `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Area accounts."""

    name = "motcua.accounts"
    label = "accounts"
