"""The strategy's wording, its review periods and what was reported and signed off."""

from __future__ import annotations

from typing import cast

from django.db.models import QuerySet
from django.utils import timezone

from accounts.api.viewsets import Row, VisibleViewSet
from aims.api.serializers import (
    ActivitySerializer,
    AimSerializer,
    ObjectiveSerializer,
    ReviewPeriodSerializer,
)
from aims.filters import ActivityFilter, AimFilter, ObjectiveFilter, PeriodFilter
from aims.models import Aim, KeyActivity, Objective, ReviewPeriod
from aims.querysets import AimQuerySet, KeyActivityQuerySet, ObjectiveQuerySet


class NumberedViewSet(VisibleViewSet[Row]):
    """Parts of the strategy: lists hold what stands today, addresses also answer for what was retired."""

    lookup_field = "number"
    cursor_key = "order"

    def get_queryset(self) -> QuerySet[Row]:
        visible = super().get_queryset()
        if self.detail:
            return visible
        numbered = cast("AimQuerySet | ObjectiveQuerySet | KeyActivityQuerySet", visible)
        return cast("QuerySet[Row]", numbered.standing(timezone.localdate()))


class AimViewSet(NumberedViewSet[Aim]):
    """The aims of the strategy in force."""

    queryset = Aim.objects.all()
    serializer_class = AimSerializer
    filterset_class = AimFilter
    lookup_value_regex = "[0-9]+"


class ObjectiveViewSet(NumberedViewSet[Objective]):
    """The commitments under each aim."""

    queryset = Objective.objects.select_related("aim")
    serializer_class = ObjectiveSerializer
    filterset_class = ObjectiveFilter
    lookup_value_regex = r"[0-9]+\.[0-9]+"


class ActivityViewSet(NumberedViewSet[KeyActivity]):
    """What is done for each objective, and the post that answers for it."""

    queryset = KeyActivity.objects.select_related("objective", "owner").prefetch_related("places", "contributors")
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilter
    lookup_value_regex = r"[0-9]+\.[0-9]+\.[0-9]+"


class ReviewPeriodViewSet(VisibleViewSet[ReviewPeriod]):
    """The half-years under review. Signed out, the published ones; staff and the Board also see the others."""

    queryset = ReviewPeriod.objects.all()
    serializer_class = ReviewPeriodSerializer
    filterset_class = PeriodFilter
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
