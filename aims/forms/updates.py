"""The questions of an update, in the order in which the card asks them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html

from aims.choices import Cause, Kind, Mark, Rag, Role, State
from aims.forms.fields import day_field, line_field, words_field
from aims.models import KeyActivity
from aims.models.progress import SCHEDULE_12A_PARAGRAPHS
from aims.rules import UpdateValues
from aims.services.writing import Trail

AS_NOW = "As now"
RATED = (Mark.GREEN, Mark.AMBER, Mark.RED)
WORDS = {Mark.UNRATED: "In progress"}  # that Influence is not rated need not be said where no rating is asked for
ABOUT_THE_SAVE = ("version", "basis", "save", "unanswered")
FIELD_OF_RULE = {"state": "standing", "rag": "standing", "forecast_rag": "forecast"}


class StatusChoices(forms.RadioSelect):
    """The plain choices of "How is delivery now?", each with its shape and word."""

    template_name = "django/forms/widgets/status_choices.html"


class UpdateForm(forms.Form):
    """One update. What is missing for sending is the rules' to say: a draft may lack anything."""

    use_required_attribute = False

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    basis = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    save = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    unanswered = forms.CharField(required=False, max_length=800, widget=forms.HiddenInput)
    standing = forms.ChoiceField(label="How is delivery now?", required=False, widget=StatusChoices)
    forecast = forms.ChoiceField(
        required=False,
        choices=[("", AS_NOW), *Rag.choices],
        widget=StatusChoices,
    )
    narrative = words_field("What has happened", "A sentence is enough. The Board reads this.", rows=3)
    cause = forms.ChoiceField(label="Main cause", required=False, choices=[("", "Choose a cause"), *Cause.choices])
    cause_detail = line_field("What the other cause is", max_length=200)
    return_to_green = day_field("Back on track by")
    impact = words_field("What it means for delivery")
    action = words_field("What is being done")
    action_owner = line_field("By whom")
    action_by = day_field("By when")
    override_reason = words_field("Why your rating is better than the dates suggest", "Prints wherever it shows.")
    evidence = words_field("Evidence", "A sentence or a link.")
    decision_by = line_field("Who decided", "For example, WMCA Board")
    decision_on = day_field("Date of the decision")
    decision_reference = line_field("Reference of the decision", "For example, a minute number", max_length=80)
    deferred_until = day_field("Deferred until")
    start_reason = words_field("Why it has not started, if its planned start has passed")
    ask = words_field("What you ask of the Board", "Only where the Board must decide something.")
    forecast_end = day_field("When you now expect it to end", "Only if it differs from the agreed end.")
    as_at = day_field("The day that this update speaks of")
    exempt_narrative = words_field("Exempt text", "Left out of everything public. Name its paragraph below.")
    exempt_paragraph = forms.TypedChoiceField(
        label="Paragraph of Schedule 12A",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Not exempt"), *SCHEDULE_12A_PARAGRAPHS],
    )

    def __init__(self, *args: Any, activity: KeyActivity, forecast_day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["forecast"].label = f"How will it stand at {forecast_day:%-d %B %Y}?"
        choices = [(mark.value, WORDS.get(mark, mark.label)) for mark in standings_of(activity)]
        self.fields["standing"].choices = choices  # type: ignore[attr-defined]  # declared a ChoiceField above

    @property
    def has_rare_answers(self) -> bool:
        """Whether the folded questions need to be seen: exempt text stands there, or one of them is in error."""
        rare = ("forecast_end", "as_at", "exempt_narrative", "exempt_paragraph")
        return bool(self["exempt_narrative"].value()) or any(self[name].errors for name in rare)

    @property
    def asks(self) -> bool:
        """Whether the question to the Board needs to be seen."""
        return bool(self["ask"].value() or self["ask"].errors)

    def add_notes(self, notes: Mapping[str, str]) -> None:
        """Show what an approver wants changed at the question that it is about."""
        for name, note in notes.items():
            field = self.fields.get(FIELD_OF_RULE.get(name, name))
            if field and note:
                field.help_text = format_html("{} <strong>Returned: “{}”</strong>", field.help_text, note)

    def values(self) -> UpdateValues:
        """The answers of a valid form as the rules know them; a forecast "as now" is the rating itself."""
        drafted = self.draft_values()
        return replace(drafted, forecast_rag=drafted.forecast_rag or drafted.rag)

    def draft_values(self) -> UpdateValues:
        """The answers of a valid form as far as they were given."""
        return self.readable_values(UpdateValues())

    def readable_values(self, kept: UpdateValues) -> UpdateValues:
        """The answers that can be read; where one cannot yet, such as half a date, the one kept before."""
        answers = initial_of(kept, 0) | self.cleaned_data
        for name in (*ABOUT_THE_SAVE, "forecast_rag"):
            answers.pop(name, None)
        state, rag = state_and_rag(answers.pop("standing"))
        forecast = answers.pop("forecast")
        return UpdateValues(state=state, rag=rag, forecast_rag=forecast if rag else "", **answers)

    def unreadable(self) -> list[str]:
        """The questions whose answers cannot be read yet, by their labels."""
        return [str(self.fields[name].label) for name in self.errors if name in self.fields]

    def trail(self) -> Trail:
        """Which saves belong to the card that this one comes from."""
        given = self.cleaned_data
        return Trail(given.get("save", ""), frozenset(given.get("unanswered", "").split()), given.get("basis"))

    def add_problems(self, problems: dict[str, str]) -> None:
        """Show what the rules miss at the question that asks for it."""
        for field, problem in problems.items():
            self.add_error(FIELD_OF_RULE.get(field, field), problem)


def standings_of(activity: KeyActivity) -> Iterable[Mark]:
    """The answers that an activity allows, in the order of the card."""
    rated = RATED if activity.role != Role.INFLUENCE else (Mark.UNRATED,)
    ending = (Mark.COMPLETE,) if activity.kind != Kind.CONTINUING else ()
    return (Mark.NOT_STARTED, *rated, *ending, Mark.DEFERRED, Mark.CANCELLED)


def state_and_rag(standing: str) -> tuple[str, str]:
    """The state and the rating that one answer stands for; both empty where nothing is chosen."""
    if standing in RATED:
        return State.IN_PROGRESS, standing
    return (State.IN_PROGRESS, "") if standing == Mark.UNRATED else (standing, "")


def initial_of(values: UpdateValues, version: int) -> dict[str, Any]:
    """What a form shows for an update that says these values."""
    answers = asdict(values)
    state, rag = answers.pop("state"), answers.pop("rag")
    unrated = Mark.UNRATED.value if state == State.IN_PROGRESS else state
    return {**answers, "version": version, "standing": rag or unrated, "forecast": answers.pop("forecast_rag")}
