"""Past reviews keep the old words, whatever has changed since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from aims.models import KeyActivity, ReviewPeriod
from aims.selectors.terms import Subject, terms_of, version_of
from aims.selectors.wording import Post, words_in
from aims.services.periods import begin_closing, finish_closing
from aims.services.strategy import change_terms
from tests.factories import IN_ROUND, make_activity, make_owner

pytestmark = pytest.mark.django_db

LATER = IN_ROUND + timedelta(days=30)


def change(subject: Subject, effective: ReviewPeriod, by: User, **wanted: Any) -> None:
    change_terms(
        subject=subject,
        wanted=wanted,
        version=version_of(subject),
        effective=effective,
        reason="Agreed",
        by=by,
        now=IN_ROUND,
    )


def close(period: ReviewPeriod) -> None:
    finish_closing(period=begin_closing(period=period, by=None, now=LATER), by=None, now=LATER)


def test_each_review_has_its_own_words(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    change(activity, following, office, description="Third")  # planned while the first is told
    change(activity.objective, following, office, statement="We will do better")
    close(period)
    change(activity, following, office, description="Fourth")
    now = KeyActivity.objects.get(pk=activity.pk)

    assert words_in(period).description(now.pk, now.description) == "Deliver work 1.1.1"
    assert words_in(following).description(now.pk, now.description) == "Fourth"
    objective = now.objective
    assert words_in(period).statement(objective.pk, objective.statement) == "We will do 1.1"
    assert words_in(following).statement(objective.pk, objective.statement) == "We will do better"


def test_every_term_is_told_as_it_was(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    old, post = terms_of(activity), activity.owner
    close(period)
    change(activity, following, office, role="enable", kind="continuing", owner=make_owner().slug)

    words, pk = words_in(period), activity.pk

    assert words.role(pk, "enable") == old["role"]
    assert words.kind(pk, "continuing") == old["kind"]
    assert words.post(pk, Post("New", "New")) == Post(post.title, post.organisation.name)
    assert (words.places(pk, ()), words.contributors(pk, ())) == ((), ())


def test_a_change_of_the_review_itself_is_among_its_words(
    activity: KeyActivity, period: ReviewPeriod, office: User
) -> None:
    change(activity, period, office, description="Said in time")

    assert words_in(period).description(activity.pk, "Said in time") == "Said in time"


def test_a_plan_changes_no_words_yet(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    change(activity, following, office, description="Later")

    assert words_in(period).activities == {}


def test_many_changes_cost_no_more_queries(
    period: ReviewPeriod, following: ReviewPeriod, office: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    close(period)
    for number in range(1, 6):
        change(make_activity(f"1.1.{number}"), following, office, owner=make_owner().slug, description="Other")

    with django_assert_num_queries(2):
        assert len(words_in(period).activities) == 5
