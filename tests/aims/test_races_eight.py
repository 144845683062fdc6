"""Eight writers at once, a hundred times for each way to write: one wins, the others are told, nothing is lost.

Each way is first shown to break its promise without the lock that keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import Model, QuerySet

from accounts.choices import UserRole
from accounts.models import Owner, User
from aims.choices import DateField, Decision, EventKind, PeriodState, Stage
from aims.errors import AimsError, AlreadyDecided, Refused, RowsRefused, Stale
from aims.models import DateChangeRequest, Event, KeyActivity, ProgressUpdate, ReviewPeriod, UpdateEditor, Workbook
from aims.services import dates, deciding, workbooks, writing
from aims.services.dates import complete_milestone, decide_date_change, request_date_change
from aims.services.deciding import approve_update, approve_updates, return_update
from aims.services.workbooks import Entry, take_over
from aims.services.writing import repeat_last_update, save_draft, submit_update
from tests.aims.crowd import EIGHT, Call, Crowd, meeting_after
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_date_change,
    make_milestone,
    make_owner,
    make_period,
    make_user,
    make_values,
)

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

ROUNDS = 100
SHOWN = 5  # rounds that show what happens without the lock
END, LATER = date(2027, 3, 31), date(2027, 6, 30)
EARLIER = datetime(2026, 4, 14, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class People:
    """Eight who hold the owner's post, eight who sign off, and the post itself."""

    post: Owner
    owners: Sequence[User]
    approvers: Sequence[User]
    period: ReviewPeriod


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    found = Crowd()
    yield found
    found.go_home()


@pytest.fixture
def people(transactional_db: None) -> People:
    period = make_period()
    post = make_owner(approving_post=make_owner())
    owners = [make_user(holds=post, name=f"Owner {place}") for place in range(EIGHT)]
    approvers = [
        make_user(UserRole.APPROVER, holds=post.approving_post, name=f"Approver {place}") for place in range(EIGHT)
    ]
    return People(post, owners, approvers, period)


@pytest.fixture
def no_row_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """`SELECT … FOR UPDATE` becomes a plain `SELECT`, and all eight have read before one of them writes."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
    for module, step in STEPS:
        monkeypatch.setattr(module, step, meeting_after(getattr(module, step)))


STEPS: tuple[tuple[Any, str], ...] = (
    (writing, "_locked"),
    (deciding, "_locked"),
    (dates, "_date_to_move"),
    (dates, "_waiting"),
    (dates, "hold_milestone"),
    (workbooks, "_hold"),
)


def activities(people: People, rounds: int) -> list[KeyActivity]:
    """One activity a round, all of one post, their end promised."""
    return [make_activity(f"1.1.{number + 1}", owner=people.post, baseline_end=END) for number in range(rounds)]


def updates(people: People, rounds: int, stage: Stage) -> list[ProgressUpdate]:
    """One update a round in a stage, as the services leave it; its author is none of the sixteen."""
    author, approver = make_user(holds=people.post), make_user(UserRole.APPROVER)
    when = {"created_at": IN_ROUND, "saved_at": IN_ROUND}
    if stage != Stage.DRAFT:
        when["submitted_at"] = IN_ROUND
    signed = {"approved_by": approver, "approved_at": IN_ROUND} if stage == Stage.APPROVED else {}
    said = {"state": "in_progress", "rag": "green", "forecast_rag": "green", "narrative": "Work goes on."}
    rows = [
        ProgressUpdate(
            activity=activity,
            period=people.period,
            stage=stage,
            as_at=people.period.ends,
            role=activity.role,
            kind=activity.kind,
            author=author,
            **said,
            **when,
            **signed,
        )
        for activity in activities(people, rounds)
    ]
    made = ProgressUpdate.objects.bulk_create(rows)
    if stage != Stage.APPROVED:
        UpdateEditor.objects.bulk_create([UpdateEditor(progressupdate=row, user=author) for row in made])
    return made


def drafts(people: People, rounds: int) -> list[ProgressUpdate]:
    return updates(people, rounds, Stage.DRAFT)


def sent(people: People, rounds: int) -> list[ProgressUpdate]:
    return updates(people, rounds, Stage.SUBMITTED)


def told_last_time(people: People, rounds: int) -> list[KeyActivity]:
    """Activities whose update of the half-year before was approved."""
    earlier = make_period(date(2026, 3, 31), PeriodState.SCHEDULED)
    ReviewPeriod.objects.filter(pk=earlier.pk).update(submission_closes=date(2026, 12, 31))
    rows = updates(People(people.post, (), (), earlier), rounds, Stage.APPROVED)
    ReviewPeriod.objects.filter(pk=earlier.pk).update(state=PeriodState.CLOSED, closed_at=EARLIER)
    return [row.activity for row in rows]


def asked(people: People, rounds: int) -> list[DateChangeRequest]:
    author = make_user(holds=people.post)
    return [
        make_date_change(activity, previous_date=END, proposed_date=LATER, requested_by=author)
        for activity in activities(people, rounds)
    ]


def milestones(people: People, rounds: int) -> list[Any]:
    return [make_milestone(activity) for activity in activities(people, rounds)]


def own_workbooks(people: People, rounds: int) -> list[dict[int, Workbook]]:
    """A workbook a person and round: all eight of a round speak of the same update."""
    return [
        {person.pk: workbook_of(people, person, [row]) for person in people.owners} for row in drafts(people, rounds)
    ]


def workbook_of(people: People, person: User, told: Sequence[ProgressUpdate]) -> Workbook:
    values = make_values(narrative=f"By {person.name}", as_at=people.period.ends)
    entries = [Entry(row.activity.number, row.version, 0, "send", values) for row in told]
    answers = [asdict(entry) for entry in entries]
    return Workbook.objects.create(
        period=people.period, name="updates.xlsx", answers=answers, uploaded_by=person, uploaded_at=IN_ROUND
    )


def save(row: ProgressUpdate, by: User) -> object:
    values = make_values(narrative=f"By {by.name}")
    return save_draft(activity=row.activity, values=values, version=1, by=by, now=IN_ROUND)


def submit(row: ProgressUpdate, by: User) -> object:
    values = make_values(narrative=f"By {by.name}", as_at=row.as_at)
    return submit_update(activity=row.activity, values=values, version=1, by=by, now=IN_ROUND)


def repeat(activity: KeyActivity, by: User) -> object:
    return repeat_last_update(activity=activity, by=by, now=IN_ROUND)


def approve(row: ProgressUpdate, by: User) -> object:
    return approve_update(update=row, version=1, by=by, now=IN_ROUND)


def give_back(row: ProgressUpdate, by: User) -> object:
    return return_update(update=row, note=f"By {by.name}", notes={"impact": by.name}, version=1, by=by, now=IN_ROUND)


def ask(activity: KeyActivity, by: User) -> object:
    return request_date_change(
        activity=activity,
        field=DateField.END,
        milestone=None,
        proposed_date=LATER,
        reason=f"By {by.name}",
        effect="",
        by=by,
        now=IN_ROUND,
    )


def agree(change: DateChangeRequest, by: User) -> object:
    return decide_date_change(request=change, agreed=True, note=f"By {by.name}", by=by, now=IN_ROUND)


def decline(change: DateChangeRequest, by: User) -> object:
    return decide_date_change(request=change, agreed=False, note=f"By {by.name}", by=by, now=IN_ROUND)


def complete(milestone: Any, by: User) -> object:
    return complete_milestone(
        milestone=milestone, completed_on=date(2026, 10, 1), evidence=f"By {by.name}", by=by, now=IN_ROUND
    )


def take(kept: dict[int, Workbook], by: User) -> object:
    return take_over(workbook=kept[by.pk], by=by, now=IN_ROUND)


@dataclass(frozen=True)
class Way:
    """One way to write: what each round is about, the write, how the others are refused, the event of the winner."""

    prepare: Callable[[People, int], Sequence[Any]]
    write: Callable[[Any, User], object]
    refusal: type[AimsError]
    event: EventKind
    by_approvers: bool = False

    def people(self, people: People) -> Sequence[User]:
        return people.approvers if self.by_approvers else people.owners

    def calls(self, subject: Any, people: People) -> list[Call]:
        return [lambda person=person: self.write(subject, person) for person in self.people(people)]  # type: ignore[misc]


WAYS = {
    "save": Way(drafts, save, Stale, EventKind.UPDATE_DRAFTED),
    "submit": Way(drafts, submit, Stale, EventKind.UPDATE_SUBMITTED),
    "no change": Way(told_last_time, repeat, Refused, EventKind.UPDATE_SUBMITTED),
    "approve": Way(sent, approve, AlreadyDecided, EventKind.UPDATE_APPROVED, by_approvers=True),
    "return": Way(sent, give_back, AlreadyDecided, EventKind.UPDATE_RETURNED, by_approvers=True),
    "ask for a date": Way(activities, ask, Refused, EventKind.DATE_CHANGE_REQUESTED),
    "agree a date": Way(asked, agree, AlreadyDecided, EventKind.DATE_CHANGE_AGREED, by_approvers=True),
    "decline a date": Way(asked, decline, AlreadyDecided, EventKind.DATE_CHANGE_DECLINED, by_approvers=True),
    "complete a milestone": Way(milestones, complete, AlreadyDecided, EventKind.MILESTONE_COMPLETED),
    "take a workbook over": Way(own_workbooks, take, RowsRefused, EventKind.UPDATE_SUBMITTED),
}
EVERY_WAY = pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))


def won_and_refused(answers: Sequence[Any], refusal: type[AimsError]) -> tuple[Any, list[Any]]:
    """The answer of the one who won, and the refusals of the seven others."""
    refused = [answer for answer in answers if isinstance(answer, refusal)]
    won = [answer for answer in answers if not isinstance(answer, Exception)]
    assert (len(won), len(refused)) == (1, EIGHT - 1), answers
    return won[0], refused


def as_stored(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@EVERY_WAY
def test_of_eight_writers_one_wins_and_seven_are_told_a_hundred_times(people: People, crowd: Crowd, way: Way) -> None:
    for subject in way.prepare(people, ROUNDS):
        won, refused = won_and_refused(crowd.race(way.calls(subject, people)), way.refusal)
        if isinstance(won, Model):
            stored = type(won)._default_manager.get(pk=won.pk)
            assert as_stored(stored) == as_stored(won)
        if way.refusal is Stale:
            assert {error.current.narrative for error in refused} == {won.narrative}

    assert Event.objects.filter(kind=way.event).count() == ROUNDS


@EVERY_WAY
@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_the_promise_breaks(people: People, crowd: Crowd, way: Way) -> None:
    broken = 0
    for subject in way.prepare(people, SHOWN):
        answers = crowd.race(way.calls(subject, people))
        refused = [answer for answer in answers if isinstance(answer, way.refusal)]
        broken += len(refused) != EIGHT - 1

    assert broken == SHOWN


def test_what_seven_wrote_is_in_no_row_and_what_one_wrote_in_exactly_one(people: People, crowd: Crowd) -> None:
    (row,) = drafts(people, 1)
    won, _ = won_and_refused(crowd.race(WAYS["save"].calls(row, people)), Stale)

    stored = ProgressUpdate.objects.get()
    assert (stored.version, stored.author_id, stored.narrative) == (2, won.author_id, won.narrative)
    assert set(stored.editors.all()) == {row.author, won.author}


def test_who_decided_is_the_one_that_the_seven_others_are_told(people: People, crowd: Crowd) -> None:
    (row,) = sent(people, 1)
    won, refused = won_and_refused(crowd.race(WAYS["approve"].calls(row, people)), AlreadyDecided)

    assert {str(error) for error in refused} == {f"{won.approved_by} has approved this update already"}


def test_eight_who_each_approve_many_approve_each_once(people: People, crowd: Crowd) -> None:
    waiting = sent(people, ROUNDS)
    calls: list[Call] = [
        lambda place=place, person=person: approve_updates(  # type: ignore[misc]
            shown=[(row, 1) for row in turned(waiting, place)], by=person, now=IN_ROUND
        )
        for place, person in enumerate(people.approvers)
    ]

    answers = crowd.race(calls)

    approved = [row.pk for answer in answers for row in answer.approved]
    refused = [(row.pk, type(error)) for answer in answers for row, error in answer.refused]
    assert sorted(approved) == sorted(row.pk for row in waiting)
    assert sorted(refused) == sorted((row.pk, AlreadyDecided) for row in waiting for _ in range(EIGHT - 1))
    assert Event.objects.filter(kind=EventKind.UPDATE_APPROVED).count() == ROUNDS
    for answer, person in zip(answers, people.approvers, strict=True):
        assert {row.approved_by for row in answer.approved} <= {person}


def turned(rows: Sequence[ProgressUpdate], place: int) -> list[ProgressUpdate]:
    """Each of the eight begins elsewhere, half of them from the other end: in no order does anybody block for ever."""
    start = place * len(rows) // EIGHT
    found = [*rows[start:], *rows[:start]]
    return found[::-1] if place % 2 else found


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_eight_who_approve_many_meet_the_trigger(people: People, crowd: Crowd) -> None:
    waiting = sent(people, 1)
    calls: list[Call] = [
        lambda person=person: approve_updates(shown=[(waiting[0], 1)], by=person, now=IN_ROUND)  # type: ignore[misc]
        for person in people.approvers
    ]

    answers = crowd.race(calls)

    assert any("approved_never_changes" in str(answer) for answer in answers)


def test_one_workbook_in_eight_tabs_is_taken_over_once(people: People, crowd: Crowd) -> None:
    person = people.owners[0]
    for number, row in enumerate(drafts(people, 10)):
        kept = workbook_of(people, person, [row])
        calls: list[Call] = [lambda kept=kept: take_over(workbook=kept, by=person, now=IN_ROUND)] * EIGHT  # type: ignore[misc]
        won_and_refused(crowd.race(calls), AlreadyDecided)
        assert Event.objects.filter(kind=EventKind.UPDATE_SUBMITTED).count() == number + 1


def test_a_date_that_eight_ask_for_is_asked_for_once(people: People, crowd: Crowd) -> None:
    (activity,) = activities(people, 1)
    won_and_refused(crowd.race(WAYS["ask for a date"].calls(activity, people)), Refused)

    assert DateChangeRequest.objects.get().decision == Decision.REQUESTED
