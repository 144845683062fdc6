"""Told as a period or an earlier day told it: which rows, in which words, with which figures, and for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.choices import UserRole
from aims.choices import Mark
from aims.models import Objective, ReviewPeriod
from aims.selectors.dates import dates_of
from aims.services.periods import open_period
from reporting.api import then
from reporting.lines import Book
from reporting.lines.rows import ActivityLine, Sums
from reporting.selectors.as_it_stood_when import Calendar
from reporting.services.correcting import correct
from reporting.services.rebuilding import rebuild
from tests.api.told import FIRST, SECOND, TODAY, ask, board, numbers, position, rows, sealed, signed_in, today
from tests.factories import make_activity, make_user
from tests.remembered import guards_put_aside
from tests.reporting.sealed import BETWEEN, EXEMPT_WORDS, FIRST_CLOSED, SECOND_CLOSED, Sealed, review_of

__all__ = ["board", "sealed", "today"]
pytestmark = pytest.mark.django_db


def as_sealed(line: ActivityLine) -> dict[str, Any]:
    """What the API tells of a sealed line."""
    copied = ("mark", "previous_mark", "direction", "long_direction", "state", "rag", "forecast_rag")
    told = {name: getattr(line, name) for name in (*copied, "is_due", "overdue_milestones", "moves")}
    return told | {
        "period": SECOND,
        "as_at": "2026-09-30",
        "is_carried_forward": line.carried is not None and line.mark == "no_update",
        "suggested_rag": line.update.suggested_rag if line.update else None,
        "suggestion_reason": line.update.suggestion_reason if line.update else "",
        "override_reason": line.update.override_reason if line.update else "",
        "start": promised(line.start),
        "end": promised(line.end),
    }


def promised(dates: Any) -> dict[str, Any]:
    iso = {name: day.isoformat() if (day := getattr(dates, name)) else None for name in ("baseline", "agreed")}
    return {**iso, "moves": dates.moves}


def without(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in names}


def test_a_closed_period_tells_every_activity_as_it_was_sealed(sealed: Sealed, board: Client) -> None:
    found = rows(board, f"activities/?period={SECOND}&include=position")

    lines = sealed.book.activities
    assert [activity["number"] for activity in found] == [line.number for line in lines]
    for activity, line in zip(found, lines, strict=True):
        told = activity["included"]["position"]
        assert without(told, "seal", "errata") == as_sealed(line)
        assert (told["seal"], told["errata"]) == (sealed.review.seal, [])
        assert (activity["description"], activity["owner"]) == (line.description, line.post.slug)
        assert (activity["role"], activity["kind"]) == (line.role, line.kind)
        assert activity["places"] == [place.slug for place in line.places]
        assert activity["contributors"] == [body.slug for body in line.contributors]
        assert EXEMPT_WORDS not in str(activity)


def figures(sums: Sums) -> dict[str, Any]:
    """What the API tells of sums."""
    told = without(asdict(sums), "counts") | {"counts": asdict(sums.counts) | {"rated": sums.counts.rated}}
    return {name: plain(value) for name, value in told.items()}


def plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def only_figures(told: dict[str, Any]) -> dict[str, Any]:
    return without(told, "period", "as_at", "seal", "errata", "sentence", "comparable", "currency")


SCOPES: dict[str, Callable[[Book], dict[str, Sums]]] = {
    "aims": lambda book: {line.number: line.sums for line in book.aims},
    "objectives": lambda book: {line.number: line.sums for line in book.objectives},
    "organisations": lambda book: {line.slug: line.sums for line in book.organisations if line.activities},
    "places": lambda book: {line.slug: line.sums for line in book.places},
}


@pytest.mark.parametrize("name", SCOPES)
def test_a_closed_period_tells_every_sum_as_it_was_sealed(sealed: Sealed, board: Client, name: str) -> None:
    found = rows(board, f"{name}/?period={SECOND}&include=summary")

    told = {row.get("number") or row["slug"]: row["included"]["summary"] for row in found}
    known = {key: only_figures(summary) for key, summary in told.items() if summary}
    assert known == {key: figures(sums) for key, sums in SCOPES[name](sealed.book).items()}
    assert {(each["period"], each["as_at"], each["seal"]) for each in told.values() if each} == {
        (SECOND, "2026-09-30", sealed.review.seal)
    }


def test_it_is_read_from_its_sealed_lines_whatever_became_of_the_rows(sealed: Sealed, board: Client) -> None:
    asked = [f"activities/?period={SECOND}&include=position,owner,objective", f"objectives/?period={SECOND}"]
    before = [rows(board, address) for address in asked]

    with guards_put_aside() as cursor:
        cursor.execute("UPDATE aims_keyactivity SET description = 'Altered', role = 'enable', kind = 'continuing'")
        cursor.execute("UPDATE aims_objective SET statement = 'Altered'")
        cursor.execute("UPDATE accounts_owner SET title = title || ', altered'")
        cursor.execute("UPDATE reporting_position SET mark = 'red', overdue_milestones = 99")
        cursor.execute("UPDATE aims_progressupdate SET suggestion_reason = 'Altered'")

    assert [rows(board, address) for address in asked] == before


@pytest.mark.parametrize(("on", "period"), [(FIRST_CLOSED, FIRST), (SECOND_CLOSED, SECOND)])
@pytest.mark.parametrize("address", ["activities/?include=position,objective", "aims/?include=summary", "objectives/?"])
def test_on_the_day_of_its_closing_everything_stood_as_it_was_sealed(
    sealed: Sealed, board: Client, address: str, on: datetime, period: str
) -> None:
    if period == FIRST:  # on that day the next round was opened
        reopened_never(sealed)
    sealed_then = without_seals(rows(board, f"{address}&period={period}"))

    assert without_seals(rows(board, f"{address}&as_at={on.date()}")) == sealed_then


def reopened_never(sealed: Sealed) -> None:
    """Let the next round be opened the day after."""
    with guards_put_aside() as cursor:
        later = "UPDATE aims_event SET at = at + interval '1 day' WHERE kind = 'period.opened' AND period_id = %s"
        cursor.execute(later, [sealed.second.pk])


def without_seals(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for row in found:
        for beside in row.get("included", {}).values():
            beside.pop("seal", None)
    return found


@pytest.mark.parametrize("role", [None, UserRole.PARTNER])
def test_the_public_is_told_the_last_published_review_and_nothing_later(sealed: Sealed, role: UserRole | None) -> None:
    client = signed_in(make_user(role)) if role else Client()

    assert {row["included"]["position"]["period"] for row in rows(client, "activities/?include=position")} == {FIRST}
    assert position(client, "1.1.1")["mark"] == "green"
    for hidden in (SECOND, "2031-32-h1"):
        problem = ask(client, f"activities/?period={hidden}", 400)
        assert problem["errors"] == [{"parameter": "period", "detail": then.NO_PERIOD.format(hidden)}]


def test_a_partner_is_told_what_its_own_body_answers_for_live_and_the_rest_as_published(sealed: Sealed) -> None:
    coventry = sealed.other_post.organisation
    partner = signed_in(make_user(UserRole.PARTNER, organisation=coventry))
    open_period(period=sealed.third, by=sealed.people.office, now=SECOND_CLOSED)
    rebuild(period=ReviewPeriod.objects.get(pk=sealed.third.pk), on=TODAY)

    periods = {row["number"]: row["included"]["position"]["period"] for row in rows(partner, WITH_POSITION)}
    own = ask(partner, f"organisations/{coventry.slug}/?include=summary")["included"]["summary"]
    other = ask(partner, "organisations/wmca/?include=summary")["included"]["summary"]

    assert {number for number, period in periods.items() if period == sealed.third.slug} == {"2.1.1"}
    assert set(periods.values()) == {FIRST, sealed.third.slug}
    assert numbers(partner, "activities/?mark=no_update&organisation=coventry-city-council") == ["2.1.1"]
    assert numbers(partner, "activities/?mark=green&organisation=coventry-city-council") == []
    assert "1.1.1" in numbers(partner, "activities/?mark=green")
    assert (own["period"], own["counts"]["activities"], own["allocated"]) == (sealed.third.slug, 1, None)
    assert (other["period"], other["allocated"]) == (FIRST, "5000000.50")
    assert ask(partner, f"activities/?period={sealed.third.slug}", 400)


WITH_POSITION = "activities/?include=position&page_size=200"


def test_the_wording_is_that_of_the_day_and_so_is_what_it_is_narrowed_by(sealed: Sealed, board: Client) -> None:
    """1.1.2 was reworded and 2.1.1 given to another post on 1 July, for the review of September."""
    before, after = BETWEEN.date() - timedelta(days=1), BETWEEN.date()

    assert ask(board, f"activities/1.1.2/?as_at={before}")["description"] == "Deliver work 1.1.2"
    assert ask(board, f"activities/1.1.2/?as_at={after}")["description"] == "Build the depot"
    assert numbers(board, f"activities/?q=DEPOT&as_at={before}") == []
    assert numbers(board, f"activities/?q=DEPOT&as_at={after}") == ["1.1.2"]
    assert numbers(board, f"activities/?q=depot&period={FIRST}") == []
    assert numbers(board, f"activities/?q=depot&period={SECOND}") == ["1.1.2"]
    assert numbers(board, f"activities/?owner=head-of-streets&as_at={before}") == []
    assert numbers(board, f"activities/?organisation=coventry-city-council&period={SECOND}") == ["2.1.1"]
    assert numbers(board, f"activities/?organisation=wmca&aim=2&period={SECOND}") == ["2.1.2", "2.1.3"]
    assert numbers(board, f"activities/?role=influence,enable&period={SECOND}") == ["1.2.2"]
    assert numbers(board, f"activities/?place=coventry&contributor=coventry-city-council&period={SECOND}") == ["1.1.1"]


def test_what_left_is_told_where_it_stood_and_what_joined_is_not(sealed: Sealed, board: Client) -> None:
    objective = Objective.objects.get(number="1.1")
    with guards_put_aside() as cursor:
        cursor.execute("UPDATE aims_keyactivity SET retired_on = '2026-10-01' WHERE number = '1.1.4'")
    make_activity("1.1.9", objective=objective, added_on="2026-10-01")

    assert {"1.1.4", "1.1.9"} & set(numbers(board, "activities/")) == {"1.1.9"}
    for query in (f"period={SECOND}", "as_at=2026-09-30"):
        assert {"1.1.4", "1.1.9"} & set(numbers(board, f"activities/?{query}")) == {"1.1.4"}
        assert ask(board, f"activities/1.1.4/?{query}")["retired_on"] is None
        assert ask(board, f"activities/1.1.9/?{query}", 404)
        beside = ask(board, f"objectives/1.1/?include=activities&fields=activities.number&{query}")["included"]
        assert [each["number"] for each in beside["activities"]] == ["1.1.1", "1.1.2", "1.1.3", "1.1.4"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("as_at=2026-13-01", "Give a real day as year, month and day: 2026-06-30."),
        ("as_at=20260630", "Give a real day as year, month and day: 2026-06-30."),
        ("as_at=2026-W27-2", "Give a real day as year, month and day: 2026-06-30."),
        ("as_at=2026-11-24", "The date must be today or in the past."),
        ("as_at=1999-01-01", "nothing was recorded before."),
        ("period=none", "There is no review period “none” to tell of."),
        ("period=Nein/", "Give a period by its slug, such as 2026-27-h1."),
        (f"period={FIRST}&as_at=2026-06-30", "Give “period” or “as_at”, not both."),
        ("as_at=", "Give “as_at” a value, or leave it out."),
        (f"period={FIRST}&period={SECOND}", "Give “period” once."),
    ],
)
def test_a_day_or_a_period_that_cannot_be_told_is_refused_by_name(
    sealed: Sealed, board: Client, query: str, said: str
) -> None:
    for address in ("activities/", "activities/1.1.1/", "aims/", "objectives/1.1/"):
        problem = ask(board, f"{address}?{query}", 400)
        assert problem["type"].endswith("/invalid-parameter/")
        assert any(said in error["detail"] for error in problem["errors"]), problem


def test_the_public_may_ask_for_no_day_after_the_last_published_closing(sealed: Sealed, client: Client) -> None:
    assert ask(client, "activities/?as_at=2026-05-11")
    problem = ask(client, "activities/?as_at=2026-06-30", 400)

    assert "11 May 2026 or earlier" in problem["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("activities/?ordering=owner", "order by number or added_on"),
        ("activities/?ordering=number,-role", "order by number or added_on"),
        ("milestones/?ordering=-completed_on", "order by reference or agreed_date or moves"),
    ],
)
def test_an_order_that_follows_todays_words_is_refused(sealed: Sealed, board: Client, address: str, said: str) -> None:
    assert rows(board, address)
    for query in (f"period={SECOND}", "as_at=2026-07-01"):
        assert said in ask(board, f"{address}&{query}", 400)["errors"][0]["detail"]
    assert numbers(board, f"activities/?ordering=-number&period={SECOND}")[0] == "3.1.2"


@pytest.mark.parametrize("name", ["owners", "periods", "organisations", "places"])
@pytest.mark.parametrize("query", [f"period={FIRST}", "as_at=2026-05-11"])
def test_what_has_no_history_takes_neither(sealed: Sealed, board: Client, name: str, query: str) -> None:
    assert ask(board, f"{name}/?{query}", 400)["errors"][0]["parameter"] == query.partition("=")[0]


def test_an_erratum_stands_beside_the_sealed_figure(sealed: Sealed, board: Client) -> None:
    review = review_of(sealed.first)
    line = review.lines.get(kind="activity", key="1.1.2")
    given: dict[str, Any] = {"field": "overdue_milestones", "correct": "1", "explanation": "One was missed."}
    correct(review=review, line=line, by=sealed.people.office, now=BETWEEN, **given)

    told = position(board, "1.1.2", f"&period={FIRST}")

    assert told["overdue_milestones"] == 0
    assert [(note["number"], note["key"], note["correct"]) for note in told["errata"]] == [(1, "1.1.2", "1")]
    assert position(board, "1.1.1", f"&period={FIRST}")["errata"] == []


def test_only_the_fields_asked_for_are_told(sealed: Sealed, board: Client) -> None:
    address = f"activities/?number=1.1.1&period={SECOND}&fields=number,position.mark,position.end"

    assert rows(board, address) == [
        {
            "number": "1.1.1",
            "included": {"position": {"mark": "red", "end": promised(sealed.book.by_number["1.1.1"].end)}},
        }
    ]


@pytest.mark.parametrize("day", [date(2026, 6, 30), BETWEEN.date(), date(2026, 10, 20)])
def test_agreed_dates_stood_as_the_page_of_that_day_told_them(sealed: Sealed, board: Client, day: date) -> None:
    stood = Calendar(make_user(UserRole.BOARD), TODAY).at_end_of(day)
    assert stood

    for row in rows(board, f"activities/?include=position&as_at={day}"):
        dates = dates_of(sealed.activities[row["number"]], stood.as_at, stood.known, stood.period)
        told = row["included"]["position"]
        assert (told["start"], told["end"]) == (promised(dates.start), promised(dates.end))
        assert told["moves"] == dates.moves


def test_the_whole_list_of_a_period_is_one_file(sealed: Sealed, board: Client) -> None:
    address = f"/api/v1/activities.csv?period={SECOND}&q=depot&fields=number,description"

    assert read(board, address) == "number,description\r\n1.1.2,Build the depot\r\n"
    assert "1.1.1" in read(board, f"/api/v1/activities.csv?mark=red&include=position&as_at={SECOND_CLOSED.date()}")


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response).decode()


@pytest.mark.parametrize("query", [f"period={SECOND}", f"as_at={SECOND_CLOSED.date()}"])
def test_activities_are_found_by_where_they_stand(sealed: Sealed, board: Client, query: str) -> None:
    for mark in Mark:
        standing = [line.number for line in sealed.book.activities if line.mark == mark]
        assert numbers(board, f"activities/?mark={mark}&{query}") == standing
    behind = [line.number for line in sealed.book.activities if line.mark in ("red", "amber")]
    assert numbers(board, f"activities/?mark=red,amber&organisation=wmca,coventry-city-council&{query}") == behind
    assert ask(board, f"activities/?mark=blue&{query}", 400)


@pytest.mark.parametrize("size", [2, 9])
@pytest.mark.parametrize(
    ("query", "most"),
    [("", 14), (f"&period={SECOND}", 14), ("&as_at=2026-10-20", 26), (f"&period={FIRST}&q=depot", 16)],
)
def test_a_page_costs_as_many_queries_however_long_it_is(
    sealed: Sealed,
    board: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    size: int,
    query: str,
    most: int,
) -> None:
    for name, beside in (("activities", "position,objective,owner"), ("objectives", "summary,activities")):
        with django_assert_max_num_queries(most):
            assert rows(board, f"{name}/?include={beside}&page_size={size}{query}") or "q=" in query
