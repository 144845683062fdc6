"""How much a request may carry: refused by what it announces, before any of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from aims.models.evidence import MOST_BYTES

MOST_IN_A_REQUEST = MOST_BYTES + 2 * 1024 * 1024  # the largest file, and the form around it
MOST_READ_AWAY = 64 * 1024 * 1024
PIECE = 64 * 1024


class LargestRequestMiddleware:
    """Answers 413 to a request that announces more than the largest form; one that announces nothing is empty.

    The body of a somewhat larger one is read and thrown away first: a browser shows the answer only once it has sent
    what it began to send. Stands before whatever reads a form, the CSRF check among it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        announced = _announced(request)
        if announced <= MOST_IN_A_REQUEST:
            return self.get_response(request)
        if announced <= MOST_READ_AWAY:
            _read_away(request)
        context = {"back": request.path if request.user.is_authenticated else ""}
        return render(request, "413.html", context, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _announced(request: HttpRequest) -> int:
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(announced) if announced.isdecimal() and len(announced) < 20 else MOST_READ_AWAY + 1


def _read_away(request: HttpRequest) -> None:
    while request.read(PIECE):
        pass
