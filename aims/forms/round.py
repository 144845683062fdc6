"""What the performance office is asked when it runs a round."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms

from aims.choices import Completion
from aims.forms.fields import day_field, required, words_field
from aims.models import ReviewPeriod
from aims.rules import TO_SEND
from aims.rules.wording import long_date
from aims.selectors.round import Desk, Line, Post

TO_BE_SENT, ALL = "to-send", "all"
STATUSES = [
    (TO_BE_SENT, "Still to send"),
    *((each.value, each.label) for each in Completion),
    (ALL, "All posts"),
]
SORTED: dict[str, tuple[str, Callable[[Post], Any]]] = {
    "to-send": ("Most to send", lambda post: -post.tally.to_send),
    "post": ("Post", lambda post: post.owner.title),
    "organisation": ("Organisation", lambda post: post.owner.organisation.name),
    "deadline": ("Deadline", lambda post: post.deadline),
    "chased": ("Longest not asked", lambda post: post.last_chased.timestamp() if post.last_chased else 0.0),
}


class RoundFilter(forms.Form):
    """Which posts the desk lists; every answer has a default, and what is no answer counts as none."""

    use_required_attribute = False

    status = forms.ChoiceField(label="Status", required=False, choices=STATUSES)
    aim = forms.ChoiceField(label="Aim", required=False)
    organisation = forms.ChoiceField(label="Organisation", required=False)
    sort = forms.ChoiceField(
        label="Sort by", required=False, choices=[(key, name) for key, (name, _) in SORTED.items()]
    )

    def __init__(self, data: Any, *, desk: Desk) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.desk = desk
        aims = [("", "All aims"), *((scope.key, f"{scope.key} {scope.label}") for scope in desk.aims)]
        bodies = [("", "All organisations"), *((scope.key, scope.label) for scope in desk.organisations)]
        self.fields["aim"].choices = aims  # type: ignore[attr-defined]  # declared ChoiceFields above
        self.fields["organisation"].choices = bodies  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def asks_what_is_missing(self) -> bool:
        """Whether it lists what has still to be sent, as it does unasked."""
        return self._status == TO_BE_SENT

    def rows(self) -> list[tuple[Post, list[Line]]]:
        """The posts that the answers choose, in the order asked for, each with the activities that answer."""
        _, key = SORTED[self.cleaned_data.get("sort") or "to-send"]
        chosen = ((post, self._answering(post)) for post in sorted(self.desk.posts, key=key))
        return [(post, lines) for post, lines in chosen if lines]

    def _answering(self, post: Post) -> list[Line]:
        body = self.cleaned_data.get("organisation")
        if body and post.owner.organisation.slug != body:
            return []
        aim, wanted = self.cleaned_data.get("aim"), self._completions()
        return [line for line in post.lines if line.completion in wanted and (not aim or line.aim == aim)]

    def _completions(self) -> Iterable[str]:
        if self.asks_what_is_missing:
            return TO_SEND
        return [*Completion] if self._status == ALL else [self._status]

    @property
    def _status(self) -> str:
        return str(self.cleaned_data.get("status") or TO_BE_SENT)


class OfOneRound(forms.Form):
    """An answer about the round that its page showed; another one may have taken its place meanwhile."""

    use_required_attribute = False

    round = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, period: ReviewPeriod, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.period = period
        self.initial["round"] = period.slug

    def clean(self) -> dict[str, Any]:
        """The answers without the round's name."""
        answers = super().clean() or {}
        if answers.pop("round", None) != self.period.slug:
            raise forms.ValidationError(f"The round has changed: this is about {self.period.label} now")
        return answers


class WindowsForm(OfOneRound):
    """Between which days a round takes updates."""

    submission_opens = required(day_field("First day for updates"), "Enter the first day on which updates are taken")
    submission_closes = required(
        day_field("Last day for updates", "What comes later counts for the next round."),
        "Enter the last day on which updates are taken",
    )

    def clean(self) -> dict[str, Any]:
        """The windows in order, each problem at its field; the service and the database say the same."""
        answers = super().clean()
        opens, closes = answers.get("submission_opens"), answers.get("submission_closes")
        if opens and opens < self.period.starts:
            self.add_error("submission_opens", f"Choose a day on or after {long_date(self.period.starts)}")
        earliest = max(self.period.ends, opens or date.min)
        if closes and closes <= earliest:
            self.add_error("submission_closes", f"Choose a day after {long_date(earliest)}")
        return answers


class ChangedWindowsForm(WindowsForm):
    """Other days for a round, and why."""

    although_past = forms.BooleanField(
        label="The last day is to lie in the past",
        help_text="Owners were told of a later one. What they have not sent counts for the next round.",
        required=False,
    )
    reason = words_field("Why they change", "Kept in the history of the round.")

    def clean_reason(self) -> str:
        """Never without a reason."""
        return _said(self.cleaned_data["reason"], "Say why the windows change")


class ChaseForm(OfOneRound):
    """One message to the holders of the posts that are ticked."""

    owner = forms.MultipleChoiceField(
        label="Posts to ask",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one post"},
    )
    message = words_field("Message", "Each person's own activities and links follow it by themselves.", rows=6)

    def __init__(self, *args: Any, posts: Iterable[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(post.owner.slug, str(post.owner)) for post in posts]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]  # declared above

    def clean_message(self) -> str:
        """Never without words."""
        return _said(self.cleaned_data["message"], "Write what you ask for")


class ExtensionForm(OfOneRound):
    """A later deadline for one post."""

    owner = forms.ChoiceField(label="Post", error_messages={"required": "Choose the post that gets more time"})
    until = required(day_field("New last day for this post"), "Enter the new last day")
    reason = words_field("Why", "Listed on the round desk.")

    def __init__(self, *args: Any, posts: Iterable[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Choose a post"), *((post.owner.slug, str(post.owner)) for post in posts)]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]  # declared above

    def clean_reason(self) -> str:
        """Never without a reason."""
        return _said(self.cleaned_data["reason"], "Say why the deadline is extended")


def _said(words: str, problem: str) -> str:
    if not words.strip():
        raise forms.ValidationError(problem)
    return words.strip()
