"""The strategy as a review told it: the rows as they stand, without what changed for a later review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import Owner
from aims.choices import ChangeKind, EventKind, Kind, Role
from aims.models import Event, KeyActivity, ReviewPeriod, StrategyChange

Replaced = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Post:
    """A post as pages name it."""

    title: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a review told, wherever the rows have changed since; each method takes what the row holds now.

    Places and contributors are slugs, in their order. An activity never changes its objective: what moves gets a
    successor.
    """

    activities: Replaced
    objectives: Replaced
    posts: Mapping[str, Post]

    def statement(self, objective: int, now: str) -> str:
        """An objective's wording."""
        return str(self.objectives.get(objective, {}).get("statement", now))

    def description(self, activity: int, now: str) -> str:
        """An activity's wording."""
        return str(self._of(activity, "description", now))

    def role(self, activity: int, now: str) -> Role:
        """What the authority did about it."""
        return Role(self._of(activity, "role", now))

    def kind(self, activity: int, now: str) -> Kind:
        """Whether it had an end."""
        return Kind(self._of(activity, "kind", now))

    def post(self, activity: int, now: Post) -> Post:
        """The post that answered for it."""
        slug = self._of(activity, "owner", None)
        return self.posts[slug] if slug else now

    def owner(self, activity: int, now: str) -> str:
        """The same by its slug."""
        return str(self._of(activity, "owner", now))

    def places(self, activity: int, now: tuple[str, ...]) -> tuple[str, ...]:
        """Where it was delivered, by slugs."""
        return tuple(self._of(activity, "places", now))

    def contributors(self, activity: int, now: tuple[str, ...]) -> tuple[str, ...]:
        """Who contributed, by slugs."""
        return tuple(self._of(activity, "contributors", now))

    def _of(self, activity: int, name: str, now: Any) -> Any:
        return self.activities.get(activity, {}).get(name, now)


AS_IT_STANDS = Words({}, {}, {})


def words_in(period: ReviewPeriod) -> Words:
    """The words of one review; one query, a second where posts have changed. Costs a row a later change, no more."""
    activities, objectives = _replaced(period, Q(effective__starts__gt=period.starts))
    return Words(activities, objectives, _posts(_owners_in(activities)))


def words_at(period: ReviewPeriod, instant: datetime) -> Words:
    """The words of a period as at an instant, with the titles that posts had then; four queries at most."""
    later = Q(effective__starts__gt=period.starts) | Q(applied_at__gt=instant)
    activities, objectives = _replaced(period, later)
    renamed = _titles_at(instant)
    for pk, slug in KeyActivity.objects.filter(owner__slug__in=renamed).values_list("pk", "owner__slug"):
        activities[pk].setdefault("owner", slug)
    posts = _posts(_owners_in(activities))
    then = {slug: Post(renamed.get(slug, post.title), post.organisation) for slug, post in posts.items()}
    return Words(activities, objectives, then)


def _titles_at(instant: datetime) -> dict[str, str]:
    """The titles of the posts that were renamed after an instant, by slug: the first change after it knows."""
    changed = Event.objects.filter(kind=EventKind.POST_CHANGED, at__gt=instant, before__has_key="title")
    first = changed.order_by("owner_id", "at", "pk").distinct("owner_id")
    return {slug: before["title"] for slug, before in first.values_list("owner__slug", "before")}


def _replaced(
    period: ReviewPeriod, later: Q
) -> tuple[defaultdict[int, dict[str, Any]], defaultdict[int, dict[str, Any]]]:
    """What the changes that came later replaced, of activities and of objectives; one query."""
    changes = StrategyChange.objects.applied().filter(
        later, effective__strategy=period.strategy_id, kind=ChangeKind.CHANGED
    )
    activities: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    objectives: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    # The latest first, so that the earliest change after the review has the last word: it knows what it replaced.
    rows = changes.order_by("-effective__starts", "-pk").values_list("activity", "objective", "before")
    for activity, objective, before in rows:
        (activities[activity] if activity else objectives[objective]).update(before)
    return activities, objectives


def _owners_in(activities: Replaced) -> set[str]:
    return {terms["owner"] for terms in activities.values() if "owner" in terms}


def _posts(slugs: set[str]) -> dict[str, Post]:
    if not slugs:
        return {}
    rows = Owner.objects.filter(slug__in=slugs).values_list("slug", "title", "organisation__name")
    return {slug: Post(title, organisation) for slug, title, organisation in rows}
