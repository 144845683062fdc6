"""What the API says of the strategy and its progress. Posts are named, never persons."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.serializers import address_of
from aims.api import examples
from aims.api.words import MEANINGS, MEANINGS_OF_DATES, UPDATE_WORDS
from aims.models import Aim, DateChangeRequest, KeyActivity, Objective, ProgressUpdate, ReviewPeriod

NUMBER = {"help_text": "Its reference in the strategy, never used again."}
ADDED = {"help_text": "The day it joined the strategy; null where it has stood from the start."}
RETIRED = {"help_text": "The day it left the strategy; null while it stands."}


@extend_schema_serializer(examples=[examples.AIM])
class AimSerializer(serializers.ModelSerializer[Aim]):
    url = address_of("api-aim-detail", "number")

    class Meta:
        model = Aim
        fields: ClassVar = ["number", "title", "statement", "added_on", "retired_on", "url"]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "number": NUMBER,
            "title": {"help_text": "Its short name."},
            "statement": {"help_text": "Its full wording."},
            "added_on": ADDED,
            "retired_on": RETIRED,
        }


@extend_schema_serializer(examples=[examples.OBJECTIVE])
class ObjectiveSerializer(serializers.ModelSerializer[Objective]):
    aim = serializers.SlugRelatedField[Objective](
        slug_field="number", read_only=True, help_text="The aim that it serves, by its number."
    )
    url = address_of("api-objective-detail", "number")

    class Meta:
        model = Objective
        fields: ClassVar = ["number", "statement", "aim", "added_on", "retired_on", "url"]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "number": NUMBER,
            "statement": {"help_text": "Its wording."},
            "added_on": ADDED,
            "retired_on": RETIRED,
        }


@extend_schema_serializer(examples=[examples.ACTIVITY])
class ActivitySerializer(serializers.ModelSerializer[KeyActivity]):
    objective = serializers.SlugRelatedField[KeyActivity](
        slug_field="number", read_only=True, help_text="The objective that it serves, by its number."
    )
    owner = serializers.SlugRelatedField[KeyActivity](
        slug_field="slug", read_only=True, help_text="The post that answers for it, by its slug."
    )
    contributors = serializers.SlugRelatedField[KeyActivity](
        slug_field="slug",
        many=True,
        read_only=True,
        help_text="The organisations that its wording names, by their slugs.",
    )
    places = serializers.SlugRelatedField[KeyActivity](
        slug_field="slug",
        many=True,
        read_only=True,
        help_text="The constituent authorities' areas that it names, by their slugs; empty: the whole region.",
    )
    url = address_of("api-activity-detail", "number")

    class Meta:
        model = KeyActivity
        fields: ClassVar = [
            "number",
            "description",
            "objective",
            "role",
            "kind",
            "owner",
            "is_proposed",
            "contributors",
            "places",
            "added_on",
            "retired_on",
            "url",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "number": NUMBER,
            "description": {"help_text": "Its wording."},
            "role": {"help_text": "What the combined authority does about it. Influence carries no rating."},
            "kind": {"help_text": "Whether it has an end; a continuing activity never becomes complete."},
            "is_proposed": {
                "help_text": "True until the performance office confirms the role, the kind and the owner."
            },
            "added_on": ADDED,
            "retired_on": RETIRED,
        }


@extend_schema_serializer(examples=[examples.PERIOD])
class ReviewPeriodSerializer(serializers.ModelSerializer[ReviewPeriod]):
    url = address_of("api-period-detail", "slug")

    class Meta:
        model = ReviewPeriod
        fields: ClassVar = [
            "slug",
            "label",
            "starts",
            "ends",
            "submission_opens",
            "submission_closes",
            "state",
            "closed_at",
            "url",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "slug": {"help_text": "Its reference."},
            "label": {"help_text": "Its name."},
            "starts": {"help_text": "The first day under review."},
            "ends": {"help_text": "The last day under review, and the day of the position."},
            "submission_opens": {"help_text": "The first day on which updates are taken."},
            "submission_closes": {"help_text": "The last day on which updates are taken."},
            "state": {"help_text": "How far the review has come."},
            "closed_at": {"help_text": "When its figures were closed; null until then."},
        }


@extend_schema_serializer(examples=[examples.UPDATE])
class UpdateSerializer(serializers.ModelSerializer[ProgressUpdate]):
    activity = serializers.SlugRelatedField[ProgressUpdate](
        slug_field="number", read_only=True, help_text="The key activity that it reports on, by its number."
    )
    period = serializers.SlugRelatedField[ProgressUpdate](
        slug_field="slug", read_only=True, help_text="The review period that it belongs to, by its slug."
    )
    owner = serializers.SlugField(
        source="activity.owner.slug", read_only=True, help_text="The post that answers for the activity, by its slug."
    )
    evidence = serializers.CharField(
        source="readable_evidence",
        read_only=True,
        allow_null=True,
        help_text="A sentence or a link that shows it; null unless there is one and you may read it.",
    )
    return_notes = serializers.DictField(
        child=serializers.CharField(), read_only=True, help_text=MEANINGS["return_notes"]
    )
    exempt_narrative = serializers.CharField(
        source="readable_exempt_narrative",
        read_only=True,
        allow_null=True,
        help_text="What may not be published. Null unless there is some and you may read it.",
    )
    exempt_paragraph = serializers.IntegerField(
        source="readable_exempt_paragraph",
        read_only=True,
        allow_null=True,
        min_value=1,
        max_value=7,
        help_text="The paragraph of Schedule 12A that exempts it. Null unless there is some and you may read it.",
    )
    reported_by = serializers.SlugField(
        source="via.organisation.slug", read_only=True, allow_null=True, default=None, help_text=MEANINGS["reported_by"]
    )
    url = address_of("api-update-detail", "id")

    class Meta:
        model = ProgressUpdate
        fields: ClassVar = [
            "id",
            "activity",
            "period",
            "owner",
            "stage",
            "version",
            "reported_by",
            "return_note",
            "return_notes",
            "as_at",
            "role",
            "kind",
            "state",
            "rag",
            "forecast_rag",
            "suggested_rag",
            "suggestion_reason",
            "override_reason",
            "narrative",
            "cause",
            "cause_detail",
            "impact",
            "action",
            "action_owner",
            "action_by",
            "return_to_green",
            "ask",
            "evidence",
            "decision_by",
            "decision_on",
            "decision_reference",
            "deferred_until",
            "start_reason",
            "forecast_end",
            "is_no_change",
            "exempt_narrative",
            "exempt_paragraph",
            "submitted_at",
            "approved_at",
            "url",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = UPDATE_WORDS


@extend_schema_serializer(examples=[examples.DATE_CHANGE])
class DateChangeSerializer(serializers.ModelSerializer[DateChangeRequest]):
    activity = serializers.SlugRelatedField[DateChangeRequest](
        slug_field="number", read_only=True, help_text="The key activity whose date is to move, by its number."
    )
    milestone = serializers.IntegerField(
        source="milestone.position",
        read_only=True,
        allow_null=True,
        default=None,
        help_text=MEANINGS_OF_DATES["milestone"],
    )
    reported_by = serializers.SlugField(
        source="via.organisation.slug", read_only=True, allow_null=True, default=None, help_text=MEANINGS["reported_by"]
    )
    url = address_of("api-date-change-detail", "id")

    class Meta:
        model = DateChangeRequest
        fields: ClassVar = [
            "id",
            "activity",
            "field",
            "milestone",
            "previous_date",
            "proposed_date",
            "reason",
            "effect",
            "decision",
            "reported_by",
            "requested_at",
            "decided_at",
            "url",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {"id": {"help_text": MEANINGS["id"]}} | {
            name: {"help_text": meaning} for name, meaning in MEANINGS_OF_DATES.items() if name != "milestone"
        }
