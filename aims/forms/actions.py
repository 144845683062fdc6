"""The questions about what the Board asked for: what, of whom and by when; and what has come of it."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Owner
from aims.forms.dates import known_day
from aims.forms.fields import line_field, required, words_field
from aims.models import KeyActivity, ReviewPeriod

OPEN, DONE = "open", "done"
LONGEST_NUMBER = 12


class ActionForm(forms.Form):
    """One action that the Board asked for, as the office notes it; `about` is the number of the activity at hand."""

    use_required_attribute = False
    prefix = "action"

    text = required(words_field("What the Board asked for"), "Write what the Board asked for")
    owner = forms.ModelChoiceField(
        label="Post that answers",
        queryset=Owner.objects.none(),
        to_field_name="slug",
        empty_label="Choose a post",
        error_messages={"required": "Choose the post that answers", "invalid_choice": "Choose a post from the list"},
    )
    due_on = required(known_day("By when"), "Enter the day by which it is to be done")
    activity = line_field("Activity, if it is about one", "Its number, for example 4.2.3", max_length=LONGEST_NUMBER)

    def __init__(self, *args: Any, period: ReviewPeriod, about: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.period = period
        self.fields["owner"].queryset = Owner.objects.select_related("organisation")  # type: ignore[attr-defined]
        if about:
            self.fields["activity"].initial = about
            self.fields["activity"].widget = forms.HiddenInput()

    def clean_activity(self) -> KeyActivity | None:
        """The activity of that number, or None where none was named."""
        number = self.cleaned_data["activity"].strip()
        if not number:
            return None
        found = KeyActivity.objects.filter(strategy=self.period.strategy_id, number=number).first()
        if found is None:
            raise forms.ValidationError("Enter the number of an activity, such as 4.2.3, or leave it empty")
        return found


class ReportForm(forms.Form):
    """What has been done about an action."""

    use_required_attribute = False

    text = required(
        words_field("What has been done", "The Board reads this in its next review.", rows=4),
        "Say what has been done, or what stands in the way",
    )
    outcome = forms.ChoiceField(
        label="Is it done?",
        choices=[(OPEN, "Not yet"), (DONE, "It is done")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it is done"},
    )

    def answers(self) -> dict[str, Any]:
        """A sound form's answers as `report_on_action` takes them."""
        return {"text": self.cleaned_data["text"], "is_done": self.cleaned_data["outcome"] == DONE}
