"""Fields that the tracker's forms share, in the words and forms that people type."""

from __future__ import annotations

from typing import TypeVar

from django import forms

AnyField = TypeVar("AnyField", bound=forms.Field)

DATE_FORMATS = ["%d %B %Y", "%d %b %Y", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"]
DATE_EXAMPLE = "For example, 31 January 2027"


def day_field(label: str, help_text: str = DATE_EXAMPLE) -> forms.DateField:
    """A date typed as people write it."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=False,
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(format="%-d %B %Y", attrs={"class": "govuk-input--width-10", "autocomplete": "off"}),
        error_messages={"invalid": "Enter a date such as 31 January 2027"},
    )


def words_field(label: str, help_text: str = "", rows: int = 2) -> forms.CharField:
    """A few sentences."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=4000, widget=area)


def line_field(label: str, help_text: str = "", max_length: int = 160) -> forms.CharField:
    """A few words."""
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=max_length)


def required(field: AnyField, message: str) -> AnyField:
    """The same field, which has to be answered; the message asks for it."""
    field.required = True
    field.error_messages["required"] = message
    return field
