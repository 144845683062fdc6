from importlib import import_module

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "reporting"

    def ready(self) -> None:
        """Register the deploy check."""
        import_module("reporting.checks")
