"""How a closed review was made: its period, its limits, its seal, and what each of its figures rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aims.choices import Mark
from reporting.choices import Quality
from reporting.lines.book import Book
from reporting.lines.rows import ActivityLine, ReviewLine
from reporting.selectors.annex import AgreementPrint, SealPrint
from reporting.selectors.sealed.later import Later
from reporting.selectors.sealed.standings import sealed_standings
from reporting.selectors.standings import Standing

CONFIRMED, NOT_DUE, NOTHING = "Confirmed", "Carried forward, nothing was due", "Nothing was ever reported"
CARRIED = "Carried forward, not counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRow:
    """What one activity's figures rest on: whose word, of which day, and how good it is."""

    standing: Standing
    source: str
    as_at: date | None
    approved_at: datetime | None
    basis: str
    flags: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """All of it; `bases` counts the rows by their basis."""

    head: ReviewLine
    seal: SealPrint
    agreement: AgreementPrint | None
    published: str
    bases: Sequence[tuple[str, int]]
    flags: Sequence[tuple[str, int]]
    rows: Sequence[QualityRow]


def sealed_method(book: Book, later: Later) -> Method:
    """As the lines and the seal say."""
    marks = sealed_standings(book, later.errata)
    rows = [_row(standing, line) for standing, line in zip(marks, book.activities, strict=True)]
    flags = Counter(flag for line in book.activities for flag in line.quality)
    return Method(
        head=book.head,
        seal=later.seal,
        agreement=later.agreement,
        published=later.published,
        bases=Counter(row.basis for row in rows).most_common(),
        flags=[(flag.label, flags[flag]) for flag in Quality if flags[flag]],
        rows=rows,
    )


def _row(standing: Standing, line: ActivityLine) -> QualityRow:
    told = line.update or line.carried
    return QualityRow(
        standing=standing,
        source=f"{line.post.title}, {line.post.organisation.name}",
        as_at=told.as_at if told else None,
        approved_at=told.approved_at if told else None,
        basis=_basis(line),
        flags=[Quality(flag).label for flag in line.quality],
    )


def _basis(line: ActivityLine) -> str:
    if line.update:
        return CONFIRMED
    if line.carried is None:
        return NOTHING
    return CARRIED if line.mark == Mark.NO_UPDATE else NOT_DUE
