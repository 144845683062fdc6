from importlib import import_module

from django.apps import AppConfig


class FundingConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "funding"

    def ready(self) -> None:
        """Register the access predicates under their permission names, once the models are there."""
        import_module("funding.access")
