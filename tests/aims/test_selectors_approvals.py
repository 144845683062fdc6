"""The queue of whoever signs off, against the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.choices import UserRole
from accounts.models import Holding, Owner, User
from aims.choices import DateField, Mark, Rag
from aims.models import DateChangeRequest, KeyActivity, ProgressUpdate
from aims.rules.differences import Pieces
from aims.selectors.approvals import Entry, Moving, Waiting, queue_of, to_decide, waiting_count
from aims.services.dates import decide_date_change, request_date_change
from aims.services.deciding import approve_update, return_update
from aims.services.writing import submit_update
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_date_change,
    make_draft,
    make_milestone,
    make_red_values,
    make_submitted,
    make_user,
    make_values,
)

TODAY = date(2026, 10, 12)
EARLY = datetime(2026, 10, 12, 7, 0, tzinfo=UTC)


def sent(activity: KeyActivity, by: User, *, red: bool = False, now: datetime = IN_ROUND) -> ProgressUpdate:
    values = make_red_values() if red else make_values()
    return submit_update(activity=activity, values=values, version=0, by=by, now=now)


def what(queue: list[Entry]) -> list[Any]:
    return [entry.change if isinstance(entry, Moving) else entry.update for entry in queue]


def shown(pieces: Pieces) -> str:
    return "".join(f"[{piece.text}]" if piece.changed else piece.text for piece in pieces)


def test_an_approver_is_asked_for_what_waits_under_the_approving_post(post: Owner, holder: User, signer: User) -> None:
    update = sent(make_activity("1.1.1", owner=post), holder)
    change = make_date_change(make_activity("1.1.3", owner=post))
    make_submitted(make_activity("1.1.2"))
    make_date_change(make_activity("1.1.5"))
    make_draft(make_activity("1.1.4", owner=post), by=holder)

    assert set(what(queue_of(signer, TODAY))) == {update, change}
    assert waiting_count(signer, TODAY) == 2


@pytest.mark.parametrize(("on", "asked"), [(date(2026, 10, 12), 2), (date(2026, 10, 13), 0)])
def test_a_deputy_of_the_approving_post_is_asked_until_the_deputising_ends(
    post: Owner, holder: User, on: date, asked: int
) -> None:
    deputy = make_user()
    assert post.approving_post
    Holding.objects.create(
        user=deputy, owner=post.approving_post, is_deputy=True, starts=date(2026, 10, 1), ends=date(2026, 10, 12)
    )
    activity = make_activity(owner=post)
    sent(activity, holder)
    make_date_change(activity)

    assert (len(queue_of(deputy, on)), waiting_count(deputy, on)) == (asked, asked)


def test_what_a_person_wrote_in_or_asked_for_is_somebody_elses_to_decide(
    post: Owner, holder: User, signer: User
) -> None:
    activity = make_activity(owner=post)
    draft = make_draft(activity, by=signer)
    submit_update(activity=activity, values=make_values(), version=draft.version, by=holder, now=IN_ROUND)
    make_date_change(activity, requested_by=signer)

    assert queue_of(signer, TODAY) == []
    assert waiting_count(signer, TODAY) == 0
    other = make_user(UserRole.APPROVER, holds=post.approving_post)
    assert waiting_count(other, TODAY) == 2


def test_what_was_written_before_a_return_counts_when_others_send_it_again(
    post: Owner, holder: User, signer: User
) -> None:
    activity, second = make_activity(owner=post), make_user(UserRole.APPROVER, holds=post.approving_post)
    draft = make_draft(activity, by=signer)
    first = submit_update(activity=activity, values=make_values(), version=draft.version, by=holder, now=IN_ROUND)
    back = return_update(update=first, note="More", version=first.version, by=second, now=IN_ROUND)
    submit_update(activity=activity, values=make_values(), version=back.version, by=holder, now=IN_ROUND)

    assert queue_of(signer, TODAY) == []
    assert len(queue_of(second, TODAY)) == 1


def test_nobody_signed_out_has_a_queue(post: Owner, holder: User) -> None:
    sent(make_activity(owner=post), holder)

    assert queue_of(AnonymousUser(), TODAY) == []
    assert waiting_count(AnonymousUser(), TODAY) == 0


def test_the_queue_puts_what_worsened_first_then_overrides_then_red_then_the_longest_waiting(
    post: Owner, holder: User, signer: User
) -> None:
    numbers = ["1.1.1", "1.1.2", "1.1.3", "1.1.4", "1.1.5"]
    newest, oldest, red, override, worsened = (make_activity(number, owner=post) for number in numbers)
    make_approved(worsened, approver=signer)
    make_milestone(override, baseline_date=date(2026, 9, 1))
    sent(newest, holder, now=IN_ROUND.replace(hour=11))
    sent(oldest, holder, now=IN_ROUND.replace(hour=10))
    sent(red, holder, red=True)
    make_submitted(override, by=holder, override_reason="Let since", evidence="Contract 12")
    sent(worsened, holder, red=True)

    queue = queue_of(signer, TODAY)

    assert [update.activity for update in what(queue)] == [worsened, override, red, oldest, newest]
    first, second, third = queue[:3]
    assert isinstance(first, Waiting)
    assert (first.worsened, first.last_mark, first.mark) == (True, Mark.GREEN, Mark.RED)
    assert isinstance(second, Waiting)
    assert (second.overrides, second.update.suggested_rag) == (True, Rag.AMBER)
    assert isinstance(third, Waiting)
    assert third.last is None


@pytest.mark.parametrize(
    ("before", "now", "worsened"),
    [
        (("in_progress", "green"), ("in_progress", "amber"), True),
        (("in_progress", "amber"), ("in_progress", "red"), True),
        (("complete", None), ("in_progress", "green"), True),
        (("in_progress", "amber"), ("in_progress", "amber"), False),
        (("in_progress", "red"), ("in_progress", "green"), False),
        (("in_progress", "green"), ("complete", None), False),
        (("in_progress", "green"), ("deferred", None), False),
        (("not_started", None), ("in_progress", "red"), False),
        (("in_progress", "green"), ("in_progress", None), False),
    ],
)
def test_worse_is_said_of_what_can_be_compared(
    before: tuple[str, str | None], now: tuple[str, str | None], *, worsened: bool
) -> None:
    last, update = (ProgressUpdate(state=state, rag=rag) for state, rag in (before, now))

    assert Waiting(update, last).worsened is worsened
    assert not Waiting(update, None).worsened


def test_a_new_date_stands_with_its_activitys_update_else_by_how_it_stood_and_how_long_it_waits(
    post: Owner, holder: User, signer: User
) -> None:
    told, red, quiet = (make_activity(f"1.1.{number}", owner=post) for number in (1, 2, 3))
    make_approved(told, approver=signer)
    values = make_red_values()
    update = submit_update(activity=red, values=values, version=0, by=holder, now=EARLY)
    worsened = sent(told, holder, red=True)
    with_update = make_date_change(told)
    with_red = make_date_change(red, requested_at=EARLY)
    alone = make_date_change(quiet, requested_at=EARLY)

    assert what(queue_of(signer, TODAY)) == [worsened, with_update, update, with_red, alone]


def test_old_and_new_stand_side_by_side_with_the_changed_words_marked(post: Owner, holder: User, signer: User) -> None:
    activity = make_activity(owner=post)
    red = make_red_values(narrative="Two of five pilots are live.", exempt_narrative="The bid", exempt_paragraph=3)
    before = submit_update(activity=activity, values=red, version=0, by=holder, now=EARLY)
    make_decision(before, signer)
    now = replace(red, narrative="Three of five pilots are live.", impact="Nine months are lost.", exempt_paragraph=4)
    submit_update(activity=activity, values=now, version=0, by=holder, now=IN_ROUND)

    comparison = to_decide(queue_of(signer, TODAY), signer, TODAY)[0].comparison

    assert comparison
    assert shown(comparison.narrative.before) == "[Two] of five pilots are live."
    assert shown(comparison.narrative.after) == "[Three] of five pilots are live."
    assert [(change.field, shown(change.before), shown(change.after)) for change in comparison.changes] == [
        ("impact", "[Six] months are lost.", "[Nine] months are lost."),
        ("exempt_paragraph", "Paragraph [3]", "Paragraph [4]"),
    ]
    same = {answer.field: answer.text for answer in comparison.same}
    assert (same["action_by"], same["cause"]) == ("1 December 2026", "Procurement or contract")
    assert same["exempt_narrative"] == "The bid"
    assert not {"impact", "ask", "evidence"} & set(same)


def make_decision(update: ProgressUpdate, by: User) -> None:
    approve_update(update=update, version=update.version, by=by, now=EARLY)


def test_without_a_last_update_nothing_is_marked_and_all_is_told(post: Owner, holder: User, signer: User) -> None:
    sent(make_activity(owner=post), holder, red=True)

    (item,) = to_decide(queue_of(signer, TODAY), signer, TODAY)

    assert item.comparison
    assert item.comparison.changes == ()
    assert not any(piece.changed for piece in item.comparison.narrative.after)
    assert ("impact", "Six months are lost.") in {(each.field, each.text) for each in item.comparison.same}


def test_a_new_date_comes_with_every_earlier_move(post: Owner, holder: User, signer: User) -> None:
    activity = make_activity(owner=post, baseline_end=date(2027, 3, 31))
    first = ask(activity, holder, date(2027, 6, 30))
    decide_date_change(request=first, agreed=True, note="Once", by=signer, now=EARLY)
    second = ask(activity, holder, date(2027, 9, 30))

    (item,) = to_decide(queue_of(signer, TODAY), signer, TODAY)

    assert item.moving
    assert item.moving.change == second
    assert item.promise
    assert (item.promise.baseline, item.promise.agreed) == (date(2027, 3, 31), date(2027, 6, 30))
    assert [(move.proposed, move.note) for move in item.promise.revisions] == [(date(2027, 6, 30), "Once")]
    assert item.promise.open_request
    assert item.promise.open_request.proposed == date(2027, 9, 30)


def ask(activity: KeyActivity, by: User, proposed: date) -> DateChangeRequest:
    return request_date_change(
        activity=activity,
        field=DateField.END,
        milestone=None,
        proposed_date=proposed,
        reason="Consent came late.",
        effect="",
        by=by,
        now=EARLY,
    )


def queries_of(user: User) -> tuple[int, int]:
    """How many queries a person's whole queue and its count take."""
    with CaptureQueriesContext(connection) as whole:
        to_decide(queue_of(user, TODAY), user, TODAY)
    with CaptureQueriesContext(connection) as count:
        waiting_count(user, TODAY)
    return len(whole), len(count)


def test_a_queue_of_sixty_takes_as_many_queries_as_one_of_two(post: Owner, holder: User, signer: User) -> None:
    def grow(numbers: range) -> None:
        for number in numbers:
            activity = make_activity(f"1.1.{number}", owner=post)
            if number % 2:
                sent(activity, holder)
            else:
                make_date_change(activity, milestone=make_milestone(activity), field="milestone")

    grow(range(1, 3))
    few = queries_of(signer)
    grow(range(3, 61))

    assert queries_of(signer) == few
    assert few <= (6, 2)
