"""What finance returns of a stream month by month; append-only, signed off by somebody else."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.guards import append_only_but
from accounts.models import ApiKey
from aims.choices import Rag
from aims.models.conditions import filled, known
from funding.choices import ReturnStage
from funding.models.imports import FundingImport
from funding.models.streams import TOO_MUCH, FundingStream, pounds
from funding.querysets import FundingReturnQuerySet

AMOUNTS = ("committed", "spend_to_date", "budget_this_year", "forecast_outturn", "re_profiled")


def amounts_in_range() -> Q:
    """Every amount is empty or a sum from nothing up."""
    conditions = [
        Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0, f"{name}__lt": TOO_MUCH}) for name in AMOUNTS
    ]
    return Q(*conditions)


class FundingReturn(models.Model):
    """One return of one stream for one month (its first day), in pounds; empty is not known, zero is nothing.

    Never edited: a correction, and an undo too, is the next `revision` of the month. The approved one with the highest
    revision counts. Spend above what is committed takes a reason.
    """

    stream = models.ForeignKey(FundingStream, on_delete=models.PROTECT, related_name="returns")
    month = models.DateField()
    revision = models.PositiveSmallIntegerField(default=1)
    committed = pounds(null=True, blank=True)
    spend_to_date = pounds(null=True, blank=True)
    budget_this_year = pounds(null=True, blank=True)
    forecast_outturn = pounds(null=True, blank=True)
    re_profiled = pounds(null=True, blank=True)
    rating = models.CharField(max_length=6, choices=Rag, null=True, blank=True)
    note = models.TextField(blank=True)
    warning_reason = models.TextField(blank=True)
    source = models.ForeignKey(FundingImport, on_delete=models.PROTECT, related_name="returns", null=True)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, related_name="undone_by", null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    via = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    returned_at = models.DateTimeField(null=True)
    return_note = models.TextField(null=True)

    objects = FundingReturnQuerySet.as_manager()

    class Meta:
        ordering = ["stream__code", "month", "revision"]
        constraints = [
            models.UniqueConstraint(name="one_revision_a_month", fields=["stream", "month", "revision"]),
            models.UniqueConstraint(
                name="one_return_waits_a_month",
                fields=["stream", "month"],
                condition=Q(approved_at__isnull=True, returned_at__isnull=True),
            ),
            models.CheckConstraint(name="return_month_is_its_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(name="return_amounts_not_negative", condition=amounts_in_range()),
            models.CheckConstraint(name="return_rating_known", condition=known("rating", Rag.values)),
            models.CheckConstraint(
                name="overspend_has_a_reason",
                condition=Q(committed__isnull=True)
                | Q(spend_to_date__isnull=True)
                | Q(spend_to_date__lte=F("committed"))
                | filled("warning_reason"),
            ),
            models.CheckConstraint(
                name="return_decided_once",
                condition=(
                    Q(approved_by__isnull=True, approved_at__isnull=True)
                    | Q(approved_by__isnull=False, approved_at__isnull=False, returned_at__isnull=True)
                )
                & (
                    Q(returned_by__isnull=True, returned_at__isnull=True, return_note__isnull=True)
                    | (Q(returned_by__isnull=False, returned_at__isnull=False) & filled("return_note"))
                ),
            ),
            models.CheckConstraint(
                name="return_not_approved_by_its_author",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("submitted_by")),
            ),
        ]
        triggers = append_only_but(
            "return", "approved_by_id", "approved_at", "returned_by_id", "returned_at", "return_note"
        )

    def __str__(self) -> str:
        return f"{self.stream.code}, {self.month:%B %Y}, revision {self.revision}"

    @property
    def stage(self) -> ReturnStage:
        """How far it has come."""
        if self.approved_at:
            return ReturnStage.APPROVED
        return ReturnStage.RETURNED if self.returned_at else ReturnStage.SUBMITTED

    @property
    def sent_by(self) -> str:
        """Who is named for it: the person, or the body whose program sent it."""
        return self.via.signature if self.via else str(self.submitted_by)
