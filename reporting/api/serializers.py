"""What the API says of the money behind the ratings."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.api.serializers import address_of
from funding.api.serializers import InPounds
from reporting.models import Summary

EXAMPLE = OpenApiExample(
    "funding total",
    value={
        "reference": "2026-27-h1:aim:1",
        "period": "2026-27-h1",
        "scope": "aim",
        "key": "1",
        "allocated": "412000000.00",
        "behind_red": "26000000.00",
        "behind_amber": "81500000.00",
        "rating_not_known": "0.00",
        "not_traced": "14000000.00",
        "currency": "GBP",
        "url": "https://tracker.example/api/v1/funding-totals/2026-27-h1:aim:1/",
    },
)


@extend_schema_serializer(examples=[EXAMPLE])
class FundingTotalSerializer(InPounds, serializers.ModelSerializer[Summary]):
    reference = serializers.CharField(read_only=True, help_text="Its reference: the period, the scope and the key.")
    period = serializers.SlugRelatedField[Summary](
        slug_field="slug", read_only=True, help_text="The review period whose ratings it stands behind, by its slug."
    )
    url = address_of("api-funding-total-detail", "reference")

    class Meta:
        model = Summary
        fields: ClassVar = [
            "reference",
            "period",
            "scope",
            "key",
            "allocated",
            "behind_red",
            "behind_amber",
            "rating_not_known",
            "not_traced",
            "currency",
            "url",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "scope": {"help_text": "What is summed over. Figures by place overlap; all others count a sum once."},
            "key": {"help_text": "The reference within the scope, such as an aim's number; empty for the strategy."},
            "allocated": {"help_text": "Allocated to the activities of the scope, in pounds and pence."},
            "behind_red": {"help_text": "Of it, what stands behind activities that are off track."},
            "behind_amber": {"help_text": "Of it, what stands behind activities that are at risk."},
            "rating_not_known": {"help_text": "Of it, what stands behind activities without an update that counts."},
            "not_traced": {"help_text": "Beside it, what is allocated to objectives only."},
        }
