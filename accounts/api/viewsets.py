"""Organisations and posts, open to anyone; never the people who hold the posts."""

from __future__ import annotations

from typing import Protocol, TypeVar, cast

from django.db.models import Model, QuerySet
from rest_framework.permissions import AllowAny
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.api.serializers import OrganisationSerializer, OwnerSerializer
from accounts.filters import OrganisationFilter, OwnerFilter
from accounts.models import Organisation, Owner
from accounts.querysets import Asker

Row = TypeVar("Row", bound=Model)
Row_co = TypeVar("Row_co", bound=Model, covariant=True)


class Visible(Protocol[Row_co]):
    """A queryset that knows who may see what."""

    def visible_to(self, user: Asker) -> QuerySet[Row_co]: ...


class VisibleViewSet(ReadOnlyModelViewSet[Row]):
    """Lists and items for anyone, narrowed to what `visible_to` lets the asker see.

    What is hidden answers exactly like what does not exist. `cursor_key` is the unique column by which lists are
    ordered and walked; the reference itself where it is not given.
    """

    permission_classes = [AllowAny]
    cursor_key: str | None = None

    def get_queryset(self) -> QuerySet[Row]:
        return cast(Visible[Row], super().get_queryset()).visible_to(self.request.user)


class OrganisationViewSet(VisibleViewSet[Organisation]):
    """The bodies that take part in the strategy."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"


class OwnerViewSet(VisibleViewSet[Owner]):
    """The posts that answer for key activities. People hold posts; this API names posts only."""

    queryset = Owner.objects.select_related("organisation", "approving_post")
    serializer_class = OwnerSerializer
    filterset_class = OwnerFilter
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
