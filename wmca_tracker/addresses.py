"""Addresses that can name nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

NUL = "\0"


class ReadableAddressMiddleware:
    """Answers an address that holds a NUL like one that does not exist: PostgreSQL refuses to look for such a text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if NUL in request.path:
            raise Http404
        return self.get_response(request)
