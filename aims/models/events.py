"""What happened, to what, by whom: the outbox of aggregation, the history people read, the API's change feed."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accounts.guards import append_only
from accounts.models import ApiKey, Owner
from aims.choices import Audience, EventKind
from aims.models.dates import DateChangeRequest, Milestone
from aims.models.periods import ReviewPeriod
from aims.models.progress import ProgressUpdate
from aims.models.strategy import KeyActivity, Objective
from aims.querysets import EventQuerySet


class Event(models.Model):
    """One immutable fact, written in the transaction that made it true.

    `before` and `after` hold the values that changed, by field name; dates as ISO 8601. `by` is empty where the
    system acted, `via` is the key through which a program acted in their name; `person` is whom an event about people
    speaks of, and `reference` names what lives in an app above, such as "funding-streams/A".
    """

    kind = models.CharField(max_length=40, choices=EventKind)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    audience = models.CharField(max_length=10, choices=Audience)
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="events", null=True)
    activity = models.ForeignKey(KeyActivity, on_delete=models.PROTECT, related_name="events", null=True)
    period = models.ForeignKey(ReviewPeriod, on_delete=models.PROTECT, related_name="events", null=True)
    update = models.ForeignKey(ProgressUpdate, on_delete=models.PROTECT, related_name="events", null=True)
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="events", null=True)
    date_change = models.ForeignKey(DateChangeRequest, on_delete=models.PROTECT, related_name="events", null=True)
    owner = models.ForeignKey(Owner, on_delete=models.PROTECT, related_name="events", null=True)
    via = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    reference = models.CharField(max_length=80, blank=True)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(name="event_by_activity", fields=["activity", "at"])]
        constraints = [
            models.CheckConstraint(name="event_kind_known", condition=models.Q(kind__in=EventKind.values)),
            models.CheckConstraint(
                name="event_audience_known",
                condition=models.Q(audience__in=Audience.values),
            ),
        ]
        triggers = append_only("event")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.at:%Y-%m-%d %H:%M}"

    @property
    def who(self) -> str:
        """Who did it: the body whose program did, the person, or the tracker itself."""
        if self.via:
            return self.via.signature
        return self.by.name if self.by else "The tracker"
