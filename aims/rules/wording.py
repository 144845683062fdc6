"""How rules write dates and numbers in the sentences that people read."""

from collections.abc import Sequence
from datetime import date

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def long_date(day: date) -> str:
    """The day as on every screen, "31 August 2026", whatever the process's locale."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def days(number: int) -> str:
    """A number of days with its unit: "1 day", "30 days"."""
    return "1 day" if number == 1 else f"{number} days"


def in_a_row(words: Sequence[str]) -> str:
    """Words as a list in a sentence: "1.1.1", "1.1.1 and 1.1.2", "1.1.1, 1.1.2 and 1.1.3"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
