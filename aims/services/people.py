"""People who sign in: only administrators give or take the privileges of the office and of administrators."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.choices import UserRole
from accounts.models import Organisation, User
from aims.choices import Audience, EventKind
from aims.errors import NotAllowed, Refused
from aims.rules.people import may_keep
from aims.selectors.versions import version_of_person
from aims.services.events import record
from aims.services.holdings import end
from aims.services.keys import revoke_lost_keys

CHANGED_MEANWHILE = "Somebody else has changed this since you opened it: look at what stands now, then change it again"


@transaction.atomic
def add_person(*, email: str, name: str, role: str, organisation: Organisation | None, by: User, now: datetime) -> User:
    """Make an account without a password: the person sets one by a link, or comes through single sign-on.

    Raises `NotAllowed` where the asker may not give that role, `Refused` where the address has an account.
    """
    asker = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    _allowed(asker, role)
    try:
        with transaction.atomic():
            person: User = User.objects.create_user(
                email=email.strip(), name=name.strip(), role=role, organisation=organisation
            )
    except IntegrityError as error:
        raise Refused("There is an account with this address already") from error
    _record(EventKind.PERSON_ADDED, person, by, now, {})
    return person


@transaction.atomic
def change_person(
    *,
    person: User,
    name: str,
    role: str,
    organisation: Organisation | None,
    version: int,
    by: User,
    now: datetime,
) -> User:
    """Change who a person is; their address stays. Raises `NotAllowed` for privileges that are not the asker's to give.

    Raises `Refused` for the role of the last administrator, and when somebody else changed the person since `version`.
    """
    locked, asker = _locked(person, by)
    _allowed(asker, locked.role, role)
    if version != version_of_person(locked):
        raise Refused(CHANGED_MEANWHILE)
    if role != UserRole.ADMINISTRATOR:
        _keep_one_administrator(locked)
    before = _told(locked)
    locked.name, locked.role, locked.organisation = name.strip(), role, organisation
    locked.save(update_fields=["name", "role", "organisation"])
    revoke_lost_keys(person=locked, by=by, now=now)
    _record(EventKind.PERSON_CHANGED, locked, by, now, before)
    return locked


@transaction.atomic
def close_account(*, person: User, by: User, now: datetime) -> User:
    """End a person's sessions, posts, keys and password at once; what they did stays.

    Raises `NotAllowed` where the asker may not, and for their own account; `Refused` for the last administrator.
    """
    locked, asker = _locked(person, by)
    _allowed(asker, locked.role)
    if locked.pk == by.pk:
        raise NotAllowed("Nobody closes their own account: ask a colleague")
    if not locked.is_active:
        raise Refused(f"{locked.name}'s account is closed already")
    _keep_one_administrator(locked)
    before = _told(locked)
    locked.is_active = False
    locked.set_unusable_password()  # also after it is opened again, no session from before goes on
    locked.save(update_fields=["is_active", "password"])
    yesterday = timezone.localdate(now) - timedelta(days=1)
    for holding in locked.holdings.standing(yesterday + timedelta(days=1)).select_for_update().select_related("owner"):
        end(holding=holding, last_day=yesterday, by=by, now=now)
    revoke_lost_keys(person=locked, by=by, now=now)
    _record(EventKind.PERSON_CHANGED, locked, by, now, before)
    return locked


@transaction.atomic
def open_account(*, person: User, by: User, now: datetime) -> User:
    """Open a closed account again: without a password, and without the posts from before."""
    locked, asker = _locked(person, by)
    _allowed(asker, locked.role)
    if locked.is_active:
        raise Refused(f"{locked.name}'s account is open already")
    before = _told(locked)
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    _record(EventKind.PERSON_CHANGED, locked, by, now, before)
    return locked


def _locked(person: User, by: User) -> tuple[User, User]:
    """The person and the asker as they stand, with all administrators: two cannot take each other's role at once."""
    rows = User.objects.select_for_update(no_key=True).order_by("pk")
    found = {row.pk: row for row in rows.filter(Q(pk__in=[person.pk, by.pk]) | Q(role=UserRole.ADMINISTRATOR))}
    return found[person.pk], found[by.pk]


def _allowed(asker: User, *roles: str) -> None:
    if not (asker.is_active and may_keep(asker.role, *roles)):
        raise NotAllowed("Only an administrator makes or changes accounts of the performance office and administrators")


def _keep_one_administrator(person: User) -> None:
    """Refuse to lose the last one who could give the role again."""
    if person in User.objects.administrators() and not User.objects.administrators().exclude(pk=person.pk).exists():
        raise Refused("This is the last administrator: make another one first")


def _told(person: User) -> dict[str, Any]:
    """What history keeps of a person: never their name or address, since it can never be erased."""
    organisation = person.organisation.slug if person.organisation else None
    return {"role": person.role, "organisation": organisation, "is_active": person.is_active}


def _record(kind: EventKind, person: User, by: User, now: datetime, before: dict[str, Any]) -> None:
    after = _told(person)
    changed = [name for name in after if before.get(name) != after[name]]
    record(
        kind,
        now=now,
        by=by,
        audience=Audience.OFFICE,
        person=person,
        before={name: before[name] for name in changed if name in before},
        after={name: after[name] for name in changed},
    )
