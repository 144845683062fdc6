"""What the API says of where things stand: the position of an activity, the sums over a scope."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from aims.choices import Mark, Rag, State
from reporting.api.sealed import DigestField, ErratumSerializer
from reporting.api.sums import SumsSerializer
from reporting.choices import Direction
from reporting.lines.rows import Promised
from reporting.selectors.sources import PositionTold, SumsTold
from reporting.summaries.parts import MONEY


class BasisSerializer(serializers.Serializer[Any]):  # no docstring: the schema would say it of every heir
    period = serializers.SlugField(source="basis.period", help_text="The review period that it tells of, by its slug.")
    as_at = serializers.DateField(source="basis.as_at", help_text="The day whose position it tells.")
    seal = DigestField(
        source="basis.seal",
        allow_null=True,
        help_text="The seal of the review that it is read from; null where no sealed review tells it.",
    )
    errata = ErratumSerializer(many=True, help_text="What corrects the sealed figures; nearly always empty.")


class PromisedSerializer(serializers.Serializer[Promised]):
    baseline = serializers.DateField(allow_null=True, help_text="The day that was promised first; null: none was.")
    agreed = serializers.DateField(allow_null=True, help_text="The day agreed last, else the baseline.")
    moves = serializers.IntegerField(min_value=0, help_text="How often a new day was agreed.")


def rating(help_text: str) -> serializers.ChoiceField:
    """A rating, or null."""
    return serializers.ChoiceField(choices=Rag.choices, allow_null=True, help_text=help_text)


def movement(help_text: str) -> serializers.ChoiceField:
    """Better, the same, worse or not comparable."""
    return serializers.ChoiceField(choices=Direction.choices, help_text=help_text)


class PositionSerializer(BasisSerializer, serializers.Serializer[PositionTold]):
    mark = serializers.ChoiceField(
        choices=Mark.choices, help_text="The one mark that stands for it; the marks split all activities."
    )
    previous_mark = serializers.ChoiceField(
        choices=Mark.choices, allow_null=True, help_text="Its mark in the review before; null where it had none."
    )
    direction = movement("How it moved against the review before.")
    long_direction = movement("How it moved against the same half-year of the year before.")
    is_due = serializers.BooleanField(help_text="Whether an update was due.")
    is_carried_forward = serializers.BooleanField(
        help_text="Whether state and ratings are the last approved ones of an earlier period: told, never counted."
    )
    state = serializers.ChoiceField(
        choices=State.choices, allow_null=True, help_text="Where it stood; null where nothing was ever reported."
    )
    rag = rating("How confident its delivery was; null where it carries no rating.")
    forecast_rag = rating("The rating expected at the end of the next period; null where it carries none.")
    suggested_rag = rating("The rating that dates and milestones suggested; null where they suggest none.")
    suggestion_reason = serializers.CharField(help_text="Why that was suggested.")
    override_reason = serializers.CharField(help_text="Why the rating is better than suggested; empty where it is not.")
    overdue_milestones = serializers.IntegerField(
        min_value=0, help_text="The milestones whose last agreed date had passed without a result."
    )
    start = PromisedSerializer(help_text="The planned start.")
    end = PromisedSerializer(help_text="The planned end.")
    moves = serializers.IntegerField(
        min_value=0, help_text="How often any of its dates was moved, those of its milestones too."
    )


class SummarySerializer(BasisSerializer, SumsSerializer):
    comparable = serializers.IntegerField(
        min_value=0, help_text="How many can be compared with the review before: improved, unchanged and worsened."
    )

    def get_fields(self) -> dict[str, Any]:
        """The sums stand one step deeper in what is told; money is null where the ratings alone are told."""
        fields = super().get_fields()
        for name in SumsSerializer().fields.keys() - {"currency", "sentence"}:
            fields[name].source = f"money.{name}" if name in MONEY else f"sums.{name}"
            fields[name].allow_null = fields[name].allow_null or name in MONEY
        return fields

    def get_sentence(self, told: SumsTold) -> str:  # type: ignore[override]  # what is told holds the sums
        return super().get_sentence(told.sums)
