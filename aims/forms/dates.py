"""The questions about promised dates. What makes no sense is said at its question; the services refuse it too."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from aims.forms.evidence import evidence_file
from aims.forms.fields import day_field, line_field, required, words_field
from aims.selectors.dates import Dates, Promise
from aims.services.dates import EARLIEST, LATEST

ONCE = "It is set once and can never be edited."


def known_day(label: str, help_text: str = "") -> forms.DateField:
    """A day within the years that a strategy can promise."""
    field = day_field(label, help_text) if help_text else day_field(label)
    field.validators.append(_within_years)
    return field


def _within_years(day: date) -> None:
    if not EARLIEST <= day <= LATEST:
        raise forms.ValidationError(f"Enter a date between {EARLIEST.year} and {LATEST.year}")


class BaselineForm(forms.Form):
    """The first dates, for those that have none yet."""

    use_required_attribute = False

    def __init__(self, *args: Any, dates: Dates, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dates = dates
        for promise in dates.without_baseline:
            self.fields[promise.key] = known_day(promise.title)

    def clean(self) -> dict[str, Any]:
        """At least one date, and an end on or after the start."""
        answers: dict[str, Any] = super().clean() or {}
        if not self.fields:
            raise forms.ValidationError("Every date has its baseline already: ask for a new date instead")
        if not self.errors and not any(answers.values()):
            self.add_error(next(iter(self.fields)), "Enter at least one date")
        start = answers.get("start") or self.dates.start.agreed
        end = answers.get("end") or self.dates.end.agreed
        if start and end and end < start:
            self.add_error("end" if answers.get("end") else "start", "Enter an end on or after the start")
        return answers

    def values(self) -> dict[str, Any]:
        """The answers as `set_baseline` takes them."""
        answers = self.cleaned_data
        milestones = {int(key): day for key, day in answers.items() if key.isdecimal() and day}
        return {"start": answers.get("start"), "end": answers.get("end"), "milestones": milestones}


class MilestoneForm(forms.Form):
    """A new milestone."""

    use_required_attribute = False

    title = required(
        line_field("What is reached", "For example, Contract let", max_length=200),
        "Say what is reached with the milestone",
    )
    baseline_date = known_day("When it is promised", f"For example, 31 January 2027. {ONCE} Leave it empty if unknown.")


class CompletionForm(forms.Form):
    """That a milestone was reached, and what shows it."""

    use_required_attribute = False

    completed_on = required(known_day("When it was reached"), "Enter the day on which it was reached")
    evidence = words_field("What shows it", "A sentence or a link, a file below, or both.")
    file = evidence_file(required=False)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean_completed_on(self) -> date:
        """A day that has come."""
        day: date = self.cleaned_data["completed_on"]
        if day > self.on:
            raise forms.ValidationError("Enter a day up to today: a milestone is completed when it has happened")
        return day

    def clean(self) -> dict[str, Any]:
        """Words, a file, or both."""
        answers: dict[str, Any] = super().clean() or {}
        if "file" not in self.errors and not answers.get("file") and not answers.get("evidence", "").strip():
            self.add_error("evidence", "Say what shows that it was reached, or attach a file")
        return answers


class AskForm(forms.Form):
    """A request for a new date."""

    use_required_attribute = False

    which = forms.ChoiceField(
        label="Which date has to move",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the date that has to move",
            "invalid_choice": "Choose one of the dates that can move now",
        },
    )
    proposed_date = required(known_day("The new date that you propose"), "Enter the date that you propose")
    reason = required(
        words_field("Why it has to move", "The approver decides by this, and the Board can read it."),
        "Say why the date has to move",
    )
    effect = words_field("What the new date changes", "For cost, scope or other activities. Leave it empty if nothing.")

    def __init__(self, *args: Any, dates: Dates, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dates, self.on = dates, on
        self.fields["which"].choices = [(each.key, _now(each)) for each in dates.promises if each.may_move]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A day other than the one that stands, still to come, in order with the other dates."""
        answers: dict[str, Any] = super().clean() or {}
        promise, proposed = self.dates.by_key(answers.get("which", "")), answers.get("proposed_date")
        problem = promise and proposed and self._problem(promise, proposed)
        if problem:
            self.add_error("proposed_date", problem)
        return answers

    def _problem(self, promise: Promise, proposed: date) -> str:
        start = proposed if promise.key == "start" else self.dates.start.agreed
        end = proposed if promise.key == "end" else self.dates.end.agreed
        if proposed == promise.agreed:
            return "Enter another day than the one that stands"
        if promise.key != "start" and proposed < self.on:
            return "Enter a day that is still to come: a promise is for the future"
        if not promise.milestone and start and end and end < start:
            return "The end has to be on or after the start: enter another day, or ask for the other date first"
        return ""

    def promise(self) -> Promise:
        """The date that was chosen."""
        found = self.dates.by_key(self.cleaned_data["which"])
        if found is None:
            raise LookupError(self.cleaned_data["which"])
        return found


def _now(promise: Promise) -> str:
    return f"{promise.title}, now {promise.agreed:%-d %B %Y}"
