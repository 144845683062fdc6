"""One stream: what it pays for and how that stands, what was returned and changed, what its end would take away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.querysets import Asker
from aims.choices import Mark
from funding.models import Allocation, AwardChange, FundingReturn, FundingStream
from reporting.models import Position
from reporting.selectors.behind import NOTHING
from reporting.selectors.funding import Moment, StreamLine, allocations_at, returns_at, stream_line
from reporting.selectors.history import Entry
from reporting.selectors.money_events import stream_history


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidFor:
    """One allocation of the stream; `mark` is empty for an objective, which is not traced to activities.

    `retired_on` is set where the money stays with what has left the strategy.

    `elsewhere` is what other streams give to the same activity or objective, in pounds.
    """

    pk: int
    number: str
    words: str
    url: str
    mark: Mark | None
    retired_on: date | None
    amount: Decimal
    elsewhere: Decimal

    @property
    def total(self) -> Decimal:
        """All that it has."""
        return self.amount + self.elsewhere

    @property
    def depends_wholly(self) -> bool:
        """Whether no other stream pays for it."""
        return not self.elsewhere

    @property
    def share(self) -> Decimal:
        """The part of its money that comes from this stream, in whole per cent."""
        return (self.amount * 100 / self.total).quantize(Decimal(1))


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """What would lose its money if the stream ended: activities, and objectives not broken down yet."""

    wholly: Sequence[PaidFor]
    partly: Sequence[PaidFor]

    @property
    def lines(self) -> Sequence[PaidFor]:
        """What would lose most first."""
        return [*self.wholly, *self.partly]

    @property
    def lost_wholly(self) -> Decimal:
        """The money of what has no other stream."""
        return sum((paid.amount for paid in self.wholly), NOTHING)

    @property
    def lost_partly(self) -> Decimal:
        """The money taken from what has other streams too."""
        return sum((paid.amount for paid in self.partly), NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPage:
    """Everything on a stream's page."""

    line: StreamLine
    moment: Moment
    pays_for: Sequence[PaidFor]
    end: StreamEnd
    returns: Sequence[FundingReturn]
    curve: Sequence[FundingReturn]
    award_changes: Sequence[AwardChange]
    history: Sequence[Entry]


def stream_page(stream: FundingStream, moment: Moment, user: Asker, on: date) -> StreamPage:
    """A stream as a person may see it; about twelve queries."""
    paid = _paid_for(stream, moment, moment.day(on))
    shown = returns_at(moment).filter(stream=stream).select_related("submitted_by", "via__organisation")
    seen = [] if not moment.tells_allocations else _returns(shown, user)
    return StreamPage(
        line=stream_line(stream, moment),
        moment=moment,
        pays_for=paid,
        end=_end(paid),
        returns=seen,
        curve=list(shown.counting()),
        award_changes=_award_changes(stream, moment),
        history=stream_history(stream, user, on),
    )


def _end(paid: Iterable[PaidFor]) -> StreamEnd:
    ordered = sorted(paid, key=lambda each: each.amount, reverse=True)
    return StreamEnd(
        [each for each in ordered if each.depends_wholly],
        [each for each in ordered if not each.depends_wholly],
    )


def _paid_for(stream: FundingStream, moment: Moment, day: date) -> list[PaidFor]:
    rows = allocations_at(moment).filter(stream=stream).select_related("activity", "objective")
    own = sorted(rows, key=lambda row: row.target.order)
    marks = _marks(moment, own)
    elsewhere = _elsewhere(stream, moment, own)
    return [
        PaidFor(
            pk=row.pk,
            number=row.target.number,
            words=_words(row),
            url=row.target.get_absolute_url(),
            mark=marks.get(row.activity_id, Mark.NO_UPDATE) if row.activity_id else None,
            retired_on=_retired_on(row, day),
            amount=row.amount,
            elsewhere=elsewhere[row.activity_id, row.objective_id],
        )
        for row in own
    ]


def _retired_on(row: Allocation, day: date) -> date | None:
    retired: date | None = row.target.retired_on
    return retired if retired and retired <= day else None


def _words(row: Allocation) -> str:
    if row.activity:
        return row.activity.description
    return row.objective.statement if row.objective else ""


def _marks(moment: Moment, rows: Iterable[Allocation]) -> dict[int, Mark]:
    found = Position.objects.filter(period=moment.period, activity__in=[row.activity_id for row in rows])
    return {activity: Mark(mark) for activity, mark in found.order_by().values_list("activity_id", "mark")}


def _elsewhere(
    stream: FundingStream, moment: Moment, rows: Sequence[Allocation]
) -> dict[tuple[int | None, int | None], Decimal]:
    """What other streams give to the same, by activity and objective."""
    found: dict[tuple[int | None, int | None], Decimal] = defaultdict(Decimal)
    others = allocations_at(moment).exclude(stream=stream)
    activities = {row.activity_id for row in rows if row.activity_id}
    objectives = {row.objective_id for row in rows if row.objective_id}
    same = others.filter(activity__in=activities) | others.filter(objective__in=objectives)
    for activity, objective, amount in same.order_by().values_list("activity_id", "objective_id", "amount"):
        found[activity, objective] += amount
    return found


def _returns(shown: Iterable[FundingReturn], user: Asker) -> list[FundingReturn]:
    """Each month's returns, the latest first: approved ones, and to whoever keeps the money those under way too."""
    keeps = user.is_authenticated and user.keeps_the_money
    rows = [said for said in shown if keeps or said.approved_at]
    return sorted(rows, key=lambda said: (said.month, said.revision), reverse=True)


def _award_changes(stream: FundingStream, moment: Moment) -> list[AwardChange]:
    rows = stream.award_changes.select_related("by").order_by("-id")
    return list(rows.filter(at__lte=moment.known_at) if moment.known_at else rows)
