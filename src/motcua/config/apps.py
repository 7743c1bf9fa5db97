"""Start-up of the whole: connects events to the areas that react to them."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Settings, urls and wiring."""

    name = "motcua.config"
    label = "config"

    def ready(self) -> None:
        """Install the reactions, and let a demonstration run ahead where it is to."""
        from django.conf import settings

        from motcua.config.wiring import REACTIONS
        from motcua.journal import events
        from motcua.kit import clock

        events.install(REACTIONS)
        clock.run_ahead(settings.MOTCUA_DAYS_AHEAD)
