"""What was agreed: the strategy, its aims, objectives and key activities."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, GeneratedField, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse

from accounts.guards import no_delete, set_once
from accounts.models import Organisation, Owner
from aims.choices import Kind, Role
from aims.querysets import (
    AimQuerySet,
    KeyActivityQuerySet,
    ObjectiveQuerySet,
    StrategyQuerySet,
)
from aims.rules import Thresholds


def order_field() -> GeneratedField:
    """The number as integers, made by the database: 1.1.10 comes after 1.1.2."""
    integers = ArrayField(models.IntegerField())
    return GeneratedField(
        expression=Cast(Func(F("number"), Value("."), function="string_to_array"), integers),
        output_field=integers,
        db_persist=True,
    )


class StrategyManager(models.Manager["Strategy"]):
    def get_by_natural_key(self, slug: str) -> Strategy:
        return self.get(slug=slug)


class Strategy(models.Model):
    """A vision with its aims, and the thresholds by which its progress is judged."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    vision = models.TextField()
    is_in_force = models.BooleanField(default=False, help_text="Addresses serve the strategy in force.")
    overdue_red_days = models.PositiveSmallIntegerField(default=60)
    slip_red_days = models.PositiveSmallIntegerField(default=90)
    agreed_moves_amber = models.PositiveSmallIntegerField(default=2)
    green_from = models.DecimalField(max_digits=3, decimal_places=2, default=Decimal("0.75"))
    amber_from = models.DecimalField(max_digits=3, decimal_places=2, default=Decimal("0.50"))
    wide_red_share = models.DecimalField(max_digits=3, decimal_places=2, default=Decimal("0.10"))
    enough_share = models.DecimalField(max_digits=3, decimal_places=2, default=Decimal("0.60"))

    objects = StrategyManager.from_queryset(StrategyQuerySet)()

    class Meta:
        verbose_name_plural = "strategies"
        constraints = [
            models.UniqueConstraint(
                name="one_strategy_in_force",
                fields=["is_in_force"],
                condition=Q(is_in_force=True),
            ),
            models.CheckConstraint(
                name="strategy_shares_are_shares",
                condition=Q(
                    green_from__lte=1,
                    green_from__gt=F("amber_from"),
                    amber_from__gt=0,
                    wide_red_share__gte=0,
                    wide_red_share__lte=1,
                    enough_share__gte=0,
                    enough_share__lte=1,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @property
    def thresholds(self) -> Thresholds:
        """The limits that the rules use for this strategy."""
        return Thresholds(
            overdue_red_days=self.overdue_red_days,
            slip_red_days=self.slip_red_days,
            agreed_moves_amber=self.agreed_moves_amber,
            green_from=self.green_from,
            amber_from=self.amber_from,
            wide_red_share=self.wide_red_share,
            enough_share=self.enough_share,
        )


class PlaceManager(models.Manager["Place"]):
    def get_by_natural_key(self, slug: str) -> Place:
        return self.get(slug=slug)


class Place(models.Model):
    """One of the seven constituent authorities, as a place where things are delivered."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=80, unique=True)
    authority = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="place")

    objects = PlaceManager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class NumberedManager(models.Manager[Any]):
    """Finds aims, objectives and activities by strategy and number."""

    def get_by_natural_key(self, strategy: str, number: str) -> Any:
        return self.get(strategy__slug=strategy, number=number)


class Numbered(models.Model):
    """A part of the strategy that has a number of its own, never used again."""

    number = models.CharField(max_length=20)
    order = order_field()
    added_on = models.DateField(null=True, blank=True, help_text="Empty where it has stood from the start.")
    retired_on = models.DateField(null=True, blank=True, help_text="What leaves is retired, not deleted.")

    class Meta:
        abstract = True
        ordering = ["order"]

    def natural_key(self) -> tuple[str, str]:
        return (self.strategy.slug, self.number)  # type: ignore[attr-defined]  # every subclass has it

    def stands_on(self, day: date) -> bool:
        """Whether it is in force on a day: added by then and not yet retired."""
        return (self.added_on is None or self.added_on <= day) and (self.retired_on is None or self.retired_on > day)


def numbered_constraints(name: str, pattern: str) -> list[models.BaseConstraint]:
    """What the database keeps for every numbered part; `pattern` is the form of its number."""
    return [
        models.UniqueConstraint(name=f"{name}_number_unique_in_strategy", fields=["strategy", "number"]),
        models.CheckConstraint(name=f"{name}_number_well_formed", condition=Q(number__regex=pattern)),
        models.CheckConstraint(
            name=f"{name}_retires_after_it_is_added",
            condition=Q(retired_on__isnull=True) | Q(added_on__isnull=True) | Q(retired_on__gte=F("added_on")),
        ),
    ]


def numbered_triggers(name: str) -> list[pgtrigger.Trigger]:
    """A number stays with its row, and the row stays: so it is never used again."""
    moved = "a number is never used again; retire this and add its successor"
    return [set_once(f"{name}_number_never_changes", moved, "number", "strategy_id"), *no_delete(name)]


class Aim(Numbered):
    """One of the six aims: a short title, and the full statement of its own page."""

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="aims")
    title = models.CharField(max_length=200)
    statement = models.TextField()
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
    )

    objects = NumberedManager.from_queryset(AimQuerySet)()

    class Meta(Numbered.Meta):
        constraints = numbered_constraints("aim", r"^[1-9][0-9]{0,2}$")
        triggers = numbered_triggers("aim")

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("aim", args=[self.number])


class Objective(Numbered):
    """A commitment under an aim, whose key activities deliver it."""

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="objectives")
    aim = models.ForeignKey(Aim, on_delete=models.PROTECT, related_name="objectives")
    statement = models.TextField()
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
    )

    objects = NumberedManager.from_queryset(ObjectiveQuerySet)()

    class Meta(Numbered.Meta):
        constraints = numbered_constraints("objective", r"^[1-9][0-9]{0,2}\.[1-9][0-9]{0,2}$")
        triggers = numbered_triggers("objective")

    def __str__(self) -> str:
        return f"{self.number} {self.statement}"

    def get_absolute_url(self) -> str:
        return reverse("objective", args=[self.number])


class KeyActivity(Numbered):
    """What is done for an objective, and the post that answers for it.

    Role, kind and owner are proposed until the performance office confirms them. Baselines may be empty, are set
    once and never edited: a new date is a date change request.
    """

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="activities")
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="activities")
    description = models.TextField()
    role = models.CharField(max_length=10, choices=Role)
    kind = models.CharField(max_length=10, choices=Kind)
    owner = models.ForeignKey(Owner, on_delete=models.PROTECT, related_name="activities")
    is_proposed = models.BooleanField(default=True)
    baseline_start = models.DateField(null=True, blank=True)
    baseline_end = models.DateField(null=True, blank=True)
    contributors = models.ManyToManyField(Organisation, related_name="contributes_to", blank=True)
    places = models.ManyToManyField(Place, related_name="activities", blank=True)
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
    )

    objects = NumberedManager.from_queryset(KeyActivityQuerySet)()

    class Meta(Numbered.Meta):
        verbose_name_plural = "key activities"
        constraints = [
            *numbered_constraints("activity", r"^[1-9][0-9]{0,2}\.[1-9][0-9]{0,2}\.[1-9][0-9]{0,3}$"),
            models.CheckConstraint(name="activity_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(name="activity_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="activity_baseline_in_order",
                condition=Q(baseline_start__isnull=True)
                | Q(baseline_end__isnull=True)
                | Q(baseline_end__gte=F("baseline_start")),
            ),
        ]
        triggers = [
            set_once(
                "activity_baseline_set_once",
                "it is set once; ask for a new date instead",
                "baseline_start",
                "baseline_end",
            ),
            *numbered_triggers("activity"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.description}"

    def get_absolute_url(self) -> str:
        return reverse("activity", args=[self.number])
