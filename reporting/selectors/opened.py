"""A closed review as somebody opens it: which one, and what came after its seal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Count, Max, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.choices import UserRole
from accounts.models import User
from accounts.querysets import Asker
from aims.models import KeyActivity, ReviewPeriod
from aims.querysets import READS_ALL_EXEMPT, sees_live
from aims.rules.wording import long_date
from reporting.choices import LineKind, ReviewStage
from reporting.lines import Book
from reporting.models import Answer, Erratum, Review
from reporting.querysets import ReviewQuerySet
from reporting.selectors.annex import AgreementPrint, SealPrint
from reporting.selectors.books import book_of
from reporting.selectors.decisions import answers_of
from reporting.selectors.errata import Address, Errata, Note
from reporting.selectors.sealed.later import Later

NAMED = "the slug that is asked for"
COLUMNS = ("pk", "seal", "stage", "errata_count", "last_answer")


@dataclass(frozen=True)
class Opened:
    """A review that somebody may read; `reads_exempt` is whether that is all of it.

    Its `state` is another one with whatever may change its pages, and with nothing else.
    """

    pk: int
    seal: str
    stage: ReviewStage
    errata: int
    last_answer: int
    reads_exempt: bool

    @cached_property
    def review(self) -> Review:
        """The review itself, with its period, its agreement and its publication; one query."""
        return Review.objects.with_stage().select_related("previous").get(pk=self.pk)

    @property
    def period(self) -> ReviewPeriod:
        """What it is a review of."""
        return self.review.period

    @property
    def state(self) -> tuple[object, ...]:
        """What its pages depend on: the seal, and what was recorded since."""
        return self.seal, self.stage, self.errata, self.last_answer, self.reads_exempt

    @property
    def book(self) -> Book:
        """Its lines, with the exempt parts for whoever may read all of them; one query at most."""
        return book_of(self.review, exempt=self.reads_exempt)


def open_review(slug: str, user: Asker) -> Opened | None:
    """The standing review of a period, by its slug; None where it is under way, or not for this person. One query."""
    return _open(user, slug)


def last_review(user: Asker) -> Opened | None:
    """The last review that a person may read; one query."""
    return _open(user, None)


def _open(user: Asker, slug: str | None) -> Opened | None:
    """Every visit to a closed review asks this, and most ask nothing else: its SQL is therefore compiled once only."""
    sql, given = _query(sees_live(user), slug is not None)
    with connection.cursor() as cursor:
        cursor.execute(sql, [slug if value == NAMED else value for value in given])
        row = cursor.fetchone()
    if row is None:
        return None
    pk, seal, stage, errata, last_answer = row
    return Opened(pk, seal, ReviewStage(stage), errata or 0, last_answer or 0, reads_all_exempt(user))


@cache
def _query(live: bool, is_named: bool) -> tuple[str, tuple[Any, ...]]:
    asker = User(role=UserRole.BOARD) if live else AnonymousUser()
    seen = _with_later(Review.objects.visible_to(asker).standing())
    chosen = seen.filter(period__slug=NAMED) if is_named else seen
    return chosen.order_by("-period__starts").values_list(*COLUMNS)[:1].query.sql_with_params()


def _with_later(reviews: ReviewQuerySet) -> ReviewQuerySet:
    errata = Erratum.objects.filter(review=OuterRef("pk")).order_by().values("review")
    answers = Answer.objects.filter(line__review__period=OuterRef("period")).order_by().values("line__review__period")
    return reviews.with_stage().annotate(
        errata_count=Subquery(errata.annotate(found=Count("pk")).values("found")),
        last_answer=Subquery(answers.annotate(found=Max("pk")).values("found")),
    )


def reads_all_exempt(user: Asker) -> bool:
    """Whether a person reads every activity's exempt part."""
    return user.is_authenticated and user.role in READS_ALL_EXEMPT


def reads_exempt_of(user: Asker, number: str) -> bool:
    """Whether a person reads one activity's exempt part; three queries at most."""
    if reads_all_exempt(user) or not user.is_authenticated:
        return reads_all_exempt(user)
    activity = KeyActivity.objects.visible_to(user).filter(number=number).first()
    return activity is not None and user.has_perm("aims.see_exempt", activity)


def later_of(opened: Opened) -> Later:
    """What came after its seal; four queries at most."""
    review = opened.review
    agreement = getattr(review, "agreement", None)
    publication = getattr(review, "publication", None)
    return Later(
        stage=opened.stage,
        seal=SealPrint(
            seal=review.seal,
            previous=review.previous.seal if review.previous else "",
            sealed_at=review.sealed_at,
            line_count=review.line_count,
            number=review.number,
            check_url=f"{reverse('review-method', args=[opened.period.slug])}#check",
        ),
        agreement=AgreementPrint(
            agreed_on=agreement.agreed_on, minute=agreement.minute_reference, resolution=agreement.resolution
        )
        if agreement
        else None,
        published=long_date(timezone.localdate(publication.published_at)) if publication else "",
        errata=_errata(opened),
        answers=answers_of(review) if opened.last_answer else {},
    )


def _errata(opened: Opened) -> Errata:
    found: dict[Address, list[Note]] = {}
    rows = (
        Erratum.objects.filter(review=opened.review).select_related("line").order_by("number") if opened.errata else ()
    )
    for erratum in rows:
        found.setdefault((erratum.line.kind, erratum.line.key), []).append(
            _note(erratum, opened.period.get_absolute_url())
        )
    return Errata(found)


def _note(erratum: Erratum, page: str) -> Note:
    what = erratum.field.rpartition(".")[2].replace("_", " ")
    subject = f"{LineKind(erratum.line.kind).label} {erratum.line.key}".strip()
    return Note(
        number=erratum.number,
        field=erratum.field,
        label=f"{subject}, {what}",
        printed=erratum.printed,
        correct=erratum.correct,
        explanation=erratum.explanation,
        on=timezone.localdate(erratum.at),
        url=f"{page}#erratum-{erratum.number}",
    )


def sealed_before(opened: Opened) -> list[Review]:
    """The seals that its period had before it was reopened; one query."""
    return list(Review.objects.filter(period=opened.period, number__lt=opened.review.number).order_by("number"))
