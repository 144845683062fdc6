"""Keys for programs: made by the office in a person's name, shown once, revoked at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.choices import MAY_LEND_THEIR_NAME, KeyScope
from accounts.keys import KeyText, digest_of, new_key
from accounts.models import ApiKey, Organisation, User
from aims.choices import Audience, EventKind
from aims.errors import Refused
from aims.services.events import record

LONGEST = timedelta(days=366)


@transaction.atomic
def make_key(
    *,
    name: str,
    user: User,
    organisation: Organisation,
    scopes: Collection[KeyScope],
    expires_on: date,
    by: User,
    now: datetime,
) -> tuple[ApiKey, KeyText]:
    """Make a key and return it with its text, which nobody is shown a second time.

    Raises `Refused` for a person who does not work for the organisation or may not lend their name, for a last day
    that has passed or lies more than a year ahead, and for a name that another valid key of the person has: so a form
    that is sent twice makes one key.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    on = timezone.localdate(now)
    _check(person, organisation, expires_on, on)
    if ApiKey.objects.valid(on).filter(user=person, name=name.strip()).exists():
        raise Refused(f"{person.name} has a valid key of this name: revoke it first, or give this one another name")
    text = new_key()
    digest = digest_of(text)
    key = ApiKey.objects.create(
        name=name.strip(),
        prefix=text.prefix,
        digest=digest.digest,
        pepper=digest.pepper,
        user=user,
        organisation=organisation,
        scopes=sorted(scopes),
        made_at=now,
        made_by=by,
        expires_on=expires_on,
    )
    _record(EventKind.KEY_MADE, key, by, now)
    return key, text


def _check(user: User, organisation: Organisation, expires_on: date, on: date) -> None:
    if user.role not in MAY_LEND_THEIR_NAME or not user.is_active:
        raise Refused(f"Choose a partner or an owner with an open account: {user.name} is neither")
    if user.organisation_id != organisation.pk:
        raise Refused(f"{user.name} does not work for {organisation.name}: choose one of its people")
    if not on <= expires_on <= on + LONGEST:
        raise Refused(f"Choose a last day from today to {on + LONGEST:%-d %B %Y}: keys are renewed every year")


def revoke_lost_keys(*, person: User, by: User, now: datetime) -> None:
    """Take back the keys that lose somebody who leaves or changes; called in the transaction that changes them."""
    for key in ApiKey.objects.filter(user=person, revoked_at__isnull=True).order_by("pk"):
        key.user = person
        if not key.has_its_person():
            revoke_key(key=key, by=by, now=now)


@transaction.atomic
def revoke_key(*, key: ApiKey, by: User, now: datetime) -> ApiKey:
    """Take a key back: its next request is refused. Raises `Refused` for one that was revoked already."""
    locked: ApiKey = ApiKey.objects.select_for_update().get(pk=key.pk)
    if locked.revoked_at:
        raise Refused(f"{locked.name} was revoked on {timezone.localdate(locked.revoked_at):%-d %B %Y} already")
    locked.revoked_at, locked.revoked_by = now, by
    locked.save(update_fields=["revoked_at", "revoked_by"])
    _record(EventKind.KEY_REVOKED, locked, by, now)
    return locked


def _record(kind: EventKind, key: ApiKey, by: User, now: datetime) -> None:
    record(
        kind,
        now=now,
        by=by,
        audience=Audience.OFFICE,
        person=key.user,
        reference=key.reference,
        after={"name": key.name, "organisation": key.organisation.slug, "scopes": key.scopes},
    )
