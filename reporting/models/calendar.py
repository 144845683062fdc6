"""Days that publication has to mind, kept by the performance office."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from aims.models.conditions import filled


class PreElectionPeriod(models.Model):
    """The weeks before an election in which nothing that could influence it is published."""

    starts = models.DateField()
    ends = models.DateField()
    election = models.CharField(max_length=160)

    class Meta:
        ordering = ["starts"]
        constraints = [
            models.CheckConstraint(name="pre_election_days_in_order", condition=Q(ends__gte=F("starts"))),
            models.CheckConstraint(name="pre_election_names_its_election", condition=filled("election")),
        ]

    def __str__(self) -> str:
        return self.election
