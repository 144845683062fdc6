"""What owners report, and partners through their keys: progress updates and requests for new dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied

from accounts.api.writing import Changes, Creates
from aims.api.bodies import DateChangeBody, UpdateBody
from aims.api.serializers import DateChangeSerializer, UpdateSerializer
from aims.choices import DateField, Stage
from aims.errors import Refused
from aims.filters import DateChangeFilter, UpdateFilter
from aims.models import DateChangeRequest, KeyActivity, Milestone, ProgressUpdate
from aims.rules import UpdateValues
from aims.selectors.facts import values_of
from aims.services.dates import request_date_change
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
    filterset_class = UpdateFilter
    lookup_field = "id"
    lookup_value_regex = "[1-9][0-9]{0,17}"
    http_method_names = ["get", "head", "options", "post", "patch"]

    def get_queryset(self) -> QuerySet[ProgressUpdate]:
        asker, on = self.request.user, timezone.localdate()
        visible = ProgressUpdate.objects.visible_to(asker, on).of_strategy_in_force()
        return visible.with_restricted_text(asker, on).select_related("activity__owner", "period", "via__organisation")

    def write(self, values: Mapping[str, Any]) -> ProgressUpdate:
        """The first draft of an activity's update; one that is under way already is changed, not begun anew."""
        activity: KeyActivity = values["activity"]
        if activity.updates.open().exists():
            raise Refused(f"An update of {activity.number} is under way: change that one")
        return self._save(activity, UpdateValues(**_answers(values)), 0, values.get("stage"))

    def change(self, found: ProgressUpdate, values: Mapping[str, Any]) -> ProgressUpdate:
        """The draft with what is given in place of what it said."""
        if not self.request.user.has_perm("aims.write_update", found.activity):
            raise PermissionDenied
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


class DateChangeViewSet(Creates[DateChangeRequest]):
    """Requests for new dates; once agreed, each is a revision. For staff, the Board and the activity's own body."""

    queryset = DateChangeRequest.objects.all()
    serializer_class = DateChangeSerializer
    body_class = DateChangeBody
    filterset_class = DateChangeFilter
    lookup_field = "id"
    lookup_value_regex = "[1-9][0-9]{0,17}"
    http_method_names = ["get", "head", "options", "post"]

    def get_queryset(self) -> QuerySet[DateChangeRequest]:
        visible = DateChangeRequest.objects.visible_to(self.request.user, timezone.localdate())
        rows = visible.filter(activity__strategy__is_in_force=True)
        return rows.select_related("activity", "milestone", "via__organisation")

    def write(self, values: Mapping[str, Any]) -> DateChangeRequest:
        """A request that waits for the approver."""
        return request_date_change(
            activity=values["activity"],
            field=DateField(values["field"]),
            milestone=_milestone(values["activity"], values.get("milestone")),
            proposed_date=values["proposed_date"],
            reason=values["reason"],
            effect=values["effect"],
            by=self.reporter,
            now=timezone.now(),
        )


def _milestone(activity: KeyActivity, position: int | None) -> Milestone | None:
    """The milestone meant. Raises `Refused` where the activity has none there."""
    if position is None:
        return None
    found = activity.milestones.standing().filter(position=position).first()
    if found is None:
        raise Refused(f"{activity.number} has no milestone {position}")
    return found
