"""Requests that name themselves: sent twice, they have one effect and get the same answer (`Idempotency-Key`).

The answer is kept in the transaction of the effect. Whoever dies halfway leaves neither, so that the request can be
sent again; whoever comes while the first is still at work is told so at once.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.refusals import InFlight, KeyUsedDifferently
from accounts.models import AnsweredRequest, ApiKey

HEADER = "Idempotency-Key"
FORM = re.compile(r"[!-~]{1,255}")
KEPT_HEADERS = ("Location", "Content-Location", "ETag", "Content-Type")
LARGEST = 2**63 - 1


def answered_once(request: Request, answer: Callable[[], Response]) -> Response:
    """The kept answer of this request, or the one that `answer` makes now, kept with its effect.

    Without the header the request is simply answered, in a transaction of its own. Errors are not kept: they had no
    effect, and the request may be mended and sent again with the same key.
    """
    key = request.headers.get(HEADER)
    if key is not None and not FORM.fullmatch(key):
        raise ParseError(f"{HEADER} takes from 1 to 255 visible characters of ASCII.")
    with transaction.atomic():
        if key is None:
            return answer()
        _take_turn(request, key)
        kept = _kept(request, key)
        if kept:
            return _again(request, kept)
        made = answer()
        _keep(request, key, made, timezone.now())
        return made


def turn_of(asker: tuple[Any, int | None], key: str) -> int:
    """The advisory lock of whoever is at work on the request of this asker (person, key for programs) and name."""
    digest = hashlib.blake2b(f"{asker} {key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % LARGEST


def _take_turn(request: Request, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [turn_of(_asker(request), key)])
        if not cursor.fetchone()[0]:
            raise InFlight


def _asker(request: Request) -> tuple[Any, int | None]:
    return request.user.pk, request.auth.pk if isinstance(request.auth, ApiKey) else None


def _kept(request: Request, key: str) -> AnsweredRequest | None:
    asker, via = _asker(request)
    return AnsweredRequest.objects.filter(asker=asker, via=via, key=key).first()


def _again(request: Request, kept: AnsweredRequest) -> Response:
    if kept.fingerprint != fingerprint(request):
        raise KeyUsedDifferently
    return Response(json.loads(kept.body), status=kept.status, headers=kept.headers)


def _keep(request: Request, key: str, made: Response, now: datetime) -> None:
    asker, via = _asker(request)
    headers = {name: made.headers[name] for name in KEPT_HEADERS if name in made.headers}
    AnsweredRequest.objects.create(
        asker_id=asker,
        via_id=via,
        key=key,
        fingerprint=fingerprint(request),
        status=made.status_code,
        headers=headers,
        body=JSONRenderer().render(made.data).decode(),
        at=now,
    )


def fingerprint(request: Request) -> str:
    """What makes two requests the same: method, address and the bytes of the body."""
    sent = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    sent.update(request._request.body)
    return sent.hexdigest()
