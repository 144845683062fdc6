"""Shapes small results into tables of numbers; pandas is used here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from aims.choices import Mark


@dataclass(frozen=True, slots=True)
class TrendTable:
    """How many activities stood under each mark in each review; a row per review, oldest first, zero where none.

    Marks that no review knows are left out.
    """

    periods: tuple[str, ...]
    marks: tuple[Mark, ...]
    counts: tuple[tuple[int, ...], ...]

    def of(self, mark: Mark) -> tuple[int, ...]:
        """The counts of one mark through the reviews; zeros for a mark that none knows."""
        if mark not in self.marks:
            return (0,) * len(self.periods)
        at = self.marks.index(mark)
        return tuple(row[at] for row in self.counts)


def trend_table(periods: Sequence[str], counted: Iterable[tuple[str, str, int]]) -> TrendTable:
    """Counts as (review, mark, number) laid out as a table, in the order of `periods` and of the scale."""
    frame = pd.DataFrame(list(counted), columns=["period", "mark", "number"])
    wide = frame.pivot_table(index="period", columns="mark", values="number", aggfunc="sum", fill_value=0)
    marks = [mark for mark in Mark if mark.value in wide.columns]
    wide = wide.reindex(index=list(periods), columns=[mark.value for mark in marks], fill_value=0)
    rows = wide.astype(int).itertuples(index=False, name=None)
    return TrendTable(tuple(periods), tuple(marks), tuple(tuple(map(int, row)) for row in rows))
