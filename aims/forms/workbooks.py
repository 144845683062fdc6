"""Uploading a workbook, and saying which activities one is wanted for."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Owner
from aims.models import Aim


class WorkbookForm(forms.Form):
    """A filled-in workbook. An empty file passes: reading it says what is wrong with it."""

    use_required_attribute = False

    sheet = forms.FileField(
        label="Your filled-in workbook",
        help_text="An .xlsx file of up to 5 MB.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "Choose the workbook", "invalid": "Choose the workbook"},
    )


class ChoiceForm(forms.Form):
    """Which activities the office wants in a workbook."""

    use_required_attribute = False

    aim = forms.ChoiceField(label="Aim", required=False)
    post = forms.ChoiceField(label="Post", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        aims = Aim.objects.filter(strategy__is_in_force=True).order_by("order").values_list("number", "title")
        posts = Owner.objects.filter(activities__strategy__is_in_force=True).distinct().values_list("slug", "title")
        self._offer("aim", "All aims", [(number, f"{number} {title}") for number, title in aims])
        self._offer("post", "All posts", list(posts))

    def _offer(self, name: str, everything: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]  # a ChoiceField, above
