"""What partners send: updates and requests for new dates."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.api.writing import Body
from aims.api.words import MEANINGS
from aims.choices import Cause, DateField, Rag, Stage, State
from aims.models import KeyActivity
from aims.models.progress import SCHEDULE_12A_PARAGRAPHS

SENDING = [(Stage.DRAFT.value, "Draft"), (Stage.SUBMITTED.value, "Sent for approval")]
LONGEST = 4000


def words(name: str, most: int = LONGEST) -> serializers.CharField:
    """Some sentences; empty where nothing is said."""
    return serializers.CharField(required=False, allow_blank=True, max_length=most, help_text=MEANINGS[name])


def choice(name: str, choices: Any) -> serializers.ChoiceField:
    """One of an enumeration, or null."""
    return serializers.ChoiceField(choices=choices.choices, required=False, allow_null=True, help_text=MEANINGS[name])


def day(name: str) -> serializers.DateField:
    """A day, or null."""
    return serializers.DateField(required=False, allow_null=True, help_text=MEANINGS[name])


class OwnActivityField(serializers.SlugRelatedField[KeyActivity]):
    """A key activity by its number, among those that the asker may write for: another's answers as none does."""

    def __init__(self, permission: str, **kwargs: Any) -> None:
        self.permission = permission
        super().__init__(slug_field="number", **kwargs)

    def get_queryset(self) -> Any:
        seen = KeyActivity.objects.visible_to(self.context["request"].user).standing(timezone.localdate())
        return seen.select_related("owner", "strategy", "objective")

    def to_internal_value(self, data: Any) -> KeyActivity:
        found: KeyActivity = super().to_internal_value(data)
        if not self.context["request"].user.has_perm(self.permission, found):
            raise ValidationError(f"There is no key activity {found.number} that you report on.")
        return found
