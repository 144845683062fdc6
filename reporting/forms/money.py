"""What the list behind a sum of money is asked for by."""

from __future__ import annotations

from typing import Any

from django import forms

from reporting.choices import Scope
from reporting.selectors.behind import Rating
from reporting.selectors.behind_list import Asked

WITHOUT_OBJECTIVES = {Scope.PLACE, Scope.ORGANISATION, Scope.ROLE}


class BehindForm(forms.Form):
    """Whose money, behind which rating, in which review: the one shown where none is named."""

    scope = forms.ChoiceField(choices=Scope.choices)
    key = forms.CharField(required=False, max_length=80)
    rating = forms.ChoiceField(choices=[(rating.value, rating.label) for rating in Rating])
    review = forms.SlugField(required=False)

    def clean(self) -> dict[str, Any]:
        """Only an aim, an objective, a stream and the whole have money that is not traced to activities."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("rating") == Rating.NOT_TRACED and given.get("scope") in WITHOUT_OBJECTIVES:
            raise forms.ValidationError("Choose an aim, an objective, a stream or the whole strategy")
        return given

    def asked(self) -> Asked:
        """A sound form's answer."""
        given = self.cleaned_data
        return Asked(Scope(given["scope"]), given["key"], Rating(given["rating"]))
