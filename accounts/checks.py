"""What `manage.py check --deploy` looks for in the database."""

from typing import Any

from django.conf import settings
from django.core.checks import WARNING, CheckMessage, Error, Tags, register
from django.db import DatabaseError
from django.utils import timezone

from accounts.models import ApiKey
from accounts.selectors import demonstration_exists

DEMONSTRATION_IN_PRODUCTION = Error(
    "This database holds the demonstration: invented progress, and accounts with a known password.",
    hint="Use an empty database in production, and load the strategy into it.",
    id="accounts.E001",
)


@register(Tags.security, deploy=True)
def no_demonstration_in_production(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a demonstration's accounts in production; where no database answers there is nothing to refuse."""
    if settings.MODE != "production":
        return []
    try:
        return [DEMONSTRATION_IN_PRODUCTION] if demonstration_exists() else []
    except DatabaseError:
        return []


@register(Tags.security, deploy=True)
def every_key_has_its_pepper(**kwargs: Any) -> list[CheckMessage]:
    """Tell of keys that nobody can ask with any more, since their pepper is not configured."""
    try:
        lost = ApiKey.objects.valid(timezone.localdate()).exclude(pepper__in=settings.API_KEY_PEPPERS)
        names = sorted(set(lost.order_by().values_list("pepper", flat=True)))
    except DatabaseError:
        return []
    told = f"Valid keys stand under peppers that API_KEY_PEPPERS does not name: {', '.join(names)}."
    hint = "They are refused. Name the pepper again, or revoke them and make others."
    return [CheckMessage(WARNING, told, hint=hint, id="accounts.W001")] if names else []
