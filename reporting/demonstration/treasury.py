"""Finance's part of the demonstration: what it allocates and returns, and what a colleague signs off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from accounts.models import Organisation, User
from aims.models import KeyActivity, Objective
from funding.choices import AmountKind
from funding.models import FundingReturn, FundingStream
from funding.services.allocating import allocate, end_allocation
from funding.services.awards import change_award
from funding.services.naming import name_returner
from funding.services.returning import approve_return, give_return_back, submit_return
from reporting.demonstration.acts import Act
from reporting.demonstration.calendar import Calendar, in_office, weekday
from reporting.demonstration.purses import Gift, Month, Purse, months_of

WAITS, GIVEN_BACK, CORRECTED = "C", "B", "F"  # streams: the first two in the last month, the third some months ago
RETURNED_BY = {"G": "midlands-metro-limited"}  # the streams whose figures a partner's program may return
CORRECTED_BEFORE_LAST = 5
COUNTED_TWICE = Decimal(400_000)
CORRECTION = "An invoice had been counted twice."
GIVE_BACK_NOTE = "The forecast is the one of last month: please bring it up to date."
OVER_PROGRAMMING = "Invented for the demonstration: some of the schemes always slip."
ENDED = "Invented for the demonstration: the work is complete and the rest goes back."
REASONS = (
    "Invented for the demonstration: agreed with the programme’s business case.",
    "Invented for the demonstration: Investment Board, after its review of the programme.",
    "Invented for the demonstration: as the funder’s letter of award has it.",
)


@dataclass(slots=True)
class Treasury:
    """Plays one stream: `finance` signs off what `colleague` sends. `sent` is what was sent last of each month."""

    purse: Purse
    stream: FundingStream
    targets: Mapping[str, KeyActivity | Objective]
    finance: User
    colleague: User
    sent: dict[date, FundingReturn] = field(default_factory=dict)

    def over_programme(self, at: datetime) -> None:
        """Let the stream be allocated beyond its award."""
        change_award(
            stream=self.stream,
            kind=AmountKind.OVER_PROGRAMMING,
            amount=self.purse.over_programming,
            dated=at.date(),
            reason=OVER_PROGRAMMING,
            by=self.finance,
            now=at,
        )

    def name_returner(self, at: datetime) -> None:
        """Let the partner that takes the money return the stream's figures through the API."""
        partner = Organisation.objects.get(slug=RETURNED_BY[self.purse.code])
        name_returner(stream=self.stream, organisation=partner, by=self.finance, now=at)

    def give(self, gift: Gift, at: datetime) -> None:
        """Allocate an amount, or end the allocation where it is nothing."""
        if not gift.amount:
            standing = self.stream.allocations.in_force().get(activity__number=gift.number)
            end_allocation(allocation=standing, reason=ENDED, by=self.finance, now=at)
            return
        target = self.targets[gift.number]
        reason = Random(f"gift {self.purse.code} {gift.number} {gift.half}").choice(REASONS)
        allocate(stream=self.stream, target=target, amount=gift.amount, reason=reason, by=self.finance, now=at)

    def send(self, month: Month, by: User, at: datetime) -> None:
        """Return a month."""
        self.sent[month.first] = submit_return(
            stream=self.stream,
            month=month.first,
            figures=month.figures,
            rating=month.rating,
            note=month.note,
            by=by,
            now=at,
        )

    def sign_off(self, month: Month, at: datetime) -> None:
        """Approve what was sent last of a month."""
        approve_return(found=self.sent[month.first], by=self.finance, now=at)

    def give_back(self, month: Month, at: datetime) -> None:
        """Give back what was sent last of a month; the colleague does."""
        give_return_back(found=self.sent[month.first], note=GIVE_BACK_NOTE, by=self.colleague, now=at)


def acts_of_money(treasury: Treasury, calendar: Calendar) -> Iterator[Act]:
    """Everything that happens to a stream, in no order."""
    if treasury.purse.over_programming:
        yield in_office(calendar.begins + timedelta(days=10), Random("over")), treasury.over_programme
    if treasury.purse.code in RETURNED_BY:
        yield in_office(weekday(calendar.begins + timedelta(days=10)), Random("returner")), treasury.name_returner
    for gift in treasury.purse.gifts:
        yield _gift_day(treasury.purse.code, gift, calendar), partial(treasury.give, gift)
    if treasury.purse.course:
        months = list(months_of(treasury.purse.code, treasury.purse.course, calendar.on))
        for place, month in enumerate(months, start=1 - len(months)):
            yield from _returned(treasury, month, place)


def _gift_day(code: str, gift: Gift, calendar: Calendar) -> datetime:
    """In the first half-year before anything is told of it; in later ones after the review before was closed."""
    rng = Random(f"gift {code} {gift.number} {gift.half}")
    if gift.half == 1:
        return in_office(weekday(calendar.begins + timedelta(days=rng.randint(15, 80))), rng)
    return in_office(weekday(calendar.half(gift.half).starts + timedelta(days=rng.randint(60, 150))), rng)


def _returned(treasury: Treasury, month: Month, place: int) -> Iterator[Act]:
    """One month of a stream; `place` counts back from the last month, which is 0."""
    code, rng = treasury.purse.code, Random(f"month {treasury.purse.code} {place}")
    sent_on = weekday(month.last + timedelta(days=rng.randint(5, 8)))
    decided_on = weekday(sent_on + timedelta(days=rng.randint(4, 7)))
    sent, decided = in_office(sent_on, rng), in_office(decided_on, rng)
    if place == 0 and code == GIVEN_BACK:
        yield sent, partial(treasury.send, month, treasury.finance)
        yield decided, partial(treasury.give_back, month)
        return
    wrong = place == -CORRECTED_BEFORE_LAST and code == CORRECTED
    yield sent, partial(treasury.send, _counted_twice(month) if wrong else month, treasury.colleague)
    if place != 0 or code != WAITS:
        yield decided, partial(treasury.sign_off, month)
    if wrong:
        yield from _corrected(treasury, month, rng)


def _corrected(treasury: Treasury, month: Month, rng: Random) -> Iterator[Act]:
    sent_on = weekday(month.last + timedelta(days=19))
    yield in_office(sent_on, rng), partial(treasury.send, replace(month, note=CORRECTION), treasury.colleague)
    yield in_office(weekday(sent_on + timedelta(days=4)), rng), partial(treasury.sign_off, month)


def _counted_twice(month: Month) -> Month:
    spent = (month.figures.spend_to_date or Decimal(0)) + COUNTED_TWICE
    return replace(month, figures=replace(month.figures, spend_to_date=spent))
