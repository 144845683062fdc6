"""Where the parts of a closed review stand, and the list that each of its figures counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from aims.choices import Mark
from reporting.selectors.behind import Rating

Query = Mapping[str, str]

# What the list of activities is narrowed by to hold what a figure counts; figures as `Counts` and sums name them.
COUNTED: Mapping[str, Query] = {
    "activities": {},
    "not_started": {"state": "not_started"},
    "in_progress": {"state": "in_progress"},
    "complete": {"state": "complete"},
    "deferred": {"state": "deferred"},
    "cancelled": {"state": "cancelled"},
    "never_reported": {"state": "none"},
    "green": {"rag": "green"},
    "amber": {"rag": "amber"},
    "red": {"rag": "red"},
    "unrated": {"rag": "unrated"},
    "no_update": {"update": "none"},
    "in_progress_no_update": {"state": "in_progress", "update": "none"},
    "allocated": {"money": "yes"},
    "behind_red": {"rag": "red", "money": "yes"},
    "behind_amber": {"rag": "amber", "money": "yes"},
    "rating_not_known": {"update": "none", "money": "yes"},
}

MARKED: Mapping[Mark, Query] = {
    Mark.COMPLETE: {"state": "complete", "update": "not_missing"},
    Mark.GREEN: {"rag": "green"},
    Mark.AMBER: {"rag": "amber"},
    Mark.RED: {"rag": "red"},
    Mark.UNRATED: {"rag": "unrated"},
    Mark.NO_UPDATE: {"update": "none"},
    Mark.NOT_STARTED: {"state": "not_started", "update": "not_missing"},
    Mark.DEFERRED: {"state": "deferred", "update": "not_missing"},
    Mark.CANCELLED: {"state": "cancelled", "update": "not_missing"},
}

BEHIND: Mapping[Rating, str] = {
    Rating.RED: "behind_red",
    Rating.AMBER: "behind_amber",
    Rating.NOT_KNOWN: "rating_not_known",
}


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of one review, by its slug."""

    slug: str

    def to(self, name: str) -> str:
        """A page of the review as a whole, by the name of its route."""
        return reverse(name, args=[self.slug])

    def scoped(self, name: str) -> str:
        """What the review says of all places or organisations, by the name of the route."""
        return f"{reverse(name)}?{urlencode({'review': self.slug})}"

    def activities(self) -> Callable[[str], str]:
        """The page of an activity by its number; resolves the route once, however many ask."""
        return self._numbered("review-activity")

    def aims(self) -> Callable[[str], str]:
        """The page of an aim by its number."""
        return self._numbered("review-aim")

    def objectives(self) -> Callable[[str], str]:
        """An objective on its aim's page, by its number."""
        aim = self.aims()
        return lambda number: f"{aim(number.partition('.')[0])}#objective-{number}"

    def listed(self, query: Query) -> str:
        """The list of activities, narrowed."""
        page = self.to("review-activities")
        return f"{page}?{urlencode(query)}" if query else page

    def counted(self, figure: str, **scope: str) -> str:
        """The list that a figure of a scope counts; empty for what no list counts."""
        if figure not in COUNTED:
            return ""
        return self.listed({**{name: key for name, key in scope.items() if key}, **COUNTED[figure]})

    def marked(self, **scope: str) -> Mapping[Mark, str]:
        """The list of each mark in a scope."""
        return {mark: self.listed({**scope, **query}) for mark, query in MARKED.items()}

    def behind(self, **scope: str) -> Mapping[Rating, str]:
        """The lists of the money behind the ratings of a scope."""
        lists = {rating: self.counted(figure, **scope) for rating, figure in BEHIND.items()}
        return {**lists, Rating.NOT_TRACED: f"{self.to('review-funding')}#not-traced"}

    def _numbered(self, name: str) -> Callable[[str], str]:
        pattern = reverse(name, args=[self.slug, "NUMBER"])
        return lambda number: pattern.replace("NUMBER", number)
