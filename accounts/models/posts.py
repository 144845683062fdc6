"""Posts, which answer for things, and who holds them when."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Value

from accounts.guards import no_delete, refuse_when, set_once
from accounts.models.organisations import Organisation
from accounts.models.people import User
from accounts.querysets import HoldingQuerySet, OwnerQuerySet


class OwnerManager(models.Manager["Owner"]):
    def get_by_natural_key(self, slug: str) -> Owner:
        return self.get(slug=slug)


class Owner(models.Model):
    """An accountable post in an organisation; people hold posts, the public sees only the post."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="owners")
    approving_post = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="approves_for",
        null=True,
        blank=True,
    )
    is_proposed = models.BooleanField(
        default=True,
        help_text="Proposed until the performance office confirms the post.",
    )

    objects = OwnerManager.from_queryset(OwnerQuerySet)()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                name="owner_title_unique_in_organisation",
                fields=["organisation", "title"],
            ),
            models.CheckConstraint(
                name="owner_does_not_approve_itself",
                condition=~models.Q(approving_post=models.F("id")),
            ),
        ]
        triggers = [
            set_once(
                "owner_organisation_never_changes",
                "sums of the past name it; add a post in the other organisation instead",
                "organisation_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.organisation}"

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    natural_key.dependencies = ["accounts.organisation"]  # type: ignore[attr-defined]  # Django's own protocol


CLOSED_BOUNDS = RangeBoundary(inclusive_lower=True, inclusive_upper=True)


def same(column: str) -> tuple[Func[BigIntegerRangeField], str]:
    """Equality of a key in an exclusion constraint: PostgreSQL's wheel has no btree_gist, so a one-number range."""
    key = Func(F(column), F(column), CLOSED_BOUNDS, function="int8range", output_field=BigIntegerRangeField())
    return key, RangeOperators.OVERLAPS


DAYS_HELD = Func(F("starts"), F("ends"), CLOSED_BOUNDS, function="daterange", output_field=DateRangeField())
EARLIER_END_ONLY = "OLD.ends IS NOT NULL AND (NEW.ends IS NULL OR NEW.ends > OLD.ends)"


class Holding(models.Model):
    """That a person holds a post, or deputises for it until a day.

    It is history: its end can be set and brought forward, nothing else changes. One that was withdrawn before it
    began ends on the day before.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="holdings")
    owner = models.ForeignKey(Owner, on_delete=models.PROTECT, related_name="holdings")
    is_deputy = models.BooleanField(default=False)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        ordering = ["owner", "starts"]
        constraints = [
            models.CheckConstraint(
                name="holding_ends_after_it_starts",
                condition=models.Q(ends__isnull=True)
                | models.Q(ends__gte=ExpressionWrapper(F("starts") - Value(1), output_field=models.DateField())),
            ),
            models.CheckConstraint(
                name="deputy_has_an_end",
                condition=models.Q(is_deputy=False) | models.Q(ends__isnull=False),
            ),
            ExclusionConstraint(
                name="holding_never_overlaps",
                expressions=[same("user_id"), same("owner_id"), (DAYS_HELD, RangeOperators.OVERLAPS)],
                condition=models.Q(ends__isnull=True) | models.Q(ends__gte=F("starts")),
            ),
        ]
        triggers = [
            set_once(
                "holding_never_changes",
                "end it, and give the post anew",
                "user_id",
                "owner_id",
                "starts",
                "is_deputy",
            ),
            pgtrigger.Trigger(
                name="holding_end_only_earlier",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=refuse_when("holding_end_only_earlier", "give the post anew from the day after", EARLIER_END_ONLY)
                + "RETURN NEW;",
            ),
            *no_delete("holding"),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.owner}"
