"""What the reading pages know, and how they put it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import Audience, DateField, Decision, EventKind, Mark, PeriodState
from aims.models import DateChangeRequest, Event, KeyActivity, Milestone, ProgressUpdate, ReviewPeriod
from aims.selectors.wording import AS_IT_STANDS
from funding.models import FundingStream
from reporting.choices import Direction
from reporting.models import Position, Summary
from reporting.selectors.activity import activity_page
from reporting.selectors.changes import changes_of, date_moves
from reporting.selectors.dates import promises_of
from reporting.selectors.exceptions import exceptions_of, reasons_of
from reporting.selectors.funding import funding_table, funding_total, moment_of, shared_note
from reporting.selectors.overview import review_page
from reporting.selectors.periods import previous_period, shown_period
from reporting.selectors.reviews import review_rows
from reporting.selectors.standings import standings
from tests import factories
from tests.reporting.conftest import OPEN_ROUND, Story

NOBODY = AnonymousUser()
ON = date(2025, 10, 20)


@pytest.fixture
def board(db: None) -> User:
    return factories.make_user(UserRole.BOARD)


def agreed(activity: KeyActivity, field: DateField, before: date, after: date, at: datetime) -> DateChangeRequest:
    return DateChangeRequest.objects.create(
        activity=activity,
        field=field,
        previous_date=before,
        proposed_date=after,
        reason="Weather",
        decision=Decision.AGREED,
        requested_by=factories.make_user(),
        requested_at=at,
        decided_by=factories.make_user(UserRole.APPROVER),
        decided_at=at,
    )


def test_staff_see_the_open_round_and_anyone_the_last_published(story: Story, board: User) -> None:
    assert shown_period(board) == story.open
    assert shown_period(NOBODY) == story.published
    assert shown_period(factories.make_user(UserRole.PARTNER)) == story.published


def test_no_period_is_shown_before_the_first_is_closed(db: None) -> None:
    factories.make_period(date(2025, 9, 30))
    assert shown_period(NOBODY) is None


def test_a_mark_is_named_with_its_status_and_what_it_was(story: Story) -> None:
    names = [standing.name for standing in standings(Position.objects.filter(period=story.open))]
    assert names == [
        "1.1.1 Deliver work 1.1.1: Off track, was On track",
        "1.1.2 Deliver work 1.1.2: On track, was At risk",
        "1.2.1 Deliver work 1.2.1: Complete, was On track",
        "2.1.1 Deliver work 2.1.1: No update, was On track",
    ]


def test_marks_stand_in_the_order_of_integers(db: None) -> None:
    period = factories.make_period(date(2025, 9, 30))
    for number in ("1.1.10", "1.1.9", "1.1.1"):
        position_of(factories.make_activity(number), period.pk)
    found = standings(Position.objects.filter(period=period))
    assert [standing.number for standing in found] == ["1.1.1", "1.1.9", "1.1.10"]


def position_of(activity: KeyActivity, period: int) -> Position:
    return Position.objects.create(
        period_id=period,
        activity=activity,
        is_due=True,
        role=activity.role,
        mark=Mark.NO_UPDATE,
        direction=Direction.NOT_COMPARABLE,
        long_direction=Direction.NOT_COMPARABLE,
        overdue_milestones=0,
    )


def test_the_page_tells_the_position_in_words_and_marks(story: Story, board: User) -> None:
    page = review_page(story.open, board, ON)
    assert page.heading == "Position at 30 September 2025"
    assert list(page.facts) == [
        "Mid-year review 2025/26 H1",
        "open",
        "3 of 4 updates received",
        "closes on 4 November 2025",
    ]
    assert "".join(run.text for run in page.sentence).startswith(
        "Of 4 key activities, 1 is complete and 3 in progress."
    )
    assert [run.text for run in page.sentence if run.is_strong][:3] == ["4", "1", "3"]
    assert [(item.mark.value, item.count) for item in page.key] == [
        ("complete", 1),
        ("green", 1),
        ("red", 1),
        ("no_update", 1),
    ]


def test_a_closed_review_says_when_it_closed(story: Story) -> None:
    page = review_page(story.published, NOBODY, ON)
    assert page.heading == "Position at 31 March 2025"
    assert list(page.facts) == ["Year-end review 2024/25 H2", "closed on 9 May 2025"]


def test_the_wall_has_a_row_an_aim_and_a_mark_an_activity(story: Story, board: User) -> None:
    page = review_page(story.open, board, ON)
    wall = page.wall
    assert [(row.number, [objective.number for objective in row.objectives]) for row in wall] == [
        ("1", ["1.1", "1.2"]),
        ("2", ["2.1"]),
    ]
    assert [mark.mark.value for mark in wall[0].objectives[0].marks] == ["red", "green"]
    aim = Summary.objects.get(period=story.open, scope="aim", key="1")
    assert (wall[0].headline, wall[0].headline_reason) == (aim.headline, aim.headline_reason)
    assert page.table
    first, second = ({cell.header: cell.text for cell in row.cells} for row in page.table.rows)
    assert [first[mark] for mark in ("Activities", "Complete", "On track", "At risk", "Off track", "No update")] == [
        "3",
        "1",
        "1",
        "0",
        "1",
        "0",
    ]
    assert second["No update"] == "1"
    assert [cell.text for cell in page.table.whole.cells][:6] == ["4", "1", "1", "0", "1", "1"]


def test_a_period_that_was_never_summed_up_says_so(db: None, board: User) -> None:
    factories.make_activity()
    period = factories.make_period(date(2025, 9, 30))
    page = review_page(period, board, ON)
    assert "".join(run.text for run in page.sentence) == "Nothing has been summed up for this period yet."
    assert page.trend is None
    assert page.wall[0].headline_reason == "Nothing has been summed up yet."


def test_figures_of_change_are_the_lengths_of_their_lists_and_of_the_summary(story: Story) -> None:
    marks = standings(Position.objects.filter(period=story.open))
    changes = changes_of(story.open, previous_period(story.open), marks, AS_IT_STANDS)
    whole = Summary.objects.get(period=story.open, scope="strategy")
    assert [(figure.label, figure.value) for figure in changes.figures] == [
        ("worsened", whole.worsened),
        ("improved", whole.improved),
        ("completed", whole.newly_complete),
        ("dates moved", 0),
    ]
    assert [[standing.number for standing in each.standings] for each in changes.lists] == [
        ["1.1.1"],
        ["1.1.2", "1.2.1"],
        ["1.2.1"],
    ]
    assert changes.since == "March"
    assert changes.figures[0].url == f"/reviews/{story.open.slug}/changes/#worsened"


def test_the_first_review_has_nothing_to_compare_with(story: Story) -> None:
    marks = standings(Position.objects.filter(period=story.published))
    changes = changes_of(story.published, None, marks, AS_IT_STANDS)
    assert changes.since == ""
    assert changes.lists == []


def test_date_moves_count_from_the_closing_before_and_say_how_many_there_were(story: Story) -> None:
    activity = story.activities["1.1.1"]
    spring, autumn = datetime(2025, 2, 1, tzinfo=UTC), datetime(2025, 8, 1, tzinfo=UTC)
    agreed(activity, DateField.END, date(2025, 1, 31), date(2025, 6, 30), spring)
    agreed(activity, DateField.END, date(2025, 6, 30), date(2025, 6, 1), autumn)
    moves = date_moves(story.open, story.published, AS_IT_STANDS)
    assert [(move.number, move.shift, move.moves_so_far) for move in moves] == [("1.1.1", "29 earlier", 2)]
    assert [move.shift for move in date_moves(story.published, None, AS_IT_STANDS)] == ["150 later"]


def test_exceptions_put_red_first_with_its_reasons(story: Story, board: User) -> None:
    [found] = exceptions_of(story.open, board, AS_IT_STANDS)
    assert (found.number, found.label, found.text) == ("1.1.1", "Off track", "The contractor has stopped.")
    assert found.facts[0] == "was On track"
    assert dict(found.reasons) == {
        "Cause": "Procurement or contract",
        "Impact": "Six months are lost.",
        "Action": "A new contract is let. (Head of procurement, by 1 December 2026)",
        "Back on track by": "31 March 2027",
    }
    assert [word for word, _ in found.reasons_in_brief] == ["Cause", "Back on track by", "Action"]
    assert found.ask == "Agree a second contractor."


def test_an_exception_counts_its_date_changes(story: Story, board: User) -> None:
    agreed(story.activities["1.1.1"], DateField.END, date(2025, 1, 31), date(2025, 6, 30), OPEN_ROUND)
    [found] = exceptions_of(story.open, board, AS_IT_STANDS)
    assert "first date change" in found.facts


def test_an_override_prints_where_the_rating_prints() -> None:
    update = ProgressUpdate(suggested_rag="red", override_reason="the operator has named a day")
    assert dict(reasons_of(update)) == {
        "Rated better than the dates suggest": "Off track suggested; the operator has named a day"
    }


def test_another_cause_is_told_in_its_own_words() -> None:
    update = ProgressUpdate(cause="other", cause_detail="A flood")
    assert dict(reasons_of(update)) == {"Cause": "A flood"}


def test_a_decision_is_named_with_its_day_and_reference() -> None:
    update = ProgressUpdate(
        decision_by="WMCA Board",
        decision_on=date(2025, 6, 12),
        decision_reference="Minute 43",
        deferred_until=date(2027, 4, 1),
    )
    assert dict(reasons_of(update)) == {"Decision": "WMCA Board, 12 June 2025, Minute 43; until 1 April 2027"}


def test_what_is_silent_says_what_was_carried_forward(story: Story, board: User) -> None:
    [silent] = review_page(story.open, board, ON).silent
    assert (silent.number, silent.carried) == ("2.1.1", "On track")


def test_reviews_are_listed_with_the_latest_first(story: Story, board: User) -> None:
    assert [row.label for row in review_rows(board)] == ["Mid-year review 2025/26 H1", "Year-end review 2024/25 H2"]
    assert [row.label for row in review_rows(NOBODY)] == ["Year-end review 2024/25 H2"]


def test_an_activity_stands_for_staff_as_it_is_and_for_anyone_as_published(story: Story, board: User) -> None:
    activity = story.activities["1.1.1"]
    live = activity_page(activity, board, ON)
    public = activity_page(activity, NOBODY, ON)
    assert live.stand
    assert live.stand.tag.label == "Off track"
    assert public.stand
    assert public.stand.tag.label == "On track"
    assert public.stand.told
    assert public.stand.told.narrative == "All went well in spring."
    assert [told.period for told in live.earlier] == ["2024/25 H2"]
    assert public.earlier == []
    assert not public.history


def test_a_review_that_missed_its_update_says_so_among_the_earlier_ones(story: Story, board: User) -> None:
    ReviewPeriod.objects.filter(pk=story.open.pk).update(state=PeriodState.CLOSED, closed_at=OPEN_ROUND)
    factories.make_period(date(2025, 10, 1))

    earlier = activity_page(story.activities["2.1.1"], board, date(2025, 12, 1)).earlier

    assert [(each.period, each.told is None) for each in earlier] == [("2025/26 H1", True), ("2024/25 H2", False)]


def test_a_carried_forward_rating_stands_apart(story: Story, board: User) -> None:
    stand = activity_page(story.activities["2.1.1"], board, ON).stand
    assert stand
    assert stand.tag.label == "No update"
    assert stand.carried
    assert stand.carried.label == "On track"
    assert stand.told is None


def test_neighbours_follow_the_strategy_across_objectives(story: Story) -> None:
    page = activity_page(story.activities["1.2.1"], NOBODY, ON)
    assert page.previous
    assert page.next
    assert (page.previous.number, page.next.number) == ("1.1.2", "2.1.1")


def test_history_names_people_to_staff(story: Story, board: User) -> None:
    what = [entry.what for entry in activity_page(story.activities["1.1.1"], board, ON).history]
    assert what[0] == "approved the update for 2025/26 H1"
    assert activity_page(story.activities["1.1.1"], board, ON).history[0].status == "red"


def test_history_says_which_date_moved(story: Story, board: User) -> None:
    activity = story.activities["1.1.1"]
    change = agreed(activity, DateField.END, date(2025, 6, 30), date(2025, 9, 30), OPEN_ROUND)
    Event.objects.create(
        kind=EventKind.DATE_CHANGE_AGREED,
        at=OPEN_ROUND.replace(day=14),
        audience=Audience.STAFF,
        activity=activity,
        date_change=change,
        before={"date": "2025-06-30"},
        after={"date": "2025-09-30", "note": "Agreed."},
    )
    entry = activity_page(activity, board, ON).history[0]
    assert (entry.who, entry.what) == ("The tracker", "agreed a new date")
    assert entry.detail == "Planned end: 30 June 2025 to 30 September 2025. Agreed."


def exempt_words_for(role: UserRole, activity: KeyActivity) -> str:
    """Those of the latest earlier review."""
    told = activity_page(activity, factories.make_user(role), ON).earlier[0].told
    assert told is not None
    return told.exempt


def test_exempt_words_stay_with_the_board_and_the_parties(story: Story, board: User) -> None:
    activity = story.activities["1.1.2"]
    later = datetime(2025, 10, 12, 9, 0, tzinfo=UTC)
    factories.make_approved(activity, now=later, exempt_narrative="The price is £3m.", exempt_paragraph=3)
    told = {role: exempt_words_for(role, activity) for role in (UserRole.BOARD, UserRole.OFFICE, UserRole.OWNER)}
    assert told == {UserRole.BOARD: "The price is £3m.", UserRole.OFFICE: "The price is £3m.", UserRole.OWNER: ""}


def test_promised_dates_keep_the_baseline_beside_the_agreed(story: Story, board: User) -> None:
    activity = story.activities["1.1.1"]
    KeyActivity.objects.filter(pk=activity.pk).update(baseline_end=date(2025, 6, 30))
    activity.refresh_from_db()
    agreed(activity, DateField.END, date(2025, 6, 30), date(2025, 9, 30), OPEN_ROUND)
    Milestone.objects.create(activity=activity, position=1, title="Site won", baseline_date=date(2025, 9, 1))
    start, end, site = promises_of(activity, board, date(2025, 9, 30), None, date(2025, 9, 30))
    assert (start.baseline, start.agreed, start.moves) == (None, None, 0)
    assert (end.baseline, end.agreed, end.moves) == (date(2025, 6, 30), date(2025, 9, 30), 1)
    assert (site.title, site.overdue_days) == ("Site won", 29)


def test_anyone_sees_dates_as_they_stood_when_the_review_closed(story: Story) -> None:
    activity = story.activities["1.1.1"]
    agreed(activity, DateField.END, date(2025, 6, 30), date(2025, 9, 30), OPEN_ROUND)
    Milestone.objects.create(activity=activity, position=1, title="Site won")
    promises = activity_page(activity, NOBODY, ON).promises
    assert [(promise.title, promise.moves) for promise in promises] == [("Planned start", 0), ("Planned end", 0)]


def test_funding_is_totalled_and_put_in_words(db: None) -> None:
    strategy = factories.make_strategy()
    note = "Printed as leveraged 2017-2021: what was secured."
    FundingStream.objects.create(strategy=strategy, code="A", name="Rail", award=Decimal("1050000000"), data_note=note)
    FundingStream.objects.create(
        strategy=strategy, code="B", name="Bus", award=Decimal("26450000"), data_note=f"{note} Loans."
    )
    total = funding_total(NOBODY)
    assert total.sentence == "£1,076m in 2 streams (£1.1bn)"
    table = funding_table(moment_of(NOBODY), NOBODY, ON)
    assert [(line.code, line.award) for line in table.lines] == [("A", Decimal(1050000000)), ("B", Decimal(26450000))]
    assert shared_note(table.lines) == note
    assert [line.code for line in table.notes] == ["B"]


def test_funding_of_nothing_is_not_nought(db: None) -> None:
    assert funding_total(NOBODY).sentence == ""
    assert funding_total(NOBODY).award is None
