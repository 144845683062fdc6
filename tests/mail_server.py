"""A real mail server on this machine, which can refuse, be slow and go away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from wmca_tracker.local.redis_server import free_port

HOST = "127.0.0.1"
OK = "250 OK"


class MailServer:
    """Takes what it is sent into `taken`, unless told otherwise: `refuses` holds an answer by recipient.

    `answer` is what it says to a message that it has read, `delay` the seconds before.
    """

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refuses: dict[str, str] = {}
        self.answer = OK
        self.delay = 0.0
        self.port = free_port()
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname=HOST, port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        time.sleep(self.delay)
        if self.answer == OK:
            content = envelope.content
            assert isinstance(content, bytes)
            message = message_from_bytes(content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
        return self.answer

    def addresses(self) -> list[str]:
        """Whom it took mail for, in order."""
        return [str(message["To"]) for message in self.taken]


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """The server that the tracker's mail goes to in this test."""
    server = MailServer()
    server.start()
    settings.MAIL = {"HOST": HOST}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = HOST, server.port, 60
    settings.PUBLIC_URL = "https://tracker.example"
    yield server
    server.stop()


def part_of(message: EmailMessage, kind: str) -> str:
    """The words of one of its alternatives, `plain` or `html`."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())
