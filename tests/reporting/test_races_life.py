"""Two people at once in the life of a review: one outcome, and the other is told how it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Barrier
from typing import Any

import pytest

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import PeriodState
from aims.errors import AimsError, AlreadyDecided, Refused
from aims.models import KeyActivity, Reopening, ReviewPeriod
from reporting.models import Agreement, Closing, Publication, Review
from reporting.sealing import Cover
from reporting.sealing.verifying import verify
from reporting.services import agreeing as agreeing_service
from reporting.services import close_review
from reporting.services import reopening as reopening_service
from reporting.services.agreeing import agree
from reporting.services.closings import ask_to_close, do_closing
from reporting.services.publishing import publish
from reporting.services.reopening import reopen
from tests.aims.test_races import PATIENCE, at_once
from tests.factories import IN_ROUND, make_activity, make_approved, make_period, make_user
from tests.reporting.sealed import review_of

pytestmark = pytest.mark.django_db(transaction=True)

CLOSED = IN_ROUND.replace(month=11, day=9)
LATER = IN_ROUND.replace(month=11, day=23)
Call = Callable[[], object]


@pytest.fixture
def office() -> list[User]:
    return [make_user(UserRole.OFFICE), make_user(UserRole.OFFICE)]


@pytest.fixture
def period() -> ReviewPeriod:
    period = make_period()
    make_period(date(2026, 10, 1), PeriodState.SCHEDULED)
    make_approved(make_activity())
    return period


@pytest.fixture
def sealed(period: ReviewPeriod) -> Review:
    close_review(period=period, by=None, now=CLOSED)
    return review_of(period)


def agreeing(review: Review, by: User) -> Call:
    given: dict[str, Any] = {"agreed_on": date(2026, 11, 20), "minute_reference": "Minute 47", "resolution": "Agreed."}
    return lambda: agree(review=review, by=by, now=LATER, **given)


def reopening(review: Review, by: User) -> Call:
    given: dict[str, Any] = {"activities": list(KeyActivity.objects.all()), "reason": "Wrong.", "until": LATER.date()}
    return lambda: reopen(review=review, by=by, now=LATER, **given)


def outcomes(*calls: Call) -> tuple[list[object], list[AimsError]]:
    """What was done, and who was refused; a failure of the database is neither."""
    found = at_once(*calls)
    refused = [each for each in found if isinstance(each, AimsError)]
    done = [each for each in found if not isinstance(each, Exception)]
    assert len(refused) + len(done) == len(calls), found
    return done, refused


def test_two_who_ask_to_close_make_one_closing(period: ReviewPeriod, office: list[User]) -> None:
    asking = [lambda by=by: ask_to_close(period=period, cover=Cover(), by=by, now=CLOSED) for by in office]

    done, refused = outcomes(*asking)

    assert (len(done), [type(each) for each in refused]) == (1, [AlreadyDecided])
    assert Closing.objects.count() == 1


def test_two_workers_at_two_closings_seal_once(period: ReviewPeriod, office: list[User]) -> None:
    """As where the broker hands a message out twice to workers that our lock does not keep apart."""
    first = ask_to_close(period=period, cover=Cover(), by=office[0], now=CLOSED)
    again = Closing(pk=first.pk)

    at_once(lambda: do_closing(closing=first, now=CLOSED), lambda: do_closing(closing=again, now=CLOSED))

    assert Review.objects.count() == 1
    assert list(verify()) == []


def test_two_agreements_leave_one(sealed: Review, office: list[User]) -> None:
    done, refused = outcomes(*[agreeing(sealed, by) for by in office])

    assert (len(done), [type(each) for each in refused]) == (1, [AlreadyDecided])
    assert Agreement.objects.count() == 1


def test_two_publications_leave_one(sealed: Review, office: list[User]) -> None:
    agreeing(sealed, office[0])()

    done, refused = outcomes(*[lambda by=by: publish(review=sealed, by=by, now=LATER) for by in office])

    assert (len(done), [type(each) for each in refused]) == (1, [AlreadyDecided])
    assert Publication.objects.count() == 1
    assert list(verify()) == []


def test_two_reopenings_leave_one(sealed: Review, office: list[User]) -> None:
    done, refused = outcomes(*[reopening(sealed, by) for by in office])

    assert (len(done), [type(each) for each in refused]) == (1, [Refused])
    assert Reopening.objects.count() == 1


def test_what_is_agreed_is_not_opened_again_at_the_same_moment(sealed: Review, office: list[User]) -> None:
    done, refused = outcomes(agreeing(sealed, office[0]), reopening(sealed, office[1]))

    assert (len(done), len(refused)) == (1, 1)
    agreed = Agreement.objects.count() == 1
    assert Reopening.objects.count() == (0 if agreed else 1)
    assert ReviewPeriod.objects.filter(state=PeriodState.OPEN).count() == (0 if agreed else 1)
    assert list(verify()) == []


def test_a_round_opened_again_while_it_is_closed_again_ends_one_way(sealed: Review, office: list[User]) -> None:
    reopening(sealed, office[0])()
    period = ReviewPeriod.objects.select_related("strategy").get(pk=sealed.period_id)

    outcomes(lambda: close_review(period=period, by=office[0], now=LATER), reopening(sealed, office[1]))

    state = ReviewPeriod.objects.get(pk=period.pk).state
    assert state == PeriodState.CLOSED
    assert (Review.objects.count(), Reopening.objects.count()) == (2, 1)
    assert list(verify()) == []


def test_without_its_lock_a_review_is_agreed_and_opened_again(
    sealed: Review, office: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the lock is good for: without it both look at the same moment, and both find the review sealed."""
    both_have_looked = Barrier(2)

    def looked(review: Review) -> Any:
        found = Review.objects.standing().with_stage().get(pk=review.pk)
        both_have_looked.wait(PATIENCE)
        return found

    monkeypatch.setattr(agreeing_service, "hold_review", looked)
    monkeypatch.setattr(reopening_service, "hold_review", looked)

    outcomes(agreeing(sealed, office[0]), reopening(sealed, office[1]))

    assert (Agreement.objects.count(), Reopening.objects.count()) == (1, 1)
