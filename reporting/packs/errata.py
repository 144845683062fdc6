"""Errata, as every form prints them: before everything else."""

from __future__ import annotations

from reporting.packs.content import Edition, Kind, Table
from reporting.packs.writer import columns

ERRATA = "Mistakes found since this review was agreed. What was sealed stands unchanged below."


def errata_table(edition: Edition) -> Table:
    """A row for each erratum."""
    return Table(
        name="errata",
        title="Errata",
        columns=columns(
            ("number", "Number"),
            ("of", "Of"),
            ("field", "Figure or words", Kind.PROSE),
            ("printed", "As printed", Kind.PROSE),
            ("correct", "Correct", Kind.PROSE),
            ("explanation", "Explanation", Kind.PROSE),
            ("on", "Dated", Kind.DAY),
        ),
        rows=tuple(
            (str(each.number), each.of, each.field, each.printed, each.correct, each.explanation, each.on)
            for each in edition.corrections
        ),
    )
