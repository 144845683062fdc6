"""Clear days before a meeting (Local Government Act 1972, schedule 12, and section 100B: five for agenda papers).

Neither the day of the notice nor that of the meeting is counted, nor are weekends and bank holidays of England.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

FIVE = 5
SATURDAY = 5


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England in a year, substitutes included."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_clear(day: date) -> bool:
    """Whether a day can be a clear one."""
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year)


def clear_days(notice: date, meeting: date) -> int:
    """How many clear days lie between the day on which papers are public and the meeting's; 0 where they touch."""
    return sum(is_clear(notice + timedelta(days=number)) for number in range(1, (meeting - notice).days))


def last_day_for_papers(meeting: date, wanted: int = FIVE) -> date:
    """The last working day on which papers can be made public with as many clear days before the meeting."""
    day = meeting
    while not is_clear(day) or clear_days(day, meeting) < wanted:
        day -= timedelta(days=1)
    return day
