"""Dates and evidence take turns with whoever decides, sends and closes; each shown to fail without its lock."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.base import ContentFile

from accounts.models import User
from aims.choices import DateField, Decision, PeriodState
from aims.errors import NoRound, Refused
from aims.models import DateChangeRequest, EvidenceFile, KeyActivity, Milestone, ProgressUpdate, ReviewPeriod
from aims.services import locks
from aims.services.dates import complete_milestone, decide_date_change
from aims.services.evidence import attach_file
from aims.services.periods import begin_closing
from aims.services.writing import submit_update
from tests.aims.evidence_files import pdf
from tests.aims.test_races import Call, while_held
from tests.factories import IN_ROUND, make_date_change, make_draft, make_milestone, make_values

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def no_share_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The round's state is read without holding the round."""

    def read(period_id: int) -> PeriodState:
        return PeriodState(ReviewPeriod.objects.values_list("state", flat=True).get(pk=period_id))

    monkeypatch.setattr(locks, "share_lock", read)


@pytest.fixture
def milestone(activity: KeyActivity) -> Milestone:
    return make_milestone(activity)


@pytest.fixture
def request_for_it(milestone: Milestone) -> DateChangeRequest:
    """A request for the milestone's date that waits."""
    return make_date_change(
        milestone.activity,
        field=DateField.MILESTONE,
        milestone=milestone,
        previous_date=date(2026, 12, 1),
        proposed_date=date(2027, 2, 1),
    )


def reaching(milestone: Milestone, by: User) -> Call:
    on = date(2026, 10, 1)
    return lambda: complete_milestone(milestone=milestone, completed_on=on, evidence="Minute 7", by=by, now=IN_ROUND)


def agreeing(request: DateChangeRequest, by: User) -> Call:
    return lambda: decide_date_change(request=request, agreed=True, note="", by=by, now=IN_ROUND)


def attaching(activity: KeyActivity, by: User) -> Call:
    return lambda: attach_file(activity=activity, file=ContentFile(pdf()), name="minutes.pdf", by=by, now=IN_ROUND)


def sending(update: ProgressUpdate, by: User) -> Call:
    return lambda: submit_update(
        activity=update.activity, values=make_values(), version=update.version, by=by, now=IN_ROUND
    )


def closing(period: ReviewPeriod, by: User) -> Call:
    return lambda: begin_closing(period=period, by=by, now=IN_ROUND)


def test_a_date_that_is_reached_meanwhile_does_not_move(
    milestone: Milestone, request_for_it: DateChangeRequest, owner: User, approver: User
) -> None:
    waited, answer = while_held(reaching(milestone, owner), agreeing(request_for_it, approver))

    request_for_it.refresh_from_db()
    assert (waited, isinstance(answer, Refused), request_for_it.decision) == (True, True, Decision.REQUESTED)


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_a_date_that_is_reached_moves_all_the_same(
    milestone: Milestone, request_for_it: DateChangeRequest, owner: User, approver: User
) -> None:
    while_held(reaching(milestone, owner), agreeing(request_for_it, approver))

    request_for_it.refresh_from_db()
    milestone.refresh_from_db()
    assert (milestone.completed_on, request_for_it.decision) == (date(2026, 10, 1), Decision.AGREED)


def test_an_update_that_is_sent_meanwhile_takes_no_file(activity: KeyActivity, owner: User) -> None:
    draft = make_draft(activity, by=owner)
    waited, answer = while_held(sending(draft, owner), attaching(activity, owner))

    assert (waited, isinstance(answer, Refused), EvidenceFile.objects.count()) == (True, True, 0)


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_a_file_slips_under_what_the_approver_reads(activity: KeyActivity, owner: User) -> None:
    draft = make_draft(activity, by=owner)
    while_held(sending(draft, owner), attaching(activity, owner))

    assert EvidenceFile.objects.get().update == draft
    draft.refresh_from_db()
    assert draft.stage == "submitted"


@pytest.mark.parametrize("what", ["date", "file"])
def test_closing_waits_for_whoever_keeps_dates_or_evidence(
    period: ReviewPeriod, request_for_it: DateChangeRequest, owner: User, approver: User, office: User, what: str
) -> None:
    activity = request_for_it.activity
    write = agreeing(request_for_it, approver) if what == "date" else attaching(activity, owner)
    if what == "file":
        make_draft(activity, by=owner)

    waited, answer = while_held(write, closing(period, office))

    assert (waited, answer.state) == (True, PeriodState.CLOSING)


@pytest.mark.usefixtures("no_share_lock")
def test_without_the_share_lock_closing_overtakes_whoever_moves_a_date(
    period: ReviewPeriod, request_for_it: DateChangeRequest, approver: User, office: User
) -> None:
    waited, answer = while_held(agreeing(request_for_it, approver), closing(period, office))

    assert (waited, answer.state) == (False, PeriodState.CLOSING)


def test_whoever_moves_a_date_after_closing_began_is_refused(
    period: ReviewPeriod, request_for_it: DateChangeRequest, approver: User, office: User
) -> None:
    waited, answer = while_held(closing(period, office), agreeing(request_for_it, approver))

    assert (waited, isinstance(answer, NoRound)) == (True, True)
