"""Posts, who holds them and what hangs on them; for whoever keeps the people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import Holding, Organisation, Owner
from accounts.querysets import OwnerQuerySet
from aims.choices import EventKind
from aims.models import Event, KeyActivity
from aims.selectors.versions import version_of_post

NOBODY, UNSIGNED, PROPOSED = "nobody", "unsigned", "proposed"
GAPS = (
    (NOBODY, "Held by nobody"),
    (UNSIGNED, "Without an approving post"),
    (PROPOSED, "Proposed, not confirmed yet"),
)
OF_POSTS = (EventKind.POST_ADDED, EventKind.POST_CHANGED, EventKind.POST_HELD, EventKind.POST_LEFT)
WORDS = {"title": "title", "approving_post": "approving post"}


@dataclass(frozen=True, slots=True)
class Seat:
    """That somebody holds a post, or deputises for it."""

    pk: int
    person: int
    name: str
    is_deputy: bool
    starts: date
    ends: date | None
    has_begun: bool
    has_ended: bool


@dataclass(frozen=True, slots=True)
class PostRow:
    """A line of the list of posts."""

    slug: str
    title: str
    organisation: str
    approving: str
    is_proposed: bool
    activities: int
    holders: tuple[str, ...]
    deputies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A line of a post's history."""

    when: datetime
    who: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class PostPage:
    """One post with its people, its activities, the posts that it signs off for, and its history."""

    post: Owner
    version: int
    seats: tuple[Seat, ...]
    former: tuple[Seat, ...]
    activities: tuple[KeyActivity, ...]
    approves_for: tuple[Owner, ...]
    history: tuple[Change, ...]


def posts(on: date, *, words: str = "", organisation: Organisation | None = None, gap: str = "") -> QuerySet[Owner]:
    """The posts, narrowed, with who holds them now and how many activities they answer for."""
    found: OwnerQuerySet = Owner.objects.filter(title__icontains=words) if words else Owner.objects.all()
    found = found.filter(organisation=organisation) if organisation else found
    found = found.filter(approving_post=None) if gap == UNSIGNED else found
    found = found.filter(is_proposed=True) if gap == PROPOSED else found
    current = Holding.objects.current(on)
    if gap == NOBODY:
        found = found.filter(~Exists(current.filter(owner=OuterRef("pk"), is_deputy=False)))
    people = current.select_related("user").order_by("starts", "pk")
    standing = Q(activities__in=KeyActivity.objects.standing(on))
    counted = found.annotate(answered=Count("activities", filter=standing, distinct=True))
    fetched = counted.select_related("organisation", "approving_post").prefetch_related(Prefetch("holdings", people))
    return fetched.order_by("title", "pk")


def rows(found: Iterable[Owner]) -> list[PostRow]:
    """The lines of a page of `posts`."""
    return [_row(post) for post in found]


def _row(post: Owner) -> PostRow:
    held = post.holdings.all()
    return PostRow(
        slug=post.slug,
        title=post.title,
        organisation=post.organisation.name,
        approving=post.approving_post.title if post.approving_post else "",
        is_proposed=post.is_proposed,
        activities=post.answered,  # type: ignore[attr-defined]  # `posts` counts them
        holders=tuple(holding.user.name for holding in held if not holding.is_deputy),
        deputies=tuple(holding.user.name for holding in held if holding.is_deputy),
    )


def post_page(post: Owner, on: date) -> PostPage:
    """One post; six queries beyond it."""
    held = [seat(row, on) for row in post.holdings.begun().select_related("user").order_by("is_deputy", "starts")]
    strategy = KeyActivity.objects.filter(owner=post, strategy__is_in_force=True).standing(on)
    return PostPage(
        post=post,
        version=version_of_post(post),
        seats=tuple(row for row in held if not row.has_ended),
        former=tuple(row for row in held if row.has_ended),
        activities=tuple(strategy.order_by("order")),
        approves_for=tuple(post.approves_for.select_related("organisation")),
        history=history(post),
    )


def seat(holding: Holding, on: date) -> Seat:
    """A holding with its person, whom the caller has fetched."""
    return Seat(
        pk=holding.pk,
        person=holding.user_id,
        name=holding.user.name,
        is_deputy=holding.is_deputy,
        starts=holding.starts,
        ends=holding.ends,
        has_begun=holding.starts <= on,
        has_ended=holding.ends is not None and holding.ends < on,
    )


def history(post: Owner) -> tuple[Change, ...]:
    """What happened to a post and its holders, newest first; two queries."""
    events = list(Event.objects.filter(owner=post, kind__in=OF_POSTS).select_related("by", "person").order_by("-pk"))
    named = {
        value for event in events for value in (event.before.get("approving_post"), event.after.get("approving_post"))
    }
    titles = dict(Owner.objects.filter(slug__in=named - {None}).values_list("slug", "title"))
    return tuple(
        Change(event.at, event.by.name if event.by else "The tracker", _what(event), _detail(event, titles))
        for event in events
    )


def _what(event: Event) -> str:
    if event.kind == EventKind.POST_HELD:
        given = "made {} a deputy" if event.after.get("is_deputy") else "gave the post to {}"
        return given.format(event.person)
    if event.kind == EventKind.POST_LEFT:
        return f"ended the time of {event.person}"
    if event.after.get("is_proposed") is False:
        return "confirmed the post"
    return event.get_kind_display()


def _detail(event: Event, titles: dict[str, str]) -> str:
    if event.kind == EventKind.POST_HELD:
        until = event.after.get("ends")
        return f"From {_day(event.after['starts'])}" + (f" until {_day(until)}" if until else "")
    if event.kind == EventKind.POST_LEFT:
        return f"Last day {_day(event.after['ends'])}"
    moved = [
        f"{WORDS[name].capitalize()} from “{_named(event.before.get(name), titles)}” to “{_named(value, titles)}”"
        for name, value in event.after.items()
        if name in WORDS and name in event.before
    ]
    reason = [f"“{event.after['reason']}”"] if event.after.get("reason") else []
    return ". ".join(moved + reason)


def _named(value: str | None, titles: dict[str, str]) -> str:
    return titles.get(value, value) if value else "none"


def _day(stored: str) -> str:
    return f"{date.fromisoformat(stored):%-d %B %Y}"
