"""What a pack is made from beside the book, and which packs there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from reporting.choices import PackAudience
from reporting.lines import Book
from reporting.models import Erratum, Pack, PackFile, Review, SealedLine
from reporting.packs.content import Correction, Edition
from reporting.packs.hashed import HashedLine
from reporting.selectors.books import book_of


def pack_book(pack: Pack) -> Book:
    """The book that the pack is made from: that of the public one holds no exempt part."""
    return book_of(pack.review, exempt=pack.audience == PackAudience.EXEMPT)


def edition_of(pack: Pack) -> Edition:
    """Which seal the pack is of, and for whom; three queries.

    The public version names the paragraphs of the law too, from their numbers alone.
    """
    review = pack.review
    exempt = book_of(review, exempt=True).exempt
    return Edition(
        seal=review.seal,
        previous=review.previous.seal if review.previous else "",
        sealed_at=review.sealed_at,
        line_count=review.line_count,
        audience=PackAudience(pack.audience),
        corrections=tuple(map(_correction, _errata(pack))),
        paragraphs=tuple(sorted({found.paragraph for found in exempt.values() if found.paragraph})),
    )


def _errata(pack: Pack) -> Iterator[Erratum]:
    rows = pack.review.errata.filter(number__lte=pack.errata).select_related("line").order_by("number")
    return rows.iterator()


def _correction(erratum: Erratum) -> Correction:
    line = erratum.line
    return Correction(
        number=erratum.number,
        of=f"{line.get_kind_display()} {line.key}".strip(),
        field=erratum.field.replace("_", " ").replace(".", ", "),
        printed=erratum.printed,
        correct=erratum.correct,
        explanation=erratum.explanation,
        on=timezone.localdate(erratum.at),
    )


def hashed_lines(pack: Pack) -> Iterator[HashedLine]:
    """Every line of the seal in its order; one query, which reads no exempt part for the public version."""
    columns = ["kind", "key", "public", "public_hash", "exempt_hash", "hash"]
    if pack.audience == PackAudience.EXEMPT:
        columns += ["exempt", "salt"]
    rows = SealedLine.objects.filter(review=pack.review).order_by("position").values_list(*columns)
    return (HashedLine(*row) for row in rows.iterator(chunk_size=2_000))


def errata_count(review: Review) -> int:
    """How many errata the review has now."""
    return review.errata.count()


def packs_of(review: Review, audiences: tuple[PackAudience, ...]) -> list[Pack]:
    """The packs of the review as it stands with its errata, with their files; two queries."""
    rows: Any = review.packs.filter(errata=errata_count(review), audience__in=audiences)
    return list(rows.prefetch_related("files").order_by("-audience", "-asked_at"))


def pack_file(seal: str, errata: int, name: str) -> PackFile | None:
    """One file of a finished pack, with its review and publication; one query."""
    rows = PackFile.objects.filter(pack__review__seal=seal, pack__errata=errata, pack__finished_at__isnull=False)
    return rows.select_related("pack__review__publication").filter(name=name).first()
