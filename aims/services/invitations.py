"""The mail that brings a new person in."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.core.mail import send_mail
from django.template.loader import render_to_string

from accounts.models import User

logger = logging.getLogger(__name__)


def send_invitation(*, person: User, password_url: str, sign_in_url: str) -> bool:
    """Send the links to sign in and to set a password; False where the mail server did not take it.

    Call it after the account is committed. The link holds until it is used, and as long as that of a new password.
    """
    context = {"person": person, "password_url": password_url, "sign_in_url": sign_in_url}
    words = render_to_string("aims/mail/invitation.txt", context)
    try:
        send_mail("Your account on the West Midlands strategy tracker", words, None, [person.email])
    except (SMTPException, OSError):
        logger.warning("The mail server did not take the invitation of person %s", person.pk)
        return False
    return True
