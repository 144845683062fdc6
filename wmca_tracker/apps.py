from django.apps import AppConfig


class TrackerConfig(AppConfig):
    """The composition: it holds no models, only settings, addresses and the local services."""

    name = "wmca_tracker"
    verbose_name = "WMCA strategy tracker"
