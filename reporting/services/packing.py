"""Making the packs of a review: asked for by the office, made by a worker, then kept as they are."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from reporting.choices import PackAudience, PackFormat
from reporting.models import Pack, PackFile, Review
from reporting.packs.forms import CannotMake, made
from reporting.packs.paper import compose
from reporting.selectors.packs import edition_of, errata_count, hashed_lines, pack_book, progress_key
from reporting.services.standing import hold_review

logger = logging.getLogger(__name__)
FAILED = "The pack could not be made: try again in a minute"
KEPT = 60 * 60  # seconds


@dataclass(frozen=True, slots=True)
class Made:
    """One file as it lies in the storage."""

    form: PackFormat
    name: str
    path: str
    size: int
    sha256: str


def pack_storage() -> Storage:
    """Where the files of packs are kept; replicas share it."""
    return storages["packs"]


@transaction.atomic
def ask_for_packs(*, review: Review, by: User | None, now: datetime) -> list[Pack]:
    """Have the public and the exempt pack made of a review with its errata; returns those with something to make.

    What is made is never made again: of a finished pack, only the forms that this machine could not make then. Raises
    `Refused` for a review that does not stand any more.
    """
    held: Review = hold_review(review)
    errata = errata_count(held)
    asked = [_asked(held, errata, audience, by, now) for audience in PackAudience]
    return [pack for pack in asked if missing_forms(pack)]


def _asked(review: Review, errata: int, audience: PackAudience, by: User | None, now: datetime) -> Pack:
    found: Pack | None = review.packs.filter(errata=errata, audience=audience, problem__isnull=True).first()
    return found or Pack.objects.create(review=review, errata=errata, audience=audience, asked_by=by, asked_at=now)


def make_pack(*, pack: Pack, now: datetime) -> None:
    """Make the files that a pack lacks; one worker at a time. Files are written first, their rows last and together.

    What was killed halfway leaves no row, and is made again.
    """
    Pack.objects.filter(pk=pack.pk, started_at__isnull=True).update(started_at=now)
    written = _written(pack)
    with transaction.atomic():
        PackFile.objects.bulk_create(
            PackFile(pack=pack, format=one.form, name=one.name, path=one.path, size=one.size, sha256=one.sha256)
            for one in written
        )
        Pack.objects.filter(pk=pack.pk, finished_at__isnull=True).update(finished_at=timezone.now())
    cache.delete(progress_key(pack.pk))


def give_up(*, pack: Pack, now: datetime) -> None:
    """Write down that a pack could not be made; the next one asked for starts anew."""
    Pack.objects.filter(pk=pack.pk, finished_at__isnull=True).update(finished_at=now, problem=FAILED)


def _written(pack: Pack) -> list[Made]:
    missing = missing_forms(pack)
    if not missing:
        return []
    paper = compose(pack_book(pack), edition_of(pack))
    lines = list(hashed_lines(pack))
    written = []
    for place, form in enumerate(missing):
        cache.set(progress_key(pack.pk), (place, len(missing)), timeout=KEPT)
        try:
            content = made(form, paper, lines)
        except CannotMake as lack:
            logger.warning("the pack of %s is made without %s: %s", pack.review, form.label, lack)
        else:
            written.append(_kept(pack, form, f"{paper.name}.{form}", content))
    return written


def missing_forms(pack: Pack) -> Sequence[PackFormat]:
    """The forms that a pack has no file of."""
    there = set(pack.files.values_list("format", flat=True))
    return [form for form in PackFormat if form not in there]


def _kept(pack: Pack, form: PackFormat, name: str, content: bytes) -> Made:
    """Write one file, in the place of what a killed worker may have left."""
    path = f"{pack.review.seal}-{pack.errata}/{pack.pk}/{name}"
    storage = pack_storage()
    storage.delete(path)
    kept = storage.save(path, ContentFile(content))
    return Made(form, name, kept, len(content), sha256(content).hexdigest())
