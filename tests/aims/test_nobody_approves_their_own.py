"""Nobody decides what is their own, however they are signed in: by page, by service, and by the database alone.

Each guard is also taken away, to show that it is what refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.choices import UserRole
from accounts.models import Holding, Owner, User
from aims import access
from aims.choices import DateField, Decision, Stage
from aims.errors import NotAllowed
from aims.models import DateChangeRequest, KeyActivity, ProgressUpdate, UpdateEditor
from aims.services.dates import decide_date_change, request_date_change
from aims.services.deciding import approve_update, approve_updates, return_update
from aims.services.writing import save_draft, submit_update
from tests.aims.over_http import signed_in
from tests.factories import IN_ROUND, make_draft, make_user, make_values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_round")]

Case = Callable[[KeyActivity, User], tuple[ProgressUpdate, User]]


def above(activity: KeyActivity) -> Owner:
    assert activity.owner.approving_post
    return activity.owner.approving_post


def deputise(person: User, post: Owner) -> None:
    Holding.objects.create(user=person, owner=post, is_deputy=True, starts=date(2026, 10, 1), ends=date(2026, 12, 31))


def send(activity: KeyActivity, by: User, version: int = 0) -> ProgressUpdate:
    return submit_update(activity=activity, values=make_values(), version=version, by=by, now=IN_ROUND)


def holder_of_both_posts(activity: KeyActivity, owner: User) -> tuple[ProgressUpdate, User]:
    both = make_user(UserRole.APPROVER, holds=activity.owner)
    Holding.objects.create(user=both, owner=above(activity), starts=date(2020, 1, 1))
    return send(activity, both), both


def deputy_of_the_approver_who_sent(activity: KeyActivity, owner: User) -> tuple[ProgressUpdate, User]:
    deputise(owner, above(activity))
    return send(activity, owner), owner


def approver_who_deputised_for_the_owner(activity: KeyActivity, owner: User) -> tuple[ProgressUpdate, User]:
    """The draft was begun by the approver, standing in for the owner, who then sent it."""
    approver = make_user(UserRole.APPROVER, holds=above(activity))
    deputise(approver, activity.owner)
    draft = make_draft(activity, by=approver)
    return send(activity, owner, draft.version), approver


def writer_before_a_return(activity: KeyActivity, owner: User) -> tuple[ProgressUpdate, User]:
    """Another approver returned it, and the owner wrote and sent it anew: the first writer stays a writer."""
    first, other = (make_user(UserRole.APPROVER, holds=above(activity)) for _ in range(2))
    draft = make_draft(activity, by=first)
    sent = send(activity, owner, draft.version)
    back = return_update(update=sent, note="Say more", version=sent.version, by=other, now=IN_ROUND)
    again = save_draft(activity=activity, values=make_values(), version=back.version, by=owner, now=IN_ROUND)
    return send(activity, owner, again.version), first


def office_that_holds_the_approving_post(activity: KeyActivity, owner: User) -> tuple[ProgressUpdate, User]:
    office = make_user(UserRole.OFFICE, holds=above(activity))
    return send(activity, office), office


def superuser_who_wrote(activity: KeyActivity, owner: User) -> tuple[ProgressUpdate, User]:
    """Django lets every permission check of a superuser pass."""
    person = make_user(UserRole.ADMINISTRATOR, holds=above(activity), is_superuser=True)
    return send(activity, person), person


CASES: list[Case] = [
    holder_of_both_posts,
    deputy_of_the_approver_who_sent,
    approver_who_deputised_for_the_owner,
    writer_before_a_return,
    office_that_holds_the_approving_post,
    superuser_who_wrote,
]
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__.replace("_", "-"))


@EVERY_CASE
def test_the_pages_let_no_writer_decide(activity: KeyActivity, owner: User, case: Case) -> None:
    update, person = case(activity, owner)
    client = signed_in(person)

    assert f"update-{update.pk}" not in client.get("/approvals/").content.decode()
    for answer in answers(client, update):
        assert answer.status_code in (404, 409)
    update.refresh_from_db()
    assert (update.stage, update.approved_by) == (Stage.SUBMITTED, None)


def answers(client: Client, update: ProgressUpdate) -> list[Any]:
    version = {"version": update.version}
    return [
        client.post(f"/approvals/{update.pk}/approve/", version),
        client.post(f"/approvals/{update.pk}/return/", version | {"note": "No"}),
        client.post("/approvals/approve/", {"update": f"{update.pk}:{update.version}"}),
    ]


@EVERY_CASE
def test_the_services_let_no_writer_decide(activity: KeyActivity, owner: User, case: Case) -> None:
    update, person = case(activity, owner)
    given: dict[str, Any] = {"version": update.version, "by": person, "now": IN_ROUND}

    with pytest.raises(NotAllowed):
        approve_update(update=update, **given)
    with pytest.raises(NotAllowed):
        return_update(update=update, note="No", **given)
    decided = approve_updates(shown=[(update, update.version)], by=person, now=IN_ROUND)
    assert [type(error) for _, error in decided.refused] == [NotAllowed]


@EVERY_CASE
def test_the_database_alone_lets_no_writer_approve(activity: KeyActivity, owner: User, case: Case) -> None:
    update, person = case(activity, owner)

    with pytest.raises(IntegrityError, match=r"author_is_not_approver|editor_never_approves"):
        approve_by_hand(update, person)


def approve_by_hand(update: ProgressUpdate, person: User) -> None:
    with transaction.atomic():
        ProgressUpdate.objects.filter(pk=update.pk).update(
            stage=Stage.APPROVED, approved_by=person, approved_at=IN_ROUND
        )


@EVERY_CASE
def test_without_the_question_at_the_edge_the_service_still_refuses(
    activity: KeyActivity, owner: User, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    update, person = case(activity, owner)
    monkeypatch.setattr(User, "has_perm", lambda *_: True)

    answer = signed_in(person).post(f"/approvals/{update.pk}/approve/", {"version": update.version})

    assert answer.status_code == 409
    assert "You wrote in this update: somebody else has to sign it off" in answer.content.decode()


def test_without_the_predicate_a_writer_would_be_asked_for(activity: KeyActivity, owner: User) -> None:
    update, person = holder_of_both_posts(activity, owner)

    assert not access.never_edited(person, update)
    assert access.signs_it_off(person, update)
    assert not person.has_perm("aims.decide_update", update)


def test_without_the_trigger_and_the_constraint_a_writer_would_approve(activity: KeyActivity, owner: User) -> None:
    update, person = holder_of_both_posts(activity, owner)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE aims_progressupdate DROP CONSTRAINT author_is_not_approver")
    with pytest.raises(IntegrityError, match="editor_never_approves"):
        approve_by_hand(update, person)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE aims_progressupdate DISABLE TRIGGER USER")

    approve_by_hand(update, person)

    assert ProgressUpdate.objects.get().approved_by == person


def test_who_wrote_stays_known_whatever_becomes_of_the_text(activity: KeyActivity, owner: User) -> None:
    update, person = writer_before_a_return(activity, owner)

    written = UpdateEditor.objects.filter(progressupdate=update)
    with pytest.raises(IntegrityError, match="editor_append_only"), transaction.atomic():
        written.filter(user=person).delete()
    assert set(written.values_list("user", flat=True)) == {owner.pk, person.pk}


def test_who_returned_it_without_writing_may_approve_it_afterwards(activity: KeyActivity, owner: User) -> None:
    approver = make_user(UserRole.APPROVER, holds=above(activity))
    sent = send(activity, owner)
    back = return_update(update=sent, note="Say more", version=sent.version, by=approver, now=IN_ROUND)
    again = send(activity, owner, back.version)

    assert approve_update(update=again, version=again.version, by=approver, now=IN_ROUND).approved_by == approver


def test_a_deputy_of_the_approving_post_signs_off_what_others_wrote(activity: KeyActivity, owner: User) -> None:
    deputy, update = make_user(), send(activity, owner)
    deputise(deputy, above(activity))

    signed_in(deputy).post(f"/approvals/{update.pk}/approve/", {"version": update.version})

    update.refresh_from_db()
    assert (update.stage, update.approved_by) == (Stage.APPROVED, deputy)


def asked_by(person: User, activity: KeyActivity) -> DateChangeRequest:
    KeyActivity.objects.filter(pk=activity.pk, baseline_end=None).update(baseline_end=date(2027, 3, 31))
    return request_date_change(
        activity=activity,
        field=DateField.END,
        milestone=None,
        proposed_date=date(2027, 6, 30),
        reason="Consent came late.",
        effect="",
        by=person,
        now=IN_ROUND,
    )


@pytest.fixture
def asker(activity: KeyActivity) -> User:
    """Somebody who holds the owner's post and deputises for the approving one."""
    person = make_user(holds=activity.owner)
    deputise(person, above(activity))
    return person


@pytest.mark.parametrize("outcome", ["agree", "decline"])
def test_the_pages_let_nobody_decide_the_date_that_they_asked_for(
    activity: KeyActivity, asker: User, outcome: str
) -> None:
    change = asked_by(asker, activity)
    client = signed_in(asker)

    assert f"date-{change.pk}" not in client.get("/approvals/").content.decode()
    assert client.post(f"/approvals/dates/{change.pk}/{outcome}/", {"note": "Fine"}).status_code == 404
    change.refresh_from_db()
    assert change.decision == Decision.REQUESTED


@pytest.mark.parametrize("agreed", [True, False])
def test_the_service_lets_nobody_decide_the_date_that_they_asked_for(
    activity: KeyActivity, asker: User, agreed: bool
) -> None:
    with pytest.raises(NotAllowed):
        decide_date_change(request=asked_by(asker, activity), agreed=agreed, note="Fine", by=asker, now=IN_ROUND)


def test_the_database_alone_lets_nobody_decide_the_date_that_they_asked_for(activity: KeyActivity, asker: User) -> None:
    change = asked_by(asker, activity)
    decided = {"decision": Decision.AGREED, "decided_by": asker, "decided_at": IN_ROUND}

    with pytest.raises(IntegrityError, match="date_change_not_decided_by_its_author"), transaction.atomic():
        DateChangeRequest.objects.filter(pk=change.pk).update(**decided)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE aims_datechangerequest DROP CONSTRAINT date_change_not_decided_by_its_author")

    assert DateChangeRequest.objects.filter(pk=change.pk).update(**decided) == 1


@pytest.mark.parametrize("outcome", ["agree", "decline"])
def test_without_the_question_at_the_edge_the_service_still_refuses_a_date(
    activity: KeyActivity, asker: User, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = asked_by(asker, activity)
    monkeypatch.setattr(User, "has_perm", lambda *_: True)

    answer = signed_in(asker).post(f"/approvals/dates/{change.pk}/{outcome}/", {"note": "Fine"})

    assert answer.status_code == 409
    assert "You asked for this date yourself: somebody else has to decide it" in answer.content.decode()
