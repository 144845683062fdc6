"""Refusals that the API adds to Django REST framework's own; each names its kind in the catalogue."""

from __future__ import annotations

from rest_framework.exceptions import APIException

from wmca_tracker.api import catalogue
from wmca_tracker.api.catalogue import Problem


class Refusal(APIException):
    """An error of one kind; without words of its own it says the kind's remedy."""

    kind: Problem

    def __init__(self, detail: str | None = None) -> None:
        self.status_code = self.kind.status
        self.default_code = self.kind.slug
        super().__init__(detail or self.kind.remedy, self.kind.slug)


class InvalidKey(Refusal):
    """The key is unknown, revoked or expired, or its person cannot sign in any more: nobody is told which."""

    kind = catalogue.INVALID_KEY
    auth_header = 'Bearer realm="api", error="invalid_token"'


class TooManyRequests(Refusal):
    """The limit of this key or address is reached; `wait` is in whole seconds."""

    kind = catalogue.TOO_MANY_REQUESTS

    def __init__(self, wait: int) -> None:
        super().__init__(f"Wait {wait} second{'' if wait == 1 else 's'}, then send the request again.")
        self.wait = wait


class LimitsAway(Refusal):
    """Redis is away, and writes are not let through uncounted."""

    kind = catalogue.UNAVAILABLE


class PreconditionRequired(Refusal):
    """A change has to say which state of the item it was made from."""

    kind = catalogue.PRECONDITION_REQUIRED


class PreconditionFailed(Refusal):
    """The item has changed since the state that the request names."""

    kind = catalogue.PRECONDITION_FAILED


class KeyUsedDifferently(Refusal):
    """The `Idempotency-Key` was sent before with another request."""

    kind = catalogue.IDEMPOTENCY_KEY_REUSED


class InFlight(Refusal):
    """The first request with this `Idempotency-Key` is still being answered."""

    kind = catalogue.REQUEST_IN_FLIGHT
