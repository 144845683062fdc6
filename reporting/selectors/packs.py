"""What a pack is made from beside the book, and which packs there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.querysets import Asker
from reporting.choices import PackAudience, PackFormat
from reporting.lines import Book
from reporting.models import Erratum, Pack, PackFile, Review, SealedLine
from reporting.packs.content import Correction, Edition
from reporting.packs.hashed import HashedLine
from reporting.selectors.books import book_of
from reporting.selectors.opened import reads_all_exempt


@dataclass(frozen=True, slots=True)
class Download:
    """One file to download; `size` in bytes."""

    form: PackFormat
    name: str
    size: int
    url: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files for one audience; `missing` are the forms that this machine could not make."""

    audience: PackAudience
    files: tuple[Download, ...]
    missing: tuple[PackFormat, ...]
    is_busy: bool
    problem: str
    progress: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class PackPage:
    """The pack's page: what there is, and whether the person may have it made or reads exempt text."""

    review: Review
    errata: int
    shelves: Sequence[Shelf]
    may_make: bool
    reads_exempt: bool

    @property
    def is_busy(self) -> bool:
        """Whether a worker has something to do."""
        return any(shelf.is_busy for shelf in self.shelves)

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing left to make."""
        return all(shelf.files and not shelf.missing for shelf in self.shelves)


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


def pack_page(review: Review, user: Asker) -> PackPage:
    """What there is of a review as it stands with its errata, for this person; three queries."""
    reads_all = reads_all_exempt(user)
    audiences = tuple(PackAudience) if reads_all else (PackAudience.PUBLIC,)
    errata = errata_count(review)
    packs = review.packs.filter(errata=errata, audience__in=audiences).prefetch_related("files").order_by("asked_at")
    last = {pack.audience: pack for pack in packs}
    shelves = [_shelf(audience, review, last.get(audience)) for audience in audiences]
    may_make = user.is_authenticated and user.keeps_the_round
    return PackPage(review, errata, shelves, may_make, reads_all)


def _shelf(audience: PackAudience, review: Review, pack: Pack | None) -> Shelf:
    if pack is None:
        return Shelf(audience, (), (), is_busy=False, problem="", progress=None)
    files = tuple(_download(review, pack, file) for file in pack.files.all())
    progress: tuple[int, int] | None = cache.get(progress_key(pack.pk))
    there = {file.form for file in files}
    is_done = bool(pack.finished_at) and progress is None
    missing = tuple(form for form in PackFormat if form not in there) if is_done and not pack.problem else ()
    return Shelf(audience, files, missing, is_busy=not is_done, problem=pack.problem or "", progress=progress)


def _download(review: Review, pack: Pack, file: PackFile) -> Download:
    parts = [review.period.slug, review.seal, pack.errata, file.name]
    return Download(PackFormat(file.format), file.name, file.size, reverse("review-file", args=parts))


def progress_key(pack: int) -> str:
    """Where the cache keeps how many forms of how many are made."""
    return f"reporting.pack.{pack}"


def published_without_pack() -> Review | None:
    """The latest published review for which nobody has asked for a pack with its errata; one query."""
    counted = Erratum.objects.filter(review=OuterRef("pk")).order_by().values("review").annotate(found=Count("pk"))
    errata = Coalesce(Subquery(counted.values("found")), 0)
    asked = Pack.objects.filter(review=OuterRef("pk"), errata=OuterRef("errata_now"))
    published = Review.objects.standing().filter(publication__isnull=False).annotate(errata_now=errata)
    return published.filter(~Exists(asked)).order_by("-period__starts").first()


def pack_file(slug: str, seal: str, errata: int, name: str) -> PackFile | None:
    """One file of a finished pack, with its review; one query."""
    known = {"pack__review__period__slug": slug, "pack__review__seal": seal, "pack__errata": errata, "name": name}
    rows = PackFile.objects.filter(**known, pack__finished_at__isnull=False, pack__problem__isnull=True)
    return rows.select_related("pack__review__publication").first()


def is_public(file: PackFile) -> bool:
    """Whether anyone may read the file; no query."""
    return file.pack.audience == PackAudience.PUBLIC and getattr(file.pack.review, "publication", None) is not None
