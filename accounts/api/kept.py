"""Answers that are kept for the readers who did not say who they are, under the state of the data that they tell.

The key holds PostgreSQL's snapshot: two statements with the same one see the same rows, so a kept answer can never be
older than what stands. Whoever is in a transaction that has written sees more than the snapshot says, and is answered
anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

STATE = "SELECT pg_current_snapshot()::text, pg_current_xact_id_if_assigned() IS NULL"
KEPT = 60  # seconds
FORM, LINK = "application/json", "Link"


@dataclass(frozen=True, slots=True)
class Kept:
    """The bytes of an answer, and the headers that are its own."""

    content: bytes
    headers: dict[str, str]

    def answer(self) -> HttpResponse:
        return HttpResponse(self.content, content_type=FORM, headers=self.headers)


def kept_for_anyone(request: Request, make: Callable[[], Response]) -> HttpResponse | Response:
    """What this process keeps for readers that are not signed in, or what is made now; JSON, status 200."""
    key = None if request.user.is_authenticated else _key(request)
    if key is None:
        return make()
    found: Kept | None = caches["answers"].get(key)
    if found is None:
        made = make()
        links = {LINK: made.headers[LINK]} if LINK in made.headers else {}
        found = Kept(JSONRenderer().render(made.data), links)
        caches["answers"].set(key, found, KEPT)
    return found.answer()


def _key(request: Request) -> str | None:
    """The name of the answer; None where what the asker sees has no name."""
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        snapshot, is_nameable = cursor.fetchone()
    if not is_nameable:
        return None
    asked = f"{request.build_absolute_uri()} {timezone.localdate()} {snapshot}"
    return f"api-{hashlib.sha256(asked.encode()).hexdigest()[:32]}"
