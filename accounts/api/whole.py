"""Lists told whole, as one file, instead of in pages."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView


class WholeListRenderer(BaseRenderer):
    """A form in which a list is told whole. Which there are, `settings.API_LIST_FORMS` says: they are made above."""

    @abstractmethod
    def answer(self, view: Any) -> HttpResponseBase:
        """All that the list's filters leave, for whoever asks. Raises `APIException` before anything is sent."""


def is_told_whole(view: APIView) -> bool:
    """Whether the list that is asked for is to be one file."""
    return isinstance(getattr(view.request, "accepted_renderer", None), WholeListRenderer)


class AsTheAddressSays(BaseContentNegotiation):
    """The one form that an address has, whatever else is accepted: browsers and spreadsheets ask for pages."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        only = next(iter(renderers))
        return only, str(only.media_type)
