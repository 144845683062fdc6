"""What `manage.py check --deploy` looks for in the settings of mail."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.http.request import validate_host

LINKS_LEAD_ASTRAY = Error(
    "PUBLIC_URL names a host that is not among ALLOWED_HOSTS: every link in a mail would be refused.",
    hint="Set PUBLIC_URL to the https:// address that people type.",
    id="wmca_tracker.E001",
)
NOBODY_IS_REMINDED = Info(
    "EMAIL_URL is not set: nobody is reminded or told of decisions by mail.",
    hint="Set EMAIL_URL, DEFAULT_FROM_EMAIL and PUBLIC_URL.",
    id="wmca_tracker.I001",
)


@register(Tags.security, deploy=True)
def mail_reaches_people_and_leads_back(**kwargs: Any) -> list[CheckMessage]:
    """Links in mails must be served here; without a mail server there are no mails."""
    if not settings.REMINDERS:
        return [NOBODY_IS_REMINDED]
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    return [] if validate_host(host, settings.ALLOWED_HOSTS) else [LINKS_LEAD_ASTRAY]
