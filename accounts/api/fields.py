"""Fields of bodies that take what the description says and nothing that only looks like it.

Django REST framework takes 5 for “5” and “20260930” for a day; a program that sends these has a mistake in it, and
hears of it.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
POUNDS = r"^[0-9]{1,12}(\.[0-9]{1,2})?$"
LARGEST_PLACE = 32_767


class WordsField(serializers.CharField):
    """Text, sent as a string."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class DayField(serializers.DateField):
    """A day as RFC 3339 writes it: `2026-09-30`."""

    def to_internal_value(self, data: Any) -> date:
        if not (isinstance(data, str) and DAY.fullmatch(data)):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(data)


class PlaceField(serializers.IntegerField):
    """A small whole number from 1 up, sent as a number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, **{"max_value": LARGEST_PLACE, **options})

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class ChoiceField(serializers.ChoiceField):
    """One value of an enumeration; the refusal lists them."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choices:
            known = ", ".join(str(value) for value in self.choices)
            raise serializers.ValidationError(f"Choose one of: {known}.")
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "pattern": POUNDS})
class PoundsField(serializers.DecimalField):
    """A sum of pounds and pence, sent as a string so that no program rounds it."""

    default_error_messages = {"form": "Give a string of pounds, with the pence after a point: “1050000.00”."}

    def __init__(self, **options: Any) -> None:
        super().__init__(14, 2, **options)

    def to_internal_value(self, data: Any) -> Decimal:
        if not (isinstance(data, str) and re.fullmatch(POUNDS, data, re.ASCII)) or data.endswith("\n"):
            self.fail("form")
        return super().to_internal_value(data)


class OwnField(serializers.SlugRelatedField[Any]):
    """Something by its reference, among what the asker may write for: another's answers as one that does not exist.

    `permission` is asked of the row that is named; an heir says which rows the asker could name at all.
    """

    def __init__(self, *, pattern: str, permission: str, **options: Any) -> None:
        self.pattern, self.permission = pattern, permission
        super().__init__(**options)

    def seen_by(self, user: User) -> QuerySet[Any]:
        """The rows that the asker could name."""
        raise TypeError(f"{type(self).__name__} does not say what can be named")

    def get_queryset(self) -> QuerySet[Any]:
        return self.seen_by(self.context["request"].user)

    def to_internal_value(self, data: Any) -> Model:
        if not (isinstance(data, str) and re.search(self.pattern, data)) or data.endswith("\n"):
            self.fail("does_not_exist")
        found: Model = super().to_internal_value(data)
        if not self.context["request"].user.has_perm(self.permission, found):
            self.fail("does_not_exist")
        return found
