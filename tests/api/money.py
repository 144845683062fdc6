"""Money across the closing of a review: what was allocated and returned before it, and what moved since."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import PeriodState
from aims.models import KeyActivity, Objective, Place, ReviewPeriod
from funding.choices import AmountKind
from funding.models import Allocation, FundingReturn, FundingStream
from funding.rules import Figures
from funding.services.allocating import allocate, end_allocation
from funding.services.awards import change_award
from funding.services.returning import approve_return, give_return_back, submit_return
from reporting.services.rebuilding import rebuild
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_objective,
    make_organisation,
    make_period,
    make_red_values,
    make_stream,
    make_user,
    publish,
)

THEN = datetime(2026, 4, 13, 9, 0, tzinfo=UTC)
CLOSED_AT = datetime(2026, 5, 11, 15, 0, tzinfo=UTC)
SINCE = datetime(2026, 10, 9, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """A closed review and an open round, both aggregated; finance allocates and returns, the treasurer signs off."""

    closed: ReviewPeriod
    open: ReviewPeriod
    activities: dict[str, KeyActivity]
    objective: Objective
    streams: dict[str, FundingStream]
    finance: User
    treasurer: User

    def allocate(self, code: str, number: str, amount: str, now: datetime) -> Allocation:
        """Finance gives an amount of a stream to an activity, or to the objective that is not broken down."""
        target = self.activities.get(number, self.objective)
        return allocate(
            stream=self.streams[code],
            target=target,
            amount=Decimal(amount),
            reason="Minute 12.",
            by=self.finance,
            now=now,
        )

    def send(self, code: str, month: date, spent: str, now: datetime) -> FundingReturn:
        """Finance returns what was spent by a month's end."""
        figures = Figures(committed=Decimal(spent) * 2, spend_to_date=Decimal(spent))
        stream = self.streams[code]
        return submit_return(stream=stream, month=month, figures=figures, by=self.finance, now=now)

    def sign_off(self, found: FundingReturn, now: datetime) -> FundingReturn:
        """The treasurer approves a return."""
        return approve_return(found=found, by=self.treasurer, now=now)


def tell_money() -> Told:
    """Two streams and five targets; every figure that the public reads differs from the one that staff read."""
    closed = make_period(date(2026, 3, 31))
    activities = {number: make_activity(number) for number in ("1.1.1", "1.1.2", "1.2.1", "2.1.1")}
    told = Told(
        closed=closed,
        open=closed,
        activities=activities,
        objective=make_objective(closed.strategy, "2.2"),
        streams={
            code: make_stream(code=code, name=f"Stream {code}", award=Decimal(award))
            for code, award in (("A", "900000000.00"), ("B", "70000000.00"), ("C", "5000000.00"))
        },
        finance=make_user(UserRole.FINANCE),
        treasurer=make_user(UserRole.FINANCE),
    )
    _place(activities)
    _before_the_closing(told)
    closed.state, closed.closed_at = PeriodState.CLOSED, CLOSED_AT
    closed.save()
    publish(closed)
    rebuild(period=closed, on=CLOSED_AT.date())
    under_way = make_period(date(2026, 9, 30))
    _since_then(told)
    rebuild(period=under_way, on=IN_ROUND.date())
    return replace(told, open=under_way)


def _place(activities: dict[str, KeyActivity]) -> None:
    dudley, solihull = (
        Place.objects.create(slug=name.lower(), name=name, authority=make_organisation())
        for name in ("Dudley", "Solihull")
    )
    activities["1.1.1"].places.set([dudley, solihull])
    activities["1.1.2"].places.add(dudley)


def _before_the_closing(told: Told) -> None:
    make_approved(told.activities["1.1.1"], now=THEN, **asdict(make_red_values()))
    make_approved(told.activities["1.1.2"], now=THEN)
    for code, number, amount in (
        ("A", "1.1.1", "100000000.10"),
        ("A", "1.1.2", "200000000.20"),
        ("B", "1.1.1", "50000000.05"),
        ("A", "2.2", "30000000.03"),
        ("B", "1.2.1", "10000000.01"),
    ):
        told.allocate(code, number, amount, THEN)
    told.sign_off(told.send("A", date(2026, 3, 1), "77000000.07", THEN), THEN)


def _since_then(told: Told) -> None:
    amber = {**asdict(make_red_values()), "rag": "amber"}
    make_approved(told.activities["1.1.1"], now=SINCE, **amber)
    make_approved(told.activities["1.2.1"], now=SINCE, **asdict(make_red_values()))
    _move_awards(told)
    told.allocate("A", "1.1.1", "150000000.15", SINCE)
    told.allocate("C", "2.1.1", "4000000.04", SINCE)
    ended = Allocation.objects.in_force().get(stream=told.streams["B"], activity=told.activities["1.1.1"])
    end_allocation(allocation=ended, reason="Stopped.", by=told.finance, now=SINCE)
    told.sign_off(told.send("A", date(2026, 3, 1), "78000000.08", SINCE), SINCE)
    told.sign_off(told.send("B", date(2026, 9, 1), "9000000.09", SINCE), SINCE)
    told.send("C", date(2026, 9, 1), "1000000.01", SINCE)
    given_back = told.send("A", date(2026, 9, 1), "80000000.08", SINCE)
    give_return_back(found=given_back, note="Say why.", by=told.treasurer, now=SINCE)


def _move_awards(told: Told) -> None:
    for code, kind, amount in (
        ("A", AmountKind.AWARD, "850000000.50"),
        ("A", AmountKind.AWARD, "800000000.50"),
        ("B", AmountKind.OVER_PROGRAMMING, "6000000.00"),
    ):
        change_award(
            stream=told.streams[code],
            kind=kind,
            amount=Decimal(amount),
            dated=SINCE.date(),
            reason="The minister wrote.",
            by=told.finance,
            now=SINCE,
        )
