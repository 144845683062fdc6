"""What was published, for those who follow it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max

from reporting.choices import LineKind
from reporting.lines import read_line
from reporting.lines.rows import ReviewLine, StrategyLine
from reporting.models import Review, SealedLine
from reporting.rules import position_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One published review; `updated_at` moves with every erratum."""

    slug: str
    name: str
    sentence: str
    published_at: datetime
    updated_at: datetime


def publications() -> list[Published]:
    """All that anyone may read, the latest first; two queries."""
    seen = Review.objects.visible_to(AnonymousUser()).select_related("publication")
    reviews: list[Any] = list(
        seen.annotate(corrected_at=Max("errata__at")).order_by("-publication__published_at", "-pk")
    )
    rows = SealedLine.objects.filter(review__in=reviews, kind__in=[LineKind.REVIEW, LineKind.STRATEGY])
    texts = rows.values_list("review", "kind", "key", "public")
    told = {(review, kind): read_line(kind, key, public).row for review, kind, key, public in texts}
    return [_published(each, told[each.pk, LineKind.REVIEW], told[each.pk, LineKind.STRATEGY]) for each in reviews]


def _published(review: Any, head: ReviewLine, whole: StrategyLine) -> Published:
    published_at = review.publication.published_at
    return Published(
        slug=head.slug,
        name=head.name,
        sentence=position_sentence(whole.sums.counts),
        published_at=published_at,
        updated_at=max(published_at, review.corrected_at or published_at),
    )
