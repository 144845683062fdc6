"""What is agreed of a part of the strategy, field by field, as changes of it keep their values."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from aims.choices import PeriodState
from aims.models import KeyActivity, Objective, ReviewPeriod

Subject = Objective | KeyActivity
Terms = dict[str, Any]

LABELS = {
    "statement": "Wording",
    "description": "Wording",
    "role": "Role",
    "kind": "Kind",
    "owner": "Owner",
    "places": "Places",
    "contributors": "Contributing organisations",
    "is_proposed": "Proposed",
}


def terms_of(subject: Subject) -> Terms:
    """The values that a change can replace, as the row holds them; posts, places and bodies by slug; two queries."""
    if isinstance(subject, Objective):
        return {"statement": subject.statement}
    return {
        "description": subject.description,
        "role": str(subject.role),
        "kind": str(subject.kind),
        "owner": subject.owner.slug,
        "places": sorted(subject.places.values_list("slug", flat=True)),
        "contributors": sorted(subject.contributors.values_list("slug", flat=True)),
    }


def terms_in(subject: Subject, period: ReviewPeriod) -> Terms:
    """The same as a review still to be told will tell them: the row's, and what is planned up to that review."""
    terms = terms_of(subject)
    for change in subject.changes.planned().filter(effective__starts__lte=period.starts):
        terms |= {name: value for name, value in change.after.items() if name in terms}
    return terms


def version_of(subject: Subject) -> int:
    """A number that grows with whatever is planned, applied or withdrawn; tells a stale form. One query."""
    counted = subject.changes.aggregate(made=Count("pk"), applied=Count("applied_at"), withdrawn=Count("withdrawn_at"))
    return sum(counted.values())


def reviews_to_tell(strategy_id: int) -> list[ReviewPeriod]:
    """The reviews that are still to be told, the one under way first; one query.

    A scheduled half-year that lies before one already opened has been passed over and is not told any more. One that
    was opened again keeps its words as it was sealed.
    """
    periods: Any = ReviewPeriod.objects.filter(strategy=strategy_id).annotate(reopened=Count("reopenings"))
    found: list[ReviewPeriod] = []
    for period in periods.order_by("-starts"):
        if period.state == PeriodState.CLOSED or period.reopened:
            break
        found.insert(0, period)
        if period.state != PeriodState.SCHEDULED:
            break
    return found
