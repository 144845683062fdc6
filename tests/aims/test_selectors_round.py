"""The round desk's figures: against a recount in plain Python of random rounds, and at two sizes."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.choices import UserRole
from accounts.models import Holding, User
from aims.choices import Completion, Kind, PeriodState, Rag, Role, Signal, Stage, State
from aims.models import KeyActivity, ProgressUpdate, ReviewPeriod
from aims.selectors.quality import SignalList, quality_of
from aims.selectors.round import Desk, Line, desk_of, posts_to_ask, under_way
from aims.services.deciding import return_update
from aims.services.writing import submit_update
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_extension,
    make_milestone,
    make_objective,
    make_owner,
    make_period,
    make_strategy,
    make_submitted,
    make_user,
    make_values,
)

TODAY = date(2026, 10, 12)
LAST_ROUND = datetime(2026, 4, 14, 9, 0, tzinfo=UTC)
STATES = (None, *State)
STAGES = (None, *Stage)


def an_update(activity: KeyActivity, period: ReviewPeriod, by: list[User], **fields: object) -> ProgressUpdate:
    """A row as the services leave it; what it says does not matter to the figures."""
    told = {"state": State.IN_PROGRESS, "rag": Rag.GREEN, "forecast_rag": Rag.GREEN, "narrative": "Work goes on."}
    row = ProgressUpdate(
        **{"activity": activity, "period": period, "as_at": period.ends, "role": activity.role, "kind": activity.kind}
        | {"author": by[0], "created_at": LAST_ROUND, "saved_at": LAST_ROUND, "submitted_at": LAST_ROUND}
        | told
        | fields
    )
    if row.stage == Stage.APPROVED:
        row.approved_by, row.approved_at = by[1], LAST_ROUND
    return row


def ended(state: State | None) -> dict[str, object]:
    """What an update in this state must say besides."""
    said: dict[str, object] = {"state": state, "rag": None, "forecast_rag": None, "evidence": "Seen."}
    if state == State.IN_PROGRESS:
        said |= {"rag": Rag.GREEN, "forecast_rag": Rag.GREEN}
    if state in (State.DEFERRED, State.CANCELLED):
        said |= {"decision_by": "Board", "decision_on": date(2026, 3, 1), "decision_reference": "12"}
    if state == State.DEFERRED:
        said |= {"deferred_until": date(2027, 4, 1)}
    return said


def random_round(chance: random.Random, activities: int = 40) -> tuple[ReviewPeriod, dict[str, Completion]]:
    """A round with random updates before, in and after it; and what each activity should count as."""
    strategy = make_strategy()
    before = make_period(date(2026, 3, 31), PeriodState.SCHEDULED)
    period, after = make_period(), make_period(date(2027, 3, 31), PeriodState.SCHEDULED)
    by, owners = [make_user(), make_user(UserRole.APPROVER)], [make_owner() for _ in range(5)]
    objectives = [make_objective(strategy, number) for number in ("1.1", "1.2", "2.1")]
    expected = {}
    rows: list[ProgressUpdate] = []
    for place in range(1, activities + 1):
        objective = chance.choice(objectives)
        retired = chance.choice([None, None, None, date(2026, 10, 12), date(2026, 10, 13)])
        number = f"{objective.number}.{place}"
        activity = make_activity(number, owner=chance.choice(owners), retired_on=retired, strategy=strategy)
        earlier, stage, is_approved = chance.choice(STATES), chance.choice(STAGES), chance.random() < 0.3
        note = chance.choice(["", "Say more"])
        if earlier:
            rows.append(an_update(activity, before, by, stage=Stage.APPROVED, **ended(earlier)))
        if stage:
            rows.append(an_update(activity, chance.choice([period, period, after]), by, stage=stage, return_note=note))
        if is_approved and stage != Stage.APPROVED:
            rows.append(an_update(activity, period, by, stage=Stage.APPROVED))
        own = [row for row in rows if row.activity == activity and row.period == period]
        if retired != TODAY:
            expected[number] = recounted(own, due=earlier in (None, State.NOT_STARTED, State.IN_PROGRESS))
    ProgressUpdate.objects.bulk_create(rows)
    ReviewPeriod.objects.filter(pk=before.pk).update(state=PeriodState.CLOSED, closed_at=LAST_ROUND)
    return period, expected


def recounted(own: list[ProgressUpdate], *, due: bool) -> Completion:
    """The definition once more, said another way round."""
    stages = {row.stage for row in own}
    if Stage.SUBMITTED in stages:
        return Completion.SUBMITTED
    if Stage.APPROVED in stages:
        return Completion.APPROVED
    if own:
        return Completion.RETURNED if own[0].return_note else Completion.DRAFT
    return Completion.NOT_STARTED if due else Completion.NOT_DUE


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(8))
def test_every_figure_equals_a_recount_in_plain_python(seed: int) -> None:
    period, expected = random_round(random.Random(seed))

    desk = desk_of(period, TODAY)

    lines = [line for post in desk.posts for line in post.lines]
    assert {line.number: line.completion for line in lines} == expected
    assert desk.tally.counts == {each: Counter(expected.values())[each] for each in Completion}
    for aim in desk.aims:
        own = Counter(state for number, state in expected.items() if number.startswith(f"{aim.key}."))
        assert aim.tally.counts == {each: own[each] for each in Completion}
    owners = dict(KeyActivity.objects.values_list("number", "owner__organisation__slug"))
    for body in desk.organisations:
        own = Counter(state for number, state in expected.items() if owners[number] == body.key)
        assert body.tally.counts == {each: own[each] for each in Completion}
    for scopes in (desk.aims, desk.organisations, desk.posts):
        assert sum(scope.tally.total for scope in scopes) == desk.tally.total
    assert desk.tally.total == desk.tally.sent + desk.tally.to_send == sum(desk.tally.cells)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_what_closing_would_do_equals_a_recount(seed: int) -> None:
    period, expected = random_round(random.Random(seed))
    told = set(period.updates.approved().values_list("activity__number", flat=True))
    stopped = [State.COMPLETE, State.CANCELLED, State.DEFERRED]
    over = ProgressUpdate.objects.filter(period__ends__lt=period.starts, state__in=stopped)
    due = set(expected) - set(over.values_list("activity__number", flat=True))

    desk = desk_of(period, TODAY)

    assert desk.silent == len(due - told)
    assert desk.handed_on == period.updates.open().filter(activity__number__in=expected).count()


def test_a_returned_update_is_a_draft_with_a_note(activity: KeyActivity, owner: User, approver: User) -> None:
    sent = make_submitted(activity, by=owner)
    return_update(update=sent, note="Say more", version=sent.version, by=approver, now=IN_ROUND)
    assert [line.completion for line in lines_of(activity.updates.get().period)] == [Completion.RETURNED]

    submit_update(activity=activity, values=make_values(), version=2, by=owner, now=IN_ROUND)
    assert [line.completion for line in lines_of(activity.updates.get().period)] == [Completion.SUBMITTED]


def lines_of(period: ReviewPeriod) -> list[Line]:
    return [line for post in desk_of(period, TODAY).posts for line in post.lines]


def test_what_was_written_after_the_deadline_starts_nothing_and_is_said(
    activity: KeyActivity, owner: User, period: ReviewPeriod, following: ReviewPeriod
) -> None:
    make_draft(activity, by=owner, now=IN_ROUND.replace(month=11, day=6))

    (post,) = desk_of(period, date(2026, 11, 6)).posts

    assert [(line.completion, line.is_late) for line in post.lines] == [(Completion.NOT_STARTED, True)]
    assert [line.number for line in post.late] == ["1.1.1"]


def test_a_post_shows_who_holds_it_and_its_own_deadline(
    activity: KeyActivity, owner: User, period: ReviewPeriod
) -> None:
    post = activity.owner
    Holding.objects.create(user=make_user(name="Dee Deputy"), owner=post, is_deputy=True, starts=TODAY, ends=TODAY)
    closed = make_user(name="Gone", is_active=False)
    Holding.objects.create(user=closed, owner=post, starts=date(2020, 1, 1))
    make_extension(period, post, until=date(2026, 11, 10))

    (found,) = desk_of(period, TODAY).posts

    assert [person.name for person in found.people] == ["Olive Owner", "Dee Deputy"]
    assert found.deadline == date(2026, 11, 10)
    assert found.extended is not None
    assert found.last_chased is None


def test_an_extension_that_the_round_overtook_is_no_deadline(activity: KeyActivity, period: ReviewPeriod) -> None:
    make_extension(period, activity.owner, until=date(2026, 11, 10))
    ReviewPeriod.objects.filter(pk=period.pk).update(submission_closes=date(2026, 11, 20))
    period.refresh_from_db()

    assert desk_of(period, TODAY).posts[0].deadline == date(2026, 11, 20)


def test_only_posts_that_still_have_to_send_are_asked(period: ReviewPeriod) -> None:
    waiting, sent = make_activity("1.1.1"), make_activity("1.1.2")
    make_submitted(sent)

    assert [post.owner for post in posts_to_ask(period, TODAY)] == [waiting.owner]
    assert posts_to_ask(period, TODAY, only={sent.owner_id}) == []


def test_a_round_is_under_way_while_it_is_open_or_being_closed(period: ReviewPeriod) -> None:
    assert under_way() == period
    ReviewPeriod.objects.update(state=PeriodState.CLOSING)
    assert under_way() == period
    ReviewPeriod.objects.update(state=PeriodState.SCHEDULED)
    assert under_way() is None


def numbers(found: list[SignalList], signal: Signal) -> list[str]:
    return [doubt.number for each in found if each.signal == signal for doubt in each.doubts]


def test_copied_words_are_found_against_the_last_round_and_against_other_activities(period: ReviewPeriod) -> None:
    words = "The contractor has begun and the site is cleared."
    first, second, third = (make_activity(f"1.1.{number}") for number in (1, 2, 3))
    ReviewPeriod.objects.filter(pk=period.pk).update(state=PeriodState.SCHEDULED)
    before = make_period(date(2026, 3, 31))
    make_approved(first, now=LAST_ROUND, narrative=words)
    make_approved(third, now=LAST_ROUND, narrative="Something else altogether was said about this one.")
    ReviewPeriod.objects.filter(pk=before.pk).update(state=PeriodState.CLOSED, closed_at=LAST_ROUND)
    ReviewPeriod.objects.filter(pk=period.pk).update(state=PeriodState.OPEN)
    make_submitted(first, narrative=words)
    make_submitted(second, narrative=words.upper())
    make_draft(third, narrative=words)

    found = quality_of(period, TODAY)

    assert numbers(found, Signal.COPIED) == ["1.1.1"]
    assert numbers(found, Signal.REPEATED) == ["1.1.1", "1.1.2"]


def test_silence_needs_two_closed_rounds_or_one_and_a_deadline_that_has_passed(period: ReviewPeriod) -> None:
    silent = make_activity("1.1.1")
    make_activity("1.1.2", added_on=date(2026, 9, 1))
    make_period(date(2026, 3, 31), PeriodState.CLOSED)
    assert numbers(quality_of(period, TODAY), Signal.SILENT) == []
    assert numbers(quality_of(period, date(2026, 11, 5)), Signal.SILENT) == ["1.1.1"]

    make_period(date(2025, 9, 30), PeriodState.CLOSED)
    assert numbers(quality_of(period, TODAY), Signal.SILENT) == ["1.1.1"]

    make_submitted(silent)
    assert numbers(quality_of(period, TODAY), Signal.SILENT) == ["1.1.1"]
    assert numbers(quality_of(period, date(2026, 11, 5)), Signal.SILENT) == []


def test_dates_are_asked_only_of_what_is_judged_by_them(period: ReviewPeriod) -> None:
    make_activity("1.1.1")
    make_activity("1.1.2", baseline_end=date(2027, 3, 31))
    make_milestone(make_activity("1.1.3"))
    make_activity("1.1.4", role=Role.INFLUENCE)
    green = make_activity("1.1.5")
    make_milestone(green, baseline_date=date(2026, 9, 1))
    make_submitted(green, override_reason="Let since", evidence="Contract 12")

    found = quality_of(period, TODAY)

    assert numbers(found, Signal.NO_BASELINE) == ["1.1.1"]
    assert numbers(found, Signal.GREEN_OVERDUE) == numbers(found, Signal.BETTER) == ["1.1.5"]


def queries_of(period: ReviewPeriod) -> tuple[int, int]:
    counts = []
    for ask in (desk_of, quality_of):
        with CaptureQueriesContext(connection) as queries:
            ask(period, TODAY)
        counts.append(len(queries))
    return counts[0], counts[1]


def many(period: ReviewPeriod, activities: int) -> Desk:
    """So many activities of as many posts as a tenth of them, each with an update in every state by turns."""
    by, objective = [make_user(), make_user(UserRole.APPROVER)], make_objective(period.strategy, "9.1")
    owners = [make_owner() for _ in range(max(2, activities // 10))]
    rows = [
        KeyActivity(
            strategy=period.strategy,
            objective=objective,
            number=f"9.1.{place}",
            description="Work",
            role=Role.DELIVER,
            kind=Kind.TIME_BOUND,
            owner=owners[place % len(owners)],
        )
        for place in range(1, activities + 1)
    ]
    made = KeyActivity.objects.bulk_create(rows)
    ProgressUpdate.objects.bulk_create(
        an_update(activity, period, by, stage=STAGES[place % 4]) for place, activity in enumerate(made) if place % 4
    )
    return desk_of(period, TODAY)


@pytest.mark.parametrize("activities", [112, 1120])
def test_any_number_of_activities_takes_as_many_queries(period: ReviewPeriod, activities: int) -> None:
    desk = many(period, activities)

    assert desk.tally.total == activities
    assert desk.tally.sent == activities // 2
    counted = queries_of(period)
    assert counted[0] <= 8
    assert counted[1] <= 8
