"""The project's addresses, and bare views behind the same middleware."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from wmca_tracker.urls import urlpatterns as product


def bare(request: HttpRequest) -> HttpResponse:
    """The least that a view can do."""
    return HttpResponse("ok")


class BareView(APIView):
    """The least that a view of Django REST framework can do: it has the bytes of the answer that it stands for."""

    authentication_classes: Any = []
    permission_classes: Any = [AllowAny]
    throttle_classes: Any = []

    def get(self, request: Request, asked: str) -> HttpResponse:
        return HttpResponse(answer(request.get_full_path().removeprefix("/bare")), content_type="application/json")


@cache
def answer(path: str) -> bytes:
    """What the product says, asked once a process."""
    return Client(headers={"host": "127.0.0.1"}).get(path).getvalue()


urlpatterns = [path("bare/", bare), path("bare/<path:asked>", BareView.as_view()), *product]
