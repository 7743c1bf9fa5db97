"""Application `organisation`."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Area organisation."""

    name = "motcua.organisation"
    label = "organisation"
