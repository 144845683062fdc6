"""What the lists of aggregation can be narrowed by."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.filters import (
    SLUG,
    AnyOf,
    Narrowing,
    ReferenceField,
    ValueField,
    by_choice,
    by_reference,
    from_day,
    to_day,
)
from aims.choices import EventKind, Mark
from aims.filters import ActivityFilter
from aims.models import Event, KeyActivity
from reporting.choices import LineKind, ReviewStage, Scope
from reporting.selectors.sources import Teller


class MarkFilter(AnyOf):
    """The activities that stand at any of some marks, by whatever tells the view of the request how they stand."""

    def filter(self, rows: QuerySet[KeyActivity], values: list[str]) -> QuerySet[KeyActivity]:
        """All activities where no mark is named."""
        if not values:
            return rows
        teller: Teller | None = self.parent.request.parser_context["view"].teller
        return rows.filter(teller.marked(values)) if teller else rows.none()


class ToldActivityFilter(ActivityFilter):
    mark = MarkFilter(
        one=ValueField(choices=Mark.choices),
        help_text="The mark of its position: of the period or day asked for, else as it is shown to you. Or several, "
        "separated by commas.",
    )


class FundingTotalFilter(Narrowing):
    period = by_reference("period__slug", SLUG, "The review period, by its slug: 2026-27-h1.")
    scope = by_choice(Scope, "What is summed over.")
    key = by_reference("key", r"^[-a-zA-Z0-9_.]{1,80}$", "The reference within the scope, such as 1 or A.")


class ReviewFilter(Narrowing):
    period = by_reference("period__slug", SLUG, "The review period, by its slug: 2026-27-h1.")
    stage = by_choice(ReviewStage, "How far the review has come.")
    sealed_from = from_day("sealed_at__date", "The first day of sealing to find.")
    sealed_to = to_day("sealed_at__date", "The last day of sealing to find.")
    published_from = from_day("publication__published_at__date", "The first day of publication to find.")
    published_to = to_day("publication__published_at__date", "The last day of publication to find.")


class LineFilter(Narrowing):
    kind = by_choice(LineKind, "What the line tells of.")
    key = by_reference("key", r"^[-a-zA-Z0-9_./]{1,120}$", "The line's key within its kind, such as 1.1.1.")


NUMBER = r"[1-9][0-9]{0,17}"
SLUG_IN_ADDRESS = r"[-a-zA-Z0-9_]{1,80}"
PART = r"[1-9][0-9]{0,2}"
ACTIVITY_NUMBER = rf"{PART}\.{PART}\.[1-9][0-9]{{0,3}}"
# What an event can be about, by the list of the API that names it: the columns to compare, and the form of references.
SUBJECTS = {
    "activities": (("activity__number",), ACTIVITY_NUMBER),
    "date-changes": (("date_change",), NUMBER),
    "funding-streams": (("reference",), r"[A-Z]{1,2}"),
    "milestones": (("milestone__activity__number", "milestone__position"), rf"{ACTIVITY_NUMBER}/[1-9][0-9]{{0,3}}"),
    "objectives": (("objective__number",), rf"{PART}\.{PART}"),
    "owners": (("owner__slug",), SLUG_IN_ADDRESS),
    "periods": (("period__slug",), SLUG_IN_ADDRESS),
    "reviews": (("period__slug",), SLUG_IN_ADDRESS),
    "updates": (("update",), NUMBER),
}
REFERENCE = "^(" + "|".join(f"{name}/{form}" for name, (_, form) in SUBJECTS.items()) + ")$"


class AboutFilter(AnyOf):
    """The events about any of some things; each is compared with the column that holds such things."""

    def filter(self, rows: QuerySet[Event], values: list[str]) -> QuerySet[Event]:
        """All events where nothing is named."""
        return rows.filter(Q.create([_about(reference) for reference in values], connector=Q.OR))


def _about(reference: str) -> Q:
    name, _, value = reference.partition("/")
    columns, _ = SUBJECTS[name]
    values = [reference] if columns == ("reference",) else value.split("/")
    return Q(**dict(zip(columns, values, strict=True)))


class ChangeFilter(Narrowing):
    kind = by_choice(EventKind, "What happened.")
    reference = AboutFilter(
        one=ReferenceField(regex=REFERENCE),
        help_text="All that happened to one thing, such as activities/1.1.1 with its updates and dates. "
        "Or to any of several, separated by commas.",
    )
