"""Questions about posts and who holds them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import Holding, Organisation, Owner, User

Asker: TypeAlias = "User | AnonymousUser"


class HoldingQuerySet(models.QuerySet["Holding"]):
    def current(self, on: date) -> HoldingQuerySet:
        """Holdings in force on a day, its first and last day included."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gte=on), starts__lte=on)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: Asker) -> OrganisationQuerySet:
        """The bodies that take part are open to anyone."""
        return self.all()


class OwnerQuerySet(models.QuerySet["Owner"]):
    def visible_to(self, user: Asker) -> OwnerQuerySet:
        """Posts are open to anyone; who holds them is not."""
        return self.all()

    def held_by(self, user: Asker, on: date) -> OwnerQuerySet:
        """Posts that a person holds, or deputises for, on a day."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=user.holdings.current(on).values("owner"))

    def approved_by(self, user: Asker, on: date) -> OwnerQuerySet:
        """Posts whose updates a person signs off on a day."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(approving_post__in=user.holdings.current(on).values("owner"))
