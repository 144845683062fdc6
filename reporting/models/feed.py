"""The order in which events were aggregated."""

from __future__ import annotations

from django.db import models

from aims.models import Event


class EventPosition(models.Model):
    """That an event was aggregated, and its place in the change feed: 1, 2, 3 … without a gap."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="feed_position")
    position = models.PositiveBigIntegerField(unique=True)

    def __str__(self) -> str:
        return str(self.position)
