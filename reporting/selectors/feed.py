"""The feed of changes: events in the order in which they were aggregated, each to whom it is for.

Positions are given out under one lock that is held until they can be seen: whoever sees position 17 sees every one
before it. An event that is not for the asker, or whose strategy is no longer in force, leaves a hole.
"""

from __future__ import annotations

from datetime import date

from django.db.models import F, Max, Min, Q, QuerySet

from accounts.choices import UserRole
from accounts.querysets import Asker
from aims.choices import Audience, EventKind
from aims.models import Event
from funding.models import FundingStream
from funding.services.events import reference_of
from reporting.models import EventPosition

STRATEGIES = ("activity__strategy", "objective__strategy", "period__strategy")


def newest_position() -> int:
    """The last place of the feed, whoever it is for; 0 while it is empty."""
    newest: int | None = EventPosition.objects.aggregate(newest=Max("position"))["newest"]
    return newest or 0


def feed_for(user: Asker, on: date) -> QuerySet[Event]:
    """The events with a place in the feed, as `position`, that the asker may read on a day.

    Outside the office nobody's drafts are told; a partner reads also of the money that its organisation returns.
    """
    shown = Event.objects.visible_to(user, on)
    if user.is_authenticated and user.role == UserRole.PARTNER and user.organisation_id:
        shown |= Event.objects.filter(audience=Audience.STAFF, reference__in=_returned_by(user.organisation_id))
    if not (user.is_authenticated and user.keeps_the_round):
        shown = shown.exclude(kind=EventKind.UPDATE_DRAFTED)
    in_force = Q()
    for strategy in STRATEGIES:
        in_force &= Q(**{f"{strategy}__isnull": True}) | Q(**{f"{strategy}__is_in_force": True})
    placed = shown.filter(in_force, feed_position__isnull=False).annotate(position=F("feed_position__position"))
    return placed.order_by("position")


def between(rows: QuerySet[Event], since: int, until: int) -> QuerySet[Event]:
    """Of `feed_for` those after a position and up to another; one query more.

    Their ids are narrowed too. So the events of these positions are read, however many there are in all.
    """
    places = EventPosition.objects.filter(position__gt=since, position__lte=until).order_by("position")
    ids = places[: until - since].aggregate(first=Min("event_id"), last=Max("event_id"))
    placed = rows.filter(feed_position__position__gt=since, feed_position__position__lte=until)
    return placed.filter(pk__range=(ids["first"], ids["last"]))


def _returned_by(organisation: int) -> list[str]:
    streams = FundingStream.objects.filter(strategy__is_in_force=True, returned_by=organisation)
    return [reference_of(stream) for stream in streams]
