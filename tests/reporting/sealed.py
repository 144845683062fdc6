"""A small strategy with two reviews, told through the services, closed and sealed.

Every status, change and kind of line of a review occurs in the second one; the third half-year is made, not opened.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from accounts.choices import UserRole
from accounts.models import Owner, User
from aims.choices import DateField, PeriodState, Rag, Role, State
from aims.models import ActionReport, BoardAction, KeyActivity, Objective, Place, ReviewPeriod
from aims.services.dates import decide_date_change, request_date_change
from aims.services.deciding import approve_update
from aims.services.periods import open_period
from aims.services.strategy import change_terms
from aims.services.writing import submit_update
from funding.models import FundingStream
from funding.rules import Figures
from funding.services.allocating import allocate
from funding.services.returning import approve_return, submit_return
from reporting.choices import Verb
from reporting.lines import Book
from reporting.lines.rows import Recommendation
from reporting.models import Review
from reporting.sealing import Cover
from reporting.selectors.books import book_of, standing_review
from reporting.services import close_review
from tests.factories import (
    make_activity,
    make_milestone,
    make_organisation,
    make_owner,
    make_period,
    make_red_values,
    make_stream,
    make_user,
    make_values,
)

FIRST_ROUND = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
FIRST_CLOSED = datetime(2026, 5, 11, 9, 0, tzinfo=UTC)
BETWEEN = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
SECOND_ROUND = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)
SECOND_CLOSED = datetime(2026, 11, 9, 16, 0, tzinfo=UTC)
EXEMPT_WORDS = "The contractor asks for £2m to settle."
COVER = Cover(
    board_on=date(2026, 11, 20),
    director="Director of Strategy",
    recommendations=(
        Recommendation(number="1", verb=Verb.NOTE, text="the position at 30 September 2026."),
        Recommendation(number="2", verb=Verb.APPROVE, text="a second contractor for 1.1.1."),
    ),
)


@dataclass(frozen=True, slots=True)
class People:
    """Who acts: each holds what the act takes."""

    office: User
    finance: User
    treasurer: User
    owner: User
    approver: User


@dataclass(frozen=True, slots=True)
class Sealed:
    """The strategy after both closings; activities by number."""

    people: People
    post: Owner
    other_post: Owner
    activities: dict[str, KeyActivity]
    streams: dict[str, FundingStream]
    first: ReviewPeriod
    second: ReviewPeriod
    third: ReviewPeriod
    action: BoardAction

    @property
    def review(self) -> Review:
        """The review of the second period."""
        return review_of(self.second)

    @property
    def book(self) -> Book:
        """What anyone may read of it."""
        return book_of(self.review, exempt=False)

    @property
    def exempt_book(self) -> Book:
        """With its exempt parts."""
        return book_of(self.review, exempt=True)


def review_of(period: ReviewPeriod) -> Review:
    """The review of a closed period."""
    found = standing_review(period)
    assert found is not None
    return found


def make_sealed(close_second: bool = True) -> Sealed:
    """Both reviews sealed, none agreed or published; else the second is still under way."""
    sealed = _strategy()
    _first_round(sealed)
    close(sealed, sealed.first, FIRST_CLOSED, Cover())
    open_period(period=sealed.second, by=sealed.people.office, now=FIRST_CLOSED)
    sealed.second.refresh_from_db()
    _second_round(sealed)
    if close_second:
        close(sealed, sealed.second, SECOND_CLOSED, COVER)
    return sealed


def close(sealed: Sealed, period: ReviewPeriod, now: datetime, cover: Cover = COVER) -> None:
    """Close and seal a round, as the office."""
    close_review(period=period, by=sealed.people.office, now=now, cover=cover)
    period.refresh_from_db()


def tell(sealed: Sealed, number: str, now: datetime, **fields: Any) -> None:
    """An approved update, on track unless told otherwise."""
    activity = KeyActivity.objects.get(number=number)
    values = make_values(**fields)
    update = submit_update(activity=activity, values=values, version=0, by=sealed.people.owner, now=now)
    approve_update(update=update, version=update.version, by=sealed.people.approver, now=now)


def _strategy() -> Sealed:
    authority = make_organisation(slug="wmca", name="West Midlands Combined Authority")
    council = make_organisation(slug="coventry-city-council", name="Coventry City Council")
    above = make_owner(slug="chief-executive", title="Chief Executive", organisation=authority)
    post = make_owner(slug="head-of-rail", title="Head of Rail", organisation=authority, approving_post=above)
    other = make_owner(slug="head-of-streets", title="Head of Streets", organisation=council, approving_post=above)
    activities = {number: _activity(number, post) for number in TOLD}
    activities["1.1.1"].places.add(Place.objects.create(slug="coventry", name="Coventry", authority=council))
    activities["1.1.1"].contributors.add(council)
    office = make_user(UserRole.OFFICE, name="Olu Office")
    first = make_period(date(2026, 3, 31))
    return Sealed(
        people=People(
            office=office,
            finance=make_user(UserRole.FINANCE),
            treasurer=make_user(UserRole.FINANCE),
            owner=_holding(post, other),
            approver=make_user(UserRole.APPROVER, holds=above),
        ),
        post=post,
        other_post=other,
        activities=activities,
        streams={code: make_stream(code=code, name=f"Stream {code}", award=Decimal(10_000_000)) for code in "ABC"},
        first=first,
        second=make_period(date(2026, 9, 30), PeriodState.SCHEDULED),
        third=make_period(date(2027, 3, 31), PeriodState.SCHEDULED),
        action=_asked(first, activities["1.1.2"], post, office),
    )


def _asked(period: ReviewPeriod, activity: KeyActivity, post: Owner, office: User) -> BoardAction:
    text, due = "Tell us what the new depot will cost.", date(2026, 9, 1)
    return BoardAction.objects.create(
        period=period, number=1, text=text, activity=activity, owner=post, due_on=due, at=FIRST_CLOSED, by=office
    )


def _activity(number: str, post: Owner) -> KeyActivity:
    fields: dict[str, Any] = {"owner": post, "is_proposed": False}
    if number == "1.2.2":
        fields["role"] = Role.INFLUENCE
    if number in ("1.1.1", "1.1.3"):
        fields |= {"baseline_start": date(2025, 4, 1), "baseline_end": date(2027, 3, 31)}
    return make_activity(number, **fields)


def _holding(*posts: Owner) -> User:
    user = make_user(name="Ola Owner")
    for post in posts:
        user.holdings.create(owner=post, starts=date(2020, 1, 1))
    return user


def behind(rag: Rag = Rag.RED, **fields: Any) -> dict[str, Any]:
    """The fields of an update that is behind, with every reason that it takes."""
    return {**asdict(make_red_values()), "rag": rag, **fields}


DEFERRED: dict[str, Any] = {
    "state": State.DEFERRED,
    "rag": "",
    "forecast_rag": "",
    "decision_by": "WMCA Board",
    "decision_on": date(2026, 9, 11),
    "decision_reference": "Minute 12",
    "deferred_until": date(2027, 9, 30),
}
COMPLETE: dict[str, Any] = {"state": State.COMPLETE, "rag": "", "forecast_rag": "", "evidence": "Opened on 12 June."}
INFLUENCED: dict[str, Any] = {"rag": "", "forecast_rag": "", "narrative": "We made the case to the department."}
NOT_BEGUN: dict[str, Any] = {
    "state": State.NOT_STARTED,
    "rag": "",
    "forecast_rag": "",
    "start_reason": "The land is not bought yet.",
}
RED: dict[str, Any] = behind(
    narrative="The contractor has stopped.",
    ask="Agree a second contractor.",
    exempt_narrative=EXEMPT_WORDS,
    exempt_paragraph=3,
    forecast_end=date(2027, 9, 30),
)

# What was told of each activity in the first and in the second round; None: no update came.
TOLD: dict[str, tuple[dict[str, Any] | None, dict[str, Any] | None]] = {
    "1.1.1": ({}, RED),
    "1.1.2": (behind(Rag.AMBER), {"narrative": "The depot is being built."}),
    "1.1.3": ({"narrative": "Work went on in winter."}, None),
    "1.1.4": (behind(Rag.AMBER), {}),
    "1.2.1": ({}, COMPLETE),
    "1.2.2": (INFLUENCED, INFLUENCED),
    "2.1.1": ({}, behind(Rag.AMBER, cause="partner", narrative="The partner is late.")),
    "2.1.2": (None, None),
    "2.1.3": ({}, DEFERRED),
    "3.1.1": (NOT_BEGUN, NOT_BEGUN),
    "3.1.2": (COMPLETE, None),
}


def _first_round(sealed: Sealed) -> None:
    make_milestone(sealed.activities["1.1.1"], position=1, title="Contract let", baseline_date=date(2026, 6, 30))
    make_milestone(sealed.activities["1.1.1"], position=2, title="Depot opened", baseline_date=date(2027, 2, 1))
    for number, (first, _) in TOLD.items():
        if first is not None:
            tell(sealed, number, FIRST_ROUND, **first)
    _pay(sealed, "A", sealed.activities["1.1.1"], "4000000.50")
    _pay(sealed, "A", sealed.activities["2.1.1"], "1000000")
    _reword(sealed, "1.1.3", {"description": "Deliver work 1.1.3 from summer on"}, sealed.second, FIRST_ROUND)


def _second_round(sealed: Sealed) -> None:
    _reword(sealed, "1.1.2", {"description": "Build the depot"}, sealed.second, BETWEEN)
    _reword(sealed, "2.1.1", {"owner": sealed.other_post.slug}, sealed.second, BETWEEN)
    _move_the_end(sealed, sealed.activities["1.1.3"], date(2027, 6, 30))
    _pay(sealed, "B", sealed.activities["1.1.2"], "250000.05")
    _pay(sealed, "B", Objective.objects.get(number="2.1"), "300000")
    _return(sealed, "A")
    text = "The cost is in the paper of 1 September."
    ActionReport.objects.create(action=sealed.action, text=text, at=BETWEEN, by=sealed.people.owner)
    for number, (_, second) in TOLD.items():
        if second is not None:
            tell(sealed, number, SECOND_ROUND, **second)
    _reword(sealed, "1.2.1", {"description": "Keep what 1.2.1 delivered"}, sealed.third, SECOND_ROUND)


def _pay(sealed: Sealed, code: str, target: KeyActivity | Objective, amount: str) -> None:
    reason, now = "WMCA Board, minute 12.", FIRST_ROUND if code == "A" else BETWEEN
    allocate(
        stream=sealed.streams[code],
        target=target,
        amount=Decimal(amount),
        reason=reason,
        by=sealed.people.finance,
        now=now,
    )


def _return(sealed: Sealed, code: str) -> None:
    figures = Figures(
        committed=Decimal(5_000_000),
        spend_to_date=Decimal(1_200_000),
        budget_this_year=Decimal(3_000_000),
        forecast_outturn=Decimal(3_300_000),
        re_profiled=None,
    )
    sent = submit_return(
        stream=sealed.streams[code], month=date(2026, 6, 1), figures=figures, by=sealed.people.finance, now=BETWEEN
    )
    approve_return(found=sent, by=sealed.people.treasurer, now=BETWEEN)


def _reword(sealed: Sealed, number: str, wanted: dict[str, Any], effective: ReviewPeriod, now: datetime) -> None:
    change_terms(
        subject=KeyActivity.objects.get(number=number),
        wanted=wanted,
        version=0,
        effective=effective,
        reason="The Board agreed it.",
        by=sealed.people.office,
        now=now,
    )


def _move_the_end(sealed: Sealed, activity: KeyActivity, to: date) -> None:
    request = request_date_change(
        activity=activity,
        field=DateField.END,
        milestone=None,
        proposed_date=to,
        reason="The winter was hard.",
        effect="",
        by=sealed.people.owner,
        now=BETWEEN,
    )
    decide_date_change(request=request, agreed=True, note="", by=sealed.people.approver, now=BETWEEN)
