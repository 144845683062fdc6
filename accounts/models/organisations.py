"""The bodies that take part in the strategy."""

from __future__ import annotations

from django.db import models

from accounts.choices import Membership, OrganisationKind
from accounts.querysets import OrganisationQuerySet


class OrganisationManager(models.Manager["Organisation"]):
    def get_by_natural_key(self, slug: str) -> Organisation:
        return self.get(slug=slug)


class Organisation(models.Model):
    """A body that takes part in the strategy."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=30, choices=OrganisationKind)
    membership = models.CharField(max_length=20, choices=Membership, null=True, blank=True)

    objects = OrganisationManager.from_queryset(OrganisationQuerySet)()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="organisation_kind_known",
                condition=models.Q(kind__in=OrganisationKind.values),
            ),
            models.CheckConstraint(
                name="organisation_membership_known",
                condition=models.Q(membership__isnull=True) | models.Q(membership__in=Membership.values),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.slug,)
