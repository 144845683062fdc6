"""Signing off and giving back, against the database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import Audience, EventKind, PeriodState, Stage
from aims.errors import AlreadyDecided, NoRound, NotAllowed, Refused, Stale
from aims.models import Event, KeyActivity, ProgressUpdate, ReviewPeriod
from aims.services import deciding
from aims.services.deciding import approve_update, approve_updates, return_update
from aims.services.writing import save_draft, submit_update
from tests.factories import IN_ROUND, make_activity, make_draft, make_period, make_submitted, make_user, make_values

LATER = IN_ROUND + timedelta(hours=2)


@pytest.fixture
def sent(activity: KeyActivity, owner: User) -> ProgressUpdate:
    return make_submitted(activity, by=owner)


def approve(update: ProgressUpdate, by: User) -> ProgressUpdate:
    return approve_update(update=update, version=update.version, by=by, now=LATER)


def give_back(update: ProgressUpdate, by: User, note: str = "Say more") -> ProgressUpdate:
    return return_update(update=update, note=note, version=update.version, by=by, now=LATER)


DECISIONS = [approve, give_back]


def test_approval_names_who_and_when(sent: ProgressUpdate, approver: User) -> None:
    approve(sent, approver)

    sent.refresh_from_db()
    assert (sent.stage, sent.approved_by, sent.approved_at) == (Stage.APPROVED, approver, LATER)


@pytest.mark.parametrize("decide", DECISIONS)
def test_what_moved_to_another_round_meanwhile_is_not_decided_under_the_lock_of_the_first(
    sent: ProgressUpdate, approver: User, decide: Any
) -> None:
    following = make_period(date(2027, 3, 31), state=PeriodState.SCHEDULED)
    ProgressUpdate.objects.filter(pk=sent.pk).update(period=following)

    with pytest.raises(NoRound, match="has just moved to 2026/27 H2"):
        decide(sent, approver)
    assert ProgressUpdate.objects.get().stage == Stage.SUBMITTED


def test_approval_is_an_event_that_staff_read(sent: ProgressUpdate, approver: User) -> None:
    approve(sent, approver)

    event = Event.objects.get(kind=EventKind.UPDATE_APPROVED)
    assert (event.at, event.by, event.audience) == (LATER, approver, Audience.STAFF)
    assert (event.activity, event.period, event.update) == (sent.activity, sent.period, sent)
    assert event.after == {"state": "in_progress", "rag": "green", "narrative": "Work goes on."}


def test_a_return_keeps_the_note_and_the_text_and_makes_it_a_draft_again(sent: ProgressUpdate, approver: User) -> None:
    give_back(sent, approver, note=" Say more ")

    sent.refresh_from_db()
    assert (sent.stage, sent.return_note, sent.returned_by) == (Stage.DRAFT, "Say more", approver)
    assert (sent.narrative, sent.rag, sent.version) == ("Work goes on.", "green", 2)


def test_a_return_is_an_event_for_the_parties_with_its_note(sent: ProgressUpdate, approver: User) -> None:
    give_back(sent, approver)

    event = Event.objects.get(kind=EventKind.UPDATE_RETURNED)
    assert (event.at, event.by, event.audience) == (LATER, approver, Audience.PARTIES)
    assert event.after == {"note": "Say more"}


@pytest.mark.parametrize("note", ["", " \n"])
def test_a_return_without_a_note_is_refused(sent: ProgressUpdate, approver: User, note: str) -> None:
    with pytest.raises(Refused, match="Say what has to change"):
        give_back(sent, approver, note=note)

    sent.refresh_from_db()
    assert sent.stage == Stage.SUBMITTED


@pytest.mark.parametrize("decide", DECISIONS)
def test_the_author_never_decides(sent: ProgressUpdate, owner: User, decide: Any) -> None:
    with pytest.raises(NotAllowed):
        decide(sent, owner)

    sent.refresh_from_db()
    assert sent.stage == Stage.SUBMITTED


@pytest.mark.parametrize("decide", DECISIONS)
def test_whoever_wrote_in_it_never_decides_even_where_another_sent_it(
    activity: KeyActivity, owner: User, approver: User, decide: Any
) -> None:
    draft = make_draft(activity, by=approver)
    sent = submit_update(activity=activity, values=make_values(), version=draft.version, by=owner, now=IN_ROUND)

    assert sent.author == owner
    with pytest.raises(NotAllowed):
        decide(sent, approver)


@pytest.mark.parametrize("role", [UserRole.OFFICE, UserRole.ADMINISTRATOR])
def test_no_role_lifts_the_rule_that_writers_do_not_approve(activity: KeyActivity, role: UserRole) -> None:
    writer = make_user(role)

    with pytest.raises(NotAllowed):
        approve(make_submitted(activity, by=writer), writer)


@pytest.mark.parametrize("decide", DECISIONS)
def test_a_second_decision_is_told_who_approved(sent: ProgressUpdate, approver: User, decide: Any) -> None:
    approve(sent, approver)

    with pytest.raises(AlreadyDecided, match="Ada Approver has approved this update already"):
        decide(sent, make_user(UserRole.APPROVER))
    assert Event.objects.filter(kind__in=[EventKind.UPDATE_APPROVED, EventKind.UPDATE_RETURNED]).count() == 1


@pytest.mark.parametrize("decide", DECISIONS)
def test_a_second_decision_is_told_who_returned(sent: ProgressUpdate, approver: User, decide: Any) -> None:
    give_back(sent, approver)

    with pytest.raises(AlreadyDecided, match="Ada Approver has returned this update already"):
        decide(sent, make_user(UserRole.APPROVER))


@pytest.mark.parametrize("decide", DECISIONS)
def test_what_changed_since_it_was_read_is_not_decided(
    sent: ProgressUpdate, owner: User, approver: User, decide: Any
) -> None:
    read = ProgressUpdate.objects.get(pk=sent.pk)
    back = give_back(sent, approver)
    again = submit_update(
        activity=sent.activity, values=make_values(narrative="New"), version=back.version, by=owner, now=LATER
    )

    with pytest.raises(Stale) as refusal:
        decide(read, approver)

    assert refusal.value.current == again
    assert refusal.value.current.narrative == "New"


@pytest.mark.parametrize("decide", DECISIONS)
@pytest.mark.parametrize("state", [PeriodState.CLOSING, PeriodState.CLOSED])
def test_once_the_round_closes_nothing_is_decided_in_it(
    sent: ProgressUpdate, approver: User, decide: Any, state: PeriodState
) -> None:
    closed_at = IN_ROUND if state == PeriodState.CLOSED else None
    ReviewPeriod.objects.filter(pk=sent.period_id).update(state=state, closed_at=closed_at)

    with pytest.raises(NoRound, match="2026/27 H1 has closed"):
        decide(sent, approver)


@pytest.mark.parametrize("decide", DECISIONS)
def test_without_its_event_nothing_is_decided(
    sent: ProgressUpdate, approver: User, decide: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object, **__: object) -> Event:
        raise RuntimeError("no event")

    monkeypatch.setattr(deciding, "record", lost)
    with pytest.raises(RuntimeError, match="no event"):
        decide(sent, approver)

    sent.refresh_from_db()
    assert (sent.stage, sent.version) == (Stage.SUBMITTED, 1)


def test_a_late_update_can_be_signed_off_while_its_period_is_still_scheduled(
    activity: KeyActivity, owner: User, approver: User, following: ReviewPeriod
) -> None:
    late = make_submitted(activity, by=owner, now=IN_ROUND.replace(month=11, day=6))

    assert approve(late, approver).period == following


def test_a_returned_update_is_written_on_by_the_version_that_the_return_left(
    sent: ProgressUpdate, owner: User, approver: User
) -> None:
    give_back(sent, approver)

    with pytest.raises(Stale):
        save_draft(activity=sent.activity, values=make_values(), version=1, by=owner, now=LATER)
    assert save_draft(activity=sent.activity, values=make_values(), version=2, by=owner, now=LATER).version == 3


def test_notes_at_answers_are_enough_and_only_what_the_card_asks_can_have_one(
    sent: ProgressUpdate, approver: User
) -> None:
    notes = {"impact": " How many? ", "evidence": " ", "stage": "Approved, please"}
    return_update(update=sent, note="", notes=notes, version=1, by=approver, now=LATER)

    sent.refresh_from_db()
    assert (sent.return_note, sent.return_notes) == ("", {"impact": "How many?"})
    assert Event.objects.get(kind=EventKind.UPDATE_RETURNED).after == {"note": "", "notes": {"impact": "How many?"}}


def test_sending_again_answers_every_note(sent: ProgressUpdate, owner: User, approver: User) -> None:
    return_update(update=sent, note="More", notes={"impact": "How many?"}, version=1, by=approver, now=LATER)
    again = submit_update(activity=sent.activity, values=make_values(), version=2, by=owner, now=LATER)

    assert (again.return_note, again.return_notes, again.returned_by) == ("", {}, None)


def test_of_several_those_that_can_be_approved_are(activity: KeyActivity, owner: User, approver: User) -> None:
    fine = make_submitted(activity, by=owner)
    own = make_submitted(make_activity("1.1.2", owner=activity.owner), by=approver)

    decided = approve_updates(shown=[(own, 1), (fine, 1)], by=approver, now=LATER)

    assert decided.approved == (fine,)
    assert [(update, type(error)) for update, error in decided.refused] == [(own, NotAllowed)]
    own.refresh_from_db()
    assert own.stage == Stage.SUBMITTED
