"""How the position moved from review to review."""

from __future__ import annotations

from django.db.models import Count

from accounts.querysets import Asker
from aims.models import ReviewPeriod
from reporting.frames import TrendTable, trend_table
from reporting.models import Position

REVIEWS_SHOWN = 6


def trend_of(period: ReviewPeriod, user: Asker) -> TrendTable | None:
    """The marks counted in this period and in those before it that the person may see; two queries.

    None where nothing has been summed up yet.
    """
    seen = ReviewPeriod.objects.visible_to(user).filter(strategy_id=period.strategy_id, starts__lte=period.starts)
    shown = list(seen.order_by("-starts")[:REVIEWS_SHOWN])[::-1]
    counted = list(
        Position.objects.visible_to(user)
        .filter(period__in=shown)
        .order_by()
        .values_list("period__label", "mark")
        .annotate(number=Count("pk"))
    )
    known = {label for label, _, _ in counted}
    labels = [each.label for each in shown if each.label in known]
    return trend_table(labels, counted) if labels else None
