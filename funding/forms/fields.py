"""Fields of money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from funding.models.streams import TOO_MUCH
from funding.rules.reading import read_sum

EXAMPLE = "In pounds, for example 26,000,000 or 26m"


class PoundsField(forms.CharField):
    """A sum in pounds as people type it; empty is None, which is not nothing."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", EXAMPLE)
        attributes = {"inputmode": "text", "autocomplete": "off", "class": "govuk-input--width-10"}
        super().__init__(widget=forms.TextInput(attrs=attributes), max_length=40, **options)

    def clean(self, value: Any) -> Any:
        """The sum as a Decimal."""
        words: str = super().clean(value)
        return self._sum(words) if words else None

    def _sum(self, words: str) -> Decimal:
        amount = read_sum(words)
        if amount is None:
            raise forms.ValidationError("Enter a sum in pounds, such as 26,000,000 or 26m")
        if amount >= TOO_MUCH:
            raise forms.ValidationError("Enter a smaller sum: this is a trillion pounds or more")
        if amount != amount.quantize(Decimal("0.01")):
            raise forms.ValidationError("Enter the sum to the penny, with two decimals at most")
        return amount

    def prepare_value(self, value: Any) -> Any:
        """A sum as the form shows it again."""
        return f"{value:,.2f}".removesuffix(".00") if isinstance(value, Decimal) else value


def pounds_field(label: str, required: str = "", **options: Any) -> PoundsField:
    """A sum; with `required`, the words that ask for it."""
    return PoundsField(label=label, required=bool(required), error_messages={"required": required}, **options)
