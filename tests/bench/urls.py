"""The project's addresses and a bare view behind the same middleware."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from wmca_tracker.urls import urlpatterns as product


def bare(request: HttpRequest) -> HttpResponse:
    """The least that a view can do."""
    return HttpResponse("ok")


urlpatterns = [path("bare/", bare), *product]
