"""How often a key, a person or an address may ask: counted in Redis by one atomic step, whichever process answers.

A window begins with its first request and ends a minute later; within it `limit` requests pass and no more. Where
Redis is away, reading goes on uncounted and writing is refused: nobody writes without a limit.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Any

import redis
from django.conf import settings
from django.http import HttpRequest
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.api.refusals import LimitsAway, TooManyRequests
from accounts.models import ApiKey
from wmca_tracker.sign_in import client_address

if TYPE_CHECKING:
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)

WINDOW = 60  # seconds
COUNT = """
local used = redis.call('INCR', KEYS[1])
if used == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {used, redis.call('PTTL', KEYS[1])}
"""


@dataclass(frozen=True, slots=True)
class Used:
    """How much of a limit a request found used, itself counted; `resets_in` is in whole seconds."""

    limit: int
    count: int
    resets_in: int

    @property
    def remaining(self) -> int:
        """How many more may follow within the window."""
        return max(0, self.limit - self.count)

    @property
    def headers(self) -> dict[str, str]:
        """As the IETF's draft on RateLimit header fields writes them."""
        return {
            "RateLimit-Policy": f'"default";q={self.limit};w={WINDOW}',
            "RateLimit": f'"default";r={self.remaining};t={self.resets_in}',
        }


class RequestLimit(BaseThrottle):
    """The limit of whoever asks; what was counted is left on the request for the answer's headers."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        limit, asker = limit_of(request)
        try:
            used = _count(asker, limit)
        except redis.RedisError as error:
            if request.method not in SAFE_METHODS:
                raise LimitsAway from error
            logger.warning("Redis does not answer; reading goes on without limits")
            return True
        request._request.rate_limit = used  # type: ignore[attr-defined]  # read by EntityTagMiddleware
        if used.count > limit:
            raise TooManyRequests(used.resets_in)
        return True


def limit_of(request: Request) -> tuple[int, str]:
    """The limit that holds for this asker, and the name under which it is counted; addresses are not kept as such."""
    if isinstance(request.auth, ApiKey):
        return settings.API_LIMITS["key"], f"key:{request.auth.pk}"
    if request.user.is_authenticated:
        return settings.API_LIMITS["person"], f"person:{request.user.pk}"
    return _limit_of_address(request)


def count_stranger(request: Request) -> None:
    """Count a request with a key that is not valid against its address. Raises `TooManyRequests` past the limit."""
    limit, asker = _limit_of_address(request)
    with suppress(redis.RedisError):  # it is refused all the same
        used = _count(asker, limit)
        request._request.rate_limit = used  # type: ignore[attr-defined]  # read by EntityTagMiddleware
        if used.count > limit:
            raise TooManyRequests(used.resets_in)


def _limit_of_address(request: Request) -> tuple[int, str]:
    address = client_address(request._request)
    return settings.API_LIMITS["anyone"], f"from:{hashlib.sha256(str(address).encode()).hexdigest()[:32]}"


def _count(asker: str, limit: int) -> Used:
    count, left = _script()(keys=[f"wmca:limit:{asker}"], args=[WINDOW * 1000])
    return Used(limit, int(count), max(1, ceil(int(left) / 1000)))


@cache
def _script() -> Any:
    wait = settings.REDIS_TIMEOUT
    once_more = Retry(NoBackoff(), 1)  # at once: a Redis that was started again is met by a new connection
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=wait, socket_timeout=wait, retry=once_more)
    return client.register_script(COUNT)


def limit_headers(request: HttpRequest) -> dict[str, str]:
    """The headers of what was counted for a request; empty where nothing was."""
    used: Used | None = getattr(request, "rate_limit", None)
    return used.headers if used else {}
