"""A letter as an e-mail: plain text and HTML, the same words in both."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse

from aims.models import Mail
from aims.selectors.letters import Letter


def message_of(mail: Mail, letter: Letter, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The message of a mail, with the same Message-ID at every attempt, so that one sent twice is known as one."""
    preferences = f"{settings.PUBLIC_URL}{reverse('mail-preferences')}"
    words = {"letter": letter, "site": settings.PUBLIC_URL, "preferences": preferences}
    headers = {
        "Message-ID": f"<strategy-tracker-mail-{mail.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",  # Exchange's own word for it: no out-of-office answers
    }
    if letter.may_be_turned_off:
        headers["List-Unsubscribe"] = f"<{preferences}>"
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=render_to_string("aims/mail/letter.txt", words),
        to=[letter.person.email],
        headers=headers,
        connection=connection,
    )
    message.attach_alternative(render_to_string("aims/mail/letter.html", words), "text/html")
    return message
