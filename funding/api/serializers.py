"""What the API says of funding. Money is a string of pounds, so that no reader rounds it."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.api.serializers import address_of
from funding.models import FundingStream

POUNDS = "GBP"


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "stream",
            value={
                "code": "A",
                "name": "City Region Sustainable Transport Settlement",
                "award": "1050000000.00",
                "currency": "GBP",
                "source_note": "",
                "data_note": "Printed as leveraged 2017-2021: what was secured, not what is allocated or spent.",
                "funder": None,
                "spend_kind": None,
                "starts_year": None,
                "ends_year": None,
                "url": "https://tracker.example/api/v1/funding-streams/A/",
            },
        )
    ]
)
class FundingStreamSerializer(serializers.ModelSerializer[FundingStream]):
    currency = serializers.SerializerMethodField(help_text="The currency of the award, as ISO 4217 writes it.")
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
            "award": {"help_text": "The sum awarded, in pounds and pence, as a string."},
            "spend_kind": {"help_text": "What the award may pay for; null where it is not known."},
            "starts_year": {"help_text": "The first year; null where it is not known."},
            "ends_year": {"help_text": "The last year; null where it is not known."},
        }

    @extend_schema_field({"type": "string", "const": POUNDS})
    def get_currency(self, stream: FundingStream) -> str:
        return POUNDS
