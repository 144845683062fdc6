"""Where the strategy is delivered: the constituent authorities' areas, open to anyone."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.api.serializers import address_of
from accounts.api.viewsets import VisibleViewSet
from aims.filters import PlaceFilter
from aims.models import Place

EXAMPLE = OpenApiExample(
    "place",
    value={
        "slug": "solihull",
        "name": "Solihull",
        "authority": "solihull-metropolitan-borough-council",
        "url": "https://tracker.example/api/v1/places/solihull/",
    },
)


@extend_schema_serializer(examples=[EXAMPLE])
class PlaceSerializer(serializers.ModelSerializer[Place]):
    authority = serializers.SlugRelatedField[Place](
        slug_field="slug", read_only=True, help_text="The authority whose area it is, by its slug."
    )
    url = address_of("api-place-detail", "slug")

    class Meta:
        model = Place
        fields: ClassVar = ["slug", "name", "authority", "url"]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {"slug": {"help_text": "Its reference."}, "name": {"help_text": "Its name."}}


class PlaceViewSet(VisibleViewSet[Place]):
    """The areas of the constituent authorities, in which activities are delivered."""

    queryset = Place.objects.all()
    serializer_class = PlaceSerializer
    filterset_class = PlaceFilter
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def get_queryset(self) -> QuerySet[Place]:
        return Place.objects.select_related("authority")
