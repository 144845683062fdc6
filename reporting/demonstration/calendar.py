"""When things happen in the demonstration; everything follows from its date and a seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from aims.rules import HalfYear, half_year
from aims.rules.periods import LONDON
from reporting.demonstration.stories import ROUNDS

OPENS_AT, LEAVES_AT = 9, 17
LAST_DAY, CLOSING_DAY, BOARD_DAY = 41, 42, 64  # counted from a past round's last day
NOTICE = 11  # days that the open round still takes updates, at least


@dataclass(frozen=True, slots=True)
class Round:
    """A round's working days: a share from 0 to 1 names an instant in office hours, in order."""

    half: HalfYear
    days: tuple[date, ...]
    hours: tuple[int, int] = (OPENS_AT, LEAVES_AT)

    def at(self, share: float) -> datetime:
        """The instant at a share of the round's working time."""
        place = min(share, 0.999) * len(self.days)
        first, last = self.hours
        minutes = int((first + place % 1 * (last - first)) * 60)
        return _instant(self.days[int(place)], minutes)

    @property
    def opens_at(self) -> datetime:
        """The start of its first day, before anything is sent."""
        return _instant(self.half.submission_opens, 0)

    @property
    def closes_at(self) -> datetime:
        """The afternoon on which a past round closes, six weeks after its last day."""
        return _instant(self.half.ends + timedelta(days=CLOSING_DAY), 16 * 60)

    @property
    def board_on(self) -> date:
        """The day on which the Board agreed a past round's review, three weeks after it closed."""
        return weekday(self.half.ends + timedelta(days=BOARD_DAY))

    @property
    def agreed_at(self) -> datetime:
        """The afternoon of the Board's day, when its minutes were recorded."""
        return _instant(self.board_on, 15 * 60)

    @property
    def published_at(self) -> datetime:
        """An hour later."""
        return _instant(self.board_on, 16 * 60)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The four rounds before a day, counted from 1; the fourth is open on it."""

    on: date

    def half(self, number: int) -> HalfYear:
        """A half-year counted from the first round; 0 and less lie before it."""
        found = half_year(self.on).previous()
        for _ in range(abs(number - ROUNDS)):
            found = found.next() if number > ROUNDS else found.previous()
        return found

    def round(self, number: int) -> Round:
        """A past round, or the open one up to the day before."""
        half = self.half(number)
        if number < ROUNDS:
            return Round(half, _working_days(half.submission_opens, half.ends + timedelta(days=LAST_DAY)))
        if half.submission_opens == self.on:
            return Round(half, (self.on,), hours=(0, 1))
        return Round(half, _working_days(half.submission_opens, self.on - timedelta(days=1)))

    @property
    def deadline(self) -> date:
        """The last day of the open round: the usual one, or later so that there is time to try it."""
        return max(self.half(ROUNDS).submission_closes, self.on + timedelta(days=NOTICE))

    @property
    def begins(self) -> date:
        """The day on which the dates were agreed, before anything else happens."""
        return self.half(1).starts


def in_office(day: date, rng: Random) -> datetime:
    """An instant of that day in office hours."""
    return _instant(day, rng.randrange(OPENS_AT * 60, LEAVES_AT * 60))


def opening_time(day: date) -> datetime:
    """The instant at which the office opens that day."""
    return _instant(day, OPENS_AT * 60)


def weekday(day: date) -> date:
    """The day, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _working_days(first: date, last: date) -> tuple[date, ...]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return tuple(day for day in days if day.weekday() < 5) or tuple(days)


def _instant(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=LONDON)
