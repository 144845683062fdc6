"""The change log of a closed review: every date moved, every override, every change of wording and of owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aims.choices import Rag
from aims.rules.differences import differences
from aims.selectors.naming import Difference
from reporting.lines.book import Book
from reporting.lines.rows import ActivityLine, ChangeLine
from reporting.selectors.changes import DateMove
from reporting.selectors.sealed.changes import move_row, where
from reporting.selectors.sealed.later import Later
from reporting.selectors.sealed.standings import sealed_standings
from reporting.selectors.standings import Standing
from reporting.selectors.strategy import StrategyLine, StrategyList


@dataclass(frozen=True, slots=True)
class Override:
    """A rating better than the dates suggested, and why."""

    standing: Standing
    rag: Rag
    suggested: Rag
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """All of it since the review before."""

    moves: Sequence[DateMove]
    overrides: Sequence[Override]
    strategy: Sequence[StrategyList]


def sealed_log(book: Book, later: Later) -> ChangeLog:
    """As sealed; what was retired leads nowhere in this review."""
    pairs = zip(sealed_standings(book, later.errata), book.activities, strict=True)
    return ChangeLog(
        moves=[move_row(line, book, None) for line in book.date_moves],
        overrides=[found for standing, line in pairs if (found := _override(standing, line))],
        strategy=_lists(book),
    )


def _override(standing: Standing, line: ActivityLine) -> Override | None:
    told = line.update
    if not (told and told.override_reason and told.rag and told.suggested_rag):
        return None
    return Override(standing, told.rag, told.suggested_rag, told.override_reason)


def _lists(book: Book) -> list[StrategyList]:
    labels = dict.fromkeys(line.of for line in book.changes)
    return [StrategyList(label, [_line(line, book) for line in book.changes if line.of == label]) for label in labels]


def _line(line: ChangeLine, book: Book) -> StrategyLine:
    return StrategyLine(
        number=line.number,
        wording=line.wording,
        url=where(line.number, book, None)[1],
        note=line.note,
        reason=line.reason,
        differences=[
            Difference(each.field, each.label, *differences(each.before, each.after)) for each in line.differences
        ],
    )
