"""What `manage.py check --deploy` looks for in the database that keeps the sealed reviews."""

from typing import Any

from django.conf import settings
from django.core.checks import WARNING, CheckMessage, Tags, register
from django.db import DatabaseError, connection

OWNS_WHAT_IS_SEALED = CheckMessage(
    WARNING,
    "The application runs as the owner of the sealed tables, who can put their triggers aside.",
    hint="Let another role run it: docs/seal.md, “Two roles in the database”.",
    id="reporting.W001",
)
QUESTION = "SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass(%s)"


@register(Tags.security, deploy=True)
def another_role_owns_what_is_sealed(**kwargs: Any) -> list[CheckMessage]:
    """Warn in production while the application's role could alter sealed rows; a superuser is member of every role."""
    if settings.MODE != "production":
        return []
    try:
        return [OWNS_WHAT_IS_SEALED] if owns_what_is_sealed() else []
    except DatabaseError:
        return []


def owns_what_is_sealed() -> bool:
    """Whether this connection's role owns the sealed lines, itself or as a member. One query."""
    with connection.cursor() as cursor:
        cursor.execute(QUESTION, ["reporting_sealedline"])
        found = cursor.fetchone()
    return bool(found and found[0])
