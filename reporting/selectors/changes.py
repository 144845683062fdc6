"""What changed since the review before, and what had no update."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from aims.choices import ChangeKind, DateField, Mark
from aims.models import DateChangeRequest, ReviewPeriod, StrategyChange
from aims.rules.wording import MONTHS
from aims.selectors.wording import Words
from funding.rules import in_millions
from reporting.choices import Direction
from reporting.rules import movement_of, movement_sentence
from reporting.selectors.standings import Standing
from reporting.selectors.strategy import StrategyList, strategy_lists


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMove:
    """One agreed new date; `moves_so_far` counts all agreed moves of that activity up to this one."""

    number: str
    wording: str
    url: str
    what: str
    previous: date
    agreed: date
    reason: str
    moves_so_far: int

    @property
    def shift(self) -> str:
        """By how many days it moved, and which way."""
        days = (self.agreed - self.previous).days
        return f"{days} later" if days > 0 else f"{-days} earlier"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeList:
    """One list of the changes page; its figure is its length."""

    anchor: str
    label: str
    symbol: str
    standings: Sequence[Standing]

    @property
    def count(self) -> int:
        """How many it holds."""
        return len(self.standings)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the strip, linked to the list that it counts."""

    value: int
    label: str
    symbol: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyChange:
    """One sum that is another now, in pounds; None is not known."""

    number: str
    name: str
    url: str
    what: str
    before: Decimal | None
    after: Decimal | None

    @property
    def shift(self) -> str:
        """By how much, and which way; empty where one of them is not known."""
        if self.before is None or self.after is None:
            return ""
        moved = self.after - self.before
        return f"£{in_millions(abs(moved))}m {'more' if moved > 0 else 'less'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All that changed since another review; `since` is that review in a word, empty where there was none.

    `page` is where the lists stand. Money is told of closed reviews alone.
    """

    since: str
    page: str
    sentence: str
    lists: Sequence[ChangeList]
    moves: Sequence[DateMove]
    strategy: Sequence[StrategyList]
    money: Sequence[MoneyChange] = ()

    @property
    def figures(self) -> Sequence[Figure]:
        """How many stand in each list."""
        moved = [Figure(item.count, item.label, item.symbol, self._at(item.anchor)) for item in self.lists]
        strategy = [Figure(len(item.lines), item.label, "", self._at(item.anchor)) for item in self.strategy]
        money = [Figure(len(self.money), "sums changed", "", self._at("sums"))] if self.money else []
        return [*moved, Figure(len(self.moves), "dates moved", "", self._at("dates")), *strategy, *money]

    def _at(self, anchor: str) -> str:
        return f"{self.page}#{anchor}"


def changes_of(period: ReviewPeriod, before: ReviewPeriod | None, marks: Sequence[Standing], words: Words) -> Changes:
    """The changes of a period against the one before, in its words; a few queries beyond the standings given."""
    return Changes(
        since=MONTHS[before.ends.month - 1] if before else "",
        page=reverse("review-changes", args=[period.slug]),
        sentence=movement_sentence(movement_of(standing.direction for standing in marks)),
        lists=change_lists(marks) if before else [],
        moves=date_moves(period, before, words),
        strategy=strategy_lists(period, before, words) if before else [],
    )


def change_lists(marks: Iterable[Standing]) -> list[ChangeList]:
    """What worsened, improved and was completed; what was completed from a lower rating has improved too."""
    known = list(marks)
    return [
        ChangeList(
            anchor="worsened",
            label="worsened",
            symbol=Direction.WORSE.symbol,
            standings=[standing for standing in known if standing.direction == Direction.WORSE],
        ),
        ChangeList(
            anchor="improved",
            label="improved",
            symbol=Direction.BETTER.symbol,
            standings=[standing for standing in known if standing.direction == Direction.BETTER],
        ),
        ChangeList(
            anchor="completed",
            label="completed",
            symbol=Mark.COMPLETE.drawing.symbol,
            standings=[standing for standing in known if standing.is_newly_complete],
        ),
    ]


def date_moves(period: ReviewPeriod, before: ReviewPeriod | None, words: Words) -> list[DateMove]:
    """Every date agreed anew between the closing before and this one; one query.

    A closed period shows what was agreed until it closed, so that a published list never grows. What an activity took
    over from the one that it succeeds moved there, and is counted here without being listed again.
    """
    joined = StrategyChange.objects.applied().filter(kind=ChangeKind.ADDED, activity=OuterRef("activity"))
    agreed: Any = (
        DateChangeRequest.objects.agreed()
        .filter(activity__strategy_id=period.strategy_id)
        .annotate(taken_over=Exists(joined.filter(applied_at__gt=OuterRef("decided_at"))))
        .select_related("activity", "milestone")
        .order_by("decided_at")
    )
    if period.closed_at:
        agreed = agreed.filter(decided_at__lte=period.closed_at)
    so_far: dict[int, int] = {}
    found = []
    for change in agreed:
        so_far[change.activity_id] = so_far.get(change.activity_id, 0) + 1
        if not change.taken_over and _is_since(before, change.decided_at):
            found.append(_move(change, so_far[change.activity_id], words))
    return found


def _is_since(before: ReviewPeriod | None, decided_at: datetime | None) -> bool:
    return not before or not before.closed_at or bool(decided_at and decided_at > before.closed_at)


def _move(change: DateChangeRequest, so_far: int, words: Words) -> DateMove:
    field = DateField(change.field)
    milestone = f"{field.label} “{change.milestone}”" if change.milestone else field.label
    return DateMove(
        number=change.activity.number,
        wording=words.description(change.activity_id, change.activity.description),
        url=change.activity.get_absolute_url(),
        what=milestone,
        previous=change.previous_date,
        agreed=change.proposed_date,
        reason=change.reason,
        moves_so_far=so_far,
    )
