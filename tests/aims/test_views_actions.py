"""What the Board asked of a post: on the work list of whoever holds it, and on a page of its own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.choices import UserRole
from accounts.models import Holding, User
from aims.choices import PeriodState
from aims.models import ActionReport, BoardAction, ReviewPeriod
from aims.services.actions import report_on_action
from tests.aims.over_http import signed_in
from tests.aims.test_views_work import queries_of
from tests.factories import IN_ROUND, make_action, make_owner, make_period, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_round")]

PAGE = "/actions/2025-26-h2/1/"
TODAY = IN_ROUND.date()


@pytest.fixture
def closed(period: ReviewPeriod) -> ReviewPeriod:
    return make_period(date(2026, 3, 31), PeriodState.CLOSED)


@pytest.fixture
def action(closed: ReviewPeriod) -> BoardAction:
    return make_action(closed, owner=make_owner(title="Director of Housing"), due_on=TODAY - timedelta(days=1))


@pytest.fixture
def holder(action: BoardAction) -> User:
    return make_user(holds=action.owner, name="Hana Holder")


def test_open_actions_stand_on_the_work_list_the_one_overdue_first(action: BoardAction, holder: User) -> None:
    make_action(action.period, owner=action.owner, text="Tell us the cost.", due_on=TODAY)
    done = make_action(action.period, owner=action.owner, text="All done.", due_on=TODAY)
    report_on_action(action=done, text="Done.", is_done=True, by=holder, now=IN_ROUND)
    make_action(action.period, text="For somebody else.", due_on=TODAY)
    page = signed_in(holder).get("/my/").content.decode()

    assert "No update is due from you" in page
    assert page.index("Bring a second supplier.") < page.index("Tell us the cost.")
    assert "Was due 11 October 2026" in page
    assert "Due 12 October 2026" in page
    assert "All done." not in page
    assert "For somebody else." not in page


def test_the_work_list_costs_the_same_for_one_action_and_for_twenty(action: BoardAction, holder: User) -> None:
    client = signed_in(holder)
    few = queries_of(client, "/my/")
    for number in range(20):
        make_action(action.period, owner=action.owner, text=f"Do {number}.", due_on=TODAY)

    assert queries_of(client, "/my/") == few


def test_a_deputy_reports_and_the_report_stands_on_the_page(action: BoardAction) -> None:
    deputy = make_user(UserRole.PARTNER, name="Dora Deputy")
    days = {"starts": TODAY, "ends": TODAY}
    Holding.objects.create(user=deputy, owner=action.owner, is_deputy=True, **days)
    client = signed_in(deputy)
    page = client.post(PAGE, {"text": "Two have tendered.", "outcome": "open"}, follow=True).content.decode()

    assert "Your report on 2025/26 H2, action 1 is kept" in page
    assert "Two have tendered." in page
    assert "Dora Deputy" not in page.partition("What was reported")[2].partition("Report on it")[0]  # the post alone
    assert "Director of Housing" in page
    report = ActionReport.objects.get()
    assert (report.by, report.is_done) == (deputy, False)


def test_staff_and_the_board_read_who_reported_and_send_nothing(action: BoardAction, holder: User) -> None:
    report_on_action(action=action, text="All done.", is_done=True, by=holder, now=IN_ROUND)
    client = signed_in(make_user(UserRole.BOARD))
    page = client.get(PAGE).content.decode()

    assert "Hana Holder" in page
    assert "Report this to the Board" not in page
    assert client.post(PAGE, {"text": "No.", "outcome": "open"}).status_code == 404


def test_what_is_missing_is_asked_for_and_nothing_is_kept(action: BoardAction, holder: User) -> None:
    response = signed_in(holder).post(PAGE, {"text": " "})
    page = response.content.decode()

    assert response.status_code == 422
    assert "Say what has been done, or what stands in the way" in page
    assert "Say whether it is done" in page
    assert ActionReport.objects.count() == 0


def test_an_action_of_others_answers_like_one_that_does_not_exist(action: BoardAction) -> None:
    client = signed_in(make_user(UserRole.PARTNER))

    paths = (PAGE, "/actions/2025-26-h2/2/", f"/actions/2025-26-h2/{'9' * 20}/", "/actions/never/1/")
    assert [client.get(path).status_code for path in paths] == [404] * 4
    ReviewPeriod.objects.filter(pk=action.period_id).update(published_at=IN_ROUND)
    assert client.get(PAGE).status_code == 404  # how far it is, others read in the next review
