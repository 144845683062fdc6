"""Which reminder falls on which day, and which one is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from aims.choices import NoticeKind
from aims.rules import Deadline, escalations_until, is_decent_hour, reminder_to_tell, reminders_until

OPENED = date(2026, 10, 1)
DAY = date(2026, 11, 4)
USUAL = Deadline(OPENED, OPENED, DAY)

CALENDAR = [
    (date(2026, 10, 1), "kick-off"),
    (date(2026, 10, 21), "due-14"),
    (date(2026, 10, 28), "due-7"),
    (date(2026, 11, 3), "due-1"),
    (date(2026, 11, 5), "overdue-1"),
    (date(2026, 11, 11), "overdue-7"),
    (date(2026, 11, 18), "overdue-14"),
    (date(2026, 11, 25), "overdue-21"),
    (date(2026, 12, 2), "overdue-28"),
]


def names(deadline: Deadline, on: date) -> list[str]:
    return [reminder.name for reminder in reminders_until(deadline, on)]


def told_day_by_day(deadline: Deadline, days: list[date]) -> list[tuple[date, str]]:
    """What somebody hears who is asked about on these days, in this order."""
    heard: list[tuple[date, str]] = []
    for on in days:
        reminder = reminder_to_tell(reminders_until(deadline, on), [name for _, name in heard])
        if reminder:
            heard.append((on, reminder.name))
    return heard


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def test_each_falls_on_its_day() -> None:
    found = reminders_until(USUAL, date(2026, 12, 8))

    assert [(reminder.on, reminder.name) for reminder in found] == CALENDAR


def test_day_after_day_each_is_told_once_and_on_its_day() -> None:
    assert told_day_by_day(USUAL, days(date(2026, 9, 1), date(2026, 12, 8))) == CALENDAR


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        (date(2026, 10, 20), ["kick-off", "due-14", "due-7", "due-1"]),
        (date(2026, 10, 21), ["kick-off", "due-7", "due-1"]),
        (date(2026, 11, 1), ["kick-off", "due-1"]),
        (date(2026, 11, 3), ["kick-off"]),
        (date(2026, 11, 4), ["kick-off"]),
    ],
)
def test_a_round_opened_late_tells_only_what_still_lies_before_it(opened: date, expected: list[str]) -> None:
    assert names(Deadline(opened, opened, DAY), DAY) == expected


def test_nothing_falls_before_the_opening() -> None:
    assert names(USUAL, date(2026, 9, 30)) == []


def test_an_extension_has_reminders_of_its_own_from_the_day_it_is_granted() -> None:
    extended = Deadline(OPENED, known_on=date(2026, 11, 3), day=date(2026, 11, 17))

    assert names(extended, date(2026, 12, 1)) == [
        "kick-off",
        "due-14",
        "due-7",
        "due-1",
        "overdue-1",
        "overdue-7",
        "overdue-14",
    ]
    assert names(extended, date(2026, 11, 9)) == ["kick-off", "due-14"]
    assert names(Deadline(OPENED, date(2026, 11, 6), date(2026, 11, 17)), date(2026, 11, 9)) == ["kick-off"]


def test_after_days_of_silence_the_latest_alone_catches_up() -> None:
    away = days(OPENED, date(2026, 10, 20)) + days(date(2026, 11, 6), date(2026, 11, 11))

    assert told_day_by_day(USUAL, away) == [
        (OPENED, "kick-off"),
        (date(2026, 11, 6), "overdue-1"),
        (date(2026, 11, 11), "overdue-7"),
    ]


def test_a_clock_that_goes_back_repeats_nothing_and_tells_nothing_older() -> None:
    on = [OPENED, date(2026, 10, 30), *days(date(2026, 10, 18), date(2026, 11, 3))]

    assert told_day_by_day(USUAL, on) == [
        (OPENED, "kick-off"),
        (date(2026, 10, 30), "due-7"),
        (date(2026, 11, 3), "due-1"),
    ]


def test_approvers_hear_of_a_post_from_a_week_overdue() -> None:
    assert escalations_until(USUAL, date(2026, 11, 10)) == ()
    found = escalations_until(USUAL, date(2026, 11, 25))
    assert [(each.on, each.name, each.kind) for each in found] == [
        (date(2026, 11, 11), "escalated-7", NoticeKind.ESCALATED),
        (date(2026, 11, 18), "escalated-14", NoticeKind.ESCALATED),
        (date(2026, 11, 25), "escalated-21", NoticeKind.ESCALATED),
    ]


@pytest.mark.parametrize(
    ("now", "decent"),
    [
        (datetime(2026, 1, 15, 7, 59, tzinfo=UTC), False),
        (datetime(2026, 1, 15, 8, 0, tzinfo=UTC), True),
        (datetime(2026, 1, 15, 20, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 28, 7, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 29, 7, 0, tzinfo=UTC), True),  # the clock has gone forward that night
        (datetime(2026, 10, 24, 7, 0, tzinfo=UTC), True),
        (datetime(2026, 10, 25, 7, 0, tzinfo=UTC), False),  # the clock has gone back that night
        (datetime(2026, 10, 25, 19, 59, tzinfo=UTC), True),
    ],
)
def test_nobody_is_reminded_at_night_in_london(now: datetime, decent: bool) -> None:
    assert is_decent_hour(now) is decent


@pytest.mark.parametrize(
    ("deadline", "until", "first"),
    [
        (USUAL, date(2026, 11, 18), 0),
        (Deadline(OPENED, date(2026, 11, 2), date(2026, 11, 17)), date(2026, 11, 18), 1),
    ],
)
def test_the_calendars_of_the_page(deadline: Deadline, until: date, first: int) -> None:
    page = Path(__file__).parents[2].joinpath("docs", "rules.md").read_text(encoding="utf-8")
    found = reminders_until(deadline, until)[first:]

    assert f"> {' · '.join(f'{each.on:%-d %B} {each.name}' for each in found)}\n" in page
