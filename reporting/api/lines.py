"""What the API says of a sealed line: what it tells, and all that proves it."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Final

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.reverse import reverse

from reporting.api import examples
from reporting.api.sealed import IS_ADDRESS, DigestField, ErratumSerializer, place_of
from reporting.models import SealedLine
from reporting.rules.seal import LineOfSeal, row_of

NO_KEY: Final = "-"  # stands in an address for the empty key: the review's own line and the strategy's have none
OBJECT: Final = {"type": "object", "additionalProperties": True}


class ProofSerializer(serializers.ModelSerializer[SealedLine]):
    public_text = serializers.CharField(
        source="public", read_only=True, help_text="The public part, byte for byte as it was hashed (UTF-8)."
    )
    exempt_text = serializers.CharField(
        source="readable_exempt",
        read_only=True,
        allow_null=True,
        help_text="The exempt part as it was hashed; null unless you may read it.",
    )
    salt = DigestField(
        source="readable_salt",
        read_only=True,
        allow_null=True,
        help_text="What goes before the exempt part when it is hashed; null unless you may read that part.",
    )
    public_hash = DigestField(read_only=True, help_text="The SHA-256 of the public text.")
    exempt_hash = DigestField(read_only=True, help_text="The SHA-256 of the salt directly followed by the exempt text.")
    hash = DigestField(
        read_only=True, help_text="The SHA-256 of the public hash directly followed by the exempt hash, as text."
    )
    row = serializers.SerializerMethodField(help_text="The line's row in the text whose SHA-256 is the seal.")
    manifest = serializers.SerializerMethodField(help_text="The address of that text.")
    seal = DigestField(source="review.seal", read_only=True, help_text="The seal of the review.")

    class Meta:
        model = SealedLine
        fields: ClassVar = [
            "public_text",
            "exempt_text",
            "salt",
            "public_hash",
            "exempt_hash",
            "hash",
            "row",
            "manifest",
            "seal",
        ]
        read_only_fields: ClassVar = fields

    @extend_schema_field(str)
    def get_row(self, line: SealedLine) -> str:
        return row_of(LineOfSeal(line.kind, line.key, line.hash))

    @IS_ADDRESS
    def get_manifest(self, line: SealedLine) -> str:
        where = {"period": place_of(line.review)}
        return reverse("api-review-seal-text", kwargs=where, request=self.context["request"])


@extend_schema_serializer(examples=[examples.LINE])
class LineSerializer(serializers.ModelSerializer[SealedLine]):
    public = serializers.SerializerMethodField(help_text="What it tells anyone; its fields are those of its kind.")
    exempt = serializers.SerializerMethodField(
        help_text="What Schedule 12A keeps from the public, and the evidence; null unless you may read it."
    )
    errata = ErratumSerializer(many=True, read_only=True, help_text="Mistakes found in this line since.")
    proof = ProofSerializer(source="*", read_only=True, help_text="All that it takes to compute its hash again.")
    url = serializers.SerializerMethodField(help_text="The address of this item.")

    class Meta:
        model = SealedLine
        fields: ClassVar = ["position", "kind", "key", "public", "exempt", "errata", "proof", "url"]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "position": {"help_text": "Its place in the review, from 1."},
            "kind": {"help_text": "What it tells of."},
            "key": {"help_text": "What names it among the lines of its kind; empty where there is only one."},
        }

    @extend_schema_field(OBJECT)
    def get_public(self, line: SealedLine) -> Any:
        return json.loads(line.public)

    @extend_schema_field(OBJECT | {"type": ["object", "null"]})
    def get_exempt(self, line: Any) -> Any:
        return None if line.readable_exempt is None else json.loads(line.readable_exempt)

    @IS_ADDRESS
    def get_url(self, line: SealedLine) -> str:
        where = {"period": place_of(line.review), "kind": line.kind, "key": line.key or NO_KEY}
        return reverse("api-review-line", kwargs=where, request=self.context["request"])
