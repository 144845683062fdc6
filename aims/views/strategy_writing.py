"""What every form of the strategy does: show, check, write, and answer when somebody else was quicker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from aims.errors import AimsError, Overtaken
from aims.forms.strategy import ChangeForm
from aims.models import KeyActivity, Objective, ReviewPeriod
from aims.selectors.changelog import LoggedChange, changes_of_strategy, logged, with_subjects
from aims.selectors.naming import Difference, differences_of, names_for
from aims.selectors.terms import Subject, Terms, reviews_to_tell, terms_of, version_of
from aims.tasks import wake_aggregation
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest

LATEST = 20
Form = TypeVar("Form", bound=ChangeForm)
Build = Callable[..., ChangeForm]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One form of the strategy: how it is built, what it says, and what is written when it is sent.

    `write` returns the objective or activity to show next; `subject` is the one that the page is about, if it is
    about one already.
    """

    strategy_id: int
    build: Build
    write: Callable[[Any], Subject]
    heading: str
    button: str
    done: str
    initial: Terms = field(default_factory=dict)
    subject: Subject | None = None
    lead: str = ""
    is_danger: bool = False

    def form(self, data: Any = None) -> ChangeForm:
        """The form, empty or with what was sent."""
        return self.build(data, reviews=self.reviews(), initial=self.initial)

    def reviews(self) -> list[ReviewPeriod]:
        """The reviews that a change can begin with."""
        return reviews_to_tell(self.strategy_id)


def answer(request: SignedInRequest, writing: Writing) -> HttpResponse:
    """Show the form, or write what was sent."""
    if request.method != "POST":
        return _page(request, writing, writing.form())
    form = writing.form(request.POST)
    if not form.is_valid():
        return _page(request, writing, form, UNPROCESSABLE)
    try:
        written = writing.write(form)
    except Overtaken as error:
        return _overtaken(request, writing, form, error)
    except AimsError as error:
        form.add_error(None, error.message)
        return _page(request, writing, form, CONFLICT)
    wake_aggregation()
    messages.success(request, f"{written.number} {writing.done} {form.review.label}")
    return redirect(page_of(written), written.number)


def page_of(subject: Subject) -> str:
    """The name of the address where an objective or activity is kept."""
    return "strategy-objective" if isinstance(subject, Objective) else "strategy-activity"


def _page(request: SignedInRequest, writing: Writing, form: ChangeForm, status: int = 200, **more: Any) -> HttpResponse:
    subject, log = writing.subject, _log(writing.subject)
    context = {
        "writing": writing,
        "form": form,
        "subject": subject,
        "page": page_of(subject) if subject else "strategy",
        "is_activity": isinstance(subject, KeyActivity),
        "has_left": bool(subject and subject.retired_on and not any(row.is_planned for row in log)),
        "log": log,
        **more,
    }
    return render(request, "aims/strategy_form.html", context, status=status)


def _log(subject: Subject | None) -> list[LoggedChange]:
    if subject is None:
        return []
    named = {"objective" if isinstance(subject, Objective) else "activity": subject.pk}
    return logged(with_subjects(changes_of_strategy(subject.strategy_id).filter(**named))[:LATEST])


def _overtaken(request: SignedInRequest, writing: Writing, form: ChangeForm, error: Overtaken) -> HttpResponse:
    """What stands now beside what was written, whose text stays in the form; sending again is then a choice."""
    subject = writing.subject
    answers = request.POST.copy()
    answers["version"] = str(version_of(subject) if subject else 0)
    again = writing.form(answers)
    again.is_valid()
    again.add_error(None, error.message)
    mine = _differing(subject, form) if subject else []
    return _page(request, writing, again, CONFLICT, mine=mine, is_overtaken=True)


def _differing(subject: Subject, form: ChangeForm) -> list[Difference]:
    """What stands now and what was written, of the fields in which they differ."""
    wanted: Terms = getattr(form, "terms", dict)()
    fresh = type(subject)._default_manager.get(pk=subject.pk)
    now = terms_of(fresh)
    differing = {name: value for name, value in wanted.items() if now.get(name) != value}
    return differences_of(now, differing, names_for([now, differing]))
