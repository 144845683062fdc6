"""Milestones with the dates that were agreed, for whoever sees the round live."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_serializer
from rest_framework import serializers
from rest_framework.relations import HyperlinkedIdentityField
from rest_framework.reverse import reverse

from aims.filters import ACTIVITY
from aims.models import Milestone

PLACE = r"[1-9][0-9]{0,3}"
OF_STEP = OpenApiParameter(
    "activity",
    {"type": "string", "pattern": ACTIVITY},
    OpenApiParameter.PATH,
    description="The key activity, by its number: 1.1.1.",
)
PLACE_OF_STEP = OpenApiParameter(
    "position",
    {"type": "string", "pattern": f"^{PLACE}$"},
    OpenApiParameter.PATH,
    description="The milestone's place in the activity.",
)
EXAMPLE = OpenApiExample(
    "milestone",
    value={
        "reference": "1.1.1/2",
        "activity": "1.1.1",
        "position": 2,
        "title": "Business case approved",
        "baseline_date": "2026-06-30",
        "agreed_date": "2026-09-30",
        "moves": 1,
        "completed_on": None,
        "is_complete": False,
        "is_overdue": True,
        "retired_on": None,
        "url": "https://tracker.example/api/v1/milestones/1.1.1/2/",
    },
)


class MilestoneAddress(HyperlinkedIdentityField):
    """Its own address: below its activity's number, its place."""

    def get_url(self, obj: Any, view_name: str, request: Any, *form: Any) -> str:
        return reverse(view_name, args=[obj.activity.number, obj.position], request=request)


@extend_schema_serializer(examples=[EXAMPLE])
class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    reference = serializers.CharField(read_only=True, help_text="Its reference: the activity's number and its place.")
    activity = serializers.SlugRelatedField[Milestone](
        slug_field="number", read_only=True, help_text="The key activity that it is a step of, by its number."
    )
    agreed_date = serializers.DateField(
        read_only=True, allow_null=True, help_text="The date agreed last, else the baseline; null where there is none."
    )
    moves = serializers.IntegerField(read_only=True, min_value=0, help_text="How often a new date was agreed.")
    is_complete = serializers.BooleanField(read_only=True, help_text="Whether it was reached.")
    is_overdue = serializers.BooleanField(
        read_only=True, help_text="Whether its agreed date has passed, today, and it was not reached."
    )
    url = MilestoneAddress(view_name="api-milestone-detail", help_text="The address of this item.")

    class Meta:
        model = Milestone
        fields: ClassVar = [
            "reference",
            "activity",
            "position",
            "title",
            "baseline_date",
            "agreed_date",
            "moves",
            "completed_on",
            "is_complete",
            "is_overdue",
            "retired_on",
            "url",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "position": {"help_text": "Its place in the activity, never used again."},
            "title": {"help_text": "What is reached."},
            "baseline_date": {"help_text": "The date that was promised first; null where none was."},
            "completed_on": {"help_text": "The day on which it was reached; null until then."},
            "retired_on": {"help_text": "The day it was given up; null while it stands."},
        }
