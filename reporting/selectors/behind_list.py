"""The list behind one sum of money: which activities or objectives, from which streams, how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.db.models import Q
from django.urls import reverse

from accounts.models import Organisation
from accounts.querysets import Asker
from aims.choices import Role
from aims.models import Aim, Objective, Place, ReviewPeriod
from aims.querysets import sees_live
from funding.models import Allocation, FundingStream
from reporting.choices import Scope
from reporting.models import Position, Summary
from reporting.selectors.behind import NOTHING, Behind, Rating, behind_of
from reporting.selectors.funding import Moment, allocations_at
from reporting.selectors.money import within_aim, within_objective
from reporting.summaries.members import members_of


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose money is asked for, and behind which rating."""

    scope: Scope
    key: str
    rating: Rating


@dataclass(frozen=True, slots=True)
class Share:
    """What one stream gives, in pounds."""

    code: str
    name: str
    url: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BehindLine:
    """One activity or objective with the streams that pay for it."""

    number: str
    words: str
    url: str
    shares: Sequence[Share]

    @property
    def amount(self) -> Decimal:
        """What all of them give."""
        return sum((share.amount for share in self.shares), NOTHING)


@dataclass(frozen=True, slots=True)
class BehindList:
    """The lines in the strategy's order; `behind` has the sums that stand on the pages."""

    asked: Asked
    name: str
    period: ReviewPeriod
    behind: Behind
    lines: Sequence[BehindLine]

    @property
    def heading(self) -> str:
        """ "Behind Red: aim 1 Promote growth"."""
        return f"{self.asked.rating.label}: {self.name}"

    @property
    def page(self) -> str:
        """The page of whose money it is."""
        if self.asked.scope == Scope.STRATEGY:
            return reverse("funding")
        name = "funding-stream" if self.asked.scope == Scope.STREAM else self.asked.scope.value
        return reverse(name, args=[self.asked.key])

    @property
    def is_traced(self) -> bool:
        """Whether it lists activities; else objectives."""
        return self.asked.rating.mark is not None

    @property
    def overlaps(self) -> bool:
        """Whether the members of the scope share activities."""
        return self.asked.scope == Scope.PLACE

    @property
    def total(self) -> Decimal:
        """Each allocation once."""
        return sum((line.amount for line in self.lines), NOTHING)


def behind_list(asked: Asked, period: ReviewPeriod, user: Asker) -> BehindList | None:
    """What a sum of a period counts, as was known when it closed; None where there is no such sum. Six queries."""
    summary = Summary.objects.visible_to(user).filter(period=period, scope=asked.scope, key=asked.key).first()
    if summary is None:
        return None
    rows = allocations_at(Moment(period, period.closed_at, sees_live(user))).filter(_behind(asked, period))
    if asked.scope == Scope.STREAM:
        rows = rows.filter(stream__code=asked.key)
    found = sorted(rows.select_related("stream", "activity", "objective"), key=lambda row: row.target.order)
    lines = [_line(list(same)) for _, same in groupby(found, key=lambda row: row.target.number)]
    return BehindList(asked, _name(asked), period, behind_of(summary, period), lines)


def _behind(asked: Asked, period: ReviewPeriod) -> Q:
    """The allocations of the part that stand behind the rating."""
    within = {Scope.AIM: within_aim, Scope.OBJECTIVE: within_objective}.get(asked.scope)
    part = within(asked.key) if within else Q()
    if asked.rating.mark is None:
        return part & Q(objective__isnull=False)
    positions = Position.objects.filter(period=period, mark=asked.rating.mark)
    if asked.scope == Scope.ROLE:
        positions = positions.filter(role=asked.key)
    if asked.scope in (Scope.PLACE, Scope.ORGANISATION):
        positions = positions.filter(activity__in=members_of(period, asked.scope, asked.key))
    return part & Q(activity__in=positions.values("activity"))


def _line(rows: Sequence[Allocation]) -> BehindLine:
    target = rows[0].target
    words = target.statement if isinstance(target, Objective) else target.description
    shares = [Share(row.stream.code, row.stream.name, row.stream.get_absolute_url(), row.amount) for row in rows]
    return BehindLine(target.number, words, target.get_absolute_url(), sorted(shares, key=lambda share: share.code))


def _name(asked: Asked) -> str:
    """The part's name, one query at most."""
    in_force = {"strategy__is_in_force": True}
    named = {
        Scope.AIM: Aim.objects.filter(number=asked.key, **in_force),
        Scope.STREAM: FundingStream.objects.filter(code=asked.key, **in_force),
        Scope.PLACE: Place.objects.filter(slug=asked.key),
        Scope.ORGANISATION: Organisation.objects.filter(slug=asked.key),
    }
    if asked.scope in named:
        kind = {Scope.AIM: "aim ", Scope.STREAM: "stream "}.get(asked.scope, "")
        return f"{kind}{named[asked.scope].first() or asked.key}"
    if asked.scope == Scope.ROLE:
        return f"activities with the role {Role(asked.key).label}"
    return f"objective {asked.key}" if asked.scope == Scope.OBJECTIVE else "the whole strategy"
