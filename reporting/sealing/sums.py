"""Sums as lines tell them, from the summaries of a period."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import F

from aims.rules import Thresholds
from reporting import rules
from reporting.choices import Direction, Headline, Scope
from reporting.lines.rows import Sums
from reporting.models import Summary
from reporting.sealing.telling import Telling, pounds
from reporting.selectors.standings import counts_of

MONEY = ("allocated", "behind_red", "behind_amber", "rating_not_known", "not_traced")
MOVEMENT = ("improved", "unchanged", "worsened", "newly_complete")


def sums_by_key(telling: Telling, scope: Scope) -> Mapping[str, Sums]:
    """The sums of every member of a scope that has any; one query."""
    rows: Any = Summary.objects.filter(period=telling.period, scope=scope).annotate(worst_number=F("worst__number"))
    return {row.key: _sums(row, row.worst_number) for row in rows}


def _sums(row: Summary, worst: str | None) -> Sums:
    figures: dict[str, Any] = {name: getattr(row, name) for name in MOVEMENT}
    figures |= {name: pounds(getattr(row, name)) for name in MONEY}
    return Sums(
        counts=counts_of(row),
        **figures,
        headline=Headline(row.headline),
        headline_reason=row.headline_reason,
        score=row.score,
        direction=Direction(row.direction),
        worst=worst,
    )


def sums_of_nothing(thresholds: Thresholds) -> Sums:
    """What is told of a scope that counts no activity and has no money."""
    verdict = rules.headline(rules.Counts(), thresholds, wide=True)
    figures: dict[str, Any] = {**dict.fromkeys(MOVEMENT, 0), **dict.fromkeys(MONEY, pounds(Decimal(0)))}
    return Sums(
        counts=rules.Counts(),
        **figures,
        headline=verdict.headline,
        headline_reason=verdict.reason,
        score=None,
        direction=Direction.NOT_COMPARABLE,
        worst=None,
    )
