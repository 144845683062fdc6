"""Questions about funding."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models

from accounts.querysets import Asker

if TYPE_CHECKING:
    from funding.models import FundingStream


class FundingStreamQuerySet(models.QuerySet["FundingStream"]):
    def visible_to(self, user: Asker) -> FundingStreamQuerySet:
        """The strategy's own figures are open to anyone."""
        return self.filter(strategy__is_in_force=True)

    def total_award(self) -> Decimal | None:
        """The sum of the awards in pounds; None where there is no stream."""
        total: Decimal | None = self.aggregate(total=models.Sum("award"))["total"]
        return total
