"""What holds for every answer below /api/, whoever made it."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import patch_cache_control, patch_vary_headers

from accounts.api.preconditions import tag_of
from wmca_tracker.api.catalogue import PROBLEM_JSON, problem_details, problem_with_status
from wmca_tracker.api.limits import limit_headers

API = "/api/"
OK = 200


class ProblemMiddleware:
    """Turns what Django itself refuses below /api/ into problem+json: no such address, CSRF, lock-outs, crashes.

    It stands first, so that it sees the answers of every other middleware too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith(API) and response.status_code >= 400 and isinstance(response, HttpResponse):
            _tell_problem(request, response)
        return response


def _tell_problem(request: HttpRequest, response: HttpResponse) -> None:
    if response.get("Content-Type", "").startswith(PROBLEM_JSON):
        return
    status = response.status_code
    details = problem_details(problem_with_status(status), request.path, status=status)
    response.content = json.dumps(details, ensure_ascii=False, separators=(",", ":")).encode()
    response["Content-Type"] = PROBLEM_JSON
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))


class EntityTagMiddleware(ConditionalGetMiddleware):
    """Strong entity tags below /api/: a reader who has the answer already gets 304.

    Answers differ by who asks: they are asked for again each time, and no shared cache keeps that of a session. What
    never changes says so itself. A list that is streamed has no tag: nobody knows its end when it begins.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not request.path.startswith(API):
            return response
        if "immutable" not in response.get("Cache-Control", ""):
            known = settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
            patch_cache_control(response, no_cache=True, **({"private": True} if known else {}))
            patch_vary_headers(response, ["Accept", "Authorization"])
        if request.method in ("GET", "HEAD") and isinstance(response, HttpResponse) and response.status_code == OK:
            response.headers.setdefault("ETag", tag_of(response.content))  # for HEAD what GET would say
        answer: HttpResponseBase = super().process_response(request, response)
        for name, value in limit_headers(request).items():  # last, since a 304 is an answer of its own
            answer.headers[name] = value
        return answer
