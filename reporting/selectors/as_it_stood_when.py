"""Which period was told on an earlier day, how far it had come, and which days a person may ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.querysets import Asker
from aims.choices import EventKind
from aims.models import Event, ReviewPeriod
from aims.querysets import sees_live

OPENS = (EventKind.PERIOD_OPENED, EventKind.REVIEW_REOPENED)


@dataclass(frozen=True, slots=True)
class Turn:
    """That a period was opened, or closed, at an instant."""

    at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """A period as it was at the end of a day, or at another instant.

    `closed_at` is None while it was under way; `sealed_at` is its first closing by then, also once it is opened again.
    """

    on: date
    instant: datetime
    period: ReviewPeriod
    closed_at: datetime | None
    sealed_at: datetime | None

    @property
    def told_until(self) -> datetime:
        """What was said and agreed later counts for nothing: a closed period stays as it closed."""
        return self.closed_at or self.instant

    @property
    def known(self) -> datetime:
        """Until when dates and money are known: a round that was opened again knows those of its first closing."""
        return self.sealed_at or self.instant

    @property
    def as_at(self) -> date:
        """The day of which the period told."""
        return self.period.ends if self.closed_at else self.period.position_as_at(self.on)


@dataclass(frozen=True, slots=True)
class Days:
    """The days that a person may ask for; `is_published` where the last is that of a published review."""

    first: date
    last: date
    is_published: bool


class Calendar:
    """The periods that a person may see, and when each was opened and closed; two queries."""

    def __init__(self, user: Asker, today: date) -> None:
        seen = ReviewPeriod.objects.visible_to(user).select_related("strategy").order_by("starts")
        self.periods = list(seen)
        self.turns = _turns(self.periods)
        self.is_live = sees_live(user)
        self.today = today

    @property
    def days(self) -> Days | None:
        """The first and the last of them; None before there is any."""
        if not self.periods:
            return None
        first = min(timezone.localdate(turns[0].at) for turns in self.turns.values())
        closed_at = self.periods[-1].closed_at
        is_published = not self.is_live and closed_at is not None
        return Days(first, timezone.localdate(closed_at) if is_published else self.today, is_published)

    def at_end_of(self, day: date) -> Then | None:
        """What was told when a day ended; None where no period had begun."""
        return self.at(start_of(day + timedelta(days=1)) - timedelta(microseconds=1))

    def at(self, instant: datetime) -> Then | None:
        """The period under way at an instant, else the last that had closed."""
        standing = [(period, _last(self.turns[period.pk], instant)) for period in self.periods]
        begun = [(period, turn) for period, turn in standing if turn]
        if not begun:
            return None
        under_way = (each for each in begun if each[1].is_open)
        period, turn = next(under_way, begun[-1])
        closings = (each.at for each in self.turns[period.pk] if not each.is_open and each.at <= instant)
        return Then(
            on=timezone.localdate(instant),
            instant=instant,
            period=period,
            closed_at=None if turn.is_open else turn.at,
            sealed_at=next(closings, None),
        )


def start_of(day: date) -> datetime:
    """Midnight in London."""
    return timezone.make_aware(datetime.combine(day, time()))


def _last(turns: Sequence[Turn], instant: datetime) -> Turn | None:
    return next((turn for turn in reversed(turns) if turn.at <= instant), None)


def _turns(periods: Sequence[ReviewPeriod]) -> Mapping[int, Sequence[Turn]]:
    """When each period was opened and closed, in order; a period without such events counts from its first day."""
    rows = Event.objects.filter(period__in=periods, kind__in=[*OPENS, EventKind.PERIOD_CLOSED]).order_by("at", "pk")
    found: defaultdict[int, list[Turn]] = defaultdict(list)
    for period, kind, at in rows.values_list("period", "kind", "at"):
        found[period].append(Turn(at, kind in OPENS))
    return {period.pk: _whole(period, found[period.pk]) for period in periods}


def _whole(period: ReviewPeriod, turns: Sequence[Turn]) -> Sequence[Turn]:
    if turns and turns[0].is_open:
        return turns
    closings = turns or ([Turn(period.closed_at, False)] if period.closed_at else [])
    first = start_of(period.starts)
    return [Turn(min([first, *(turn.at for turn in closings[:1])]), True), *closings]
