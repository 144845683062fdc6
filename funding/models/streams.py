"""Where the money comes from, and how much of it is spoken for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.guards import no_delete, refuse_when
from accounts.models import Organisation
from aims.models import Strategy
from funding.choices import SpendKind
from funding.querysets import FundingStreamQuerySet

TOO_MUCH = Decimal(10) ** 12  # more than the column holds; PostgreSQL counts NaN above every number


# A change of these columns is another table's doing: its trigger makes it, one level down.
FOLLOWS = "".join(
    [
        refuse_when(
            "award_follows_its_changes",
            "record a change of the award instead",
            "pg_trigger_depth() < 2 AND (NEW.award, NEW.over_programming)"
            " IS DISTINCT FROM (OLD.award, OLD.over_programming)",
        ),
        refuse_when(
            "allocated_follows_allocations",
            "allocate, or end an allocation, instead",
            "pg_trigger_depth() < 2 AND NEW.allocated IS DISTINCT FROM OLD.allocated",
        ),
        "RETURN NEW;",
    ]
)


def pounds(**options: Any) -> models.DecimalField[Any, Any]:
    """A column of pounds and pence."""
    return models.DecimalField(max_digits=14, decimal_places=2, **options)


class FundingStreamManager(models.Manager["FundingStream"]):
    def get_by_natural_key(self, strategy: str, code: str) -> FundingStream:
        return self.get(strategy__slug=strategy, code=code)


class FundingStream(models.Model):
    """An award that pays for parts of the strategy, as its source prints it; every amount in pounds.

    `award` and `over_programming` stand as their last dated change left them, `allocated` is the running total of the
    allocations in force: both are kept by triggers, and allocations never exceed the two amounts. `data_note` says
    where the printed figure and its own parts disagree: nothing is corrected. Funder, kind of spend and years stay
    empty until somebody knows them.
    """

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="funding_streams")
    code = models.CharField(max_length=2)
    name = models.CharField(max_length=160)
    award = pounds()
    over_programming = pounds(default=Decimal(0), editable=False)
    allocated = pounds(default=Decimal(0), editable=False)
    source_note = models.TextField(blank=True, help_text="What the source prints beside the figure.")
    data_note = models.TextField(blank=True, help_text="What a reader of the figure should know.")
    funder = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="funds",
        null=True,
        blank=True,
    )
    returned_by = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="returns_for",
        null=True,
        blank=True,
        help_text="The body that returns its figures; empty where the combined authority's own finance does.",
    )
    spend_kind = models.CharField(max_length=10, choices=SpendKind, null=True, blank=True)
    starts_year = models.PositiveSmallIntegerField(null=True, blank=True)
    ends_year = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = FundingStreamManager.from_queryset(FundingStreamQuerySet)()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(name="stream_code_unique_in_strategy", fields=["strategy", "code"]),
            models.CheckConstraint(name="stream_code_well_formed", condition=Q(code__regex=r"^[A-Z]{1,2}$")),
            models.CheckConstraint(name="award_not_negative", condition=Q(award__gte=0, award__lt=TOO_MUCH)),
            models.CheckConstraint(
                name="stream_spend_kind_known",
                condition=Q(spend_kind__isnull=True) | Q(spend_kind__in=SpendKind.values),
            ),
            models.CheckConstraint(
                name="stream_years_in_order",
                condition=Q(starts_year__isnull=True) | Q(ends_year__isnull=True) | Q(ends_year__gte=F("starts_year")),
            ),
            models.CheckConstraint(
                name="over_programming_not_negative",
                condition=Q(over_programming__gte=0, over_programming__lt=TOO_MUCH),
            ),
            models.CheckConstraint(
                name="never_over_allocated",
                condition=Q(allocated__gte=0, allocated__lte=F("award") + F("over_programming")),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="amounts_follow_their_rows",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=FOLLOWS,
            ),
            *no_delete("stream"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("funding-stream", args=[self.code])

    def natural_key(self) -> tuple[str, str]:
        return (self.strategy.slug, self.code)

    @property
    def unallocated(self) -> Decimal:
        """What of award and over-programming is not allocated yet."""
        unallocated: Decimal = self.award + self.over_programming - self.allocated
        return unallocated
