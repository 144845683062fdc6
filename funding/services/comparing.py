"""What a file's rows change of one stream's months: shown before, and decided again under the lock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from funding.models import FundingImportRow, FundingReturn, FundingStream
from funding.models.returns import AMOUNTS
from funding.rules import Figures
from funding.rules.imports import Said, laid_over, unusual_in


@dataclass(frozen=True, slots=True)
class Change:
    """One row that says something new of its month; `standing` is the return that counts now."""

    line: FundingImportRow
    said: Said
    standing: FundingReturn | None
    unusual: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows of one stream: those that say what stands or waits already, those that clash with what waits, others."""

    unchanged: tuple[FundingImportRow, ...]
    clashing: tuple[FundingImportRow, ...]
    changed: tuple[Change, ...]


def said_in(row: FundingReturn | FundingImportRow | None) -> Said:
    """The sums and the note of a return or of a row; nothing is known of what there is none of."""
    if row is None:
        return Said()
    return Said(Figures(**{name: getattr(row, name) for name in AMOUNTS}), row.note)


def compared(stream: FundingStream, lines: Sequence[FundingImportRow], fields: Collection[str]) -> Comparison:
    """The rows beside what counts and what waits of the stream; two queries. `fields` are those of the layout."""
    counting = by_month(stream.returns.counting())
    waiting = by_month(stream.returns.waiting())
    told = {line.month: laid_over(said_in(line), said_in(counting.get(line.month)), fields) for line in lines}
    standing = {month: said_in(found) for month, found in counting.items()}
    unusual = dict(unusual_in(told, standing, stream.award))
    unchanged, clashing, changed = [], [], []
    for line in lines:
        stands, waits, said = counting.get(line.month), waiting.get(line.month), told[line.month]
        if said == said_in(waits or stands):
            unchanged.append(line)
        elif waits:
            clashing.append(line)
        else:
            changed.append(Change(line, said, stands, unusual[line.month]))
    return Comparison(tuple(unchanged), tuple(clashing), tuple(changed))


def by_month(returns: Iterable[FundingReturn]) -> dict[date, FundingReturn]:
    """One stream's returns by their month."""
    return {found.month: found for found in returns}
