"""People at the same moment: real threads on a real PostgreSQL, and what each lock is good for.

Each guard is shown twice: that it keeps the promise, and that without the lock the promise breaks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import EventKind, PeriodState, Stage
from aims.errors import AimsError, AlreadyDecided, NoRound, Refused, Stale
from aims.models import Event, KeyActivity, Milestone, ProgressUpdate, ReviewPeriod
from aims.services import deciding, writing
from aims.services.dates import add_milestone
from aims.services.deciding import approve_update, return_update
from aims.services.periods import begin_closing, open_period
from aims.services.writing import save_draft, submit_update
from tests.factories import IN_ROUND, make_activity, make_draft, make_period, make_submitted, make_user, make_values

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 300.0  # a machine with much else to do is slow, not wrong
A_MOMENT = 0.3
Call = Callable[[], object]


def in_a_thread(call: Call) -> Any:
    """Call on a connection of the thread's own; a refusal is an answer too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '120s'")
        return call()
    except (AimsError, DatabaseError) as error:
        return error
    finally:
        connections.close_all()


def at_once(*calls: Call) -> list[Any]:
    """The answers of calls that start at the same instant."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(PATIENCE) for future in [pool.submit(in_a_thread, call) for call in calls]]


def settled(future: Future[Any]) -> bool:
    """Wait until a call has ended or waits for a lock that our transaction holds, and say whether it waits."""
    deadline = time.monotonic() + PATIENCE
    while not future.done() and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.01)
    return not future.done()


def while_held(first: Call, second: Call) -> tuple[bool, Any]:
    """Whether the second call waits for the end of the first one's transaction, and its answer."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            future = pool.submit(in_a_thread, second)
            waits = settled(future)
        return waits, future.result(PATIENCE)


@pytest.fixture
def no_share_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The period's state is read without holding the period."""

    def read(period_id: int) -> PeriodState:
        return PeriodState(ReviewPeriod.objects.values_list("state", flat=True).get(pk=period_id))

    monkeypatch.setattr(writing, "share_lock", read)
    monkeypatch.setattr(deciding, "share_lock", read)


@pytest.fixture(autouse=True)
def _read_together(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """In tests of `at_once` two threads both read before either writes, unless a lock keeps one of them waiting."""
    if "at_once" not in request.function.__code__.co_names:
        return
    patience = PATIENCE if "no_row_locks" in request.fixturenames else A_MOMENT
    for module in (writing, deciding):
        monkeypatch.setattr(module, "_locked", meeting_after(module._locked, patience))


def meeting_after(step: Callable[..., Any], patience: float) -> Callable[..., Any]:
    barrier = threading.Barrier(2)

    def slowly(*given: Any) -> Any:
        answer = step(*given)
        if threading.current_thread() is threading.main_thread():
            return answer  # the test itself prepares its rows
        with suppress(threading.BrokenBarrierError):  # the other waits for a lock: that is the point
            barrier.wait(patience)
        return answer

    return slowly


@pytest.fixture
def other_owner(activity: KeyActivity) -> User:
    return make_user(holds=activity.owner, name="Oscar Owner")


@pytest.fixture
def other_approver(activity: KeyActivity) -> User:
    return make_user(UserRole.APPROVER, holds=activity.owner.approving_post, name="Alan Approver")


@pytest.fixture
def sent(activity: KeyActivity, owner: User) -> ProgressUpdate:
    return make_submitted(activity, by=owner)


def writers(activity: KeyActivity, version: int, *people: User, write: Any = save_draft) -> list[Call]:
    """One call a person, each with a text of their own on the version that all of them have read."""

    def call(person: User) -> Call:
        values = make_values(narrative=f"By {person.name}")
        return lambda: write(activity=activity, values=values, version=version, by=person, now=IN_ROUND)

    return [call(person) for person in people]


def parted(answers: list[Any], lost: type[Exception]) -> tuple[Any, Any]:
    """The answer of whoever came first, and the refusal of the other."""
    (refusal,) = [answer for answer in answers if isinstance(answer, lost)]
    (answer,) = [answer for answer in answers if answer is not refusal]
    return answer, refusal


@pytest.mark.parametrize("write", [save_draft, submit_update])
def test_of_two_writers_of_one_version_one_wins_and_the_other_is_shown_what_stands(
    activity: KeyActivity, owner: User, other_owner: User, write: Any
) -> None:
    draft = make_draft(activity, by=owner)

    answers = at_once(*writers(activity, draft.version, owner, other_owner, write=write))

    won, refusal = parted(answers, Stale)
    stored = ProgressUpdate.objects.get()
    assert stored.narrative == won.narrative == refusal.current.narrative
    assert (stored.version, stored.author) == (2, won.author)


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_the_second_writer_silently_overwrites_the_first(
    activity: KeyActivity, owner: User, other_owner: User
) -> None:
    draft = make_draft(activity, by=owner)

    answers = at_once(*writers(activity, draft.version, owner, other_owner))

    assert [answer.version for answer in answers] == [2, 2]
    assert {answer.narrative for answer in answers} == {"By Olive Owner", "By Oscar Owner"}
    assert ProgressUpdate.objects.get().version == 2


def test_two_first_drafts_at_once_make_one_row_and_a_refusal_in_words(
    activity: KeyActivity, owner: User, other_owner: User
) -> None:
    won, refusal = parted(at_once(*writers(activity, 0, owner, other_owner)), Stale)

    stored = ProgressUpdate.objects.get()
    assert stored == won == refusal.current
    assert stored.narrative == refusal.current.narrative


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_two_first_drafts_meet_in_the_unique_index(
    activity: KeyActivity, owner: User, other_owner: User
) -> None:
    _, refusal = parted(at_once(*writers(activity, 0, owner, other_owner)), IntegrityError)

    assert "one_open_update" in str(refusal)


def approval(update: ProgressUpdate, by: User) -> Call:
    return lambda: approve_update(update=update, version=update.version, by=by, now=IN_ROUND)


def giving_back(update: ProgressUpdate, by: User) -> Call:
    return lambda: return_update(update=update, note="Say more", version=update.version, by=by, now=IN_ROUND)


def decisions() -> int:
    return Event.objects.filter(kind__in=[EventKind.UPDATE_APPROVED, EventKind.UPDATE_RETURNED]).count()


def test_of_two_approvers_at_once_one_decides_and_the_other_is_told_who(
    sent: ProgressUpdate, approver: User, other_approver: User
) -> None:
    won, refusal = parted(at_once(approval(sent, approver), approval(sent, other_approver)), AlreadyDecided)

    assert str(refusal) == f"{won.approved_by} has approved this update already"
    assert ProgressUpdate.objects.get().approved_by == won.approved_by
    assert decisions() == 1


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_the_second_approver_meets_the_trigger_instead_of_a_sentence(
    sent: ProgressUpdate, approver: User, other_approver: User
) -> None:
    _, refusal = parted(at_once(approval(sent, approver), approval(sent, other_approver)), IntegrityError)

    assert "approved_never_changes" in str(refusal)


def test_an_approval_against_a_return_is_one_decision(
    sent: ProgressUpdate, approver: User, other_approver: User
) -> None:
    won, refusal = parted(at_once(approval(sent, approver), giving_back(sent, other_approver)), AlreadyDecided)

    told = {
        Stage.APPROVED: "Ada Approver has approved this update already",
        Stage.DRAFT: "Alan Approver has returned this update already",
    }
    stored = ProgressUpdate.objects.get()
    assert (stored.stage, str(refusal)) == (won.stage, told[won.stage])
    assert decisions() == 1


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_what_was_returned_is_approved_all_the_same(
    sent: ProgressUpdate, approver: User, other_approver: User
) -> None:
    waits, answer = while_held(giving_back(sent, other_approver), approval(sent, approver))

    assert waits  # for the row itself, having read it before
    assert answer.stage == Stage.APPROVED
    assert decisions() == 2


def test_with_the_lock_what_was_returned_meanwhile_is_not_approved(
    sent: ProgressUpdate, approver: User, other_approver: User
) -> None:
    waits, refusal = while_held(giving_back(sent, other_approver), approval(sent, approver))

    assert waits
    assert isinstance(refusal, AlreadyDecided)


def begin(period: ReviewPeriod, by: User) -> Call:
    return lambda: begin_closing(period=period, by=by, now=IN_ROUND)


def work(kind: str, activity: KeyActivity, owner: User, approver: User) -> Call:
    """Somebody's write into the open round."""
    if kind == "approve":
        return approval(make_submitted(activity, by=owner), approver)
    (call,) = writers(activity, 0, owner, write={"save": save_draft, "submit": submit_update}[kind])
    return call


EVERY_WRITE = pytest.mark.parametrize("kind", ["save", "submit", "approve"])


@EVERY_WRITE
def test_closing_waits_for_whoever_writes(
    activity: KeyActivity, period: ReviewPeriod, owner: User, approver: User, office: User, kind: str
) -> None:
    waits, closing = while_held(work(kind, activity, owner, approver), begin(period, office))

    assert waits
    assert closing.state == PeriodState.CLOSING
    assert list(Event.objects.values_list("kind", flat=True))[-1] == EventKind.PERIOD_CLOSING
    assert (
        ProgressUpdate.objects.get().stage
        == {
            "save": Stage.DRAFT,
            "submit": Stage.SUBMITTED,
            "approve": Stage.APPROVED,
        }[kind]
    )


@pytest.mark.usefixtures("no_share_lock")
@EVERY_WRITE
def test_without_the_share_lock_closing_overtakes_whoever_writes(
    activity: KeyActivity, period: ReviewPeriod, owner: User, approver: User, office: User, kind: str
) -> None:
    waits, closing = while_held(work(kind, activity, owner, approver), begin(period, office))

    assert not waits
    assert closing.state == PeriodState.CLOSING


@EVERY_WRITE
def test_whoever_comes_after_closing_began_is_refused_whole(
    activity: KeyActivity, period: ReviewPeriod, owner: User, approver: User, office: User, kind: str
) -> None:
    call = work(kind, activity, owner, approver)
    before = list(ProgressUpdate.objects.values())
    waits, refusal = while_held(begin(period, office), call)

    assert waits
    assert isinstance(refusal, NoRound)
    assert list(ProgressUpdate.objects.values()) == before


@pytest.mark.usefixtures("no_share_lock")
@EVERY_WRITE
def test_without_the_share_lock_a_write_slips_into_the_closing_round(
    activity: KeyActivity, period: ReviewPeriod, owner: User, approver: User, office: User, kind: str
) -> None:
    _, answer = while_held(begin(period, office), work(kind, activity, owner, approver))

    assert isinstance(answer, ProgressUpdate)
    assert ProgressUpdate.objects.get().period.state == PeriodState.CLOSING


def test_writers_of_different_activities_do_not_wait_for_each_other(activity: KeyActivity, owner: User) -> None:
    (first,) = writers(activity, 0, owner)
    (second,) = writers(make_activity("1.1.2"), 0, make_user())

    waits, answer = while_held(first, second)

    assert not waits
    assert answer.stage == Stage.DRAFT


def test_of_two_who_close_at_once_one_closes(period: ReviewPeriod, office: User) -> None:
    _, refusal = while_held(begin(period, office), begin(period, make_user(UserRole.OFFICE)))

    assert isinstance(refusal, Refused)
    assert Event.objects.count() == 1


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_a_round_begins_to_close_twice(period: ReviewPeriod, office: User) -> None:
    while_held(begin(period, office), begin(period, make_user(UserRole.OFFICE)))

    assert Event.objects.count() == 2


def opening(period: ReviewPeriod, by: User) -> Call:
    return lambda: open_period(period=period, by=by, now=IN_ROUND)


def two_scheduled() -> tuple[ReviewPeriod, ReviewPeriod]:
    return make_period(state=PeriodState.SCHEDULED), make_period(date(2026, 10, 1), PeriodState.SCHEDULED)


def test_of_two_rounds_opened_at_once_the_second_is_refused_in_words(office: User) -> None:
    first, second = two_scheduled()

    _, refusal = while_held(opening(first, office), opening(second, office))

    assert isinstance(refusal, Refused)
    assert str(refusal) == "Close 2026/27 H1 first: one round takes submissions at a time"


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_two_rounds_meet_in_the_unique_index(office: User) -> None:
    first, second = two_scheduled()

    _, refusal = while_held(opening(first, office), opening(second, office))

    assert isinstance(refusal, IntegrityError)
    assert "one_period_takes_submissions" in str(refusal)


def adding(activity: KeyActivity, title: str, by: User) -> Call:
    return lambda: add_milestone(activity=activity, title=title, baseline_date=None, by=by, now=IN_ROUND)


def test_milestones_added_at_once_stand_one_after_the_other(activity: KeyActivity, owner: User) -> None:
    while_held(adding(activity, "First", owner), adding(activity, "Second", owner))

    assert list(Milestone.objects.values_list("position", "title")) == [(1, "First"), (2, "Second")]


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_milestones_added_at_once_want_one_place(activity: KeyActivity, owner: User) -> None:
    _, refusal = while_held(adding(activity, "First", owner), adding(activity, "Second", owner))

    assert isinstance(refusal, IntegrityError)
