"""Keys for programs, as the office keeps them: for whom they ask, what they open and how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.choices import KeyScope
from accounts.models import ApiKey, Organisation, User
from accounts.querysets import ApiKeyQuerySet, Asker
from aims.choices import EventKind
from aims.models import Event
from aims.rules.wording import long_date

ENDING, UNUSED, ENDED = "ending", "unused", "ended"
STANDINGS = (
    (ENDING, "Ending within 30 days"),
    (UNUSED, "Not used for 90 days"),
    (ENDED, "Expired or revoked"),
)
SOON, LONG_UNUSED = timedelta(days=30), timedelta(days=90)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key in words; `is_valid` says whether it still opens anything, `standing` how long or since when not."""

    pk: int
    name: str
    prefix: str
    person: str
    organisation: str
    scopes: tuple[str, ...]
    last_used_at: datetime | None
    is_valid: bool
    standing: str


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of a key's history."""

    who: str
    what: str
    when: datetime


@dataclass(frozen=True, slots=True)
class KeyPage:
    """One key, with what became of it, newest first."""

    key: ApiKey
    row: KeyRow
    history: tuple[Happened, ...]


def keys(
    asker: Asker, on: date, *, words: str = "", organisation: Organisation | None = None, standing: str = ""
) -> QuerySet[ApiKey]:
    """The keys that the asker keeps, narrowed; the valid ones unless those that ended are asked for."""
    kept: ApiKeyQuerySet = ApiKey.objects.visible_to(asker)
    found: QuerySet[ApiKey] = kept.valid(on)
    if standing == ENDED:
        found = kept.exclude(pk__in=found.values("pk"))
    elif standing == ENDING:
        found = found.filter(expires_on__lte=on + SOON)
    elif standing == UNUSED:
        found = found.filter(_unused(on))
    if words:
        found = found.filter(Q(name__icontains=words) | Q(user__name__icontains=words) | Q(prefix__icontains=words))
    found = found.filter(organisation=organisation) if organisation else found
    return found.select_related("user", "organisation", "revoked_by").order_by("expires_on", "pk")


def own_keys(person: User, on: date) -> list[KeyRow]:
    """The keys with which programs ask in somebody's name on a day."""
    return rows(ApiKey.objects.valid(on).filter(user=person).select_related("user", "organisation"), on)


def rows(found: Iterable[ApiKey], on: date) -> list[KeyRow]:
    """The lines of a page of `keys`."""
    return [_row(key, on) for key in found]


def key_page(key: ApiKey, on: date) -> KeyPage:
    """One key, which the caller has fetched with its person and organisation; one query."""
    about = Event.objects.filter(reference=key.reference, kind__in=[EventKind.KEY_MADE, EventKind.KEY_REVOKED])
    events = about.select_related("by").order_by("-pk")
    told = (
        Happened(event.by.name if event.by else "The tracker", event.get_kind_display(), event.at) for event in events
    )
    return KeyPage(key, _row(key, on), tuple(told))


def _unused(on: date) -> Q:
    """Not asked with since long, though made before."""
    since = timezone.make_aware(datetime.combine(on - LONG_UNUSED, datetime.min.time()))
    return Q(last_used_at__lt=since) | Q(last_used_at__isnull=True, made_at__lt=since)


def _row(key: ApiKey, on: date) -> KeyRow:
    return KeyRow(
        pk=key.pk,
        name=key.name,
        prefix=key.prefix,
        person=key.user.name,
        organisation=key.organisation.name,
        scopes=tuple(KeyScope(scope).label for scope in key.scopes),
        last_used_at=key.last_used_at,
        is_valid=key.is_valid(on),
        standing=_standing(key, on),
    )


def _standing(key: ApiKey, on: date) -> str:
    if key.revoked_at:
        return f"Revoked on {long_date(timezone.localdate(key.revoked_at))}"
    if key.expires_on < on:
        return f"Expired on {long_date(key.expires_on)}"
    return f"Until {long_date(key.expires_on)}" if key.has_its_person() else "Closed: its person has left"
