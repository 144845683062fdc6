"""Questions about funding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from accounts.querysets import Asker

if TYPE_CHECKING:
    from funding.models import FundingStream


class FundingStreamQuerySet(models.QuerySet["FundingStream"]):
    def visible_to(self, user: Asker) -> FundingStreamQuerySet:
        """The strategy's own figures are open to anyone."""
        return self.filter(strategy__is_in_force=True)
