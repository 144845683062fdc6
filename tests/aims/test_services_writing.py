"""Drafts, versions and sending, against the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from aims.choices import Audience, EventKind, Kind, PeriodState, Rag, Role, Stage, State
from aims.errors import Incomplete, NoRound, Refused, Stale
from aims.models import Event, KeyActivity, ProgressUpdate, ReviewPeriod
from aims.rules import UpdateValues
from aims.services import writing
from aims.services.deciding import approve_update, return_update
from aims.services.writing import save_draft, submit_update
from tests.factories import (
    IN_ROUND,
    make_approved,
    make_draft,
    make_milestone,
    make_red_values,
    make_submitted,
    make_values,
)


def test_a_draft_may_lack_anything(activity: KeyActivity, owner: User) -> None:
    draft = save_draft(activity=activity, values=UpdateValues(), version=0, by=owner, now=IN_ROUND)

    draft.refresh_from_db()
    assert (draft.stage, draft.state, draft.rag, draft.narrative) == (Stage.DRAFT, None, None, "")
    assert (draft.author, draft.created_at, draft.saved_at, draft.submitted_at) == (owner, IN_ROUND, IN_ROUND, None)


def test_a_draft_speaks_of_the_last_day_of_the_period_at_the_latest(activity: KeyActivity, owner: User) -> None:
    assert make_draft(activity, by=owner).as_at == date(2026, 9, 30)


def test_each_save_counts_the_version_up_and_keeps_when_it_began(activity: KeyActivity, owner: User) -> None:
    first = make_draft(activity, by=owner)
    later = IN_ROUND + timedelta(hours=1)

    second = save_draft(activity=activity, values=make_values(), version=first.version, by=owner, now=later)

    assert (first.version, second.version, second.pk) == (1, 2, first.pk)
    assert (second.created_at, second.saved_at) == (IN_ROUND, later)


def test_the_role_and_kind_of_the_activity_are_kept_with_the_update(activity: KeyActivity, owner: User) -> None:
    draft = make_draft(activity, by=owner)
    KeyActivity.objects.filter(pk=activity.pk).update(role=Role.INFLUENCE, kind=Kind.CONTINUING)

    draft.refresh_from_db()
    assert (draft.role, draft.kind) == (Role.DELIVER, Kind.TIME_BOUND)


def test_the_author_is_whoever_wrote_last_and_everyone_who_wrote_is_an_editor(
    activity: KeyActivity, owner: User, office: User
) -> None:
    draft = make_draft(activity, by=owner)
    draft = save_draft(activity=activity, values=make_values(), version=draft.version, by=office, now=IN_ROUND)

    assert draft.author == office
    assert set(draft.editors.all()) == {owner, office}


@pytest.mark.parametrize("write", [save_draft, submit_update])
def test_a_stale_save_shows_what_stands_and_overwrites_nothing(activity: KeyActivity, owner: User, write: Any) -> None:
    first = make_draft(activity, by=owner)
    save_draft(activity=activity, values=make_values(narrative="Newer"), version=first.version, by=owner, now=IN_ROUND)

    with pytest.raises(Stale) as refusal:
        write(activity=activity, values=make_values(narrative="Older"), version=first.version, by=owner, now=IN_ROUND)

    assert refusal.value.current.narrative == "Newer"
    stored = ProgressUpdate.objects.get()
    assert (stored.narrative, stored.stage, stored.version) == ("Newer", Stage.DRAFT, 2)
    assert Event.objects.count() == 2


def test_a_form_opened_before_anything_was_saved_is_stale_once_something_is(activity: KeyActivity, owner: User) -> None:
    make_draft(activity, by=owner)

    with pytest.raises(Stale):
        make_draft(activity, by=owner)


def test_what_waits_for_sign_off_is_not_written_over(activity: KeyActivity, owner: User) -> None:
    sent = make_submitted(activity, by=owner)

    with pytest.raises(Stale) as refusal:
        save_draft(activity=activity, values=make_values(), version=sent.version, by=owner, now=IN_ROUND)

    assert refusal.value.current == sent


def test_a_form_left_open_over_the_approval_shows_what_was_approved(activity: KeyActivity, owner: User) -> None:
    approved = make_approved(activity)

    with pytest.raises(Stale) as refusal:
        save_draft(activity=activity, values=make_values(), version=approved.version, by=owner, now=IN_ROUND)

    assert refusal.value.current == approved


def test_after_the_approval_another_update_can_be_written_in_the_same_round(activity: KeyActivity, owner: User) -> None:
    approved = make_approved(activity)

    second = make_draft(activity, by=owner)

    assert second.pk != approved.pk
    assert (second.version, second.period_id) == (1, approved.period_id)


def test_sending_saves_and_dates_the_update(activity: KeyActivity, owner: User, period: ReviewPeriod) -> None:
    sent = submit_update(activity=activity, values=make_red_values(), version=0, by=owner, now=IN_ROUND)

    sent.refresh_from_db()
    assert (sent.stage, sent.submitted_at, sent.period) == (Stage.SUBMITTED, IN_ROUND, period)
    assert (sent.rag, sent.cause, sent.action_owner) == (Rag.RED, "procurement", "Head of procurement")


def test_an_incomplete_update_is_not_sent_and_nothing_is_saved(activity: KeyActivity, owner: User) -> None:
    with pytest.raises(Incomplete) as refusal:
        submit_update(activity=activity, values=make_values(rag="red"), version=0, by=owner, now=IN_ROUND)

    assert set(refusal.value.problems) == {
        "cause", "impact", "action", "action_owner", "action_by", "return_to_green",
    }  # fmt: skip
    assert not ProgressUpdate.objects.exists()
    assert not Event.objects.exists()


def test_an_incomplete_update_leaves_the_draft_as_it_was(activity: KeyActivity, owner: User) -> None:
    draft = make_draft(activity, by=owner, narrative="Before")

    with pytest.raises(Incomplete):
        submit_update(
            activity=activity, values=make_values(narrative=" "), version=draft.version, by=owner, now=IN_ROUND
        )

    draft.refresh_from_db()
    assert (draft.narrative, draft.stage, draft.version) == ("Before", Stage.DRAFT, 1)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("as_at", {"as_at": date(2026, 10, 1)}),
        ("exempt_paragraph", {"exempt_narrative": "The price"}),
        ("state", {"state": State.COMPLETE}),
    ],
)
def test_what_can_never_stand_is_refused_even_in_a_draft(
    activity: KeyActivity, owner: User, field: str, said: dict[str, Any]
) -> None:
    KeyActivity.objects.filter(pk=activity.pk).update(kind=Kind.CONTINUING)

    with pytest.raises(Incomplete) as refusal:
        make_draft(activity, by=owner, **said)

    assert set(refusal.value.problems) == {field}
    assert not ProgressUpdate.objects.exists()


@pytest.mark.parametrize(("role", "state"), [(Role.INFLUENCE, State.IN_PROGRESS), (Role.DELIVER, State.NOT_STARTED)])
def test_a_rating_is_dropped_where_none_applies(activity: KeyActivity, owner: User, role: Role, state: State) -> None:
    KeyActivity.objects.filter(pk=activity.pk).update(role=role)

    sent = make_submitted(activity, by=owner, state=state)

    assert (sent.state, sent.rag, sent.forecast_rag, sent.suggested_rag) == (state, None, None, None)


def test_reasons_that_are_no_longer_asked_for_are_dropped_when_it_is_sent(activity: KeyActivity, owner: User) -> None:
    values = replace(make_red_values(), rag=Rag.GREEN, override_reason="None needed")

    sent = submit_update(activity=activity, values=values, version=0, by=owner, now=IN_ROUND)

    sent.refresh_from_db()
    assert (sent.cause, sent.impact, sent.action_by, sent.override_reason) == (None, "", None, "")


def test_blank_exempt_text_needs_no_paragraph(activity: KeyActivity, owner: User) -> None:
    draft = make_draft(activity, by=owner, exempt_narrative=" ", exempt_paragraph=3)

    assert (draft.exempt_narrative, draft.exempt_paragraph) == ("", None)


def test_the_suggestion_stands_beside_the_rating_with_its_reason(activity: KeyActivity, owner: User) -> None:
    make_milestone(activity, baseline_date=date(2026, 9, 1))

    draft = make_draft(activity, by=owner)

    assert draft.suggested_rag == Rag.AMBER
    assert "Contract let" in draft.suggestion_reason


def test_a_rating_better_than_suggested_is_sent_only_with_a_reason_and_evidence(
    activity: KeyActivity, owner: User
) -> None:
    make_milestone(activity, baseline_date=date(2026, 9, 1))

    with pytest.raises(Incomplete) as refusal:
        make_submitted(activity, by=owner)
    sent = make_submitted(activity, by=owner, override_reason="Let since", evidence="Contract 12")

    assert set(refusal.value.problems) == {"override_reason", "evidence"}
    assert (sent.rag, sent.suggested_rag, sent.override_reason) == (Rag.GREEN, Rag.AMBER, "Let since")


def test_a_retired_activity_takes_no_update(activity: KeyActivity, owner: User) -> None:
    KeyActivity.objects.filter(pk=activity.pk).update(retired_on=date(2026, 10, 12))

    with pytest.raises(Refused, match="was retired on 12 October 2026"):
        make_draft(activity, by=owner)


@pytest.mark.parametrize("state", [PeriodState.SCHEDULED, PeriodState.CLOSING])
def test_without_an_open_round_nothing_is_written(
    activity: KeyActivity, owner: User, period: ReviewPeriod, state: PeriodState
) -> None:
    ReviewPeriod.objects.filter(pk=period.pk).update(state=state)

    with pytest.raises(NoRound):
        make_draft(activity, by=owner)


def test_resubmission_after_a_return_clears_the_note_and_waits_again(
    activity: KeyActivity, owner: User, approver: User
) -> None:
    sent = make_submitted(activity, by=owner)
    back = return_update(update=sent, note="Say more", version=sent.version, by=approver, now=IN_ROUND)
    later = IN_ROUND + timedelta(days=1)

    again = submit_update(
        activity=activity, values=make_values(narrative="More"), version=back.version, by=owner, now=later
    )

    again.refresh_from_db()
    assert (again.pk, again.stage, again.submitted_at) == (sent.pk, Stage.SUBMITTED, later)
    assert (again.return_note, again.returned_by, again.narrative) == ("", None, "More")


def test_saving_a_returned_update_as_draft_keeps_the_note_in_sight(
    activity: KeyActivity, owner: User, approver: User
) -> None:
    sent = make_submitted(activity, by=owner)
    back = return_update(update=sent, note="Say more", version=sent.version, by=approver, now=IN_ROUND)

    draft = save_draft(activity=activity, values=make_values(), version=back.version, by=owner, now=IN_ROUND)

    assert (draft.return_note, draft.returned_by) == ("Say more", approver)


def test_a_draft_and_its_sending_are_events_for_the_parties(
    activity: KeyActivity, owner: User, period: ReviewPeriod
) -> None:
    draft = make_draft(activity, by=owner)
    later = IN_ROUND + timedelta(hours=1)
    submit_update(activity=activity, values=make_values(), version=draft.version, by=owner, now=later)

    drafted, sent = Event.objects.all()
    assert (drafted.kind, drafted.at, drafted.by) == (EventKind.UPDATE_DRAFTED, IN_ROUND, owner)
    assert (sent.kind, sent.at, sent.by) == (EventKind.UPDATE_SUBMITTED, later, owner)
    assert sent.after == {"state": "in_progress", "rag": "green", "no_change": False}
    for event in (drafted, sent):
        assert (event.activity, event.period, event.update) == (activity, period, draft)
        assert event.audience == Audience.PARTIES


@pytest.mark.parametrize("write", [save_draft, submit_update])
def test_without_its_event_nothing_is_written(
    activity: KeyActivity, owner: User, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object, **__: object) -> Event:
        raise RuntimeError("no event")

    monkeypatch.setattr(writing, "record", lost)
    with pytest.raises(RuntimeError, match="no event"):
        write(activity=activity, values=make_values(), version=0, by=owner, now=IN_ROUND)

    assert not ProgressUpdate.objects.exists()


def test_the_event_goes_with_the_transaction_that_it_tells_of(activity: KeyActivity, owner: User) -> None:
    with transaction.atomic():
        make_draft(activity, by=owner)
        transaction.set_rollback(True)

    assert not ProgressUpdate.objects.exists()
    assert not Event.objects.exists()


def test_approved_is_final_for_the_services_too(activity: KeyActivity, owner: User, approver: User) -> None:
    sent = make_submitted(activity, by=owner)
    approved = approve_update(update=sent, version=sent.version, by=approver, now=IN_ROUND)

    make_draft(activity, by=owner, narrative="Another")

    approved.refresh_from_db()
    assert (approved.stage, approved.narrative) == (Stage.APPROVED, "Work goes on.")
