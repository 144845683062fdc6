"""The strategy as a review told it: the rows as they stand, without what changed for a later review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Owner
from aims.choices import ChangeKind, Kind, Role
from aims.models import ReviewPeriod, StrategyChange

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
    later = StrategyChange.objects.applied().filter(
        effective__strategy=period.strategy_id, effective__starts__gt=period.starts, kind=ChangeKind.CHANGED
    )
    activities: dict[int, dict[str, Any]] = defaultdict(dict)
    objectives: dict[int, dict[str, Any]] = defaultdict(dict)
    # The latest first, so that the earliest change after the review has the last word: it knows what it replaced.
    rows = later.order_by("-effective__starts", "-pk").values_list("activity", "objective", "before")
    for activity, objective, before in rows:
        (activities[activity] if activity else objectives[objective]).update(before)
    return Words(activities, objectives, _posts({terms["owner"] for terms in activities.values() if "owner" in terms}))


def _posts(slugs: set[str]) -> dict[str, Post]:
    if not slugs:
        return {}
    rows = Owner.objects.filter(slug__in=slugs).values_list("slug", "title", "organisation__name")
    return {slug: Post(title, organisation) for slug, title, organisation in rows}
