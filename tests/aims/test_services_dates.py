"""Baselines, milestones and agreed dates, against the database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import User
from aims.choices import Audience, DateField, Decision, EventKind, NoticeKind, PeriodState
from aims.errors import AlreadyDecided, NoRound, NotAllowed, Refused
from aims.models import DateChangeRequest, Event, KeyActivity, Milestone, Notice, ReviewPeriod
from aims.services.dates import (
    add_milestone,
    agreed_date,
    complete_milestone,
    decide_date_change,
    request_date_change,
    set_baseline,
)
from tests.factories import IN_ROUND, make_activity, make_milestone

START, END, LATER = date(2026, 4, 1), date(2027, 3, 31), date(2027, 6, 30)


@pytest.fixture
def dated(activity: KeyActivity) -> KeyActivity:
    """An activity with a baseline."""
    KeyActivity.objects.filter(pk=activity.pk).update(baseline_start=START, baseline_end=END)
    activity.refresh_from_db()
    return activity


def ask(activity: KeyActivity, by: User, **fields: Any) -> DateChangeRequest:
    given: dict[str, Any] = {
        "field": DateField.END,
        "milestone": None,
        "proposed_date": LATER,
        "reason": "Consent came late.",
        "effect": "",
    }
    return request_date_change(activity=activity, by=by, now=IN_ROUND, **given | fields)


def decide(request: DateChangeRequest, by: User, agreed: bool = True) -> DateChangeRequest:
    return decide_date_change(request=request, agreed=agreed, note=" Noted ", by=by, now=IN_ROUND)


def test_a_baseline_is_set_with_its_event(activity: KeyActivity, office: User) -> None:
    set_baseline(activity=activity, start=START, end=END, by=office, now=IN_ROUND)

    activity.refresh_from_db()
    assert (activity.baseline_start, activity.baseline_end) == (START, END)
    event = Event.objects.get()
    assert (event.kind, event.by, event.activity) == (EventKind.BASELINE_SET, office, activity)
    assert event.after == {"baseline_start": "2026-04-01", "baseline_end": "2027-03-31"}


@pytest.mark.parametrize(("start", "end"), [(date(2026, 5, 1), None), (None, LATER), (START, END)])
def test_a_baseline_is_set_once(dated: KeyActivity, office: User, start: date | None, end: date | None) -> None:
    with pytest.raises(Refused, match="A baseline is set once"):
        set_baseline(activity=dated, start=start, end=end, by=office, now=IN_ROUND)


def test_an_end_that_was_not_known_can_still_be_set(activity: KeyActivity, office: User) -> None:
    set_baseline(activity=activity, start=START, end=None, by=office, now=IN_ROUND)
    set_baseline(activity=activity, start=None, end=END, by=office, now=IN_ROUND)

    activity.refresh_from_db()
    assert (activity.baseline_start, activity.baseline_end) == (START, END)


def test_an_end_before_the_start_is_refused(activity: KeyActivity, office: User) -> None:
    with pytest.raises(Refused, match="Choose an end on or after the start"):
        set_baseline(activity=activity, start=END, end=START, by=office, now=IN_ROUND)


def test_milestones_are_added_one_after_the_other(activity: KeyActivity, office: User) -> None:
    first, second = (
        add_milestone(activity=activity, title=title, baseline_date=END, by=office, now=IN_ROUND)
        for title in ("Contract let", "Works begin")
    )

    assert (first.reference, second.reference) == ("1.1.1/1", "1.1.1/2")
    event = Event.objects.get(milestone=second)
    assert (event.kind, event.by) == (EventKind.MILESTONE_ADDED, office)
    assert event.after == {"title": "Works begin", "baseline_date": "2027-03-31"}


def reach(milestone: Milestone, by: User, on: date = date(2026, 10, 1), evidence: str = "Minutes") -> Milestone:
    return complete_milestone(milestone=milestone, completed_on=on, evidence=evidence, by=by, now=IN_ROUND)


def test_a_milestone_is_completed_with_its_evidence(activity: KeyActivity, owner: User) -> None:
    done = reach(make_milestone(activity), owner, evidence=" Minutes ")

    done.refresh_from_db()
    assert (done.completed_on, done.evidence) == (date(2026, 10, 1), "Minutes")
    event = Event.objects.get()
    assert (event.kind, event.by, event.after) == (
        EventKind.MILESTONE_COMPLETED,
        owner,
        {"completed_on": "2026-10-01"},
    )


@pytest.mark.parametrize(
    ("on", "evidence", "problem"),
    [(date(2026, 10, 1), " ", "Give evidence"), (date(2026, 10, 13), "Minutes", "Enter a day up to today")],
)
def test_a_milestone_needs_evidence_and_a_day_that_has_come(
    activity: KeyActivity, owner: User, on: date, evidence: str, problem: str
) -> None:
    with pytest.raises(Refused, match=problem):
        reach(make_milestone(activity), owner, on, evidence)


def test_today_is_the_day_in_london(activity: KeyActivity, owner: User) -> None:
    after_midnight = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    done = complete_milestone(
        milestone=make_milestone(activity),
        completed_on=date(2026, 7, 2),
        evidence="Minutes",
        by=owner,
        now=after_midnight,
    )

    assert done.completed_on == date(2026, 7, 2)


def test_a_milestone_is_completed_once(activity: KeyActivity, owner: User) -> None:
    done = reach(make_milestone(activity), owner)

    with pytest.raises(AlreadyDecided, match="was completed on 1 October 2026 already"):
        reach(done, owner, on=date(2026, 10, 2))


def test_a_request_moves_nothing_until_it_is_agreed(dated: KeyActivity, owner: User) -> None:
    request = ask(dated, owner)

    assert (request.previous_date, request.proposed_date, request.decision) == (END, LATER, Decision.REQUESTED)
    assert agreed_date(dated, DateField.END, None) == END
    event = Event.objects.get()
    assert (event.kind, event.by, event.audience) == (EventKind.DATE_CHANGE_REQUESTED, owner, Audience.PARTIES)
    assert event.before == {"date": "2027-03-31"}
    assert event.after == {"date": "2027-06-30", "reason": "Consent came late."}


def test_an_agreed_request_is_the_new_date_beside_the_untouched_baseline(
    dated: KeyActivity, owner: User, approver: User
) -> None:
    request = decide(ask(dated, owner), approver)

    dated.refresh_from_db()
    assert (agreed_date(dated, DateField.END, None), dated.baseline_end) == (LATER, END)
    assert agreed_date(dated, DateField.START, None) == START
    assert (request.decided_by, request.decided_at, request.decision_note) == (approver, IN_ROUND, "Noted")
    event = Event.objects.get(kind=EventKind.DATE_CHANGE_AGREED)
    assert (event.by, event.audience, event.before) == (approver, Audience.STAFF, {"date": "2027-03-31"})
    assert event.after == {"date": "2027-06-30", "note": "Noted"}


def test_a_declined_request_moves_nothing_and_is_kept(dated: KeyActivity, owner: User, approver: User) -> None:
    decide(ask(dated, owner), approver, agreed=False)

    assert agreed_date(dated, DateField.END, None) == END
    assert DateChangeRequest.objects.get().decision == Decision.DECLINED
    assert Event.objects.filter(kind=EventKind.DATE_CHANGE_DECLINED).exists()


def test_the_second_move_starts_from_the_first(dated: KeyActivity, owner: User, approver: User) -> None:
    decide(ask(dated, owner), approver)

    second = ask(dated, owner, proposed_date=date(2027, 9, 30))

    assert second.previous_date == LATER


def test_a_milestones_date_moves_by_itself(activity: KeyActivity, owner: User, approver: User) -> None:
    milestone = make_milestone(activity)
    decide(ask(activity, owner, field=DateField.MILESTONE, milestone=milestone), approver)

    assert agreed_date(activity, DateField.MILESTONE, milestone) == LATER
    assert agreed_date(activity, DateField.END, None) is None


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"reason": " "}, "Say why the date has to move"),
        ({"proposed_date": END}, "Choose another day than the one that stands"),
        ({"field": DateField.MILESTONE}, "Choose a milestone of this activity"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    dated: KeyActivity, owner: User, asked: dict[str, Any], problem: str
) -> None:
    with pytest.raises(Refused, match=problem):
        ask(dated, owner, **asked)
    assert not DateChangeRequest.objects.exists()


def test_without_a_date_there_is_none_to_move(activity: KeyActivity, owner: User) -> None:
    with pytest.raises(Refused, match="No date is set yet"):
        ask(activity, owner)


def test_another_activitys_milestone_is_refused(dated: KeyActivity, owner: User) -> None:
    milestone = make_milestone(make_activity("1.1.2"))

    with pytest.raises(Refused, match="Choose a milestone of this activity"):
        ask(dated, owner, field=DateField.MILESTONE, milestone=milestone)


def test_one_request_for_a_date_waits_at_a_time(dated: KeyActivity, owner: User) -> None:
    ask(dated, owner)

    with pytest.raises(Refused, match="waits for a decision already"):
        ask(dated, owner, proposed_date=date(2027, 12, 31))
    assert ask(dated, owner, field=DateField.START, proposed_date=date(2026, 5, 1)).previous_date == START


def test_nobody_decides_their_own_request(dated: KeyActivity, owner: User) -> None:
    with pytest.raises(NotAllowed):
        decide(ask(dated, owner), owner)


def test_a_second_decision_is_told_who_decided(dated: KeyActivity, owner: User, approver: User, office: User) -> None:
    request = ask(dated, owner)
    decide(request, approver)

    with pytest.raises(AlreadyDecided, match="Ada Approver has agreed this date already"):
        decide(request, office, agreed=False)


def test_a_milestone_without_a_baseline_gets_one_once(activity: KeyActivity, owner: User) -> None:
    milestone = make_milestone(activity, baseline_date=None)
    given: dict[str, Any] = {"activity": activity, "start": None, "end": None, "by": owner, "now": IN_ROUND}
    set_baseline(milestones={1: END}, **given)

    milestone.refresh_from_db()
    assert milestone.baseline_date == END
    event = Event.objects.get()
    assert (event.kind, event.milestone, event.after) == (
        EventKind.BASELINE_SET,
        milestone,
        {"baseline_date": "2027-03-31"},
    )
    with pytest.raises(Refused, match="which is set once"):
        set_baseline(milestones={1: LATER}, **given)


@pytest.mark.parametrize(
    ("fields", "position", "problem"),
    [
        ({"baseline_date": None}, 2, "Choose a milestone of this activity"),
        ({"baseline_date": None, "retired_on": START}, 1, "Choose a milestone of this activity"),
        ({"baseline_date": None, "completed_on": START, "evidence": "It is there."}, 1, "would promise nothing"),
    ],
)
def test_a_baseline_is_for_a_milestone_that_is_still_to_come(
    activity: KeyActivity, owner: User, fields: dict[str, Any], position: int, problem: str
) -> None:
    make_milestone(activity, **fields)
    with pytest.raises(Refused, match=problem):
        set_baseline(activity=activity, start=START, end=None, milestones={position: END}, by=owner, now=IN_ROUND)
    activity.refresh_from_db()
    assert activity.baseline_start is None


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2101, 1, 1)])
def test_a_day_beyond_every_strategy_is_refused(activity: KeyActivity, owner: User, day: date) -> None:
    with pytest.raises(Refused, match="Choose a day between 1 January 2000 and 31 December 2100"):
        set_baseline(activity=activity, start=day, end=None, by=owner, now=IN_ROUND)
    with pytest.raises(Refused, match="Choose a day between"):
        add_milestone(activity=activity, title="Opened", baseline_date=day, by=owner, now=IN_ROUND)


def test_an_end_before_an_agreed_start_is_refused(activity: KeyActivity, owner: User, approver: User) -> None:
    set_baseline(activity=activity, start=START, end=None, by=owner, now=IN_ROUND)
    decide(ask(activity, owner, field=DateField.START, proposed_date=LATER), approver)

    with pytest.raises(Refused, match="Choose an end on or after the start"):
        set_baseline(activity=activity, start=None, end=END, by=owner, now=IN_ROUND)


@pytest.mark.parametrize(
    ("title", "problem"), [(" ", "Say what is reached"), ("contract  LET", "is a milestone of this")]
)
def test_a_milestone_has_a_name_of_its_own(activity: KeyActivity, owner: User, title: str, problem: str) -> None:
    make_milestone(activity, title="Contract let")
    with pytest.raises(Refused, match=problem):
        add_milestone(activity=activity, title=title, baseline_date=END, by=owner, now=IN_ROUND)


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"proposed_date": date(2026, 10, 11)}, "still to come"),
        ({"proposed_date": date(2026, 3, 31), "field": DateField.END}, "still to come"),
        ({"proposed_date": date(2027, 4, 1), "field": DateField.START}, "an end on or after the start"),
        ({"proposed_date": date(2199, 1, 1)}, "Choose a day between"),
    ],
)
def test_a_new_date_lies_ahead_and_in_order(
    dated: KeyActivity, owner: User, asked: dict[str, Any], problem: str
) -> None:
    with pytest.raises(Refused, match=problem):
        ask(dated, owner, **asked)


def test_a_date_that_was_reached_no_longer_moves(activity: KeyActivity, owner: User, approver: User) -> None:
    milestone = make_milestone(activity)
    request = ask(activity, owner, field=DateField.MILESTONE, milestone=milestone)
    reach(milestone, owner)

    with pytest.raises(Refused, match="its date no longer moves"):
        decide(request, approver)
    assert decide(request, approver, agreed=False).decision == Decision.DECLINED
    with pytest.raises(Refused, match="its date no longer moves"):
        ask(activity, owner, field=DateField.MILESTONE, milestone=milestone)


def test_of_two_requests_that_exclude_each_other_one_can_be_agreed(
    dated: KeyActivity, owner: User, approver: User
) -> None:
    start = ask(dated, owner, field=DateField.START, proposed_date=date(2027, 3, 1))
    end = ask(dated, owner, proposed_date=date(2027, 2, 1))
    decide(start, approver)

    with pytest.raises(Refused, match="Choose an end on or after the start"):
        decide(end, approver)
    assert agreed_date(dated, DateField.END, None) == END


def test_a_retired_milestone_no_longer_changes(activity: KeyActivity, owner: User) -> None:
    milestone = make_milestone(activity, retired_on=START)
    with pytest.raises(Refused, match="was retired on 1 April 2026"):
        reach(milestone, owner)
    with pytest.raises(Refused, match="was retired on 1 April 2026"):
        ask(activity, owner, field=DateField.MILESTONE, milestone=milestone)


def test_dates_of_a_retired_activity_no_longer_change(dated: KeyActivity, owner: User, approver: User) -> None:
    milestone, request = make_milestone(dated), ask(dated, owner)
    KeyActivity.objects.filter(pk=dated.pk).update(retired_on=date(2026, 10, 1))

    for write in (
        lambda: set_baseline(activity=dated, start=None, end=END, by=owner, now=IN_ROUND),
        lambda: add_milestone(activity=dated, title="Opened", baseline_date=None, by=owner, now=IN_ROUND),
        lambda: reach(milestone, owner),
        lambda: ask(dated, owner, field=DateField.START, proposed_date=date(2026, 5, 1)),
        lambda: decide(request, approver),
    ):
        with pytest.raises(Refused, match="was retired on 1 October 2026"):
            write()
    assert decide(request, approver, agreed=False).decision == Decision.DECLINED


def test_while_a_review_is_sealed_no_date_moves(dated: KeyActivity, owner: User, approver: User) -> None:
    request = ask(dated, owner)
    ReviewPeriod.objects.update(state=PeriodState.CLOSING)

    with pytest.raises(NoRound, match="is just being closed"):
        decide(request, approver)
    request.refresh_from_db()
    assert request.decision == Decision.REQUESTED


def test_who_asked_is_told_of_the_decision(dated: KeyActivity, owner: User, approver: User) -> None:
    request = decide(ask(dated, owner), approver)

    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.date_change) == (owner, NoticeKind.DATE_DECIDED, request)


def test_declining_says_why(dated: KeyActivity, owner: User, approver: User) -> None:
    with pytest.raises(Refused, match="Say why the date is declined"):
        decide_date_change(request=ask(dated, owner), agreed=False, note=" ", by=approver, now=IN_ROUND)
