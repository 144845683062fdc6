"""The monthly return, and what is said when one goes back or is undone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from aims.choices import Rag
from aims.forms.fields import words_field
from funding.forms.amounts import reason_field
from funding.forms.fields import pounds_field
from funding.models.returns import AMOUNTS
from funding.rules import Figures, month_of

MONTHS_OFFERED = 18


class ReturnForm(forms.Form):
    """One stream's figures for one month. What makes no sense together is the rules' to say."""

    use_required_attribute = False

    month = forms.ChoiceField(label="Month", error_messages={"required": "Choose the month"})
    committed = pounds_field("Committed", help_text="")
    spend_to_date = pounds_field("Spend to date", help_text="")
    budget_this_year = pounds_field("Budget this year", help_text="")
    forecast_outturn = pounds_field("Forecast outturn this year", help_text="")
    re_profiled = pounds_field("Re-profiled to later years", help_text="")
    rating = forms.ChoiceField(label="Rating of the stream", required=False, choices=[("", "Not rated"), *Rag.choices])
    note = words_field("Note", "What a reader of the figures should know.")
    warning_reason = words_field("Why a figure is unusual", "Only where spend is more than committed, or falls.")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = last_months(on)
        self.fields["month"].choices = [(month.isoformat(), f"{month:%B %Y}") for month in months]  # type: ignore[attr-defined]  # declared a ChoiceField above

    def values(self) -> dict[str, Any]:
        """The answers as `submit_return` takes them."""
        answers = self.cleaned_data
        return {
            "month": date.fromisoformat(answers["month"]),
            "figures": Figures(**{name: answers[name] for name in AMOUNTS}),
            "rating": answers["rating"] or None,
            "note": answers["note"],
            "warning_reason": answers["warning_reason"],
        }


class GiveBackForm(forms.Form):
    """Why a return goes back."""

    use_required_attribute = False

    note = reason_field("What has to change", "Say what has to change")


class UndoForm(forms.Form):
    """Why a return is undone."""

    use_required_attribute = False

    reason = reason_field("Why it is undone", "Say why the return is undone")


def last_months(on: date) -> list[date]:
    """The months that can be returned on a day, the latest first."""
    found = [month_of(on)]
    while len(found) < MONTHS_OFFERED:
        earlier = found[-1]
        found.append(date(earlier.year - (earlier.month == 1), (earlier.month - 2) % 12 + 1, 1))
    return found
