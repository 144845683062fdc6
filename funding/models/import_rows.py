"""What an import's file says, row by row, between its reading and its taking over."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from funding.models.imports import FundingImport
from funding.models.returns import amounts_in_range
from funding.models.streams import FundingStream, pounds


class FundingImportRow(models.Model):
    """One stream's month as a file tells it, in pounds; kept while the import waits, where it says something new.

    `place` is its row in the file. What its layout has no column for is empty here, and stays as it stands.
    """

    source = models.ForeignKey(FundingImport, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveIntegerField()
    stream = models.ForeignKey(FundingStream, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    committed = pounds(null=True)
    spend_to_date = pounds(null=True)
    budget_this_year = pounds(null=True)
    forecast_outturn = pounds(null=True)
    re_profiled = pounds(null=True)
    note = models.TextField(blank=True)
    unusual = models.TextField(blank=True)

    class Meta:
        ordering = ["stream_id", "month"]
        constraints = [
            models.UniqueConstraint(name="one_row_a_stream_and_month", fields=["source", "stream", "month"]),
            models.CheckConstraint(name="import_row_month_is_its_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(name="import_row_amounts_not_negative", condition=amounts_in_range()),
        ]

    def __str__(self) -> str:
        return f"Row {self.place}"
