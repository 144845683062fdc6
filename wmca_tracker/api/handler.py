"""How exceptions inside the API become problem+json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from wmca_tracker.api.catalogue import (
    INVALID_PARAMETER,
    NOT_FOUND,
    PROBLEM_JSON,
    problem_details,
    problem_named,
    problem_with_status,
)


def answer_with_problem(exception: Exception, context: dict[str, Any]) -> Response | None:
    """None where nobody foresaw it: Django then logs it, and the middleware answers 500."""
    response = exception_handler(exception, context)
    if response is None:
        return None
    request: Request = context["request"]
    # Also where the client asked for YAML: an error is always JSON.
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), PROBLEM_JSON
    response.data = _details(exception, response.status_code, request.path)
    response.content_type = PROBLEM_JSON
    return response


def _details(exception: Exception, status: int, path: str) -> dict[str, Any]:
    if isinstance(exception, exceptions.ValidationError):
        errors = list(_parameter_errors(exception.detail))
        return problem_details(INVALID_PARAMETER, path, detail=errors[0]["detail"], errors=errors)
    kind = problem_named(getattr(exception, "default_code", "")) or problem_with_status(status)
    if kind is NOT_FOUND or not isinstance(exception, exceptions.APIException):
        return problem_details(kind, path, status=status)
    return problem_details(kind, path, detail=str(exception.detail), status=status)


def _parameter_errors(detail: Any) -> Iterator[dict[str, str]]:
    """One entry a message, named by its query parameter."""
    for name, messages in detail.items():
        for message in messages:
            yield {"parameter": name, "detail": str(message)}
