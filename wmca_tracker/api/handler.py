"""How exceptions inside the API become problem+json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.api.parameters import WrongParameters
from accounts.api.refusals import Conflict, PreconditionFailed
from accounts.api.refusals import Incomplete as IncompleteBody
from aims.errors import AimsError, Incomplete, NotAllowed, Stale
from wmca_tracker.api.catalogue import (
    INCOMPLETE,
    INVALID_PARAMETER,
    NOT_ACCEPTABLE,
    NOT_FOUND,
    PROBLEM_JSON,
    problem_details,
    problem_named,
    problem_with_status,
)


def answer_with_problem(exception: Exception, context: dict[str, Any]) -> Response | None:
    """None where nobody foresaw it: Django then logs it, and the middleware answers 500."""
    told = _as_refusal(exception)
    response = exception_handler(told, context)
    if response is None:
        return None
    request: Request = context["request"]
    # Also where the client asked for YAML: an error is always JSON.
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), PROBLEM_JSON
    response.data = _details(told, response.status_code, request.path)
    response.status_code = response.data["status"]
    response.content_type = PROBLEM_JSON
    return response


def _as_refusal(exception: Exception) -> Exception:
    """A service's refusal as the API tells it; everything else as it is."""
    if isinstance(exception, Incomplete):
        return IncompleteBody(exception.problems)
    if isinstance(exception, Stale):
        return PreconditionFailed()
    if isinstance(exception, NotAllowed):
        return exceptions.PermissionDenied(exception.message)
    if isinstance(exception, AimsError):
        return Conflict(exception.message)
    return exception


def _details(exception: Exception, status: int, path: str) -> dict[str, Any]:
    if isinstance(exception, WrongParameters):
        errors = list(_parameter_errors(exception.detail))
        return problem_details(INVALID_PARAMETER, path, detail=errors[0]["detail"], errors=errors)
    if isinstance(exception, exceptions.ValidationError):
        return problem_details(INCOMPLETE, path, errors=list(_body_errors(exception.detail)))
    if isinstance(exception, IncompleteBody):
        return problem_details(INCOMPLETE, path, errors=list(_body_errors(exception.problems)))
    if isinstance(exception, exceptions.NotAcceptable):
        return problem_details(NOT_ACCEPTABLE, path, detail=f"Here there is: {_forms(exception)}.")
    kind = problem_named(getattr(exception, "default_code", "")) or problem_with_status(status)
    if kind is NOT_FOUND or not isinstance(exception, exceptions.APIException):
        return problem_details(kind, path, status=status)
    return problem_details(kind, path, detail=str(exception.detail), status=status)


def _forms(exception: exceptions.NotAcceptable) -> str:
    return ", ".join(str(renderer.media_type) for renderer in exception.available_renderers or ())


def _parameter_errors(detail: Any) -> Iterator[dict[str, str]]:
    """One entry a message, named by its query parameter."""
    for name, messages in detail.items():
        for message in messages:
            yield {"parameter": name, "detail": str(message)}


def _body_errors(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """One entry a message, with the JSON pointer (RFC 6901) of what it is about; the whole body's is empty."""
    if isinstance(detail, Mapping):
        for name, found in detail.items():
            yield from _body_errors(found, pointer if name == WHOLE else f"{pointer}/{_escaped(str(name))}")
    elif isinstance(detail, Sequence) and not isinstance(detail, str):
        for found in detail:
            yield from _body_errors(found, pointer)
    else:
        yield {"pointer": pointer, "detail": str(detail)}


WHOLE = "non_field_errors"


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
