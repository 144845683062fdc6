"""The day of which a page is to tell, as three boxes or as one ISO date in an address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from aims.rules.wording import long_date
from reporting.selectors.as_it_stood_when import Days

PARTS = ("day", "month", "year")


class DateParts(forms.MultiWidget):
    """Day, month and year, as GOV.UK asks for a date that people know; `?on=2026-06-30` fills all three."""

    template_name = "django/forms/widgets/date_parts.html"

    def __init__(self) -> None:
        digits = {"inputmode": "numeric", "autocomplete": "off"}
        short, long = ({**digits, "class": f"govuk-date-input__input govuk-input--width-{size}"} for size in (2, 4))
        boxes = zip(PARTS, (short, short, long), strict=True)
        super().__init__(widgets={part: forms.TextInput(attrs=attributes) for part, attributes in boxes})

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> list[Any]:
        """The parts as strings, "" where nothing was said; years first in an address."""
        if data.get(name):
            return [*data[name].split("-"), "", ""][2::-1]
        return [data.get(f"{name}_{part}") or "" for part in PARTS]

    def decompress(self, value: date | None) -> list[Any]:
        """The parts of a day."""
        return [value.day, value.month, value.year] if value else ["", "", ""]


class DayField(forms.Field):
    """A day in three parts; what is missing or impossible is named."""

    widget = DateParts

    def clean(self, value: list[str]) -> date:
        """The day."""
        parts = dict(zip(PARTS, (part.strip() for part in value), strict=True))
        missing = [f"a {name}" for name, part in parts.items() if not part]
        if len(missing) == len(PARTS):
            raise forms.ValidationError("Enter the date")
        if missing:
            raise forms.ValidationError(f"The date must include {' and '.join(missing)}")
        return _real(**parts)


def _real(day: str, month: str, year: str) -> date:
    if year.isdecimal() and len(year) != 4:
        raise forms.ValidationError("The year must have four digits")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise forms.ValidationError("The date must be a real one, for example 30 6 2026") from None


class DayForm(forms.Form):
    """Which day, among those that this person may ask for; None where there is no such day yet."""

    use_required_attribute = False

    on = DayField(label="Date", help_text="For example, 30 6 2026")

    def __init__(self, *args: Any, days: Days | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = days

    def clean_on(self) -> date:
        """A day that something can be told of."""
        day: date = self.cleaned_data["on"]
        if self.days is None:
            raise forms.ValidationError("Come back later: there is no review yet that could be shown as it stood")
        if day < self.days.first:
            first = long_date(self.days.first)
            raise forms.ValidationError(f"The date must be {first} or later: nothing was recorded before")
        if day > self.days.last:
            raise forms.ValidationError(_too_late(self.days))
        return day


def _too_late(days: Days) -> str:
    if days.is_published:
        last = long_date(days.last)
        return f"The date must be {last} or earlier: what has happened since that review is not public yet"
    return "The date must be today or in the past"
