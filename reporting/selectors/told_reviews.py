"""Sealed reviews with all that is told of them beside their lines."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from accounts.querysets import Asker
from reporting.choices import LineKind, PackAudience
from reporting.models import Pack, Review, SealedLine
from reporting.querysets import ReviewQuerySet
from reporting.selectors.opened import reads_all_exempt


def told_reviews(user: Asker) -> ReviewQuerySet:
    """Those that a person may see, five queries however many.

    Adds the stage, `whole` (the strategy's line, alone in a list) and `shelved` (the packs whose files they may read).
    """
    whole = SealedLine.objects.filter(kind=LineKind.STRATEGY)
    shelved = _readable_packs(user).prefetch_related("files").select_related("review__period").order_by("pk")
    return (
        Review.objects.visible_to(user)
        .with_stage()
        .select_related("previous")
        .prefetch_related(
            "errata__line", Prefetch("lines", whole, to_attr="whole"), Prefetch("packs", shelved, to_attr="shelved")
        )
    )


def _readable_packs(user: Asker) -> QuerySet[Pack]:
    """Finished ones: the Board and the office read all, everybody else the public ones of what was published."""
    finished = Pack.objects.filter(finished_at__isnull=False, problem__isnull=True)
    if reads_all_exempt(user):
        return finished
    return finished.filter(audience=PackAudience.PUBLIC, review__publication__isnull=False)
