"""Review periods: half-years with a window for what happened and a window for telling it."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    BigIntegerRangeField,
    DateRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse

from accounts.guards import no_delete, set_once
from accounts.models import Owner
from aims.choices import PeriodState
from aims.models.conditions import filled
from aims.models.strategy import Strategy
from aims.querysets import ReviewPeriodQuerySet

CLOSED_BOUNDS = RangeBoundary(inclusive_lower=True, inclusive_upper=True)


def days(first: str, last: str) -> Func:
    """The range of days from one column to another, both included."""
    return Func(
        F(first),
        F(last),
        CLOSED_BOUNDS,
        function="daterange",
        output_field=DateRangeField(),
    )


# PostgreSQL's wheel has no btree_gist: a one-number range stands in for the strategy's id.
SAME_STRATEGY = (
    Func(
        F("strategy_id"),
        F("strategy_id"),
        CLOSED_BOUNDS,
        function="int8range",
        output_field=BigIntegerRangeField(),
    ),
    RangeOperators.OVERLAPS,
)


class ReviewPeriodManager(models.Manager["ReviewPeriod"]):
    def get_by_natural_key(self, strategy: str, slug: str) -> ReviewPeriod:
        return self.get(strategy__slug=strategy, slug=slug)


class ReviewPeriod(models.Model):
    """A half-year under review: observed between `starts` and `ends`, told between the two submission days.

    `published_at` is when the Board's review of it was opened to anyone: from then on it stays as it is.
    """

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="periods")
    slug = models.SlugField(max_length=20)
    label = models.CharField(max_length=20)
    starts = models.DateField()
    ends = models.DateField()
    submission_opens = models.DateField()
    submission_closes = models.DateField()
    state = models.CharField(max_length=10, choices=PeriodState, default=PeriodState.SCHEDULED)
    closed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ReviewPeriodManager.from_queryset(ReviewPeriodQuerySet)()

    class Meta:
        ordering = ["starts"]
        constraints = [
            models.UniqueConstraint(name="period_slug_unique_in_strategy", fields=["strategy", "slug"]),
            models.CheckConstraint(name="period_state_known", condition=Q(state__in=PeriodState.values)),
            models.CheckConstraint(
                name="period_windows_in_order",
                condition=Q(starts__lt=F("ends"))
                & Q(submission_opens__gte=F("starts"))
                & Q(submission_closes__gt=F("ends"))
                & Q(submission_closes__gt=F("submission_opens")),
            ),
            models.CheckConstraint(
                name="period_closed_has_its_time",
                condition=Q(state=PeriodState.CLOSED, closed_at__isnull=False)
                | (~Q(state=PeriodState.CLOSED) & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="period_published_is_closed",
                condition=Q(published_at__isnull=True) | Q(state=PeriodState.CLOSED),
            ),
            models.UniqueConstraint(
                name="one_period_takes_submissions",
                fields=["strategy"],
                condition=Q(state__in=[PeriodState.OPEN, PeriodState.CLOSING]),
            ),
            ExclusionConstraint(
                name="observations_never_overlap",
                expressions=[
                    SAME_STRATEGY,
                    (days("starts", "ends"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers = [
            set_once("period_published_once", "what was published stays so", "published_at"),
            *no_delete("period"),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("review", args=[self.slug])

    def natural_key(self) -> tuple[str, str]:
        return (self.strategy.slug, self.slug)

    def position_as_at(self, on: date) -> date:
        """The day whose position this period tells, seen from a day: never after its last."""
        return min(on, self.ends)


class Extension(models.Model):
    """A later deadline for one owner in one round, with its reason."""

    period = models.ForeignKey(ReviewPeriod, on_delete=models.PROTECT, related_name="extensions")
    owner = models.ForeignKey(Owner, on_delete=models.PROTECT, related_name="extensions")
    until = models.DateField()
    reason = models.TextField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        ordering = ["granted_at"]
        constraints = [
            models.CheckConstraint(name="extension_has_a_reason", condition=filled("reason")),
        ]

    def __str__(self) -> str:
        return f"{self.owner} until {self.until}"
