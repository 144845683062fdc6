"""Uploading a finance file, naming its columns, taking it over and undoing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from aims.forms.fields import words_field
from funding.choices import SumUnit
from funding.forms.amounts import reason_field
from funding.imports.columns import COLUMNS, MONTH, STREAM, amounts_of
from funding.imports.limits import MOST_BYTES

NEEDED = {STREAM: "Choose the column of the stream's code", MONTH: "Choose the column of the month"}


class UploadForm(forms.Form):
    """A file of returns. An empty one passes: reading it says what is wrong with it."""

    use_required_attribute = False

    file = forms.FileField(
        label="The file",
        help_text="A .csv file in UTF-8 or an .xlsx file, up to 10 MB and 100,000 rows.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": "Choose the file", "invalid": "Choose the file"},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Not larger than is read."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError("Choose a file of up to 10 MB: export fewer months")
        return file


class ColumnsForm(forms.Form):
    """Which of a file's headings stands for each of our columns."""

    use_required_attribute = False

    def __init__(self, *args: Any, headings: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(heading, heading) for heading in headings]
        for column in COLUMNS:
            needed = NEEDED.get(column.field)
            self.fields[column.field] = forms.ChoiceField(
                label=column.label,
                required=bool(needed),
                choices=[("", "Choose a column" if needed else "Not in the file: leave as it stands"), *offered],
                error_messages={"required": needed or ""},
            )
        self.fields["unit"] = forms.TypedChoiceField(label="The sums are in", choices=SumUnit.choices, coerce=int)

    def clean(self) -> dict[str, Any]:
        """At least one sum, and no heading for two columns."""
        columns = self.columns()
        if not amounts_of(columns):
            self.add_error("committed", "Choose a column for at least one of the sums")
        for name, heading in columns.items():
            if list(columns.values()).count(heading) > 1:
                self.add_error(name, f"Choose “{heading}” once: it stands for one column")
        return self.cleaned_data

    def columns(self) -> dict[str, str]:
        """The chosen headings by our columns' fields."""
        said = self.cleaned_data
        return {column.field: said[column.field] for column in COLUMNS if said.get(column.field)}


class TakeOverForm(forms.Form):
    """One reason for all that is unusual in a file."""

    use_required_attribute = False

    reason = words_field(
        "Why the unusual figures are right", "One reason for the whole file; it is kept with each of them."
    )


class UndoImportForm(forms.Form):
    """Why an import is undone."""

    use_required_attribute = False

    reason = reason_field(
        "Why the import is undone", "Say why the import is undone", "Whoever approves the undoing reads this."
    )
