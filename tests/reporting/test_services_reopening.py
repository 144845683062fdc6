"""A sealed round opened again: only what is named moves, and the seal that stood is kept."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.choices import UserRole
from accounts.models import Organisation
from aims.choices import DateField, EventKind, PeriodState, Rag
from aims.errors import NoRound, Refused
from aims.models import ActionReport, KeyActivity, ProgressUpdate
from aims.selectors.reminders import posts_in_round
from aims.selectors.round import desk_of
from aims.selectors.terms import reviews_to_tell
from aims.selectors.work import due_count, work_of
from aims.services.dates import decide_date_change, request_date_change
from aims.services.deciding import approve_update
from aims.services.periods import open_period
from aims.services.reopening import reopen_period
from aims.services.writing import save_draft, submit_update
from funding.services.allocating import allocate
from reporting.models import Review, SealedLine, Summary
from reporting.sealing.verifying import verify
from reporting.services import check_drift, process_events
from reporting.services.reopening import reopen
from tests.factories import make_user, make_values
from tests.reporting.sealed import SECOND_CLOSED, Sealed, close, make_sealed, review_of, tell

pytestmark = pytest.mark.django_db

REOPENED = SECOND_CLOSED + timedelta(days=1)
AGAIN = SECOND_CLOSED + timedelta(days=4)
UNTIL = date(2026, 11, 13)
NAMED = ("1.1.3", "1.2.1")  # the second has other words in the next half-year


@pytest.fixture
def sealed(db: None) -> Sealed:
    return make_sealed()


def open_again(sealed: Sealed, *numbers: str, **given: Any) -> None:
    chosen = list(KeyActivity.objects.filter(number__in=numbers or NAMED))
    said: dict[str, Any] = {
        "reason": "A figure was left out.",
        "until": UNTIL,
        "by": sealed.people.office,
        "now": REOPENED,
    }
    reopen(review=review_of(sealed.second), activities=chosen, **said | given)
    sealed.second.refresh_from_db()


def texts(review: Review) -> dict[tuple[str, str], tuple[str, str]]:
    lines = SealedLine.objects.filter(review=review)
    return {
        (kind, key): (public, exempt)
        for kind, key, public, exempt in lines.values_list("kind", "key", "public", "exempt")
    }


def change_everything_else(sealed: Sealed) -> None:
    """What may be written beside a reopened round, and must not reach its second seal."""
    office, other = sealed.people.office, sealed.activities["2.1.1"]
    request = request_date_change(
        activity=sealed.activities["1.1.1"],
        field=DateField.END,
        milestone=None,
        proposed_date=date(2028, 3, 31),
        reason="Later still.",
        effect="",
        by=sealed.people.owner,
        now=REOPENED,
    )
    decide_date_change(request=request, agreed=True, note="", by=sealed.people.approver, now=REOPENED)
    money: dict[str, Any] = {"reason": "Minute 13.", "by": sealed.people.finance, "now": REOPENED}
    allocate(stream=sealed.streams["C"], target=other, amount=Decimal(77), **money)
    ActionReport.objects.create(action=sealed.action, text="Done now.", is_done=True, at=REOPENED, by=office)
    KeyActivity.objects.filter(number="2.1.3").update(is_proposed=True)
    Organisation.objects.filter(slug="coventry-city-council").update(name="City of Coventry")


def test_only_what_is_named_is_told_anew(sealed: Sealed) -> None:
    first = review_of(sealed.second)
    before = texts(first)
    open_again(sealed)
    change_everything_else(sealed)
    tell(sealed, "1.1.3", REOPENED, narrative="It was told after all.")
    process_events(now=REOPENED, everything=True)
    close(sealed, sealed.second, AGAIN)

    second = review_of(sealed.second)
    after = texts(second)
    assert (second.number, second.previous) == (2, first)
    assert texts(first) == before
    named = {("activity", "1.1.3")}
    summed = ("review", "strategy", "aim", "objective", "stream", "organisation", "place", "role")
    told = {line for line in before.keys() | after.keys() if before.get(line) != after.get(line)}
    assert {line for line in told if line[0] not in summed} == named
    assert "It was told after all." in after["activity", "1.1.3"][0]
    for line in (("stream", "C"), ("stream", "B"), ("place", "coventry")):
        assert before[line] == after[line], line
    assert list(verify()) == []
    assert check_drift(now=AGAIN) == 0


def test_the_sums_follow_the_activities_named(sealed: Sealed) -> None:
    open_again(sealed, "1.1.1")
    tell(
        sealed, "1.1.1", REOPENED, narrative="It goes on.", rag=Rag.GREEN, override_reason="New.", evidence="A letter."
    )
    process_events(now=REOPENED)

    assert Summary.objects.get(period=sealed.second, scope="strategy").red == 0
    close(sealed, sealed.second, AGAIN)
    assert '"red":0' in texts(review_of(sealed.second))["strategy", ""][0]
    assert '"red":1' in texts(Review.objects.get(period=sealed.second, number=1))["strategy", ""][0]


def test_other_activities_take_no_update(sealed: Sealed) -> None:
    open_again(sealed)

    with pytest.raises(NoRound, match="open again for a few other activities"):
        save_draft(
            activity=sealed.activities["1.1.1"],
            values=make_values(),
            version=0,
            by=sealed.people.owner,
            now=REOPENED,
        )


def test_after_its_day_nothing_is_taken_for_it(sealed: Sealed) -> None:
    open_again(sealed)
    late = REOPENED.replace(day=16)
    given: dict[str, Any] = {
        "values": make_values(as_at=date(2026, 9, 30)),
        "version": 0,
        "by": sealed.people.owner,
        "now": late,
    }

    update = submit_update(activity=sealed.activities["1.1.3"], **given)

    assert update.period == sealed.third


def test_owners_find_what_is_asked_of_them_and_why(sealed: Sealed) -> None:
    owner = sealed.people.owner
    open_again(sealed, "1.1.1", "1.1.3")

    work = work_of(owner, UNTIL)
    assert work
    assert [item.activity.number for item in work.to_do] == ["1.1.1", "1.1.3"]
    assert work.deadline == UNTIL
    assert work.reopening
    assert work.reopening.reason == "A figure was left out."
    assert due_count(owner, UNTIL) == 2
    client = Client()
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "2026/27 H1 has been opened again for these activities: A figure was" in client.get("/my/").content.decode()
    [post] = posts_in_round(sealed.second, UNTIL)
    assert ([left.activity.number for left in post.left], post.deadline.day) == (["1.1.1", "1.1.3"], UNTIL)
    tally = desk_of(sealed.second, UNTIL).tally
    assert (tally.total, tally.to_send) == (2, 2)

    tell(sealed, "1.1.1", REOPENED, narrative="It goes on.", override_reason="New.", evidence="A letter.")

    assert due_count(owner, UNTIL) == 1
    assert desk_of(sealed.second, UNTIL).tally.approved == 1


def test_what_the_closing_handed_on_comes_back(sealed: Sealed) -> None:
    sealed = sealed_with_a_draft(sealed)
    assert ProgressUpdate.objects.open().get().period == sealed.third

    open_again(sealed)

    assert ProgressUpdate.objects.open().get().period == sealed.second
    event = sealed.second.events.get(kind=EventKind.REVIEW_REOPENED)
    assert event.after["brought_back"] == ["1.1.3"]
    update = ProgressUpdate.objects.open().get()
    approve_update(update=update, version=update.version, by=sealed.people.approver, now=REOPENED)


def sealed_with_a_draft(sealed: Sealed) -> Sealed:
    """As if 1.1.3 had been sent in time and nobody had signed it off before the closing."""
    period = sealed.second
    period.state, period.closed_at = PeriodState.OPEN, None
    period.save()
    given: dict[str, Any] = {
        "values": make_values(),
        "version": 0,
        "by": sealed.people.owner,
        "now": SECOND_CLOSED.replace(day=3),
    }
    update = submit_update(activity=sealed.activities["1.1.3"], **given)
    ProgressUpdate.objects.filter(pk=update.pk).update(period=sealed.third)
    period.state, period.closed_at = PeriodState.CLOSED, SECOND_CLOSED
    period.save()
    return sealed


def test_a_round_is_opened_again_as_often_as_it_takes(sealed: Sealed) -> None:
    open_again(sealed, "1.1.3")
    tell(sealed, "1.1.3", REOPENED, narrative="Told after all.")
    close(sealed, sealed.second, AGAIN)
    open_again(sealed, "2.1.2", now=AGAIN)
    with pytest.raises(NoRound):
        tell(sealed, "1.1.3", AGAIN)
    tell(sealed, "2.1.2", AGAIN, narrative="This one too.")
    close(sealed, sealed.second, AGAIN + timedelta(hours=3))

    third = review_of(sealed.second)
    lines = texts(third)
    assert third.number == 3
    assert "Told after all." in lines["activity", "1.1.3"][0]
    assert "This one too." in lines["activity", "2.1.2"][0]
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"reason": " "}, "Say why"),
        ({"until": date(2026, 11, 9)}, "Choose a day from 10 November 2026 on"),
    ],
)
def test_it_takes_a_reason_and_a_day(sealed: Sealed, given: dict[str, Any], problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        open_again(sealed, **given)
    sealed.second.refresh_from_db()
    assert sealed.second.state == PeriodState.CLOSED


def test_it_takes_activities_of_that_half_year(sealed: Sealed) -> None:
    KeyActivity.objects.filter(number="1.1.3").update(retired_on=sealed.second.starts)
    with pytest.raises(Refused, match="Choose among the activities"):
        open_again(sealed)
    with pytest.raises(Refused, match="Choose the activities"):
        open_again(sealed, "9.9.9")


def test_only_the_latest_review_is_opened_again(sealed: Sealed) -> None:
    review = review_of(sealed.first)
    given: dict[str, Any] = {"reason": "Wrong.", "until": UNTIL, "by": sealed.people.office, "now": REOPENED}
    with pytest.raises(Refused, match="2026/27 H1 has been closed since"):
        reopen(review=review, activities=[sealed.activities["1.1.1"]], **given)


def test_one_round_at_a_time(sealed: Sealed) -> None:
    open_period(period=sealed.third, by=sealed.people.office, now=REOPENED)

    with pytest.raises(Refused, match="2026/27 H2 is under way"):
        open_again(sealed)


def test_no_other_round_is_opened_meanwhile(sealed: Sealed) -> None:
    open_again(sealed)

    with pytest.raises(Refused, match="Close 2026/27 H1 first"):
        open_period(period=sealed.third, by=sealed.people.office, now=REOPENED)


def test_a_published_round_is_not_opened_again_whoever_asks(sealed: Sealed) -> None:
    sealed.second.published_at = REOPENED
    sealed.second.save()

    with pytest.raises(Refused, match="is published"):
        reopen_period(
            period=sealed.second,
            activities=[sealed.activities["1.1.1"]],
            reason="Wrong.",
            until=UNTIL,
            by=make_user(UserRole.OFFICE),
            now=REOPENED,
        )


def test_the_strategy_changes_for_the_next_half_year_alone(sealed: Sealed) -> None:
    open_again(sealed)

    assert reviews_to_tell(sealed.second.strategy_id) == [sealed.third]
