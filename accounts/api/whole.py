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
    """A form in which a list is told whole; its `format` is the end of its address.

    Which lists come in by the Accept header, `settings.API_LIST_FORMS` says: they are made in an app above.
    """

    @abstractmethod
    def answer(self, view: Any) -> HttpResponseBase:
        """All that the list's filters leave, for whoever asks. Raises `APIException` before anything is sent."""


def is_told_whole(view: APIView) -> bool:
    """Whether the list that is asked for is to be one file."""
    return isinstance(getattr(view.request, "accepted_renderer", None), WholeListRenderer)


class AsTheAddressSays(BaseContentNegotiation):
    """The form in which an address ends, else its only one, whatever is accepted: spreadsheets ask for pages."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        form = (request.parser_context or {})["kwargs"].get("form")
        found = next(one for one in renderers if form in (None, one.format))
        return found, str(found.media_type)
