"""What `manage.py check --deploy` looks for in the database."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

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
