"""Milestones and new dates as a period or an earlier day knew them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.choices import UserRole
from aims.choices import DateField
from aims.models import Milestone
from aims.services.dates import add_milestone, complete_milestone, decide_date_change, request_date_change
from reporting.selectors.books import book_of
from tests.api.told import FIRST, SECOND, ask, board, rows, sealed, signed_in, today
from tests.factories import make_user
from tests.remembered import guards_put_aside
from tests.reporting.sealed import BETWEEN, SECOND_CLOSED, Sealed, review_of

__all__ = ["board", "sealed", "today"]
pytestmark = pytest.mark.django_db

KNOWN = ("baseline_date", "agreed_date", "moves", "completed_on", "is_complete", "is_overdue")
LATER = SECOND_CLOSED.replace(day=16)


@pytest.fixture
def moved(sealed: Sealed) -> Milestone:
    """After the second closing the first milestone is moved, then reached, and a third one is added."""
    activity, people = sealed.activities["1.1.1"], sealed.people
    found = Milestone.objects.get(activity=activity, position=1)
    request = request_date_change(
        activity=activity,
        field=DateField.MILESTONE,
        milestone=found,
        proposed_date=date(2026, 12, 31),
        reason="Tenders were late.",
        effect="",
        by=people.owner,
        now=LATER,
    )
    decide_date_change(request=request, agreed=True, note="", by=people.approver, now=LATER)
    complete_milestone(milestone=found, completed_on=LATER.date(), evidence="Contract 7.", by=people.owner, now=LATER)
    add_milestone(activity=activity, title="Line open", baseline_date=date(2027, 3, 1), by=people.owner, now=LATER)
    return found


def told(client: Client, query: str) -> dict[str, dict[str, Any]]:
    return {row["reference"]: {name: row[name] for name in KNOWN} for row in rows(client, f"milestones/?{query}")}


def test_a_closed_period_tells_milestones_to_anyone_who_reads_the_review_as_it_sealed_them(
    sealed: Sealed, moved: Milestone, client: Client, board: Client
) -> None:
    for asker, period in ((client, FIRST), (board, SECOND)):
        book = book_of(review_of(sealed.first if period == FIRST else sealed.second), exempt=False)
        assert told(asker, f"period={period}") == {
            line.reference: {
                "baseline_date": line.promised.baseline.isoformat() if line.promised.baseline else None,
                "agreed_date": line.promised.agreed.isoformat() if line.promised.agreed else None,
                "moves": line.promised.moves,
                "completed_on": line.completed.isoformat() if line.completed else None,
                "is_complete": line.completed is not None,
                "is_overdue": line.overdue_days is not None,
            }
            for line in book.milestones
        }
    assert rows(client, "milestones/") == []
    assert ask(client, f"milestones/?period={SECOND}", 400)


def test_what_was_moved_reached_or_added_later_was_not_known_before(
    sealed: Sealed, moved: Milestone, board: Client
) -> None:
    then, now = told(board, f"as_at={SECOND_CLOSED.date()}"), told(board, f"as_at={LATER.date()}")

    assert then == told(board, f"period={SECOND}")
    assert then["1.1.1/1"] == {
        "baseline_date": "2026-06-30",
        "agreed_date": "2026-06-30",
        "moves": 0,
        "completed_on": None,
        "is_complete": False,
        "is_overdue": True,
    }
    assert set(then) == {"1.1.1/1", "1.1.1/2"}
    assert rows(board, f"milestones/?is_complete=true&as_at={SECOND_CLOSED.date()}") == []
    assert rows(board, f"milestones/?completed_from=2026-01-01&as_at={SECOND_CLOSED.date()}") == []
    assert ask(board, f"milestones/1.1.1/1/?as_at={SECOND_CLOSED.date()}")["completed_on"] is None
    assert ask(board, f"milestones/1.1.1/3/?as_at={SECOND_CLOSED.date()}", 404)
    assert now == then  # a closed period tells what was known when it closed


def test_beside_an_activity_stand_the_dates_of_that_day(sealed: Sealed, moved: Milestone, board: Client) -> None:
    address = "activities/1.1.3/?include=date_changes,position"
    before = ask(board, f"{address}&as_at=2026-06-30")["included"]
    after = ask(board, f"{address}&as_at={BETWEEN.date()}")["included"]

    assert (before["date_changes"], before["position"]["end"]["moves"]) == ([], 0)
    assert [each["decision"] for each in after["date_changes"]] == ["agreed"]
    assert after["position"]["end"] == {"baseline": "2027-03-31", "agreed": "2027-06-30", "moves": 1}
    assert ask(Client(), f"activities/1.1.1/?include=milestones&period={FIRST}")["included"]["milestones"]


def test_a_request_was_undecided_until_it_was_decided(sealed: Sealed, board: Client) -> None:
    with guards_put_aside() as cursor:
        cursor.execute("UPDATE aims_datechangerequest SET decided_at = %s", [LATER])

    beside = ask(board, f"activities/1.1.3/?include=date_changes&as_at={BETWEEN.date()}")["included"]["date_changes"]

    assert [(each["decision"], each["decided_at"]) for each in beside] == [("requested", None)]


def test_a_partner_reads_live_milestones_of_its_own_body_alone(sealed: Sealed) -> None:
    partner = signed_in(make_user(UserRole.PARTNER, organisation=sealed.post.organisation))

    assert len(rows(partner, "milestones/")) == 2
    assert rows(signed_in(make_user(UserRole.PARTNER)), "milestones/") == []
