"""What was summed up for one scope, as the API tells it: of a sealed line, or of a round under way."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from funding.api.serializers import InPounds
from reporting.choices import Direction, Headline
from reporting.lines.rows import Sums
from reporting.rules import Counts, position_sentence

COUNTED: Final = {
    "activities": "The key activities that stand in the strategy: the denominator of every state.",
    "due": "Those of which an update was due.",
    "updated": "Of the due, those with an update that counts.",
    "not_started": "Those not started.",
    "in_progress": "Those in progress.",
    "complete": "Those complete.",
    "complete_rated": "Of the complete, those that the combined authority delivers or enables.",
    "deferred": "Those deferred by a decision.",
    "cancelled": "Those cancelled by a decision.",
    "never_reported": "Those of which nothing was ever reported.",
    "green": "Those in progress and on track, by an update that counts.",
    "amber": "Those in progress and at risk, by an update that counts.",
    "red": "Those in progress and off track, by an update that counts.",
    "unrated": "Those in progress whose update carries no rating, as it is with influence.",
    "no_update": "Of the due, those without an update that counts.",
    "no_update_rated": "Of them, those in progress that would carry a rating.",
    "forecast_green": "Those expected on track at the end of the next period.",
    "forecast_amber": "Those expected at risk at the end of the next period.",
    "forecast_red": "Those expected off track at the end of the next period.",
    "overdue_milestones": "The milestones whose last agreed date has passed without a result.",
    "rated": "The denominator of the headline's mean: on track, at risk, off track, and complete of those rated.",
}


class CountsSerializer(serializers.Serializer[Counts]):  # no docstring: the schema would say it of every heir
    def get_fields(self) -> dict[str, Any]:
        return {name: serializers.IntegerField(min_value=0, help_text=told) for name, told in COUNTED.items()}


def sum_of_money(help_text: str) -> serializers.DecimalField:
    """Pounds and pence, as a string."""
    return serializers.DecimalField(14, 2, help_text=help_text)


class SumsSerializer(InPounds, serializers.Serializer[Sums]):
    headline = serializers.ChoiceField(choices=Headline.choices, help_text="The one word for all of it.")
    headline_reason = serializers.CharField(help_text="The rule that made the headline, with its figures.")
    score = serializers.DecimalField(
        5, 4, allow_null=True, help_text="The mean behind the headline, from 0 to 1; null where none made it."
    )
    sentence = serializers.SerializerMethodField(help_text="The position in words.")
    direction = serializers.ChoiceField(
        choices=Direction.choices, help_text="How the headline moved against the review before."
    )
    improved = serializers.IntegerField(help_text="How many activities stand better than in the review before.")
    unchanged = serializers.IntegerField(help_text="How many stand as they did.")
    worsened = serializers.IntegerField(help_text="How many stand worse.")
    newly_complete = serializers.IntegerField(help_text="How many were completed since.")
    worst = serializers.CharField(
        allow_null=True, help_text="The key activity that stands worst, by its number; null: none is in trouble."
    )
    allocated = sum_of_money("Allocated to the activities, in pounds and pence.")
    behind_red = sum_of_money("Of it, what stands behind activities that are off track.")
    behind_amber = sum_of_money("Of it, what stands behind activities that are at risk.")
    rating_not_known = sum_of_money("Of it, what stands behind activities without an update that counts.")
    not_traced = sum_of_money("Beside it, what is allocated to objectives only.")
    counts = CountsSerializer(help_text="How many activities stand where, with the denominators.")

    @extend_schema_field(str)
    def get_sentence(self, sums: Sums) -> str:
        return position_sentence(sums.counts)
