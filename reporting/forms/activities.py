"""What the table of a closed review's activities is narrowed by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms

from aims.choices import Mark, Role, State
from reporting.choices import Direction
from reporting.lines.book import Book
from reporting.selectors.sealed.activities import MISSING, NEVER, NOT_MISSING, Wanted

RATED = (Mark.GREEN, Mark.AMBER, Mark.RED, Mark.UNRATED)


def _choice(label: str, every: str, choices: Iterable[tuple[str, Any]] = ()) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", every), *choices])


class ActivityFilter(forms.Form):
    """Every answer narrows the table further; what is no answer counts as none."""

    use_required_attribute = False

    aim = _choice("Aim", "All aims")
    objective = _choice("Objective", "All objectives")
    state = _choice("State", "Any state", [*State.choices, (NEVER, "Never reported")])
    rag = _choice("Rating", "Any rating", [(mark.value, mark.label) for mark in RATED])
    update = _choice("Update", "With or without", [(NOT_MISSING, "Not missing"), (MISSING, "No update")])
    direction = _choice("Since last review", "Any way", Direction.choices)
    role = _choice("Role", "Any role", Role.choices)
    organisation = _choice("Organisation", "All organisations")
    place = _choice("Place", "All places")
    money = _choice("Funding", "With or without", [("yes", "Has funding")])

    def __init__(self, data: Any, *, book: Book) -> None:
        super().__init__(data, auto_id="filter-%s")
        self._among("aim", [(aim.number, f"{aim.number} {aim.title}") for aim in book.aims])
        self._among("objective", [(each.number, f"{each.number} {each.statement}") for each in book.objectives])
        bodies = {line.post.organisation.slug: line.post.organisation.name for line in book.activities}
        self._among("organisation", sorted(bodies.items(), key=lambda body: body[1]))
        self._among("place", [(place.slug, place.name) for place in book.places])
        self.is_valid()

    def _among(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.choices = [*field.choices, *choices]  # type: ignore[attr-defined]  # declared ChoiceFields above

    def wanted(self) -> Wanted:
        """The sound answers."""
        return Wanted(**self.cleaned_data)

    def query(self) -> str:
        """The sound answers as an address has them."""
        return urlencode({name: value for name, value in self.cleaned_data.items() if value})

    def words(self) -> list[str]:
        """Every answer in words, "Rating: Off track"."""
        fields = ((self.fields[name], value) for name, value in self.cleaned_data.items() if value)
        return [f"{field.label}: {dict(field.choices)[value]}" for field, value in fields]  # type: ignore[attr-defined]
