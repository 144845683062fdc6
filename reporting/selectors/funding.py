"""The money of every stream beside what the ratings say of the work that it pays for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from accounts.querysets import Asker
from aims.choices import Rag
from aims.models import KeyActivity, Objective, ReviewPeriod
from aims.querysets import sees_live
from funding.choices import AmountKind
from funding.models import Allocation, AwardChange, FundingReturn, FundingStream
from funding.querysets import AllocationQuerySet, FundingReturnQuerySet
from funding.rules import Variance, in_billions, in_millions, variance
from reporting.choices import Scope
from reporting.lines.rows import StreamLine as SealedStream
from reporting.models import Summary
from reporting.selectors.behind import NOTHING, Behind, added_up, behind_of
from reporting.selectors.errata import Note
from reporting.selectors.periods import shown_period

SENTENCE = re.compile(r"(?<=\.)\s+")


@dataclass(frozen=True, slots=True)
class Moment:
    """Until when money is told: now for whoever sees the round live, else as it was known at a review's closing.

    `period` holds the ratings beside it; both are empty before anything was published.
    """

    period: ReviewPeriod | None
    known_at: datetime | None
    is_live: bool

    def day(self, on: date) -> date:
        """The day of which money is told, where today is `on`."""
        return timezone.localdate(self.known_at) if self.known_at else on

    @property
    def tells_allocations(self) -> bool:
        """Whether anything beyond the awards may be told."""
        return self.is_live or self.known_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLine:
    """One stream, every amount in pounds; None is not known. Its own notes are as printed.

    `said` is its last return, live or sealed; `notes` correct a closed review's figures, by column.
    """

    code: str
    name: str
    url: str
    source_note: str
    data_note: str
    funder: str
    spend_kind: str
    years: str
    award: Decimal
    over_programming: Decimal
    allocated: Decimal | None
    said: FundingReturn | SealedStream | None
    behind: Behind
    notes: Mapping[str, Sequence[Note]] = field(default_factory=dict)

    @property
    def other_notes(self) -> Sequence[Sequence[Note]]:
        """The notes for which the table has no column."""
        return [notes for name, notes in self.notes.items() if name not in COLUMNS]

    @property
    def unallocated(self) -> Decimal | None:
        """What of award and over-programming is not allocated; None where allocations are not told."""
        return None if self.allocated is None else self.award + self.over_programming - self.allocated

    @property
    def committed(self) -> Decimal | None:
        """As last returned."""
        return self.said.committed if self.said else None

    @property
    def spend_to_date(self) -> Decimal | None:
        """As last returned."""
        return self.said.spend_to_date if self.said else None

    @property
    def budget_this_year(self) -> Decimal | None:
        """As last returned."""
        return self.said.budget_this_year if self.said else None

    @property
    def forecast_outturn(self) -> Decimal | None:
        """As last returned."""
        return self.said.forecast_outturn if self.said else None

    @property
    def re_profiled(self) -> Decimal | None:
        """As last returned."""
        return self.said.re_profiled if self.said else None

    @property
    def variance(self) -> Variance | None:
        """Forecast outturn against this year's budget."""
        return variance(self.budget_this_year, self.forecast_outturn)

    @property
    def rating(self) -> Rag | None:
        """The stream's own rating, as last returned."""
        return Rag(self.said.rating) if self.said and self.said.rating else None


@dataclass(frozen=True, slots=True)
class Stranded:
    """Money of all streams that stays allocated to what is retired, and so stands behind no rating."""

    number: str
    url: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class FundingTable:
    """Every stream, and their totals; a total of what one stream does not know adds up what is known."""

    moment: Moment
    lines: Sequence[StreamLine]
    stranded: Sequence[Stranded]

    @property
    def notes(self) -> Sequence[StreamLine]:
        """The streams beside whose figure a note stands, other than the one that all share."""
        shared = shared_note(self.lines)
        return [line for line in self.lines if line.source_note or line.data_note.replace(shared, "").strip()]

    def total(self, name: str) -> Decimal | None:
        """The sum of one column; None where no stream knows it."""
        known = [amount for amount in (getattr(line, name) for line in self.lines) if amount is not None]
        return sum(known, NOTHING) if known else None

    @property
    def totals(self) -> dict[str, Decimal | None]:
        """The total row, by column."""
        return {name: self.total(name) for name in COLUMNS}

    @property
    def behind(self) -> Behind:
        """Behind which ratings the money of all streams stands."""
        return added_up(line.behind for line in self.lines)

    @property
    def variance(self) -> Variance | None:
        """Of the streams that returned both budget and forecast."""
        told = [line for line in self.lines if line.variance]
        return variance(_sum(line.budget_this_year for line in told), _sum(line.forecast_outturn for line in told))

    @property
    def sentence(self) -> str:
        """ "£4,733m in 20 streams (£4.7bn)"; empty where there is no stream."""
        return FundingTotal(self.total("award"), len(self.lines)).sentence


COLUMNS = (
    "award",
    "over_programming",
    "allocated",
    "unallocated",
    "committed",
    "spend_to_date",
    "budget_this_year",
    "forecast_outturn",
    "re_profiled",
)


@dataclass(frozen=True, slots=True)
class FundingTotal:
    """The awards of all streams; `award` in pounds, None where there is no stream."""

    award: Decimal | None
    streams: int

    @property
    def sentence(self) -> str:
        """ "£4,733m in 20 streams (£4.7bn)"; empty where there is no stream."""
        if self.award is None:
            return ""
        streams = "1 stream" if self.streams == 1 else f"{self.streams} streams"
        return f"£{in_millions(self.award, places=0)}m in {streams} (£{in_billions(self.award)}bn)"


def funding_total(user: Asker, known_at: datetime | None = None) -> FundingTotal:
    """The sum and number of the streams, as was known at an instant or else now; two queries at most."""
    found = FundingStream.objects.visible_to(user).values_list("pk", "award")
    then = _amounts_then(known_at)
    awards = [then.get((pk, AmountKind.AWARD), award) for pk, award in found]
    return FundingTotal(sum(awards, NOTHING) if awards else None, len(awards))


def moment_of(user: Asker) -> Moment:
    """Until when this person is told of money; one query."""
    return moment_at(shown_period(user), user)


def moment_at(period: ReviewPeriod | None, user: Asker) -> Moment:
    """The money beside a period's ratings: live to whoever sees the round live, else as was known when it closed."""
    live = sees_live(user)
    return Moment(period, None if live or period is None else period.closed_at, live)


def funding_table(moment: Moment, user: Asker, on: date) -> FundingTable:
    """Every stream in the order of its code; six queries."""
    streams = list(FundingStream.objects.visible_to(user).select_related("funder").order_by("code"))
    return FundingTable(moment, _lines(streams, moment), _stranded(moment, on))


def _stranded(moment: Moment, on: date) -> list[Stranded]:
    rows = allocations_at(moment).to_retired(moment.day(on)).select_related("activity", "objective")
    found: dict[KeyActivity | Objective, Decimal] = defaultdict(Decimal)
    for row in rows:
        found[row.target] += row.amount
    return [Stranded(target.number, target.get_absolute_url(), amount) for target, amount in found.items()]


def stream_line(stream: FundingStream, moment: Moment) -> StreamLine:
    """One stream; four queries."""
    return _lines([stream], moment)[0]


def _lines(streams: Sequence[FundingStream], moment: Moment) -> list[StreamLine]:
    allocated = _allocated(moment)
    amounts = _amounts_then(moment.known_at)
    said = {each.stream_id: each for each in returns_at(moment).latest_of_each_stream()}
    behind = behind_by_key(moment, Scope.STREAM)
    return [
        StreamLine(
            code=stream.code,
            name=stream.name,
            url=stream.get_absolute_url(),
            source_note=stream.source_note,
            data_note=stream.data_note,
            funder=stream.funder.name if stream.funder else "",
            spend_kind=stream.get_spend_kind_display() or "" if stream.spend_kind else "",
            years=years(stream.starts_year, stream.ends_year),
            award=amounts.get((stream.pk, AmountKind.AWARD), stream.award),
            over_programming=amounts.get((stream.pk, AmountKind.OVER_PROGRAMMING), stream.over_programming),
            allocated=allocated.get(stream.pk, NOTHING) if moment.tells_allocations else None,
            said=said.get(stream.pk),
            behind=behind.get(stream.code, Behind()),
        )
        for stream in streams
    ]


def allocations_at(moment: Moment) -> AllocationQuerySet:
    """The allocations in force at the moment; none where they are not told."""
    rows = Allocation.objects.filter(stream__strategy__is_in_force=True)
    if not moment.tells_allocations:
        return rows.none()
    return rows.in_force_at(moment.known_at) if moment.known_at else rows.in_force()


def returns_at(moment: Moment) -> FundingReturnQuerySet:
    """The returns approved by the moment; none where they are not told."""
    rows = FundingReturn.objects.filter(stream__strategy__is_in_force=True)
    if not moment.tells_allocations:
        return rows.none()
    return rows.filter(approved_at__lte=moment.known_at) if moment.known_at else rows


def behind_by_key(moment: Moment, scope: Scope) -> dict[str, Behind]:
    """The money behind the ratings of each member of a scope, as aggregation summed it; one query."""
    if moment.period is None or not moment.tells_allocations:
        return {}
    rows = Summary.objects.filter(period=moment.period, scope=scope)
    return {row.key: behind_of(row, moment.period) for row in rows}


def _allocated(moment: Moment) -> dict[int, Decimal]:
    rows = allocations_at(moment).order_by().values("stream_id").annotate(total=Sum("amount"))
    return {row["stream_id"]: row["total"] for row in rows}


def _amounts_then(known_at: datetime | None) -> dict[tuple[int, str], Decimal]:
    """The amounts that have moved since an instant, as they stood: the first later change knows."""
    if known_at is None:
        return {}
    later = AwardChange.objects.filter(at__gt=known_at).order_by("stream_id", "kind", "id")
    first = later.distinct("stream_id", "kind").values_list("stream_id", "kind", "previous")
    return {(stream, kind): previous for stream, kind, previous in first}


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, NOTHING) if known else None


def shared_note(lines: Sequence[StreamLine]) -> str:
    """The opening sentence that every stream's data note shares, to be said once; empty where there is none."""
    openings = {SENTENCE.split(line.data_note, maxsplit=1)[0] for line in lines}
    return openings.pop() if len(openings) == 1 else ""


def years(first: int | None, last: int | None) -> str:
    """ "2017 to 2021"; empty where neither is known."""
    known = [str(year) for year in (first, last) if year is not None]
    return " to ".join(dict.fromkeys(known))
