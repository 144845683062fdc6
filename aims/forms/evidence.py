"""A file that is to be kept as evidence; what it is, the service finds out."""

from __future__ import annotations

from django import forms

from aims.evidence import SUFFIXES


def evidence_file(*, required: bool) -> forms.FileField:
    """A file of the kinds that are kept. An empty one passes: the service says what is wrong with it."""
    return forms.FileField(
        label="File",
        help_text="PDF, Word, Excel, PowerPoint, OpenDocument or a picture, up to 10 MB.",
        required=required,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{suffix}" for suffix in SUFFIXES)}),
        error_messages={"required": "Choose a file", "invalid": "Choose a file", "missing": "Choose a file"},
    )


class EvidenceForm(forms.Form):
    """A file to be attached."""

    use_required_attribute = False

    file = evidence_file(required=True)
