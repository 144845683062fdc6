"""The list of reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.querysets import Asker
from aims.models import ReviewPeriod
from reporting.choices import Headline, Scope
from reporting.models import Summary
from reporting.rules import position_sentence
from reporting.selectors.overview import meta_of
from reporting.selectors.standings import counts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """One review in the list; `headline` is None where nothing was summed up."""

    label: str
    url: str
    facts: Sequence[str]
    sentence: str
    headline: Headline | None


def review_rows(user: Asker) -> list[ReviewRow]:
    """Every period that the person may see, the latest first; two queries."""
    periods = list(ReviewPeriod.objects.visible_to(user).order_by("-starts"))
    wholes = {
        summary.period_id: summary
        for summary in Summary.objects.visible_to(user).filter(scope=Scope.STRATEGY, period__in=periods)
    }
    return [_row(period, wholes.get(period.pk)) for period in periods]


def _row(period: ReviewPeriod, whole: Summary | None) -> ReviewRow:
    name, *facts = meta_of(period, counts_of(whole) if whole else None)
    return ReviewRow(
        label=name,
        url=period.get_absolute_url(),
        facts=facts,
        sentence=position_sentence(counts_of(whole)) if whole else "Nothing has been summed up yet.",
        headline=Headline(whole.headline) if whole else None,
    )
