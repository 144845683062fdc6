"""From a book, or from live sums, to the tables of the charts; which reviews stand beside which."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import Mark
from aims.models import Objective, ReviewPeriod, Strategy
from reporting.charts import Chart
from reporting.charts.milestones import Dated
from reporting.selectors.books import book_of
from reporting.selectors.chart_tables import ALL, ChartName, chart_of, charts_of
from reporting.selectors.chart_tables.between import movement_between
from reporting.selectors.chart_tables.sealed import half_named
from reporting.selectors.chart_tables.tables import milestones_in
from reporting.selectors.chart_tables.told import Group, Part, is_within
from reporting.services import process_events
from reporting.services.agreeing import agree
from reporting.services.publishing import publish
from tests.factories import make_user
from tests.reporting.sealed import COVER, SECOND_CLOSED, Sealed, close, make_sealed, review_of

pytestmark = pytest.mark.django_db

LATER = SECOND_CLOSED + timedelta(days=30)
ON = SECOND_CLOSED.date()


@pytest.fixture
def board() -> User:
    return make_user(UserRole.BOARD)


@pytest.fixture
def sealed() -> Sealed:
    return make_sealed()


def open_to_anyone(sealed: Sealed, period: ReviewPeriod, now: datetime) -> None:
    office, review = sealed.people.office, review_of(period)
    agree(
        review=review,
        agreed_on=SECOND_CLOSED.date(),
        minute_reference="Minute 4",
        resolution="Noted.",
        by=office,
        now=now,
    )
    publish(review=review, by=office, now=now)


def everything(period: ReviewPeriod, user: User | AnonymousUser, part: str = "") -> list[Chart]:
    return charts_of(period, user, ON, *ALL, part=part)


def trend_labels(period: ReviewPeriod) -> list[object]:
    chart = chart_of(period, AnonymousUser(), ON, ChartName.TREND)
    assert chart is not None
    return [row[0] for row in chart.rows]


def test_a_closed_review_tells_what_its_round_told_before_the_closing(board: User) -> None:
    sealed = make_sealed(close_second=False)
    process_events(now=SECOND_CLOSED, everything=True)
    live = everything(sealed.second, board)
    close(sealed, sealed.second, SECOND_CLOSED, COVER)
    closed = everything(sealed.second, board)
    assert [chart.id for chart in closed] == ["strips", "heat", "movement", "trend", "milestone-dates", "behind-by-aim"]
    assert closed == live


def test_the_tables_count_what_the_book_tells_of_the_whole_and_of_a_part(sealed: Sealed, board: User) -> None:
    charts = {chart.id: chart for chart in everything(sealed.second, board)}
    book = sealed.book
    marks = Counter(line.mark.label for line in book.activities)
    trend = charts["trend"]
    assert dict(zip(trend.headers[1:], trend.rows[-1][1:], strict=True)) == {
        label: marks[label] for label in trend.headers[1:]
    }
    assert [row[-1] for row in charts["heat"].rows] == [line.sums.headline.label for line in book.objectives]
    moved = Counter((line.previous_mark, line.mark) for line in book.activities)
    assert [row[2] for row in charts["movement"].rows] == [
        moved[before, now] for before in (*Mark, None) for now in Mark if moved[before, now]
    ]
    assert [row[-1] for row in charts["strips"].rows] == [line.sums.counts.activities for line in book.aims]
    assert [row[0] for row in charts["milestone-dates"].rows] == [
        f"{line.reference} {line.title}" for line in book.milestones
    ]
    behind = [(f"{line.sums.behind_red / 1_000_000:.1f}") for line in book.aims]
    assert [str(row[1]) for row in charts["behind-by-aim"].rows] == behind
    of_part = {chart.id: chart for chart in everything(sealed.second, board, part="1")}
    assert [str(row[0])[:3] for row in of_part["heat"].rows] == ["1.1", "1.2"]
    trend, whole = of_part["trend"], [line for line in sealed.book.activities if line.objective.startswith("1.")]
    assert sum(int(str(cell)) for cell in trend.rows[-1][1:]) == len(whole)
    assert of_part["heat"].csv_url == f"/reviews/{sealed.second.slug}/charts/heat-1.csv"
    assert everything(sealed.second, board, part="9") == []

    first = book_of(review_of(sealed.first), exempt=False)
    table = movement_between(first, book)
    assert (table.before, table.now) == (sealed.first.label, sealed.second.label)
    assert sum(move.count for move in table.moves) == len(book.activities)
    assert next(move.count for move in table.moves if move.source == Mark.GREEN and move.target == Mark.RED) == 1


@pytest.mark.parametrize(
    ("number", "part", "expected"),
    [
        ("1.1.10", "1.1", True),
        ("1.1", "1.1", True),
        ("1.10", "1.1", False),
        ("11.1", "1", False),
        ("1.1", "1.1.1", False),
    ],
)
def test_a_number_lies_under_the_parts_that_it_begins_with(number: str, part: str, expected: bool) -> None:
    assert is_within(number, part) is expected


def test_a_published_review_stands_beside_those_public_by_then_and_nothing_later_changes_it(sealed: Sealed) -> None:
    assert trend_labels(sealed.second) == [sealed.first.label, sealed.second.label]  # until then beside all that count
    open_to_anyone(sealed, sealed.first, SECOND_CLOSED)
    open_to_anyone(sealed, sealed.second, LATER)
    assert trend_labels(sealed.second) == [sealed.first.label, sealed.second.label]
    before = everything(sealed.second, AnonymousUser())
    Objective.objects.update(statement="Something else altogether")
    Strategy.objects.update(wide_red_share="0.9")
    sealed.activities["1.1.1"].milestones.update(title="Renamed", completed_on=ON, evidence="Seen.")
    assert everything(sealed.second, AnonymousUser()) == before


def test_a_review_published_later_changes_no_page_that_was_public_already(sealed: Sealed, board: User) -> None:
    open_to_anyone(sealed, sealed.second, SECOND_CLOSED)
    before = everything(sealed.second, AnonymousUser())
    assert trend_labels(sealed.second) == [sealed.second.label]
    open_to_anyone(sealed, sealed.first, LATER)
    assert everything(sealed.second, AnonymousUser()) == before
    assert everything(sealed.second, board) == before


def test_a_half_year_is_named_by_its_reference() -> None:
    assert half_named("2026-27-h1") == "2026/27 H1"


def dated(reference: str, agreed: date | None, completed: date | None = None, variance: int | None = 0) -> Dated:
    return Dated(reference, "Title", agreed, agreed, completed, variance, None, 0)


@dataclass(frozen=True)
class Round:
    """A review of milestones alone."""

    milestones: tuple[Dated, ...]
    label: str = "2026/27 H1"
    before: str = ""
    starts: date = date(2026, 4, 1)
    ends: date = date(2026, 9, 30)
    as_at: date = date(2026, 9, 30)
    aims: tuple[Part, ...] = ()
    objectives: tuple[Part, ...] = ()
    groups: tuple[Group, ...] = ()


TOLD = Round(
    (
        dated("in", date(2026, 5, 1)),
        dated("open since long", date(2020, 5, 1)),
        dated("next", date(2027, 3, 31)),
        dated("after the next", date(2027, 4, 1)),
        dated("reached before", date(2026, 3, 1), date(2026, 3, 31)),
        dated("reached in it", date(2026, 3, 1), date(2026, 4, 1)),
        dated("without a day", None),
    )
)


def references(told: Round, part: str) -> list[str]:
    table = milestones_in(told, part)
    return [each.reference for each in table.lines] if table else []


def test_milestones_in_or_next_to_a_half_year_are_the_open_ones_until_the_next_ends() -> None:
    near = ["in", "open since long", "next", "reached in it"]
    assert references(TOLD, "") == references(TOLD, "1") == references(TOLD, "1.1") == near


def test_an_activity_shows_all_its_milestones_that_have_a_day() -> None:
    assert references(TOLD, "1.1.1") == [each.reference for each in TOLD.milestones[:-1]]


def test_of_too_many_milestones_of_the_strategy_those_furthest_behind_are_drawn() -> None:
    lines = [dated(f"1.1.{at}/1", date(2026, 9, 30), variance=at) for at in range(1, 31)]
    overdue = Dated("9.9.9/1", "Title", date(2026, 9, 1), date(2026, 9, 1), None, 0, 29, 0)
    told = Round((*lines, overdue))
    table = milestones_in(told, "")
    assert table
    assert table.number == 31
    assert len(table.lines) == 20
    assert [each.reference for each in table.lines[:3]] == ["1.1.30/1", "1.1.29/1", "9.9.9/1"]
    assert len(references(told, "1")) == 31
