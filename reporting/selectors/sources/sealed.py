"""A closed review, from its sealed lines alone: whatever became of the rows, it tells what the Board saw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from aims.models import KeyActivity, ReviewPeriod
from reporting.choices import LineKind, Scope
from reporting.lines import Book
from reporting.lines.rows import ActivityLine, Sums
from reporting.models import Erratum
from reporting.selectors.books import book_of
from reporting.selectors.opened import Opened
from reporting.selectors.sources.told import Basis, PositionTold, Row, Source, SumsTold, Terms, kind_of
from reporting.summaries import known_of

KINDS: Mapping[Scope, LineKind] = {scope: LineKind(scope.value) for scope in Scope}
TERMS: Mapping[LineKind, Callable[[Any], Mapping[str, Any]]] = {
    LineKind.AIM: lambda line: {"title": line.title, "statement": line.statement},
    LineKind.OBJECTIVE: lambda line: {"statement": line.statement},
    LineKind.ACTIVITY: lambda line: {
        "description": line.description,
        "role": line.role,
        "kind": line.kind,
        "is_proposed": line.is_proposed,
        "owner": line.post.slug,
        "organisation": line.post.organisation.slug,
        "places": [place.slug for place in line.places],
        "contributors": [body.slug for body in line.contributors],
    },
}
SUMMED: Mapping[Scope, Callable[[Book], Iterable[tuple[str, Sums]]]] = {
    Scope.STRATEGY: lambda book: [("", book.whole.sums)],
    Scope.AIM: lambda book: [(line.number, line.sums) for line in book.aims],
    Scope.OBJECTIVE: lambda book: [(line.number, line.sums) for line in book.objectives],
    Scope.ORGANISATION: lambda book: [(line.slug, line.sums) for line in book.organisations if line.activities],
    Scope.PLACE: lambda book: [(line.slug, line.sums) for line in book.places if line.activities],
    Scope.ROLE: lambda book: [(line.slug, line.sums) for line in book.roles if line.activities],
    Scope.STREAM: lambda book: [(line.code, line.sums) for line in book.streams],
}


class Sealed(Source):
    """The review that somebody may open; two queries and, the first time in a process, one for its lines."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened

    @cached_property
    def book(self) -> Book:
        """Its lines, without their exempt parts."""
        return book_of(self.opened.review, exempt=False)

    @property
    def period(self) -> ReviewPeriod:
        """As `Source` says."""
        return self.opened.period

    @property
    def told_until(self) -> datetime | None:
        """As `Source` says."""
        return self.opened.review.sealed_at

    @cached_property
    def known(self) -> datetime | None:
        """As `Source` says: its first closing, where the round was opened again."""
        return known_of(self.period)

    @property
    def basis(self) -> Basis:
        """The review itself."""
        return Basis(period=self.book.head.slug, as_at=self.book.head.as_at, seal=self.opened.seal)

    def standing(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Those that have a line."""
        return rows.filter(number__in=[line.number for line in self._lines[kind_of(rows)]])

    @property
    def _lines(self) -> Mapping[LineKind, Sequence[Any]]:
        book = self.book
        return {
            LineKind.AIM: book.aims,
            LineKind.OBJECTIVE: book.objectives,
            LineKind.ACTIVITY: book.activities,
        }

    def terms(self, kind: LineKind) -> Terms:
        """All that the lines say: of every part, since any row may have changed."""
        terms = {line.number: TERMS[kind](line) for line in self._lines[kind]}
        posts = {line.post.slug: line.post.title for line in self.book.activities} if kind == LineKind.ACTIVITY else {}
        return Terms(terms, posts)

    def positions(self, activities: Sequence[KeyActivity]) -> Mapping[int, PositionTold]:
        """Of those that have a line."""
        lines = self.book.by_number
        return {each.pk: self._position(lines[each.number]) for each in activities if each.number in lines}

    def _position(self, line: ActivityLine) -> PositionTold:
        update = line.update
        return PositionTold(
            basis=self.basis,
            is_due=line.is_due,
            mark=line.mark,
            previous_mark=line.previous_mark,
            direction=line.direction,
            long_direction=line.long_direction,
            state=line.state,
            rag=line.rag,
            forecast_rag=line.forecast_rag,
            suggested_rag=update.suggested_rag if update else None,
            suggestion_reason=update.suggestion_reason if update else "",
            override_reason=update.override_reason if update else "",
            overdue_milestones=line.overdue_milestones,
            start=line.start,
            end=line.end,
            moves=line.moves,
            errata=self._errata[LineKind.ACTIVITY, line.number],
        )

    def marked(self, marks: Collection[str]) -> Q:
        """As `Teller` says; no query."""
        return Q(number__in=[line.number for line in self.book.activities if line.mark in marks])

    def sums(self, scope: Scope, keys: Collection[str]) -> Mapping[str, SumsTold]:
        """Of those that have a line; a body or a place that counts nothing has no sums."""
        wanted = set(keys)
        return {key: self._sums(scope, key, sums) for key, sums in SUMMED[scope](self.book) if key in wanted}

    def _sums(self, scope: Scope, key: str, sums: Sums) -> SumsTold:
        return SumsTold(basis=self.basis, sums=sums, money=sums, errata=self._errata[KINDS[scope], key])

    @cached_property
    def _errata(self) -> defaultdict[tuple[str, str], list[Erratum]]:
        """By the line that each corrects; no query where there is none."""
        found: defaultdict[tuple[str, str], list[Erratum]] = defaultdict(list)
        if self.opened.errata:
            rows = Erratum.objects.filter(review=self.opened.pk).select_related("line").order_by("number")
            for erratum in rows:
                found[erratum.line.kind, erratum.line.key].append(erratum)
        return found
