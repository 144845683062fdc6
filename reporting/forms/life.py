"""What the performance office is asked in the life of a review: its cover, its agreement, its errata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms

from aims.forms.fields import day_field, line_field, required, words_field
from aims.forms.round import OfOneRound
from aims.models import KeyActivity
from reporting.choices import LineKind, Verb
from reporting.lines.rows import Recommendation
from reporting.sealing import Cover
from reporting.selectors.printed import Printed

RECOMMENDATIONS = 6
Recommended = tuple[forms.BoundField, forms.BoundField]


class CoverForm(OfOneRound):
    """The cover of the Board's paper: its day, who presents, what the Board is asked."""

    board_on = required(day_field("The Board's day"), "Enter the day on which the Board meets")
    director = required(line_field("Accountable director"), "Enter the director who presents the review")

    def __init__(self, *args: Any, cover: Cover, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.initial.update(board_on=cover.board_on, director=cover.director)
        for place in range(1, RECOMMENDATIONS + 1):
            asked = cover.recommendations[place - 1 : place]
            self._add_recommendation(place, asked[0] if asked else None)

    def _add_recommendation(self, place: int, asked: Recommendation | None) -> None:
        verbs = [("", "Not used"), *Verb.choices]
        self.fields[f"verb_{place}"] = forms.ChoiceField(
            label=f"Recommendation {place}: the Board is asked to", choices=verbs, required=False
        )
        self.fields[f"text_{place}"] = words_field(f"Recommendation {place}: what")
        if asked:
            self.initial.update({f"verb_{place}": asked.verb, f"text_{place}": asked.text})

    @property
    def used(self) -> list[Recommended]:
        """The places that something is asked in, or that are wrong, and one more."""
        return self._places[: self._last + 1]

    @property
    def unused(self) -> list[Recommended]:
        """The others."""
        return self._places[self._last + 1 :]

    @property
    def _places(self) -> list[Recommended]:
        return [(self[f"verb_{place}"], self[f"text_{place}"]) for place in range(1, RECOMMENDATIONS + 1)]

    @property
    def _last(self) -> int:
        """How many places there are up to the last one in use."""
        used = [any(each.value() or each.errors for each in place) for place in self._places]
        return max((number for number, is_used in enumerate(used, start=1) if is_used), default=0)

    def clean(self) -> dict[str, Any]:
        """A verb has its words, words have their verb, and one recommendation is made."""
        answers = super().clean()
        for place in range(1, RECOMMENDATIONS + 1):
            verb, text = answers.get(f"verb_{place}"), (answers.get(f"text_{place}") or "").strip()
            if verb and not text:
                self.add_error(f"text_{place}", f"Say what the Board is asked to {Verb(verb).label.lower()}")
            if text and not verb:
                self.add_error(f"verb_{place}", "Choose what the Board is asked to do")
        if not any(answers.get(f"verb_{place}") for place in range(1, RECOMMENDATIONS + 1)):
            self.add_error("verb_1", "Ask the Board for one thing at least: to note the position")
        return answers

    def clean_board_on(self) -> date:
        """The Board has not met yet."""
        day: date = self.cleaned_data["board_on"]
        if day < self.on:
            raise forms.ValidationError("Enter a day that has not passed")
        return day

    def cover(self) -> Cover:
        """What was answered; its recommendations numbered anew."""
        given = self.cleaned_data
        said = [(given[f"verb_{n}"], given[f"text_{n}"].strip()) for n in range(1, RECOMMENDATIONS + 1)]
        asked = (
            Recommendation(number=str(number), verb=Verb(verb), text=text)
            for number, (verb, text) in enumerate(((verb, text) for verb, text in said if verb), start=1)
        )
        return Cover(board_on=given["board_on"], director=given["director"].strip(), recommendations=tuple(asked))


class AgreementForm(forms.Form):
    """What the Board agreed, as its minutes say."""

    use_required_attribute = False

    agreed_on = required(day_field("Day of the meeting"), "Enter the day on which the Board met")
    minute_reference = required(
        line_field("Minute", "For example, minute 47 of 20 November 2026", max_length=80), "Enter the minute"
    )
    resolution = required(
        words_field("What it resolved", "Its recommendations are filled in: correct what it did not take.", rows=5),
        "Write what the Board resolved",
    )


class ReopeningForm(forms.Form):
    """Which activities take updates again, until when and why."""

    use_required_attribute = False

    activities = forms.MultipleChoiceField(
        label="Activities that take updates again",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose the activities in which something is wrong"},
    )
    until = required(day_field("Last day for their updates"), "Enter the last day on which updates are taken")
    reason = required(words_field("Why"), "Say why the review is opened again")

    def __init__(self, *args: Any, activities: Iterable[KeyActivity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.number, f"{each.number} {each.description}") for each in activities]
        self.fields["activities"].choices = choices  # type: ignore[attr-defined]  # declared above


class LineForm(forms.Form):
    """Which line of the review is wrong."""

    use_required_attribute = False

    kind = forms.ChoiceField(label="What the line tells of", choices=LineKind.choices)
    key = line_field(
        "Its reference", "The number, code or name in addresses: 1.1.1, 1.1.1/2, A, dudley", max_length=120
    )


class ErratumForm(forms.Form):
    """What is right instead of one field of a line."""

    use_required_attribute = False

    field = forms.ChoiceField(label="What is wrong", error_messages={"required": "Choose what is wrong"})
    correct = words_field("What is right", "Empty where it is not known.")
    explanation = required(words_field("Why it was wrong"), "Say why it was wrong")

    def __init__(self, *args: Any, printed: Mapping[str, Printed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(path, f"{each.label}: {_short(each.words)}") for path, each in printed.items()]
        self.fields["field"].choices = [("", "Choose what is wrong"), *choices]  # type: ignore[attr-defined]


class PreElectionForm(forms.Form):
    """The weeks before one election."""

    use_required_attribute = False

    election = required(line_field("Election", "For example, combined authority mayor"), "Enter which election it is")
    starts = required(day_field("First day"), "Enter the first day")
    ends = required(day_field("Last day", "Mostly the day of the election."), "Enter the last day")

    def clean(self) -> dict[str, Any]:
        """The days in order, the problem at its field; the database says the same."""
        answers = super().clean() or {}
        starts, ends = answers.get("starts"), answers.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", "Choose a day that is not before the first")
        return answers


def _short(words: str) -> str:
    return f"{words[:80]}…" if len(words) > 80 else words or "nothing"
