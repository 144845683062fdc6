"""The Board's sealed report on a period. Every row here is written once and never changes."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.guards import append_only, refuse_when
from aims.models import ReviewPeriod
from aims.models.conditions import filled
from reporting.choices import LineKind
from reporting.querysets import ReviewQuerySet, SealedLineQuerySet

HASH = r"^[0-9a-f]{64}$"


def digest(**options: Any) -> models.CharField[str, str]:
    """A SHA-256 hash, or 32 random bytes, in lower-case hexadecimal."""
    return models.CharField(max_length=64, **options)


class Review(models.Model):
    """A period as it stood when it was closed for the `number`-th time, sealed line by line.

    `seal` hashes its lines and the seal of `previous`, the review sealed before it in the strategy, whether of an
    earlier period or of this one before it was reopened. Its stage follows from the rows that hang on it: see
    `reporting.querysets.ReviewQuerySet`.
    """

    period = models.ForeignKey(ReviewPeriod, on_delete=models.PROTECT, related_name="reviews")
    number = models.PositiveSmallIntegerField()
    previous = models.OneToOneField("self", on_delete=models.PROTECT, related_name="following", null=True)
    sealed_at = models.DateTimeField()
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    as_at = models.DateField()
    line_count = models.PositiveIntegerField()
    seal = digest(unique=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["period__starts", "number"]
        constraints = [
            models.UniqueConstraint(name="one_review_a_closing", fields=["period", "number"]),
            models.CheckConstraint(name="review_seal_is_a_hash", condition=Q(seal__regex=HASH)),
        ]
        triggers = append_only("review")

    def __str__(self) -> str:
        return f"{self.period.label}, sealed {self.sealed_at:%-d %B %Y}"

    @property
    def reference(self) -> str:
        """What names it for ever, "2026-27-h1:1"; one query where its period was not read along."""
        return f"{self.period.slug}:{self.number}"


BEFORE_ITS_SEAL = refuse_when(
    "line_before_its_seal",
    "the review is sealed",
    "EXISTS (SELECT 1 FROM reporting_review r WHERE r.id = NEW.review_id)",
)


class SealedLine(models.Model):
    """One line of a review: its public and its exempt part as canonical JSON, and how they are hashed.

    The texts are what was hashed, byte for byte: `docs/seal.md` tells how a reader recomputes them. Lines are written
    before their review, whose seal they make: once it stands, none is added.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=LineKind)
    key = models.CharField(max_length=120, blank=True)
    public = models.TextField()
    exempt = models.TextField()
    salt = digest()
    public_hash = digest()
    exempt_hash = digest()
    hash = digest()

    objects = SealedLineQuerySet.as_manager()

    class Meta:
        ordering = ["review", "position"]
        constraints = [
            models.UniqueConstraint(name="one_line_a_place", fields=["review", "position"]),
            models.UniqueConstraint(name="one_line_a_key", fields=["review", "kind", "key"]),
            models.CheckConstraint(name="line_kind_known", condition=Q(kind__in=LineKind.values)),
            models.CheckConstraint(
                name="line_hashes_are_hashes",
                condition=Q(salt__regex=HASH, public_hash__regex=HASH, exempt_hash__regex=HASH, hash__regex=HASH),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="line_before_its_seal",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="".join([BEFORE_ITS_SEAL, "RETURN NEW;"]),
            ),
            *append_only("line"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


STANDS = "".join(
    [
        refuse_when(
            "agreement_of_what_stands",
            "the review was opened again or sealed anew since",
            "EXISTS (SELECT 1 FROM reporting_review r JOIN aims_reviewperiod p ON p.id = r.period_id"
            " WHERE r.id = NEW.review_id AND (p.state <> 'closed' OR r.number <"
            " (SELECT max(o.number) FROM reporting_review o WHERE o.period_id = r.period_id)))",
        ),
        "RETURN NEW;",
    ]
)


def after_agreement(name: str, message: str, *others: str) -> pgtrigger.Trigger:
    """Refuse a row on a review that the Board has not agreed; `others` are further parts of the trigger's body."""
    agreed = "EXISTS (SELECT 1 FROM reporting_agreement a WHERE a.review_id = NEW.review_id)"
    body = [refuse_when(name, message, f"NOT {agreed}"), *others, "RETURN NEW;"]
    return pgtrigger.Trigger(name=name, operation=pgtrigger.Insert, when=pgtrigger.Before, func="".join(body))


class Agreement(models.Model):
    """That the Board agreed a review: the meeting's day, the minute and what it resolved."""

    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="agreement")
    agreed_on = models.DateField()
    minute_reference = models.CharField(max_length=80)
    resolution = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agreement_names_its_minute", condition=filled("minute_reference", "resolution")
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="agreement_of_what_stands", operation=pgtrigger.Insert, when=pgtrigger.Before, func=STANDS
            ),
            *append_only("agreement"),
        ]

    def __str__(self) -> str:
        return self.minute_reference


class Publication(models.Model):
    """That a review was opened to anyone."""

    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="publication")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers = [
            after_agreement("publication_after_agreement", "the Board has not agreed the review"),
            *append_only("publication"),
        ]

    def __str__(self) -> str:
        return f"{self.published_at:%-d %B %Y}"


class Erratum(models.Model):
    """A mistake in an agreed review, told beside the figure: nothing that was sealed changes.

    `field` is the name of the line's value in its public part, "summary.red" where it lies deeper; `printed` and
    `correct` are as people read them.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="errata", db_index=False)
    number = models.PositiveSmallIntegerField()
    line = models.ForeignKey(SealedLine, on_delete=models.PROTECT, related_name="errata")
    field = models.CharField(max_length=120)
    printed = models.TextField(blank=True)
    correct = models.TextField(blank=True)
    explanation = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["review", "number"]
        verbose_name_plural = "errata"
        constraints = [
            models.UniqueConstraint(name="one_erratum_a_number", fields=["review", "number"]),
            models.CheckConstraint(name="erratum_is_explained", condition=filled("explanation", "field")),
        ]
        triggers = [
            after_agreement(
                "erratum_after_agreement",
                "until the Board has agreed the review it can be opened again",
                refuse_when(
                    "erratum_of_its_own_review",
                    "the line is of another review",
                    "EXISTS (SELECT 1 FROM reporting_sealedline l"
                    " WHERE l.id = NEW.line_id AND l.review_id <> NEW.review_id)",
                ),
            ),
            *append_only("erratum"),
        ]

    def __str__(self) -> str:
        return f"Erratum {self.number}: {self.field}"
