"""What lists can be narrowed by: one FilterSet a list.

`help_text` is the parameter's description in the API's documentation. Parameters add up; one that names references
or values of an enumeration takes several, separated by commas, and finds what has any of them.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django_filters import CharFilter, Filter, FilterSet

from accounts.choices import Membership, OrganisationKind

SLUG = r"^[-a-zA-Z0-9_]{1,80}$"
SEARCH_LENGTH = 100


class Narrowing(FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """What a list can be narrowed by; the parameters add up."""


class ReferenceField(forms.Field):
    """A reference that is well formed, to the letter; nothing else has to exist under it."""

    def __init__(self, *, regex: str, **options: Any) -> None:
        super().__init__(**options)
        self.regex = regex

    def to_python(self, value: Any) -> Any:
        """Raises `ValidationError` for one that is not well formed."""
        if value and not re.fullmatch(self.regex.removeprefix("^").removesuffix("$"), value):
            raise ValidationError(f"“{value}” is not a reference of this kind.")
        return value


class ValueField(forms.ChoiceField):
    """One value of an enumeration."""

    default_error_messages = {"invalid_choice": "There is no “%(value)s” here."}


class DayField(forms.Field):
    """A day as ISO 8601 writes it: 2026-09-30."""

    def to_python(self, value: Any) -> date | None:
        """Raises `ValidationError` for anything else, such as a week or a day without its noughts."""
        if not value:
            return None
        try:
            return date.fromisoformat(value) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else _refuse(value)
        except ValueError:
            return _refuse(value)


def _refuse(value: str) -> date:
    raise ValidationError(f"“{value}” is not a day. Write it as 2026-09-30.")


class FlagField(forms.Field):
    """True or false, in these letters."""

    def to_python(self, value: Any) -> bool | None:
        """Raises `ValidationError` for anything else."""
        if value and value not in ("true", "false"):
            raise ValidationError("Give true or false.")
        return value == "true" if value else None


class SeveralField(forms.Field):
    """Values of one kind, separated by commas, each once."""

    def __init__(self, *, one: forms.Field, **options: Any) -> None:
        super().__init__(**options)
        self.one = one

    def to_python(self, value: Any) -> list[Any]:
        """Raises `ValidationError` for a value that is not of the kind or comes twice."""
        given = value.split(",") if value else []
        twice = [f"Name “{one}” once." for one, times in Counter(given).items() if times > 1]
        if twice:
            raise ValidationError(twice)
        if "" in given:
            raise ValidationError("There is nothing between two commas, or at an end.")
        return [self.one.clean(one) for one in given]


class AnyOf(Filter):  # type: ignore[misc]  # django-filter ships no types
    """The rows that have any of the values; each once, also where a row has several of them."""

    field_class = SeveralField

    def filter(self, rows: QuerySet[Any], values: list[Any]) -> QuerySet[Any]:
        if not values:
            return rows
        having = Q(**{f"{self.field_name}__in": values})
        if not self.distinct:
            return rows.filter(having)
        return rows.filter(pk__in=rows.model._default_manager.filter(having).values("pk"))


class ReferenceFilter(Filter):  # type: ignore[misc]  # django-filter ships no types
    """An exact reference; one that is not well formed is an error, one that nothing has finds nothing."""

    field_class = ReferenceField


class WordsFilter(CharFilter):  # type: ignore[misc]  # django-filter ships no types
    """The rows in which every word asked for occurs somewhere in some columns."""

    def __init__(self, *columns: str, **options: Any) -> None:
        super().__init__(max_length=SEARCH_LENGTH, strip=False, **options)
        self.columns = columns

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        for word in value.split():
            found = (Q(**{f"{column}__icontains": word}) for column in self.columns)
            rows = rows.filter(Q.create(list(found), connector=Q.OR))
        return rows


class DayFilter(Filter):  # type: ignore[misc]  # django-filter ships no types
    """The rows on one side of a day."""

    field_class = DayField


class FlagFilter(Filter):  # type: ignore[misc]  # django-filter ships no types
    """The rows of which something is true, or false."""

    field_class = FlagField


def by_reference(field: str, regex: str, help_text: str, *, of_many: bool = False) -> AnyOf:
    """Narrows by the references of related rows; `of_many` where a row may have several."""
    return AnyOf(
        field_name=field,
        one=ReferenceField(regex=regex),
        distinct=of_many,
        help_text=help_text + " Or several, separated by commas.",
    )


def by_choice(choices: Any, help_text: str, **extra: Any) -> AnyOf:
    """Narrows by values of an enumeration."""
    one = ValueField(choices=choices.choices)
    return AnyOf(one=one, help_text=help_text + " Or several, separated by commas.", **extra)


def by_words(*columns: str) -> WordsFilter:
    """Narrows to the rows in which each of the words occurs, in whatever case."""
    return WordsFilter(*columns, help_text="Words that all occur in it, in upper or lower case.")


def from_day(field: str, help_text: str) -> DayFilter:
    """Narrows to a day or an instant on a day or after it."""
    return DayFilter(field_name=field, lookup_expr="gte", help_text=help_text)


def to_day(field: str, help_text: str) -> DayFilter:
    """Narrows to a day or an instant on a day or before it."""
    return DayFilter(field_name=field, lookup_expr="lte", help_text=help_text)


def by_flag(field: str, help_text: str) -> FlagFilter:
    """Narrows to what is so, or is not."""
    return FlagFilter(field_name=field, help_text=help_text)


class OrganisationFilter(Narrowing):
    kind = by_choice(OrganisationKind, "What the organisation is.")
    membership = by_choice(Membership, "How it belongs to the combined authority.")
    q = by_words("name", "slug")


class OwnerFilter(Narrowing):
    organisation = by_reference("organisation__slug", SLUG, "The organisation that the post belongs to, by its slug.")
    approving_post = by_reference("approving_post__slug", SLUG, "The post that signs off for it, by its slug.")
    is_proposed = by_flag("is_proposed", "False: the performance office has confirmed the post.")
    q = by_words("title", "organisation__name")
