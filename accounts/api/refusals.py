"""Refusals beyond Django REST framework's own. Each names its kind in the catalogue of errors by its code.

Without words of its own a refusal says the remedy that the catalogue has for its kind.
"""

from __future__ import annotations

from rest_framework.exceptions import APIException


class Refusal(APIException):
    """An error of one kind."""

    default_detail = ""


class InvalidKey(Refusal):
    """The key is unknown, revoked or expired, or its person cannot sign in any more: nobody is told which."""

    status_code = 401
    default_code = "invalid-key"
    auth_header = 'Bearer realm="api", error="invalid_token"'


class KeyInAddress(Refusal):
    """A key was sent where logs and histories keep it."""

    status_code = 400
    default_code = "key-in-address"


class Conflict(Refusal):
    """It cannot be done as things stand; the detail says why."""

    status_code = 409
    default_code = "conflict"


class InFlight(Refusal):
    """The first request with this `Idempotency-Key` is still being answered."""

    status_code = 409
    default_code = "request-in-flight"
    wait = 1  # second, told as Retry-After


class PreconditionFailed(Refusal):
    """The item has changed since the state that the request names."""

    status_code = 412
    default_code = "precondition-failed"


class TooLarge(Refusal):
    """The body is larger than any that is taken."""

    status_code = 413
    default_code = "content-too-large"


class KeyUsedDifferently(Refusal):
    """The `Idempotency-Key` was sent before with another request."""

    status_code = 422
    default_code = "idempotency-key-reused"


class Incomplete(Refusal):
    """What the body says cannot stand; `problems` says what to do, by field name."""

    status_code = 422
    default_code = "incomplete"

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__()
        self.problems = problems


class PreconditionRequired(Refusal):
    """A change has to say which state of the item it was made from."""

    status_code = 428
    default_code = "precondition-required"


class TooManyRequests(Refusal):
    """The limit of this key, person or address is reached; `wait` is in whole seconds."""

    status_code = 429
    default_code = "too-many-requests"

    def __init__(self, wait: int) -> None:
        super().__init__(f"Wait {wait} second{'' if wait == 1 else 's'}, then send the request again.")
        self.wait = wait


class LimitsAway(Refusal):
    """Redis is away, and writes are not let through uncounted."""

    status_code = 503
    default_code = "unavailable"
    wait = 30
