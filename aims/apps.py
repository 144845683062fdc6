from django.apps import AppConfig


class AimsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "aims"

    def ready(self) -> None:
        """Register the access predicates under their permission names."""
        from aims import access  # noqa: F401  # models must be loaded first
