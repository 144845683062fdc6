"""The meeting: a review on the screen of the room, one thing at a time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aims.forms.actions import ActionForm
from aims.selectors.actions import actions_of
from aims.views.requests import SignedInRequest, for_those_who
from reporting.forms.decisions import AnswerForm, PlaceForm
from reporting.selectors.books import book_of
from reporting.selectors.meeting import Meeting, Thing, meeting_of
from reporting.selectors.opened import Opened, later_of, open_review
from reporting.views.noting import Noted, note


@for_those_who("aims.sit_in_the_meeting")
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: SignedInRequest, slug: str) -> HttpResponse:
    """One thing of the review, by its place; the office notes under it, the Board reads."""
    opened = open_review(slug, request.user)
    if opened is None:
        raise Http404
    held = meeting_of(book_of(opened.review, exempt=False), later_of(opened))  # the public may be in the room
    thing = held.at(PlaceForm.of(request.GET))
    if thing is None or (request.method == "POST" and not request.user.keeps_the_round):
        raise Http404
    if request.method != "POST":
        return _page(request, opened, held, thing, Noted())
    noted = note(request, opened.review, thing.about)
    if not noted.done:
        return _page(request, opened, held, thing, noted)
    messages.success(request, noted.done)
    return redirect(f"{reverse('review-meeting', args=[slug])}{thing.query}#noted")


def _page(request: SignedInRequest, opened: Opened, held: Meeting, thing: Thing, noted: Noted) -> HttpResponse:
    on = timezone.localdate()
    context: dict[str, Any] = {
        "slug": opened.period.slug,
        "meeting": held,
        "thing": thing,
        "previous": held.at(thing.place - 1),
        "next": held.at(thing.place + 1),
        "actions": [item for item in actions_of(opened.period, request.user, on) if thing.speaks_of(item.action)],
        "form": noted.action or noted.answer,
    }
    if request.user.keeps_the_round:
        fresh = ActionForm(period=opened.period, about=thing.about, initial={"owner": thing.post})
        context |= {"action": noted.action or fresh, "answer": noted.answer or AnswerForm()}
    return render(request, "reporting/meeting.html", context, status=noted.status)
