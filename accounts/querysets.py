"""Questions about posts and who holds them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from accounts.choices import MAY_LEND_THEIR_NAME, UserRole

if TYPE_CHECKING:
    from accounts.models import ApiKey, Holding, Organisation, Owner, User

Asker: TypeAlias = "User | AnonymousUser"


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: Asker) -> UserQuerySet:
        """Persons are shown to whoever keeps them, and nobody else."""
        return self if user.is_authenticated and user.keeps_the_round else self.none()

    def administrators(self) -> UserQuerySet:
        """Those who administer the tracker and can sign in."""
        return self.filter(role=UserRole.ADMINISTRATOR, is_active=True)

    def deputies_for(self, post: Owner, on: date) -> UserQuerySet:
        """Who can be made a deputy of a post by its holder: the people of its organisation, but for the Board."""
        lasts = Q(holdings__ends__isnull=True) | Q(holdings__ends__gte=on)
        post_there = Q(holdings__owner__organisation=post.organisation_id, holdings__is_deputy=False)
        there = Q(organisation=post.organisation_id) | (post_there & Q(holdings__starts__lte=on) & lasts)
        active = self.filter(there, is_active=True).exclude(role=UserRole.BOARD)
        return self.filter(pk__in=active.values("pk"))


class HoldingQuerySet(models.QuerySet["Holding"]):
    def current(self, on: date) -> HoldingQuerySet:
        """Holdings in force on a day, its first and last day included."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gte=on), starts__lte=on)

    def standing(self, on: date) -> HoldingQuerySet:
        """Those in force on a day or to come; withdrawn ones are neither."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gte=on)).exclude(ends__lt=F("starts"))

    def begun(self) -> HoldingQuerySet:
        """Without those that were withdrawn before they began."""
        return self.exclude(ends__lt=F("starts"))

    def delegable(self, user: Asker, on: date) -> HoldingQuerySet:
        """What a person holds in their own right on a day: a deputy does not pass it on."""
        if not user.is_authenticated:
            return self.none()
        return self.current(on).filter(user=user, is_deputy=False)


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


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def visible_to(self, user: Asker) -> ApiKeyQuerySet:
        """To whoever keeps people, all; to others those that act in their own name."""
        if not user.is_authenticated:
            return self.none()
        return self if user.keeps_the_round else self.filter(user=user)

    def valid(self, on: date) -> ApiKeyQuerySet:
        """Those neither revoked nor expired, whose person is still who they were made for."""
        person = Q(user__is_active=True, user__role__in=MAY_LEND_THEIR_NAME, user__organisation=F("organisation"))
        return self.filter(person, revoked_at__isnull=True, expires_on__gte=on)
