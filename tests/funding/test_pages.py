"""Finance's pages: what each form does, what it refuses, and who is let in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from accounts.choices import UserRole
from accounts.models import User
from aims.models import KeyActivity
from funding.choices import ReturnStage
from funding.models import Allocation, FundingReturn, FundingStream
from funding.rules import Figures
from funding.services.allocating import allocate
from funding.services.returning import approve_return, submit_return
from reporting.services.rebuilding import rebuild
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_owner,
    make_period,
    make_submitted,
    make_user,
)

RETURN = {
    "month": "2026-09-01",
    "committed": "500",
    "spend_to_date": "400",
    "rating": "",
    "note": "",
    "warning_reason": "",
}


@pytest.fixture
def as_finance(client: Client, finance: User) -> Client:
    client.force_login(finance, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_money_is_allocated_by_number(as_finance: Client, stream: FundingStream, activity: KeyActivity) -> None:
    given = {"target": "1.1.1", "amount": "£600.50", "reason": "Board, minute 12."}
    answer = as_finance.post("/funding/A/allocate/", given, follow=True)

    assert answer.redirect_chain[-1][0] == "/funding/A/"
    assert "The allocation of A is recorded" in answer.text
    assert Allocation.objects.get().amount == Decimal("600.50")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Enter the number of an activity or an objective"),
        ({"target": "9.9.9"}, "nothing has this one"),
        ({"target": "1.1.1", "amount": "many"}, "Enter a sum in pounds"),
        ({"target": "1.1.1", "amount": "1.001"}, "to the penny"),
        ({"target": "1.1.1", "amount": "5", "reason": ""}, "Say what the allocation rests on"),
    ],
)
def test_a_form_that_says_nothing_sound_is_shown_again(
    as_finance: Client, stream: FundingStream, given: dict[str, str], message: str
) -> None:
    answer = as_finance.post("/funding/A/allocate/", given)

    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert message in answer.text


def test_more_than_is_left_is_a_conflict_that_says_what_is_left(as_finance: Client, stream: FundingStream) -> None:
    answer = as_finance.post("/funding/A/allocate/", {"target": "1.1.1", "amount": "2m", "reason": "Minute 1."})

    assert answer.status_code == 409
    assert "A has £0.00m left" in answer.text


def test_an_allocation_ends_and_the_award_moves(
    as_finance: Client, stream: FundingStream, activity: KeyActivity, finance: User
) -> None:
    made = allocate(stream=stream, target=activity, amount=Decimal(10), reason="Minute 1.", by=finance, now=IN_ROUND)
    assert as_finance.get(f"/funding/A/allocations/{made.pk}/end/").status_code == 200
    as_finance.post(f"/funding/A/allocations/{made.pk}/end/", {"reason": "It was broken down."})
    given = {"kind": "award", "amount": "3,000", "dated": "1 October 2026", "reason": "A letter."}
    as_finance.post("/funding/A/award/", given)

    stream.refresh_from_db()
    assert (stream.allocated, stream.award) == (Decimal(0), Decimal(3000))


def test_a_return_says_what_it_is_of_and_what_its_button_does(as_finance: Client, stream: FundingStream) -> None:
    page = as_finance.get("/funding/A/returns/add/").text
    assert "Return a month of A" in page
    assert "Send for approval" in page


def test_a_return_is_sent_and_signed_off_by_somebody_else(
    as_finance: Client, stream: FundingStream, treasurer: User
) -> None:
    as_finance.post("/funding/A/returns/add/", RETURN)
    sent = FundingReturn.objects.get()
    own = as_finance.get("/funding/returns/").text
    assert "You sent this return: somebody else signs it off" in own
    refused = as_finance.post("/funding/returns/approve/", {"return": sent.pk})
    assert refused.status_code == 409
    assert "somebody else has to sign it off" in refused.text

    other = Client()
    other.force_login(treasurer, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = other.post("/funding/returns/approve/", {"return": sent.pk}, follow=True)

    assert "A, September 2026, is approved" in answer.text
    sent.refresh_from_db()
    assert sent.stage == ReturnStage.APPROVED


def test_spend_beyond_what_is_committed_asks_for_its_reason(as_finance: Client, stream: FundingStream) -> None:
    answer = as_finance.post("/funding/A/returns/add/", RETURN | {"spend_to_date": "501"})
    assert answer.status_code == 422
    assert "is more than what is committed" in answer.text

    as_finance.post("/funding/A/returns/add/", RETURN | {"spend_to_date": "501", "warning_reason": "Paid early."})
    assert FundingReturn.objects.get().warning_reason == "Paid early."


def test_a_return_goes_back_with_a_note_and_an_approved_one_is_undone(
    as_finance: Client, stream: FundingStream, finance: User, treasurer: User
) -> None:
    figures = Figures(committed=Decimal(5))
    month = IN_ROUND.date().replace(day=1)
    first = submit_return(stream=stream, month=month, figures=figures, by=treasurer, now=IN_ROUND)
    assert as_finance.get(f"/funding/returns/{first.pk}/give-back/").status_code == 200
    assert as_finance.post(f"/funding/returns/{first.pk}/give-back/", {"note": ""}).status_code == 422
    as_finance.post(f"/funding/returns/{first.pk}/give-back/", {"note": "Too low."})
    second = submit_return(stream=stream, month=month, figures=figures, by=treasurer, now=IN_ROUND)
    approve_return(found=second, by=finance, now=IN_ROUND)
    as_finance.post(f"/funding/returns/{second.pk}/undo/", {"reason": "The wrong file."})

    first.refresh_from_db()
    assert first.return_note == "Too low."
    assert FundingReturn.objects.get(undoes=second).stage == ReturnStage.SUBMITTED


@pytest.mark.parametrize("role", [UserRole.OWNER, UserRole.APPROVER, UserRole.BOARD, UserRole.PARTNER])
@pytest.mark.parametrize(
    "path",
    [
        "/funding/A/allocate/",
        "/funding/A/award/",
        "/funding/A/returner/",
        "/funding/A/returns/add/",
        "/funding/returns/",
    ],
)
def test_nobody_else_finds_finances_pages(client: Client, stream: FundingStream, role: UserRole, path: str) -> None:
    client.force_login(make_user(role), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(path).status_code == 404


def test_finance_sees_the_round_live_and_keeps_out_of_progress(as_finance: Client, finance: User) -> None:
    owner = make_owner(approving_post=make_owner())
    told, drafted, sent = (make_activity(number, owner=owner) for number in ("1.1.1", "1.1.2", "1.1.3"))
    period = make_period()
    make_approved(told, narrative="The bridge is open.")
    make_draft(drafted, narrative="Not for your eyes yet.")
    waiting = make_submitted(sent, narrative="Sent and not signed off.")
    rebuild(period=period, on=IN_ROUND.date())

    assert "The bridge is open." in as_finance.get("/activities/1.1.1/").text
    for number, words in (("1.1.2", "Not for your eyes yet"), ("1.1.3", "Sent and not signed off")):
        assert words not in as_finance.get(f"/activities/{number}/").text
        assert as_finance.get(f"/activities/{number}/update/").status_code == 404
    answer = as_finance.post(f"/approvals/{waiting.pk}/approve/", {"version": waiting.version})
    assert answer.status_code == 404
    as_finance.post("/approvals/approve/", {"update": waiting.pk})
    waiting.refresh_from_db()
    assert waiting.approved_at is None
    assert not finance.has_perm("aims.decide_update", waiting)


def test_the_navigation_counts_what_waits_for_their_own_sign_off(
    as_finance: Client, stream: FundingStream, finance: User, treasurer: User
) -> None:
    for month, by in ((8, treasurer), (9, treasurer), (10, finance)):
        told = IN_ROUND.date().replace(month=month, day=1)
        submit_return(stream=stream, month=told, figures=Figures(committed=Decimal(5)), by=by, now=IN_ROUND)
    counts = {item.label: item.count for item in as_finance.get("/funding/").context["navigation"]}
    assert counts["Funding"] == 2
    signed_out = Client().get("/funding/").context["navigation"]
    assert {item.label: item.count for item in signed_out}["Funding"] is None


def test_the_streams_page_tells_to_the_penny_what_is_allocated(
    as_finance: Client, stream: FundingStream, activity: KeyActivity, finance: User
) -> None:
    FundingStream.objects.create(strategy=stream.strategy, code="B", name="Big", award=Decimal(5_000_000))
    allocate(stream=stream, target=activity, amount=Decimal(10), reason="Minute 1.", by=finance, now=IN_ROUND)
    for path in ("/funding/", "/funding/A/", "/funding/B/", "/funding/streams.csv", "/funding/flows.csv"):
        answer = as_finance.get(path)
        assert answer.status_code == 200, path
