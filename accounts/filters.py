"""What lists can be narrowed by: one FilterSet a list, for its page and for the API.

`help_text` is the parameter's description in the API's documentation.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django_filters import CharFilter, ChoiceFilter, FilterSet

from accounts.choices import Membership, OrganisationKind

SLUG = r"^[-a-zA-Z0-9_]{1,80}$"
SEARCH_LENGTH = 100


class Narrowing(FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """What a list can be narrowed by; the parameters add up."""


class ReferenceFilter(CharFilter):  # type: ignore[misc]  # django-filter ships no types
    """An exact reference; one that is not well formed is an error, one that nothing has finds nothing."""

    field_class = forms.RegexField


def by_reference(field: str, regex: str, help_text: str) -> ReferenceFilter:
    """Narrows by the reference of a related row."""
    return ReferenceFilter(field_name=field, regex=regex, help_text=help_text)


def by_choice(choices: Any, help_text: str, **extra: Any) -> ChoiceFilter:
    """Narrows by one value of an enumeration."""
    return ChoiceFilter(choices=choices.choices, help_text=help_text, **extra)


def by_words(field: str) -> CharFilter:
    """Narrows to the rows whose wording contains what is asked for, in whatever case."""
    help_text = "Words that the wording contains, in upper or lower case."
    return CharFilter(field_name=field, lookup_expr="icontains", max_length=SEARCH_LENGTH, help_text=help_text)


class OrganisationFilter(Narrowing):
    kind = by_choice(OrganisationKind, "What the organisation is.")
    membership = by_choice(Membership, "How it belongs to the combined authority.")
    q = by_words("name")


class OwnerFilter(Narrowing):
    organisation = by_reference("organisation__slug", SLUG, "The organisation that the post belongs to, by its slug.")
    q = by_words("title")
