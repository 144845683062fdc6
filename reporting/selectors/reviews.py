"""The list of reviews."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.querysets import Asker
from aims.models import ReviewPeriod
from aims.rules.wording import long_date
from reporting.choices import Headline, LineKind, Scope
from reporting.lines import read_line
from reporting.lines.rows import Sums
from reporting.models import Review, SealedLine, Summary
from reporting.rules import position_sentence
from reporting.selectors.overview import meta_of
from reporting.selectors.periods import round_name
from reporting.selectors.standings import sums_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """One review in the list; `headline` is None where nothing was summed up."""

    label: str
    url: str
    facts: Sequence[str]
    sentence: str
    headline: Headline | None


def review_rows(user: Asker) -> list[ReviewRow]:
    """Every period that the person may see, the latest first: a closed one as it was sealed; four queries."""
    periods = list(ReviewPeriod.objects.visible_to(user).order_by("-starts"))
    reviews: Any = Review.objects.visible_to(user).standing().with_stage().filter(period__in=periods)
    sealed = {review.period_id: review for review in reviews}
    sums = {**_live(user, periods), **_as_sealed(sealed.values())}
    return [_row(period, sealed.get(period.pk), sums.get(period.pk)) for period in periods]


def _live(user: Asker, periods: Sequence[ReviewPeriod]) -> dict[int, Sums]:
    found = Summary.objects.visible_to(user).filter(scope=Scope.STRATEGY, period__in=periods).select_related("worst")
    return {summary.period_id: sums_of(summary) for summary in found}


def _as_sealed(reviews: Iterable[Review]) -> dict[int, Sums]:
    lines = SealedLine.objects.filter(review__in=[review.pk for review in reviews], kind=LineKind.STRATEGY)
    found = lines.values_list("review__period", "kind", "key", "public")
    return {period: read_line(kind, key, public).row.sums for period, kind, key, public in found}


def _row(period: ReviewPeriod, review: Review | None, whole: Sums | None) -> ReviewRow:
    name, *facts = meta_of(period, whole.counts if whole else None)
    return ReviewRow(
        label=round_name(period) if review else name,
        url=period.get_absolute_url(),
        facts=_life(review) if review else facts,
        sentence=position_sentence(whole.counts) if whole else "Nothing has been summed up yet.",
        headline=whole.headline if whole else None,
    )


def _life(review: Review) -> list[str]:
    """When it was sealed, agreed and published, and what is still to come."""
    agreement, publication = getattr(review, "agreement", None), getattr(review, "publication", None)
    facts = [f"sealed on {long_date(timezone.localdate(review.sealed_at))}"]
    facts.append(_on("agreed", agreement.agreed_on) if agreement else "not yet agreed")
    facts.append(_on("published", timezone.localdate(publication.published_at)) if publication else "not yet published")
    return facts


def _on(what: str, day: date) -> str:
    return f"{what} on {long_date(day)}"
