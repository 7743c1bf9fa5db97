"""Start-up of the whole: connects events to the areas that react to them."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Settings, urls and wiring."""

    name = "motcua.config"
    label = "config"

    def ready(self) -> None:
        """Install the reactions."""
        from motcua.config.wiring import REACTIONS
        from motcua.journal import events

        events.install(REACTIONS)
