"""What the office notes of a meeting of the Board: its answers, and the actions that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from aims.forms.fields import required, words_field
from reporting.choices import Reply


class AnswerForm(forms.Form):
    """The Board's answer to one ask; `seen` is the answer that stood when the page was shown."""

    use_required_attribute = False
    prefix = "answer"

    reply = forms.ChoiceField(
        label="What the Board answered",
        choices=Reply.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the Board answered"},
    )
    text = required(words_field("In its words"), "Write what the Board answered")
    number = forms.CharField(max_length=12, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class PlaceForm(forms.Form):
    """Which thing the meeting looks at: the first one where none is named."""

    thing = forms.IntegerField(required=False, min_value=1)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> int:
        """The place; 0, where nothing is, for what is no number."""
        form = cls(given)
        return form.cleaned_data["thing"] or 1 if form.is_valid() else 0
