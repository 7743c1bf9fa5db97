"""Application `notifications`."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Area notifications."""

    name = "motcua.notifications"
    label = "notifications"
