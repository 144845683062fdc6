from importlib import import_module

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    """The composition: it holds no models, only settings, addresses and the local services."""

    name = "wmca_tracker"
    verbose_name = "WMCA strategy tracker"

    def ready(self) -> None:
        """Register the deploy check."""
        import_module("wmca_tracker.checks")
