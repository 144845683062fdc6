"""Clear days: neither the notice's day nor the meeting's, no weekend, no bank holiday of England."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from reporting.rules.clear_days import bank_holidays, clear_days, is_clear, last_day_for_papers


@pytest.mark.parametrize(
    ("notice", "meeting", "counted"),
    [
        (date(2026, 11, 13), date(2026, 11, 13), 0),  # the same day
        (date(2026, 11, 16), date(2026, 11, 13), 0),  # after it
        (date(2026, 11, 12), date(2026, 11, 13), 0),  # the day before: nothing lies between
        (date(2026, 11, 11), date(2026, 11, 13), 1),
        (date(2026, 11, 13), date(2026, 11, 16), 0),  # Friday to Monday: a weekend only
        (date(2026, 11, 5), date(2026, 11, 13), 5),  # Thursday to Friday week
        (date(2026, 11, 6), date(2026, 11, 13), 4),
        (date(2026, 4, 1), date(2026, 4, 9), 3),  # Good Friday and Easter Monday do not count
        (date(2026, 8, 28), date(2026, 9, 1), 0),  # a weekend and the late summer bank holiday
        (date(2026, 12, 23), date(2027, 1, 4), 4),  # Christmas Day, Boxing Day's substitute and New Year's Day
        (date(2027, 12, 24), date(2028, 1, 4), 3),  # substitutes on 27 and 28 December and 3 January
    ],
)
def test_clear_days_are_counted(notice: date, meeting: date, counted: int) -> None:
    assert clear_days(notice, meeting) == counted


@pytest.mark.parametrize(
    ("meeting", "last"),
    [
        (date(2026, 11, 13), date(2026, 11, 5)),  # Friday: Thursday of the week before
        (date(2026, 11, 16), date(2026, 11, 6)),  # Monday: Friday, ten days before
        (date(2026, 11, 20), date(2026, 11, 12)),
        (date(2026, 4, 10), date(2026, 3, 31)),  # over Easter
        (date(2027, 1, 8), date(2026, 12, 30)),  # over New Year
    ],
)
def test_papers_are_public_five_clear_days_before(meeting: date, last: date) -> None:
    assert last_day_for_papers(meeting) == last
    assert clear_days(last, meeting) == 5


def test_the_last_day_is_a_working_day_and_the_next_one_would_be_too_late() -> None:
    for number in range(400):
        meeting = date(2026, 1, 1) + timedelta(days=number)
        last = last_day_for_papers(meeting)
        later = next(day for day in (last + timedelta(days=more) for more in range(1, 9)) if is_clear(day))
        assert is_clear(last)
        assert clear_days(last, meeting) >= 5 > clear_days(later, meeting)


def test_the_examples_of_the_page() -> None:
    page = " ".join(Path(__file__).parents[2].joinpath("docs", "rules.md").read_text(encoding="utf-8").split())
    told = [f"{last_day_for_papers(meeting):%A %-d %B %Y}" for meeting in (date(2026, 11, 20), date(2026, 4, 10))]

    assert f"Friday 20 November 2026 papers are public by {told[0]}; for one on Friday 10 April 2026" in page
    assert f"with Easter between, by {told[1]}." in page


def test_bank_holidays_are_those_of_england() -> None:
    assert date(2026, 8, 31) in bank_holidays(2026)
    assert date(2026, 8, 3) not in bank_holidays(2026)  # Scotland's
    assert date(2026, 3, 17) not in bank_holidays(2026)  # Northern Ireland's
