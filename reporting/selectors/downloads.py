"""The whole of a published review in one file."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache

from reporting.choices import PackAudience
from reporting.lines.codec import CONVERTER
from reporting.models import Pack, Review
from reporting.packs.content import Paper
from reporting.packs.formats import whole_review
from reporting.packs.formats.data import LICENCE
from reporting.packs.paper import compose
from reporting.selectors.books import book_of
from reporting.selectors.packs import edition_of, errata_count, hashed_lines, pack_book

KEPT = 24 * 60 * 60  # seconds


def published_review(slug: str) -> Review | None:
    """The review of a period that anyone may read; one query."""
    rows = Review.objects.standing().with_stage().select_related("previous")
    shown = rows.filter(publication__isnull=False, period__strategy__is_in_force=True)
    found: Review | None = shown.filter(period__slug=slug).first()
    return found


def download(review: Review, seal: str, errata: int) -> bytes | None:
    """The zip of a review with its first errata, kept for a day once it is made.

    None where the seal is not the review's, or it has not so many errata yet.
    """
    if seal != review.seal or errata > errata_count(review):
        return None
    place = f"reporting.download.{seal}.{errata}"
    kept: bytes | None = cache.get(place)
    if kept is None:
        kept = _made(review, errata)
        cache.set(place, kept, KEPT)
    return kept


def _made(review: Review, errata: int) -> bytes:
    pack = Pack(review=review, errata=errata, audience=PackAudience.PUBLIC)  # never saved: it names an edition
    paper = compose(pack_book(pack), edition_of(pack))
    return whole_review.write(paper, list(hashed_lines(pack)), _told(review, paper))


def _told(review: Any, paper: Paper) -> dict[str, Any]:
    """What `review.json` says: what was sealed and when, what the Board resolved, what was corrected since."""
    book, edition = book_of(review, exempt=False), paper.edition
    told: dict[str, Any] = CONVERTER.unstructure(
        {
            "review": f"{review.period.slug}:{review.number}",
            "title": paper.full_title,
            "publisher": paper.authority,
            "licence": LICENCE,
            "is_demonstration": paper.is_demonstration,
            "period": review.period.slug,
            "label": book.head.label,
            "starts": book.head.starts,
            "ends": book.head.ends,
            "as_at": review.as_at,
            "sealed_at": review.sealed_at,
            "agreed_on": review.agreement.agreed_on,
            "minute_reference": review.agreement.minute_reference,
            "resolution": review.agreement.resolution,
            "published_at": review.publication.published_at,
            "seal": edition.seal,
            "previous_seal": edition.previous or None,
            "line_count": edition.line_count,
            "sums": book.whole.sums,
            "errata": edition.corrections,
        }
    )
    return told
