"""What is told of a review in two places: by its rows, and by the events that were written with them.

Both are append-only. Whoever changes one past the guards has to change the other in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from aims.choices import EventKind, PeriodState
from aims.models import Event
from reporting.models import Agreement, Erratum, Publication, Review
from reporting.sealing.finding import Finding

Witness = tuple[datetime, int | None, str]
SAYS = {
    EventKind.PERIOD_CLOSED: "sealing",
    EventKind.REVIEW_AGREED: "agreement",
    EventKind.REVIEW_PUBLISHED: "publication",
    EventKind.REVIEW_CORRECTED: "erratum",
}


def contradictions(review: Review) -> Iterator[Finding]:
    """Where a review, its agreement, publication, errata and period do not fit each other; eight queries."""
    rows = _rows_of(review)
    later = Review.objects.filter(period=review.period, number__gt=review.number).exists()
    yield from _of_events(review, rows, is_last=not later)
    if not later:
        yield from _of_period(review)
    elif len(rows[EventKind.REVIEW_AGREED]):
        yield Finding.of(review, "it is agreed, though it was sealed anew afterwards")
    yield from _of_errata(review)


def lost_reviews() -> Iterator[Finding]:
    """Seals that an event tells of and no review bears; two queries."""
    seals = set(Review.objects.values_list("seal", flat=True))
    told = Event.objects.filter(kind=EventKind.PERIOD_CLOSED, after__has_key="seal").select_related("period")
    for event in told.order_by("pk"):
        if event.after["seal"] not in seals and event.period:
            yield Finding(event.period.slug, "", f"the review with the seal {event.after['seal']} is gone")


def _rows_of(review: Review) -> dict[EventKind, list[Witness]]:
    """What the rows say, in the form in which the events say it."""
    return {
        EventKind.PERIOD_CLOSED: [(review.sealed_at, review.sealed_by_id, _text({}, {"seal": review.seal}))],
        EventKind.REVIEW_AGREED: [
            (row.recorded_at, row.recorded_by_id, _text({}, _agreed(row)))
            for row in Agreement.objects.filter(review=review)
        ],
        EventKind.REVIEW_PUBLISHED: [
            (row.published_at, row.published_by_id, _text({}, {})) for row in Publication.objects.filter(review=review)
        ],
        EventKind.REVIEW_CORRECTED: [
            (row.at, row.by_id, _text({row.field: row.printed}, _corrected(row)))
            for row in Erratum.objects.filter(review=review).select_related("line")
        ],
    }


def _agreed(row: Agreement) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("agreed_on", "minute_reference", "resolution")}


def _corrected(row: Erratum) -> dict[str, Any]:
    return {
        row.field: row.correct,
        "line": f"{row.line.kind}:{row.line.key}",
        "explanation": row.explanation,
    }


def _text(before: dict[str, Any], after: dict[str, Any]) -> str:
    return json.dumps([before, after], cls=DjangoJSONEncoder, sort_keys=True)


def _of_events(review: Review, rows: dict[EventKind, list[Witness]], *, is_last: bool) -> Iterator[Finding]:
    """Every row must have its event; of what can only hang on the last review of a period, every event its row too."""
    events: dict[str, set[Witness]] = {kind: set() for kind in SAYS}
    for event in Event.objects.filter(period=review.period_id, kind__in=list(SAYS)):
        events[event.kind].add((event.at, event.by_id, _text(event.before, event.after)))
    for kind, word in SAYS.items():
        if not set(rows[kind]) <= events[kind]:
            yield Finding.of(review, f"no event tells of its {word} as it stands")
        if is_last and kind != EventKind.PERIOD_CLOSED and not events[kind] <= set(rows[kind]):
            yield Finding.of(review, f"an event tells of another {word} than stands")


def _of_period(review: Review) -> Iterator[Finding]:
    """Whether the period is what its last review makes of it."""
    period = review.period
    publication = Publication.objects.filter(review=review).first()
    if period.published_at != (publication.published_at if publication else None):
        yield Finding.of(review, "its period is published at another time than the review")
    if publication and not Agreement.objects.filter(review=review).exists():
        yield Finding.of(review, "it is published without having been agreed")
    reopened = period.reopenings.count() == review.number
    if period.state == PeriodState.CLOSED and period.closed_at != review.sealed_at:
        yield Finding.of(review, "its period was closed at another time than it was sealed")
    if (period.state != PeriodState.CLOSED) != reopened:
        yield Finding.of(review, "its period is not open or closed as its reopenings say")


def _of_errata(review: Review) -> Iterator[Finding]:
    errata = list(review.errata.select_related("line").order_by("number"))
    if [row.number for row in errata] != list(range(1, len(errata) + 1)):
        yield Finding.of(review, "its errata are not numbered one after the other")
    if any(row.line.review_id != review.pk for row in errata):
        yield Finding.of(review, "an erratum speaks of a line of another review")
