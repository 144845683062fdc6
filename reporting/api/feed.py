"""The change feed: what happened, in order, for whoever keeps a copy or waits for an answer."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.reverse import reverse

from accounts.api.viewsets import VisibleViewSet
from accounts.models import User
from aims.models import Event
from reporting.filters import ChangeFilter
from reporting.selectors.feed import feed_for

SERVED = ("updates", "date-changes", "funding-streams", "activities", "objectives", "reviews", "periods", "owners")
OF_PERSONS = {"name", "email"}
FEED_NAMES = "The field names of what changed, and their values"

EXAMPLE = OpenApiExample(
    "change",
    value={
        "position": 4711,
        "at": "2026-10-12T10:00:00+01:00",
        "kind": "update.approved",
        "reference": "updates/12",
        "activity": "1.1.1",
        "objective": None,
        "milestone": None,
        "period": "2026-27-h1",
        "reported_by": "birmingham-city-council",
        "before": None,
        "after": None,
        "url": "https://tracker.example/api/v1/updates/12/",
    },
)


@extend_schema_serializer(examples=[EXAMPLE])
class ChangeSerializer(serializers.ModelSerializer[Event]):
    position = serializers.IntegerField(
        read_only=True,
        min_value=1,
        help_text="Its place in the feed. Events that are not for you leave holes; what is told is always in order.",
    )
    reference = serializers.SerializerMethodField(
        help_text="What to read again: its list and its reference there. Null where the API does not tell of it."
    )
    activity = serializers.SlugRelatedField[Event](
        slug_field="number",
        read_only=True,
        allow_null=True,
        help_text="The key activity that it is about, by its number.",
    )
    objective = serializers.SlugRelatedField[Event](
        slug_field="number", read_only=True, allow_null=True, help_text="The objective that it is about, by its number."
    )
    milestone = serializers.IntegerField(
        source="milestone.position",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="The milestone of the activity that it is about, by its place.",
    )
    period = serializers.SlugRelatedField[Event](
        slug_field="slug", read_only=True, allow_null=True, help_text="The review period that it is about, by its slug."
    )
    reported_by = serializers.SlugField(
        source="via.organisation.slug",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="The organisation that did it through the API, by its slug; null where a person or the tracker did.",
    )
    before = serializers.SerializerMethodField(help_text=f"{FEED_NAMES} before. Null for all but the office.")
    after = serializers.SerializerMethodField(help_text=f"{FEED_NAMES} now. Null for all but the office.")
    url = serializers.SerializerMethodField(help_text="The address of what the reference names; null without one.")

    class Meta:
        model = Event
        fields: ClassVar = [
            "position",
            "at",
            "kind",
            "reference",
            "activity",
            "objective",
            "milestone",
            "period",
            "reported_by",
            "before",
            "after",
            "url",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "at": {"help_text": "When it happened."},
            "kind": {"help_text": "What happened."},
        }

    def get_reference(self, event: Event) -> str | None:
        return reference_of(event)

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_url(self, event: Event) -> str | None:
        reference = reference_of(event)
        if not reference:
            return None
        return f"{self._root}{reference}/"

    @cached_property
    def _root(self) -> str:
        return str(reverse("api-root", request=self.context["request"]))

    @extend_schema_field({"type": ["object", "null"], "additionalProperties": True})
    def get_before(self, event: Event) -> dict[str, Any] | None:
        return self._values(event.before)

    @extend_schema_field({"type": ["object", "null"], "additionalProperties": True})
    def get_after(self, event: Event) -> dict[str, Any] | None:
        return self._values(event.after)

    def _values(self, values: dict[str, Any]) -> dict[str, Any] | None:
        user: User = self.context["request"].user
        if not (user.is_authenticated and user.keeps_the_round):
            return None
        return {name: value for name, value in values.items() if name not in OF_PERSONS}


def reference_of(event: Event) -> str | None:
    """The most telling thing that an event is about, as the API's addresses name it."""
    named = event.reference if event.reference.startswith(SERVED) else ""
    return next((found for found in (_written(event), named, _subject(event)) if found), None)


def _written(event: Event) -> str:
    if event.update_id:
        return f"updates/{event.update_id}"
    if event.date_change_id:
        return f"date-changes/{event.date_change_id}"
    if event.milestone and event.activity:
        return f"milestones/{event.activity.number}/{event.milestone.position}"
    return ""


def _subject(event: Event) -> str:
    if event.activity:
        return f"activities/{event.activity.number}"
    if event.objective:
        return f"objectives/{event.objective.number}"
    if event.period:
        return f"{'reviews' if event.kind.startswith('review.') else 'periods'}/{event.period.slug}"
    return f"owners/{event.owner.slug}" if event.owner else ""


class ChangeViewSet(VisibleViewSet[Event]):
    """What happened, in an order that never changes: read on from the position that the last answer gave as `next`.

    Each event within its audience: to anyone what was published and changes of the strategy; to a partner also what
    concerns its own organisation; to staff and the Board the round. Nobody's drafts, notes or names.
    """

    queryset = Event.objects.none()
    serializer_class = ChangeSerializer
    filterset_class = ChangeFilter
    lookup_field = cursor_key = "position"

    def get_queryset(self) -> QuerySet[Event]:
        rows = feed_for(self.request.user, timezone.localdate())
        return rows.select_related("activity", "objective", "milestone", "period", "owner", "via__organisation")
