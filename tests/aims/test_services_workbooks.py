"""Taking updates over from a workbook: all or nothing, once, and only by whom it belongs to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.conf import settings

from accounts.models import Holding, User
from aims.choices import EventKind, PeriodState, Stage
from aims.errors import AlreadyDecided, NotAllowed, Refused, RowsRefused
from aims.models import Event, KeyActivity, ProgressUpdate, ReviewPeriod, Workbook
from aims.rules import UpdateValues
from aims.services.workbooks import (
    DRAFT,
    KEPT_FOR,
    LEAVE,
    MOVED,
    NOT_YOURS,
    SEND,
    Entry,
    Taken,
    drop_old_workbooks,
    entries_of,
    keep_workbook,
    take_over,
)
from aims.tasks import drop_workbooks_task
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_red_values,
    make_submitted,
    make_user,
    make_values,
    make_workbook,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(activity: KeyActivity) -> KeyActivity:
    return make_activity("1.1.2", owner=activity.owner)


def entry(number: str = "1.1.1", step: str = SEND, values: UpdateValues | None = None, **made_from: int) -> Entry:
    from_scratch = {"version": 0, "basis": 0}
    return Entry(number=number, step=step, values=values or make_values(), **from_scratch | made_from)


def kept(owner: User, *entries: Entry) -> Workbook:
    return keep_workbook(name="updates.xlsx", entries=entries, by=owner, now=IN_ROUND)


def taken(workbook: Workbook, by: User) -> Taken:
    return take_over(workbook=workbook, by=by, now=IN_ROUND)


def test_keeping_a_workbook_changes_no_update(owner: User, activity: KeyActivity) -> None:
    workbook = kept(owner, entry())
    assert not ProgressUpdate.objects.exists()
    assert not Event.objects.filter(activity=activity).exists()
    assert entries_of(workbook) == (entry(),)


def test_what_is_kept_comes_back_with_its_days_and_numbers(owner: User, activity: KeyActivity) -> None:
    values = make_red_values(exempt_narrative="The bid", exempt_paragraph=3, as_at=date(2026, 9, 30))
    kept(owner, entry(values=values))
    assert entries_of(Workbook.objects.get())[0].values == values


def test_taking_over_sends_saves_and_leaves_alone(owner: User, activity: KeyActivity, second: KeyActivity) -> None:
    make_activity("1.1.3", owner=activity.owner)
    workbook = kept(owner, entry(), entry("1.1.2", DRAFT), entry("1.1.3", LEAVE))

    assert taken(workbook, owner) == Taken(sent=1, drafted=1)

    stages = dict(ProgressUpdate.objects.values_list("activity__number", "stage"))
    assert stages == {"1.1.1": Stage.SUBMITTED, "1.1.2": Stage.DRAFT}
    assert Event.objects.filter(kind=EventKind.UPDATE_SUBMITTED, by=owner).count() == 1


def test_what_was_taken_over_is_emptied_and_cannot_be_taken_again(owner: User, activity: KeyActivity) -> None:
    workbook = kept(owner, entry())
    taken(workbook, owner)
    workbook.refresh_from_db()
    assert (workbook.answers, workbook.taken_over_at) == ([], IN_ROUND)
    with pytest.raises(AlreadyDecided, match="nothing was done twice"):
        taken(workbook, owner)
    assert ProgressUpdate.objects.get().version == 1


def test_a_forecast_left_empty_is_the_rating_itself_once_it_is_sent(owner: User, activity: KeyActivity) -> None:
    taken(kept(owner, entry(values=make_values(forecast_rag=""))), owner)
    assert ProgressUpdate.objects.get().forecast_rag == "green"


def test_what_cannot_be_sent_is_told_by_field_before_it_is_kept(
    owner: User, activity: KeyActivity, second: KeyActivity
) -> None:
    with pytest.raises(RowsRefused) as refusal:
        kept(owner, entry(values=make_values(rag="red")), entry("1.1.2"))
    problems = {(row.number, row.field) for row in refusal.value.rows}
    assert ("1.1.1", "cause") in problems
    assert {number for number, _ in problems} == {"1.1.1"}
    assert not Workbook.objects.exists()
    assert not ProgressUpdate.objects.exists()


def test_a_draft_may_lack_what_a_sent_one_needs(owner: User, activity: KeyActivity) -> None:
    taken(kept(owner, entry(step=DRAFT, values=make_values(rag="red", narrative=""))), owner)
    assert ProgressUpdate.objects.get().stage == Stage.DRAFT


def test_one_row_that_moved_meanwhile_keeps_the_whole_from_being_taken(
    owner: User, activity: KeyActivity, second: KeyActivity
) -> None:
    workbook = kept(owner, entry(), entry("1.1.2"))
    make_draft(second, by=make_user(holds=activity.owner))

    with pytest.raises(RowsRefused) as refusal:
        taken(workbook, owner)

    assert [(row.number, row.message) for row in refusal.value.rows] == [("1.1.2", MOVED)]
    assert list(ProgressUpdate.objects.values_list("activity__number", flat=True)) == ["1.1.2"]
    workbook.refresh_from_db()
    assert workbook.taken_over_at is None


def test_an_update_sent_meanwhile_is_moved_too(owner: User, activity: KeyActivity) -> None:
    workbook = kept(owner, entry())
    make_submitted(activity, by=owner)
    with pytest.raises(RowsRefused, match="Nothing was changed"):
        taken(workbook, owner)
    assert ProgressUpdate.objects.get().version == 1


def test_an_update_approved_meanwhile_is_moved_although_none_is_open(owner: User, activity: KeyActivity) -> None:
    workbook = kept(owner, entry())
    make_approved(activity, by=owner)
    with pytest.raises(RowsRefused):
        taken(workbook, owner)
    assert ProgressUpdate.objects.count() == 1


def test_what_is_refused_at_the_last_moment_leaves_nothing_half_done(
    owner: User, activity: KeyActivity, second: KeyActivity
) -> None:
    workbook = kept(owner, entry(), entry("1.1.2", values=make_values(state="complete", evidence="Opened.")))
    KeyActivity.objects.filter(pk=second.pk).update(kind="continuing")
    with pytest.raises(RowsRefused) as refusal:
        taken(workbook, owner)
    assert [(row.number, row.field) for row in refusal.value.rows] == [("1.1.2", "standing")]
    assert not ProgressUpdate.objects.exists()


def test_a_post_lost_meanwhile_takes_its_rows_with_it(owner: User, activity: KeyActivity) -> None:
    workbook = kept(owner, entry())
    Holding.objects.filter(user=owner).update(ends=date(2026, 10, 1))
    with pytest.raises(RowsRefused) as refusal:
        taken(workbook, owner)
    assert refusal.value.rows[0].message == NOT_YOURS


@pytest.mark.parametrize("number", ["2.1.1", "9.9.9"])
def test_anothers_activity_is_refused_like_one_that_does_not_exist(
    owner: User, activity: KeyActivity, number: str
) -> None:
    make_activity("2.1.1")
    with pytest.raises(RowsRefused) as refusal:
        kept(owner, entry(number))
    assert refusal.value.rows[0].message == NOT_YOURS


def test_the_office_takes_over_for_every_post(office: User, activity: KeyActivity) -> None:
    make_activity("2.1.1")
    assert taken(kept(office, entry(), entry("2.1.1")), office).sent == 2


def test_nobody_takes_over_what_somebody_else_uploaded(owner: User, office: User, activity: KeyActivity) -> None:
    workbook = kept(owner, entry())
    with pytest.raises(NotAllowed):
        taken(workbook, office)


def test_a_newer_upload_drops_and_empties_the_one_before(owner: User, office: User, activity: KeyActivity) -> None:
    first, anothers = kept(owner, entry()), kept(office, entry())
    kept(owner, entry(step=DRAFT))
    first.refresh_from_db()
    anothers.refresh_from_db()
    assert (first.answers, first.dropped_at) == ([], IN_ROUND)
    assert anothers.dropped_at is None
    with pytest.raises(AlreadyDecided, match="upload it again"):
        taken(first, owner)


def test_a_workbook_ends_with_its_round(owner: User, activity: KeyActivity, following: ReviewPeriod) -> None:
    workbook = kept(owner, entry())
    ReviewPeriod.objects.filter(pk=workbook.period_id).update(state=PeriodState.CLOSED, closed_at=IN_ROUND)
    with pytest.raises(Refused, match="No round is open"):
        taken(workbook, owner)
    ReviewPeriod.objects.filter(pk=following.pk).update(state=PeriodState.OPEN)
    with pytest.raises(Refused, match="2026/27 H1 takes no more updates"):
        taken(workbook, owner)
    assert not ProgressUpdate.objects.exists()


def test_between_rounds_nothing_is_kept(owner: User, activity: KeyActivity) -> None:
    ReviewPeriod.objects.update(state=PeriodState.SCHEDULED)
    with pytest.raises(Refused, match="No round is open"):
        kept(owner, entry())


def test_old_workbooks_are_emptied_and_waiting_ones_stay(period: ReviewPeriod) -> None:
    old = make_workbook(period=period, uploaded_at=IN_ROUND - KEPT_FOR - timedelta(minutes=1))
    fresh = make_workbook(period=period)

    assert drop_old_workbooks(now=IN_ROUND) == 1

    old.refresh_from_db()
    fresh.refresh_from_db()
    assert (old.answers, old.dropped_at) == ([], IN_ROUND)
    assert fresh.answers
    assert drop_old_workbooks(now=IN_ROUND) == 0


def test_beat_has_old_workbooks_emptied(period: ReviewPeriod) -> None:
    make_workbook(period=period, uploaded_at=IN_ROUND - KEPT_FOR - timedelta(days=999))
    assert drop_workbooks_task() == 1
    assert settings.CELERY_BEAT_SCHEDULE["drop-workbooks"]["task"] == drop_workbooks_task.name


def test_workbooks_of_a_round_that_closed_are_emptied(period: ReviewPeriod) -> None:
    make_workbook(period=period)
    ReviewPeriod.objects.update(state=PeriodState.CLOSED, closed_at=IN_ROUND)
    assert drop_old_workbooks(now=IN_ROUND) == 1
