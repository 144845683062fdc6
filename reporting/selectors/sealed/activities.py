"""All key activities of a closed review in one table, and what it is narrowed to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aims.choices import Mark, Rag, Role
from funding.rules import in_millions
from reporting.lines.book import Book
from reporting.lines.rows import ActivityLine
from reporting.selectors.sealed.exceptions import paid_in_all
from reporting.selectors.sealed.later import Later
from reporting.selectors.sealed.standings import sealed_standings
from reporting.selectors.standings import Standing

MISSING, NOT_MISSING, NEVER = "none", "not_missing", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the table is narrowed to; each is a reference or a value, empty for all.

    `rag` is that of an update that counts. `state` is carried forward where none came, as the counts by state do.
    """

    aim: str = ""
    objective: str = ""
    state: str = ""
    rag: str = ""
    update: str = ""
    money: str = ""
    direction: str = ""
    role: str = ""
    organisation: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRow:
    """One row: where the activity stood, its forecast, its last agreed end, how often its dates moved, its money."""

    standing: Standing
    role: Role
    forecast: Rag | None
    end: date | None
    moves: int
    overdue_milestones: int
    money: Decimal


@dataclass(frozen=True, slots=True)
class ActivityList:
    """The rows chosen, of how many there are."""

    rows: Sequence[ActivityRow]
    of: int

    @property
    def money(self) -> Decimal:
        """What all streams give to them, in pounds."""
        return sum((row.money for row in self.rows), Decimal(0))

    @property
    def heading(self) -> str:
        """How many the list holds."""
        number = len(self.rows)
        if number == self.of:
            return f"All {number} key activities"
        return f"{number} of {self.of} key activities"

    @property
    def money_in_words(self) -> str:
        """What stands behind them."""
        return f"£{in_millions(self.money)}m is allocated to {'it' if len(self.rows) == 1 else 'them'}."


def sealed_activities(book: Book, later: Later, wanted: Wanted) -> ActivityList:
    """The activities that every answer chooses, in the order of the strategy."""
    tests = [_TESTS[name] for name in _TESTS if getattr(wanted, name)]
    values = [getattr(wanted, name) for name in _TESTS if getattr(wanted, name)]
    pairs = zip(sealed_standings(book, later.errata), book.activities, strict=True)
    rows = [
        _row(standing, line)
        for standing, line in pairs
        if all(test(line, value) for test, value in zip(tests, values, strict=True))
    ]
    return ActivityList(rows, len(book.activities))


def _row(standing: Standing, line: ActivityLine) -> ActivityRow:
    return ActivityRow(
        standing=standing,
        role=line.role,
        forecast=line.forecast_rag if line.update else None,
        end=line.end.agreed,
        moves=line.moves,
        overdue_milestones=line.overdue_milestones,
        money=paid_in_all(line),
    )


def _has_state(line: ActivityLine, value: str) -> bool:
    return line.state is None if value == NEVER else line.state == value


def _has_update(line: ActivityLine, value: str) -> bool:
    return (line.mark == Mark.NO_UPDATE) == (value == MISSING)


_TESTS: dict[str, Callable[[ActivityLine, str], bool]] = {
    "aim": lambda line, value: line.objective.startswith(f"{value}."),
    "objective": lambda line, value: line.objective == value,
    "state": _has_state,
    "rag": lambda line, value: line.mark == value,
    "update": _has_update,
    "money": lambda line, value: bool(line.paid),
    "direction": lambda line, value: line.direction == value,
    "role": lambda line, value: line.role == value,
    "organisation": lambda line, value: value == line.post.organisation.slug,
    "place": lambda line, value: any(place.slug == value for place in line.places),
}
