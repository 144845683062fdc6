"""Noting what the Board answers and asks: the one way in for the page of decisions and for the meeting."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from aims.errors import AimsError
from aims.forms.actions import ActionForm
from aims.services.actions import ask_action
from aims.tasks import wake_aggregation, wake_mail
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest
from reporting.choices import Reply
from reporting.forms.decisions import AnswerForm
from reporting.models import Review
from reporting.services.answering import answer_ask

ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Noted:
    """What came of it: `done` is what to say then; else the form with what is wrong, and the status of the answer."""

    done: str = ""
    action: ActionForm | None = None
    answer: AnswerForm | None = None
    status: int = 200


def note(request: SignedInRequest, review: Review, about: str = "") -> Noted:
    """Take what was sent, an answer or an action, as its button says; `about` is the activity at hand."""
    noted = _answer(request, review) if request.POST.get("note") == ANSWER else _action(request, review, about)
    if noted.done:
        wake_aggregation()
        wake_mail()
    return noted


def _answer(request: SignedInRequest, review: Review) -> Noted:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return Noted(answer=form, status=UNPROCESSABLE)
    given = dict(form.cleaned_data)
    reply = Reply(given.pop("reply"))
    try:
        answer_ask(review=review, reply=reply, by=request.user, now=timezone.now(), **given)
    except AimsError as error:
        form.add_error(None, f"{error.message}.")
        return Noted(answer=form, status=CONFLICT)
    return Noted(done=f"The Board’s answer about {given['number']} is noted: {reply.label.lower()}")


def _action(request: SignedInRequest, review: Review, about: str) -> Noted:
    form = ActionForm(request.POST, period=review.period, about=about)
    if not form.is_valid():
        return Noted(action=form, status=UNPROCESSABLE)
    try:
        action = ask_action(period=review.period, by=request.user, now=timezone.now(), **form.cleaned_data)
    except AimsError as error:
        form.add_error(None, f"{error.message}.")
        return Noted(action=form, status=CONFLICT)
    return Noted(done=f"Action {action.number} is noted, for {action.owner}")
