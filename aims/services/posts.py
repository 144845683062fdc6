"""Accountable posts, which post signs off for which, and who holds them: kept by the office, each change recorded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Holding, Organisation, Owner, User
from aims.choices import Audience, EventKind
from aims.errors import NotAllowed, Refused
from aims.rules.people import makes_a_circle, slug_of
from aims.selectors.versions import version_of_post
from aims.services.events import record
from aims.services.holdings import end, hold
from aims.services.people import CHANGED_MEANWHILE

TITLE_TAKEN = "This organisation has a post of that title already"


@transaction.atomic
def add_post(*, title: str, organisation: Organisation, approving_post: Owner | None, by: User, now: datetime) -> Owner:
    """Add a post, confirmed. Raises `Refused` where the organisation has one of that title."""
    _allowed(by)
    posts = _lock_posts()
    _not_signed_off_by_oneself(approving_post, by, now)
    slug = slug_of(title, {post.slug for post in posts})
    post = Owner(
        slug=slug,
        title=title.strip(),
        organisation=organisation,
        approving_post=approving_post,
        is_proposed=False,
    )
    _save(post)
    _record(EventKind.POST_ADDED, post, by, now, {"title": post.title, "approving_post": _slug(approving_post)}, {})
    return post


@transaction.atomic
def change_post(
    *,
    post: Owner,
    title: str,
    approving_post: Owner | None,
    reason: str,
    version: int,
    by: User,
    now: datetime,
) -> Owner:
    """Rename a post, or let another post sign off for it; its organisation and its address stay.

    Raises `Refused` without a reason, for a circle, and when somebody else changed the post since `version`;
    `NotAllowed` for whoever would come to sign off themself.
    """
    _allowed(by)
    posts = {row.pk: row for row in _lock_posts()}
    locked = posts[post.pk]
    _sensible(locked, approving_post, reason, {row.pk: row.approving_post_id for row in posts.values()})
    if version != version_of_post(locked):
        raise Refused(CHANGED_MEANWHILE)
    before = {"title": locked.title, "approving_post": _slug(posts.get(locked.approving_post_id or 0))}
    after = {"title": title.strip(), "approving_post": _slug(approving_post)}
    if before == after:
        raise Refused("Nothing is changed")
    if before["approving_post"] != after["approving_post"]:
        _not_signed_off_by_oneself(approving_post, by, now)
    locked.title, locked.approving_post = title.strip(), approving_post
    _save(locked, [name for name in after if after[name] != before[name]])
    _record(EventKind.POST_CHANGED, locked, by, now, after | {"reason": reason.strip()}, before)
    return locked


@transaction.atomic
def confirm_post(*, post: Owner, by: User, now: datetime) -> Owner:
    """Say that a proposed post is right. Raises `Refused` where somebody did so already."""
    _allowed(by)
    locked: Owner = Owner.objects.select_for_update(no_key=True).get(pk=post.pk)
    if not locked.is_proposed:
        raise Refused(f"{locked.title} is confirmed already")
    locked.is_proposed = False
    locked.save(update_fields=["is_proposed"])
    _record(EventKind.POST_CHANGED, locked, by, now, {"is_proposed": False}, {"is_proposed": True})
    return locked


@transaction.atomic
def give_post(
    *, post: Owner, person: User, is_deputy: bool, starts: date, ends: date | None, by: User, now: datetime
) -> Holding:
    """Give a post to a person, or make them its deputy until a day.

    Raises `NotAllowed` where it would let the asker sign off for others: a colleague gives them that; `Refused` for
    days that overlap with another holding of the same person, or have gone by.
    """
    _allowed(by)
    _lock_posts()
    if person.pk == by.pk and post.approves_for.exists():
        raise NotAllowed("Nobody gives themself a post that signs off for others: ask a colleague to do it")
    return hold(post=post, person=person, is_deputy=is_deputy, starts=starts, ends=ends, by=by, now=now)


@transaction.atomic
def end_holding(*, holding: Holding, last_day: date, by: User, now: datetime) -> Holding:
    """Let somebody's holding of a post end with a day, at the earliest yesterday. Raises as `holdings.end` does."""
    _allowed(by)
    locked: Holding = Holding.objects.select_for_update(of=("self",)).select_related("owner", "user").get(pk=holding.pk)
    return end(holding=locked, last_day=last_day, by=by, now=now)


def _allowed(by: User) -> None:
    if not User.objects.get(pk=by.pk).keeps_the_round:
        raise NotAllowed("The performance office keeps the posts")


def _lock_posts() -> list[Owner]:
    """All posts, locked in one order: who signs off for whom changes one at a time, so that no circle closes."""
    return list(Owner.objects.select_for_update(no_key=True).order_by("pk"))


def _sensible(post: Owner, approving: Owner | None, reason: str, approved_by: dict[int, int | None]) -> None:
    if not reason.strip():
        raise Refused("Say why the post changes")
    if makes_a_circle(post.pk, approving.pk if approving else None, approved_by):
        raise Refused(f"{approving.title if approving else ''} cannot sign off: {post.title} signs off for it")


def _not_signed_off_by_oneself(approving: Owner | None, by: User, now: datetime) -> None:
    """What a person holds, or is about to, does not come to sign off for others by their own hand."""
    held = by.holdings.standing(timezone.localdate(now)).filter(owner=approving)
    if approving and held.exists():
        raise NotAllowed(f"You hold {approving.title} yourself: a colleague has to let it sign off for other posts")


def _save(post: Owner, changed: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            post.save(update_fields=changed)
    except IntegrityError as error:
        raise Refused(TITLE_TAKEN) from error


def _slug(post: Owner | None) -> str | None:
    return post.slug if post else None


def _record(
    kind: EventKind, post: Owner, by: User, now: datetime, after: dict[str, Any], before: dict[str, Any]
) -> None:
    changed = {name: value for name, value in after.items() if name not in before or before[name] != value}
    told = {name: value for name, value in before.items() if name in changed}
    record(kind, now=now, by=by, audience=Audience.OFFICE, owner=post, before=told, after=changed)
