"""Funding returns: sent, signed off by somebody else, corrected and undone by the next revision."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import User
from aims.choices import EventKind
from aims.errors import AimsError, AlreadyDecided, Incomplete, NotAllowed, Refused
from aims.models import Event
from funding.choices import ReturnStage
from funding.models import FundingReturn, FundingStream
from funding.rules import Figures
from funding.services.returning import approve_return, give_return_back, submit_return, undo_return
from tests.factories import IN_ROUND

SEPTEMBER = date(2026, 9, 1)


def send(stream: FundingStream, by: User, spent: str = "400", **given: object) -> FundingReturn:
    figures = Figures(committed=Decimal(500), spend_to_date=Decimal(spent))
    return submit_return(stream=stream, month=SEPTEMBER, figures=figures, by=by, now=IN_ROUND, **given)  # type: ignore[arg-type]  # each test names what it gives


def counting(stream: FundingStream) -> list[Decimal | None]:
    return [found.spend_to_date for found in stream.returns.counting()]


def test_a_return_counts_once_somebody_else_has_approved_it(
    stream: FundingStream, finance: User, treasurer: User
) -> None:
    sent = send(stream, finance)
    assert (sent.stage, counting(stream)) == (ReturnStage.SUBMITTED, [])

    approved = approve_return(found=sent, by=treasurer, now=IN_ROUND)

    assert (approved.stage, counting(stream)) == (ReturnStage.APPROVED, [Decimal(400)])
    kinds = [event.kind for event in Event.objects.filter(reference="funding-streams/A")]
    assert kinds == [EventKind.RETURN_SUBMITTED, EventKind.RETURN_APPROVED]


def test_nobody_approves_their_own_return(stream: FundingStream, finance: User) -> None:
    with pytest.raises(NotAllowed, match="somebody else"):
        approve_return(found=send(stream, finance), by=finance, now=IN_ROUND)


def test_a_return_given_back_is_answered_by_the_next_revision(
    stream: FundingStream, finance: User, treasurer: User
) -> None:
    first = give_return_back(found=send(stream, finance), note="Spend looks low.", by=treasurer, now=IN_ROUND)
    second = send(stream, finance, spent="450")

    assert (first.stage, first.return_note) == (ReturnStage.RETURNED, "Spend looks low.")
    assert (second.revision, second.stage) == (2, ReturnStage.SUBMITTED)


def test_a_correction_takes_the_place_of_the_approved_one_once_it_is_approved(
    stream: FundingStream, finance: User, treasurer: User
) -> None:
    approve_return(found=send(stream, finance), by=treasurer, now=IN_ROUND)
    corrected = send(stream, finance, spent="410")
    assert counting(stream) == [Decimal(400)]

    approve_return(found=corrected, by=treasurer, now=IN_ROUND)

    assert counting(stream) == [Decimal(410)]


def test_one_return_of_a_month_waits_at_a_time(stream: FundingStream, finance: User) -> None:
    send(stream, finance)
    with pytest.raises(Refused, match="waits for approval already"):
        send(stream, finance)


@pytest.mark.parametrize("decide", [approve_return, give_return_back])
def test_what_is_decided_is_not_decided_again(
    stream: FundingStream, finance: User, treasurer: User, decide: object
) -> None:
    sent = send(stream, finance)
    approve_return(found=sent, by=treasurer, now=IN_ROUND)
    note = {"note": "No."} if decide is give_return_back else {}
    with pytest.raises(AlreadyDecided, match="Theo Treasurer has approved"):
        decide(found=sent, by=treasurer, now=IN_ROUND, **note)  # type: ignore[operator]  # one of the two above


def test_undoing_says_again_what_was_said_before_and_is_approved_itself(
    stream: FundingStream, finance: User, treasurer: User
) -> None:
    approve_return(found=send(stream, finance), by=treasurer, now=IN_ROUND)
    wrong = approve_return(found=send(stream, finance, spent="499"), by=treasurer, now=IN_ROUND)

    undone = undo_return(found=wrong, reason="The wrong file.", by=finance, now=IN_ROUND)
    assert (undone.undoes, undone.spend_to_date, counting(stream)) == (wrong, Decimal(400), [Decimal(499)])

    approve_return(found=undone, by=treasurer, now=IN_ROUND)
    assert counting(stream) == [Decimal(400)]


def test_undoing_the_first_return_says_that_nothing_is_known(
    stream: FundingStream, finance: User, treasurer: User
) -> None:
    first = approve_return(found=send(stream, finance), by=treasurer, now=IN_ROUND)
    undone = undo_return(found=first, reason="The wrong stream.", by=finance, now=IN_ROUND)
    approve_return(found=undone, by=treasurer, now=IN_ROUND)

    assert counting(stream) == [None]


def test_only_what_counts_can_be_undone(stream: FundingStream, finance: User, treasurer: User) -> None:
    waiting = send(stream, finance)
    with pytest.raises(Refused, match="Only the return that counts"):
        undo_return(found=waiting, reason="Wrong.", by=finance, now=IN_ROUND)
    first = approve_return(found=waiting, by=treasurer, now=IN_ROUND)
    approve_return(found=send(stream, finance, spent="450"), by=treasurer, now=IN_ROUND)
    with pytest.raises(Refused, match="Only the return that counts"):
        undo_return(found=first, reason="Wrong.", by=finance, now=IN_ROUND)


@pytest.mark.parametrize(
    ("figures", "field"),
    [
        (Figures(), "committed"),
        (Figures(committed=Decimal(-1)), "committed"),
        (Figures(spend_to_date=Decimal("0.001")), "spend_to_date"),
        (Figures(forecast_outturn=Decimal("NaN")), "forecast_outturn"),
        (Figures(re_profiled=Decimal(10) ** 12), "re_profiled"),
        (Figures(committed=Decimal(5), spend_to_date=Decimal(6)), "warning_reason"),
        (Figures(committed=Decimal(1001)), "warning_reason"),
    ],
)
def test_what_cannot_be_sent_says_what_to_do_at_its_field(
    stream: FundingStream, finance: User, figures: Figures, field: str
) -> None:
    with pytest.raises(Incomplete) as refused:
        submit_return(stream=stream, month=SEPTEMBER, figures=figures, by=finance, now=IN_ROUND)

    assert list(refused.value.problems) == [field]
    assert not FundingReturn.objects.exists()


def test_the_unusual_is_taken_with_its_reason(stream: FundingStream, finance: User) -> None:
    figures = Figures(committed=Decimal(1001), spend_to_date=Decimal(1002))
    sent = submit_return(
        stream=stream,
        month=SEPTEMBER,
        figures=figures,
        by=finance,
        now=IN_ROUND,
        warning_reason="Paid ahead of the award's increase.",
    )
    assert sent.spend_to_date == Decimal(1002)


@pytest.mark.parametrize("month", [date(2026, 9, 2), date(2026, 11, 1)])
def test_a_month_is_its_first_day_and_has_begun(stream: FundingStream, finance: User, month: date) -> None:
    with pytest.raises(Incomplete) as refused:
        submit_return(stream=stream, month=month, figures=Figures(committed=Decimal(1)), by=finance, now=IN_ROUND)
    assert list(refused.value.problems) == ["month"]


def test_giving_back_and_undoing_take_a_reason(stream: FundingStream, finance: User, treasurer: User) -> None:
    sent = send(stream, finance)
    with pytest.raises(AimsError, match="Say what has to change"):
        give_return_back(found=sent, note=" ", by=treasurer, now=IN_ROUND)
    approved = approve_return(found=sent, by=treasurer, now=IN_ROUND)
    with pytest.raises(AimsError, match="Say why"):
        undo_return(found=approved, reason=" ", by=finance, now=IN_ROUND)
