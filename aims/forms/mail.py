"""What a person wants by mail."""

from __future__ import annotations

from django import forms

from aims.models import MailPreference

REMINDERS, DECISIONS = "reminders", "decisions"
CHOICES = [
    (REMINDERS, "Reminders of updates and actions that are due or overdue, at most one mail a day"),
    (DECISIONS, "Decisions: on what you sent, and what the Board answers or asks of your posts"),
]


class MailForm(forms.Form):
    """A tick for each kind of mail that can be turned off."""

    use_required_attribute = False

    wanted = forms.MultipleChoiceField(
        label="Send me",
        choices=CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the two kinds of mail"},
    )


def initial_of(preference: MailPreference) -> dict[str, list[str]]:
    """The ticks of a preference."""
    return {"wanted": [name for name, _ in CHOICES if getattr(preference, name)]}
