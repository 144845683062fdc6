"""The demonstration as it stands once loaded; it is loaded twice here, and once would show the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.choices import UserRole
from accounts.models import Holding, Owner, User
from aims.choices import Cause, Decision, Mark, PeriodState, Stage, State
from aims.models import (
    BoardAction,
    DateChangeRequest,
    Event,
    KeyActivity,
    MailPreference,
    Milestone,
    Notice,
    ProgressUpdate,
    ReviewPeriod,
)
from aims.rules import UpdateContext, default_as_at, is_better, update_problems
from aims.selectors.actions import open_actions
from aims.selectors.facts import standing, standings, values_of
from aims.selectors.reminders import people_without_reminders
from funding.choices import AmountKind
from funding.models import Allocation, AwardChange, FundingReturn, FundingStream
from funding.models.returns import AMOUNTS
from funding.rules import variance
from funding.selectors.reconciliation import reconciliation
from reporting.demonstration.loading import load_demonstration
from reporting.demonstration.people import SIGN_INS
from reporting.models import Answer, EventPosition, Position, Review, SealedLine, Summary
from reporting.sealing.verifying import verify
from reporting.selectors.books import book_of
from reporting.services import rebuild

pytestmark = [pytest.mark.long, pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

ON = date(2026, 11, 23)
PASSWORD = "the-demonstration-password"
Row = tuple[Any, ...]


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[list[Row], list[Row]]]:
    """Every row of two loads for the same day; the second stands until the module is done."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", "organisations", "strategy", "funding", verbosity=0)
        before = transaction.savepoint()
        load()
        first = rows()
        transaction.savepoint_rollback(before)
        load()
        yield first, rows()
        transaction.set_rollback(True)


def load(on: date = ON) -> bool:
    return load_demonstration(on=on, password=PASSWORD, tell=lambda line: None)


def rows() -> list[Row]:
    """What was written, by names instead of ids, in the order of writing; a seal is another each time by its salts."""
    words = [field.name for field in ProgressUpdate._meta.fields if field.name not in ("id", "activity", "period")]
    people = ["author", "returned_by", "approved_by"]
    plain = [name for name in words if name not in people]
    told = ProgressUpdate.objects.order_by("pk").values_list(
        "activity__number", "period__slug", *(f"{name}__email" for name in people), *plain
    )
    events = Event.objects.order_by("pk").values_list("kind", "at", "by__email", "activity__number", "after")
    happened = [(*event, {name: each for name, each in after.items() if name != "seal"}) for *event, after in events]
    sealed = SealedLine.objects.order_by("review__period__starts", "position").values_list(
        "kind", "key", "public", "exempt"
    )
    dates = Milestone.objects.order_by("pk").values_list("activity__number", "title", "baseline_date", "completed_on")
    stands = Position.objects.order_by("period__starts", "activity__order").values_list(
        "period__slug", "activity__number", "mark", "direction", "overdue_milestones"
    )
    paid = Allocation.objects.order_by("pk").values_list(
        "stream__code", "activity__number", "objective__number", "amount", "allocated_at", "ended_at"
    )
    returned = FundingReturn.objects.order_by("pk").values_list(
        "stream__code", "month", "revision", *AMOUNTS, "rating", "submitted_at", "approved_at", "returned_at"
    )
    people_rows = User.objects.order_by("email").values_list("email", "name", "role", "joined_at")
    return [*told, *happened, *dates, *stands, *paid, *returned, *people_rows, *sealed]


def periods(state: PeriodState) -> list[ReviewPeriod]:
    return list(ReviewPeriod.objects.filter(state=state).select_related("strategy").order_by("starts"))


def activities_of(name: str) -> list[KeyActivity]:
    user = User.objects.get(email=f"{name}@demo.example")
    found = KeyActivity.objects.answered_by(user, ON) if name == "owner" else KeyActivity.objects.approved_by(user, ON)
    return list(found)


def test_what_was_sealed_on_the_way_verifies() -> None:
    assert verify() == []
    assert Review.objects.count() == 3


def test_two_loads_for_the_same_day_write_the_same_rows(loaded: tuple[list[Row], list[Row]]) -> None:
    first, second = loaded

    assert len(first) > 2000
    assert first == second


def test_three_half_years_are_closed_and_the_last_one_ended_is_open() -> None:
    assert [period.label for period in periods(PeriodState.CLOSED)] == ["2024/25 H2", "2025/26 H1", "2025/26 H2"]
    assert [period.label for period in periods(PeriodState.OPEN)] == ["2026/27 H1"]
    assert periods(PeriodState.OPEN)[0].submission_closes == date(2026, 12, 4)


def test_the_closed_reviews_are_agreed_and_published_in_the_order_of_time() -> None:
    reviews: list[Any] = list(Review.objects.with_stage().order_by("period__starts"))

    assert [review.stage for review in reviews] == ["published"] * 3
    for review in reviews:
        assert review.sealed_at < review.agreement.recorded_at < review.publication.published_at
        assert review.period.published_at == review.publication.published_at
        assert review.agreement.agreed_on.weekday() < 5
        assert '"director":"Executive Director for Strategy"' in review.lines.get(kind="review").public


def test_nothing_happens_after_the_day_it_was_loaded_for() -> None:
    assert timezone.localdate(Event.objects.latest("at").at) < ON
    assert list(Event.objects.order_by("pk").values_list("at", flat=True)) == sorted(
        Event.objects.values_list("at", flat=True)
    )


def test_completions_grow_and_what_is_off_track_shrinks() -> None:
    summaries = Summary.objects.filter(scope="strategy").order_by("period__starts")
    complete, red, amber = zip(*summaries.values_list("complete", "red", "amber"), strict=True)

    assert complete == tuple(sorted(complete))
    assert complete[0] >= 6
    assert 18 <= complete[-1] <= 24
    assert list(red) == sorted(red, reverse=True)
    assert list(amber) == sorted(amber, reverse=True)
    assert red[-1] >= 4


def test_the_closed_reviews_are_mostly_on_track_with_every_mark_that_needs_a_look() -> None:
    last = periods(PeriodState.CLOSED)[-1]
    marks = Counter(Position.objects.filter(period=last).values_list("mark", flat=True))

    assert marks.total() == 112
    assert marks[Mark.GREEN] > marks[Mark.AMBER] > marks[Mark.RED] > 0
    assert set(marks) == set(Mark)


def test_two_thirds_of_the_open_round_are_told_and_the_rest_is_at_every_stage() -> None:
    period = periods(PeriodState.OPEN)[0]
    stages = Counter(period.updates.values_list("stage", flat=True))
    due = Position.objects.filter(period=period, is_due=True).count()

    assert 0.6 < stages[Stage.APPROVED] / due < 0.8
    assert 8 <= stages[Stage.SUBMITTED] <= 14
    assert stages[Stage.DRAFT] >= 2
    assert period.updates.exclude(return_note="").count() == 1
    assert due - period.updates.count() >= 6


def test_every_update_that_was_sent_passes_the_rules() -> None:
    for period in periods(PeriodState.CLOSED) + periods(PeriodState.OPEN):
        known = standings(list(KeyActivity.objects.values_list("pk", flat=True)), period)
        for update in period.updates.exclude(stage=Stage.DRAFT).select_related("activity", "period"):
            assert update.submitted_at is not None
            context = UpdateContext(
                role=update.role,
                kind=update.kind,
                period_ends=period.ends,
                on=timezone.localdate(update.submitted_at),
                suggested=update.suggested_rag,
                planned_start=known[update.activity_id].start,
            )
            assert update_problems(values_of(update), context) == {}, update
            assert update.as_at == default_as_at(context.on, period.ends)


def test_every_approved_update_counted_for_its_period() -> None:
    approved = ProgressUpdate.objects.approved().filter(period__state=PeriodState.CLOSED)

    assert set(approved.values_list("pk", flat=True)) == set(
        Position.objects.filter(period__state=PeriodState.CLOSED, update__isnull=False).values_list("update", flat=True)
    )


def test_a_few_ratings_are_better_than_suggested_and_say_why() -> None:
    overridden = ProgressUpdate.objects.exclude(override_reason="")

    assert 5 <= overridden.count() <= 15
    assert all(is_better(update.rag, update.suggested_rag) and update.evidence for update in overridden)


def test_causes_vary_and_date_changes_are_agreed_declined_and_waiting() -> None:
    assert len(set(ProgressUpdate.objects.filter(cause__isnull=False).values_list("cause", flat=True))) >= 7
    assert Cause.OTHER not in ProgressUpdate.objects.values_list("cause", flat=True)
    decisions = Counter(DateChangeRequest.objects.values_list("decision", flat=True))
    assert set(decisions) == set(Decision)
    assert decisions[Decision.AGREED] >= 8


def test_the_board_is_asked_about_some_of_what_is_off_track() -> None:
    period = periods(PeriodState.OPEN)[0]
    asked = period.updates.approved().exclude(ask="").values_list("activity__number", flat=True)

    assert {"4.2.3", "4.4.2", "6.4.3"} <= set(asked)


def test_deferred_and_cancelled_name_the_decision() -> None:
    stopped = ProgressUpdate.objects.filter(state__in=[State.DEFERRED, State.CANCELLED])

    assert {update.state for update in stopped} == {State.DEFERRED, State.CANCELLED}
    assert all(update.decision_reference and update.decision_on for update in stopped)


def test_narratives_are_sentences_that_hold_in_any_year() -> None:
    for text in ProgressUpdate.objects.values_list("narrative", flat=True):
        assert not text[0].islower()
        assert text.endswith(".")
        assert len(text) < 200
        assert not re.search(r"\b20\d\d\b", text)


def test_the_owner_has_seven_activities_at_every_stage() -> None:
    period = periods(PeriodState.OPEN)[0]
    activities = activities_of("owner")
    stages = {update.activity.number: update for update in period.updates.filter(activity__in=activities)}

    assert len(activities) == 7
    assert all(standing(activity, period).is_due(ON) for activity in activities)
    assert Counter(update.stage for update in stages.values()) == {
        Stage.SUBMITTED: 1,
        Stage.APPROVED: 1,
        Stage.DRAFT: 2,
    }
    assert "above budget" in stages["4.1.2"].return_note


def test_no_change_is_one_click_where_nothing_is_hidden_and_refused_where_a_promise_has_passed() -> None:
    period = periods(PeriodState.OPEN)[0]
    problems = {
        number: standing(KeyActivity.objects.get(number=number), period).no_change_problem(period.ends)
        for number in ("3.4.4", "4.1.3", "4.3.3")
    }

    assert problems["3.4.4"] is None
    assert "Grid connection, Coventry" in (problems["4.1.3"] or "")
    assert "has passed since the last update" in (problems["4.3.3"] or "")


def test_the_approver_has_a_queue() -> None:
    waiting = ProgressUpdate.objects.filter(stage=Stage.SUBMITTED, activity__in=activities_of("approver"))
    approver = User.objects.get(email="approver@demo.example")

    assert waiting.count() == 6
    assert not waiting.filter(editors=approver).exists()


def test_every_post_is_held_and_nobody_signs_off_their_own() -> None:
    held = set(Holding.objects.current(ON).values_list("owner", flat=True))

    assert held == set(Owner.objects.values_list("pk", flat=True))
    assert not any(holding.user == other.user for holding, other in approving_pairs())


def approving_pairs() -> Iterator[tuple[Holding, Holding]]:
    by_post = {holding.owner_id: holding for holding in Holding.objects.select_related("owner")}
    for holding in by_post.values():
        if holding.owner.approving_post_id:
            yield holding, by_post[holding.owner.approving_post_id]


def test_every_account_is_labelled_and_only_those_who_sign_in_have_a_password() -> None:
    users = list(User.objects.all())

    assert all(user.is_demonstration and user.email.endswith("@demo.example") for user in users)
    assert {user.email for user in users if user.has_usable_password()} == {
        f"{who[0]}@demo.example" for who in SIGN_INS
    }


@pytest.mark.parametrize(("name", "role"), [(name, role) for name, _, role, _ in SIGN_INS])
def test_each_demonstration_account_signs_in(client: Client, name: str, role: UserRole) -> None:
    client.post(reverse("account_login"), {"login": f"{name}@demo.example", "password": PASSWORD})

    user = User.objects.get(pk=client.session["_auth_user_id"])
    assert (user.email, user.role) == (f"{name}@demo.example", role)


def test_every_event_is_aggregated_and_nothing_drifts() -> None:
    assert Event.objects.count() == EventPosition.objects.count() > 1000
    for period in periods(PeriodState.CLOSED) + periods(PeriodState.OPEN):
        assert not rebuild(period=period, on=ON, check=True), period


def test_most_streams_are_partly_allocated_one_not_at_all_and_one_beyond_its_award() -> None:
    streams = {stream.code: stream for stream in FundingStream.objects.all()}

    assert [code for code, stream in streams.items() if not stream.allocated] == ["I"]
    assert [code for code, stream in streams.items() if stream.allocated > stream.award] == ["J"]
    assert sum(stream.award for stream in streams.values()) == Decimal(4_733_000_000)
    assert sum(0 < stream.allocated < stream.award for stream in streams.values()) >= 14
    assert not AwardChange.objects.exclude(kind=AmountKind.OVER_PROGRAMMING).exists()


def test_every_allocation_says_that_it_is_invented_and_one_activity_has_three_streams() -> None:
    standing = Allocation.objects.in_force()

    assert all(reason.startswith("Invented for the demonstration: ") for reason in _reasons())
    assert standing.filter(objective__isnull=False).count() >= 4
    assert set(standing.filter(activity__number="3.2.1").values_list("stream__code", flat=True)) == {"A", "E", "O"}
    assert Allocation.objects.filter(ended_at__isnull=False).count() == 3


def _reasons() -> list[str]:
    return [*Allocation.objects.values_list("reason", flat=True), *AwardChange.objects.values_list("reason", flat=True)]


def test_money_stands_behind_red_and_amber_in_every_review() -> None:
    for row in Summary.objects.filter(scope="strategy").select_related("period"):
        behind = (row.behind_red, row.behind_amber, row.rating_not_known, row.not_traced)
        assert min(behind) > 0, row.period
        assert sum(behind) - row.not_traced < row.allocated


def test_the_books_add_up() -> None:
    assert reconciliation(ON) == []


def test_a_dozen_streams_returned_eighteen_months_some_adverse_and_some_favourable() -> None:
    counting = FundingReturn.objects.counting()
    months = Counter(said.stream.code for said in counting.select_related("stream"))
    last = FundingReturn.objects.latest_of_each_stream()
    words = {found.word for said in last if (found := variance(said.budget_this_year, said.forecast_outturn))}

    assert len(months) == 12
    assert set(months.values()) == {17, 18}
    assert words == {"adverse", "favourable", "on budget"}
    assert max(said.month for said in last) == date(2026, 10, 1)


def test_one_return_was_corrected_one_waits_and_one_was_given_back() -> None:
    (corrected,) = FundingReturn.objects.filter(revision=2).select_related("stream")
    (waiting,) = FundingReturn.objects.waiting().select_related("submitted_by")
    (given_back,) = FundingReturn.objects.filter(returned_at__isnull=False).select_related("submitted_by")

    assert corrected.note == "An invoice had been counted twice."
    assert waiting.submitted_by.email == "finance-colleague@demo.example"
    assert given_back.submitted_by.email == "finance@demo.example"


def test_a_partner_may_return_the_figures_of_the_stream_that_it_lives_on() -> None:
    (stream,) = FundingStream.objects.filter(returned_by__isnull=False)

    assert (stream.name, stream.returned_by) == (
        "Farebox Revenues",
        User.objects.get(email="partner@demo.example").organisation,
    )


def test_the_same_day_again_changes_nothing(loaded: tuple[list[Row], list[Row]]) -> None:
    output = StringIO()
    call_command("load_demo", "--on", "2026-11-23", stdout=output)

    assert output.getvalue() == "Demonstration is loaded already, nothing changed: 2026-11-23\n"
    assert rows() == loaded[1]


def test_another_day_is_refused() -> None:
    with pytest.raises(CommandError, match="was loaded for 2026-11-23") as refusal:
        call_command("load_demo", "--on", "2026-11-24")

    assert refusal.value.returncode == 2


def test_the_past_leaves_nobody_mail_and_everybody_wants_it_from_now_on() -> None:
    assert not Notice.objects.exists()
    assert not MailPreference.objects.filter(decisions=False).exists()
    assert people_without_reminders(ON) == []


def test_the_board_has_answered_and_asked_and_the_owner_has_something_overdue() -> None:
    assert {answer.reply for answer in Answer.objects.all()} == {"agreed", "deferred"}
    assert (BoardAction.objects.count(), BoardAction.objects.open().count()) == (6, 2)
    owner = User.objects.get(email="owner@demo.example")
    assert [item.is_overdue for item in open_actions(owner, ON)] == [True]
    for book in (book_of(review, exempt=False) for review in Review.objects.order_by("period__starts")[1:]):
        assert book.actions
