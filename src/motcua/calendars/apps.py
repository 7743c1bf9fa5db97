"""Application `calendars`."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """Area calendars."""

    name = "motcua.calendars"
    label = "calendars"
