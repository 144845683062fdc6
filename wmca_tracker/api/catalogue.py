"""Every kind of error that the API answers with; each type is an address that explains it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.encoding import escape_uri_path

PROBLEM_JSON: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of error: title never changes, remedy says what a client does about it."""

    slug: str
    status: int
    title: str
    remedy: str

    @property
    def address(self) -> str:
        """The page that explains it; also its type."""
        return reverse("api-problem", args=[self.slug])


INVALID_PARAMETER = Problem(
    "invalid-parameter",
    400,
    "A parameter is not valid",
    "Correct the parameters that errors names. Parameters that an operation does not list are refused, so that a "
    "misspelt filter never looks like an answer.",
)
INVALID_CURSOR = Problem(
    "invalid-cursor",
    400,
    "The cursor is not valid",
    "Start again from the list's first page, and follow the addresses in next and previous as they are.",
)
BAD_REQUEST = Problem(
    "bad-request", 400, "The request cannot be read", "Check the request against the description of the operation."
)
UNAUTHENTICATED = Problem(
    "sign-in-needed",
    401,
    "Sign in first",
    "Send a key as Authorization: Bearer <key>, or sign in; then send the request again.",
)
INVALID_KEY = Problem(
    "invalid-key",
    401,
    "The key is not valid",
    "Send the key as Authorization: Bearer <key>. It may have been revoked or have expired: the performance office "
    "makes another.",
)
KEY_IN_ADDRESS = Problem(
    "key-in-address",
    400,
    "The address holds a key",
    "Have the key revoked, since addresses are kept in logs and histories. Send the next one as Authorization: Bearer "
    "<key>, and nowhere else.",
)
FORBIDDEN = Problem(
    "not-allowed", 403, "You may not do this", "Ask the performance office for access, if your work needs it."
)
NOT_FOUND = Problem(
    "not-found",
    404,
    "There is nothing here for you",
    "Check the reference. What you may not see answers exactly like what does not exist.",
)
METHOD_NOT_ALLOWED = Problem(
    "method-not-allowed",
    405,
    "This address does not take that method",
    "The Allow header lists the methods that it takes.",
)
NOT_ACCEPTABLE = Problem(
    "not-acceptable",
    406,
    "No form that you accept",
    "Accept one of the forms that detail names, or leave the Accept header out. Lists are JSON and CSV.",
)
CONTENT_TOO_LARGE = Problem(
    "content-too-large", 413, "The body is too large", "Send at most 256 KiB: no field takes as much."
)
UNSUPPORTED_MEDIA_TYPE = Problem(
    "unsupported-media-type",
    415,
    "The body has a form that is not taken",
    "Send JSON, and say so: Content-Type: application/json.",
)
CONFLICT = Problem(
    "conflict",
    409,
    "It cannot be done as things stand",
    "Read the item again: the detail says what stands in the way.",
)
REQUEST_IN_FLIGHT = Problem(
    "request-in-flight",
    409,
    "The same request is being answered",
    "Wait a moment and send it again with the same Idempotency-Key: you then get the first one's answer.",
)
PRECONDITION_FAILED = Problem(
    "precondition-failed",
    412,
    "It has changed since you read it",
    "Read the item again, make your change on what stands now, and send its new ETag as If-Match.",
)
INCOMPLETE = Problem(
    "incomplete",
    422,
    "Something in the body has to be mended",
    "Correct what errors names: each pointer is a place in the body, each detail says what to do.",
)
IDEMPOTENCY_KEY_REUSED = Problem(
    "idempotency-key-reused",
    422,
    "This Idempotency-Key belongs to another request",
    "Make a new key for each request that is to have an effect; send a key again only with the same body.",
)
PRECONDITION_REQUIRED = Problem(
    "precondition-required",
    428,
    "Say which state you change",
    "Read the item first, and send its ETag as If-Match with the change.",
)
TOO_MANY_REQUESTS = Problem(
    "too-many-requests", 429, "Too many requests", "Wait as long as the Retry-After header says."
)
SERVER_ERROR = Problem(
    "server-error",
    500,
    "Something went wrong here",
    "Try again later. It has been recorded; nothing about the inside is told.",
)
UNAVAILABLE = Problem("unavailable", 503, "Not available just now", "Try again in a few minutes.")

CATALOGUE: Final = (
    INVALID_PARAMETER,
    INVALID_CURSOR,
    BAD_REQUEST,
    UNAUTHENTICATED,
    INVALID_KEY,
    KEY_IN_ADDRESS,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    CONFLICT,
    REQUEST_IN_FLIGHT,
    PRECONDITION_FAILED,
    CONTENT_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    INCOMPLETE,
    IDEMPOTENCY_KEY_REUSED,
    PRECONDITION_REQUIRED,
    TOO_MANY_REQUESTS,
    SERVER_ERROR,
    UNAVAILABLE,
)
_BY_SLUG = {kind.slug: kind for kind in CATALOGUE}
_BY_STATUS = {kind.status: kind for kind in reversed(CATALOGUE)} | {400: BAD_REQUEST}


def problem_named(slug: str) -> Problem | None:
    """The kind of error with that slug."""
    return _BY_SLUG.get(slug)


def problem_with_status(status: int) -> Problem:
    """The kind of error that stands for an HTTP status; statuses without their own share 400's and 500's."""
    return _BY_STATUS.get(status) or (SERVER_ERROR if status >= 500 else BAD_REQUEST)


def problem_details(
    kind: Problem, path: str, *, detail: str = "", status: int | None = None, errors: Sequence[Mapping[str, str]] = ()
) -> dict[str, Any]:
    """The members of RFC 9457; errors names each wrong parameter and says what is wrong with it."""
    body: dict[str, Any] = {
        "type": kind.address,
        "title": kind.title,
        "status": status or kind.status,
        "detail": detail or kind.remedy,
        "instance": escape_uri_path(path),
    }
    return body | ({"errors": list(errors)} if errors else {})
