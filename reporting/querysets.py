"""Questions about positions and summaries."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Concat

from accounts.querysets import Asker
from aims.choices import Mark, PeriodState
from aims.models import KeyActivity, ReviewPeriod
from aims.querysets import ANYBODY, NOBODY, READS_ALL_EXEMPT, posts_of, sees_live
from reporting.choices import Direction, LineKind, ReviewStage

if TYPE_CHECKING:
    from reporting.models import Position, Review, SealedLine, Summary


class PositionQuerySet(models.QuerySet["Position"]):
    def visible_to(self, user: Asker) -> PositionQuerySet:
        """Positions of the periods that the person may see."""
        return self.filter(period__in=ReviewPeriod.objects.visible_to(user))

    def exceptions(self) -> PositionQuerySet:
        """What the Board should ask about: off track, newly at risk, or asking something of it."""
        behind = models.Q(mark=Mark.RED) | models.Q(mark=Mark.AMBER, direction=Direction.WORSE)
        return self.filter(behind | models.Q(update__ask__gt=""))

    def without_update(self) -> PositionQuerySet:
        """Due, and nothing came that counts."""
        return self.filter(mark=Mark.NO_UPDATE)


class SummaryQuerySet(models.QuerySet["Summary"]):
    def with_reference(self) -> SummaryQuerySet:
        """Adds `reference`: the period's slug, the scope and the key in it, "2026-27-h1:aim:1"; unique."""
        of_all = Concat("period__slug", Value(":"), "scope", output_field=models.CharField())
        of_one = Concat(of_all, Value(":"), "key", output_field=models.CharField())
        return self.annotate(reference=Case(When(key="", then=of_all), default=of_one))

    def visible_to(self, user: Asker) -> SummaryQuerySet:
        """Summaries of the periods that the person may see."""
        return self.filter(period__in=ReviewPeriod.objects.visible_to(user))


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: Asker) -> ReviewQuerySet:
        """Signed out and for partners the published ones; staff and the Board all, those before a reopening too."""
        shown = self.filter(period__strategy__is_in_force=True)
        return shown if sees_live(user) else shown.filter(publication__isnull=False)

    def with_stage(self) -> ReviewQuerySet:
        """Adds `stage`, and takes along the agreement and the publication from which it follows."""
        later = self.model._default_manager.filter(period=OuterRef("period"), number__gt=OuterRef("number"))
        reopened = Exists(later) | ~Q(period__state=PeriodState.CLOSED)
        return self.select_related("period", "agreement", "publication").annotate(
            stage=Case(
                When(publication__isnull=False, then=Value(ReviewStage.PUBLISHED)),
                When(agreement__isnull=False, then=Value(ReviewStage.AGREED)),
                When(reopened, then=Value(ReviewStage.REOPENED)),
                default=Value(ReviewStage.SEALED),
            )
        )

    def named(self, reference: str) -> ReviewQuerySet:
        """The one of that reference: "2026-27-h1" is the review that stands, "2026-27-h1:1" the one sealed first."""
        slug, _, number = reference.partition(":")
        return self.filter(period__slug=slug, number=number) if number else self.standing().filter(period__slug=slug)

    def standing(self) -> ReviewQuerySet:
        """The one of each closed period that counts: its latest."""
        later = self.model._default_manager.filter(period=OuterRef("period"), number__gt=OuterRef("number"))
        return self.filter(~Exists(later), period__state=PeriodState.CLOSED)


class SealedLineQuerySet(models.QuerySet["SealedLine"]):
    def with_readable_exempt(self, user: Asker, on: date) -> SealedLineQuerySet:
        """Adds `readable_exempt` and `readable_salt`, both NULL on lines whose exempt part the person may not read.

        The Board and the office read all, owners and approvers those of their own activities, partners none. No program
        reads any in anybody's name.
        """
        may = _reads_exempt_part(user, on)
        return self.annotate(
            readable_exempt=Case(When(may, then=F("exempt"))), readable_salt=Case(When(may, then=F("salt")))
        ).defer("exempt", "salt")


def _reads_exempt_part(user: Asker, on: date) -> Q:
    if not sees_live(user) or (user.is_authenticated and user.acts_through):
        return NOBODY
    if user.is_authenticated and user.role in READS_ALL_EXEMPT:
        return ANYBODY
    own = KeyActivity.objects.visible_to(user).filter(owner__in=posts_of(user, on))
    return Q(kind=LineKind.ACTIVITY, key__in=own.values("number"))
