"""What a page shows it was made from, so that two people who keep the same row do not undo each other's change."""

from __future__ import annotations

from accounts.models import Owner, User
from aims.choices import EventKind
from aims.models import Event
from aims.querysets import EventQuerySet


def version_of_person(person: User) -> int:
    """The last event that changed the person; 0: none did."""
    return _last(Event.objects.filter(person=person, kind__in=[EventKind.PERSON_ADDED, EventKind.PERSON_CHANGED]))


def version_of_post(post: Owner) -> int:
    """The last event that changed the post itself, whoever holds it; 0: none did."""
    return _last(Event.objects.filter(owner=post, kind__in=[EventKind.POST_ADDED, EventKind.POST_CHANGED]))


def _last(events: EventQuerySet) -> int:
    return events.order_by("-pk").values_list("pk", flat=True).first() or 0
