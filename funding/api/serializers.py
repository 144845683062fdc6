"""What the API says of funding. Money is a string of pounds, so that no reader rounds it."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.api.serializers import address_of
from funding.api import examples
from funding.api.words import MEANINGS, WORDS
from funding.choices import ReturnStage
from funding.models import Allocation, FundingReturn, FundingStream
from funding.models.returns import AMOUNTS

POUNDS = "GBP"


class InPounds(serializers.Serializer[Any]):  # no docstring: the schema would say it of every heir
    currency = serializers.SerializerMethodField(help_text="The currency of every sum here, as ISO 4217 writes it.")

    @extend_schema_field({"type": "string", "const": POUNDS})
    def get_currency(self, row: Any) -> str:
        return POUNDS


def told_sum(help_text: str, **options: Any) -> serializers.DecimalField:
    """A sum that `told_streams` has worked out for whoever asks."""
    return serializers.DecimalField(14, 2, read_only=True, help_text=help_text, **options)


@extend_schema_serializer(examples=[examples.STREAM])
class FundingStreamSerializer(InPounds, serializers.ModelSerializer[FundingStream]):
    award = told_sum("The sum awarded, in pounds and pence, as a string.", source="told_award")
    over_programming = told_sum(
        "What may be allocated beyond the award; null where it is not told.",
        source="told_over_programming",
        allow_null=True,
    )
    allocated = told_sum(
        "What is allocated to activities and objectives; null where it is not told.",
        source="told_allocated",
        allow_null=True,
    )
    unallocated = told_sum(
        "What is left of award and over-programming; null where it is not told.",
        source="told_unallocated",
        allow_null=True,
    )
    funder = serializers.SlugRelatedField[FundingStream](
        slug_field="slug",
        read_only=True,
        allow_null=True,
        help_text="The organisation that funds it, by its slug; null where it is not known.",
    )
    url = address_of("api-funding-stream-detail", "code")

    class Meta:
        model = FundingStream
        fields: ClassVar = [
            "code",
            "name",
            "award",
            "over_programming",
            "allocated",
            "unallocated",
            "currency",
            "source_note",
            "data_note",
            "funder",
            "spend_kind",
            "starts_year",
            "ends_year",
            "url",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "code": {"help_text": "Its reference."},
            "name": {"help_text": "Its name."},
            "spend_kind": {"help_text": "What the award may pay for; null where it is not known."},
            "starts_year": {"help_text": "The first year; null where it is not known."},
            "ends_year": {"help_text": "The last year; null where it is not known."},
        }


@extend_schema_serializer(examples=[examples.ALLOCATION])
class AllocationSerializer(InPounds, serializers.ModelSerializer[Allocation]):
    stream = serializers.SlugRelatedField[Allocation](
        slug_field="code", read_only=True, help_text="The funding stream that it is taken from, by its code."
    )
    activity = serializers.SlugRelatedField[Allocation](
        slug_field="number",
        read_only=True,
        allow_null=True,
        help_text="The key activity that it is for, by its number; null where it is not traced to one.",
    )
    objective = serializers.SlugRelatedField[Allocation](
        slug_field="number",
        read_only=True,
        allow_null=True,
        help_text="The objective that it is for while it is not broken down, by its number; else null.",
    )
    url = address_of("api-allocation-detail", "id")

    class Meta:
        model = Allocation
        fields: ClassVar = ["id", "stream", "activity", "objective", "amount", "currency", "allocated_at", "url"]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "id": {"help_text": "Its own number; another amount is another allocation."},
            "amount": {"help_text": "The sum, in pounds and pence, as a string."},
            "allocated_at": {"help_text": "When it was recorded."},
        }


@extend_schema_serializer(examples=[examples.FUNDING_RETURN])
class FundingReturnSerializer(InPounds, serializers.ModelSerializer[FundingReturn]):
    stream = serializers.SlugRelatedField[FundingReturn](
        slug_field="code", read_only=True, help_text=MEANINGS["stream"]
    )
    stage = serializers.ChoiceField(choices=ReturnStage.choices, read_only=True, help_text=MEANINGS["stage"])
    reported_by = serializers.SlugField(
        source="via.organisation.slug", read_only=True, allow_null=True, default=None, help_text=MEANINGS["reported_by"]
    )
    url = address_of("api-funding-return-detail", "id")

    class Meta:
        model = FundingReturn
        fields: ClassVar = [
            "id",
            "stream",
            "month",
            "revision",
            "stage",
            "reported_by",
            *AMOUNTS,
            "currency",
            "rating",
            "note",
            "warning_reason",
            "return_note",
            "submitted_at",
            "approved_at",
            "url",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = WORDS
