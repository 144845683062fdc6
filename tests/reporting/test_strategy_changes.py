"""The figures and the changing strategy: closed reviews never drift, and the round under way follows at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from aims.choices import PeriodState, Role
from aims.models import Event, KeyActivity, Place, ReviewPeriod
from aims.selectors.terms import version_of
from aims.services.moving import move_activity
from aims.services.periods import open_period
from aims.services.strategy import add_activity, change_terms, retire
from reporting.models import Position, Summary
from reporting.services import check_drift, close_review, process_events, rebuild
from reporting.services.rebuilding import rebuild_all
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_objective,
    make_organisation,
    make_owner,
    make_period,
    make_user,
    publish,
)
from tests.reporting.random_history import ON, RandomHistory

pytestmark = pytest.mark.django_db

AFTER = IN_ROUND + timedelta(days=31)


class Told:
    """2026/27 H1 has been told of three activities and is closed; the next review is open."""

    def __init__(self) -> None:
        self.closed = make_period()
        self.next = make_period(self.closed.ends + timedelta(days=1), PeriodState.SCHEDULED)
        self.office = make_user()
        self.activity, self.other, self.silent = (make_activity(f"1.1.{number}") for number in (1, 2, 3))
        self.place = Place.objects.create(slug="dudley", name="Dudley", authority=make_organisation())
        for told in (self.activity, self.other):
            make_approved(told)
        close_review(period=self.closed, by=None, now=AFTER)
        publish(self.closed)
        open_period(period=self.next, by=self.office, now=AFTER)
        self.next.refresh_from_db()
        process_events(now=AFTER)

    def change(self, activity: KeyActivity, **wanted: Any) -> None:
        change_terms(subject=activity, wanted=wanted, version=version_of(activity), **self.act(self.next, self.office))

    def act(self, effective: ReviewPeriod, by: User) -> dict[str, Any]:
        return {"effective": effective, "reason": "Agreed", "by": by, "now": AFTER}


def assign(told: Told) -> None:
    told.change(told.silent, owner=make_owner().slug)
    told.change(told.activity, owner=make_owner().slug)


def take_another_role(told: Told) -> None:
    told.change(told.silent, role=Role.INFLUENCE)
    told.change(told.other, role=Role.ENABLE)


def place_it(told: Told) -> None:
    told.change(told.activity, places=[told.place.slug])
    told.change(told.silent, places=[told.place.slug])
    told.change(told.silent, places=[])


def reword(told: Told) -> None:
    told.change(told.activity, description="Other words", kind="continuing")


def let_go(told: Told) -> None:
    version = version_of(told.activity)
    retire(subject=told.activity, version=version, **told.act(told.next, told.office))


def add(told: Told) -> None:
    terms = {"description": "New", "role": "deliver", "kind": "time_bound", "owner": make_owner().slug}
    add_activity(objective=told.activity.objective, terms=terms, **told.act(told.next, told.office))


def move(told: Told) -> None:
    objective, version = make_objective(number="2.1"), version_of(told.activity)
    move_activity(activity=told.activity, objective=objective, version=version, **told.act(told.next, told.office))


ACTS = [assign, take_another_role, place_it, reword, let_go, add, move]


def figures(period: ReviewPeriod) -> list[dict[str, Any]]:
    positions = Position.objects.filter(period=period).order_by("activity").values()
    summaries = Summary.objects.filter(period=period).order_by("scope", "key").values()
    return [dict(row) for row in positions] + [dict(row) for row in summaries]


@pytest.mark.parametrize("act", ACTS)
def test_no_change_moves_a_closed_review_and_the_open_one_follows_its_events(act: Callable[[Told], None]) -> None:
    told = Told()
    before = figures(told.closed)

    act(told)
    process_events(now=AFTER)

    assert check_drift(now=AFTER) == 0  # what the events wrote is what a full rebuild finds
    rebuild(period=told.closed, on=AFTER.date())
    assert figures(told.closed) == before


def test_all_of_them_together() -> None:
    told = Told()
    before = figures(told.closed)

    for act in (assign, take_another_role, place_it, reword, add, move):
        act(told)
    process_events(now=AFTER)

    assert check_drift(now=AFTER) == 0
    assert figures(told.closed) == before


def test_the_round_under_way_counts_by_the_new_terms() -> None:
    told = Told()
    post = make_owner()

    told.change(told.silent, owner=post.slug, role=Role.INFLUENCE, places=[told.place.slug])
    process_events(now=AFTER)

    now = Summary.objects.filter(period=told.next)
    assert now.get(scope="organisation", key=post.organisation.slug).activities == 1
    assert not now.filter(scope="organisation", key=told.silent.owner.organisation.slug).exists()
    assert now.get(scope="role", key="influence").activities == 1
    assert now.get(scope="place", key="dudley").activities == 1
    assert not Summary.objects.filter(period=told.closed, scope="place").exists()


def test_a_plan_moves_nothing_before_its_review() -> None:
    told = Told()
    after = make_period(told.next.ends + timedelta(days=1), PeriodState.SCHEDULED)
    before = figures(told.next)

    change_terms(
        subject=told.silent,
        wanted={"role": Role.INFLUENCE},
        version=version_of(told.silent),
        **told.act(after, told.office),
    )
    process_events(now=AFTER)

    assert figures(told.next) == before


def test_closing_applies_the_plans_and_tells_the_old_terms() -> None:
    told = Told()
    after = make_period(told.next.ends + timedelta(days=1), PeriodState.SCHEDULED)
    post = told.silent.owner
    change_terms(
        subject=told.silent,
        wanted={"owner": make_owner().slug, "role": Role.INFLUENCE},
        version=version_of(told.silent),
        **told.act(after, told.office),
    )

    close_review(period=told.next, by=None, now=AFTER + timedelta(days=120))

    silent = Position.objects.get(period=told.next, activity=told.silent)
    assert silent.role == Role.DELIVER
    assert Summary.objects.filter(period=told.next, scope="organisation", key=post.organisation.slug).exists()
    told.silent.refresh_from_db()
    assert told.silent.role == Role.INFLUENCE
    process_events(now=AFTER + timedelta(days=120))
    assert check_drift(now=AFTER + timedelta(days=120)) == 0


@pytest.mark.parametrize("seed", [7, 8])
def test_random_histories_do_not_drift_by_events(seed: int) -> None:
    """After a rebuild, changes of the last review are told by events alone and end where a rebuild does."""
    history = RandomHistory(seed, activities=40)
    rebuild_all(on=ON)
    now = IN_ROUND.replace(year=ON.year, month=ON.month, day=ON.day)
    process_events(now=now)
    before = [figures(period) for period in history.periods[:-1]]

    standing = [row for row in history.activities if row.stands_on(ON) and row.retired_on is None]
    for activity in history.random.sample(standing, 10):
        activity.refresh_from_db()
        change_of_the_last(history, activity, now)
    assert process_events(now=now)

    assert check_drift(now=now) == 0
    assert [figures(period) for period in history.periods[:-1]] == before
    assert Event.objects.filter(kind="activity.changed").exists()


def change_of_the_last(history: RandomHistory, activity: KeyActivity, now: Any) -> None:
    terms = {name: history.other_term(name) for name in ("owner", "places")}
    activity.changes.planned().update(withdrawn_at=now)
    change_terms(
        subject=activity,
        wanted=terms | {"description": "Other words"},
        version=version_of(activity),
        effective=history.periods[-1],
        reason="Agreed",
        by=history.author,
        now=now,
    )
