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
    UpdateSerializer,
)
from aims.filters import ActivityFilter, AimFilter, ObjectiveFilter, PeriodFilter, UpdateFilter
from aims.models import Aim, KeyActivity, Objective, ProgressUpdate, ReviewPeriod
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


class UpdateViewSet(VisibleViewSet[ProgressUpdate]):
    """What owners reported and approvers signed off. Signed out, that of published reviews."""

    queryset = ProgressUpdate.objects.all()
    serializer_class = UpdateSerializer
    filterset_class = UpdateFilter
    lookup_field = "id"
    lookup_value_regex = "[1-9][0-9]{0,17}"

    def get_queryset(self) -> QuerySet[ProgressUpdate]:
        asker, on = self.request.user, timezone.localdate()
        visible = ProgressUpdate.objects.visible_to(asker, on).approved().of_strategy_in_force()
        return visible.with_restricted_text(asker, on).select_related("activity__owner", "period")
