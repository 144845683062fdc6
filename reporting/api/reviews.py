"""Sealed reviews, their lines with the proof of each, and the text that a seal is made of."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.includes import related
from accounts.api.parameters import refuse_other_parameters
from accounts.api.renderers import PlainJsonRenderer
from accounts.api.viewsets import VisibleViewSet
from accounts.querysets import Asker
from aims.api import seen
from aims.api.serializers import ReviewPeriodSerializer
from reporting.api.lines import NO_KEY, LineSerializer
from reporting.api.sealed import ReviewSerializer, SealSerializer
from reporting.choices import LineKind
from reporting.filters import LineFilter, ReviewFilter
from reporting.models import Review, SealedLine
from reporting.selectors.told_reviews import told_reviews

REFERENCE: Final = "[-a-zA-Z0-9_]{1,80}(?::[1-9][0-9]{0,3})?"
KEY: Final = "[-a-zA-Z0-9_.]{1,80}(?:/[-a-zA-Z0-9_.]{1,80})?"


def in_path(name: str, pattern: str, example: str, help_text: str) -> OpenApiParameter:
    """A part of an address, as OpenAPI tells it."""
    schema = {"type": "string", "pattern": f"^{pattern}$", "examples": [example]}
    return OpenApiParameter(name, schema, OpenApiParameter.PATH, description=help_text)


PERIOD: Final = in_path(
    "period",
    REFERENCE,
    "2026-27-h1",
    "The review of this half year that stands, by the slug of its period; with a colon and its number, `2026-27-h1:1`, "
    "the one that was sealed first, also where another took its place.",
)
KIND: Final = OpenApiParameter(
    "kind", str, OpenApiParameter.PATH, enum=LineKind.values, description="What the line tells of."
)
LINE_KEY: Final = in_path(
    "key", KEY, "1.1.1", "The line's key within its kind. The lines of the review and of the strategy have `-`."
)


def review_named(reference: str, user: Asker) -> Review:
    """The review of that reference, with its stage; `Http404` where there is none for this person. One query."""
    found: Review = get_object_or_404(Review.objects.visible_to(user).named(reference).with_stage())
    return found


@extend_schema_view(retrieve=extend_schema(parameters=[PERIOD]))
class ReviewViewSet(VisibleViewSet[Review]):
    """The Board's sealed reports, each on a half year. Signed out and for partners, those that were published.

    A review that was opened again is kept with its seal: whoever saw it finds it by its reference.
    """

    queryset = Review.objects.all()
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilter
    orderings = {
        "as_at": "as_at",
        "sealed_at": "sealed_at",
        "agreed_on": "agreement__agreed_on",
        "published_at": "publication__published_at",
    }
    includes = {"period": related("period", seen.periods, ReviewPeriodSerializer, "The review period.")}
    lookup_url_kwarg = "period"
    lookup_value_regex = REFERENCE
    cursor_key = "pk"

    def get_queryset(self) -> QuerySet[Review]:
        return told_reviews(self.request.user)

    def get_object(self) -> Review:
        rows: Any = self.filter_queryset(self.get_queryset())
        found: Review = get_object_or_404(rows.named(self.kwargs["period"]))
        return found


@extend_schema_view(
    list=extend_schema(operation_id="reviews_lines_list", summary="List the lines of a review", parameters=[PERIOD]),
    retrieve=extend_schema(
        operation_id="reviews_lines_read", summary="One line of a review", parameters=[PERIOD, KIND, LINE_KEY]
    ),
)
class LineViewSet(VisibleViewSet[SealedLine]):
    """The lines of a sealed review in their order: all that it tells, with what proves that it was told so.

    The exempt part is for the Board, the office and whoever answers for the activity.
    """

    queryset = SealedLine.objects.all()
    serializer_class = LineSerializer
    filterset_class = LineFilter
    cursor_key = "position"

    @cached_property
    def review(self) -> Review:
        """The review that the address names."""
        return review_named(self.kwargs["period"], self.request.user)

    def get_queryset(self) -> QuerySet[SealedLine]:
        lines: Any = self.review.lines
        readable: QuerySet[SealedLine] = lines.with_readable_exempt(self.request.user, timezone.localdate())
        return readable.prefetch_related("errata")

    def get_object(self) -> SealedLine:
        key = self.kwargs["key"]
        rows = self.filter_queryset(self.get_queryset())
        return get_object_or_404(rows, kind=self.kwargs["kind"], key="" if key == NO_KEY else key)


class ManifestRenderer(BaseRenderer):
    """The text that is hashed, byte for byte."""

    media_type = "text/plain"
    format = "txt"
    charset = "utf-8"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        text: str = data["text"]
        return text.encode()


class SealView(APIView):
    """How the seal of a review is made: the text whose SHA-256 it is, as JSON or, accepting text/plain, by itself.

    Each row is the hash of a line and what the line is of; the first chains it to the review that was sealed before.
    At `seal.txt` the text is there without an Accept header.
    """

    permission_classes = [AllowAny]
    renderer_classes = [PlainJsonRenderer, ManifestRenderer]

    @extend_schema(
        operation_id="reviews_seal_read",
        summary="The text that a seal is made of",
        parameters=[PERIOD],
        responses={(200, "application/json"): SealSerializer, (200, "text/plain"): OpenApiTypes.STR},
    )
    def get(self, request: Request, period: str) -> Response:
        refuse_other_parameters(request.query_params, ())
        review = review_named(period, request.user)
        return Response(SealSerializer(review, context={"request": request}).data)


@extend_schema_view(get=extend_schema(exclude=True))
class SealTextView(SealView):
    """The same text at an address of its own, for `sha256sum`."""

    renderer_classes = [ManifestRenderer]
