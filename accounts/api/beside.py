"""What can be told beside organisations and posts, and they beside what names them."""

from __future__ import annotations

from typing import Final

from rest_framework.request import Request

from accounts.api.includes import Include, Includes, children, related
from accounts.api.serializers import OrganisationSerializer, OwnerSerializer
from accounts.models import Organisation, Owner
from accounts.querysets import OrganisationQuerySet, OwnerQuerySet


def organisations(request: Request) -> OrganisationQuerySet:
    """Those that the asker may see."""
    return Organisation.objects.visible_to(request.user)


def owners(request: Request) -> OwnerQuerySet:
    """Posts in the order of their titles."""
    rows = Owner.objects.visible_to(request.user).select_related("organisation", "approving_post")
    return rows.order_by("title", "pk")


def owner_of(path: str, help_text: str) -> Include:
    """The post that a foreign key names."""
    return related(path, owners, OwnerSerializer, help_text)


def organisation_of(path: str, help_text: str) -> Include:
    """The organisation that a foreign key names."""
    return related(path, organisations, OrganisationSerializer, help_text)


OF_ORGANISATION: Final[Includes] = {"owners": children("organisation", owners, OwnerSerializer, "Its posts.")}
OF_OWNER: Final[Includes] = {
    "organisation": organisation_of("organisation", "The organisation that it belongs to."),
    "approving_post": owner_of("approving_post", "The post that signs off for it."),
}
