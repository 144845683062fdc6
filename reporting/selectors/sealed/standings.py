"""Where each activity stood, as the lists and the wall of a closed review show it."""

from __future__ import annotations

from collections.abc import Callable

from reporting.choices import LineKind
from reporting.lines.book import Book
from reporting.lines.rows import ActivityLine
from reporting.selectors.errata import NO_ERRATA, Errata
from reporting.selectors.sealed.links import Links
from reporting.selectors.standings import Standing


def sealed_standings(book: Book, errata: Errata = NO_ERRATA) -> list[Standing]:
    """Every activity of the book, in the order of the strategy."""
    url = Links(book.head.slug).activities()
    return [sealed_standing(line, url, errata) for line in book.activities]


def sealed_standing(line: ActivityLine, url: Callable[[str], str], errata: Errata = NO_ERRATA) -> Standing:
    """One activity; `url` gives its page."""
    return Standing(
        number=line.number,
        wording=line.description,
        url=url(line.number),
        objective=line.objective,
        post=line.post.title,
        organisation=line.post.organisation.name,
        mark=line.mark,
        previous=line.previous_mark,
        direction=line.direction,
        state=line.state,
        rag=line.rag,
        notes=errata.of(LineKind.ACTIVITY, line.number),
    )
