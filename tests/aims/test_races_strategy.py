"""Two of the office at the same moment, and a change that meets a closing: one order, nothing lost.

What the locks are good for is shown by taking them away: then the promise breaks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from aims.choices import PeriodState
from aims.errors import Overtaken, Refused
from aims.models import KeyActivity, ReviewPeriod, StrategyChange
from aims.selectors.terms import version_of
from aims.services import agreeing, strategy
from aims.services.periods import begin_closing, finish_closing
from aims.services.strategy import add_activity, change_terms
from tests.aims.test_races import at_once
from tests.factories import IN_ROUND, make_activity, make_objective, make_owner, make_period, make_user

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5
WRITERS = 4


def changing(activity: KeyActivity, effective: ReviewPeriod, words: str, version: int = 0) -> Callable[[], object]:
    by = make_user()

    def call() -> object:
        return change_terms(
            subject=activity,
            wanted={"description": words},
            version=version,
            effective=effective,
            reason="Agreed",
            by=by,
            now=IN_ROUND,
        )

    return call


def test_of_writers_who_saw_the_same_one_wins_and_the_others_are_told() -> None:
    period = make_period()
    for number in range(1, ROUNDS + 1):
        activity = make_activity(f"1.1.{number}")
        answers = at_once(*[changing(activity, period, f"Words of {n}") for n in range(WRITERS)])

        lost = [answer for answer in answers if isinstance(answer, Overtaken)]
        won = next(answer for answer in answers if isinstance(answer, StrategyChange))
        activity.refresh_from_db()
        assert len(lost) == WRITERS - 1
        assert activity.description == won.after["description"]
        assert activity.changes.count() == 1


def test_without_the_lock_several_would_win(monkeypatch: pytest.MonkeyPatch) -> None:
    period, activity = make_period(), make_activity()
    meeting = threading.Barrier(WRITERS)
    compared = agreeing.compare_version

    def compare_and_wait(*given: Any) -> None:
        compared(*given)
        with suppress(threading.BrokenBarrierError):
            meeting.wait(5)

    monkeypatch.setattr(strategy, "compare_version", compare_and_wait)
    monkeypatch.setattr(strategy, "hold_reviews", lambda strategy_id, effective: effective)
    monkeypatch.setattr(strategy, "locked", lambda row: row)

    answers = at_once(*[changing(activity, period, f"Words of {n}") for n in range(WRITERS)])

    assert sum(isinstance(answer, StrategyChange) for answer in answers) > 1


def test_additions_at_the_same_moment_get_numbers_of_their_own() -> None:
    period, objective = make_period(), make_objective()
    terms = {"description": "New", "role": "deliver", "kind": "time_bound", "owner": make_owner().slug}
    by = make_user()
    for _ in range(ROUNDS):
        at_once(
            *[
                lambda: add_activity(
                    objective=objective, terms=terms, effective=period, reason="Agreed", by=by, now=IN_ROUND
                )
                for _ in range(WRITERS)
            ]
        )

    numbers = [row.number for row in objective.activities.order_by("order")]
    assert numbers == [f"1.1.{number}" for number in range(1, ROUNDS * WRITERS + 1)]


def test_a_plan_that_meets_a_closing_is_applied_with_it_or_refused() -> None:
    """Never laid down as a plan for a review that is under way already, where nothing would apply it."""
    period = make_period()
    activity = make_activity()
    for number in range(ROUNDS):
        following = make_period(period.ends + timedelta(days=1), PeriodState.SCHEDULED)
        plan = changing(activity, following, f"Words {number}", version_of(activity))
        answers = at_once(plan, closing(period))

        activity.refresh_from_db()
        change = next((answer for answer in answers if isinstance(answer, StrategyChange)), None)
        refused = [answer for answer in answers if isinstance(answer, Refused)]
        assert change or refused, answers
        assert not StrategyChange.objects.planned().exists()
        assert (activity.description == f"Words {number}") == (change is not None)
        period = ReviewPeriod.objects.get(pk=following.pk)
        ReviewPeriod.objects.filter(pk=period.pk).update(state=PeriodState.OPEN)
        period.refresh_from_db()


def closing(period: ReviewPeriod) -> Callable[[], object]:
    def call() -> object:
        begun = begin_closing(period=period, by=None, now=IN_ROUND)
        with transaction.atomic():
            return finish_closing(period=begun, by=None, now=IN_ROUND)

    return call
