"""What partners send: updates and requests for new dates."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework.exceptions import ValidationError

from accounts.api.fields import ChoiceField, DayField, OwnField, PlaceField, WordsField
from accounts.api.writing import Body
from accounts.models import User
from aims.api import examples
from aims.api.words import MEANINGS, MEANINGS_OF_DATES
from aims.choices import Cause, DateField, Rag, Sending, State
from aims.filters import ACTIVITY
from aims.models import KeyActivity

LONGEST = 4000


def words(name: str, most: int = LONGEST) -> WordsField:
    """Some sentences; empty where nothing is said."""
    return WordsField(required=False, allow_blank=True, max_length=most, help_text=MEANINGS[name])


def choice(name: str, choices: Any) -> ChoiceField:
    """One of an enumeration, or null."""
    return ChoiceField(choices=choices.choices, required=False, allow_null=True, help_text=MEANINGS[name])


def day(name: str) -> DayField:
    """A day, or null."""
    return DayField(required=False, allow_null=True, help_text=MEANINGS[name])


@extend_schema_field({"type": "string", "pattern": ACTIVITY})
class OwnActivityField(OwnField):
    """A key activity that stands today, by its number."""

    default_error_messages = {"does_not_exist": "There is no key activity of this number that you report on."}

    def __init__(self, permission: str, **options: Any) -> None:
        super().__init__(slug_field="number", pattern=ACTIVITY, permission=permission, **options)

    def seen_by(self, user: User) -> QuerySet[KeyActivity]:
        standing = KeyActivity.objects.visible_to(user).standing(timezone.localdate())
        return standing.select_related("owner", "strategy", "objective")


@extend_schema_serializer(examples=[examples.UPDATE_BODY])
class UpdateBody(Body):
    """A progress update. On a change, fields that are left out stay as they are."""

    stays = ("activity",)
    activity = OwnActivityField("aims.write_update", help_text="The key activity that it reports on, by its number.")
    stage = ChoiceField(
        choices=Sending.choices,
        required=False,
        help_text="“submitted” sends it for approval; a draft may be changed further.",
    )
    as_at = day("as_at")
    state = choice("state", State)
    rag = choice("rag", Rag)
    forecast_rag = choice("forecast_rag", Rag)
    narrative = words("narrative")
    exempt_narrative = words("exempt_narrative")
    exempt_paragraph = PlaceField(required=False, allow_null=True, max_value=7, help_text=MEANINGS["exempt_paragraph"])
    cause = choice("cause", Cause)
    cause_detail = words("cause_detail", 200)
    impact = words("impact")
    action = words("action")
    action_owner = words("action_owner", 160)
    action_by = day("action_by")
    return_to_green = day("return_to_green")
    ask = words("ask")
    evidence = words("evidence")
    override_reason = words("override_reason")
    decision_by = words("decision_by", 160)
    decision_on = day("decision_on")
    decision_reference = words("decision_reference", 80)
    deferred_until = day("deferred_until")
    start_reason = words("start_reason")
    forecast_end = day("forecast_end")


@extend_schema_serializer(examples=[examples.DATE_CHANGE_BODY])
class DateChangeBody(Body):
    """A request for a new date. On a change, fields that are left out stay as they are."""

    stays = ("activity", "field", "milestone")
    activity = OwnActivityField("aims.keep_dates", help_text="The key activity whose date has to move, by its number.")
    field = ChoiceField(choices=DateField.choices, help_text=MEANINGS_OF_DATES["field"])
    milestone = PlaceField(required=False, allow_null=True, help_text=MEANINGS_OF_DATES["milestone"])
    proposed_date = DayField(help_text=MEANINGS_OF_DATES["proposed_date"])
    reason = WordsField(max_length=LONGEST, help_text=MEANINGS_OF_DATES["reason"])
    effect = WordsField(required=False, allow_blank=True, max_length=LONGEST, help_text=MEANINGS_OF_DATES["effect"])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """With the field and the milestone that are meant, as the service takes them."""
        if self.partial:
            return attrs
        field, activity, position = DateField(attrs["field"]), attrs["activity"], attrs.get("milestone")
        milestone = activity.milestones.standing().filter(position=position).first() if position else None
        if (field == DateField.MILESTONE) != (position is not None):
            raise ValidationError({"milestone": ["Name the milestone where one is to move, and only there."]})
        if position and milestone is None:
            raise ValidationError({"milestone": [f"{activity.number} has no milestone {position}."]})
        return {"effect": "", **attrs, "field": field, "milestone": milestone}
