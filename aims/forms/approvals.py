"""What an approver says when an update goes back."""

from __future__ import annotations

from django import forms


class ReturnForm(forms.Form):
    """Why an update goes back to its owner."""

    use_required_attribute = False

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    note = forms.CharField(
        label="What has to change",
        help_text="The owner reads this.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say what has to change"},
    )
