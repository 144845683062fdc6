"""The day that a page is to tell of: what is taken, and what is said of what is missing, impossible or out of reach."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict

from reporting.forms.days import DayForm
from reporting.selectors.as_it_stood_when import Days

STAFF = Days(date(2025, 10, 1), date(2026, 11, 23), is_published=False)
ANYONE = Days(date(2025, 10, 1), date(2026, 5, 11), is_published=True)


def form_of(asked: str, days: Days | None = STAFF) -> DayForm:
    return DayForm(QueryDict(asked), days=days)


@pytest.mark.parametrize(
    "asked",
    ["on=2026-06-30", "on_day=30&on_month=6&on_year=2026", "on_day=+30+&on_month=06&on_year=2026"],
)
def test_a_day_is_taken_from_an_address_and_from_three_boxes(asked: str) -> None:
    form = form_of(asked)

    assert form.is_valid()
    assert form.cleaned_data["on"] == date(2026, 6, 30)


@pytest.mark.parametrize("day", [STAFF.first, STAFF.last])
def test_the_first_and_the_last_day_are_among_them(day: date) -> None:
    assert form_of(f"on={day.isoformat()}").is_valid()


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("on_day=&on_month=&on_year=", "Enter the date"),
        ("on_day=30&on_month=&on_year=2026", "The date must include a month"),
        ("on_day=&on_month=&on_year=2026", "The date must include a day and a month"),
        ("on=yesterday", "The date must include a day and a month"),
        ("on=2026-02-30", "The date must be a real one, for example 30 6 2026"),
        ("on_day=1&on_month=June&on_year=2026", "The date must be a real one, for example 30 6 2026"),
        ("on_day=1&on_month=6&on_year=26", "The year must have four digits"),
        ("on_day=1&on_month=6&on_year=20260", "The year must have four digits"),
        ("on=2026-11-24", "The date must be today or in the past"),
        ("on=2025-09-30", "The date must be 1 October 2025 or later: nothing was recorded before"),
    ],
)
def test_a_day_that_cannot_be_shown_is_told_why(asked: str, answer: str) -> None:
    assert form_of(asked).errors == {"on": [answer]}


def test_anyone_is_told_until_when_it_is_public() -> None:
    answer = "The date must be 11 May 2026 or earlier: what has happened since that review is not public yet"
    assert form_of("on=2026-05-12", ANYONE).errors == {"on": [answer]}


def test_before_any_review_there_is_no_day() -> None:
    assert "there is no review yet" in form_of("on=2026-05-12", None).errors["on"][0]
