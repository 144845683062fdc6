"""Keys for programs: made by the office in a person's name, shown once, revoked at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.choices import KeyScope, UserRole
from accounts.keys import KeyText, digest_of, new_key
from accounts.models import ApiKey, Organisation, User
from aims.choices import Audience, EventKind
from aims.errors import Refused
from aims.services.events import record

LONGEST = timedelta(days=366)
# A program asks in the name of somebody who reports; never with the privileges of those who keep the tracker.
MAY_LEND_THEIR_NAME = (UserRole.PARTNER, UserRole.OWNER)


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

    Raises `Refused` for a person who does not work for the organisation or may not lend their name, and for a last
    day that has passed or lies more than a year ahead.
    """
    _check(user, organisation, expires_on, timezone.localdate(now))
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
        reference=f"keys/{key.prefix}",
        after={"name": key.name, "organisation": key.organisation.slug, "scopes": key.scopes},
    )
