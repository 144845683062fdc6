"""Moving an award, allocating, ending an allocation."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Organisation
from aims.forms.fields import day_field, required, words_field
from aims.models import KeyActivity, Objective, Strategy
from funding.choices import AmountKind
from funding.forms.fields import pounds_field


def reason_field(label: str, missing: str, help_text: str = "") -> forms.CharField:
    """Why money moves; always asked."""
    return required(words_field(label, help_text), missing)


class AwardForm(forms.Form):
    """A dated change of the award or of over-programming."""

    use_required_attribute = False

    kind = forms.ChoiceField(
        label="What changes",
        choices=AmountKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what changes"},
    )
    amount = pounds_field("New amount", "Enter the new amount")
    dated = required(day_field("From which day it holds"), "Enter the day from which it holds")
    reason = reason_field("Why", "Say why the amount changes", "For example, the letter or the decision that says so.")

    def clean_kind(self) -> AmountKind:
        """The enumeration's own value."""
        return AmountKind(self.cleaned_data["kind"])


class AllocationForm(forms.Form):
    """An amount for one activity, or for one objective that is not broken down yet."""

    use_required_attribute = False

    target = forms.CharField(
        label="What it is for",
        help_text="The number of a key activity, such as 4.1.3, or of an objective not broken down yet, such as 4.1",
        max_length=20,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "autocomplete": "off"}),
        error_messages={"required": "Enter the number of an activity or an objective"},
    )
    amount = pounds_field("Amount", "Enter the amount")
    reason = reason_field(
        "What it rests on", "Say what the allocation rests on", "For example, WMCA Board, 14 November 2025, minute 12."
    )

    def __init__(self, *args: Any, strategy: Strategy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strategy = strategy

    def clean_target(self) -> KeyActivity | Objective:
        """What has this number in the stream's strategy."""
        number = self.cleaned_data["target"].strip()
        found: KeyActivity | Objective | None = (
            KeyActivity.objects.filter(strategy=self.strategy, number=number).first()
            or Objective.objects.filter(strategy=self.strategy, number=number).first()
        )
        if found is None:
            raise forms.ValidationError("Enter the number of an activity or an objective: nothing has this one")
        return found


class ReturnerForm(forms.Form):
    """Which body returns a stream's figures."""

    use_required_attribute = False

    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.order_by("name"),
        required=False,
        label="Who returns the figures",
        empty_label="The combined authority’s own finance",
        help_text="Its programs may then send the stream’s monthly returns with a key. Somebody in finance still "
        "approves each of them.",
    )


class EndForm(forms.Form):
    """Why an allocation ends."""

    use_required_attribute = False

    reason = reason_field("Why it ends", "Say why the allocation ends")
