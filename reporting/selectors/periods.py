"""Which period a page tells of, and which it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Max, Subquery
from django.db.models.functions import Coalesce

from accounts.choices import UserRole
from accounts.models import User
from accounts.querysets import Asker
from aims.choices import PeriodState
from aims.models import ReviewPeriod
from aims.querysets import sees_live
from reporting.models import EventPosition


def shown_period(user: Asker) -> ReviewPeriod | None:
    """The period whose position a person sees: the one under way for staff and the Board, else the last published.

    One query; None before there is any.
    """
    return ReviewPeriod.objects.visible_to(user).order_by("-starts").first()


def own_round(organisation: str, user: Asker) -> ReviewPeriod | None:
    """The round under way for a partner of this organisation, by its slug: what is their own they see live.

    None for anyone else, and between rounds; two queries at most.
    """
    if not user.is_authenticated or user.role != UserRole.PARTNER or user.organisation is None:
        return None
    if user.organisation.slug != organisation:
        return None
    under_way = (PeriodState.OPEN, PeriodState.CLOSING)
    return ReviewPeriod.objects.filter(strategy__is_in_force=True, state__in=under_way).first()


def previous_period(period: ReviewPeriod) -> ReviewPeriod | None:
    """The closed period that a period's movement is measured against; one query."""
    closed = ReviewPeriod.objects.filter(
        strategy_id=period.strategy_id, state=PeriodState.CLOSED, ends__lt=period.starts
    )
    return closed.order_by("-ends").first()


@dataclass(frozen=True, slots=True)
class Shown:
    """A period and how far aggregation has come: both are the same as long as its page is."""

    period: int
    slug: str
    state: str
    reached: int


def shown_now(user: Asker) -> Shown | None:
    """The period whose position a person sees, without the period itself; one query, None before there is any.

    Every visit to the front page asks this, and most ask nothing else: its SQL is therefore compiled once only.
    """
    sql, given = _shown_query(sees_live(user))
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        row = cursor.fetchone()
    return Shown(*row) if row else None


@cache
def _shown_query(live: bool) -> tuple[str, tuple[Any, ...]]:
    asker = User(role=UserRole.BOARD) if live else AnonymousUser()
    seen = ReviewPeriod.objects.visible_to(asker).order_by("-starts")
    return seen.values_list("pk", "slug", "state", _reached())[:1].query.sql_with_params()


def shown_as(period: ReviewPeriod) -> Shown:
    """A given period and how far aggregation has come; one query."""
    newest: int | None = EventPosition.objects.aggregate(newest=Max("position"))["newest"]
    return Shown(period.pk, period.slug, period.state, newest or 0)


def _reached() -> Coalesce:
    newest = EventPosition.objects.order_by("-position").values("position")[:1]
    return Coalesce(Subquery(newest), 0)


def round_name(period: ReviewPeriod) -> str:
    """The usual name of the review: "Mid-year review 2026/27 H1"."""
    half = "Mid-year" if period.starts.month == 4 else "Year-end"
    return f"{half} review {period.label}"
