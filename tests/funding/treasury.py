"""The real strategy with money: two rounds told, streams that pay for what is Red, Amber and silent, and returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from accounts.choices import UserRole
from accounts.models import Owner, User
from aims.models import KeyActivity, Objective, ReviewPeriod
from aims.services.periods import ensure_periods, open_period
from funding.choices import AmountKind
from funding.models import FundingStream
from funding.rules import Figures
from funding.services.allocating import allocate
from funding.services.awards import change_award
from funding.services.returning import approve_return, give_return_back, submit_return
from reporting.services.closing import close_review
from reporting.services.rebuilding import rebuild
from tests.factories import make_approved, make_owner, make_red_values, make_user, publish

MILLION = Decimal(1_000_000)
# Stream, number of an activity or an objective, millions of pounds.
ALLOCATED = (
    ("A", "3.1.1", "420"),
    ("A", "4.1.3", "96.5"),
    ("A", "3.2", "150"),
    ("B", "1.1.1", "210"),
    ("B", "4.1.3", "24.25"),
    ("C", "2.1.1", "345"),
    ("D", "5.1.1", "12"),
    ("E", "4.1.3", "80"),
    ("E", "3.1.2", "170"),
    ("F", "4.1.1", "64"),
    ("F", "3.3", "40"),
)
# Month by month: committed, spent, budget, forecast, in millions; None is not known.
RETURNED = (
    ("300", "40.5", "210", "210"),
    ("340", "61", "210", "214.5"),
    ("395", "88.25", None, "220"),
    ("420", "121", "210", "228"),
)


@dataclass(frozen=True)
class Treasury:
    """Who works with the money, and the reviews before and under way."""

    finance: User
    treasurer: User
    office: User
    owner: User
    closed: ReviewPeriod
    under_way: ReviewPeriod


def make_treasury() -> Treasury:
    """Reads the initial load; afterwards 4.1.3 is Red, 4.1.1 Amber, 3.1.1 Green and the rest without an update."""
    call_command("loaddata", "organisations", "strategy", "funding", verbosity=0)
    today = timezone.localdate()
    ensure_periods(on=today, now=timezone.now(), back=2)
    closed, under_way = ReviewPeriod.objects.filter(ends__lt=today).order_by("-ends")[:2][::-1]
    post, above = KeyActivity.objects.get(number="4.1.1").owner, make_owner(title="Approving post")
    Owner.objects.filter(pk=post.pk).update(approving_post=above)
    KeyActivity.objects.filter(number__in=["4.1.1", "4.1.3", "3.1.1"]).update(owner=post)
    treasury = Treasury(
        finance=make_user(UserRole.FINANCE, name="Fay Finance"),
        treasurer=make_user(UserRole.FINANCE, name="Theo Treasurer"),
        office=make_user(UserRole.OFFICE),
        owner=make_user(holds=post),
        closed=closed,
        under_way=under_way,
    )
    approver = make_user(UserRole.APPROVER, holds=above)
    report(treasury, approver)
    return treasury


def report(treasury: Treasury, approver: User) -> None:
    """The half-year before the last is closed with two allocations; the last is under way with all of them."""
    now, soon = timezone.now(), timezone.localdate() + timedelta(days=20)
    activities = {row.number: row for row in KeyActivity.objects.select_related("owner", "strategy")}
    open_period(period=treasury.closed, by=treasury.office, now=now, submission_closes=soon)
    for number in ("4.1.1", "4.1.3"):
        make_approved(activities[number], approver, now, by=treasury.owner)
    pay(treasury, ALLOCATED[:2], now)
    close_review(period=treasury.closed, by=treasury.office, now=now)
    publish(treasury.closed)
    treasury.under_way.refresh_from_db()
    open_period(period=treasury.under_way, by=treasury.office, now=now, submission_closes=soon)
    red = behind(soon)
    make_approved(activities["4.1.3"], approver, now, by=treasury.owner, **red)
    make_approved(activities["4.1.1"], approver, now, by=treasury.owner, **red | {"rag": "amber"})
    make_approved(activities["3.1.1"], approver, now, by=treasury.owner)
    pay(treasury, ALLOCATED[2:], timezone.now())
    tell_returns(treasury, timezone.now())
    treasury.under_way.refresh_from_db()
    rebuild(period=treasury.under_way, on=timezone.localdate())


def behind(soon: date) -> dict[str, Any]:
    red = make_red_values(action_by=soon + timedelta(days=90), return_to_green=soon + timedelta(days=190))
    names = ("rag", "forecast_rag", "narrative", "cause", "impact", "action")
    return {name: getattr(red, name) for name in (*names, "action_owner", "action_by", "return_to_green")}


def pay(treasury: Treasury, rows: tuple[tuple[str, str, str], ...], now: datetime) -> None:
    """Allocate through the service."""
    for code, number, millions in rows:
        kind: type[KeyActivity | Objective] = KeyActivity if number.count(".") == 2 else Objective
        allocate(
            stream=FundingStream.objects.get(code=code),
            target=kind.objects.get(number=number),
            amount=Decimal(millions) * MILLION,
            reason="WMCA Board, 14 November 2025, minute 12.",
            by=treasury.finance,
            now=now,
        )


def tell_returns(treasury: Treasury, now: datetime) -> None:
    """Four approved months of stream A, one that was given back, two that wait, and an award that moved."""
    streams = {stream.code: stream for stream in FundingStream.objects.all()}
    first = timezone.localdate(now).replace(day=1)
    months = [first]
    while len(months) < len(RETURNED):
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    sent: dict[str, Any] = {"by": treasury.finance, "now": now}
    for month, sums in zip(reversed(months), RETURNED, strict=True):
        said = submit_return(
            stream=streams["A"], month=month, figures=figures(*sums), note="Metro works moved.", rating="amber", **sent
        )
        approve_return(found=said, by=treasury.treasurer, now=now)
    wrong = submit_return(stream=streams["C"], month=first, figures=figures("139", "60", "139", "131.5"), **sent)
    give_return_back(found=wrong, note="The forecast is last year's.", by=treasury.treasurer, now=now)
    submit_return(stream=streams["C"], month=first, figures=figures("139", "60", "139", "136"), **sent)
    submit_return(
        stream=streams["A"],
        month=first,
        figures=figures("425", "430", "210", "228"),
        warning_reason="Paid ahead of the commitment.",
        by=treasury.treasurer,
        now=now,
    )
    change_award(
        stream=streams["D"],
        kind=AmountKind.OVER_PROGRAMMING,
        amount=5 * MILLION,
        dated=first,
        reason="Slippage is expected.",
        **sent,
    )


def figures(committed: str, spent: str, budget: str | None, forecast: str) -> Figures:
    """The sums in millions as a return says them."""
    return Figures(
        committed=Decimal(committed) * MILLION,
        spend_to_date=Decimal(spent) * MILLION,
        budget_this_year=None if budget is None else Decimal(budget) * MILLION,
        forecast_outturn=Decimal(forecast) * MILLION,
    )
