"""Questions about funding."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.choices import UserRole
from accounts.querysets import Asker
from aims.models import ReviewPeriod
from aims.querysets import sees_live
from funding.choices import ReturnStage

if TYPE_CHECKING:
    from funding.models import Allocation, FundingImport, FundingReturn, FundingStream


def last_closing() -> datetime | None:
    """When the last published review of the strategy in force closed; None before the first."""
    published = ReviewPeriod.objects.filter(strategy__is_in_force=True, published_at__isnull=False).order_by("-ends")
    return published.values_list("closed_at", flat=True).first()


class FundingStreamQuerySet(models.QuerySet["FundingStream"]):
    def visible_to(self, user: Asker) -> FundingStreamQuerySet:
        """The strategy's own figures are open to anyone."""
        return self.filter(strategy__is_in_force=True)


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def visible_to(self, user: Asker) -> AllocationQuerySet:
        """All of them to whoever sees the round live; else those in force when the last published review closed."""
        shown = self.filter(stream__strategy__is_in_force=True)
        if sees_live(user):
            return shown
        closed_at = last_closing()
        return shown.in_force_at(closed_at) if closed_at else shown.none()

    def in_force(self) -> AllocationQuerySet:
        """Those that have not ended."""
        return self.filter(ended_at__isnull=True)

    def in_force_at(self, instant: datetime) -> AllocationQuerySet:
        """Those in force at an instant, as was known then."""
        return self.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=instant), allocated_at__lte=instant)

    def to_retired(self, on: date) -> AllocationQuerySet:
        """Those to an activity or an objective that is retired by a day."""
        return self.filter(Q(activity__retired_on__lte=on) | Q(objective__retired_on__lte=on))


def bodies_of(user: Asker) -> list[int]:
    """The organisation (its primary key) for which a partner or a program returns figures; else none."""
    if not user.is_authenticated:
        return []
    if user.acts_through:
        return [user.acts_through.organisation_id]
    return [user.organisation_id] if user.role == UserRole.PARTNER and user.organisation_id else []


def _told_to_all(user: Asker) -> Q:
    """On returns: the approved ones, as of the last published closing for whoever does not see the round live."""
    if sees_live(user):
        return Q(approved_at__isnull=False)
    closed_at = last_closing()
    return Q(approved_at__lte=closed_at) if closed_at else Q(pk__in=[])


class FundingReturnQuerySet(models.QuerySet["FundingReturn"]):
    def visible_to(self, user: Asker) -> FundingReturnQuerySet:
        """To finance and the office all, live the approved ones; else those approved by the last published closing.

        The body that returns a stream's figures sees all that is returned of it, through its people and programs.
        """
        shown = self.filter(stream__strategy__is_in_force=True)
        if user.is_authenticated and user.keeps_the_money:
            return shown
        return shown.filter(_told_to_all(user) | Q(stream__returned_by__in=bodies_of(user)))

    def at_stage(self, stage: ReturnStage) -> FundingReturnQuerySet:
        """Those that have come so far."""
        return self.filter(
            approved_at__isnull=stage != ReturnStage.APPROVED, returned_at__isnull=stage != ReturnStage.RETURNED
        )

    def waiting(self) -> FundingReturnQuerySet:
        """Those that nobody has decided yet."""
        return self.at_stage(ReturnStage.SUBMITTED)

    def counting(self) -> FundingReturnQuerySet:
        """The approved revision that counts of each stream and month."""
        approved = self.filter(approved_at__isnull=False)
        return approved.order_by("stream_id", "month", "-revision").distinct("stream_id", "month")

    def latest_of_each_stream(self) -> FundingReturnQuerySet:
        """The counting return of each stream's last returned month."""
        approved = self.filter(approved_at__isnull=False)
        return approved.order_by("stream_id", "-month", "-revision").distinct("stream_id")


class FundingImportQuerySet(models.QuerySet["FundingImport"]):
    def visible_to(self, user: Asker) -> FundingImportQuerySet:
        """All of them to whoever keeps the money, who work on them together."""
        return self.all() if user.is_authenticated and user.keeps_the_money else self.none()

    def open(self) -> FundingImportQuerySet:
        """Those neither taken over nor stopped."""
        return self.filter(taken_over_at__isnull=True, stopped_at__isnull=True)

    def to_work_on(self) -> FundingImportQuerySet:
        """Those that a job has something to do for: to look into, to read, to take over or to undo."""
        to_read = Q(read_at__isnull=True) & (Q(headings=[]) | Q(layout__isnull=False))
        waiting = Q(taken_over_at__isnull=True, stopped_at__isnull=True) & (to_read | Q(asked_at__isnull=False))
        return self.filter(waiting | Q(undo_asked_at__isnull=False, undone_at__isnull=True))
