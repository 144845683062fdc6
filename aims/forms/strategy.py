"""What the performance office is asked when it changes the strategy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from accounts.models import Organisation, Owner
from aims.choices import Kind, Role
from aims.models import Aim, KeyActivity, Objective, Place, ReviewPeriod
from aims.selectors.strategy import ALL, PLANNED, PROPOSED, RETIRED, Wanted
from aims.selectors.terms import Subject, Terms, terms_of

SHOWN = [
    (ALL, "All that stand"),
    (PROPOSED, "Still proposed"),
    (PLANNED, "With a planned change"),
    (RETIRED, "Retired"),
]
REASON_HINT = "Printed where anyone can read it: name posts, never people"


def area(label: str, wanted: str, help_text: str = "", rows: int = 3) -> forms.CharField:
    """Some sentences that are needed."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": wanted},
    )


def choice(label: str, wanted: str, choices: Iterable[tuple[str, Any]], help_text: str = "") -> forms.ChoiceField:
    """One of a few, all in view."""
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=list(choices),
        widget=forms.RadioSelect,
        error_messages={"required": wanted, "invalid_choice": wanted},
    )


def several(label: str, help_text: str = "") -> forms.MultipleChoiceField:
    """Any number of a list."""
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=False, widget=forms.CheckboxSelectMultiple
    )


class ChangeForm(forms.Form):
    """What every change needs: why, and the first review that tells it. `version` is what the page showed."""

    use_required_attribute = False

    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)
    effective = choice("First review that tells it", "Choose the first review that tells it", [])
    reason = area("Why", "Say why", REASON_HINT, rows=2)

    def __init__(self, *args: Any, reviews: Sequence[ReviewPeriod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reviews = {review.slug: review for review in reviews}
        set_choices(self, "effective", [(review.slug, _when(review, reviews[0])) for review in reviews])
        if reviews and not self.is_bound:
            self.initial.setdefault("effective", reviews[0].slug)
        self.order_fields([name for name in self.fields if name not in ("effective", "reason")])

    @property
    def review(self) -> ReviewPeriod:
        """The review that was chosen, of a form that is valid."""
        return self.reviews[self.cleaned_data["effective"]]


def _when(review: ReviewPeriod, first: ReviewPeriod) -> str:
    if review == first:
        return f"{review.label}, the review now under way or next to open: it changes at once"
    return f"{review.label}: planned, and changed when the review before has closed"


def set_choices(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """Give a field its choices, which stand in the database."""
    form.fields[name].choices = list(choices)  # type: ignore[attr-defined]  # a ChoiceField


class ObjectiveForm(ChangeForm):
    """The wording of an objective."""

    statement = area(
        "Wording", "Enter the wording of the objective", "It begins with a capital, as the strategy prints it"
    )

    def terms(self) -> Terms:
        """The answers as changes keep them."""
        return {"statement": self.cleaned_data["statement"].strip()}


class NewObjectiveForm(ObjectiveForm):
    """An objective that is to join."""

    aim = forms.ChoiceField(label="Aim", error_messages={"invalid_choice": "Choose the aim that it serves"})
    field_order = ["aim", "statement"]

    def __init__(self, *args: Any, aims: Iterable[Aim], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "aim", [(aim.number, str(aim)) for aim in aims])


class ActivityForm(ChangeForm):
    """All that is agreed of a key activity."""

    description = area("Wording", "Enter the wording of the key activity")
    role = choice("Role", "Choose what the combined authority does", Role.choices)
    kind = choice("Kind", "Choose whether it has an end", Kind.choices, "A continuing activity never becomes complete")
    owner = forms.ChoiceField(
        label="Owner",
        help_text="The post that answers for it; its approving post signs off",
        error_messages={"required": "Choose the post", "invalid_choice": "Choose the post"},
    )
    places = several("Places", "None where it serves the whole region")
    contributors = several("Contributing organisations")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Owner.objects.select_related("organisation").order_by("organisation__name", "title")
        by_body: dict[str, list[tuple[str, str]]] = {}
        for post in posts:
            by_body.setdefault(post.organisation.name, []).append((post.slug, post.title))
        self.fields["owner"].choices = [("", "Choose a post"), *by_body.items()]  # type: ignore[attr-defined]
        set_choices(self, "places", Place.objects.values_list("slug", "name"))
        set_choices(self, "contributors", Organisation.objects.values_list("slug", "name"))

    def terms(self) -> Terms:
        """The answers as changes keep them."""
        answers = self.cleaned_data
        lists = {name: sorted(answers[name]) for name in ("places", "contributors")}
        words = {name: answers[name] for name in ("role", "kind", "owner")}
        return {"description": answers["description"].strip(), **words, **lists}


class NewActivityForm(ActivityForm):
    """A key activity that is to join."""

    objective = forms.ChoiceField(label="Objective", error_messages={"invalid_choice": "Choose its objective"})
    field_order = ["objective", "description"]

    def __init__(self, *args: Any, objectives: Iterable[Objective], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "objective", [(row.number, shortened(row)) for row in objectives])


class MoveForm(ChangeForm):
    """Where an objective or activity moves to: an aim or an objective, by its number."""

    to = forms.ChoiceField(
        error_messages={"required": "Choose where it moves to", "invalid_choice": "Choose where it moves"}
    )

    def __init__(self, *args: Any, targets: Iterable[Aim | Objective], label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].label = label
        set_choices(self, "to", [("", "Choose where it moves to"), *((row.number, shortened(row)) for row in targets)])


class ConfirmForm(forms.Form):
    """Which proposals stand as they are, and why."""

    use_required_attribute = False

    activity = forms.TypedMultipleChoiceField(
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose the activities to confirm",
            "invalid_choice": "Choose the activities to confirm",
        },
    )
    reason = area("Why these are confirmed", "Say why these are confirmed", REASON_HINT, rows=2)

    def __init__(self, *args: Any, proposed: Iterable[KeyActivity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {row.pk: row for row in proposed}
        set_choices(self, "activity", [(str(pk), row.number) for pk, row in self.rows.items()])

    def chosen(self) -> list[KeyActivity]:
        """The activities that were ticked."""
        return [self.rows[pk] for pk in self.cleaned_data["activity"]]


class TreeFilter(forms.Form):
    """What the tree shows; what is no answer counts as none."""

    use_required_attribute = False

    show = forms.ChoiceField(label="Show", required=False, choices=SHOWN)
    aim = forms.ChoiceField(label="Aim", required=False)
    owner = forms.ChoiceField(label="Owner", required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")
        aims = Aim.objects.filter(strategy__is_in_force=True)
        set_choices(self, "aim", [("", "All aims"), *((row.number, str(row)) for row in aims)])
        posts = Owner.objects.select_related("organisation").order_by("title")
        set_choices(self, "owner", [("", "All posts"), *((row.slug, str(row)) for row in posts)])

    def wanted(self) -> Wanted:
        """The answers, each with its default."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return Wanted(**given)


def shortened(row: Aim | Objective) -> str:
    """A number with as many words as a list can show."""
    words = str(row)
    return words if len(words) <= 90 else f"{words[:88].rsplit(' ', 1)[0]} …"


def initial_of(subject: Subject, version: int) -> dict[str, Any]:
    """What a form shows of an objective or activity before anybody has typed."""
    return {**terms_of(subject), "version": version}
