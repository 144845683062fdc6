"""Half years, what is due in one, and which update counts for it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aims.choices import State

LONDON = ZoneInfo("Europe/London")
SUBMISSION_DAYS = 35


@dataclass(frozen=True, slots=True, order=True)
class HalfYear:
    """A half of a financial year, H1 from 1 April or H2 from 1 October; `starts` and `ends` are both inside it."""

    starts: date
    ends: date

    @property
    def label(self) -> str:
        """Its usual name, "2026/27 H1"."""
        return f"{self._year}/{(self._year + 1) % 100:02d} H{self._half}"

    @property
    def slug(self) -> str:
        """Its reference in addresses, "2026-27-h1"."""
        return f"{self._year}-{(self._year + 1) % 100:02d}-h{self._half}"

    @property
    def submission_opens(self) -> date:
        """The first day on which updates are usually taken: the day after it ends."""
        return self.ends + timedelta(days=1)

    @property
    def submission_closes(self) -> date:
        """The last day on which updates are usually taken: five weeks after it ends."""
        return self.ends + timedelta(days=SUBMISSION_DAYS)

    def previous(self) -> "HalfYear":
        """The half year before."""
        return half_year(self.starts - timedelta(days=1))

    def next(self) -> "HalfYear":
        """The half year after."""
        return half_year(self.ends + timedelta(days=1))

    @property
    def _half(self) -> int:
        return 1 if self.starts.month == 4 else 2

    @property
    def _year(self) -> int:
        return self.starts.year


def half_year(on: date) -> HalfYear:
    """The half year that a day lies in."""
    if 4 <= on.month <= 9:
        return HalfYear(date(on.year, 4, 1), date(on.year, 9, 30))
    first = on.year if on.month >= 10 else on.year - 1
    return HalfYear(date(first, 10, 1), date(first + 1, 3, 31))


def half_years_around(on: date, back: int, ahead: int) -> tuple[HalfYear, ...]:
    """The half year of a day with so many before and after it, oldest first."""
    found = half_year(on)
    for _ in range(back):
        found = found.previous()
    row = [found]
    for _ in range(back + ahead):
        row.append(row[-1].next())
    return tuple(row)


def opening_deadline(usual: date, on: date) -> date:
    """The deadline offered for a round opened on a day: the usual one, five weeks from then where that has gone by."""
    return usual if usual >= on else on + timedelta(days=SUBMISSION_DAYS)


def default_as_at(on: date, period_ends: date) -> date:
    """The day that an update speaks of unless its author says otherwise; also the latest that it may be."""
    return min(on, period_ends)


def end_of_day(day: date) -> datetime:
    """The instant at which a day is over in London: a deadline "by" that day lies before it."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=LONDON)


def is_due(retired_on: date | None, last_state: str | None, deferred_until: date | None, on: date) -> bool:
    """Whether an update is due from an activity on a day.

    `last_state` and `deferred_until` are those of the last update approved *before* the period asked about
    (None: never reported), so that what becomes complete in a period was still due in it. A deferral without
    a day never ends by itself.
    """
    if retired_on is not None and retired_on <= on:
        return False
    if last_state == State.DEFERRED:
        return deferred_until is not None and deferred_until <= on
    return last_state not in (State.COMPLETE, State.CANCELLED)


def counts(
    submitted_at: datetime | None,
    deadline: datetime,
    approved_at: datetime | None,
    closed_at: datetime | None,
) -> bool:
    """Whether an update counts for its period: submitted before the deadline, approved before closing.

    `deadline` is an instant (see `end_of_day`), the owner's extension where there is one; `closed_at` is None
    while the period is not closed.
    """
    if submitted_at is None or approved_at is None or submitted_at >= deadline:
        return False
    return closed_at is None or approved_at < closed_at
