"""What owners report, and partners through their keys: progress updates and requests for new dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.api.writing import Changes
from aims.api import seen
from aims.api.beside import OF_DATE_CHANGE, OF_UPDATE
from aims.api.bodies import DateChangeBody, UpdateBody
from aims.api.serializers import DateChangeSerializer, UpdateSerializer
from aims.choices import Stage
from aims.errors import Refused, Stale
from aims.filters import DateChangeFilter, UpdateFilter
from aims.models import DateChangeRequest, KeyActivity, ProgressUpdate
from aims.querysets import severity
from aims.rules import UpdateValues
from aims.selectors.facts import values_of
from aims.services.dates import amend_date_change, request_date_change
from aims.services.locks import hold_activity
from aims.services.writing import save_draft, submit_update
from aims.tasks import wake_aggregation

ANSWERS = {field.name for field in fields(UpdateValues)}


class UpdateViewSet(Changes[ProgressUpdate]):
    """What owners reported and approvers signed off. Signed out, that of published reviews.

    Partners report on the activities of their own organisation: a draft first, or at once sent for approval.
    """

    queryset = ProgressUpdate.objects.all()
    serializer_class = UpdateSerializer
    body_class = UpdateBody
    change_permission = "aims.write_update"
    filterset_class = UpdateFilter
    orderings = {
        "id": "id",
        "activity": "activity__order",
        "rag": severity("rag"),
        "forecast_rag": severity("forecast_rag"),
        "as_at": "as_at",
        "submitted_at": "submitted_at",
        "approved_at": "approved_at",
    }
    includes = OF_UPDATE
    lookup_field = "id"
    lookup_value_regex = "[1-9][0-9]{0,17}"
    http_method_names = ["get", "head", "options", "post", "patch"]

    def get_queryset(self) -> QuerySet[ProgressUpdate]:
        return seen.updates(self.request)

    def write(self, values: Mapping[str, Any]) -> ProgressUpdate:
        """The first draft of an activity's update; one that is under way already is changed, not begun anew."""
        activity: KeyActivity = values["activity"]
        under_way = Refused(f"An update of {activity.number} is under way: change that one")
        if activity.updates.open().exists():
            raise under_way
        try:
            return self._save(activity, UpdateValues(**_answers(values)), 0, values.get("stage"))
        except Stale as error:  # somebody began it in the same moment
            raise under_way from error

    def part_of(self, found: ProgressUpdate) -> KeyActivity:
        return found.activity

    def change(self, found: ProgressUpdate, values: Mapping[str, Any]) -> ProgressUpdate:
        """The draft with what is given in place of what it said."""
        if found.stage != Stage.DRAFT:
            raise Refused(f"It is {found.get_stage_display().lower()}: only a draft can be changed")
        return self._save(
            found.activity, replace(values_of(found), **_answers(values)), found.version, values.get("stage")
        )

    def _save(self, activity: KeyActivity, values: UpdateValues, version: int, stage: str | None) -> ProgressUpdate:
        save = submit_update if stage == Stage.SUBMITTED else save_draft
        saved = save(activity=activity, values=values, version=version, by=self.reporter, now=timezone.now())
        transaction.on_commit(wake_aggregation)
        return saved


def _answers(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in ANSWERS}


class DateChangeViewSet(Changes[DateChangeRequest]):
    """Requests for new dates; once agreed, each is a revision. For staff, the Board and the activity's own body.

    Whoever asked for a date may change what they ask for until it is decided.
    """

    queryset = DateChangeRequest.objects.all()
    serializer_class = DateChangeSerializer
    body_class = DateChangeBody
    change_permission = "aims.keep_dates"
    filterset_class = DateChangeFilter
    orderings = {
        "id": "id",
        "activity": "activity__order",
        "proposed_date": "proposed_date",
        "requested_at": "requested_at",
        "decided_at": "decided_at",
    }
    includes = OF_DATE_CHANGE
    lookup_field = "id"
    lookup_value_regex = "[1-9][0-9]{0,17}"
    http_method_names = ["get", "head", "options", "post", "patch"]

    def get_queryset(self) -> QuerySet[DateChangeRequest]:
        return seen.date_changes(self.request)

    def write(self, values: Mapping[str, Any]) -> DateChangeRequest:
        """A request that waits for the approver."""
        return self._written(request_date_change(**values, **self._now()))

    def part_of(self, found: DateChangeRequest) -> KeyActivity:
        return found.activity

    def held(self) -> DateChangeRequest:
        """The activity is held first, as by every writer of its dates."""
        hold_activity(self.get_object().activity, timezone.now())
        return self.get_object()

    def change(self, found: DateChangeRequest, values: Mapping[str, Any]) -> DateChangeRequest:
        """The request with what is given in place of what it said."""
        stood = {name: getattr(found, name) for name in ("proposed_date", "reason", "effect")}
        return self._written(amend_date_change(request=found, **stood | dict(values), **self._now()))

    def _now(self) -> dict[str, Any]:
        return {"by": self.reporter, "now": timezone.now()}

    def _written(self, made: DateChangeRequest) -> DateChangeRequest:
        transaction.on_commit(wake_aggregation)
        return made
