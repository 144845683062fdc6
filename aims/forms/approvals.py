"""What an approver says: why an update goes back, and why a date moves or does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import conditional_escape

from aims.forms.fields import required
from aims.selectors.said import Answer

MOST_LETTERS = 1000


class ReturnForm(forms.Form):
    """Why an update goes back to its owner: a note on the whole, and one at each answer that it is about."""

    use_required_attribute = False

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    note = forms.CharField(
        label="What has to change",
        help_text="The owner reads this. Leave it empty if the notes at the answers say it all.",
        max_length=MOST_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, answers: Sequence[Answer], **kwargs: Any) -> None:
        """`answers` are those that can have a note; each stands as the hint of its own."""
        super().__init__(*args, **kwargs)
        self.noted = {f"note_{answer.field}": answer.field for answer in answers}
        for answer in answers:
            self.fields[f"note_{answer.field}"] = forms.CharField(
                label=f"Note on “{answer.label}”",
                help_text=conditional_escape(answer.text),
                max_length=MOST_LETTERS,
                required=False,
                widget=forms.Textarea(attrs={"rows": 1}),
            )

    def notes_asked(self) -> list[forms.BoundField]:
        """The questions for a note, each at its answer."""
        return [self[name] for name in self.noted]

    def notes(self) -> Mapping[str, str]:
        """The notes at the answers of a valid form, by field name."""
        return {field: self.cleaned_data[name] for name, field in self.noted.items() if self.cleaned_data[name]}

    def clean(self) -> dict[str, Any]:
        """Refuse to return without a word."""
        given = {**(super().clean() or {}), **self.cleaned_data}
        if not self.errors and not any(given.get(name) for name in ("note", *self.noted)):
            self.add_error("note", "Say what has to change")
        return given


class DateDecisionForm(forms.Form):
    """What the approver says to the new date that they have `seen`; declining without a reason is refused."""

    use_required_attribute = False

    seen = forms.DateField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label="Note",
        help_text="Whoever asked reads it. To decline, say why.",
        max_length=MOST_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, declining: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if declining:
            required(self.fields["note"], "Say why the date is declined")
