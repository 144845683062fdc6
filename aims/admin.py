"""Opening a round, for administrators, until the round desk does it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin import AdministratorsOnly, administration
from accounts.models import User
from aims.errors import AimsError
from aims.models import ReviewPeriod
from aims.services.periods import open_period
from aims.tasks import wake_aggregation

FIVE_WEEKS = timedelta(weeks=5)  # the usual length of a submission window


@admin.register(ReviewPeriod, site=administration)
class ReviewPeriodAdmin(AdministratorsOnly, admin.ModelAdmin):
    list_display = ("label", "state", "starts", "ends", "submission_opens", "submission_closes")
    actions = ("open_round",)

    def has_add_permission(self, request: HttpRequest, obj: ReviewPeriod | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ReviewPeriod | None = None) -> bool:
        return False

    @admin.action(description="Open the round for updates", permissions=["view"])
    def open_round(self, request: HttpRequest, chosen: QuerySet[ReviewPeriod]) -> None:
        by, on = cast(User, request.user), timezone.localdate()
        for period in chosen:
            try:
                closes = open_period(
                    period=period, by=by, now=timezone.now(), submission_closes=deadline(period, on)
                ).submission_closes
            except AimsError as error:
                self.message_user(request, error.message, messages.ERROR)
            else:
                self.message_user(request, f"{period.label} takes updates until {closes:%-d %B %Y}", messages.SUCCESS)
        wake_aggregation()


def deadline(period: ReviewPeriod, on: date) -> date | None:
    """None for the usual one; five weeks from the day where that has passed, or updates would go to the next round."""
    return on + FIVE_WEEKS if on > period.submission_closes else None
