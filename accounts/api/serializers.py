"""What the API says of organisations and posts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.encoding import iri_to_uri
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.models import Organisation, Owner


class ItemAddress(serializers.HyperlinkedIdentityField):
    """The address of an item. Resolved once for all that one serializer tells: the rest differ in their references."""

    before: str | None = None

    def get_url(self, obj: Any, view_name: str, request: Any, *form: Any) -> str:
        end = f"{iri_to_uri(str(getattr(obj, self.lookup_field)))}/"
        if self.before is not None:
            return self.before + end
        address = str(super().get_url(obj, view_name, request, *form))
        if address.endswith(f"/{end}"):
            self.before = address.removesuffix(end)
        return address


def address_of(view_name: str, reference: str) -> ItemAddress:
    """The item's own address in this API."""
    return ItemAddress(view_name=view_name, lookup_field=reference, help_text="The address of this item.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "organisation",
            value={
                "slug": "birmingham-city-council",
                "name": "Birmingham City Council",
                "kind": "local_authority",
                "membership": "constituent",
                "url": "https://tracker.example/api/v1/organisations/birmingham-city-council/",
            },
        )
    ]
)
class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    url = address_of("api-organisation-detail", "slug")

    class Meta:
        model = Organisation
        fields: ClassVar = ["slug", "name", "kind", "membership", "url"]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "slug": {"help_text": "Its reference."},
            "name": {"help_text": "Its name."},
            "kind": {"help_text": "What it is."},
            "membership": {"help_text": "How it belongs to the combined authority; null where it does not."},
        }


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "post",
            value={
                "slug": "head-of-economic-policy",
                "title": "Head of Economic Policy",
                "organisation": "wmca",
                "approving_post": "executive-director-of-economy-skills-and-communities",
                "is_proposed": True,
                "url": "https://tracker.example/api/v1/owners/head-of-economic-policy/",
            },
        )
    ]
)
class OwnerSerializer(serializers.ModelSerializer[Owner]):
    organisation = serializers.SlugRelatedField[Owner](
        slug_field="slug", read_only=True, help_text="The organisation that the post belongs to, by its slug."
    )
    approving_post = serializers.SlugRelatedField[Owner](
        slug_field="slug",
        read_only=True,
        allow_null=True,
        help_text="The post that signs off for this one, by its slug; null where there is none.",
    )
    url = address_of("api-owner-detail", "slug")

    class Meta:
        model = Owner
        fields: ClassVar = ["slug", "title", "organisation", "approving_post", "is_proposed", "url"]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "slug": {"help_text": "Its reference."},
            "title": {"help_text": "What the post is called."},
        }
