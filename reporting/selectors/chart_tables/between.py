"""Any two closed reviews beside one another."""

from __future__ import annotations

from collections import Counter

from reporting.charts.movement import MovementTable
from reporting.lines import Book
from reporting.selectors.chart_tables.tables import moves_table


def movement_between(earlier: Book, later: Book) -> MovementTable:
    """From what to what each key activity went, by number; those that only one review knows among them."""
    then = {line.number: line.mark for line in earlier.activities}
    now = {line.number: line.mark for line in later.activities}
    found = Counter((then.get(number), now.get(number)) for number in {**then, **now})
    return moves_table(earlier.head.label, later.head.label, found)
